//===- Mutation.h - Is every synchronisation of a program needed, and would it be missed? ---------*- C++ -*-===//
//
// A mutant is a program with one synchronisation op dropped or weakened. The interpreter must catch each, by a finding
// or by a different result, under at least one interleaving; mutants that it cannot catch because they are as correct
// as the original are listed by name, with the reason.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_INTERPRETER_MUTATION_H
#define LIB_INTERPRETER_MUTATION_H

#include "lib/Interpreter/Interpreter.h"
#include "mlir/IR/OwningOpRef.h"
#include <functional>

namespace mlir::mla_gpu {

struct Mutant {
  /// Kernel, role, op, its barrier, and which of the like in that role: "attend/wg0/mbar.wait(k0_full_a)#1".
  std::string name;
  /// "dropped", or how it was weakened.
  std::string change;
  Location location;
  /// The kernel that the op is in.
  KernelOp kernel;
  /// The op says that nothing needs it (`mla_gpu.needless`).
  bool isNeedless = false;
};

/// All mutants of a program, in the order of the text: every mbar.arm, mbar.arrive, mbar.wait, nbar.arrive, nbar.sync,
/// fence.async, wgmma.commit, tma.store_wait, grid.arrive, grid.wait, grid.leave and pdl.wait dropped; every
/// wgmma.wait, whose results are needed, made to leave one more group in flight.
std::vector<Mutant> enumerateMutants(ProgramOp program);

/// The program with mutant `index` applied.
OwningOpRef<ProgramOp> makeMutant(ProgramOp program, unsigned index);

/// A problem that the mutants are run on.
struct MutationCase {
  /// Runs a program on it and gives the bytes of what came out. Fails as interpretDecode does.
  std::function<LogicalResult(ProgramOp, const InterpreterOptions &, InterpreterReport &, std::vector<uint8_t> &)> run;
  /// How the results differ from the reference by more than the project promises; empty if they do not.
  std::function<std::string(const std::vector<uint8_t> &)> judge;
  /// Of a request: kernels for other numbers of rows do not run. 0 of an op whose requests have none.
  int64_t rows = 0;
};
MutationCase makeMutationCase(mla::reference::DecodeInputs inputs, int64_t multiprocessors);
MutationCase makeMutationCase(mla::reference::PrefillInputs inputs, int64_t multiprocessors);

enum class MutantOutcome {
  Caught,     // by a finding
  WrongValue, // no finding, but a result that differs from the original's
  Equivalent, // neither; listed as equivalent
  Survived    // neither, and not listed
};

struct MutantResult {
  Mutant mutant;
  MutantOutcome outcome = MutantOutcome::Survived;
  /// What caught it.
  std::optional<Finding> finding;
  /// The interleaving that caught it, as text; or the reason of an equivalent mutant.
  std::string detail;
};

struct MutationReport {
  std::vector<MutantResult> results;
  /// Names listed as equivalent that are no mutants or were caught.
  std::vector<std::string> staleEquivalences;

  size_t count(MutantOutcome outcome) const;
};

/// Runs the original, which must be clean and within the project's bounds of the reference, then every mutant of a
/// kernel that some case runs, under round robin, each role and the memory system first, and `randomSeeds` random
/// interleavings. A mutant is first run without values, which is quick, and with them if that finds nothing.
/// `equivalences` maps names of mutants to reasons; `progress`, if given, is called with the number of mutants done and
/// of all, by one thread at a time. Fails, with a diagnostic, if the original is not as it should be.
LogicalResult runMutationTest(ProgramOp program, llvm::ArrayRef<MutationCase> cases, unsigned randomSeeds,
                              const std::map<std::string, std::string> &equivalences, MutationReport &report,
                              std::function<void(size_t, size_t)> progress = nullptr);

} // namespace mlir::mla_gpu

#endif // LIB_INTERPRETER_MUTATION_H
