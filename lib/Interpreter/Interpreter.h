//===- Interpreter.h - mla_gpu kernels executed on the host ---------------------------------------*- C++ -*-===//
//
// Executes a kernel block by block. The roles of a block are sequential programs that advance one op at a time, in an
// order that the caller chooses; asynchronous copies and wgmma take effect only when their barrier or wait completes,
// and their targets hold NaN before. Every access to shared memory is checked against all earlier conflicting ones by
// happens-before (vector clocks), so a missing wait, arrival, fence or barrier is reported whatever the order of
// execution happened to be.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_INTERPRETER_INTERPRETER_H
#define LIB_INTERPRETER_INTERPRETER_H

#include "dialect/MLAGPU/MLAGPUOps.h"
#include "lib/Reference/Append.h"
#include "lib/Reference/Decode.h"
#include "lib/Reference/Merge.h"
#include "lib/Reference/Prefill.h"
#include "mlir/IR/BuiltinOps.h"
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir::mla_gpu {

/// In which order the roles of a block and the memory system, which lets issued copies land, advance: one op each in
/// turn; one role whenever it can, the others in turn, and the memory system only when no role can; at random.
enum class Interleaving { RoundRobin, RoleFirst, Random };

/// The device whose time the timing mode tells.
struct TimingOptions {
  /// Clock of the multiprocessors under load.
  double clockGHz = 1.755;
  int64_t multiprocessors = 132;
  /// Code comes from DRAM when a block first executes it, as in a call after others have swept the caches.
  bool coldCode = true;
};

struct InterpreterOptions {
  Interleaving interleaving = Interleaving::RoundRobin;
  /// For RoleFirst: the role (index in the kernel) that runs whenever it can. The number of roles, or more, puts the
  /// memory system first: every copy lands as soon as it is issued.
  unsigned firstRole = 0;
  /// For Random.
  uint64_t seed = 0;
  /// Stop after this many executed ops per block: a livelock is reported instead of hanging.
  uint64_t maxSteps = 50'000'000;
  /// Execute synchronisation and control flow only; distributed tensors hold no values. For protocol checks.
  bool protocolOnly = false;
  /// Execute all blocks in the order of time, by the costs of a Hopper GPU, and report what it takes; `interleaving` is
  /// of no account then.
  std::optional<TimingOptions> timing;
};

enum class FindingKind {
  Race,         // two conflicting accesses without an order between them
  MissingFence, // ordered, but generic writes were not fenced before an asynchronous read
  Deadlock,     // no role can go on
  BadArrival,   // more arrivals or bytes than a barrier's phase expects, or fewer threads than can ever complete it
  WaitMismatch, // a pending accumulator is used as retired by a wait that does not retire its group
  OutOfBounds,  // global memory outside a buffer, or at an address that the access is not aligned to
  Undefined,    // division by zero, a shift by the width or more
  Unsupported,  // the interpreter does not know the op
  Livelock      // maxSteps reached
};
/// In the words of the diagnostics: "race", "missing fence", ….
llvm::StringRef stringifyFindingKind(FindingKind kind);

struct Finding {
  FindingKind kind;
  /// Where it shows, and the conflicting place if there is one.
  Location location;
  std::optional<Location> other;
  std::string message;
};

/// Clocks that a role of the block that ended last spent waiting: at the barrier of this name, for "wgmma", for "loads"
/// or other operands, for "stores" by TMA, for "other blocks", for "code". Those of an `each_warp` role are added up.
struct Stall {
  std::string role, place;
  double cycles;
};

/// What a kernel took.
struct KernelTime {
  std::string kernel;
  Step step = Step::Other;
  /// From the first block's start to the last one's end.
  double cycles = 0;
  /// Shares of that time: tensor cores, in the mean over the multiprocessors that have a block; DRAM; the way out of
  /// L2.
  double tensorBusy = 0, dramBusy = 0, l2Busy = 0;
  /// Greatest first.
  std::vector<Stall> stalls;
  /// The next kernel is launched ahead of this one's end.
  bool triggersDependents = false;
};

namespace interpreter {
class DeviceMemory;
}

struct InterpreterReport {
  /// Timing mode: the kernels in their order, and what they left in the caches.
  std::vector<KernelTime> times;
  std::shared_ptr<interpreter::DeviceMemory> memory;
  std::vector<Finding> findings;
  uint64_t steps = 0;
  bool clean() const { return findings.empty(); }
};

/// Reports the findings as errors, each with a note at its other place.
void emitFindings(const InterpreterReport &report);

/// A decode call as it is measured, in seconds, launches included: the layer's kernels together, and the schedule
/// kernel apart.
struct CallTime {
  double layer = 0, schedule = 0;
};
CallTime predictCall(const InterpreterReport &report, const TimingOptions &timing);

/// Global memory of the interpreted device.
struct DeviceBuffer {
  std::vector<uint8_t> bytes;
  /// Extents for tensor maps, slowest first, in elements; empty for plain pointers.
  std::vector<int64_t> extents;
  /// Distances of all dimensions but the last, in elements; empty where rows lie densely one after the other.
  std::vector<int64_t> strides;
  /// If positive, a tensor map's buffer stores this many slices of the slowest dimension, and slice i is stored slice
  /// i % storedSlices.
  int64_t storedSlices = 0;
  /// If positive, a pointer leads to this many bytes, and byte i is stored byte i % bytes.size().
  int64_t repeatedBytes = 0;
  /// When kernels may access the buffer: always; once they are ordered after a `pdl.wait`, because the kernel before
  /// them, which writes it, may still be running; never, because not even that wait covers the kernel that wrote it.
  enum class Availability { Ready, AfterWait, Never } availability = Availability::Ready;
  /// Set by kernels that write to the buffer.
  bool written = false;
};

/// Where in a tensor map's buffer the row at these coordinates begins, which leave out the innermost one; in elements.
int64_t getRowOffset(const DeviceBuffer &buffer, llvm::ArrayRef<int64_t> coordinates);

/// One kernel argument: a buffer (pointers and tensor maps) or a scalar.
struct KernelArgument {
  DeviceBuffer *buffer = nullptr;
  int64_t integer = 0;
  float real = 0;
};

/// Runs `kernel` on a grid of x × y blocks, one after the other. Stops at the first block with a finding. Fails only if
/// the kernel is malformed (a diagnostic was emitted); findings are in the report. `items` ops must have been expanded
/// (mla-gpu-expand-items).
LogicalResult interpretKernel(KernelOp kernel, int64_t gridX, int64_t gridY, llvm::ArrayRef<KernelArgument> arguments,
                              const InterpreterOptions &options, InterpreterReport &report);

/// The embedding that a program says it computes, as inputs have it; nothing for null.
std::optional<mla::reference::Rope> getRope(RotationAttr rotation);

/// Runs all kernels of a program that implements `mla.decode`, as the runtime would, on a device with
/// `multiprocessors` (which sets the number of parts). Outputs and workspace are poisoned with NaN before.
LogicalResult interpretDecode(ProgramOp program, const mla::reference::DecodeInputs &inputs, int64_t multiprocessors,
                              const InterpreterOptions &options, InterpreterReport &report,
                              mla::reference::DecodeOutputs &outputs);

/// Runs the kernels of a program that implements `mla.append`. `cache` receives the cache after the call.
LogicalResult interpretAppend(ProgramOp program, const mla::reference::AppendInputs &inputs, int64_t multiprocessors,
                              const InterpreterOptions &options, InterpreterReport &report,
                              std::vector<uint8_t> &cache);

/// The same for `mla.rope`; `out` is poisoned with NaN before.
LogicalResult interpretRope(ProgramOp program, const mla::reference::RopeInputs &inputs, int64_t multiprocessors,
                            const InterpreterOptions &options, InterpreterReport &report, std::vector<uint16_t> &out);

/// The same for a program that implements `mla.prefill` or `mla.prefill_absorbed`.
LogicalResult interpretPrefill(ProgramOp program, const mla::reference::PrefillInputs &inputs, int64_t multiprocessors,
                               const InterpreterOptions &options, InterpreterReport &report,
                               mla::reference::PrefillOutputs &outputs);

/// The same for a program that implements `mla.merge`.
LogicalResult interpretMerge(ProgramOp program, const mla::reference::MergeInputs &inputs, int64_t multiprocessors,
                             const InterpreterOptions &options, InterpreterReport &report,
                             mla::reference::MergeOutputs &outputs);

} // namespace mlir::mla_gpu

#endif // LIB_INTERPRETER_INTERPRETER_H
