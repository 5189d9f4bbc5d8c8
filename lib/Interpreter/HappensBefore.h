//===- HappensBefore.h - Which accesses to shared memory are ordered ------------------------------*- C++ -*-===//
//
// Vector clocks over the agents (role teams) of a block. An agent's clock holds for every agent
//
// - `generic`: up to which time its loads and stores are ordered before now;
// - `fenced`:  up to which time its stores were followed by its own `fence.async`, and that fence is ordered before
// now:
//              those are what the asynchronous proxy (wgmma, TMA) sees;
// - `retired`: up to which time its wgmma, which read shared memory asynchronously, are known to have retired;
//
// and for every mbarrier how many phases are known to be complete, which is how the bytes of a copy become visible.
// Barriers pass clocks on; nothing else does. Each tile of a swizzled buffer (or each part of
// it that is a tile to some view), and each unswizzled buffer as a whole, is one *cell* that remembers its last writes
// and the reads since. The verdict on two accesses does not depend on when they happened to be executed, only on the
// barriers between them.
//
// Four warps of a warp group share a clock, so one thing needs care: an mbarrier arrival and a TMA copy come from one
// lane, which does not know what the other threads stored. Each clock therefore also keeps its own times as of the last
// barrier that synchronised the whole group (`synced`).
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_INTERPRETER_HAPPENSBEFORE_H
#define LIB_INTERPRETER_HAPPENSBEFORE_H

#include "lib/Interpreter/Interpreter.h"

namespace mlir::mla_gpu::interpreter {

/// What is ordered before some point of the execution.
class Clock {
public:
  Clock() = default;
  Clock(unsigned numAgents, unsigned numMbars) : numAgents(numAgents), times(3 * numAgents + numMbars + 1, 0) {}

  uint32_t &generic(unsigned agent) { return times[agent]; }
  uint32_t &fenced(unsigned agent) { return times[numAgents + agent]; }
  uint32_t &retired(unsigned agent) { return times[2 * numAgents + agent]; }
  /// Completed phases of an mbarrier.
  uint32_t &phases(unsigned mbar) { return times[3 * numAgents + mbar]; }
  /// 1 once the kernels that this launch depends on are known to have completed.
  uint32_t &launch() { return times.back(); }
  /// Everything that either clock knows.
  void join(const Clock &other) {
    for (size_t i = 0, e = times.size(); i < e; ++i)
      times[i] = std::max(times[i], other.times[i]);
  }

private:
  unsigned numAgents = 0;
  std::vector<uint32_t> times;
};

/// One agent's place in the order.
class Timeline {
public:
  Timeline(unsigned agent, bool oneWarp, unsigned numAgents, unsigned numMbars)
      : agent(agent), oneWarp(oneWarp), clock(numAgents, numMbars) {
    clock.generic(agent) = 1;
  }

  unsigned getAgent() const { return agent; }
  uint32_t now() { return clock.generic(agent); }

  /// `fence.async`: stores so far become visible to the asynchronous proxy, for whoever is ordered after.
  void fence();
  /// All threads of the team know of each other's accesses so far.
  void sync();
  /// Retires the wgmma issued so far in the groups that were waited for; returns the time to note at their reads.
  uint32_t retire();
  /// What a barrier learns from this agent: of all threads (named barriers), or of one lane (mbarriers).
  Clock release(bool allThreads);
  void acquire(const Clock &other) { clock.join(other); }
  void acquireLaunch() { clock.launch() = 1; }
  bool knowsLaunch() { return clock.launch() != 0; }

  /// Whether loads and stores of `other` up to `time` are ordered before now, for all threads of this team
  /// (`sameThreads`: the threads that touch an element are the same in both accesses).
  bool knowsGeneric(unsigned other, uint32_t time, bool sameThreads);
  /// The same for stores, as the asynchronous proxy sees them.
  bool knowsFenced(unsigned other, uint32_t time);
  bool knowsRetired(unsigned other, uint32_t time) { return clock.retired(other) >= time; }
  bool knowsPhase(unsigned mbar, uint32_t phase) { return clock.phases(mbar) > phase; }

private:
  unsigned agent;
  bool oneWarp;
  Clock clock;
  uint32_t syncedGeneric = 0, syncedFenced = 0;
};

/// Two accesses that are not ordered as they must be.
struct Conflict {
  FindingKind kind; // Race or MissingFence
  Operation *other; // the earlier access
  unsigned otherAgent;
  llvm::StringRef otherAccess; // what that was: "store", "load", "wgmma", "asynchronous store", "copy"
};

/// What happened to one cell of shared memory. The members return the conflict with an earlier access, if there is one,
/// and record the new access otherwise.
class Cell {
public:
  /// Store by an agent. `whole` if it overwrites all of the cell.
  std::optional<Conflict> store(Timeline &agent, Operation *op, bool whole);
  std::optional<Conflict> load(Timeline &agent, Operation *op);
  /// A wgmma starts to read; `id` tells it from the agent's others.
  std::optional<Conflict> beginAsyncRead(Timeline &agent, uint64_t id, Operation *op);
  /// That wgmma retired at `time`.
  void endAsyncRead(unsigned agent, uint64_t id, uint32_t time);
  /// A copy is issued that overwrites the cell.
  std::optional<Conflict> beginCopy(Timeline &agent, Operation *op);
  /// The bytes of the copy landed and were counted in a phase of an mbarrier.
  void endCopy(unsigned mbar, uint32_t phase);

  /// The copy that last filled the cell: its op and agent, and where its bytes were counted, once they landed.
  struct Copy {
    Operation *op = nullptr;
    unsigned agent = 0;
    bool landed = false;
    unsigned mbar = 0;
    uint32_t phase = 0;
  };
  const Copy &getCopy() const { return copy; }

private:
  struct Access {
    unsigned agent;
    uint32_t time;
    Operation *op;
  };
  struct AsyncRead {
    unsigned agent;
    uint64_t id;
    bool retired;
    uint32_t time;
    Operation *op;
  };

  std::optional<Conflict> checkCopy(Timeline &agent) const;
  std::optional<Conflict> checkReads(Timeline &agent) const;
  std::optional<Conflict> checkStoresAsync(Timeline &agent) const;

  Copy copy;                                  // if op is set: the last write of the whole cell, but for `stores`
  llvm::SmallVector<Access, 2> stores;        // since the cell was last overwritten as a whole
  llvm::SmallVector<Access, 2> loads;         // since the last write, one per agent
  llvm::SmallVector<AsyncRead, 4> asyncReads; // since the last write: in flight, and the last retired per agent
};

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_HAPPENSBEFORE_H
