//===- Passes.td - mla to mla_gpu --------------------------------------------------------------------------===//
#ifndef LIB_CONVERSION_MLATOMLAGPU_PASSES_TD
#define LIB_CONVERSION_MLATOMLAGPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertMLAToMLAGPUPass : Pass<"convert-mla-to-mla-gpu", "::mlir::ModuleOp"> {
  let summary = "Replace attention ops by programs of warp-specialised kernels";
  let description = [{
    Every `func.func` that consists of one attention op on its arguments becomes a `mla_gpu.program` of the same name,
    built from the schedule templates that the op's `mla_gpu.schedule` attribute names:

    ```mlir
    func.func @decode(%q: …, %cache: …, %table: …, %lens: …) -> (…) {
      %out, %lse = mla.decode %q, %cache, %table, %lens scale 0.1352 causal {mla_gpu.schedule = #mla_gpu.schedule<…>} : …
      return %out, %lse : …
    }
    // becomes
    mla_gpu.program @decode implements #mla_gpu.decode<…> {
      mla_gpu.kernel @schedule(…) …
      mla_gpu.kernel @attend(…) …
    }
    ```

    A template is an IR file with `${name}` places for the element type and the widths; locations of the kernels' ops
    point into it. With `template-dir` the files are read from a folder instead of the ones built in, so that a schedule
    can be changed without building the compiler.

    What today's schedules implement of each op stands in docs/status.md; the rest is a located error.
  }];
  let options = [
    Option<"templateDir", "template-dir", "std::string", /*default=*/"\"\"",
           "Folder to read schedule templates (NAME.mlir) from, instead of the built-in ones">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::mla_gpu::MLAGPUDialect"];
}

#endif
