//===- Machine.h - One thread block: agents, shared memory, barriers, copies in flight ------------*- C++ -*-===//
//
// Or the blocks of one cluster, which reach each other's shared memory and barriers: agents, buffers and barriers of
// all of them stand in one list each, block by block. What an op names is its own block's; the set-up of each block,
// which gives names their numbers, sees to that.
//
#ifndef LIB_INTERPRETER_MACHINE_H
#define LIB_INTERPRETER_MACHINE_H

#include "lib/Interpreter/Barriers.h"
#include "lib/Interpreter/Code.h"
#include "lib/Interpreter/Launch.h"
#include "lib/Interpreter/TileLayout.h"
#include <array>
#include <deque>

namespace mlir::mla_gpu::interpreter {

/// The sequential program of one team, which can stop before any op and go on later.
class Agent {
public:
  Agent(const RoleCode *role, unsigned rank, unsigned warp, std::string name, uint32_t threads, Timeline timeline)
      : role(role), rank(rank), warp(warp), name(std::move(name)), threads(threads), timeline(std::move(timeline)) {}

  RuntimeValue &operand(const Instruction &instruction, unsigned i) { return values[instruction.operands[i]]; }
  RuntimeValue &result(const Instruction &instruction, unsigned i = 0) { return values[instruction.results[i]]; }
  bool isFinished() const { return frames.empty(); }

  /// Where the agent stands in a block, and the loop that the block is the body of.
  struct Frame {
    const BlockCode *code = nullptr;
    size_t next = 0;                    // the next instruction
    const Instruction *owner = nullptr; // the op that the block belongs to; null for roles
    int64_t induction = 0, bound = 0, step = 0;
  };

  const RoleCode *role; // null while the kernel's set-up runs
  unsigned rank;        // of its block in the cluster
  unsigned warp;        // within the role
  std::string name;     // "role 'producer'"
  uint32_t threads;
  Timeline timeline;
  std::vector<RuntimeValue> values;
  std::vector<Frame> frames;

  /// If it waits in an `nbar.sync` where it has arrived: the generation that it waits to end, and what it then learns.
  std::optional<uint64_t> generation;
  std::shared_ptr<const Clock> generationClock;

  // Tensor cores: wgmma since the last commit, and committed groups in flight, oldest first.
  std::vector<std::shared_ptr<Accumulator>> uncommitted;
  std::deque<std::vector<std::shared_ptr<Accumulator>>> groups;
  int64_t committedGroups = 0;

  /// What all its threads know of other blocks, and what only the lane that waited for a counter knows.
  RemoteClocks remote, remoteOfLeader;
  /// A `tma.store` that has not been waited for.
  struct BulkStore {
    uint64_t id;
    unsigned buffer, firstByte, endByte;
    bool hasRead;
    unsigned write; // of Launch
  };
  std::vector<BulkStore> bulkStores;
};

/// Contents and history of one shared buffer.
struct SharedBuffer {
  std::string name;
  std::string place; // " of block 1" in a cluster
  /// Of a tile as it was allocated, and of a cell; all of an unswizzled buffer.
  int64_t tileBytes = 0, cellBytes = 0;
  std::vector<uint8_t> bytes; // as the hardware has them, see TileLayout
  std::vector<Cell> cells;

  /// A `smem.store_lanes`, of which warps may do several in one cell.
  struct LaneStore {
    unsigned agent;
    int64_t warp; // of an `each_warp`; -1 outside
    uint32_t time;
    int64_t first, end; // bytes
    Operation *op;
  };
  /// Those whose bytes none has overwritten.
  std::vector<LaneStore> laneStores;

  /// The first byte of a view.
  uint8_t *at(const RuntimeValue &view) { return bytes.data() + view.firstByte; }
  /// The cells that bytes [first, end) touch.
  auto getCells(int64_t first, int64_t end) const {
    return llvm::seq<unsigned>(first / cellBytes, (end + cellBytes - 1) / cellBytes);
  }
  auto getCells(const RuntimeValue &view) const { return getCells(view.firstByte, view.endByte); }
  /// Fills bytes [first, end), from an even one on, with NaN of every floating-point type.
  void poison(int64_t first, int64_t end);
};

/// The copy of one box into rows of one tile, or of a word into another buffer, issued and not landed yet.
struct BoxCopy {
  Operation *op;
  DeviceBuffer *source; // null for a word
  llvm::SmallVector<int64_t, 5> coordinates;
  unsigned buffer, firstByte, mbar;
  /// Of the view that the tile belongs to.
  TileLayout layout;
  int64_t rows;
  uint32_t word = 0;

  int64_t getBytes() const { return source ? rows * layout.getTileRowBytes() : static_cast<int64_t>(sizeof(word)); }

  /// Calls `onRow` for every row of the box that lies inside the tensor: which row of the tile that is, at which byte
  /// of it the part inside begins, that part's first byte in the source, and its bytes.
  void forEachRow(llvm::function_ref<void(int64_t row, int64_t place, size_t begin, size_t bytes)> onRow) const;
};

/// Deterministic random numbers (SplitMix64).
class RandomNumbers {
public:
  explicit RandomNumbers(uint64_t seed) : state(seed) {}
  uint64_t next();
  /// 0 ≤ result < bound.
  uint64_t below(uint64_t bound) { return next() % bound; }

private:
  uint64_t state;
};

class Machine {
public:
  /// Block (x, y) of a grid, or the cluster that begins with it, before its first op.
  Machine(const KernelCode &code, Launch &shared, int64_t x, int64_t y, int64_t gridX, int64_t gridY,
          llvm::ArrayRef<KernelArgument> arguments, const InterpreterOptions &options, InterpreterReport &report);

  /// Executes the block until it ends, has a finding, or can only wait for other blocks. Returns whether it ended or
  /// has a finding.
  bool run();
  /// Reports that the other blocks have ended and this one still waits for them.
  void reportDeadlock();
  uint64_t getSteps() const { return steps; }

  // ---- For handlers -------------------------------------------------------------------------------------------------

  /// Records a finding at the op.
  Step stop(FindingKind kind, const Instruction &instruction, const llvm::Twine &message,
            std::optional<Location> other = std::nullopt) {
    return stop(kind, instruction.op->getLoc(), message, other);
  }
  Step stop(FindingKind kind, Location location, const llvm::Twine &message,
            std::optional<Location> other = std::nullopt);
  /// Records a conflict between an access to a cell by `agent` and an earlier one.
  Step stop(const Conflict &conflict, Agent &agent, const Instruction &instruction, llvm::StringRef access,
            const SharedBuffer &buffer, unsigned cell);
  /// "tile 3 of 'k0'", as it was allocated, or "'stat'" for a buffer of one tile or without.
  static std::string describe(const SharedBuffer &buffer, unsigned cell);

  const KernelCode &code;
  const InterpreterOptions &options;
  /// What this block shares with the others.
  Launch &shared;
  int64_t block[2]; // the first
  int64_t grid[2];
  unsigned clusterSize;
  std::array<int64_t, 2> getBlock(const Agent &agent) const { return {block[0] + agent.rank, block[1]}; }
  int64_t getBlockNumber(const Agent &agent) const { return block[1] * grid[0] + block[0] + agent.rank; }
  /// Numbers of what `index`, a buffer or an mbarrier of some block, is called in each block that `op` acts in.
  llvm::SmallVector<unsigned, 2> getTargets(Operation *op, unsigned index, size_t numOfBlock) const;
  std::vector<SharedBuffer> buffers;
  std::vector<Mbarrier> mbars;
  std::vector<NamedBarrier> nbars;
  std::deque<BoxCopy> copies;
  uint64_t nextAsyncRead = 0;

private:
  friend class TimedBlock; // advances agents and lands copies in the order of time

  void allocate();
  void allocate(unsigned rank, const Clock &clock, unsigned numAgents);
  bool runSetup();
  bool runSetup(unsigned rank);
  /// Whether an agent waits for a counter in global memory.
  bool waitsForGrid() const;
  Agent makeAgent(const RoleCode *role, unsigned number, unsigned rank, unsigned warp, unsigned numAgents);
  /// Advances by one op. False if the agent is blocked or finished.
  bool advance(Agent &agent);
  /// Lets copy `i` land.
  void land(size_t i);
  void schedule();
  void scheduleRoundRobin();
  void scheduleRoleFirst();
  void scheduleRandom();
  void checkEnd();

  llvm::ArrayRef<KernelArgument> arguments;
  InterpreterReport &report;
  std::vector<Agent> agents;
  RandomNumbers random;
  uint64_t steps = 0;
  bool started = false, stopped = false;
};

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_MACHINE_H
