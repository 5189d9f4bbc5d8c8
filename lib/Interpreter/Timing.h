//===- Timing.h - The clocks of a grid: agents, tensor cores, memory ------------------------------*- C++ -*-===//
//
// The timing mode executes the ops of all blocks in the order of time. An agent has a clock; an op moves it by what the
// table in Costs.h says, and every value knows when it is there. What happens by itself (instructions on the tensor
// cores, copies) are events of the block; waits end at the event that they wait for. Blocks meet in the device's
// memory, which is why they run together.
//
// Queues of memory are counted from the moment of a request. A copy that is issued in one op as a train of boxes books
// its share of the device at once, so that it does not make later requests of other blocks wait for its own last box.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_INTERPRETER_TIMING_H
#define LIB_INTERPRETER_TIMING_H

#include "lib/Interpreter/Machine.h"

namespace mlir::mla_gpu::interpreter {

/// DRAM and L2, which remember what lies in L2 from kernel to kernel.
class DeviceMemory {
public:
  explicit DeviceMemory(double clockHz) : clockHz(clockHz) {}

  /// A new kernel: queues are empty, times count from 0, L2 keeps its contents.
  void beginKernel();
  /// When the first byte of a request reaches the multiprocessor: asked for at `now`, sent at `start`, of `bytes` that
  /// are named by buffer and place. `extra` comes on top of the latency of a load.
  double read(double now, double start, const DeviceBuffer *buffer, int64_t place, double bytes, double extra);
  /// `bytes` leave for memory and remain in L2.
  void write(double now, const DeviceBuffer *buffer, int64_t firstByte, int64_t bytes);

  /// Clocks for which DRAM, or the way out of L2, was busy in this kernel.
  double getDramBusy() const { return dramBusy; }
  double getL2Busy() const { return l2Busy; }

private:
  struct Line {
    double available = 0; // in this kernel
    double traffic = 0;   // of the device when it came
  };

  double getLoadedLatency(double now, double clocks);

  double clockHz;
  double load = 0, loadTime = 0;
  double dramFree = 0, l2Free = 0, dramBusy = 0, l2Busy = 0;
  double traffic = 0;
  llvm::DenseMap<std::pair<const void *, int64_t>, Line> lines;
};

/// What the blocks of one multiprocessor share.
struct Multiprocessor {
  double tmaFree = 0, portFree = 0, storeFree = 0;
  unsigned blocks = 0;
};

/// Clocks lost at one place, by role and what was waited for.
using Stalls = std::map<std::pair<std::string, std::string>, double>;

/// One block in time.
class TimedBlock {
public:
  TimedBlock(const KernelCode &code, Launch &shared, int64_t x, int64_t y, int64_t gridX, int64_t gridY,
             llvm::ArrayRef<KernelArgument> arguments, const InterpreterOptions &options, InterpreterReport &report,
             DeviceMemory &memory, Multiprocessor &multiprocessor, double start);

  /// When the next event happens; infinity if none does any more.
  double getNextTime() const { return nextTime; }
  /// Lets the next event happen.
  void step();
  bool isStopped() const { return machine.stopped; }
  bool isFinished() const;
  bool waitsForGrid() const { return machine.waitsForGrid(); }
  /// When the block arrived at a counter that others may wait for, if it did since the last question.
  std::optional<double> takeArrival() { return std::exchange(arrival, std::nullopt); }
  /// Lets agents go on whose barrier or counter is there now.
  void wakeAt(double time) {
    wake(time);
    updateNextTime();
  }
  /// Checks what a kernel must not leave behind.
  void finish() { machine.checkEnd(); }
  void reportDeadlock() { machine.reportDeadlock(); }
  double getEnd() const;
  double getTensorBusy() const { return tensorBusy; }
  const Stalls &getStalls() const { return stalls; }
  Multiprocessor &getMultiprocessor() { return multiprocessor; }

private:
  /// wgmma of one op: instructions of equal length.
  struct Batch {
    double clocks;
    int64_t left;
    size_t number; // of its agent
  };
  struct AgentTime {
    double clock = 0;
    bool blocked = false;
    std::optional<double> waitingSince;
    double deferredUntil = 0;             // when arithmetic that waits for loads is done
    std::deque<Batch> batches;            // not finished
    std::vector<double> doneAt;           // of every batch; infinity before
    std::deque<size_t> groups;            // committed and not waited for: number of batches up to the commit
    double bulkRead = 0, bulkWritten = 0; // when its last bulk store has read, and has written
    std::optional<size_t> warpGroup;      // for a warp of an `each_warp`: the agent that it is part of
    unsigned runningWarps = 0;            // of an `each_warp` that the agent is in
  };

  void updateNextTime();
  void runAgent(size_t index);
  void account(size_t index, const Instruction &instruction, bool deferred, double operandsReady);
  void issueCopies(size_t index, size_t before);
  double load(size_t index, const Instruction &instruction);
  void store(size_t index, const Instruction &instruction);
  void bulkStore(size_t index, const Instruction &instruction);
  void startWarps(size_t index, const Instruction &instruction);
  void finishWarp(size_t index);
  double getDescriptor(double now, double start, const DeviceBuffer *buffer);
  double getRetirement(size_t index, const Instruction &instruction) const;
  bool canGoOn(size_t index);
  void wake(double time);
  void startTensorCores(double time);
  void finishTensorInstruction();
  void addStall(size_t index, const Instruction &instruction, double clocks);
  void addStall(size_t index, llvm::StringRef what, double clocks);

  Machine machine;
  DeviceMemory &memory;
  Multiprocessor &multiprocessor;
  Stalls stalls;
  std::vector<AgentTime> times;
  std::vector<double> landings; // of machine.copies
  double nextTime = 0;
  double tensorUntil = 0, tensorBusy = 0;
  std::optional<size_t> tensorAgent; // whose instruction runs
  size_t tensorTurn = 0;
  /// When the lines that loads of this block touched are in L1.
  llvm::DenseMap<std::pair<const void *, int64_t>, double> l1;
  /// When the descriptors of tensor maps are there.
  llvm::DenseMap<const DeviceBuffer *, double> descriptors;
  /// When an instruction has been fetched.
  llvm::DenseMap<const Instruction *, double> codeAt;
  std::optional<double> arrival;
};

/// Runs a grid in time and adds what it took to the report.
void runTimed(const KernelCode &code, int64_t gridX, int64_t gridY, llvm::ArrayRef<KernelArgument> arguments,
              const InterpreterOptions &options, InterpreterReport &report);

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_TIMING_H
