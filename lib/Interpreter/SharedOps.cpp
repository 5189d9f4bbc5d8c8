//===- SharedOps.cpp - Interpretation of shared memory and copies into it -----------------------------------===//
#include "lib/Interpreter/GlobalMemory.h"
#include "lib/Interpreter/Machine.h"
#include <cstring>

namespace mlir::mla_gpu::interpreter {

namespace {

Step executeAlloc(Machine &machine, Agent &agent, const Instruction &instruction) {
  RuntimeValue &result = agent.result(instruction);
  result.index = instruction.index;
  result.firstTile = 0;
  result.endTile = machine.buffers[instruction.index].cells.size();
  return Step::Done;
}

Step executeView(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemViewOp>(instruction.op);
  RuntimeValue result = agent.operand(instruction, 0);
  result.endTile = result.firstTile + op.getEnd();
  result.firstTile += op.getFirst();
  agent.result(instruction) = result;
  return Step::Done;
}

Step executeStoreTile(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &target = agent.operand(instruction, 1);
  SharedBuffer &buffer = machine.buffers[target.index];
  for (unsigned tile = target.firstTile; tile < target.endTile; ++tile)
    if (std::optional<Conflict> conflict = buffer.cells[tile].store(agent.timeline, instruction.op, /*whole=*/true))
      return machine.stop(*conflict, agent, instruction, "store", buffer, tile);
  if (!value.tensor)
    return Step::Done;
  int64_t columns = (target.endTile - target.firstTile) * buffer.tileColumns;
  for (int64_t row = 0; row < buffer.rows; ++row)
    std::memcpy(buffer.at(row, target.firstTile * buffer.tileColumns), value.tensor->bits.data() + row * columns,
                columns * sizeof(uint16_t));
  return Step::Done;
}

Step executeStoreRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &value = agent.operand(instruction, 0);
  SharedBuffer &buffer = machine.buffers[agent.operand(instruction, 1).index];
  if (std::optional<Conflict> conflict = buffer.cells.front().store(agent.timeline, instruction.op, /*whole=*/true))
    return machine.stop(*conflict, agent, instruction, "store", buffer, 0);
  if (!value.tensor)
    return Step::Done;
  for (int64_t row = 0; row < buffer.columns; ++row) {
    if (!value.tensor->reals.empty()) {
      std::memcpy(buffer.at(0, row), &value.tensor->reals[row], sizeof(float));
    } else {
      int32_t integer = static_cast<int32_t>(value.tensor->integers[row]);
      std::memcpy(buffer.at(0, row), &integer, sizeof(integer));
    }
  }
  return Step::Done;
}

Step executeLoadRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  SharedBuffer &buffer = machine.buffers[agent.operand(instruction, 0).index];
  if (std::optional<Conflict> conflict = buffer.cells.front().load(agent.timeline, instruction.op))
    return machine.stop(*conflict, agent, instruction, "load", buffer, 0);
  auto type = cast<RankedTensorType>(instruction.op->getResult(0).getType());
  auto tensor = std::make_shared<Tensor>();
  if (isRealTensor(type)) {
    tensor->reals.resize(buffer.columns);
    std::memcpy(tensor->reals.data(), buffer.bytes.data(), buffer.bytes.size());
  } else {
    for (int64_t row = 0; row < buffer.columns; ++row) {
      int32_t integer;
      std::memcpy(&integer, buffer.at(0, row), sizeof(integer));
      tensor->integers.push_back(integer);
    }
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeZeroRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &target = agent.operand(instruction, 0);
  SharedBuffer &buffer = machine.buffers[target.index];
  int64_t first = agent.operand(instruction, 1).integer;
  if (first < 0 || first > buffer.rows)
    return machine.stop(FindingKind::OutOfBounds, instruction,
                        llvm::formatv("expected a first row from 0 to {0}, but got {1}", buffer.rows, first));
  if (first == buffer.rows)
    return Step::Done;
  for (unsigned tile = target.firstTile; tile < target.endTile; ++tile) {
    std::optional<Conflict> conflict = buffer.cells[tile].store(agent.timeline, instruction.op, /*whole=*/first == 0);
    if (conflict)
      return machine.stop(*conflict, agent, instruction, "store", buffer, tile);
  }
  int64_t columns = (target.endTile - target.firstTile) * buffer.tileColumns;
  for (int64_t row = first; row < buffer.rows; ++row)
    std::memset(buffer.at(row, target.firstTile * buffer.tileColumns), 0, columns * buffer.elementBytes);
  return Step::Done;
}

Step executeTmaLoad(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<TmaLoadOp>(instruction.op);
  const RuntimeValue &map = agent.operand(instruction, 0);
  unsigned rank = op.getCoordinates().size();
  const RuntimeValue &target = agent.operand(instruction, rank + 1);
  unsigned mbar = agent.operand(instruction, rank + 2).index;
  if (Step step = checkAvailable(machine, agent, instruction, map.buffer); step != Step::Done)
    return step;
  if (map.buffer->extents.size() != rank || rank < 2)
    return machine.stop(
        FindingKind::Unsupported, instruction,
        llvm::formatv("expected a tensor of {0} dimensions, but got one of {1}", rank, map.buffer->extents.size()));
  SharedBuffer &buffer = machine.buffers[target.index];
  for (unsigned tile = target.firstTile; tile < target.endTile; ++tile) {
    if (std::optional<Conflict> conflict = buffer.cells[tile].beginCopy(agent.timeline, instruction.op))
      return machine.stop(*conflict, agent, instruction, "copy", buffer, tile);
    if (!machine.options.protocolOnly)
      buffer.poison(tile);
    BoxCopy copy{instruction.op, map.buffer, {}, target.index, tile, mbar};
    for (unsigned d = 0; d < rank; ++d)
      copy.coordinates.push_back(agent.operand(instruction, d + 1).integer);
    copy.coordinates.back() += (tile - target.firstTile) * buffer.tileColumns;
    if (!machine.shared.isOnlyRead(map.buffer)) {
      // As of now, though the bytes may be read until they land.
      bool ordered = true;
      copy.forEachRow(buffer, [&](int64_t, int64_t, size_t begin, size_t bytes) {
        ordered = ordered && noteLoad(machine, agent, instruction, map.buffer, map.buffer->bytes.data() + begin, bytes);
      });
      if (!ordered)
        return Step::Stop;
    }
    machine.copies.push_back(std::move(copy));
  }
  return Step::Done;
}

Step executeTmaStore(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<TmaStoreOp>(instruction.op);
  const RuntimeValue &source = agent.operand(instruction, 0);
  DeviceBuffer *target = agent.operand(instruction, 1).buffer;
  unsigned rank = op.getCoordinates().size();
  if (Step step = checkAvailable(machine, agent, instruction, target); step != Step::Done)
    return step;
  ArrayRef<int64_t> extents = target->extents;
  if (extents.size() != rank || rank < 2)
    return machine.stop(FindingKind::Unsupported, instruction,
                        llvm::formatv("expected a tensor of {0} dimensions, but got one of {1}", rank, extents.size()));
  SharedBuffer &buffer = machine.buffers[source.index];
  uint64_t id = machine.nextAsyncRead++;
  for (unsigned tile = source.firstTile; tile < source.endTile; ++tile)
    if (std::optional<Conflict> conflict = buffer.cells[tile].beginAsyncRead(agent.timeline, id, instruction.op))
      return machine.stop(*conflict, agent, instruction, "asynchronous store", buffer, tile);
  // The values may be taken at once: whoever overwrites the tile before it was read is found by the order.
  unsigned write = beginStore(machine, agent, instruction);
  machine.shared.getWrite(write).time = 0;
  agent.bulkStores.push_back({id, source.index, source.firstTile, source.endTile, /*hasRead=*/false, write});
  int64_t slice = 0;
  for (unsigned d = 0; d + 2 < rank; ++d) {
    int64_t coordinate = agent.operand(instruction, d + 2).integer;
    if (coordinate < 0 || coordinate >= extents[d])
      return Step::Done;
    slice = slice * extents[d] + coordinate;
  }
  int64_t firstRow = agent.operand(instruction, rank).integer, column = agent.operand(instruction, rank + 1).integer;
  int64_t columns = (source.endTile - source.firstTile) * buffer.tileColumns, size = buffer.elementBytes;
  int64_t first = std::clamp<int64_t>(column, 0, extents[rank - 1]);
  int64_t end = std::clamp<int64_t>(column + columns, first, extents[rank - 1]);
  for (int64_t r = 0; r < buffer.rows && first < end; ++r) {
    int64_t row = firstRow + r;
    if (row < 0 || row >= extents[rank - 2])
      continue;
    uint8_t *to = target->bytes.data() + ((slice * extents[rank - 2] + row) * extents[rank - 1] + first) * size;
    if (!noteStore(machine, agent, instruction, target, to, (end - first) * size, write))
      return Step::Stop;
    if (!machine.options.protocolOnly)
      std::memcpy(to, buffer.at(r, source.firstTile * buffer.tileColumns + first - column), (end - first) * size);
  }
  return Step::Done;
}

Step executeTmaStoreWait(Machine &machine, Agent &agent, const Instruction &instruction) {
  bool isWritten = cast<TmaStoreWaitOp>(instruction.op).getWritten();
  uint32_t time = agent.timeline.retire();
  for (Agent::BulkStore &store : agent.bulkStores) {
    for (unsigned tile = store.firstTile; tile < store.endTile && !store.hasRead; ++tile)
      machine.buffers[store.buffer].cells[tile].endAsyncRead(agent.timeline.getAgent(), store.id, time);
    store.hasRead = true;
    if (isWritten)
      machine.shared.getWrite(store.write).time = time;
  }
  if (isWritten)
    agent.bulkStores.clear();
  return Step::Done;
}

} // namespace

void populateSharedHandlers(HandlerTable &table) {
  table.add<SmemAllocOp>(executeAlloc);
  table.add<SmemViewOp>(executeView);
  table.add<SmemStoreTileOp>(executeStoreTile);
  table.add<SmemStoreRowsOp>(executeStoreRows);
  table.add<SmemLoadRowsOp>(executeLoadRows);
  table.add<SmemZeroRowsOp>(executeZeroRows);
  table.add<TmaLoadOp>(executeTmaLoad);
  table.add<TmaStoreOp>(executeTmaStore);
  table.add<TmaStoreWaitOp>(executeTmaStoreWait);
}

} // namespace mlir::mla_gpu::interpreter
