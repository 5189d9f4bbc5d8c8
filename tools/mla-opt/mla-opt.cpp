//===- mla-opt.cpp - Runs passes on IR files ----------------------------------------------------------------===//
#include "lib/Pipelines/Pipelines.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::mla::registerDialects(registry);
  mlir::mla::registerPipelines();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerPass([] { return mlir::createSCFToControlFlowPass(); });
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "MLA compiler passes", registry));
}
