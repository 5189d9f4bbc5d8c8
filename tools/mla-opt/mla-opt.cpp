//===- mla-opt.cpp - Runs passes on IR files ----------------------------------------------------------------===//
#include "lib/Pipelines/Input.h"
#include "lib/Pipelines/Pipelines.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;

static int fail(const llvm::Twine &message) {
  llvm::errs() << message << '\n';
  return 1;
}

int main(int argc, char **argv) {
  DialectRegistry registry;
  mla::registerDialects(registry);
  mla::registerPipelines();
  registerCanonicalizerPass();
  registerCSEPass();
  registerPass([] { return createSCFToControlFlowPass(); });
  auto [inputPath, outputPath] = registerAndParseCLIOptions(argc, argv, "MLA compiler passes", registry);
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return asMainReturnCode(MlirOptMain(argc, argv, inputPath, outputPath, registry));

  // MlirOptMain would open the files itself; ours are looked at before the parser sees them.
  llvm::InitLLVM initializer(argc, argv);
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> input = openInputFile(inputPath, &message);
  if (!input)
    return fail(message);
  if (llvm::Error nesting = mla::checkNesting(*input))
    return fail(toString(std::move(nesting)));
  std::unique_ptr<llvm::ToolOutputFile> output = openOutputFile(outputPath, &message);
  if (!output)
    return fail(message);
  if (failed(MlirOptMain(output->os(), std::move(input), registry, config)))
    return 1;
  output->keep();
  return 0;
}
