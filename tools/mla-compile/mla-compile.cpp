//===- mla-compile.cpp - Compiles an IR file to any stage ---------------------------------------------------===//
//
// Exit status: 0, 1 where the input cannot be compiled or the output not written, 2 for a wrong command line.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Pipelines/Compile.h"
#include "lib/Pipelines/Input.h"
#include "lib/Pipelines/ScheduleOptions.h"
#include "lib/Target/TargetInfo.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mla;
namespace cl = llvm::cl;

static cl::OptionCategory category("mla-compile options");
static cl::opt<std::string> inputPath(cl::Positional, cl::desc("FILE.mlir"), cl::init("-"), cl::cat(category));
static cl::opt<std::string> outputPath("o", cl::desc("Where the output goes; - is standard output"),
                                       cl::value_desc("file"), cl::init("-"), cl::cat(category));
static cl::opt<std::string> target("target", cl::desc("Chip to compile for"), cl::value_desc("chip"),
                                   cl::init("sm_90a"), cl::cat(category));
static cl::opt<Stage> emit("emit", cl::desc("Stage to stop after"), cl::init(Stage::Package), cl::cat(category),
                           cl::values(clEnumValN(Stage::MLAGPU, "mla-gpu", "programs of tiles, roles and barriers"),
                                      clEnumValN(Stage::NVVM, "nvvm", "kernels in the LLVM and NVVM dialects"),
                                      clEnumValN(Stage::LLVM, "llvm", "LLVM IR"), clEnumValN(Stage::PTX, "ptx", "PTX"),
                                      clEnumValN(Stage::Cubin, "cubin", "machine code, made by ptxas"),
                                      clEnumValN(Stage::Package, "package", "what the runtime loads")));
static ScheduleOptions schedule(category);
static cl::opt<bool> printResources("print-resources",
                                    cl::desc("Print what ptxas says about every kernel to standard error"),
                                    cl::cat(category));
static cl::opt<bool> printSchedule("print-schedule",
                                   cl::desc("Print the schedule of every program, and where it comes from, to standard "
                                            "error"),
                                   cl::cat(category));
static cl::opt<bool> timing("timing", cl::desc("Print how long each step took to standard error"), cl::cat(category));

static LogicalResult run(const CompileOptions &options) {
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> input = openInputFile(inputPath, &error);
  if (!input) {
    llvm::errs() << "mla-compile: " << error << '\n';
    return failure();
  }
  if (llvm::Error nesting = checkNesting(*input)) {
    llvm::errs() << toString(std::move(nesting)) << '\n';
    return failure();
  }
  DialectRegistry registry;
  registerCompiler(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(input), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return failure();
  FailureOr<CompileResult> result = compile(*module, options);
  if (failed(result))
    return failure();

  std::string text = options.stopAfter <= Stage::NVVM ? printModule(*module) : std::move(result->output);
  if (llvm::Error failure = llvm::writeToOutput(outputPath, [&](llvm::raw_ostream &os) {
        os << text;
        return llvm::Error::success();
      })) {
    llvm::errs() << "mla-compile: cannot write " << outputPath << ": " << toString(std::move(failure)) << '\n';
    return llvm::failure();
  }

  if (printSchedule)
    for (const ScheduleRecord &record : result->schedules)
      llvm::errs() << record.program << ": " << record.schedule << " (" << record.chosenBy << ")\n";
  if (printResources)
    for (const KernelResources &kernel : result->resources)
      llvm::errs() << kernel.name << ": " << kernel.registers << " registers, " << kernel.sharedBytes
                   << " bytes of shared memory, " << kernel.stackBytes << " of stack, " << kernel.spillBytes
                   << " of spills\n";
  if (timing)
    for (const StepTime &step : result->timings)
      llvm::errs() << llvm::format("%8.3f s  ", step.seconds) << step.step << '\n';
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(
      [](llvm::raw_ostream &os) { os << "mla-compile " MLA_VERSION " (LLVM " LLVM_VERSION_STRING ")\n"; });
  if (!cl::ParseCommandLineOptions(argc, argv, "Compiles attention ops to kernels for NVIDIA GPUs\n", &llvm::errs()))
    return 2;
  if (schedule.printHelp())
    return 0;
  if (!mla_gpu::lookupTarget(target)) {
    llvm::errs() << "mla-compile: " << mla_gpu::describeUnknownTarget(target) << '\n';
    return 2;
  }
  if (isBinary(emit) && outputPath == "-" && llvm::sys::Process::StandardOutIsDisplayed()) {
    llvm::errs() << "mla-compile: expected -o FILE for binary output, but got a terminal\n";
    return 2;
  }
  if (printResources && emit < Stage::Cubin) {
    llvm::errs() << "mla-compile: expected --emit=cubin or --emit=package with --print-resources, but got --emit="
                 << stringifyStage(emit) << '\n';
    return 2;
  }
  CompileOptions options;
  options.target = target;
  options.stopAfter = emit;
  if (llvm::Error error = schedule.apply(options)) {
    llvm::errs() << "mla-compile: " << toString(std::move(error)) << '\n';
    return 2;
  }
  return failed(run(options));
}
