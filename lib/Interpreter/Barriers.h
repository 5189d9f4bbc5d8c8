//===- Barriers.h - State of mbarriers and named barriers -----------------------------------------*- C++ -*-===//
#ifndef LIB_INTERPRETER_BARRIERS_H
#define LIB_INTERPRETER_BARRIERS_H

#include "lib/Interpreter/HappensBefore.h"
#include <memory>

namespace mlir::mla_gpu::interpreter {

/// A transaction barrier: a phase completes when `count` arrivals came and as many bytes as were announced.
class Mbarrier {
public:
  Mbarrier(unsigned index, std::string name, uint32_t count, Clock clock)
      : index(index), name(std::move(name)), count(count), current(clock), completed(std::move(clock)) {}

  /// One arrival that announces `bytes` (0: none). Returns a sentence if that is an error.
  std::optional<std::string> arrive(const Clock &released, int64_t bytes);
  /// Bytes of a copy landed; they may come before they are announced.
  std::optional<std::string> land(int64_t bytes);
  /// Whether the phase with this parity has completed; parity 1 holds before any phase has.
  bool isComplete(unsigned parity) const { return (completedPhases & 1) != parity; }

  uint32_t getCompletedPhases() const { return completedPhases; }
  /// What is known to whoever waited for the last completed phase.
  const Clock &getClock() const { return completed; }
  /// Nothing has arrived in the current phase.
  bool isIdle() const { return arrivals == 0 && announced == 0 && landed == 0; }
  llvm::StringRef getName() const { return name; }
  /// "arrivals 0 of 1, bytes 0 of 0"
  std::string describe() const;

private:
  std::optional<std::string> settle();

  unsigned index;
  std::string name;
  uint32_t count;
  uint32_t arrivals = 0;
  int64_t announced = 0, landed = 0;
  uint32_t completedPhases = 0;
  Clock current, completed;
};

/// A named barrier: completes when the threads of the teams that came add up to `threads`.
class NamedBarrier {
public:
  NamedBarrier(std::string name, uint32_t threads, Clock clock)
      : name(std::move(name)), threads(threads), empty(clock), current(std::make_shared<Clock>(std::move(clock))) {}

  /// A team of `teamThreads` arrives or synchronises. Returns a sentence if that is an error.
  std::optional<std::string> arrive(unsigned agent, uint32_t teamThreads, const Clock &released);
  /// How often the barrier has completed.
  uint64_t getGeneration() const { return generation; }
  /// What the teams of the current generation bring; final once that generation has ended.
  std::shared_ptr<const Clock> getClock() const { return current; }
  bool isIdle() const { return arrived == 0; }
  llvm::StringRef getName() const { return name; }
  /// "threads 128 of 256"
  std::string describe() const;

private:
  std::string name;
  uint32_t threads;
  uint32_t arrived = 0;
  uint64_t generation = 0;
  llvm::SmallVector<unsigned, 4> agents; // that arrived in this generation
  Clock empty;
  std::shared_ptr<Clock> current;
};

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_BARRIERS_H
