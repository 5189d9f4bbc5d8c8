//===- GlobalOps.cpp - Interpretation of global memory ------------------------------------------------------===//
#include "lib/Interpreter/GlobalMemory.h"
#include <cstring>

namespace mlir::mla_gpu::interpreter {

Launch::Launch(KernelOp kernel, ArrayRef<KernelArgument> arguments) {
  for (auto [value, argument] : llvm::zip(kernel->getRegion(0).getArguments(), arguments)) {
    bool isOnlyLoaded = llvm::all_of(value.getUsers(), [](Operation *user) {
      return isa<GlobalLoadOp, GlobalLoadLanesOp, GlobalLoadPairsOp, GlobalGatherLanesOp, GlobalGatherRowsOp,
                 GlobalLoadTileOp, GlobalLoadRowsOp, GlobalPrefetchOp, TmaLoadOp>(user);
    });
    if (argument.buffer && !isOnlyLoaded)
      stored.insert(argument.buffer);
  }
}

Step checkAvailable(Machine &machine, Agent &agent, const Instruction &instruction, const DeviceBuffer *buffer) {
  switch (buffer->availability) {
  case DeviceBuffer::Availability::Ready:
    return Step::Done;
  case DeviceBuffer::Availability::AfterWait:
    if (agent.timeline.knowsLaunch())
      return Step::Done;
    return machine.stop(
        FindingKind::Race, instruction,
        llvm::formatv("{0} accesses what the kernel before writes, but is not ordered after a pdl.wait", agent.name));
  case DeviceBuffer::Availability::Never:
    return machine.stop(FindingKind::Race, instruction,
                        llvm::formatv("{0} accesses what an earlier kernel writes, but the kernel in between never "
                                      "executes pdl.wait",
                                      agent.name));
  }
  llvm_unreachable("all availabilities are handled");
}

uint8_t *access(Machine &machine, Agent &agent, const Instruction &instruction, Value pointer,
                const RuntimeValue &value, int64_t index, int64_t count, int64_t alignment) {
  if (checkAvailable(machine, agent, instruction, value.buffer) != Step::Done)
    return nullptr;
  int64_t size = cast<PtrType>(pointer.getType()).getElementType().getIntOrFloatBitWidth() / 8;
  int64_t stored = static_cast<int64_t>(value.buffer->bytes.size());
  bool isPeriodic = value.buffer->repeatedBytes > 0 && stored > 0;
  int64_t elements = (isPeriodic ? value.buffer->repeatedBytes : stored) / size;
  if (index < 0 || count > elements || index > elements - count) {
    std::string what = count == 1 ? llvm::formatv("element {0}", index).str()
                                  : llvm::formatv("{0} elements from {1} on", count, index).str();
    machine.stop(FindingKind::OutOfBounds, instruction,
                 llvm::formatv("{0}, of a buffer of {1} elements", what, elements));
    return nullptr;
  }
  if (index % alignment != 0) {
    machine.stop(FindingKind::OutOfBounds, instruction,
                 llvm::formatv("expected an index that is a multiple of {0}, but got {1}", alignment, index));
    return nullptr;
  }
  int64_t first = index * size;
  if (isPeriodic)
    first %= stored;
  // Of a periodic buffer the caller wants bytes that lie side by side.
  if (count > (stored - first) / size) {
    machine.stop(
        FindingKind::Unsupported, instruction,
        llvm::formatv("{0} elements from {1} on, of a buffer of which {2} bytes are stored", count, index, stored));
    return nullptr;
  }
  return value.buffer->bytes.data() + first;
}

int64_t getWarp(const Agent &agent) {
  for (const Agent::Frame &frame : agent.frames)
    if (frame.owner && isa<EachWarpOp>(frame.owner->op))
      return agent.threads == 32 ? agent.warp : frame.induction; // with times, each warp is an agent
  return -1;
}

/// Whether what an agent of a block did up to `time` (0: nobody knows when) is ordered before now. What the same
/// threads did (`sameThreads`) needs no barrier.
static bool isOrdered(Machine &machine, Agent &agent, int64_t block, unsigned other, uint32_t time, bool sameThreads) {
  if (!time)
    return false;
  if (block != machine.getBlockNumber(agent)) {
    auto known = agent.remote.find(block);
    return known != agent.remote.end() && known->second.generic(other) >= time;
  }
  return agent.timeline.knowsGeneric(other, time, sameThreads);
}

static bool stopRace(Machine &machine, Agent &agent, const Instruction &instruction, StringRef what,
                     StringRef otherWhat, int64_t otherBlock, Operation *other) {
  machine.stop(FindingKind::Race, instruction,
               llvm::formatv("{0} of global memory by {1} of block {2} is not ordered after the {3} by block {4}", what,
                             agent.name, machine.getBlockNumber(agent), otherWhat, otherBlock),
               other->getLoc());
  return false;
}

/// Whether an access is ordered after the store with this number. A team that stores again may do so at once. What it
/// loads may come from another of its warps, unless both are the work of one warp.
static bool checkWrite(Machine &machine, Agent &agent, const Instruction &instruction, unsigned number, bool isStore) {
  if (!number)
    return true;
  const Launch::Write &write = machine.shared.getWrite(number);
  bool sameThreads = isStore || (write.warp >= 0 && write.warp == getWarp(agent));
  return isOrdered(machine, agent, write.block, write.agent, write.time, sameThreads) ||
         stopRace(machine, agent, instruction, isStore ? "store" : "load", "store", write.block, write.op);
}

/// Whether a store is ordered after the loads in this list.
static bool checkReads(Machine &machine, Agent &agent, const Instruction &instruction, unsigned number) {
  while (number) {
    const Launch::Read &read = machine.shared.getRead(number);
    if (!isOrdered(machine, agent, read.block, read.agent, read.time, /*sameThreads=*/true))
      return stopRace(machine, agent, instruction, "store", "load", read.block, read.op);
    number = read.previous;
  }
  return true;
}

bool noteLoad(Machine &machine, Agent &agent, const Instruction &instruction, const DeviceBuffer *buffer,
              const uint8_t *begin, size_t bytes) {
  if (!bytes || machine.shared.isOnlyRead(buffer))
    return true;
  size_t first = (begin - buffer->bytes.data()) / 4, last = (begin - buffer->bytes.data() + bytes - 1) / 4;
  if (buffer->written) {
    const std::vector<unsigned> &writes = machine.shared.getWords(buffer);
    unsigned checked = 0;
    for (size_t word = first; word <= last; ++word)
      if (writes[word] != checked &&
          !checkWrite(machine, agent, instruction, checked = writes[word], /*isStore=*/false))
        return false;
  }
  // Neighbouring words mostly have the same history: one entry serves them all.
  std::vector<unsigned> &reads = machine.shared.getReads(buffer);
  std::optional<unsigned> before;
  unsigned after = 0;
  for (size_t word = first; word <= last; ++word) {
    if (before != reads[word]) {
      unsigned previous = reads[word];
      before = previous;
      // A later load of the same agent stands for its earlier ones.
      if (previous) {
        const Launch::Read &read = machine.shared.getRead(previous);
        if (read.block == machine.getBlockNumber(agent) && read.agent == agent.timeline.getAgent())
          previous = read.previous;
      }
      after = machine.shared.addRead(
          {machine.getBlockNumber(agent), agent.timeline.getAgent(), agent.timeline.now(), instruction.op, previous});
    }
    reads[word] = after;
  }
  return true;
}

bool noteStore(Machine &machine, Agent &agent, const Instruction &instruction, DeviceBuffer *buffer,
               const uint8_t *begin, size_t bytes, unsigned write) {
  buffer->written = true;
  std::vector<unsigned> &writes = machine.shared.getWords(buffer), &reads = machine.shared.getReads(buffer);
  size_t first = begin - buffer->bytes.data();
  std::optional<unsigned> checked;
  for (size_t word = first / 4; bytes && word <= (first + bytes - 1) / 4; ++word) {
    // Two 16-bit numbers of different teams may share a word.
    bool whole = word * 4 >= first && word * 4 + 4 <= first + bytes;
    if (whole) {
      if (writes[word] != write && !checkWrite(machine, agent, instruction, writes[word], /*isStore=*/true))
        return false;
      if (reads[word] != checked && !checkReads(machine, agent, instruction, reads[word]))
        return false;
      checked = reads[word];
      reads[word] = 0;
    }
    writes[word] = write;
  }
  return true;
}

unsigned beginStore(Machine &machine, Agent &agent, const Instruction &instruction) {
  return machine.shared.addWrite(
      {machine.getBlockNumber(agent), agent.timeline.getAgent(), getWarp(agent), agent.timeline.now(), instruction.op});
}

namespace {

void storeReals(Type element, const float *values, int64_t count, uint8_t *target) {
  if (isa<Float8E4M3FNType>(element)) {
    for (int64_t i = 0; i < count; ++i)
      target[i] = mla::reference::roundToE4M3(values[i]);
    return;
  }
  std::optional<mla::reference::Element> half = getElement(element);
  if (!half) {
    std::memcpy(target, values, count * sizeof(float));
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    uint16_t bits = mla::reference::roundToElement(*half, values[i]);
    std::memcpy(target + i * sizeof(bits), &bits, sizeof(bits));
  }
}

void storeInteger(Type element, int64_t value, uint8_t *target) {
  // Little endian, as the device.
  for (unsigned i = 0, e = element.getIntOrFloatBitWidth() / 8; i < e; ++i)
    target[i] = static_cast<uint8_t>(value >> (8 * i));
}

int64_t loadInteger(Type element, const uint8_t *source) {
  uint64_t value = 0;
  unsigned width = element.getIntOrFloatBitWidth();
  for (unsigned i = 0; i < width / 8; ++i)
    value |= static_cast<uint64_t>(source[i]) << (8 * i);
  return wrapInteger(value, width);
}

Type getPointee(Value pointer) { return cast<PtrType>(pointer.getType()).getElementType(); }

/// Stores `count` elements of a tensor from `first` on.
void storeElements(Type element, const Tensor &tensor, int64_t first, int64_t count, uint8_t *target) {
  if (!tensor.reals.empty())
    return storeReals(element, tensor.reals.data() + first, count, target);
  unsigned size = element.getIntOrFloatBitWidth() / 8;
  for (int64_t i = 0; i < count; ++i)
    storeInteger(element, tensor.integers[first + i], target + i * size);
}

Step executeView(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).buffer = agent.operand(instruction, 0).buffer;
  return Step::Done;
}

Step executeLoad(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalLoadOp>(instruction.op);
  uint8_t *source = access(machine, agent, instruction, op.getSource(), agent.operand(instruction, 0),
                           agent.operand(instruction, 1).integer, 1);
  if (!source || !noteLoad(machine, agent, instruction, agent.operand(instruction, 0).buffer, source,
                           getPointee(op.getSource()).getIntOrFloatBitWidth() / 8))
    return Step::Stop;
  RuntimeValue &result = agent.result(instruction);
  if (op.getType().isF32())
    std::memcpy(&result.real, source, sizeof(float));
  else
    result.integer = loadInteger(getPointee(op.getSource()), source);
  return Step::Done;
}

Step executeStore(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalStoreOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &pointer = agent.operand(instruction, 1);
  uint8_t *target =
      access(machine, agent, instruction, op.getTarget(), pointer, agent.operand(instruction, 2).integer, 1);
  if (!target ||
      !noteStore(machine, agent, instruction, pointer.buffer, target, 4, beginStore(machine, agent, instruction)))
    return Step::Stop;
  if (op.getValue().getType().isF32())
    storeReals(getPointee(op.getTarget()), &value.real, 1, target);
  else
    storeInteger(getPointee(op.getTarget()), value.integer, target);
  return Step::Done;
}

Step executeLoadLanes(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalLoadLanesOp>(instruction.op);
  auto type = cast<RankedTensorType>(op.getType());
  int64_t count = type.getNumElements();
  int64_t valid = op.getValid() ? std::clamp<int64_t>(agent.operand(instruction, 2).integer, 0, count) : count;
  Type element = getPointee(op.getSource());
  int64_t size = element.getIntOrFloatBitWidth() / 8;
  // Four elements a lane at a time where the tensor allows it, in at most sixteen bytes.
  int64_t alignment = count % 128 == 0 ? std::min<int64_t>(4, 16 / size) : 1;
  const uint8_t *source = nullptr;
  if (valid > 0) {
    source = access(machine, agent, instruction, op.getSource(), agent.operand(instruction, 0),
                    agent.operand(instruction, 1).integer, valid, alignment);
    if (!source || !noteLoad(machine, agent, instruction, agent.operand(instruction, 0).buffer, source, valid * size))
      return Step::Stop;
  }
  if (machine.options.protocolOnly && isRealTensor(type)) {
    agent.result(instruction).tensor.reset();
    return Step::Done;
  }
  auto tensor = std::make_shared<Tensor>();
  if (isRealTensor(type)) {
    tensor->reals.assign(count, 0);
    if (source && getElement(element)) {
      const float *table = getElementTable(element);
      for (int64_t i = 0; i < valid; ++i) {
        uint16_t bits;
        std::memcpy(&bits, source + i * sizeof(bits), sizeof(bits));
        tensor->reals[i] = table[bits];
      }
    } else if (source) {
      std::memcpy(tensor->reals.data(), source, valid * sizeof(float));
    }
  } else {
    tensor->integers.assign(count, 0);
    for (int64_t i = 0; i < valid; ++i)
      tensor->integers[i] = loadInteger(element, source + i * (element.getIntOrFloatBitWidth() / 8));
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeStoreLanes(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalStoreLanesOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &pointer = agent.operand(instruction, 1);
  int64_t elements = cast<RankedTensorType>(op.getValue().getType()).getNumElements();
  int64_t count = op.getValid() ? std::clamp<int64_t>(agent.operand(instruction, 3).integer, 0, elements) : elements;
  if (count == 0)
    return Step::Done;
  uint8_t *target = access(machine, agent, instruction, op.getTarget(), pointer, agent.operand(instruction, 2).integer,
                           count, elements % 128 == 0 ? 4 : 1);
  if (!target || !noteStore(machine, agent, instruction, pointer.buffer, target,
                            count * (getPointee(op.getTarget()).getIntOrFloatBitWidth() / 8),
                            beginStore(machine, agent, instruction)))
    return Step::Stop;
  if (value.tensor)
    storeElements(getPointee(op.getTarget()), *value.tensor, 0, count, target);
  return Step::Done;
}

Step executeLoadPairs(Machine &machine, Agent &agent, const Instruction &instruction) {
  constexpr int64_t kLanes = 32;
  auto op = cast<GlobalLoadPairsOp>(instruction.op);
  const RuntimeValue &pointer = agent.operand(instruction, 0);
  int64_t valid = op.getValid() ? std::clamp<int64_t>(agent.operand(instruction, 2).integer, 0, kLanes) : kLanes;
  const uint8_t *source = nullptr;
  if (valid > 0) {
    source =
        access(machine, agent, instruction, op.getSource(), pointer, agent.operand(instruction, 1).integer, 2 * valid,
               /*alignment=*/2);
    if (!source || !noteLoad(machine, agent, instruction, pointer.buffer, source, 2 * valid * sizeof(uint16_t)))
      return Step::Stop;
  }
  const float *table = getElementTable(getPointee(op.getSource()));
  for (unsigned half : {0, 1}) {
    std::shared_ptr<Tensor> tensor;
    if (!machine.options.protocolOnly) {
      tensor = std::make_shared<Tensor>();
      for (int64_t lane = 0; lane < valid; ++lane) {
        uint16_t bits;
        std::memcpy(&bits, source + (2 * lane + half) * sizeof(bits), sizeof(bits));
        tensor->reals.push_back(table[bits]);
      }
      tensor->reals.resize(kLanes);
    }
    agent.result(instruction, half).tensor = std::move(tensor);
  }
  return Step::Done;
}

Step executeStorePairs(Machine &machine, Agent &agent, const Instruction &instruction) {
  constexpr int64_t kLanes = 32;
  auto op = cast<GlobalStorePairsOp>(instruction.op);
  TensorRef even = agent.operand(instruction, 0).tensor, odd = agent.operand(instruction, 1).tensor;
  const RuntimeValue &pointer = agent.operand(instruction, 2);
  int64_t valid = op.getValid() ? std::clamp<int64_t>(agent.operand(instruction, 4).integer, 0, kLanes) : kLanes;
  if (valid == 0)
    return Step::Done;
  uint8_t *target = access(machine, agent, instruction, op.getTarget(), pointer, agent.operand(instruction, 3).integer,
                           2 * valid, /*alignment=*/2);
  int64_t size = getPointee(op.getTarget()).getIntOrFloatBitWidth() / 8;
  if (!target || !noteStore(machine, agent, instruction, pointer.buffer, target, 2 * valid * size,
                            beginStore(machine, agent, instruction)))
    return Step::Stop;
  for (int64_t lane = 0; even && odd && lane < valid; ++lane) {
    float pair[] = {even->reals[lane], odd->reals[lane]};
    storeReals(getPointee(op.getTarget()), pair, 2, target + 2 * lane * size);
  }
  return Step::Done;
}

Step executeGatherLanes(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalGatherLanesOp>(instruction.op);
  const RuntimeValue &pointer = agent.operand(instruction, 0);
  TensorRef index = agent.operand(instruction, 1).tensor, mask = agent.operand(instruction, 2).tensor;
  Type element = getPointee(op.getSource());
  size_t lanes = index->integers.size();
  bool isReal = isRealTensor(op.getType());
  // Addresses are checked even where the values do not matter.
  bool hasValue = !(isReal && machine.options.protocolOnly);
  std::shared_ptr<Tensor> tensor = hasValue ? std::make_shared<Tensor>() : nullptr;
  if (hasValue && isReal)
    tensor->reals.assign(lanes, 0);
  else if (hasValue)
    tensor->integers.assign(lanes, 0);
  for (size_t lane = 0; lane < lanes; ++lane) {
    if (!mask->integers[lane])
      continue;
    const uint8_t *source = access(machine, agent, instruction, op.getSource(), pointer, index->integers[lane], 1);
    if (!source || !noteLoad(machine, agent, instruction, pointer.buffer, source, element.getIntOrFloatBitWidth() / 8))
      return Step::Stop;
    if (hasValue && isReal)
      std::memcpy(&tensor->reals[lane], source, sizeof(float));
    else if (hasValue)
      tensor->integers[lane] = loadInteger(element, source);
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeGatherRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalGatherRowsOp>(instruction.op);
  const RuntimeValue &pointer = agent.operand(instruction, 0);
  TensorRef index = agent.operand(instruction, 1).tensor;
  int64_t column = agent.operand(instruction, 2).integer;
  RankedTensorType type = op.getResult().getType();
  int64_t rows = type.getDimSize(0), columns = type.getDimSize(1);
  auto tensor = machine.options.protocolOnly ? nullptr : std::make_shared<Tensor>();
  if (tensor)
    tensor->bits.resize(type.getNumElements());
  for (int64_t row = 0; row < rows; ++row) {
    // 2^31 rows of 2^24 elements fit.
    int64_t first = index->integers[row] * static_cast<int64_t>(op.getRowStride()) + column;
    const uint8_t *source =
        access(machine, agent, instruction, op.getSource(), pointer, first, columns, /*alignment=*/4);
    if (!source || !noteLoad(machine, agent, instruction, pointer.buffer, source, columns * sizeof(uint16_t)))
      return Step::Stop;
    if (tensor)
      std::memcpy(tensor->bits.data() + row * columns, source, columns * sizeof(uint16_t));
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeScatterLanes(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalScatterLanesOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &pointer = agent.operand(instruction, 1);
  TensorRef index = agent.operand(instruction, 2).tensor, mask = agent.operand(instruction, 3).tensor;
  unsigned write = beginStore(machine, agent, instruction);
  for (size_t lane = 0; lane < index->integers.size(); ++lane) {
    if (!mask->integers[lane])
      continue;
    uint8_t *target = access(machine, agent, instruction, op.getTarget(), pointer, index->integers[lane], 1);
    if (!target || !noteStore(machine, agent, instruction, pointer.buffer, target,
                              getPointee(op.getTarget()).getIntOrFloatBitWidth() / 8, write))
      return Step::Stop;
    if (value.tensor)
      storeElements(getPointee(op.getTarget()), *value.tensor, lane, 1, target);
  }
  return Step::Done;
}

/// Row `row` of an access to rows that are `stride` elements apart; -1, which no buffer has, on overflow.
int64_t getRowIndex(int64_t index, int64_t row, int64_t stride) {
  int64_t offset;
  return llvm::MulOverflow(row, stride, offset) || llvm::AddOverflow(index, offset, offset) ? -1 : offset;
}

/// load_tile and load_rows.
Step executeLoadValidRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto tile = dyn_cast<GlobalLoadTileOp>(instruction.op);
  Value source = instruction.op->getOperand(0);
  const RuntimeValue &pointer = agent.operand(instruction, 0);
  auto type = cast<RankedTensorType>(instruction.op->getResult(0).getType());
  int64_t rows = type.getDimSize(0), columns = tile ? type.getDimSize(1) : 1;
  int64_t index = agent.operand(instruction, 1).integer;
  int64_t stride = tile ? tile.getRowStride() : cast<GlobalLoadRowsOp>(instruction.op).getRowStride();
  int64_t valid = std::clamp<int64_t>(agent.operand(instruction, 2).integer, 0, rows);
  int64_t size = type.getElementTypeBitWidth() / 8;
  constexpr int64_t kGrain = 16;
  std::shared_ptr<Tensor> tensor = machine.options.protocolOnly ? nullptr : std::make_shared<Tensor>();
  if (tensor && tile)
    tensor->bits.assign(rows * columns, 0);
  else if (tensor)
    tensor->reals.assign(rows, 0);
  for (int64_t row = 0; row < valid; ++row) {
    const uint8_t *from = access(machine, agent, instruction, source, pointer, getRowIndex(index, row, stride), columns,
                                 /*alignment=*/tile ? kGrain / size : 1);
    if (!from || !noteLoad(machine, agent, instruction, pointer.buffer, from, columns * size))
      return Step::Stop;
    if (tensor && !tile)
      std::memcpy(&tensor->reals[row], from, sizeof(float));
    else if (tensor && size == 1)
      std::copy_n(from, columns, tensor->bits.begin() + row * columns);
    else if (tensor)
      std::memcpy(tensor->bits.data() + row * columns, from, columns * size);
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

/// Nothing but the address matters.
Step executePrefetch(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalPrefetchOp>(instruction.op);
  constexpr int64_t kGrain = 16;
  int64_t size = getPointee(op.getSource()).getIntOrFloatBitWidth() / 8;
  return access(machine, agent, instruction, op.getSource(), agent.operand(instruction, 0),
                agent.operand(instruction, 1).integer, op.getBytes() / size, std::max<int64_t>(kGrain / size, 1))
             ? Step::Done
             : Step::Stop;
}

/// A hint, as all of a pace: nothing depends on what marks say, so they hold nothing here, and racing for them is
/// allowed.
Step executePaceMark(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).integer = 0;
  return access(machine, agent, instruction, cast<PaceMarkOp>(instruction.op).getMarks(), agent.operand(instruction, 0),
                agent.operand(instruction, 1).integer, 1)
             ? Step::Done
             : Step::Stop;
}

Step executePaceAhead(Machine &machine, Agent &agent, const Instruction &instruction) {
  constexpr int64_t kLanes = 32;
  int64_t teams = agent.operand(instruction, 2).integer;
  agent.result(instruction).integer = 0;
  return access(machine, agent, instruction, cast<PaceAheadOp>(instruction.op).getMarks(),
                agent.operand(instruction, 0), agent.operand(instruction, 1).integer,
                std::clamp<int64_t>(teams, 1, kLanes))
             ? Step::Done
             : Step::Stop;
}

Step executePaceHold(Machine &, Agent &, const Instruction &) { return Step::Done; }

Step executeStoreRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalStoreRowsOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &pointer = agent.operand(instruction, 1);
  int64_t rows = cast<RankedTensorType>(op.getValue().getType()).getNumElements();
  int64_t valid = std::clamp<int64_t>(agent.operand(instruction, 3).integer, 0, rows);
  if (valid == 0)
    return Step::Done;
  uint8_t *target =
      access(machine, agent, instruction, op.getTarget(), pointer, agent.operand(instruction, 2).integer, valid);
  if (!target || !noteStore(machine, agent, instruction, pointer.buffer, target,
                            valid * (getPointee(op.getTarget()).getIntOrFloatBitWidth() / 8),
                            beginStore(machine, agent, instruction)))
    return Step::Stop;
  if (value.tensor)
    storeElements(getPointee(op.getTarget()), *value.tensor, 0, valid, target);
  return Step::Done;
}

Step executeStoreTile(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<GlobalStoreTileOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &pointer = agent.operand(instruction, 1);
  auto type = cast<RankedTensorType>(op.getValue().getType());
  int64_t rows = type.getDimSize(0), columns = type.getDimSize(1);
  int64_t index = agent.operand(instruction, 2).integer, stride = op.getRowStride();
  int64_t valid = std::clamp<int64_t>(agent.operand(instruction, 3).integer, 0, rows);
  // 16 bytes at a time where the rows allow it; see the op's description.
  constexpr int64_t kGroup = 8;
  bool byGroups = getPointee(op.getTarget()).getIntOrFloatBitWidth() == 16 && stride % kGroup == 0;
  if (stride % 2 != 0)
    return machine.stop(FindingKind::OutOfBounds, instruction,
                        llvm::formatv("expected a row stride that is a multiple of 2, but got {0}", stride));
  unsigned write = beginStore(machine, agent, instruction);
  for (int64_t row = 0; row < valid; ++row) {
    uint8_t *target = access(machine, agent, instruction, op.getTarget(), pointer, getRowIndex(index, row, stride),
                             columns, /*alignment=*/byGroups ? kGroup : 2);
    if (!target || !noteStore(machine, agent, instruction, pointer.buffer, target,
                              columns * (getPointee(op.getTarget()).getIntOrFloatBitWidth() / 8), write))
      return Step::Stop;
    if (value.tensor)
      storeElements(getPointee(op.getTarget()), *value.tensor, row * columns, columns, target);
  }
  return Step::Done;
}

} // namespace

void populateGlobalHandlers(HandlerTable &table) {
  table.add<GlobalViewOp>(executeView);
  table.add<GlobalLoadOp>(executeLoad);
  table.add<GlobalStoreOp>(executeStore);
  table.add<GlobalLoadLanesOp>(executeLoadLanes);
  table.add<GlobalGatherRowsOp>(executeGatherRows);
  table.add<GlobalStoreLanesOp>(executeStoreLanes);
  table.add<GlobalLoadPairsOp>(executeLoadPairs);
  table.add<GlobalStorePairsOp>(executeStorePairs);
  table.add<GlobalGatherLanesOp>(executeGatherLanes);
  table.add<GlobalScatterLanesOp>(executeScatterLanes);
  table.add<GlobalLoadTileOp>(executeLoadValidRows);
  table.add<GlobalLoadRowsOp>(executeLoadValidRows);
  table.add<GlobalPrefetchOp>(executePrefetch);
  table.add<PaceMarkOp>(executePaceMark);
  table.add<PaceAheadOp>(executePaceAhead);
  table.add<PaceHoldOp>(executePaceHold);
  table.add<GlobalStoreRowsOp>(executeStoreRows);
  table.add<GlobalStoreTileOp>(executeStoreTile);
}

} // namespace mlir::mla_gpu::interpreter
