//===- Launch.h - What the blocks of one launch share ----------------------------------------------*- C++ -*-===//
//
// Blocks meet in global memory only: one stores, arrives at a counter, another waits for the counter and loads. Every
// word remembers its last store and the loads since, and every counter what its arrivals released, so two accesses that
// are not ordered, one of them a store, are found whatever the order of execution was. The exception is a wait for
// fewer than all arrivals: it learns from those that happen to have come.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_INTERPRETER_LAUNCH_H
#define LIB_INTERPRETER_LAUNCH_H

#include "lib/Interpreter/HappensBefore.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace mlir::mla_gpu::interpreter {

/// What one agent knows of other blocks, by block number.
using RemoteClocks = std::map<int64_t, Clock>;

inline void joinClocks(RemoteClocks &into, const RemoteClocks &from) {
  for (const auto &[block, clock] : from) {
    auto [it, isNew] = into.try_emplace(block, clock);
    if (!isNew)
      it->second.join(clock);
  }
}

class Launch {
public:
  Launch(KernelOp kernel, llvm::ArrayRef<KernelArgument> arguments);

  /// Whether the kernel has no op that could store to the buffer: its loads, which are most, need no record.
  bool isOnlyRead(const DeviceBuffer *buffer) const { return !stored.contains(buffer); }

  /// Global stores of one op execution.
  struct Write {
    int64_t block;
    unsigned agent;
    /// The warp of an `each_warp` that stored; -1 for the whole team.
    int64_t warp;
    /// The agent's time of the store; 0 for an asynchronous one that nobody has waited for.
    uint32_t time;
    Operation *op;
  };

  /// Global loads of one op execution, and in a list the others of the same word since its last store (0 ends it).
  struct Read {
    int64_t block;
    unsigned agent;
    uint32_t time;
    Operation *op;
    unsigned previous;
  };

  unsigned addWrite(Write write) {
    writes.push_back(write);
    return writes.size(); // 0 is "not written by this launch"
  }
  Write &getWrite(unsigned number) { return writes[number - 1]; }

  unsigned addRead(Read read) {
    reads.push_back(read);
    return reads.size(); // 0 is "not read since the last store"
  }
  const Read &getRead(unsigned number) const { return reads[number - 1]; }

  /// The last writes of the four-byte words of a buffer.
  std::vector<unsigned> &getWords(const DeviceBuffer *buffer) {
    std::vector<unsigned> &words = lastWrites[buffer];
    words.resize(buffer->bytes.size() / 4 + 1);
    return words;
  }

  /// The last reads of the four-byte words of a buffer.
  std::vector<unsigned> &getReads(const DeviceBuffer *buffer) {
    std::vector<unsigned> &words = lastReads[buffer];
    words.resize(buffer->bytes.size() / 4 + 1);
    return words;
  }

  /// What the arrivals at a counter released.
  RemoteClocks &getCounter(const DeviceBuffer *buffer, int64_t index) { return counters[{buffer, index}]; }

private:
  llvm::SmallPtrSet<const DeviceBuffer *, 8> stored;
  std::vector<Write> writes;
  std::vector<Read> reads;
  std::map<const DeviceBuffer *, std::vector<unsigned>> lastWrites, lastReads;
  std::map<std::pair<const DeviceBuffer *, int64_t>, RemoteClocks> counters;
};

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_LAUNCH_H
