//===- KernelCompiler.h - Kernels for the tests of schedules -------------------------------------*- C++ -*-===//
#ifndef TEST_SCHEDULES_KERNELCOMPILER_H
#define TEST_SCHEDULES_KERNELCOMPILER_H

#include "lib/Interpreter/Interpreter.h"
#include "lib/Pipelines/Compile.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

namespace mlir::mla_gpu {

/// What a fixture derives from to make kernels of ops, as `mla-compile --emit=mla-gpu --table=none` does.
class KernelCompiler {
protected:
  KernelCompiler() {
    DialectRegistry registry;
    mla::registerCompiler(registry);
    context.appendDialectRegistry(registry);
  }

  /// The program of the ops in `text`, made with the levers in `schedule`; the test fails where it does not compile.
  OwningOpRef<ModuleOp> compile(StringRef text, StringRef schedule = "") {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    mla::CompileOptions options;
    options.stopAfter = mla::Stage::MLAGPU;
    options.schedule.overrides = schedule.str();
    options.schedule.table = "none";
    EXPECT_TRUE(module && succeeded(mla::compile(*module, options))) << text.str();
    return module;
  }

  /// A decode op of bf16, of any shape with d_latent 512, for a cache of this format.
  static std::string getDecodeText(mla::CacheFormat format, mla::Precision precision) {
    bool hasScale = mla::getCacheFormatInfo(format).scales == mla::ScaleKind::Tensor;
    bool isGiven = precision == mla::Precision::E4M3Queries;
    // {0}: format, {1}: precision, {2}: type of the queries; the scale of the whole cache and that of the queries: {3}
    // and {4} as parameters, {5} and {6} as operands, {7} and {8} as types.
    return llvm::formatv(R"(
!cache = !mla.paged_cache<{0}, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576x{2}>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>{3}{4})
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {{
  %out, %lse = mla.decode %q, %cache, %table, %lens{5}{6} scale 0.0625 causal precision <{1}>
      : (tensor<?x?x?x576x{2}>, !cache, tensor<?x?xi32>, tensor<?xi32>{7}{8})
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
)",
                         std::string(mla::stringify(format)), std::string(mla::stringify(precision)),
                         isGiven ? "f8E4M3FN" : "bf16", hasScale ? ", %cache_scale: tensor<f32>" : "",
                         isGiven ? ", %q_scale: tensor<f32>" : "", hasScale ? ", %cache_scale" : "",
                         isGiven ? " q_scale(%q_scale)" : "", hasScale ? ", tensor<f32>" : "",
                         isGiven ? ", tensor<f32>" : "");
  }

  /// Leaves the attending kernel `name` alone, for any number of rows that it can take: to try it where the host would
  /// launch another one. The test fails where there is none.
  static void keepKernel(ModuleOp module, StringRef name) {
    bool isThere = false;
    for (KernelOp kernel : llvm::make_early_inc_range(getProgram(module).getBody().getOps<KernelOp>())) {
      if (kernel.getStep() != Step::Attend)
        continue;
      if (kernel.getSymName() != name) {
        kernel.erase();
        continue;
      }
      kernel.removeRowsAttr();
      isThere = true;
    }
    EXPECT_TRUE(isThere) << "no kernel " << name.str();
  }

  static ProgramOp getProgram(ModuleOp module) { return *module.getOps<ProgramOp>().begin(); }

  /// A decode call on the interpreter; the test fails where it finds anything.
  static mla::reference::DecodeOutputs decode(ModuleOp module, const mla::reference::DecodeInputs &inputs,
                                              int64_t multiprocessors) {
    InterpreterReport report;
    mla::reference::DecodeOutputs outputs;
    EXPECT_TRUE(
        succeeded(interpretDecode(getProgram(module), inputs, multiprocessors, InterpreterOptions(), report, outputs)));
    EXPECT_TRUE(report.clean());
    return outputs;
  }

  MLIRContext context;
};

} // namespace mlir::mla_gpu

#endif // TEST_SCHEDULES_KERNELCOMPILER_H
