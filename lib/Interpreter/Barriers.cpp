//===- Barriers.cpp - State of mbarriers and named barriers -------------------------------------------------===//
#include "lib/Interpreter/Barriers.h"

namespace mlir::mla_gpu::interpreter {

/// The transaction count of an mbarrier lies within ±(2^20 − 1) (PTX ISA, "mbarrier contents").
static constexpr int64_t kMostBytes = (1 << 20) - 1;

std::optional<std::string> Mbarrier::arrive(const Clock &released, int64_t bytes) {
  if (arrivals == count)
    return llvm::formatv("mbarrier '{0}' expects {1} arrivals per phase, but got one more ({2})", name, count,
                         describe())
        .str();
  ++arrivals;
  announced += bytes;
  current.join(released);
  return settle();
}

std::optional<std::string> Mbarrier::land(int64_t bytes) {
  landed += bytes;
  return settle();
}

std::optional<std::string> Mbarrier::settle() {
  int64_t outstanding = announced - landed;
  if (outstanding > kMostBytes || outstanding < -kMostBytes)
    return llvm::formatv("expected at most {0} outstanding bytes on mbarrier '{1}', but got {2}", kMostBytes, name,
                         outstanding)
        .str();
  if (arrivals != count)
    return std::nullopt;
  if (outstanding < 0)
    return llvm::formatv("mbarrier '{0}' got more bytes than were announced ({1})", name, describe()).str();
  if (outstanding > 0)
    return std::nullopt;
  arrivals = 0;
  announced = landed = 0;
  ++completedPhases;
  // Arrivals are read-modify-writes of one word, so a phase's waiter is also ordered after all earlier phases.
  completed.join(current);
  completed.phases(index) = completedPhases;
  return std::nullopt;
}

std::string Mbarrier::describe() const {
  return llvm::formatv("arrivals {0} of {1}, bytes {2} of {3}", arrivals, count, landed, announced).str();
}

std::optional<std::string> NamedBarrier::arrive(unsigned agent, uint32_t teamThreads, const Clock &released) {
  if (llvm::is_contained(agents, agent))
    return llvm::formatv("a team comes twice to named barrier '{0}' before it completed ({1})", name, describe()).str();
  if (arrived + teamThreads > threads)
    return llvm::formatv("named barrier '{0}' is for {1} threads, but {2} came", name, threads, arrived + teamThreads)
        .str();
  agents.push_back(agent);
  arrived += teamThreads;
  current->join(released);
  if (arrived < threads)
    return std::nullopt;
  arrived = 0;
  agents.clear();
  ++generation;
  current = std::make_shared<Clock>(empty);
  return std::nullopt;
}

std::string NamedBarrier::describe() const { return llvm::formatv("threads {0} of {1}", arrived, threads).str(); }

} // namespace mlir::mla_gpu::interpreter
