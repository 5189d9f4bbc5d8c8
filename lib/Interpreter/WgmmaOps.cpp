//===- WgmmaOps.cpp - Interpretation of the tensor cores ----------------------------------------------------===//
#include "lib/Interpreter/Machine.h"
#include <cstring>

namespace mlir::mla_gpu::interpreter {

namespace {

/// A matrix as f32, row-major.
struct Matrix {
  int64_t rows = 0, columns = 0;
  std::vector<float> values;
};

/// What an operand holds: the elements of an A tensor, or the tiles of a view.
Matrix readOperand(Machine &machine, Value operand, const RuntimeValue &value) {
  Matrix result;
  if (auto type = dyn_cast<RankedTensorType>(operand.getType())) {
    const float *table = getElementTable(type.getElementType());
    result.rows = type.getDimSize(0);
    result.columns = type.getDimSize(1);
    result.values.reserve(value.tensor->bits.size());
    for (uint16_t bits : value.tensor->bits)
      result.values.push_back(table[bits]);
    return result;
  }
  SharedBuffer &buffer = machine.buffers[value.index];
  auto type = cast<SmemType>(operand.getType());
  const float *table = getElementTable(type.getElementType());
  TileLayout layout(type);
  result.rows = layout.getRows();
  result.columns = layout.getColumns();
  result.values.resize(result.rows * result.columns);
  std::vector<uint8_t> line(layout.getRowBytes());
  for (int64_t row = 0; row < result.rows; ++row) {
    layout.readRow(buffer.at(value), row, line.data());
    float *target = result.values.data() + row * result.columns;
    if (layout.getElementBytes() == 1) {
      for (int64_t column = 0; column < result.columns; ++column)
        target[column] = table[line[column]];
      continue;
    }
    for (int64_t column = 0; column < result.columns; ++column) {
      uint16_t bits;
      std::memcpy(&bits, line.data() + column * sizeof(bits), sizeof(bits));
      target[column] = table[bits];
    }
  }
  return result;
}

Matrix transpose(const Matrix &matrix) {
  Matrix result{matrix.columns, matrix.rows, std::vector<float>(matrix.values.size())};
  constexpr int64_t kBlock = 16; // for the caches
  for (int64_t i0 = 0; i0 < matrix.rows; i0 += kBlock)
    for (int64_t j = 0; j < matrix.columns; ++j)
      for (int64_t i = i0, e = std::min(i0 + kBlock, matrix.rows); i < e; ++i)
        result.values[j * matrix.rows + i] = matrix.values[i * matrix.columns + j];
  return result;
}

/// d += a·b, in f32, every element in the order of k. Products of floats of 16 or 8 bits are exact in f32.
void multiplyAdd(const Matrix &a, const Matrix &b, float *__restrict d) {
  int64_t depth = a.columns, columns = b.columns;
  for (int64_t i = 0; i < a.rows; ++i, d += columns) {
    const float *row = a.values.data() + i * depth;
    int64_t k = 0;
    for (; k + 4 <= depth; k += 4) {
      const float *b0 = b.values.data() + k * columns;
      const float *b1 = b0 + columns, *b2 = b1 + columns, *b3 = b2 + columns;
      float a0 = row[k], a1 = row[k + 1], a2 = row[k + 2], a3 = row[k + 3];
      for (int64_t j = 0; j < columns; ++j)
        d[j] = (((d[j] + a0 * b0[j]) + a1 * b1[j]) + a2 * b2[j]) + a3 * b3[j];
    }
    for (; k < depth; ++k)
      for (int64_t j = 0; j < columns; ++j)
        d[j] += row[k] * b.values[k * columns + j];
  }
}

/// Calls `f` with each cell of the operands that lie in shared memory, until it returns false.
template <typename F>
bool forEachCell(Machine &machine, WgmmaOp op, const RuntimeValue &a, const RuntimeValue &b, F f) {
  for (auto [operand, value] : {std::pair(op.getA(), &a), std::pair(Value(op.getB()), &b)}) {
    if (!isa<SmemType>(operand.getType()))
      continue;
    SharedBuffer &buffer = machine.buffers[value->index];
    for (unsigned cell : buffer.getCells(*value))
      if (!f(buffer, cell))
        return false;
  }
  return true;
}

void retire(Machine &machine, Agent &agent, Accumulator &accumulator, uint32_t time) {
  WgmmaOp op = accumulator.op;
  forEachCell(machine, op, accumulator.a, accumulator.b, [&](SharedBuffer &buffer, unsigned cell) {
    buffer.cells[cell].endAsyncRead(agent.timeline.getAgent(), accumulator.id, time);
    return true;
  });
  accumulator.retired = true;
  if (!machine.options.protocolOnly) {
    Matrix a = readOperand(machine, op.getA(), accumulator.a);
    Matrix b = readOperand(machine, op.getB(), accumulator.b);
    if (op.getTransposeB()) {
      b.rows = op.getResult().getType().getTensor().getDimSize(1);
      b.values.resize(b.rows * b.columns);
      b = transpose(b);
    }
    auto tensor = std::make_shared<Tensor>();
    TensorRef start = accumulator.c.pending ? accumulator.c.pending->value : accumulator.c.tensor;
    if (start)
      tensor->reals = start->reals;
    else
      tensor->reals.assign(a.rows * b.columns, 0.0f);
    multiplyAdd(a, b, tensor->reals.data());
    accumulator.value = std::move(tensor);
  }
  accumulator.a = accumulator.b = accumulator.c = RuntimeValue();
}

Step executeWgmma(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<WgmmaOp>(instruction.op);
  auto accumulator = std::make_shared<Accumulator>();
  accumulator->op = op;
  accumulator->a = agent.operand(instruction, 0);
  accumulator->b = agent.operand(instruction, 1);
  if (op.getC())
    accumulator->c = agent.operand(instruction, 2);
  accumulator->id = machine.nextAsyncRead++;
  if (Accumulator *previous = accumulator->c.pending.get(); previous && previous->op) {
    if (previous->continuedBy)
      return machine.stop(FindingKind::WaitMismatch, instruction,
                          "the registers of this accumulator are already in use by another wgmma",
                          previous->continuedBy->getLoc());
    previous->continuedBy = op;
  }
  bool ok = forEachCell(machine, op, accumulator->a, accumulator->b, [&](SharedBuffer &buffer, unsigned cell) {
    std::optional<Conflict> conflict = buffer.cells[cell].beginAsyncRead(agent.timeline, accumulator->id, op);
    if (conflict)
      machine.stop(*conflict, agent, instruction, "wgmma read", buffer, cell);
    return !conflict;
  });
  if (!ok)
    return Step::Stop;
  agent.uncommitted.push_back(accumulator);
  agent.result(instruction).pending = std::move(accumulator);
  return Step::Done;
}

Step executeCommit(Machine &machine, Agent &agent, const Instruction &instruction) {
  for (const std::shared_ptr<Accumulator> &accumulator : agent.uncommitted)
    accumulator->group = agent.committedGroups;
  agent.groups.push_back(std::move(agent.uncommitted));
  agent.uncommitted.clear();
  ++agent.committedGroups;
  return Step::Done;
}

Step executeWait(Machine &machine, Agent &agent, const Instruction &instruction) {
  unsigned pending = cast<WgmmaWaitOp>(instruction.op).getPending();
  if (agent.groups.size() > pending) {
    uint32_t time = agent.timeline.retire();
    while (agent.groups.size() > pending) {
      for (const std::shared_ptr<Accumulator> &accumulator : agent.groups.front())
        retire(machine, agent, *accumulator, time);
      agent.groups.pop_front();
    }
  }
  for (unsigned i = 0, e = instruction.operands.size(); i < e; ++i) {
    const Accumulator &accumulator = *agent.operand(instruction, i).pending;
    if (!accumulator.retired) {
      std::string state = accumulator.group < 0 ? std::string("is not committed")
                                                : llvm::formatv("is followed by {0} more committed groups",
                                                                agent.committedGroups - 1 - accumulator.group)
                                                      .str();
      return machine.stop(
          FindingKind::WaitMismatch, instruction,
          llvm::formatv("this wait leaves {0} groups in flight, but the wgmma of operand {1} {2}", pending, i, state),
          accumulator.op->getLoc());
    }
    if (accumulator.continuedBy)
      return machine.stop(FindingKind::WaitMismatch, instruction,
                          llvm::formatv("the registers of operand {0} are in use by another wgmma", i),
                          accumulator.continuedBy->getLoc());
    agent.result(instruction, i).tensor = accumulator.value;
  }
  return Step::Done;
}

Step executeSettle(Machine &machine, Agent &agent, const Instruction &instruction) { return Step::Done; }

Step executeAsPending(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto accumulator = std::make_shared<Accumulator>();
  accumulator->retired = true;
  accumulator->value = agent.operand(instruction, 0).tensor;
  agent.result(instruction).pending = std::move(accumulator);
  return Step::Done;
}

Step executeZero(Machine &machine, Agent &agent, const Instruction &instruction) {
  RuntimeValue &result = agent.result(instruction);
  result.tensor.reset();
  if (machine.options.protocolOnly)
    return Step::Done;
  auto tensor = std::make_shared<Tensor>();
  int64_t elements = cast<RankedTensorType>(instruction.op->getResult(0).getType()).getNumElements();
  tensor->reals.assign(elements, 0.0f);
  result.tensor = std::move(tensor);
  return Step::Done;
}

Step executeMaterialize(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction) = agent.operand(instruction, 0);
  return Step::Done;
}

} // namespace

void populateWgmmaHandlers(HandlerTable &table) {
  table.add<WgmmaOp>(executeWgmma);
  table.add<WgmmaCommitOp>(executeCommit);
  table.add<WgmmaWaitOp>(executeWait);
  table.add<SettleOp>(executeSettle);
  table.add<AsPendingOp>(executeAsPending);
  table.add<ZeroOp>(executeZero);
  table.add<MaterializeOp>(executeMaterialize);
}

} // namespace mlir::mla_gpu::interpreter
