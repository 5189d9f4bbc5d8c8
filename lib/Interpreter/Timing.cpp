//===- Timing.cpp - The clocks of a grid: agents, tensor cores, memory --------------------------------------===//
#include "lib/Interpreter/Timing.h"
#include <cmath>
#include <limits>
#include <queue>

namespace mlir::mla_gpu::interpreter {

using namespace costs;

/// No element of a tensor lies here.
static constexpr int64_t kDescriptorPlace = -1;
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
  // One thread initialises the mbarriers, then the block synchronises.
  double setup = 0;
  for (const Instruction &instruction : code.setup->instructions)
    setup += instruction.cost.issue;
  if (!code.mbars.empty())
    setup += kNamedBarrier;
  times.resize(machine.agents.size());
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
    return;
  }
  const Instruction &instruction = frame.code->instructions[frame.next];

  // Code is there for all agents of the block once one has waited for it.
  auto [code, isCold] = codeAt.try_emplace(&instruction, time.clock);
  if (isCold && machine.options.timing->coldCode)
    code->second += instruction.cost.code * kInstructionBytes / kLineBytes * kColdCodeLine;
  if (code->second > time.clock) {
    stalls[{RoleOp(agent.role->op).getName().str(), "code"}] += code->second - time.clock;
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

  if (instruction.cost.kind == CostKind::WgmmaWait) {
    double retirement = getRetirement(index, instruction);
    if (retirement > time.clock) {
      if (!time.waitingSince)
        time.waitingSince = time.clock;
      if (retirement < kNever)
        time.clock = retirement;
      else
        time.blocked = true;
      return;
    }
  }
  size_t copies = machine.copies.size();
  if (!machine.advance(agent)) {
    if (machine.stopped)
      return;
    if (!time.waitingSince)
      time.waitingSince = time.clock;
    if (instruction.cost.kind == CostKind::MbarWait || instruction.cost.kind == CostKind::NbarSync) {
      time.blocked = true;
    } else {
      // Nobody tells when it can go on: it asks again.
      time.clock += kL2Load;
      ++polls;
    }
    return;
  }
  polls = 0;
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
  case CostKind::Copy:
    time.clock += cost.issue;
    break;
  case CostKind::Load:
    time.clock += cost.issue;
    ready = load(index, instruction);
    break;
  case CostKind::Store:
    store(index, instruction);
    break;
  case CostKind::ZeroRows: {
    const RuntimeValue &target = agent.operand(instruction, 0);
    const SharedBuffer &buffer = machine.buffers[target.index];
    int64_t rows = buffer.rows - agent.operand(instruction, 1).integer;
    int64_t columns = (target.endTile - target.firstTile) * buffer.tileColumns;
    time.clock += static_cast<double>(rows * columns * buffer.elementBytes) / kSharedBytes;
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
}

void TimedBlock::addStall(size_t index, const Instruction &instruction, double clocks) {
  if (clocks <= 0)
    return;
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
  default: // for an operand
    what = "loads";
  }
  stalls[{RoleOp(agent.role->op).getName().str(), what}] += clocks;
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

/// Whether a blocked agent's wait on a barrier is over.
bool TimedBlock::canGoOn(size_t index) {
  Agent &agent = machine.agents[index];
  const Agent::Frame &frame = agent.frames.back();
  const Instruction &instruction = frame.code->instructions[frame.next];
  if (instruction.cost.kind == CostKind::MbarWait)
    return machine.mbars[agent.operand(instruction, 0).index].isComplete(agent.operand(instruction, 1).integer);
  if (instruction.cost.kind == CostKind::NbarSync)
    return machine.nbars[agent.operand(instruction, 0).index].getGeneration() != *agent.generation;
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

/// Says when the copies from number `before` on, which the agent just issued, land.
void TimedBlock::issueCopies(size_t index, size_t before) {
  double now = times[index].clock;
  for (size_t i = before; i < machine.copies.size(); ++i) {
    const BoxCopy &copy = machine.copies[i];
    const SharedBuffer &buffer = machine.buffers[copy.buffer];
    ArrayRef<int64_t> extents = copy.source->extents;
    // What lies outside the tensor is not read.
    size_t rank = extents.size();
    bool isInside = true;
    int64_t place = 0;
    for (size_t d = 0; d < rank; ++d) {
      isInside &= copy.coordinates[d] >= 0 && copy.coordinates[d] < extents[d];
      place = place * extents[d] + copy.coordinates[d];
    }
    int64_t rows = std::min(buffer.rows, extents[rank - 2] - copy.coordinates[rank - 2]);
    int64_t columns = std::min(buffer.tileColumns, extents[rank - 1] - copy.coordinates[rank - 1]);
    double bytes = isInside ? static_cast<double>(rows * columns * buffer.elementBytes) : 0;

    double begin = std::max(now, multiprocessor.tmaFree);
    multiprocessor.tmaFree = begin + kTmaBox;
    // The first copy by a map waits for the map's descriptor.
    auto [descriptor, isNew] = descriptors.try_emplace(copy.source, 0);
    if (isNew)
      descriptor->second = memory.read(now, begin, copy.source, kDescriptorPlace, kLineBytes, 0);
    begin = std::max(begin, descriptor->second);
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
  if (isa<GlobalGatherLanesOp>(instruction.op)) {
    const Tensor &places = *agent.operand(instruction, 1).tensor, &mask = *agent.operand(instruction, 2).tensor;
    for (auto [place, isSet] : llvm::zip(places.integers, mask.integers))
      if (isSet)
        touch(place * size, size);
  } else {
    auto tensor = dyn_cast<RankedTensorType>(instruction.op->getResult(0).getType());
    int64_t count = tensor ? tensor.getNumElements() : 1;
    if (instruction.operands.size() > 2)
      count = std::clamp<int64_t>(agent.operand(instruction, 2).integer, 0, count);
    if (count > 0)
      touch(agent.operand(instruction, 1).integer * size, count * size);
  }
  return ready;
}

/// Stores leave at the rate of the multiprocessor's way out; the agent goes on when its last has left.
void TimedBlock::store(size_t index, const Instruction &instruction) {
  Agent &agent = machine.agents[index];
  AgentTime &time = times[index];
  const RuntimeValue &pointer = agent.operand(instruction, 1);
  auto type = cast<PtrType>(instruction.op->getOperand(1).getType());
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
    if (isa<GlobalStoreRowsOp>(instruction.op))
      count = std::clamp<int64_t>(agent.operand(instruction, 3).integer, 0, count);
    if (count > 0)
      touch(agent.operand(instruction, 2).integer, count);
  }
  double begin = std::max(now, multiprocessor.storeFree);
  multiprocessor.storeFree = begin + static_cast<double>(total) / kStoreBytes;
  time.clock = std::max(now + instruction.cost.issue, multiprocessor.storeFree);
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

  Launch shared;
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
    blocks[slot] = std::make_unique<TimedBlock>(code, shared, started % gridX, started / gridX, gridX, gridY,
                                                arguments, options, report, memory, *freest, now);
    ++started;
    queue.push({now, slot});
    return true;
  };
  while (startBlock(0) && report.findings.size() == findings)
    ;
  while (!queue.empty() && report.findings.size() == findings) {
    size_t slot = queue.top().second;
    queue.pop();
    TimedBlock &block = *blocks[slot];
    Entry next = queue.empty() ? Entry(kNever, 0) : queue.top();
    while (!block.isStopped() && Entry(block.getNextTime(), slot) < next && block.getNextTime() < kNever)
      block.step();
    constexpr uint64_t kMostPolls = 1 << 20;
    if (block.isStopped())
      break;
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
    } else if (block.getNextTime() == kNever || block.getPolls() > kMostPolls) {
      block.reportDeadlock();
    } else {
      queue.push({block.getNextTime(), slot});
    }
  }

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
