//===- SharedOps.cpp - Interpretation of shared memory and copies into it -----------------------------------===//
#include "lib/Interpreter/GlobalMemory.h"
#include "lib/Interpreter/Machine.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cstring>

namespace mlir::mla_gpu::interpreter {

namespace {

Step executeAlloc(Machine &machine, Agent &agent, const Instruction &instruction) {
  RuntimeValue &result = agent.result(instruction);
  result.index = agent.rank * machine.code.buffers.size() + instruction.index;
  result.firstByte = 0;
  result.endByte = machine.buffers[result.index].bytes.size();
  return Step::Done;
}

Step executeView(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemViewOp>(instruction.op);
  RuntimeValue result = agent.operand(instruction, 0);
  int64_t tileBytes = op.getSource().getType().getTileBytes();
  result.endByte = result.firstByte + op.getEnd() * tileBytes;
  result.firstByte += op.getFirst() * tileBytes;
  agent.result(instruction) = result;
  return Step::Done;
}

/// Records a store of some cells, of all that is in them or of part.
template <typename Cells>
Step noteStore(Machine &machine, Agent &agent, const Instruction &instruction, SharedBuffer &buffer, Cells cells,
               bool whole) {
  for (unsigned cell : cells)
    if (std::optional<Conflict> conflict = buffer.cells[cell].store(agent.timeline, instruction.op, whole))
      return machine.stop(*conflict, agent, instruction, "store", buffer, cell);
  return Step::Done;
}

/// Records a store of all of a view.
Step noteWholeStore(Machine &machine, Agent &agent, const Instruction &instruction, const RuntimeValue &target) {
  SharedBuffer &buffer = machine.buffers[target.index];
  return noteStore(machine, agent, instruction, buffer, buffer.getCells(target), /*whole=*/true);
}

/// Records a load of some cells.
template <typename Cells>
Step noteTileLoad(Machine &machine, Agent &agent, const Instruction &instruction, SharedBuffer &buffer, Cells cells) {
  for (unsigned cell : cells)
    if (std::optional<Conflict> conflict = buffer.cells[cell].load(agent.timeline, instruction.op))
      return machine.stop(*conflict, agent, instruction, "load", buffer, cell);
  return Step::Done;
}

/// Elements of 16 or 8 bits, row-major, to and from a view.
void writeBits(uint8_t *view, const TileLayout &layout, ArrayRef<uint16_t> bits) {
  std::vector<uint8_t> line(layout.getRowBytes());
  for (int64_t row = 0; row < layout.getRows(); ++row, bits = bits.drop_front(layout.getColumns())) {
    if (layout.getElementBytes() == 1)
      std::copy_n(bits.begin(), layout.getColumns(), line.begin());
    else
      std::memcpy(line.data(), bits.data(), line.size());
    layout.writeRow(view, row, line.data());
  }
}

std::vector<uint16_t> readBits(const uint8_t *view, const TileLayout &layout) {
  std::vector<uint16_t> bits(layout.getRows() * layout.getColumns());
  std::vector<uint8_t> line(layout.getRowBytes());
  for (int64_t row = 0; row < layout.getRows(); ++row) {
    layout.readRow(view, row, line.data());
    uint16_t *to = bits.data() + row * layout.getColumns();
    if (layout.getElementBytes() == 1)
      std::copy(line.begin(), line.end(), to);
    else
      std::memcpy(to, line.data(), line.size());
  }
  return bits;
}

Step executeStoreTile(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &target = agent.operand(instruction, 1);
  if (Step step = noteWholeStore(machine, agent, instruction, target); step != Step::Done || !value.tensor)
    return step;
  writeBits(machine.buffers[target.index].at(target),
            TileLayout(cast<SmemStoreTileOp>(instruction.op).getTarget().getType()), value.tensor->bits);
  return Step::Done;
}

/// target[n, m] = value[m, n], rounded, in the target's first rows.
Step executeStoreTransposed(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemStoreTransposedOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &target = agent.operand(instruction, 1);
  SharedBuffer &buffer = machine.buffers[target.index];
  SmemType type = op.getTarget().getType();
  int64_t rows = op.getValue().getType().getDimSize(1);
  int64_t end = target.firstByte + rows * SmemType::getTileRowBytes(type.getSwizzle());
  bool whole = end == target.endByte;
  if (Step step = noteStore(machine, agent, instruction, buffer, buffer.getCells(target.firstByte, end), whole);
      step != Step::Done || !value.tensor)
    return step;
  TileLayout layout(type);
  std::vector<uint16_t> line(layout.getColumns());
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0, columns = layout.getColumns(); column < columns; ++column)
      line[column] = roundToBits(type.getElementType(), value.tensor->reals[column * rows + row]);
    layout.writeRow(buffer.at(target), row, reinterpret_cast<const uint8_t *>(line.data()));
  }
  return Step::Done;
}

Step executeLoadTile(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &source = agent.operand(instruction, 0);
  SharedBuffer &buffer = machine.buffers[source.index];
  if (Step step = noteTileLoad(machine, agent, instruction, buffer, buffer.getCells(source)); step != Step::Done)
    return step;
  agent.result(instruction).tensor = nullptr;
  if (machine.options.protocolOnly)
    return Step::Done;
  SmemType type = cast<SmemLoadTileOp>(instruction.op).getSource().getType();
  auto tensor = std::make_shared<Tensor>();
  tensor->bits = readBits(buffer.at(source), TileLayout(type));
  // Tiles of e4m3 stay what they are.
  if (!isa<Float8E4M3FNType>(type.getElementType())) {
    const float *table = getElementTable(type.getElementType());
    for (uint16_t bits : tensor->bits)
      tensor->reals.push_back(table[bits]);
    tensor->bits.clear();
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

/// result[m, k] = source[k, first + m].
Step executeLoadTransposed(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemLoadTransposedOp>(instruction.op);
  const RuntimeValue &source = agent.operand(instruction, 0);
  SharedBuffer &buffer = machine.buffers[source.index];
  TileLayout layout(op.getSource().getType());
  // The columns lie in one tile.
  int64_t first = op.getFirst(), tile = source.firstByte + first / layout.getTileColumns() * layout.getTileBytes();
  if (Step step =
          noteTileLoad(machine, agent, instruction, buffer, buffer.getCells(tile, tile + layout.getTileBytes()));
      step != Step::Done)
    return step;
  agent.result(instruction).tensor = nullptr;
  if (machine.options.protocolOnly)
    return Step::Done;
  std::vector<uint16_t> bits = readBits(buffer.at(source), layout);
  int64_t rows = op.getResult().getType().getDimSize(0), columns = layout.getRows();
  auto tensor = std::make_shared<Tensor>();
  tensor->bits.resize(rows * columns);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      tensor->bits[row * columns + column] = bits[column * layout.getColumns() + first + row];
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

/// Records a store to part of a view: bytes [first, end) of its buffer.
Step notePartStore(Machine &machine, Agent &agent, const Instruction &instruction, const RuntimeValue &target,
                   int64_t first, int64_t end) {
  SharedBuffer &buffer = machine.buffers[target.index];
  return noteStore(machine, agent, instruction, buffer, buffer.getCells(first, end), /*whole=*/false);
}

/// Records a load of all of a view.
Step noteViewLoad(Machine &machine, Agent &agent, const Instruction &instruction, const RuntimeValue &source) {
  SharedBuffer &buffer = machine.buffers[source.index];
  return noteTileLoad(machine, agent, instruction, buffer, buffer.getCells(source));
}

/// Whether an op has each 16 values in the order of sw64_paired.
bool isPaired(Operation *op) {
  return TypeSwitch<Operation *, bool>(op)
      .Case<SmemLoadColumnsOp, SmemStoreRowsOp, SmemStoreLanesOp>([](auto each) { return each.getPaired(); })
      .Default(false);
}

/// What lies in the order of sw64_paired, in its own.
template <typename T> std::vector<T> fromPaired(const T *paired, size_t count) {
  std::vector<T> values(count);
  for (size_t index = 0; index < count; ++index)
    values[index] = paired[index / 16 * 16 + getPairedPlace(index % 16)];
  return values;
}

/// `values` in the order of sw64_paired.
std::vector<float> toPaired(const std::vector<float> &values) {
  std::vector<float> paired(values.size());
  for (auto [index, value] : llvm::enumerate(values))
    paired[index / 16 * 16 + getPairedPlace(index % 16)] = value;
  return paired;
}

/// Writes 32-bit words of a tensor, or f32 rounded to f16 where the buffer has that.
void writeWords(uint8_t *to, const std::vector<float> &words, SmemType type) {
  if (!type.getElementType().isF16()) {
    std::memcpy(to, words.data(), words.size() * sizeof(float));
    return;
  }
  for (auto [index, word] : llvm::enumerate(words)) {
    uint16_t bits = roundToBits(type.getElementType(), word);
    std::memcpy(to + index * sizeof(bits), &bits, sizeof(bits));
  }
}

Step executeStoreRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &target = agent.operand(instruction, 1);
  if (Step step = noteWholeStore(machine, agent, instruction, target); step != Step::Done || !value.tensor)
    return step;
  std::vector<float> words = value.tensor->reals;
  for (int64_t element : value.tensor->integers)
    words.push_back(llvm::bit_cast<float>(static_cast<int32_t>(element)));
  if (isPaired(instruction.op))
    words = toPaired(words);
  writeWords(machine.buffers[target.index].at(target), words,
             cast<SmemStoreRowsOp>(instruction.op).getTarget().getType());
  return Step::Done;
}

/// What a warp has of each column, in the order of the rows; the four warps' values side by side.
Step executeStoreParts(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemStorePartsOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &target = agent.operand(instruction, 1);
  if (Step step = noteWholeStore(machine, agent, instruction, target); step != Step::Done || !value.tensor)
    return step;
  constexpr int64_t kWarps = 4, kWarpRows = 16;
  int64_t columns = op.getValue().getType().getDimSize(1);
  std::vector<float> parts(kWarps * columns);
  for (int64_t warp = 0; warp < kWarps; ++warp)
    for (int64_t column = 0; column < columns; ++column) {
      // Row r with row r + 8, which a thread has; then lanes, in the order of the butterfly: xor 1, 2 and 4 of rows.
      float rows[kWarpRows];
      for (int64_t row = 0; row < kWarpRows; ++row)
        rows[row] = value.tensor->reals[(kWarpRows * warp + row) * columns + column];
      for (int64_t row = 0; row < 8; ++row)
        rows[row] = combine(op.getKind(), rows[row], rows[row + 8]);
      for (int64_t distance : {1, 2, 4})
        for (int64_t row = 0; row < 8; row += 2 * distance)
          rows[row] = combine(op.getKind(), rows[row], rows[row + distance]);
      parts[kWarps * column + warp] = rows[0];
    }
  writeWords(machine.buffers[target.index].at(target), parts, op.getTarget().getType());
  return Step::Done;
}

Step executeLoadParts(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemLoadPartsOp>(instruction.op);
  const RuntimeValue &view = agent.operand(instruction, 0);
  if (Step step = noteViewLoad(machine, agent, instruction, view); step != Step::Done)
    return step;
  auto tensor = std::make_shared<Tensor>();
  const uint8_t *from = machine.buffers[view.index].at(view);
  for (int64_t column = 0, columns = op.getResult().getType().getDimSize(0); column < columns; ++column) {
    float parts[4];
    std::memcpy(parts, from + column * sizeof(parts), sizeof(parts));
    float left = combine(op.getKind(), parts[0], parts[1]), right = combine(op.getKind(), parts[2], parts[3]);
    tensor->reals.push_back(combine(op.getKind(), left, right));
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeStoreColumns(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemStoreColumnsOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &target = agent.operand(instruction, 1);
  int64_t end = target.firstByte + op.getValue().getType().getDimSize(0) * static_cast<int64_t>(sizeof(float));
  if (Step step = notePartStore(machine, agent, instruction, target, target.firstByte, end);
      step != Step::Done || !value.tensor)
    return step;
  writeWords(machine.buffers[target.index].at(target), value.tensor->reals, op.getTarget().getType());
  return Step::Done;
}

/// load_rows and load_columns.
Step executeLoadRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &view = agent.operand(instruction, 0);
  if (Step step = noteViewLoad(machine, agent, instruction, view); step != Step::Done)
    return step;
  const uint8_t *from = machine.buffers[view.index].at(view);
  auto type = cast<RankedTensorType>(instruction.op->getResult(0).getType());
  auto tensor = std::make_shared<Tensor>();
  if (type.getElementType().isF16()) {
    std::vector<uint16_t> paired(type.getNumElements());
    std::memcpy(paired.data(), from, paired.size() * sizeof(uint16_t));
    tensor->bits = fromPaired(paired.data(), paired.size());
  } else if (isRealTensor(type)) {
    tensor->reals.resize(type.getNumElements());
    std::memcpy(tensor->reals.data(), from, tensor->reals.size() * sizeof(float));
    if (isPaired(instruction.op))
      tensor->reals = fromPaired(tensor->reals.data(), tensor->reals.size());
  } else {
    for (int64_t row = 0; row < type.getNumElements(); ++row) {
      int32_t integer;
      std::memcpy(&integer, from + row * sizeof(integer), sizeof(integer));
      tensor->integers.push_back(integer);
    }
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

/// Which byte of the buffer elements of `bytes` bytes begin at, `count` from `index` on; -1, after a finding, where
/// they are not all in the view or not aligned as the lanes access them.
int64_t getFirstByteOfLanes(Machine &machine, const Instruction &instruction, const RuntimeValue &view, int64_t index,
                            int64_t count, int64_t bytes) {
  int64_t elements = (view.endByte - view.firstByte) / bytes;
  int64_t alignment = isPaired(instruction.op) ? 16 : count % 128 == 0 ? 4 : 1;
  if (index >= 0 && index <= elements - count && index % alignment == 0)
    return view.firstByte + index * bytes;
  machine.stop(FindingKind::OutOfBounds, instruction,
               llvm::formatv("expected an index that is a multiple of {0} from 0 to {1}, but got {2}", alignment,
                             elements - count, index));
  return -1;
}

Step executeLoadLanes(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &source = agent.operand(instruction, 0);
  int64_t count = cast<SmemLoadLanesOp>(instruction.op).getResult().getType().getNumElements();
  int64_t first =
      getFirstByteOfLanes(machine, instruction, source, agent.operand(instruction, 1).integer, count, sizeof(float));
  if (first < 0)
    return Step::Stop;
  SharedBuffer &buffer = machine.buffers[source.index];
  int64_t end = first + count * static_cast<int64_t>(sizeof(float));
  if (Step step = noteTileLoad(machine, agent, instruction, buffer, buffer.getCells(first, end)); step != Step::Done)
    return step;
  auto tensor = std::make_shared<Tensor>();
  tensor->reals.resize(count);
  std::memcpy(tensor->reals.data(), buffer.bytes.data() + first, count * sizeof(float));
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

/// Holds a store of bytes [first, end) by lanes to those before it: only the same lanes of the same warp need no
/// barrier.
Step noteLaneStore(Machine &machine, Agent &agent, const Instruction &instruction, SharedBuffer &buffer, int64_t first,
                   int64_t end) {
  int64_t warp = getWarp(agent);
  auto overlaps = [&](const SharedBuffer::LaneStore &store) { return first < store.end && store.first < end; };
  for (const SharedBuffer::LaneStore &store : buffer.laneStores) {
    bool sameThreads = store.warp == warp && store.end - store.first == end - first && store.first == first &&
                       isPaired(store.op) == isPaired(instruction.op);
    if (overlaps(store) && !agent.timeline.knowsGeneric(store.agent, store.time, sameThreads))
      return machine.stop({FindingKind::Race, store.op, store.agent, "store"}, agent, instruction, "store", buffer,
                          first / buffer.cellBytes);
  }
  llvm::erase_if(buffer.laneStores, overlaps);
  buffer.laneStores.push_back({agent.timeline.getAgent(), warp, agent.timeline.now(), first, end, instruction.op});
  return Step::Done;
}

Step executeStoreLanes(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &value = agent.operand(instruction, 0);
  const RuntimeValue &target = agent.operand(instruction, 1);
  auto op = cast<SmemStoreLanesOp>(instruction.op);
  SmemType type = op.getTarget().getType();
  int64_t count = op.getValue().getType().getNumElements(), bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
  int64_t first =
      getFirstByteOfLanes(machine, instruction, target, agent.operand(instruction, 2).integer, count, bytes);
  if (first < 0)
    return Step::Stop;
  int64_t end = first + count * bytes;
  if (Step step = noteLaneStore(machine, agent, instruction, machine.buffers[target.index], first, end);
      step != Step::Done)
    return step;
  if (Step step = notePartStore(machine, agent, instruction, target, first, end); step != Step::Done || !value.tensor)
    return step;
  std::vector<float> words = isPaired(instruction.op) ? toPaired(value.tensor->reals) : value.tensor->reals;
  writeWords(machine.buffers[target.index].bytes.data() + first, words, type);
  return Step::Done;
}

Step executeLoad(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemLoadOp>(instruction.op);
  const RuntimeValue &view = agent.operand(instruction, 0);
  if (Step step = noteViewLoad(machine, agent, instruction, view); step != Step::Done)
    return step;
  const uint8_t *source = machine.buffers[view.index].at(view) + int64_t(op.getIndex()) * sizeof(int32_t);
  RuntimeValue &result = agent.result(instruction);
  if (op.getType().isF32()) {
    std::memcpy(&result.real, source, sizeof(float));
  } else {
    int32_t integer;
    std::memcpy(&integer, source, sizeof(integer));
    result.integer = integer;
  }
  return Step::Done;
}

/// The word is on its way, as the bytes of a copy are.
Step executeStoreMulticast(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemStoreOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  auto integer = static_cast<uint32_t>(value.integer);
  if (op.getValue().getType().isF32())
    std::memcpy(&integer, &value.real, sizeof(integer));
  const RuntimeValue &view = agent.operand(instruction, 1);
  unsigned target = view.index, bar = agent.operand(instruction, 2).index;
  unsigned firstByte = view.firstByte + op.getIndex() * sizeof(integer);
  for (auto [index, mbar] : llvm::zip_equal(machine.getTargets(op, target, machine.code.buffers.size()),
                                            machine.getTargets(op, bar, machine.code.mbars.size()))) {
    SharedBuffer &buffer = machine.buffers[index];
    for (unsigned cell : buffer.getCells(firstByte, firstByte + sizeof(integer)))
      if (std::optional<Conflict> conflict = buffer.cells[cell].beginCopy(agent.timeline, op))
        return machine.stop(*conflict, agent, instruction, "store", buffer, cell);
    buffer.poison(firstByte, firstByte + sizeof(integer));
    machine.copies.push_back({op,
                              /*source=*/nullptr,
                              {},
                              index,
                              firstByte,
                              mbar,
                              TileLayout(op.getTarget().getType()),
                              /*rows=*/1,
                              integer});
  }
  return Step::Done;
}

Step executeStore(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<SmemStoreOp>(instruction.op);
  const RuntimeValue &value = agent.operand(instruction, 0);
  if (op.getMulticast())
    return executeStoreMulticast(machine, agent, instruction);
  const RuntimeValue &view = agent.operand(instruction, 1);
  if (Step step = notePartStore(machine, agent, instruction, view, view.firstByte, view.endByte); step != Step::Done)
    return step;
  uint8_t *target = machine.buffers[view.index].at(view) + int64_t(op.getIndex()) * sizeof(int32_t);
  auto integer = static_cast<int32_t>(value.integer);
  if (op.getValue().getType().isF32())
    std::memcpy(target, &value.real, sizeof(float));
  else
    std::memcpy(target, &integer, sizeof(integer));
  return Step::Done;
}

Step executeZeroRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &target = agent.operand(instruction, 0);
  SharedBuffer &buffer = machine.buffers[target.index];
  TileLayout layout(cast<SmemZeroRowsOp>(instruction.op).getTarget().getType());
  int64_t first = agent.operand(instruction, 1).integer;
  if (first < 0 || first > layout.getRows())
    return machine.stop(FindingKind::OutOfBounds, instruction,
                        llvm::formatv("expected a first row from 0 to {0}, but got {1}", layout.getRows(), first));
  if (first == layout.getRows())
    return Step::Done;
  for (unsigned cell : buffer.getCells(target)) {
    std::optional<Conflict> conflict = buffer.cells[cell].store(agent.timeline, instruction.op, /*whole=*/first == 0);
    if (conflict)
      return machine.stop(*conflict, agent, instruction, "store", buffer, cell);
  }
  std::vector<uint8_t> zeros(layout.getRowBytes(), 0);
  for (int64_t row = first; row < layout.getRows(); ++row)
    layout.writeRow(buffer.at(target), row, zeros.data());
  return Step::Done;
}

/// One box into rows of one tile of a buffer, counted at an mbarrier of the same block.
Step beginBoxCopy(Machine &machine, Agent &agent, const Instruction &instruction, BoxCopy copy) {
  SharedBuffer &buffer = machine.buffers[copy.buffer];
  int64_t first = copy.firstByte, end = first + copy.getBytes();
  for (unsigned cell : buffer.getCells(first, end))
    if (std::optional<Conflict> conflict = buffer.cells[cell].beginCopy(agent.timeline, instruction.op))
      return machine.stop(*conflict, agent, instruction, "copy", buffer, cell);
  if (!machine.options.protocolOnly)
    buffer.poison(first, end);
  machine.copies.push_back(std::move(copy));
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
  TileLayout layout(op.getTarget().getType());
  int64_t rows = op.getMap().getType().getBoxRows();
  int64_t firstRow = op.getFirstRow() ? agent.operand(instruction, rank + 3).integer : 0;
  if (firstRow < 0 || firstRow >= layout.getRows() || firstRow % rows)
    return machine.stop(FindingKind::OutOfBounds, instruction,
                        llvm::formatv("expected a first row that is a multiple of {0} below {1}, but got {2}", rows,
                                      layout.getRows(), firstRow));
  auto buffers = machine.getTargets(op, target.index, machine.code.buffers.size());
  auto mbars = machine.getTargets(op, mbar, machine.code.mbars.size());
  for (int64_t tile = 0; tile < layout.getNumTiles(); ++tile) {
    int64_t first = target.firstByte + tile * layout.getTileBytes() + firstRow * layout.getTileRowBytes();
    BoxCopy copy{instruction.op, map.buffer, {}, 0, static_cast<unsigned>(first), 0, layout, rows};
    for (unsigned d = 0; d < rank; ++d)
      copy.coordinates.push_back(agent.operand(instruction, d + 1).integer);
    copy.coordinates.back() += tile * layout.getTileColumns();
    if (!machine.shared.isOnlyRead(map.buffer)) {
      // As of now, though the bytes may be read until they land.
      bool ordered = true;
      copy.forEachRow([&](int64_t, int64_t, size_t begin, size_t bytes) {
        ordered = ordered && noteLoad(machine, agent, instruction, map.buffer, map.buffer->bytes.data() + begin, bytes);
      });
      if (!ordered)
        return Step::Stop;
    }
    for (auto [index, bar] : llvm::zip_equal(buffers, mbars)) {
      copy.buffer = index;
      copy.mbar = bar;
      if (Step step = beginBoxCopy(machine, agent, instruction, copy); step != Step::Done)
        return step;
    }
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
  for (unsigned cell : buffer.getCells(source))
    if (std::optional<Conflict> conflict = buffer.cells[cell].beginAsyncRead(agent.timeline, id, instruction.op))
      return machine.stop(*conflict, agent, instruction, "asynchronous store", buffer, cell);
  // The values may be taken at once: whoever overwrites the tile before it was read is found by the order.
  unsigned write = beginStore(machine, agent, instruction);
  machine.shared.getWrite(write).time = 0;
  agent.bulkStores.push_back({id, source.index, source.firstByte, source.endByte, /*hasRead=*/false, write});
  SmallVector<int64_t, 4> outer;
  for (unsigned d = 0; d + 2 < rank; ++d) {
    outer.push_back(agent.operand(instruction, d + 2).integer);
    if (outer.back() < 0 || outer.back() >= extents[d])
      return Step::Done;
  }
  outer.push_back(0);
  int64_t firstRow = agent.operand(instruction, rank).integer, column = agent.operand(instruction, rank + 1).integer;
  TileLayout layout(op.getSource().getType());
  int64_t columns = layout.getColumns(), size = layout.getElementBytes();
  std::vector<uint8_t> line(layout.getRowBytes());
  int64_t first = std::clamp<int64_t>(column, 0, extents[rank - 1]);
  int64_t end = std::clamp<int64_t>(column + columns, first, extents[rank - 1]);
  for (int64_t r = 0; r < layout.getRows() && first < end; ++r) {
    int64_t row = firstRow + r;
    if (row < 0 || row >= extents[rank - 2])
      continue;
    outer.back() = row;
    uint8_t *to = target->bytes.data() + (getRowOffset(*target, outer) + first) * size;
    if (!noteStore(machine, agent, instruction, target, to, (end - first) * size, write))
      return Step::Stop;
    if (machine.options.protocolOnly)
      continue;
    layout.readRow(buffer.at(source), r, line.data());
    std::memcpy(to, line.data() + (first - column) * size, (end - first) * size);
  }
  return Step::Done;
}

Step executeTmaStoreWait(Machine &machine, Agent &agent, const Instruction &instruction) {
  bool isWritten = cast<TmaStoreWaitOp>(instruction.op).getWritten();
  uint32_t time = agent.timeline.retire();
  for (Agent::BulkStore &store : agent.bulkStores) {
    SharedBuffer &buffer = machine.buffers[store.buffer];
    for (unsigned cell : buffer.getCells(store.firstByte, store.endByte))
      if (!store.hasRead)
        buffer.cells[cell].endAsyncRead(agent.timeline.getAgent(), store.id, time);
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
  table.add<SmemStoreTransposedOp>(executeStoreTransposed);
  table.add<SmemStoreRowsOp>(executeStoreRows);
  table.add<SmemLoadTileOp>(executeLoadTile);
  table.add<SmemLoadTransposedOp>(executeLoadTransposed);
  table.add<SmemLoadRowsOp>(executeLoadRows);
  table.add<SmemStoreColumnsOp>(executeStoreColumns);
  table.add<SmemStorePartsOp>(executeStoreParts);
  table.add<SmemLoadPartsOp>(executeLoadParts);
  table.add<SmemLoadColumnsOp>(executeLoadRows);
  table.add<SmemLoadLanesOp>(executeLoadLanes);
  table.add<SmemStoreLanesOp>(executeStoreLanes);
  table.add<SmemLoadOp>(executeLoad);
  table.add<SmemStoreOp>(executeStore);
  table.add<SmemZeroRowsOp>(executeZeroRows);
  table.add<TmaLoadOp>(executeTmaLoad);
  table.add<TmaStoreOp>(executeTmaStore);
  table.add<TmaStoreWaitOp>(executeTmaStoreWait);
}

} // namespace mlir::mla_gpu::interpreter
