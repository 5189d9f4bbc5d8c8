//===- Costs.h - What ops cost on a Hopper multiprocessor, in clocks ------------------------------*- C++ -*-===//
//
// The table of the timing mode: every figure has its source beside it. "Measured" figures come from microbenchmarks on
// an H200 (132 multiprocessors), "issue" figures follow from the rates of the pipelines. One is calibrated,
// kColdCodeLine, and says so.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_INTERPRETER_COSTS_H
#define LIB_INTERPRETER_COSTS_H

#include "mlir/IR/Operation.h"
#include <utility>

namespace mlir::mla_gpu::interpreter {

/// Facts about the device, in clocks of a multiprocessor and bytes. Rates per second become rates per clock by the
/// clock that the user chose.
namespace costs {

// ---- Tensor cores ---------------------------------------------------------------------------------------------------

/// From the last clock of an instruction to the moment a wgmma.wait sees it. Measured.
constexpr double kWgmmaRetire = 40;
/// Issue of one instruction by a warp group; it goes on while the tensor cores work. Measured.
constexpr double kWgmmaIssue = 4;

// ---- Barriers -------------------------------------------------------------------------------------------------------

/// bar.sync from the last arrival on. Measured: 43 to 45 with 256 threads.
constexpr double kNamedBarrier = 43;
/// bar.arrive: issue.
constexpr double kNamedBarrierArrive = 4;
/// fence.proxy.async. Measured.
constexpr double kFenceAsync = 44;
/// mbarrier.arrive by one lane: an elected branch and an access to shared memory, without waiting for its answer.
constexpr double kMbarrierArrive = 8;
/// mbarrier.try_wait: one load of shared memory, of which a wait needs one more after the phase has completed.
constexpr double kMbarrierWait = 30;

// ---- Shared memory --------------------------------------------------------------------------------------------------

/// Latency of a load. Measured: 29 to 33.
constexpr double kSharedLoad = 30;
/// stmatrix of a 64 x 64 tile of 16-bit elements by a warp group. Measured.
constexpr double kStoreTile = 40;
/// ldmatrix of four matrices by one warp: 512 bytes, the port's 128 a clock. Not measured.
constexpr double kLoadMatrix = 4;
/// Warps of a warp group, which take turns at the port.
constexpr double kWarps = 4;
/// A store of one value per row: address and issue.
constexpr double kStoreRows = 8;
/// Bytes a clock of plain stores: the width of the shared-memory port.
constexpr double kSharedBytes = 128;

// ---- Arithmetic of one warp group or warp; a warp instruction takes one slot a clock
// ---------------------------------

/// Dependent latency of an add, multiply, compare or select.
constexpr double kAluLatency = 5;
/// Clocks per element of a thread: fp32 multiply or add; maximum, compare, select (half rate); ex2 (16 results a clock
/// and multiprocessor, measured); packed conversion to 16 bits, which hides behind the exponentials but for its issue
/// slot of two elements.
constexpr double kMultiply = 1, kMaximum = 2, kExp2 = 8, kConvert = 0.5;
/// The same for conversions from or to e4m3: 64 elements a clock and multiprocessor. Not measured.
constexpr double kConvertE4M3 = 2;
/// Latency of ex2, lg2, rcp with its scaling.
constexpr double kMufuLatency = 22;
/// Latency of a shuffle. Measured: 23.
constexpr double kShuffle = 23;
/// Latency of an integer reduction over a warp. Measured on an H200: 46 with an addition behind it, where five shuffles
/// and maxima take 150 with one.
constexpr double kWarpReduction = 41;
/// Test and vote before a rescaling that can be skipped. Modelled with 6 in the study of the seesaw.
constexpr double kVote = 6;
/// A scalar integer op: half of them share an instruction or are folded into addresses, so less than the latency.
constexpr double kScalar = 2;
/// Unsigned division or remainder of 32 bits by a number that is not constant: some 20 dependent instructions.
constexpr double kDivide = 80;
/// Loop overhead or a uniform branch.
constexpr double kBranch = 6;

// ---- Global memory --------------------------------------------------------------------------------------------------

/// Latency of a load that hits L1, L2, or goes to DRAM. Published microbenchmarks of Hopper: 33, about 270, about 700.
constexpr double kL1Load = 33, kL2Load = 270, kDramLoad = 700;
/// What a copy by TMA takes longer than a load: descriptor, request generation, write to shared memory, signal. With 16
/// KiB in flight on each multiprocessor 2.83 TB/s arrive (measured): 1340 clocks a box, of which 700 are DRAM and 130
/// the box itself.
constexpr double kTmaLatency = 450;
/// What DRAM takes longer the busier it is: (share of kDramReads, clocks). From the same measurement with 16, 24, 32
/// and 48 KiB in flight: 2.83, 3.57, 4.08 and 4.54 TB/s, that is 1340, 1557, 1816 and (in the queue) more clocks a box.
constexpr std::pair<double, double> kLoadedLatency[] = {{0.61, 0}, {0.77, 217}, {0.88, 476}};
/// Over how many clocks that share is taken: about the time of a request.
constexpr double kLoadWindow = 1500;
/// A box keeps the TMA unit busy at least so long, whatever its size. Measured: 50 to 55.
constexpr double kTmaBox = 50;
/// Issue of a copy by the elected lane.
constexpr double kTmaIssue = 12;
/// Issue of a global load or store by a warp: address and instruction.
constexpr double kGlobalIssue = 4;
/// Bytes a clock into one multiprocessor. Measured: 65 by pairs that read the same page.
constexpr double kPortBytes = 65;
/// Bytes a clock that one multiprocessor stores. Not measured: half of the way in.
constexpr double kStoreBytes = 32;
/// Bytes a clock that the TMA unit of one multiprocessor sends. As fast as the way in: 64 KiB and a cold descriptor
/// took 0.85 us (measured on an H100), of which the bytes are 1008 clocks.
constexpr double kTmaStoreBytes = 65;
/// From the last byte that a store by TMA reads to the answer that it is written. Measured on an H100: 0.2 us.
constexpr double kTmaStoreAnswer = 350;
/// Bytes a second of the device. Measured: reads of DRAM; reads of L2, where different multiprocessors read different
/// pages (where they read the same at the same time the requests merge: 16.9e12). Writes from a copy, that takes 4.3e12
/// in both directions together.
constexpr double kDramReads = 4.65e12, kDramWrites = 4.0e12, kL2Reads = 9.2e12;
/// What remains in L2 of the most recent traffic: half of 60 MB is nearer to a multiprocessor, and lines are evicted
/// before the whole is full.
constexpr double kL2Bytes = 40e6;
/// An atomic, or a load past L1, on a counter of the whole device and back. An estimate: from the answer to the last
/// store to the moment at which all blocks had seen the counter an H100 took 0.8 us, twice as long, but that is an
/// arrival's way, the poll after it and what the blocks differ by.
constexpr double kGridRoundTrip = 700;
/// Granules that loads fetch.
constexpr int64_t kLineBytes = 128;

// ---- Code -----------------------------------------------------------------------------------------------------------

/// Bytes of an instruction.
constexpr double kInstructionBytes = 16;
/// Clocks per line of 128 bytes when a block runs into code for the first time, which the small caches near the warps
/// do not hold; the instruction cache behind them does, from the call before. Where other kernels have displaced it
/// there, too, a line costs several times as much (docs/performance.md, "Code that is in no cache"). The one figure
/// that is calibrated rather than measured by itself: the fixed cost of a call in benchmarks/results/h200/steps.jsonl
/// (16.6 us for one request a block at h64, 12.6 us without this) over the some 170 lines that a warp group executes.
/// The scoreboard's cells played no part.
constexpr double kColdCodeLine = 40;

// ---- Launches, in seconds -------------------------------------------------------------------------------------------

/// An empty kernel between two events. Measured.
constexpr double kLaunch = 3.5e-6;
/// The next kernel of a stream from the end of the one before, if it was launched ahead (programmatic dependent
/// launch), and without. Measured.
constexpr double kDependentLaunch = 0.7e-6, kPlainLaunch = 1.5e-6;

// ---- Residency ------------------------------------------------------------------------------------------------------

/// Threads and bytes of shared memory of one multiprocessor.
constexpr int64_t kThreads = 2048, kSharedMemory = 228 * 1024;

} // namespace costs

/// How the time of an op comes about.
enum class CostKind {
  Plain,       // it waits for its operands, keeps the agent busy for `issue` and its results come `latency` later
  Control,     // loops and branches: results are copies, whose times are theirs
  Yield,       // passes values on without waiting for them
  Masked,      // costs `issue` only where its condition holds
  Rescale,     // costs `issue` only where some factor is not 1, or is not known
  MbarWait,    //
  NbarSync,    //
  Wgmma,       // `count` instructions of `issue` clocks each on the tensor cores
  WgmmaCommit, //
  WgmmaWait,   //
  Copy,        // boxes by TMA
  BulkStore,   // `count` boxes by TMA, of `issue` clocks each
  BulkWait,    // for what the agent's bulk stores have read or written
  GridWait,    // for other blocks
  EachWarp,    // warps go on side by side
  Load,        // global memory
  Store,       //
  ZeroRows     // shared memory from a row on
};

struct OpCost {
  CostKind kind = CostKind::Plain;
  double issue = 0, latency = 0;
  int64_t count = 0;
  /// About how many machine instructions it becomes.
  double code = 1;
};

/// The cost of an op; of one that the table does not know, what a scalar op costs.
OpCost getCost(Operation *op);

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_COSTS_H
