//===- Mutation.cpp - Is every synchronisation of a program needed, and would it be missed? -----------------===//
#include "lib/Interpreter/Mutation.h"
#include "lib/Interpreter/Call.h"
#include "mlir/IR/Threading.h"
#include <cstring>
#include <mutex>

namespace mlir::mla_gpu {

//===----------------------------------------------------------------------------------------------------------===//
// Mutants
//===----------------------------------------------------------------------------------------------------------===//

static bool isMutable(Operation *op) {
  if (!op->getParentOfType<KernelOp>())
    return false;
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
    std::string name =
        llvm::formatv("{0}/{1}/{2}", kernel.getSymName(), role ? role.getName() : "?", op->getName().stripDialect());
    if (isa<MbarArmOp, MbarArriveOp, MbarWaitOp, NbarArriveOp, NbarSyncOp>(op))
      name += "(" + getBarrierName(op->getOperand(0)) + ")";
    std::string change = "dropped";
    if (auto wait = dyn_cast<WgmmaWaitOp>(op))
      change = llvm::formatv("pending {0} instead of {1}", wait.getPending() + 1, wait.getPending());
    name += llvm::formatv("#{0}", counts[name]++).str();
    mutants.push_back({name, change, op->getLoc(), kernel, op->hasAttr(MLAGPUDialect::kNeedlessAttrName)});
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
  // A tail that differs from the others shares no code with them.
  if (auto tail = target->getParentOfType<TailOp>())
    tail.setName((tail.getName() + " (mutant)").str());
  if (auto wait = dyn_cast<WgmmaWaitOp>(target)) {
    wait.setPending(wait.getPending() + 1);
  } else {
    // A branch on what a barrier tells takes the way that is right for all rows, so that it is the order that is
    // missed.
    if (auto sync = dyn_cast<NbarSyncOp>(target); sync && sync.getHolds()) {
      OpBuilder builder(target);
      sync.getHolds().replaceAllUsesWith(
          arith::ConstantOp::create(builder, target->getLoc(), builder.getBoolAttr(false)));
    }
    target->erase();
  }
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

/// Whether some case runs the kernel.
bool isRun(KernelOp kernel, ArrayRef<MutationCase> cases) {
  return llvm::any_of(cases, [&](const MutationCase &problem) { return kernel.takesRows(problem.rows); });
}

std::vector<NamedInterleaving> makeInterleavings(ProgramOp program, ArrayRef<MutationCase> cases,
                                                 unsigned randomSeeds) {
  std::vector<NamedInterleaving> result;
  result.push_back({"round robin", InterpreterOptions()});
  // Roles of the kernel that has most of them; a number past a kernel's roles is its memory system.
  std::vector<std::string> roles;
  for (KernelOp kernel : program.getBody().getOps<KernelOp>()) {
    if (!isRun(kernel, cases))
      continue;
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

/// out, then lse.
template <typename Outputs> std::vector<uint8_t> pack(const Outputs &outputs) {
  std::vector<uint8_t> bytes = copyBytes(outputs.out), lse = copyBytes(outputs.lse);
  bytes.insert(bytes.end(), lse.begin(), lse.end());
  return bytes;
}

template <typename Outputs> Outputs unpack(const std::vector<uint8_t> &bytes, size_t outElements) {
  Outputs outputs;
  size_t outBytes = outElements * sizeof(uint16_t);
  if (bytes.size() < outBytes)
    return outputs;
  outputs.out.resize(outElements);
  outputs.lse.resize((bytes.size() - outBytes) / sizeof(float));
  if (outBytes)
    std::memcpy(outputs.out.data(), bytes.data(), outBytes);
  if (!outputs.lse.empty())
    std::memcpy(outputs.lse.data(), bytes.data() + outBytes, outputs.lse.size() * sizeof(float));
  return outputs;
}

mla::reference::ErrorBounds getBounds(const mla::reference::DecodeInputs &inputs) {
  return mla::reference::getErrorBounds(inputs.element, inputs.format, inputs.precision, /*hasOutliers=*/false,
                                        inputs.rope.has_value());
}

mla::reference::ErrorBounds getBounds(const mla::reference::PrefillInputs &inputs) {
  return mla::reference::getPrefillErrorBounds(inputs.element, inputs.shape.format);
}

/// A case of inputs that `interpret` runs and `compare` compares.
template <typename Outputs, typename Inputs, typename Interpret, typename Compare>
MutationCase makeCase(Inputs inputs, int64_t multiprocessors, size_t outElements, Interpret interpret,
                      Compare compare) {
  auto shared = std::make_shared<const Inputs>(std::move(inputs));
  MutationCase result;
  result.run = [=](ProgramOp program, const InterpreterOptions &options, InterpreterReport &report,
                   std::vector<uint8_t> &bytes) {
    Outputs outputs;
    if (failed(interpret(program, *shared, multiprocessors, options, report, outputs)))
      return failure();
    bytes = pack(outputs);
    return success();
  };
  result.judge = [=](const std::vector<uint8_t> &bytes) -> std::string {
    mla::reference::DecodeComparison comparison = compare(*shared, unpack<Outputs>(bytes, outElements));
    if (comparison.withinBounds(getBounds(*shared)))
      return "";
    return llvm::formatv("relative error {0}, log-sum-exp error {1}", comparison.worstRelativeError,
                         comparison.worstLseError);
  };
  return result;
}

} // namespace

MutationCase makeMutationCase(mla::reference::DecodeInputs inputs, int64_t multiprocessors) {
  int64_t rows = inputs.shape.rows();
  size_t elements = inputs.shape.b * rows * inputs.shape.d_latent;
  MutationCase result = makeCase<mla::reference::DecodeOutputs>(
      std::move(inputs), multiprocessors, elements, interpretDecode,
      [](auto &inputs, const auto &outputs) { return mla::reference::compareDecode(inputs, outputs); });
  result.rows = rows;
  return result;
}

MutationCase makeMutationCase(mla::reference::PrefillInputs inputs, int64_t multiprocessors) {
  size_t elements = inputs.q.tokens * inputs.shape.h_q * inputs.shape.d_v;
  return makeCase<mla::reference::PrefillOutputs>(
      std::move(inputs), multiprocessors, elements, interpretPrefill,
      [](auto &inputs, const auto &outputs) { return mla::reference::comparePrefill(inputs, outputs); });
}

size_t MutationReport::count(MutantOutcome outcome) const {
  return llvm::count_if(results, [&](const MutantResult &result) { return result.outcome == outcome; });
}

/// Runs the original on all cases; `expected` receives the outputs.
static LogicalResult runOriginal(ProgramOp program, ArrayRef<MutationCase> cases,
                                 ArrayRef<NamedInterleaving> interleavings,
                                 std::vector<std::vector<uint8_t>> &expected) {
  for (auto [i, problem] : llvm::enumerate(cases)) {
    for (const NamedInterleaving &interleaving : interleavings) {
      for (bool protocolOnly : {true, false}) {
        InterpreterOptions options = interleaving.options;
        options.protocolOnly = protocolOnly;
        InterpreterReport report;
        std::vector<uint8_t> outputs;
        if (failed(problem.run(program, options, report, outputs)))
          return failure();
        if (!report.clean()) {
          emitFindings(report);
          return program.emitError() << "the original is not clean (case " << i << ", " << interleaving.name << ")";
        }
        if (protocolOnly)
          continue;
        if (expected.size() == i)
          expected.push_back(std::move(outputs));
        else if (outputs != expected[i])
          return program.emitError() << "the result of the original depends on the interleaving (case " << i << ", "
                                     << interleaving.name << ")";
      }
    }
    if (std::string fault = problem.judge(expected[i]); !fault.empty())
      return program.emitError() << "the result of the original differs from the reference (case " << i
                                 << "): " << fault;
  }
  return success();
}

static void runMutant(ProgramOp program, ArrayRef<MutationCase> cases, ArrayRef<NamedInterleaving> interleavings,
                      ArrayRef<std::vector<uint8_t>> expected, MutantResult &result) {
  for (bool protocolOnly : {true, false}) {
    for (auto [i, problem] : llvm::enumerate(cases)) {
      for (const NamedInterleaving &interleaving : interleavings) {
        InterpreterOptions options = interleaving.options;
        options.protocolOnly = protocolOnly;
        InterpreterReport report;
        std::vector<uint8_t> outputs;
        bool failed = mlir::failed(problem.run(program, options, report, outputs));
        bool caught = failed || !report.clean();
        if (!caught && (protocolOnly || outputs == expected[i]))
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
  std::vector<NamedInterleaving> interleavings = makeInterleavings(program, cases, randomSeeds);
  std::vector<std::vector<uint8_t>> expected;
  if (failed(runOriginal(program, cases, interleavings, expected)))
    return failure();

  std::vector<OwningOpRef<ProgramOp>> programs;
  for (auto [i, mutant] : llvm::enumerate(enumerateMutants(program))) {
    if (!isRun(mutant.kernel, cases))
      continue;
    programs.push_back(makeMutant(program, i));
    report.results.push_back({mutant, MutantOutcome::Survived, std::nullopt, ""});
  }
  std::mutex mutex;
  size_t done = 0;
  parallelFor(program.getContext(), 0, programs.size(), [&](size_t i) {
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
      progress(done, programs.size());
  });
  // What is needless by its own word counts only where it is not.
  for (const MutantResult &result : report.results)
    if (result.mutant.isNeedless && result.outcome != MutantOutcome::Survived)
      report.staleEquivalences.push_back(result.mutant.name);
  llvm::erase_if(report.results, [](const MutantResult &result) {
    return result.mutant.isNeedless && result.outcome == MutantOutcome::Survived;
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
