//===- Program.cpp - What the command line names: IR or a package ----------------------------------------------===//
#include "Program.h"
#include "dialect/MLA/MLAOps.h"
#include "lib/Pipelines/Input.h"
#include "lib/Target/TargetInfo.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlir::mla;
using namespace mlir::mla::run;
using llvm::Error;
using llvm::Expected;

/// How a package begins; no IR does.
static constexpr llvm::StringLiteral kPackageMagic = "MLAPKG";

static llvm::Error compileError(llvm::StringRef name) {
  return llvm::createStringError(llvm::formatv("{0} was not compiled", name).str());
}

std::optional<std::string> run::findChip(const GPUInfo &gpu) {
  for (const char *suffix : {"a", ""}) {
    std::string chip = llvm::formatv("sm_{0}{1}{2}", gpu.major, gpu.minor, suffix);
    if (mla_gpu::lookupTarget(chip))
      return chip;
  }
  return std::nullopt;
}

bool Program::isPackage(llvm::StringRef path) {
  auto start = llvm::MemoryBuffer::getFileSlice(path, kPackageMagic.size(), /*Offset=*/0);
  return start && (*start)->getBuffer() == kPackageMagic;
}

Expected<std::unique_ptr<Program>> Program::load(llvm::StringRef path, const CompileOptions &options) {
  std::unique_ptr<Program> result(new Program());
  result->name = path == "-" ? "<stdin>" : path.str();
  auto input = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!input)
    return llvm::createStringError(llvm::formatv("{0}: {1}", path, input.getError().message()).str());
  if ((*input)->getBuffer().starts_with(kPackageMagic)) {
    if (options.stopAfter != Stage::Package)
      return llvm::createStringError(
          llvm::formatv("expected IR for the interpreter, but got the package {0}", path).str());
    mla_package_t *package = nullptr;
    MLA_RUN_TRY(toError(mla_package_load_from_memory((*input)->getBufferStart(), (*input)->getBufferSize(), &package)));
    result->package.reset(package);
  } else {
    MLA_RUN_TRY(result->compileIR(std::move(*input), options, /*remarks=*/true));
  }
  if (options.stopAfter != Stage::Package) {
    MLA_RUN_TRY(result->findProgram());
  } else if ((result->tokens = mla::run::getTokenSignature(result->getPackage()))) {
    return std::move(result);
  } else {
    MLA_RUN_TRY(result->readSignature());
  }
  return std::move(result);
}

Error Program::readSignature() {
  prefill = mla::run::getPrefillSignature(getPackage());
  if (prefill)
    return Error::success();
  int64_t b = signature.b;
  auto decode = mla::run::getSignature(getPackage());
  if (!decode)
    return decode.takeError();
  signature = *decode;
  signature.b = b;
  return Error::success();
}

Expected<std::unique_ptr<Program>> Program::loadPackage(llvm::StringRef bytes, llvm::StringRef name) {
  std::unique_ptr<Program> result(new Program());
  result->name = name.str();
  mla_package_t *package = nullptr;
  MLA_RUN_TRY(toError(mla_package_load_from_memory(bytes.data(), bytes.size(), &package)));
  result->package.reset(package);
  auto signature = mla::run::getSignature(package);
  if (!signature)
    return signature.takeError();
  result->signature = *signature;
  return std::move(result);
}

Expected<std::unique_ptr<Program>> Program::loadKernels(llvm::StringRef ir, llvm::StringRef name,
                                                        const CompileOptions &options) {
  std::unique_ptr<Program> result(new Program());
  result->name = name.str();
  MLA_RUN_TRY(result->compileIR(llvm::MemoryBuffer::getMemBufferCopy(ir, name), options, /*remarks=*/false));
  return std::move(result);
}

Error Program::compileIR(std::unique_ptr<llvm::MemoryBuffer> input, const CompileOptions &options, bool remarks) {
  if (Error nesting = checkNesting(*input))
    return nesting;
  DialectRegistry registry;
  registerCompiler(registry);
  context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  sources.AddNewSourceBuffer(std::move(input), llvm::SMLoc());
  // The place is enough; a whole module of kernels would bury the message.
  context->printOpOnDiagnostic(false);
  diagnostics = std::make_unique<SourceMgrDiagnosticHandler>(sources, context.get());
  if (!remarks)
    context->getDiagEngine().registerHandler([](Diagnostic &diagnostic) {
      return success(diagnostic.getSeverity() == DiagnosticSeverity::Remark); // taken: not passed on
    });
  module = parseSourceFile<ModuleOp>(sources, context.get());
  if (!module)
    return compileError(name);
  readExtents();
  FailureOr<CompileResult> result = compile(*module, options);
  if (failed(result))
    return compileError(name);
  if (options.stopAfter == Stage::Package) {
    mla_package_t *loaded = nullptr;
    MLA_RUN_TRY(toError(mla_package_load_from_memory(result->output.data(), result->output.size(), &loaded)));
    package.reset(loaded);
  }
  return Error::success();
}

void Program::readExtents() {
  module->walk([&](DecodeOp op) {
    if (!ShapedType::isDynamic(op.getBatch()))
      signature.b = op.getBatch();
  });
}

Error Program::findProgram() {
  module->walk([&](mla_gpu::ProgramOp op) {
    if (op.getImplementsAttr() && !program)
      program = op;
  });
  if (!program)
    return llvm::createStringError(
        llvm::formatv("{0}: expected a program that implements an op of the mla dialect", name).str());
  if ((tokens = mla::run::getTokenSignature(program)))
    return Error::success();
  if (mla_gpu::PrefillAttr attr = program.getPrefill()) {
    prefill.emplace();
    prefill->shape = {attr.getHeads(), attr.getDNope(), attr.getDRope(), attr.getDV()};
    prefill->shape.form = attr.isAbsorbed() ? reference::PrefillForm::Absorbed : reference::PrefillForm::MHA;
    prefill->shape.page_size = attr.getPageSize();
    prefill->shape.format = attr.getFormat();
    prefill->element = attr.getElement().isBF16() ? reference::Element::BF16 : reference::Element::F16;
    prefill->causal = attr.getCausal();
    prefill->softmaxScale = static_cast<float>(attr.getSoftmaxScale().getValueAsDouble());
    return Error::success();
  }
  mla_gpu::DecodeAttr decode = program.getDecode();
  signature.element = decode.getElement().isBF16() ? reference::Element::BF16 : reference::Element::F16;
  signature.format = decode.getCacheFormat();
  signature.precision = decode.getPrecision();
  signature.causal = decode.getCausal();
  signature.s_q = decode.getQueries();
  signature.h_q = decode.getHeads();
  signature.d_latent = decode.getDLatent();
  signature.d_rope = decode.getDRope();
  signature.page_size = decode.getPageSize();
  signature.softmaxScale = static_cast<float>(decode.getSoftmaxScale().getValueAsDouble());
  signature.rope = mla_gpu::getRope(decode.getRotation());
  return Error::success();
}
