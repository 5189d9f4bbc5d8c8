//===- Translate.cpp - LLVM dialect → LLVM IR → PTX ----------------------------------------------------------===//
#include "lib/Target/PTX/PTX.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include <mutex>

using namespace mlir;
using namespace mlir::mla_gpu;

extern "C" {
void LLVMInitializeNVPTXTargetInfo();
void LLVMInitializeNVPTXTarget();
void LLVMInitializeNVPTXTargetMC();
void LLVMInitializeNVPTXAsmPrinter();
}

void mlir::mla_gpu::registerPTXTranslations(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerGPUDialectTranslation(registry); // gpu.module itself
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

/// The code generator for `target`. Optimisation must be on: without it ptxas serialises wgmma (C7519, C7517, C7511).
static std::unique_ptr<llvm::TargetMachine> createTargetMachine(Operation *module, const TargetInfo &target) {
  static const bool initialised = [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    return true;
  }();
  (void)initialised;
  llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string error;
  const llvm::Target *backend = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!backend) {
    emitError(module->getLoc(), "cannot generate PTX: ") << error;
    return nullptr;
  }
  return std::unique_ptr<llvm::TargetMachine>(
      backend->createTargetMachine(triple, target.name, target.ptxFeature, llvm::TargetOptions(), llvm::Reloc::PIC_,
                                   std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

/// Turns what the backend reports into diagnostics of `module`, instead of a message on stderr and an exit.
namespace {
struct BackendDiagnostics : llvm::DiagnosticHandler {
  explicit BackendDiagnostics(Operation *module) : module(module) {}
  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() != llvm::DS_Error)
      return true;
    std::string message;
    llvm::raw_string_ostream stream(message);
    llvm::DiagnosticPrinterRawOStream printer(stream);
    info.print(printer);
    emitError(module->getLoc(), "cannot generate PTX: ") << message;
    failed = true;
    return true;
  }
  Operation *module;
  bool failed = false;
};
} // namespace

static std::unique_ptr<llvm::Module> translate(Operation *module, llvm::TargetMachine &machine,
                                               llvm::LLVMContext &context) {
  std::unique_ptr<llvm::Module> result = translateModuleToLLVMIR(module, context);
  if (!result)
    return nullptr;
  result->setTargetTriple(machine.getTargetTriple());
  result->setDataLayout(machine.createDataLayout());
  // Inline PTX such as wgmma must stay where all threads of a warp arrive together; MLIR cannot say so on the asm.
  for (llvm::Function &function : *result)
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction); call && call->isInlineAsm())
        call->setConvergent();
  return result;
}

FailureOr<std::string> mlir::mla_gpu::translateToLLVM(Operation *module, const TargetInfo &target) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine = createTargetMachine(module, target);
  std::unique_ptr<llvm::Module> llvmModule = machine ? translate(module, *machine, context) : nullptr;
  if (!llvmModule)
    return failure();
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvmModule->print(stream, /*AAW=*/nullptr);
  return text;
}

/// Runs `work`, in which the backend may give up by `report_fatal_error` (it does so for code that it cannot select).
/// Returns its last words, or nothing if all went well.
static std::string runGuarded(llvm::function_ref<void()> work) {
  // The handler is the process's, so one at a time.
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  std::string words;
  llvm::ScopedFatalErrorHandler handler(
      [](void *userData, const char *reason, bool) {
        *static_cast<std::string *>(userData) = reason;
        if (llvm::CrashRecoveryContext *recovery = llvm::CrashRecoveryContext::GetCurrent())
          recovery->HandleExit(1);
      },
      &words);
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext recovery;
  if (!recovery.RunSafely(work) && words.empty())
    words = "the backend crashed";
  llvm::CrashRecoveryContext::Disable();
  return words;
}

FailureOr<std::string> mlir::mla_gpu::translateToPTX(Operation *module, const TargetInfo &target) {
  auto context = std::make_unique<llvm::LLVMContext>();
  auto handler = std::make_unique<BackendDiagnostics>(module);
  BackendDiagnostics &diagnostics = *handler;
  context->setDiagnosticHandler(std::move(handler));
  std::unique_ptr<llvm::TargetMachine> machine = createTargetMachine(module, target);
  std::unique_ptr<llvm::Module> llvmModule = machine ? translate(module, *machine, *context) : nullptr;
  if (!llvmModule)
    return failure();

  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  std::string fatal;
  auto passes = std::make_unique<llvm::legacy::PassManager>();
  if (machine->addPassesToEmitFile(*passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile))
    fatal = "the backend writes no assembly";
  else
    fatal = runGuarded([&] { passes->run(*llvmModule); });
  if (!fatal.empty()) {
    // Whatever the backend was doing is half done: no destructor can be trusted with it.
    (void)passes.release();
    (void)llvmModule.release();
    (void)machine.release();
    (void)context.release();
    if (!diagnostics.failed)
      emitError(module->getLoc(), "cannot generate PTX: ") << fatal;
    return failure();
  }
  if (diagnostics.failed)
    return failure();
  return std::string(text);
}
