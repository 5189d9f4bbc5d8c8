//===- Timing.cpp - The clocks of a grid: agents, tensor cores, memory --------------------------------------===//
#include "lib/Interpreter/Timing.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <queue>

namespace mlir::mla_gpu::interpreter {

using namespace costs;

/// No element of a tensor lies here.
static constexpr int64_t kDescriptorPlace = -1;
static constexpr unsigned kWarpsOfGroup = 4;
static constexpr double kNever = std::numeric_limits<double>::infinity();

//===----------------------------------------------------------------------------------------------------------===//
// Memory of the device
//===----------------------------------------------------------------------------------------------------------===//

void DeviceMemory::beginKernel() {
  dramFree = l2Free = dramBusy = l2Busy = load = loadTime = 0;
  for (auto &[key, line] : lines)
    line.available = 0;
}

double DeviceMemory::read(double now, double start, const DeviceBuffer *buffer, int64_t place, double bytes,
                          double extra) {
  double l2Clocks = bytes * clockHz / kL2Reads;
  auto [it, isNew] = lines.try_emplace({buffer, place});
  Line &line = it->second;
  bool isInL2 = !isNew && traffic - line.traffic < kL2Bytes;
  // On its way for somebody else: one answer serves both.
  if (isInL2 && line.available > start)
    return std::max(start + kL2Load + extra, line.available);
  double begin = std::max(start, l2Free);
  l2Free = std::max(now, l2Free) + l2Clocks;
  l2Busy += l2Clocks;
  if (isInL2)
    return begin + kL2Load + extra;
  double dramClocks = bytes * clockHz / kDramReads;
  begin = std::max(begin, dramFree);
  dramFree = std::max(now, dramFree) + dramClocks;
  dramBusy += dramClocks;
  traffic += bytes;
  line = {begin + kDramLoad + getLoadedLatency(now, dramClocks) + extra, traffic};
  return line.available;
}

/// What a busy DRAM takes longer. `load` follows the share of time in which it is busy.
double DeviceMemory::getLoadedLatency(double now, double clocks) {
  double decay = std::exp((loadTime - now) / kLoadWindow);
  loadTime = now;
  load = load * decay + clocks / kLoadWindow;
  for (size_t i = 1; i < std::size(kLoadedLatency); ++i) {
    auto [x0, y0] = kLoadedLatency[i - 1];
    auto [x1, y1] = kLoadedLatency[i];
    if (load < x1)
      return y0 + (y1 - y0) * std::max(load - x0, 0.0) / (x1 - x0);
  }
  return std::end(kLoadedLatency)[-1].second;
}

void DeviceMemory::write(double now, const DeviceBuffer *buffer, int64_t firstByte, int64_t bytes) {
  double dramClocks = static_cast<double>(bytes) * clockHz / kDramWrites;
  dramFree = std::max(now, dramFree) + dramClocks;
  dramBusy += dramClocks;
  traffic += static_cast<double>(bytes);
  for (int64_t line = firstByte / kLineBytes; line * kLineBytes < firstByte + bytes; ++line)
    lines[{buffer, line}] = {now, traffic};
}

//===----------------------------------------------------------------------------------------------------------===//
// A block
//===----------------------------------------------------------------------------------------------------------===//

TimedBlock::TimedBlock(const KernelCode &code, Launch &shared, int64_t x, int64_t y, int64_t gridX, int64_t gridY,
                       ArrayRef<KernelArgument> arguments, const InterpreterOptions &options, InterpreterReport &report,
                       DeviceMemory &memory, Multiprocessor &multiprocessor, double start)
    : machine(code, shared, x, y, gridX, gridY, arguments, options, report), memory(memory),
      multiprocessor(multiprocessor) {
  if (!machine.runSetup())
    return;
  // The warps of an `each_warp` become agents while it lasts; references to agents stay good meanwhile.
  machine.agents.reserve(machine.agents.size() * (1 + kWarpsOfGroup));
  times.reserve(machine.agents.size() * (1 + kWarpsOfGroup));
  times.resize(machine.agents.size());
  // One thread initialises the mbarriers, then the block synchronises. What is loaded meanwhile, and what is made of
  // that, is waited for where it is used.
  double setup = 0;
  for (const Instruction &instruction : code.setup->instructions) {
    setup += instruction.cost.issue;
    times.front().clock = start + setup;
    double ready = start + setup;
    for (unsigned number : instruction.operands)
      ready = std::max(ready, machine.agents.front().values[number].readyAt);
    if (instruction.cost.kind == CostKind::Load)
      ready = std::max(ready, load(0, instruction));
    for (Agent &agent : machine.agents)
      for (unsigned number : instruction.results)
        agent.values[number].readyAt = ready + instruction.cost.latency;
  }
  if (!code.mbars.empty())
    setup += kNamedBarrier;
  for (AgentTime &time : times)
    time.clock = start + setup;
  updateNextTime();
}

bool TimedBlock::isFinished() const {
  return llvm::all_of(machine.agents, [](const Agent &agent) { return agent.isFinished(); });
}

double TimedBlock::getEnd() const {
  double end = 0;
  for (const AgentTime &time : times)
    end = std::max(end, time.clock);
  return end;
}

void TimedBlock::updateNextTime() {
  nextTime = tensorAgent ? tensorUntil : kNever;
  for (double landing : landings)
    nextTime = std::min(nextTime, landing);
  for (auto [agent, time] : llvm::zip(machine.agents, times))
    if (!time.blocked && !agent.isFinished())
      nextTime = std::min(nextTime, time.clock);
}

void TimedBlock::step() {
  // Of what happens at the same time, data come first, then tensor cores, then agents in their order.
  auto landing = llvm::find(landings, nextTime);
  if (landing != landings.end()) {
    machine.land(landing - landings.begin());
    landings.erase(landing);
    wake(nextTime);
  } else if (tensorAgent && tensorUntil == nextTime) {
    finishTensorInstruction();
  } else {
    for (auto [i, agent, time] : llvm::enumerate(machine.agents, times))
      if (!time.blocked && !agent.isFinished() && time.clock == nextTime) {
        runAgent(i);
        break;
      }
  }
  updateNextTime();
}

/// Whose readiness an op waits for before it starts.
static ArrayRef<unsigned> getAwaited(const Instruction &instruction) {
  ArrayRef<unsigned> operands = instruction.operands;
  switch (instruction.cost.kind) {
  case CostKind::Yield:
    return {};
  case CostKind::Control: // bounds and step of a loop, or a condition; what a loop carries may come later
    if (isa<TailOp>(instruction.op))
      return operands;
    return operands.take_front(isa<scf::ForOp>(instruction.op) ? 3 : 1);
  default:
    return operands;
  }
}

void TimedBlock::runAgent(size_t index) {
  Agent &agent = machine.agents[index];
  AgentTime &time = times[index];
  Agent::Frame &frame = agent.frames.back();
  if (frame.next == frame.code->instructions.size()) {
    machine.advance(agent);
    if (agent.isFinished() && time.warpGroup)
      finishWarp(index);
    return;
  }
  const Instruction &instruction = frame.code->instructions[frame.next];

  // Code is there for all agents of the block once one has waited for it.
  auto [code, isCold] = codeAt.try_emplace(&instruction, time.clock);
  if (isCold && machine.options.timing->coldCode)
    code->second += instruction.cost.code * kInstructionBytes / kLineBytes * kColdCodeLine;
  if (code->second > time.clock) {
    addStall(index, "code", code->second - time.clock);
    time.clock = code->second;
    return;
  }

  double ready = 0;
  for (unsigned number : getAwaited(instruction))
    ready = std::max(ready, agent.values[number].readyAt);
  // The assembler issues the loads of straight-line code ahead of their uses, so arithmetic of a warp takes place as
  // its data come and holds nothing up until the code branches back. Warp groups have no registers for that.
  bool deferred = agent.threads == 32 && instruction.cost.kind == CostKind::Plain && ready > time.clock;
  if (instruction.cost.kind == CostKind::Yield)
    ready = std::exchange(time.deferredUntil, 0);
  if (!deferred && ready > time.clock) {
    addStall(index, instruction, ready - time.clock);
    time.clock = ready;
    return;
  }

  if (instruction.cost.kind == CostKind::EachWarp)
    return startWarps(index, instruction);
  double completion = 0;
  if (instruction.cost.kind == CostKind::WgmmaWait)
    completion = getRetirement(index, instruction);
  else if (auto wait = dyn_cast<TmaStoreWaitOp>(instruction.op))
    completion = wait.getWritten() ? time.bulkWritten : time.bulkRead;
  if (completion > time.clock) {
    if (!time.waitingSince)
      time.waitingSince = time.clock;
    if (completion < kNever)
      time.clock = completion;
    else
      time.blocked = true;
    return;
  }
  size_t copies = machine.copies.size();
  if (!machine.advance(agent)) {
    if (machine.stopped)
      return;
    if (!time.waitingSince)
      time.waitingSince = time.clock;
    time.blocked = true;
    return;
  }
  if (time.waitingSince) {
    addStall(index, instruction, time.clock - *time.waitingSince);
    time.waitingSince.reset();
  }
  if (instruction.cost.kind == CostKind::Copy)
    issueCopies(index, copies);
  account(index, instruction, deferred, ready);
}

/// Moves the agent's clock by the op that it just executed and says when its results are there.
void TimedBlock::account(size_t index, const Instruction &instruction, bool deferred, double operandsReady) {
  Agent &agent = machine.agents[index];
  AgentTime &time = times[index];
  const OpCost &cost = instruction.cost;
  double now = time.clock, ready = now;
  switch (cost.kind) {
  case CostKind::Plain:
  case CostKind::Rescale:
  case CostKind::Masked: {
    double issue = cost.issue;
    if (cost.kind == CostKind::Masked && !agent.operand(instruction, 3).integer)
      issue = kBranch;
    if (cost.kind == CostKind::Rescale) {
      const TensorRef &factor = agent.operand(instruction, 1).tensor;
      bool skips = factor && llvm::all_of(factor->reals, [](float value) { return value == 1; });
      issue = kVote + (skips ? 0 : issue);
    }
    time.clock += issue;
    if (deferred)
      time.deferredUntil = std::max(time.deferredUntil, operandsReady + issue + cost.latency);
    ready = (deferred ? operandsReady + issue : time.clock) + cost.latency;
    break;
  }
  case CostKind::Control:
  case CostKind::Yield:
    time.clock += cost.issue;
    return;
  case CostKind::MbarWait:
  case CostKind::NbarSync:
    time.clock += cost.issue;
    break;
  case CostKind::GridWait:
    time.clock += cost.issue;
    l1.clear(); // what other blocks stored must be seen
    break;
  case CostKind::Wgmma:
    time.batches.push_back({cost.issue, cost.count, time.doneAt.size()});
    time.doneAt.push_back(kNever);
    if (!tensorAgent)
      startTensorCores(now);
    time.clock += kWgmmaIssue * static_cast<double>(cost.count);
    break;
  case CostKind::WgmmaCommit:
    time.groups.push_back(time.doneAt.size());
    time.clock += cost.issue;
    break;
  case CostKind::WgmmaWait:
    while (time.groups.size() > agent.groups.size())
      time.groups.pop_front();
    break;
  case CostKind::BulkWait:
    break;
  case CostKind::EachWarp:
    llvm_unreachable("its warps are agents");
  case CostKind::Copy:
    time.clock += cost.issue;
    break;
  case CostKind::BulkStore:
    bulkStore(index, instruction);
    break;
  case CostKind::Load:
    time.clock += cost.issue;
    ready = load(index, instruction) + cost.latency;
    break;
  case CostKind::Store:
    store(index, instruction);
    break;
  case CostKind::ZeroRows: {
    TileLayout layout(cast<SmemZeroRowsOp>(instruction.op).getTarget().getType());
    int64_t rows = layout.getRows() - agent.operand(instruction, 1).integer;
    time.clock += static_cast<double>(rows * layout.getRowBytes()) / kSharedBytes;
    break;
  }
  }
  if (cost.kind != CostKind::Load && cost.kind != CostKind::Plain && cost.kind != CostKind::Rescale &&
      cost.kind != CostKind::Masked)
    ready = time.clock;
  for (unsigned number : instruction.results)
    agent.values[number].readyAt = ready;
  // Ops that may let others go on.
  if (isa<MbarArmOp, MbarArriveOp, NbarArriveOp, NbarSyncOp>(instruction.op))
    wake(now);
  if (isa<GridArriveOp>(instruction.op))
    arrival = now;
}

void TimedBlock::addStall(size_t index, const Instruction &instruction, double clocks) {
  Agent &agent = machine.agents[index];
  std::string what;
  switch (instruction.cost.kind) {
  case CostKind::MbarWait:
    what = machine.mbars[agent.operand(instruction, 0).index].getName().str();
    break;
  case CostKind::NbarSync:
    what = machine.nbars[agent.operand(instruction, 0).index].getName().str();
    break;
  case CostKind::WgmmaWait:
    what = "wgmma";
    break;
  case CostKind::BulkWait:
    what = "stores";
    break;
  case CostKind::GridWait:
    what = "other blocks";
    break;
  default: // for an operand
    what = "loads";
  }
  addStall(index, what, clocks);
}

/// Warps that go on side by side count with their mean.
void TimedBlock::addStall(size_t index, StringRef what, double clocks) {
  if (clocks > 0)
    stalls[{RoleOp(machine.agents[index].role->op).getName().str(), what.str()}] +=
        times[index].warpGroup ? clocks / kWarpsOfGroup : clocks;
}

//===----------------------------------------------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------------------------------------------===//

/// When the groups that a wait retires are seen to be done; infinity while they are not.
double TimedBlock::getRetirement(size_t index, const Instruction &instruction) const {
  const AgentTime &time = times[index];
  size_t pending = cast<WgmmaWaitOp>(instruction.op).getPending();
  if (time.groups.size() <= pending)
    return 0;
  size_t batches = time.groups[time.groups.size() - pending - 1];
  return batches == 0 ? 0 : time.doneAt[batches - 1] + kWgmmaRetire;
}

/// Whether a blocked agent's wait for a barrier or a counter is over.
bool TimedBlock::canGoOn(size_t index) {
  Agent &agent = machine.agents[index];
  const Agent::Frame &frame = agent.frames.back();
  const Instruction &instruction = frame.code->instructions[frame.next];
  if (instruction.cost.kind == CostKind::MbarWait)
    return machine.mbars[agent.operand(instruction, 0).index].isComplete(agent.operand(instruction, 1).integer);
  if (instruction.cost.kind == CostKind::NbarSync)
    return machine.nbars[agent.operand(instruction, 0).index].getGeneration() != *agent.generation;
  if (instruction.cost.kind == CostKind::GridWait) {
    // That the counter lies in its buffer was checked when the agent first asked.
    uint32_t counter;
    int64_t place = agent.operand(instruction, 1).integer * static_cast<int64_t>(sizeof(counter));
    std::memcpy(&counter, agent.operand(instruction, 0).buffer->bytes.data() + place, sizeof(counter));
    return counter >= static_cast<uint32_t>(agent.operand(instruction, 2).integer);
  }
  return false;
}

void TimedBlock::wake(double now) {
  for (size_t i = 0; i < times.size(); ++i) {
    if (!times[i].blocked || !canGoOn(i))
      continue;
    times[i].blocked = false;
    times[i].clock = std::max(times[i].clock, now);
  }
}

//===----------------------------------------------------------------------------------------------------------===//
// Warps of a warp group
//===----------------------------------------------------------------------------------------------------------===//

/// The agent waits at its `each_warp` while four others, which know what it knows, execute the body.
void TimedBlock::startWarps(size_t index, const Instruction &instruction) {
  const BlockCode *body = instruction.blocks.front();
  times[index].blocked = true;
  times[index].runningWarps = kWarpsOfGroup;
  size_t slot = 0;
  for (unsigned warp = 0; warp < kWarpsOfGroup; ++warp) {
    while (slot < times.size() && !(times[slot].warpGroup && machine.agents[slot].isFinished()))
      ++slot;
    const Agent &group = machine.agents[index];
    Agent agent(group.role, group.rank, warp, group.name, 32, group.timeline);
    agent.remote = group.remote;
    agent.values = group.values;
    agent.values[body->arguments.front()].integer = warp;
    agent.frames.push_back({body, 0, &instruction});
    // The machine would begin the body again for the next warp.
    agent.frames.back().induction = kWarpsOfGroup - 1;
    AgentTime time;
    time.clock = times[index].clock;
    time.warpGroup = index;
    if (slot == times.size()) {
      machine.agents.push_back(std::move(agent));
      times.push_back(std::move(time));
    } else {
      machine.agents[slot] = std::move(agent);
      times[slot] = std::move(time);
    }
  }
}

/// The last of the warps lets the warp group go on.
void TimedBlock::finishWarp(size_t index) {
  machine.agents[index].values.clear();
  size_t group = *times[index].warpGroup;
  AgentTime &time = times[group];
  time.clock = std::max(time.clock, times[index].clock);
  if (--time.runningWarps > 0)
    return;
  time.blocked = false;
  ++machine.agents[group].frames.back().next;
}

//===----------------------------------------------------------------------------------------------------------===//
// Tensor cores
//===----------------------------------------------------------------------------------------------------------===//

/// Single instructions of the warp groups that have some take turns.
void TimedBlock::startTensorCores(double now) {
  tensorAgent.reset();
  for (size_t i = 0; i < times.size(); ++i) {
    size_t index = (tensorTurn + i) % times.size();
    if (times[index].batches.empty())
      continue;
    tensorAgent = index;
    tensorTurn = index + 1;
    double clocks = times[index].batches.front().clocks;
    tensorUntil = now + clocks;
    tensorBusy += clocks;
    return;
  }
}

void TimedBlock::finishTensorInstruction() {
  AgentTime &time = times[*tensorAgent];
  Batch &batch = time.batches.front();
  if (--batch.left == 0) {
    time.doneAt[batch.number] = tensorUntil;
    time.batches.pop_front();
    if (Agent &agent = machine.agents[*tensorAgent]; time.blocked) {
      const Agent::Frame &frame = agent.frames.back();
      const Instruction &instruction = frame.code->instructions[frame.next];
      double retirement =
          instruction.cost.kind == CostKind::WgmmaWait ? getRetirement(*tensorAgent, instruction) : kNever;
      if (retirement < kNever) {
        time.blocked = false;
        time.clock = std::max(time.clock, retirement);
      }
    }
  }
  startTensorCores(tensorUntil);
}

//===----------------------------------------------------------------------------------------------------------===//
// Copies, loads and stores
//===----------------------------------------------------------------------------------------------------------===//

/// When the descriptor of a tensor map is there: the first copy by the map waits for it.
double TimedBlock::getDescriptor(double now, double start, const DeviceBuffer *buffer) {
  auto [descriptor, isNew] = descriptors.try_emplace(buffer, 0);
  if (isNew)
    descriptor->second = memory.read(now, start, buffer, kDescriptorPlace, kLineBytes, 0);
  return descriptor->second;
}

/// Says when the copies from number `before` on, which the agent just issued, land.
void TimedBlock::issueCopies(size_t index, size_t before) {
  double now = times[index].clock;
  for (size_t i = before; i < machine.copies.size(); ++i) {
    const BoxCopy &copy = machine.copies[i];
    ArrayRef<int64_t> extents = copy.source->extents;
    // What lies outside the tensor is not read.
    size_t rank = extents.size();
    bool isInside = true;
    int64_t place = 0;
    for (size_t d = 0; d < rank; ++d) {
      isInside &= copy.coordinates[d] >= 0 && copy.coordinates[d] < extents[d];
      place = place * extents[d] + copy.coordinates[d];
    }
    int64_t rows = std::min(copy.rows, extents[rank - 2] - copy.coordinates[rank - 2]);
    int64_t columns = std::min(copy.layout.getTileColumns(), extents[rank - 1] - copy.coordinates[rank - 1]);
    double bytes = isInside ? static_cast<double>(rows * columns * copy.layout.getElementBytes()) : 0;

    double begin = std::max(now, multiprocessor.tmaFree);
    multiprocessor.tmaFree = begin + kTmaBox;
    begin = std::max(begin, getDescriptor(now, begin, copy.source));
    begin = std::max(begin, multiprocessor.portFree);
    double transfer = bytes / kPortBytes;
    multiprocessor.portFree = begin + transfer;
    double arrival = isInside ? memory.read(now, begin, copy.source, place, bytes, kTmaLatency) : begin + kTmaLatency;
    landings.push_back(arrival + transfer);
  }
}

/// When the results of a load are there.
double TimedBlock::load(size_t index, const Instruction &instruction) {
  Agent &agent = machine.agents[index];
  const RuntimeValue &pointer = agent.operand(instruction, 0);
  auto type = cast<PtrType>(instruction.op->getOperand(0).getType());
  int64_t size = type.getElementType().getIntOrFloatBitWidth() / 8;
  double now = times[index].clock, ready = now + kL1Load;
  auto touch = [&](int64_t first, int64_t bytes) {
    constexpr int64_t kSector = 32;
    for (int64_t line = first / kLineBytes; line * kLineBytes < first + bytes; ++line) {
      auto [cached, isNew] = l1.try_emplace({pointer.buffer, line}, 0);
      if (isNew) {
        int64_t begin = std::max(first, line * kLineBytes) / kSector * kSector;
        int64_t end = llvm::alignTo(std::min(first + bytes, (line + 1) * kLineBytes), kSector);
        double sectors = static_cast<double>(end - begin), start = std::max(now, multiprocessor.portFree);
        multiprocessor.portFree = start + sectors / kPortBytes;
        cached->second = memory.read(now, start, pointer.buffer, line, sectors, 0) + sectors / kPortBytes;
      }
      ready = std::max(ready, cached->second);
    }
  };
  if (auto prefetch = dyn_cast<GlobalPrefetchOp>(instruction.op)) {
    // To L2, not here.
    int64_t first = agent.operand(instruction, 1).integer * size, end = first + prefetch.getBytes();
    for (int64_t line = first / kLineBytes; line * kLineBytes < end; ++line)
      memory.read(now, now, pointer.buffer, line, kLineBytes, 0);
    return now;
  }
  if (isa<GlobalLoadTileOp, GlobalLoadRowsOp>(instruction.op)) {
    auto tensor = cast<RankedTensorType>(instruction.op->getResult(0).getType());
    auto tile = dyn_cast<GlobalLoadTileOp>(instruction.op);
    int64_t stride = tile ? tile.getRowStride() : cast<GlobalLoadRowsOp>(instruction.op).getRowStride();
    int64_t rows = std::clamp<int64_t>(agent.operand(instruction, 2).integer, 0, tensor.getDimSize(0));
    for (int64_t row = 0; row < rows; ++row)
      touch((agent.operand(instruction, 1).integer + row * stride) * size, (tile ? tensor.getDimSize(1) : 1) * size);
  } else if (auto rows = dyn_cast<GlobalGatherRowsOp>(instruction.op)) {
    ArrayRef<int64_t> numbers = agent.operand(instruction, 1).tensor->integers;
    for (int64_t number : numbers.take_front(rows.getResult().getType().getDimSize(0)))
      touch((number * static_cast<int64_t>(rows.getRowStride()) + agent.operand(instruction, 2).integer) * size,
            rows.getResult().getType().getDimSize(1) * size);
  } else if (isa<GlobalGatherLanesOp>(instruction.op)) {
    const Tensor &places = *agent.operand(instruction, 1).tensor, &mask = *agent.operand(instruction, 2).tensor;
    for (auto [place, isSet] : llvm::zip(places.integers, mask.integers))
      if (isSet)
        touch(place * size, size);
  } else {
    auto tensor = dyn_cast<RankedTensorType>(instruction.op->getResult(0).getType());
    int64_t count = tensor ? tensor.getNumElements() : 1;
    if (instruction.operands.size() > 2)
      count = std::clamp<int64_t>(agent.operand(instruction, 2).integer, 0, count);
    if (isa<GlobalLoadPairsOp>(instruction.op))
      count *= 2;
    if (count > 0)
      touch(agent.operand(instruction, 1).integer * size, count * size);
  }
  return ready;
}

/// Stores leave at the rate of the multiprocessor's way out; the agent goes on when its last has left.
void TimedBlock::store(size_t index, const Instruction &instruction) {
  Agent &agent = machine.agents[index];
  AgentTime &time = times[index];
  // Pairs come as two values.
  unsigned target = isa<GlobalStorePairsOp>(instruction.op) ? 2 : 1;
  const RuntimeValue &pointer = agent.operand(instruction, target);
  auto type = cast<PtrType>(instruction.op->getOperand(target).getType());
  int64_t size = type.getElementType().getIntOrFloatBitWidth() / 8, total = 0;
  double now = time.clock;
  auto touch = [&](int64_t first, int64_t count) {
    memory.write(now, pointer.buffer, first * size, count * size);
    total += count * size;
  };
  auto tensor = dyn_cast<RankedTensorType>(instruction.op->getOperand(0).getType());
  int64_t count = tensor ? tensor.getNumElements() : 1;
  if (auto op = dyn_cast<GlobalStoreTileOp>(instruction.op)) {
    int64_t rows = std::clamp<int64_t>(agent.operand(instruction, 3).integer, 0, tensor.getDimSize(0));
    for (int64_t row = 0; row < rows; ++row)
      touch(agent.operand(instruction, 2).integer + row * static_cast<int64_t>(op.getRowStride()),
            tensor.getDimSize(1));
  } else if (isa<GlobalScatterLanesOp>(instruction.op)) {
    const Tensor &places = *agent.operand(instruction, 2).tensor, &mask = *agent.operand(instruction, 3).tensor;
    for (auto [place, isSet] : llvm::zip(places.integers, mask.integers))
      if (isSet)
        touch(place, 1);
  } else {
    bool isLimited = instruction.operands.size() > target + 2;
    if (isa<GlobalStoreRowsOp>(instruction.op) ||
        (isLimited && isa<GlobalStoreLanesOp, GlobalStorePairsOp>(instruction.op)))
      count = std::clamp<int64_t>(agent.operand(instruction, target + 2).integer, 0, count);
    if (isa<GlobalStorePairsOp>(instruction.op))
      count *= 2;
    if (count > 0)
      touch(agent.operand(instruction, target + 1).integer, count);
  }
  double begin = std::max(now, multiprocessor.storeFree);
  multiprocessor.storeFree = begin + static_cast<double>(total) / kStoreBytes;
  time.clock = std::max(now + instruction.cost.issue, multiprocessor.storeFree);
}

/// Boxes leave one after the other; the agent goes on once it has issued them.
void TimedBlock::bulkStore(size_t index, const Instruction &instruction) {
  Agent &agent = machine.agents[index];
  AgentTime &time = times[index];
  TileLayout layout(cast<TmaStoreOp>(instruction.op).getSource().getType());
  int64_t size = layout.getElementBytes();
  const DeviceBuffer *target = agent.operand(instruction, 1).buffer;
  ArrayRef<int64_t> extents = target->extents;
  size_t rank = extents.size();
  auto getCoordinate = [&](size_t d) { return agent.operand(instruction, d + 2).integer; };
  // What lies outside the tensor is not written.
  bool isInside = true;
  int64_t slice = 0;
  for (size_t d = 0; d + 2 < rank; ++d) {
    isInside &= getCoordinate(d) >= 0 && getCoordinate(d) < extents[d];
    slice = slice * extents[d] + getCoordinate(d);
  }
  int64_t firstRow = std::max<int64_t>(getCoordinate(rank - 2), 0);
  int64_t endRow = std::min(getCoordinate(rank - 2) + layout.getRows(), extents[rank - 2]);
  for (int64_t tile = 0; tile < layout.getNumTiles(); ++tile) {
    double now = time.clock;
    time.clock += instruction.cost.issue;
    double begin = std::max(now, multiprocessor.tmaFree);
    multiprocessor.tmaFree = begin + kTmaBox;
    begin = std::max({begin, getDescriptor(now, begin, target), multiprocessor.storeFree});
    int64_t column = getCoordinate(rank - 1) + tile * layout.getTileColumns(), bytes = 0;
    int64_t firstColumn = std::max<int64_t>(column, 0);
    int64_t endColumn = std::min(column + layout.getTileColumns(), extents[rank - 1]);
    for (int64_t row = firstRow; isInside && firstColumn < endColumn && row < endRow; ++row) {
      int64_t first = (slice * extents[rank - 2] + row) * extents[rank - 1] + firstColumn;
      int64_t rowBytes = (endColumn - firstColumn) * size;
      memory.write(now, target, first * size, rowBytes);
      bytes += rowBytes;
    }
    multiprocessor.storeFree = begin + static_cast<double>(bytes) / kTmaStoreBytes;
    time.bulkRead = multiprocessor.storeFree;
    time.bulkWritten = time.bulkRead + kTmaStoreAnswer;
  }
}

//===----------------------------------------------------------------------------------------------------------===//
// A grid
//===----------------------------------------------------------------------------------------------------------===//

/// How many blocks of the kernel a multiprocessor holds.
static int64_t getBlocksPerMultiprocessor(const KernelCode &code) {
  KernelOp kernel = code.op;
  int64_t bytes = 1024; // what the system keeps for each block
  for (SmemAllocOp op : code.buffers)
    bytes += op.getType().getSizeInBytes();
  return std::max<int64_t>(1, std::min(kThreads / std::max<int64_t>(kernel.getThreads(), 32), kSharedMemory / bytes));
}

void runTimed(const KernelCode &code, int64_t gridX, int64_t gridY, ArrayRef<KernelArgument> arguments,
              const InterpreterOptions &options, InterpreterReport &report) {
  const TimingOptions &timing = *options.timing;
  double clockHz = timing.clockGHz * 1e9;
  KernelOp kernel = code.op;
  // A call begins with a cold L2, as it is measured.
  if (!report.memory || kernel.getStep() == mla_gpu::Step::Attend)
    report.memory = std::make_shared<DeviceMemory>(clockHz);
  DeviceMemory &memory = *report.memory;
  memory.beginKernel();

  Launch shared(kernel, arguments);
  std::vector<Multiprocessor> multiprocessors(std::max<int64_t>(timing.multiprocessors, 1));
  int64_t resident = getBlocksPerMultiprocessor(code), total = gridX * gridY, started = 0;
  std::vector<std::unique_ptr<TimedBlock>> blocks;
  std::vector<size_t> unused;
  Stalls stalls;
  size_t findings = report.findings.size();
  double end = 0, tensorBusy = 0;

  // The next event of every block that runs; of equal times the block of the lower number comes first.
  using Entry = std::pair<double, size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> queue;
  auto startBlock = [&](double now) {
    Multiprocessor *freest = &*std::min_element(multiprocessors.begin(), multiprocessors.end(),
                                                [](auto &a, auto &b) { return a.blocks < b.blocks; });
    if (started == total || freest->blocks >= resident)
      return false;
    ++freest->blocks;
    size_t slot = unused.empty() ? blocks.size() : unused.back();
    if (unused.empty())
      blocks.emplace_back();
    else
      unused.pop_back();
    blocks[slot] = std::make_unique<TimedBlock>(code, shared, started % gridX, started / gridX, gridX, gridY, arguments,
                                                options, report, memory, *freest, now);
    ++started;
    queue.push({blocks[slot]->getNextTime(), slot});
    return true;
  };
  while (startBlock(0) && report.findings.size() == findings)
    ;
  while (!queue.empty() && report.findings.size() == findings) {
    auto [entryTime, slot] = queue.top();
    queue.pop();
    // A block that was woken has an entry for each time at which it was to go on.
    if (!blocks[slot] || blocks[slot]->getNextTime() != entryTime)
      continue;
    TimedBlock &block = *blocks[slot];
    Entry next = queue.empty() ? Entry(kNever, 0) : queue.top();
    std::optional<double> arrival;
    while (!block.isStopped() && Entry(block.getNextTime(), slot) <= next && block.getNextTime() < kNever && !arrival) {
      block.step();
      arrival = block.takeArrival();
    }
    if (block.isStopped())
      break;
    // This block may wait for its own arrivals, too.
    if (arrival)
      for (auto [other, waiting] : llvm::enumerate(blocks)) {
        if (!waiting)
          continue;
        double before = waiting->getNextTime();
        waiting->wakeAt(*arrival);
        if (other != slot && waiting->getNextTime() < before)
          queue.push({waiting->getNextTime(), other});
      }
    if (block.isFinished() && block.getNextTime() == kNever) {
      block.finish();
      if (block.getEnd() > end)
        stalls = block.getStalls();
      end = std::max(end, block.getEnd());
      tensorBusy += block.getTensorBusy();
      double now = block.getEnd();
      --block.getMultiprocessor().blocks;
      blocks[slot].reset();
      unused.push_back(slot);
      startBlock(now);
    } else if (block.getNextTime() < kNever) {
      queue.push({block.getNextTime(), slot});
    } else if (!block.waitsForGrid()) {
      block.reportDeadlock();
    }
  }
  // Blocks that only others could have let go on.
  auto waiting = llvm::find_if(blocks, [](const auto &block) { return block != nullptr; });
  if (waiting != blocks.end() && report.findings.size() == findings)
    (*waiting)->reportDeadlock();

  KernelTime time;
  time.kernel = kernel.getSymName().str();
  time.step = kernel.getStep();
  time.cycles = end;
  time.triggersDependents = kernel.walk([](PdlTriggerOp) { return WalkResult::interrupt(); }).wasInterrupted();
  double available = end * static_cast<double>(std::min<int64_t>(total, timing.multiprocessors));
  if (end > 0) {
    time.tensorBusy = tensorBusy / available;
    time.dramBusy = memory.getDramBusy() / end;
    time.l2Busy = memory.getL2Busy() / end;
  }
  for (auto &[place, clocks] : stalls)
    time.stalls.push_back({place.first, place.second, clocks});
  llvm::sort(time.stalls, [](const Stall &a, const Stall &b) {
    return std::tie(b.cycles, a.role, a.place) < std::tie(a.cycles, b.role, b.place);
  });
  report.times.push_back(std::move(time));
}

} // namespace mlir::mla_gpu::interpreter

namespace mlir::mla_gpu {

CallTime predictCall(const InterpreterReport &report, const TimingOptions &timing) {
  using namespace interpreter::costs;
  CallTime call;
  const KernelTime *previous = nullptr;
  for (const KernelTime &kernel : report.times) {
    double seconds = kernel.cycles / (timing.clockGHz * 1e9);
    if (kernel.step == Step::Schedule) {
      call.schedule += kLaunch + seconds;
      continue;
    }
    call.layer += seconds + (!previous ? kLaunch : previous->triggersDependents ? kDependentLaunch : kPlainLaunch);
    previous = &kernel;
  }
  return call;
}

} // namespace mlir::mla_gpu
