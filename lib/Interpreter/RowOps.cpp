//===- RowOps.cpp - Interpretation of rows and fragments of a warp group ------------------------------------===//
#include "lib/Interpreter/Machine.h"
#include <cmath>
#include <limits>

namespace mlir::mla_gpu::interpreter {

namespace {

/// Rows and columns of a distributed tensor; one column for those of rank 1.
std::pair<int64_t, int64_t> getExtents(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return {type.getDimSize(0), type.getRank() > 1 ? type.getDimSize(1) : 1};
}

Step executeSplat(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &value = agent.operand(instruction, 0);
  auto type = cast<RankedTensorType>(instruction.op->getResult(0).getType());
  // The four lanes of a quad each hold the value, and a row_partial value is their sum.
  float copies = hasLayout(type, Layout::RowPartial) ? 4 : 1;
  agent.result(instruction).tensor = makeSplat(type, value.integer, value.real * copies);
  return Step::Done;
}

Step executeRowIndex(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto tensor = std::make_shared<Tensor>();
  for (int64_t row = 0, e = getExtents(instruction.op->getResult(0)).first; row < e; ++row)
    tensor->integers.push_back(row);
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeRowMax(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto [rows, columns] = getExtents(instruction.op->getOperand(0));
  const float *value = agent.operand(instruction, 0).tensor->reals.data();
  auto tensor = std::make_shared<Tensor>();
  bool magnitude = cast<RowMaxOp>(instruction.op).getMagnitude();
  for (int64_t row = 0; row < rows; ++row, value += columns) {
    float result = magnitude ? std::fabs(value[0]) : value[0];
    for (int64_t column = 1; column < columns; ++column)
      result = std::fmax(result, magnitude ? std::fabs(value[column]) : value[column]);
    tensor->reals.push_back(result);
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeRowSum(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto [rows, columns] = getExtents(instruction.op->getOperand(0));
  const Tensor &operand = *agent.operand(instruction, 0).tensor;
  std::vector<float> widened;
  if (operand.reals.empty()) {
    const float *table = getElementTable(getElementTypeOrSelf(instruction.op->getOperand(0).getType()));
    for (uint16_t bits : operand.bits)
      widened.push_back(table[bits]);
  }
  const float *value = operand.reals.empty() ? widened.data() : operand.reals.data();
  bool magnitude = cast<RowSumOp>(instruction.op).getMagnitude();
  bool hasFactor = cast<RowSumOp>(instruction.op).getFactor() != nullptr;
  const float *factor = hasFactor ? agent.operand(instruction, 1).tensor->reals.data() : nullptr;
  auto tensor = std::make_shared<Tensor>();
  for (int64_t row = 0; row < rows; ++row, value += columns) {
    // Lane c of a quad holds columns 8·j + 2·c and the next; the partial sums are added in the order of the butterfly.
    float lanes[4] = {0, 0, 0, 0};
    for (int64_t column = 0; column < columns; ++column) {
      float term = magnitude ? std::fabs(value[column]) : value[column];
      lanes[column % 8 / 2] = std::fma(term, factor ? factor[column] : 1.0f, lanes[column % 8 / 2]);
    }
    tensor->reals.push_back((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]));
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeRowReduce(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).tensor = agent.operand(instruction, 0).tensor; // held as totals already
  return Step::Done;
}

Step executeRowScale(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto [rows, columns] = getExtents(instruction.op->getOperand(0));
  TensorRef value = agent.operand(instruction, 0).tensor;
  const std::vector<float> &factor = agent.operand(instruction, 1).tensor->reals;
  if (llvm::all_of(factor, [](float f) { return f == 1.0f; })) {
    agent.result(instruction).tensor = std::move(value);
    return Step::Done;
  }
  auto tensor = std::make_shared<Tensor>();
  tensor->reals.resize(rows * columns);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      tensor->reals[row * columns + column] = value->reals[row * columns + column] * factor[row];
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeRaiseMax(Machine &machine, Agent &agent, const Instruction &instruction) {
  const std::vector<float> &threshold = agent.operand(instruction, 2).tensor->reals;
  const std::vector<float> &running = agent.operand(instruction, 0).tensor->reals;
  const std::vector<float> &candidate = agent.operand(instruction, 1).tensor->reals;
  auto tensor = std::make_shared<Tensor>();
  for (auto [r, c, t] : llvm::zip(running, candidate, threshold))
    tensor->reals.push_back(c > r + t ? c : r);
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeExp2Fma(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto [rows, columns] = getExtents(instruction.op->getOperand(0));
  const std::vector<float> &value = agent.operand(instruction, 0).tensor->reals;
  float scale = agent.operand(instruction, 1).real;
  const std::vector<float> &shift = agent.operand(instruction, 2).tensor->reals;
  bool ofColumns = hasLayout(cast<Exp2FmaOp>(instruction.op).getShift().getType(), Layout::Column);
  auto tensor = std::make_shared<Tensor>();
  tensor->reals.resize(rows * columns);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = row * columns, e = i + columns; i < e; ++i) {
      float result = std::exp2(std::fma(value[i], scale, -shift[ofColumns ? i - row * columns : row]));
      // ex2.approx.ftz flushes subnormal results.
      tensor->reals[i] = result < std::numeric_limits<float>::min() ? 0.0f : result;
    }
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeMask(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto [rows, columns] = getExtents(instruction.op->getOperand(0));
  TensorRef value = agent.operand(instruction, 0).tensor;
  int64_t first = agent.operand(instruction, 1).integer;
  const std::vector<int64_t> &border = agent.operand(instruction, 2).tensor->integers;
  if (!agent.operand(instruction, 3).integer) {
    agent.result(instruction).tensor = std::move(value);
    return Step::Done;
  }
  auto tensor = std::make_shared<Tensor>(*value);
  bool ofColumns = hasLayout(cast<MaskOp>(instruction.op).getBorder().getType(), Layout::Column);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      if (first + (ofColumns ? row : column) >= border[ofColumns ? column : row])
        tensor->reals[row * columns + column] = -std::numeric_limits<float>::infinity();
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeRotate(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto [rows, columns] = getExtents(instruction.op->getOperand(0));
  RotationAttr rotation = cast<RotateOp>(instruction.op).getRotation();
  ArrayRef<int64_t> turns = rotation.getTurns().asArrayRef();
  auto pairs = static_cast<int64_t>(turns.size());
  auto magnitude = static_cast<float>(rotation.getMagnitude().getValueAsDouble());
  auto tensor = std::make_shared<Tensor>(*agent.operand(instruction, 0).tensor);
  const std::vector<int64_t> &positions = agent.operand(instruction, 1).tensor->integers;
  for (int64_t row = 0; row < rows; ++row) {
    float *value = tensor->reals.data() + row * columns;
    for (int64_t pair = 0; pair < pairs; ++pair) {
      float &u = value[rotation.getInterleaved() ? 2 * pair : pair];
      float &v = value[rotation.getInterleaved() ? 2 * pair + 1 : pair + pairs];
      uint64_t turned = static_cast<uint64_t>(positions[row]) * static_cast<uint64_t>(turns[pair]);
      // 2π / 2^32
      float angle = static_cast<float>(static_cast<int32_t>(turned >> 32)) * 1.46291807926715968e-09f;
      float c = std::cos(angle) * magnitude, s = std::sin(angle) * magnitude;
      float uCos = u * c, uSin = u * s, vCos = v * c, vSin = v * s;
      u = uCos - vSin;
      v = vCos + uSin;
    }
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeToAOperand(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto type = cast<RankedTensorType>(instruction.op->getResult(0).getType());
  Type element = type.getElementType();
  const std::vector<float> &value = agent.operand(instruction, 0).tensor->reals;
  auto tensor = std::make_shared<Tensor>();
  tensor->bits.resize(value.size());
  for (size_t i = 0; i < value.size(); ++i)
    tensor->bits[i] = roundToBits(element, value[i]);
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

} // namespace

void populateRowHandlers(HandlerTable &table) {
  table.add<SplatOp>(executeSplat);
  table.add<RowIndexOp>(executeRowIndex);
  table.add<RowMaxOp>(executeRowMax);
  table.add<RowSumOp>(executeRowSum);
  table.add<RowReduceOp>(executeRowReduce);
  table.add<RowScaleOp>(executeRowScale);
  table.add<RowRaiseMaxOp>(executeRaiseMax);
  table.add<Exp2FmaOp>(executeExp2Fma);
  table.add<MaskOp>(executeMask);
  table.add<RotateOp>(executeRotate);
  table.add<ToAOperandOp>(executeToAOperand);
}

} // namespace mlir::mla_gpu::interpreter
