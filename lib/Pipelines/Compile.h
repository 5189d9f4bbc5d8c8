//===- Compile.h - From IR of any level to any stage ---------------------------------------------*- C++ -*-===//
//
// What mla-compile and mla-run call. A compilation looks at what the module holds (mla ops, mla_gpu programs, or
// lowered gpu.modules), enters the pipelines there and runs up to the stage that was asked for.
// The library is MLACompile.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_PIPELINES_COMPILE_H
#define LIB_PIPELINES_COMPILE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlir::mla {

/// The stages of a compilation, in order.
enum class Stage {
  MLA,    // the ops as they came; MLIR text
  MLAGPU, // mla_gpu programs, what the interpreter executes; MLIR text
  NVVM,   // gpu.modules of llvm.func; MLIR text
  LLVM,   // LLVM IR text
  PTX,    // PTX text
  Cubin,  // one ELF image
  Package // what the runtime loads: see lib/Target/Package
};
/// As on the command line: "mla", "mla-gpu", "nvvm", "llvm", "ptx", "cubin", "package".
llvm::StringRef stringifyStage(Stage stage);
std::optional<Stage> symbolizeStage(llvm::StringRef name);
/// True where the output is bytes rather than text.
inline bool isBinary(Stage stage) { return stage >= Stage::Cubin; }

/// What steers `mla-choose-schedule`, for ops that carry no schedule of their own.
struct ScheduleChoice {
  /// Fields that override the choice: "kind=decode_seesaw,item_cost=2".
  std::string overrides;
  /// A file with measured choices; empty: the built-in one for `gpu`, if there is one; "none": do without.
  std::string table;
  /// The GPU to run on, as its driver calls it; empty: unknown, then the first built-in table applies.
  std::string gpu;
  /// Folder to read schedule templates from; empty: the built-in ones.
  std::string templateDir;
};

struct CompileOptions {
  /// Name of a chip that the compiler knows.
  std::string target = "sm_90a";
  Stage stopAfter = Stage::Package;
  ScheduleChoice schedule;
  /// The ptxas to run; empty: $MLA_PTXAS, then the one on PATH, then the one in $CUDA_HOME or /usr/local/cuda; "none":
  /// do without. A package made without ptxas holds PTX alone, with a remark on the module: the driver assembles it
  /// when it loads it.
  std::string ptxasPath;
};

/// What ptxas says about one kernel.
struct KernelResources {
  std::string name;
  int64_t registers = 0;
  int64_t sharedBytes = 0; // static and dynamic
  int64_t stackBytes = 0;
  int64_t spillBytes = 0; // stores and loads
};

/// How an attention op became a kernel.
struct ScheduleRecord {
  std::string program;
  /// As `--schedule` reads it.
  std::string schedule;
  /// "default", or which row of which table; and what was overridden.
  std::string chosenBy;
};

/// Wall-clock seconds of one step.
struct StepTime {
  std::string step;
  double seconds = 0;
};

struct CompileResult {
  /// Text or bytes of the stage. Empty for MLAGPU and NVVM: the module itself is the result; `printModule` prints it.
  std::string output;
  /// Of every kernel, if ptxas ran.
  std::vector<KernelResources> resources;
  /// Of every program that says so, if there are programs.
  std::vector<ScheduleRecord> schedules;
  /// Of every step that ran, in order.
  std::vector<StepTime> timings;
};

/// Compiles `module` in place up to `options.stopAfter`. Errors go to the context's diagnostic handler, located at the
/// op that cannot be compiled; after a failure the module is in an unspecified, valid state. The context must have been
/// made from a registry that `registerCompiler` filled.
FailureOr<CompileResult> compile(ModuleOp module, const CompileOptions &options);

/// Everything that a context needs for `compile`: dialects and translations.
void registerCompiler(DialectRegistry &registry);

/// The result of stages MLAGPU and NVVM as text.
std::string printModule(ModuleOp module);

} // namespace mlir::mla

#endif // LIB_PIPELINES_COMPILE_H
