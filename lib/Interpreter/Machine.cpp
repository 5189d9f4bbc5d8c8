//===- Machine.cpp - One thread block: agents, shared memory, barriers, copies in flight --------------------===//
#include "lib/Interpreter/Machine.h"
#include <cstring>

namespace mlir::mla_gpu::interpreter {

void SharedBuffer::poison(int64_t first, int64_t end) {
  // 0x7fff is a NaN in bf16 and f16, two of them are one in f32, and each byte is one in f8E4M3FN.
  constexpr uint8_t kPoison[] = {0xff, 0x7f};
  for (int64_t i = first; i < end; ++i)
    bytes[i] = kPoison[i & 1];
}

uint64_t RandomNumbers::next() {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

Machine::Machine(const KernelCode &code, Launch &shared, int64_t x, int64_t y, int64_t gridX, int64_t gridY,
                 ArrayRef<KernelArgument> arguments, const InterpreterOptions &options, InterpreterReport &report)
    : code(code), options(options), shared(shared), block{x, y}, grid{gridX, gridY},
      clusterSize(KernelOp(code.op).getClusterSize()), arguments(arguments), report(report),
      random(RandomNumbers(options.seed + y * gridX + x).next()) {
  allocate();
}

//===----------------------------------------------------------------------------------------------------------===//
// Findings
//===----------------------------------------------------------------------------------------------------------===//

Step Machine::stop(FindingKind kind, Location location, const Twine &message, std::optional<Location> other) {
  stopped = true;
  report.findings.push_back({kind, location, other, message.str()});
  return Step::Stop;
}

std::string Machine::describe(const SharedBuffer &buffer, unsigned cell) {
  if (buffer.tileBytes == static_cast<int64_t>(buffer.bytes.size()))
    return "'" + buffer.name + "'" + buffer.place;
  return llvm::formatv("tile {0} of '{1}'{2}", cell * buffer.cellBytes / buffer.tileBytes, buffer.name, buffer.place)
      .str();
}

Step Machine::stop(const Conflict &conflict, Agent &agent, const Instruction &instruction, StringRef access,
                   const SharedBuffer &buffer, unsigned cell) {
  std::string other =
      conflict.otherAgent == agent.timeline.getAgent()
          ? llvm::formatv("its own {0}", conflict.otherAccess).str()
          : llvm::formatv("the {0} by {1}", conflict.otherAccess, agents[conflict.otherAgent].name).str();
  std::string message =
      llvm::formatv("{0} of {1} by {2} is not ordered after {3}", access, describe(buffer, cell), agent.name, other);
  if (conflict.kind == FindingKind::MissingFence)
    message += " as the asynchronous proxy sees it: expected fence.async after that store and before the barrier";
  return stop(conflict.kind, instruction, message, conflict.other->getLoc());
}

//===----------------------------------------------------------------------------------------------------------===//
// One block
//===----------------------------------------------------------------------------------------------------------===//

SmallVector<unsigned, 2> Machine::getTargets(Operation *op, unsigned index, size_t numOfBlock) const {
  if (!isMulticast(op))
    return {index};
  SmallVector<unsigned, 2> targets;
  for (unsigned rank = 0; rank < clusterSize; ++rank)
    targets.push_back(rank * numOfBlock + index % numOfBlock);
  return targets;
}

/// What tells a thing of one block of a cluster from those of the others.
static std::string getPlace(unsigned rank, unsigned clusterSize) {
  return clusterSize == 1 ? std::string() : llvm::formatv(" of block {0}", rank).str();
}

Agent Machine::makeAgent(const RoleCode *role, unsigned number, unsigned rank, unsigned warp, unsigned numAgents) {
  std::string name = "the set-up";
  uint32_t threads = 32;
  if (role) {
    RoleOp op = role->op;
    threads = op.getTeamThreads();
    name = ("role '" + op.getName() + "'").str();
    if (op.getTeam() == Team::EachWarp)
      name += llvm::formatv(" (warp {0})", warp).str();
    name += getPlace(rank, clusterSize);
  }
  bool oneWarp = threads == 32;
  Agent agent(role, rank, warp, name, threads, Timeline(number, oneWarp, numAgents, clusterSize * code.mbars.size()));
  agent.values.resize(code.numValues);
  return agent;
}

void Machine::allocate() {
  unsigned numAgents = 0;
  for (const RoleCode &role : code.roles)
    numAgents += clusterSize * RoleOp(role.op).getNumTeams();
  Clock clock(numAgents, clusterSize * code.mbars.size());
  for (unsigned rank = 0; rank < clusterSize; ++rank)
    allocate(rank, clock, numAgents);
}

void Machine::allocate(unsigned rank, const Clock &clock, unsigned numAgents) {
  for (SmemAllocOp op : code.buffers) {
    SmemType type = op.getType();
    SharedBuffer buffer;
    buffer.name = op.getName().str();
    buffer.place = getPlace(rank, clusterSize);
    buffer.bytes.resize(type.getSizeInBytes());
    bool swizzled = type.getSwizzle() != Swizzle::None;
    buffer.tileBytes = swizzled ? type.getTileBytes() : type.getSizeInBytes();
    buffer.cellBytes = swizzled ? code.cellBytes : type.getSizeInBytes();
    buffer.cells.resize(buffer.bytes.size() / buffer.cellBytes);
    buffer.poison(0, buffer.bytes.size());
    buffers.push_back(std::move(buffer));
  }
  for (MbarAllocOp op : code.mbars)
    mbars.emplace_back(mbars.size(), op.getName().str(), op.getCount(), clock);
  for (NbarAllocOp op : code.nbars)
    nbars.emplace_back(op.getName().str(), op.getThreads(), clock);
  for (const RoleCode &role : code.roles) {
    for (unsigned warp = 0, e = RoleOp(role.op).getNumTeams(); warp < e; ++warp)
      agents.push_back(makeAgent(&role, agents.size(), rank, warp, numAgents));
  }
}

bool Machine::runSetup() {
  bool goesOn = true;
  for (unsigned rank = 0; rank < clusterSize && goesOn; ++rank)
    goesOn = runSetup(rank);
  return goesOn;
}

bool Machine::runSetup(unsigned rank) {
  Agent setup = makeAgent(nullptr, 0, rank, 0, 1);
  for (auto [number, argument] : llvm::zip(code.setup->arguments, arguments)) {
    RuntimeValue &value = setup.values[number];
    value.integer = argument.integer;
    value.real = argument.real;
    value.buffer = argument.buffer;
  }
  for (auto [number, type] : llvm::zip(code.setup->arguments, KernelOp(code.op).getArgumentTypes()))
    if (unsigned width = getIntegerWidth(type))
      setup.values[number].integer = wrapInteger(setup.values[number].integer, width);
  setup.frames.push_back({code.setup});
  while (!stopped && advance(setup))
    ;
  if (stopped)
    return false;
  for (Agent &agent : agents) {
    if (agent.rank != rank)
      continue;
    agent.values = setup.values;
    agent.frames.push_back({agent.role->body});
    if (setup.timeline.knowsLaunch())
      agent.timeline.acquireLaunch();
  }
  return true;
}

bool Machine::advance(Agent &agent) {
  if (agent.frames.empty())
    return false;
  Agent::Frame &frame = agent.frames.back();
  if (frame.next == frame.code->instructions.size()) {
    // The warps of an each_warp take turns: they share nothing in it.
    constexpr int64_t kWarps = 4;
    bool nextWarp = frame.owner && isa<EachWarpOp>(frame.owner->op) && frame.induction + 1 < kWarps;
    if (nextWarp) {
      frame.next = 0;
      agent.values[frame.code->arguments.front()].integer = ++frame.induction;
    } else {
      agent.frames.pop_back();
    }
    return true;
  }
  const Instruction &instruction = frame.code->instructions[frame.next];
  if (++steps > options.maxSteps) {
    stop(FindingKind::Livelock, instruction,
         llvm::formatv("expected the block to end within {0} steps; {1} is here", options.maxSteps, agent.name));
    return false;
  }
  ++report.steps;
  ++frame.next;
  if (instruction.isValueOnly && options.protocolOnly) {
    for (auto [number, type] : llvm::zip(instruction.results, instruction.op->getResultTypes())) {
      agent.values[number] = RuntimeValue();
      if (auto tensor = dyn_cast<RankedTensorType>(type); tensor && !isRealTensor(tensor))
        agent.values[number].tensor = makeSplat(tensor, 0, 0);
    }
    return true;
  }
  switch (instruction.handler(*this, agent, instruction)) {
  case Step::Done:
    return true;
  case Step::Blocked:
    --agent.frames.back().next;
    --steps;
    --report.steps;
    return false;
  case Step::Stop:
    return false;
  }
  llvm_unreachable("all steps are handled");
}

void BoxCopy::forEachRow(llvm::function_ref<void(int64_t row, int64_t place, size_t begin, size_t bytes)> onRow) const {
  ArrayRef<int64_t> extents = source->extents;
  size_t rank = extents.size();
  SmallVector<int64_t, 4> outer(ArrayRef(coordinates).drop_back());
  for (size_t d = 0; d + 2 < rank; ++d) {
    if (outer[d] < 0 || outer[d] >= extents[d])
      return;
    if (d == 0 && source->storedSlices > 0)
      outer[d] %= source->storedSlices;
  }
  int64_t column = coordinates[rank - 1];
  int64_t first = std::max<int64_t>(column, 0);
  int64_t end = std::min<int64_t>(column + layout.getTileColumns(), extents[rank - 1]);
  int64_t size = layout.getElementBytes();
  for (int64_t r = 0; r < rows && first < end; ++r) {
    int64_t row = coordinates[rank - 2] + r;
    if (row < 0 || row >= extents[rank - 2])
      continue;
    outer.back() = row;
    size_t begin = (getRowOffset(*source, outer) + first) * size;
    onRow(r, (first - column) * size, begin, (end - first) * size);
  }
}

void Machine::land(size_t i) {
  BoxCopy copy = std::move(copies[i]);
  copies.erase(copies.begin() + i);
  SharedBuffer &buffer = buffers[copy.buffer];
  int64_t bytes = copy.getBytes();
  uint8_t *tile = buffer.bytes.data() + copy.firstByte;
  if (!copy.source) {
    std::memcpy(tile, &copy.word, sizeof(copy.word));
  } else if (!options.protocolOnly) {
    std::fill_n(tile, bytes, 0);
    std::vector<uint8_t> line(copy.layout.getTileRowBytes());
    copy.forEachRow([&](int64_t row, int64_t place, size_t begin, size_t bytes) {
      std::fill(line.begin(), line.end(), 0);
      std::copy_n(copy.source->bytes.data() + begin, bytes, line.data() + place);
      copy.layout.writeTileRow(tile, row, line.data());
    });
  }
  Mbarrier &mbar = mbars[copy.mbar];
  for (unsigned cell : buffer.getCells(copy.firstByte, copy.firstByte + bytes))
    buffer.cells[cell].endCopy(copy.mbar, mbar.getCompletedPhases());
  if (std::optional<std::string> error = mbar.land(bytes))
    stop(FindingKind::BadArrival, copy.op->getLoc(), *error);
}

bool Machine::run() {
  if (!started && !runSetup())
    return true;
  started = true;
  schedule();
  if (stopped)
    return true;
  if (waitsForGrid())
    return false;
  checkEnd();
  return true;
}

bool Machine::waitsForGrid() const {
  return llvm::any_of(agents, [](const Agent &agent) {
    if (agent.isFinished())
      return false;
    const Agent::Frame &frame = agent.frames.back();
    return frame.next < frame.code->instructions.size() && isa<GridWaitOp>(frame.code->instructions[frame.next].op);
  });
}

//===----------------------------------------------------------------------------------------------------------===//
// Interleavings
//===----------------------------------------------------------------------------------------------------------===//

void Machine::schedule() {
  switch (options.interleaving) {
  case Interleaving::RoundRobin:
    return scheduleRoundRobin();
  case Interleaving::RoleFirst:
    return scheduleRoleFirst();
  case Interleaving::Random:
    return scheduleRandom();
  }
}

void Machine::scheduleRoundRobin() {
  auto isFinished = [](const Agent &agent) { return agent.isFinished(); };
  while (!stopped && !llvm::all_of(agents, isFinished)) {
    bool progress = false;
    for (Agent &agent : agents)
      progress |= !stopped && advance(agent);
    if (!stopped && !copies.empty()) {
      land(0);
      progress = true;
    }
    if (!stopped && !progress)
      return waitsForGrid() ? void() : reportDeadlock();
  }
}

void Machine::scheduleRoleFirst() {
  auto isFinished = [](const Agent &agent) { return agent.isFinished(); };
  bool memoryFirst = options.firstRole >= code.roles.size();
  auto runFirst = [&] {
    bool progress = false;
    while (memoryFirst && !stopped && !copies.empty())
      land(0);
    for (Agent &agent : agents)
      if (!memoryFirst && agent.role == &code.roles[options.firstRole])
        while (!stopped && advance(agent))
          progress = true;
    return progress;
  };
  while (!stopped && !llvm::all_of(agents, isFinished)) {
    bool progress = runFirst();
    for (Agent &agent : agents) {
      if (stopped || !advance(agent))
        continue;
      progress = true;
      runFirst();
    }
    if (stopped || progress)
      continue;
    if (copies.empty())
      return waitsForGrid() ? void() : reportDeadlock();
    land(copies.size() - 1);
  }
}

void Machine::scheduleRandom() {
  auto isFinished = [](const Agent &agent) { return agent.isFinished(); };
  // Bursts of very different lengths: single steps alone would keep the agents close together.
  constexpr unsigned kBursts[] = {1, 1, 4, 16, 64, 1024};
  std::vector<unsigned> candidates; // agents that may be able to go on; their number stands for the memory system
  auto refill = [&] {
    candidates.clear();
    for (unsigned i = 0; i <= agents.size(); ++i)
      candidates.push_back(i);
  };
  refill();
  while (!stopped && !llvm::all_of(agents, isFinished)) {
    if (candidates.empty())
      return waitsForGrid() ? void() : reportDeadlock();
    size_t choice = random.below(candidates.size());
    unsigned burst = kBursts[random.below(std::size(kBursts))];
    bool progress = false;
    unsigned candidate = candidates[choice];
    for (unsigned i = 0; i < burst && !stopped; ++i) {
      if (candidate < agents.size()) {
        if (!advance(agents[candidate]))
          break;
      } else {
        if (copies.empty())
          break;
        land(random.below(copies.size()));
      }
      progress = true;
    }
    if (progress)
      refill();
    else
      candidates.erase(candidates.begin() + choice);
  }
}

//===----------------------------------------------------------------------------------------------------------===//
// The end
//===----------------------------------------------------------------------------------------------------------===//

void Machine::reportDeadlock() {
  for (Agent &agent : agents) {
    if (agent.isFinished())
      continue;
    const Agent::Frame &frame = agent.frames.back();
    const Instruction &instruction = frame.code->instructions[frame.next];
    if (isa<GridWaitOp>(instruction.op)) {
      stop(FindingKind::Deadlock, instruction,
           llvm::formatv("{0} of block ({1}, {2}) waits for a counter to reach {3}", agent.name, getBlock(agent)[0],
                         block[1], agent.operand(instruction, 2).integer));
    } else if (isa<MbarWaitOp>(instruction.op)) {
      const Mbarrier &mbar = mbars[agent.operand(instruction, 0).index];
      stop(FindingKind::Deadlock, instruction,
           llvm::formatv("{0} waits for phase {1} of mbarrier '{2}' ({3})", agent.name, mbar.getCompletedPhases(),
                         mbar.getName(), mbar.describe()));
    } else {
      const NamedBarrier &nbar = nbars[agent.operand(instruction, 0).index];
      stop(FindingKind::Deadlock, instruction,
           llvm::formatv("{0} waits for named barrier '{1}' ({2})", agent.name, nbar.getName(), nbar.describe()));
    }
  }
}

void Machine::checkEnd() {
  // A kernel must not exit with asynchronous work in flight or a barrier half full.
  for (Agent &agent : agents) {
    const Accumulator *open = !agent.groups.empty() && !agent.groups.front().empty()
                                  ? agent.groups.front().front().get()
                              : !agent.uncommitted.empty() ? agent.uncommitted.front().get()
                                                           : nullptr;
    if (open)
      stop(FindingKind::BadArrival, WgmmaOp(open->op)->getLoc(),
           llvm::formatv("{0} ends before this wgmma retires", agent.name));
    // A block's shared memory may go to another one when it ends.
    for (const Agent::BulkStore &store : agent.bulkStores)
      if (!store.hasRead)
        stop(FindingKind::BadArrival, shared.getWrite(store.write).op->getLoc(),
             llvm::formatv("{0} ends before it waited for this store", agent.name));
  }
  for (SharedBuffer &buffer : buffers) {
    for (auto [index, cell] : llvm::enumerate(buffer.cells)) {
      const Cell::Copy &copy = cell.getCopy();
      auto knows = [&](Agent &agent) { return agent.timeline.knowsPhase(copy.mbar, copy.phase); };
      if (copy.op && (!copy.landed || !llvm::any_of(agents, knows)))
        return (void)stop(
            FindingKind::BadArrival, copy.op->getLoc(),
            llvm::formatv("the kernel ends before anyone waited for this copy into {0}", describe(buffer, index)));
    }
  }
  for (auto [i, mbar] : llvm::enumerate(mbars))
    if (!mbar.isIdle())
      stop(FindingKind::BadArrival, MbarAllocOp(code.mbars[i % code.mbars.size()]).getLoc(),
           llvm::formatv("the kernel ends in the middle of phase {0} of mbarrier '{1}' ({2})",
                         mbar.getCompletedPhases(), mbar.getName(), mbar.describe()));
  for (auto [i, nbar] : llvm::enumerate(nbars))
    if (!nbar.isIdle())
      stop(FindingKind::BadArrival, NbarAllocOp(code.nbars[i % code.nbars.size()]).getLoc(),
           llvm::formatv("the kernel ends while named barrier '{0}' is half full ({1})", nbar.getName(),
                         nbar.describe()));
}

} // namespace mlir::mla_gpu::interpreter
