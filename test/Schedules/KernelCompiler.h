//===- KernelCompiler.h - Kernels for the tests of schedules -------------------------------------*- C++ -*-===//
#ifndef TEST_SCHEDULES_KERNELCOMPILER_H
#define TEST_SCHEDULES_KERNELCOMPILER_H

#include "lib/Interpreter/Interpreter.h"
#include "lib/Pipelines/Compile.h"
#include "mlir/Parser/Parser.h"
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
