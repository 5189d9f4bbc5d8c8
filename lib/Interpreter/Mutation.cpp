//===- Mutation.cpp - Is every synchronisation of a program needed, and would it be missed? -----------------===//
#include "lib/Interpreter/Mutation.h"
#include "mlir/IR/Threading.h"
#include <cstring>
#include <mutex>

namespace mlir::mla_gpu {

using mla::reference::DecodeOutputs;

//===----------------------------------------------------------------------------------------------------------===//
// Mutants
//===----------------------------------------------------------------------------------------------------------===//

static bool isMutable(Operation *op) {
  // The weakest wait leaves seven groups.
  if (auto wait = dyn_cast<WgmmaWaitOp>(op))
    return wait.getPending() < 7;
  return isa<MbarArmOp, MbarArriveOp, MbarWaitOp, NbarArriveOp, NbarSyncOp, FenceAsyncOp, WgmmaCommitOp, PdlWaitOp,
             TmaStoreWaitOp, GridArriveOp, GridWaitOp, GridLeaveOp>(op);
}

/// The name of a barrier, or of those that it is chosen from.
static std::string getBarrierName(Value barrier) {
  if (auto mbar = barrier.getDefiningOp<MbarAllocOp>())
    return mbar.getName().str();
  if (auto nbar = barrier.getDefiningOp<NbarAllocOp>())
    return nbar.getName().str();
  if (auto select = barrier.getDefiningOp<arith::SelectOp>())
    return getBarrierName(select.getTrueValue()) + "|" + getBarrierName(select.getFalseValue());
  return "?";
}

std::vector<Mutant> enumerateMutants(ProgramOp program) {
  std::vector<Mutant> mutants;
  std::map<std::string, unsigned> counts;
  program.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isMutable(op))
      return;
    auto kernel = op->getParentOfType<KernelOp>();
    auto role = op->getParentOfType<RoleOp>();
    std::string name = llvm::formatv("{0}/{1}/{2}", kernel ? kernel.getSymName() : "?", role ? role.getName() : "?",
                                     op->getName().stripDialect());
    if (isa<MbarArmOp, MbarArriveOp, MbarWaitOp, NbarArriveOp, NbarSyncOp>(op))
      name += "(" + getBarrierName(op->getOperand(0)) + ")";
    std::string change = "dropped";
    if (auto wait = dyn_cast<WgmmaWaitOp>(op))
      change = llvm::formatv("pending {0} instead of {1}", wait.getPending() + 1, wait.getPending());
    name += llvm::formatv("#{0}", counts[name]++).str();
    mutants.push_back({name, change, op->getLoc()});
  });
  return mutants;
}

OwningOpRef<ProgramOp> makeMutant(ProgramOp program, unsigned index) {
  OwningOpRef<ProgramOp> clone = program.clone();
  Operation *target = nullptr;
  clone->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isMutable(op) && index-- == 0) {
      target = op;
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  if (!target)
    return nullptr;
  if (auto wait = dyn_cast<WgmmaWaitOp>(target))
    wait.setPending(wait.getPending() + 1);
  else
    target->erase();
  return clone;
}

//===----------------------------------------------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------------------------------------------===//

namespace {

struct NamedInterleaving {
  std::string name;
  InterpreterOptions options;
};

std::vector<NamedInterleaving> makeInterleavings(ProgramOp program, unsigned randomSeeds) {
  std::vector<NamedInterleaving> result;
  result.push_back({"round robin", InterpreterOptions()});
  // Roles of the kernel that has most of them; a number past a kernel's roles is its memory system.
  std::vector<std::string> roles;
  for (KernelOp kernel : program.getBody().getOps<KernelOp>()) {
    std::vector<std::string> names;
    for (RoleOp role : kernel.getBody().getOps<RoleOp>())
      names.push_back(role.getName().str());
    if (names.size() > roles.size())
      roles = std::move(names);
  }
  for (size_t i = 0; i <= roles.size(); ++i) {
    NamedInterleaving named{i < roles.size() ? roles[i] + " first" : "memory first", InterpreterOptions()};
    named.options.interleaving = Interleaving::RoleFirst;
    named.options.firstRole = i;
    result.push_back(std::move(named));
  }
  for (unsigned seed = 0; seed < randomSeeds; ++seed) {
    NamedInterleaving named{llvm::formatv("random {0}", seed), InterpreterOptions()};
    named.options.interleaving = Interleaving::Random;
    named.options.seed = seed;
    result.push_back(std::move(named));
  }
  return result;
}

bool isSame(const DecodeOutputs &a, const DecodeOutputs &b) {
  auto bitsOf = [](float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    return bits;
  };
  return a.out == b.out && a.lse.size() == b.lse.size() && llvm::all_of(llvm::zip(a.lse, b.lse), [&](auto pair) {
           return bitsOf(std::get<0>(pair)) == bitsOf(std::get<1>(pair));
         });
}

} // namespace

size_t MutationReport::count(MutantOutcome outcome) const {
  return llvm::count_if(results, [&](const MutantResult &result) { return result.outcome == outcome; });
}

/// Runs the original on all cases; `expected` receives the outputs.
static LogicalResult runOriginal(ProgramOp program, ArrayRef<MutationCase> cases,
                                 ArrayRef<NamedInterleaving> interleavings, std::vector<DecodeOutputs> &expected) {
  for (auto [i, problem] : llvm::enumerate(cases)) {
    for (const NamedInterleaving &interleaving : interleavings) {
      for (bool protocolOnly : {true, false}) {
        InterpreterOptions options = interleaving.options;
        options.protocolOnly = protocolOnly;
        InterpreterReport report;
        DecodeOutputs outputs;
        if (failed(interpretDecode(program, problem.inputs, problem.multiprocessors, options, report, outputs)))
          return failure();
        if (!report.clean()) {
          emitFindings(report);
          return program.emitError() << "the original is not clean (case " << i << ", " << interleaving.name << ")";
        }
        if (protocolOnly)
          continue;
        if (expected.size() == i)
          expected.push_back(std::move(outputs));
        else if (!isSame(outputs, expected[i]))
          return program.emitError() << "the result of the original depends on the interleaving (case " << i << ", "
                                     << interleaving.name << ")";
      }
    }
    mla::reference::DecodeComparison comparison = mla::reference::compareDecode(problem.inputs, expected[i]);
    if (!comparison.withinBounds(
            mla::reference::getErrorBounds(problem.inputs.element, problem.inputs.format, problem.inputs.precision)))
      return program.emitError() << "the result of the original differs from the reference (case " << i
                                 << "): relative error " << comparison.worstRelativeError << ", log-sum-exp error "
                                 << comparison.worstLseError;
  }
  return success();
}

static void runMutant(ProgramOp program, ArrayRef<MutationCase> cases, ArrayRef<NamedInterleaving> interleavings,
                      ArrayRef<DecodeOutputs> expected, MutantResult &result) {
  for (bool protocolOnly : {true, false}) {
    for (auto [i, problem] : llvm::enumerate(cases)) {
      for (const NamedInterleaving &interleaving : interleavings) {
        InterpreterOptions options = interleaving.options;
        options.protocolOnly = protocolOnly;
        InterpreterReport report;
        DecodeOutputs outputs;
        bool failed =
            mlir::failed(interpretDecode(program, problem.inputs, problem.multiprocessors, options, report, outputs));
        bool caught = failed || !report.clean();
        if (!caught && (protocolOnly || isSame(outputs, expected[i])))
          continue;
        result.outcome = caught ? MutantOutcome::Caught : MutantOutcome::WrongValue;
        if (!report.clean())
          result.finding = report.findings.front();
        result.detail = llvm::formatv("case {0}, {1}", i, interleaving.name);
        return;
      }
    }
  }
}

LogicalResult runMutationTest(ProgramOp program, ArrayRef<MutationCase> cases, unsigned randomSeeds,
                              const std::map<std::string, std::string> &equivalences, MutationReport &report,
                              std::function<void(size_t, size_t)> progress) {
  std::vector<NamedInterleaving> interleavings = makeInterleavings(program, randomSeeds);
  std::vector<DecodeOutputs> expected;
  if (failed(runOriginal(program, cases, interleavings, expected)))
    return failure();

  std::vector<Mutant> mutants = enumerateMutants(program);
  std::vector<OwningOpRef<ProgramOp>> programs;
  for (auto [i, mutant] : llvm::enumerate(mutants)) {
    programs.push_back(makeMutant(program, i));
    report.results.push_back({mutant, MutantOutcome::Survived, std::nullopt, ""});
  }
  std::mutex mutex;
  size_t done = 0;
  parallelFor(program.getContext(), 0, mutants.size(), [&](size_t i) {
    MutantResult &result = report.results[i];
    runMutant(*programs[i], cases, interleavings, expected, result);
    auto equivalence = equivalences.find(result.mutant.name);
    if (result.outcome == MutantOutcome::Survived && equivalence != equivalences.end()) {
      result.outcome = MutantOutcome::Equivalent;
      result.detail = equivalence->second;
    }
    std::lock_guard<std::mutex> lock(mutex);
    ++done;
    if (progress)
      progress(done, mutants.size());
  });
  for (auto &[name, reason] : equivalences) {
    bool used = llvm::any_of(report.results, [&, &name = name](const MutantResult &result) {
      return result.outcome == MutantOutcome::Equivalent && result.mutant.name == name;
    });
    if (!used)
      report.staleEquivalences.push_back(name);
  }
  return success();
}

} // namespace mlir::mla_gpu
