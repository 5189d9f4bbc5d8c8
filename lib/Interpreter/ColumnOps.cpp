//===- ColumnOps.cpp - Interpretation of e4m3, and of columns of a transposed accumulator -------------------===//
#include "lib/Interpreter/Machine.h"
#include <cmath>

namespace mlir::mla_gpu::interpreter {

namespace {

Step executeQuantize(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<QuantizeOp>(instruction.op);
  Type element = op.getResult().getType().getElementType();
  const float *table = getElementTable(element);
  auto tensor = std::make_shared<Tensor>();
  for (auto [i, value] : llvm::enumerate(agent.operand(instruction, 0).tensor->reals)) {
    float taken = op.getTaken() ? table[agent.operand(instruction, 1).tensor->bits[i]] : 0.0f;
    tensor->bits.push_back(roundToBits(element, value - taken));
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeDequantize(Machine &machine, Agent &agent, const Instruction &instruction) {
  const float *table = getElementTable(cast<DequantizeOp>(instruction.op).getValue().getType().getElementType());
  auto tensor = std::make_shared<Tensor>();
  for (uint16_t bits : agent.operand(instruction, 0).tensor->bits)
    tensor->reals.push_back(table[bits]);
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeConvertChunks(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<ConvertChunksOp>(instruction.op);
  const float *table = getElementTable(op.getValue().getType().getElementType());
  Type element = op.getResult().getType().getElementType();
  const std::vector<uint16_t> &bits = agent.operand(instruction, 0).tensor->bits;
  const float *scale = op.getScale() ? agent.operand(instruction, 1).tensor->reals.data() : nullptr;
  size_t columns = op.getValue().getType().getDimSize(1);
  bool inF16 = isa<Float8E4M3FNType>(op.getValue().getType().getElementType()) && element.isF16();
  const float *halves = getElementTable(element);
  auto tensor = std::make_shared<Tensor>();
  tensor->bits.resize(bits.size());
  for (size_t i = 0; i < bits.size(); ++i) {
    float value = table[bits[i]];
    if (scale && inF16) {
      constexpr uint32_t kExponent = 0x7F800000, kOne = 0x3F800000;
      auto round = [&](float number) { return halves[roundToBits(element, number)]; };
      uint32_t word = llvm::bit_cast<uint32_t>(scale[i / columns]);
      bool isNaN = std::isnan(scale[i / columns]);
      float significand = isNaN ? scale[i / columns] : llvm::bit_cast<float>((word & ~kExponent) | kOne);
      float rounded = round(significand);
      // Both products and their sum are exact in f32: 4 and 11 bits, and 11 more below.
      value = round(std::fma(value, rounded, round(value * round(significand - rounded))));
      value *= round(llvm::bit_cast<float>(word & kExponent));
    } else if (scale) {
      value *= scale[i / columns];
    }
    tensor->bits[i] = roundToBits(element, value);
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeConvertOperand(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<ConvertOperandOp>(instruction.op);
  const float *table = getElementTable(op.getValue().getType().getElementType());
  Type element = op.getResult().getType().getElementType();
  const float *halves = getElementTable(element);
  const std::vector<uint16_t> &bits = agent.operand(instruction, 0).tensor->bits;
  size_t columns = op.getValue().getType().getDimSize(1);
  std::vector<float> factors(columns, 1.0f);
  if (op.getFactor())
    for (auto [factor, factorBits] : llvm::zip_equal(factors, agent.operand(instruction, 1).tensor->bits))
      factor = halves[factorBits];
  auto tensor = std::make_shared<Tensor>();
  tensor->bits.resize(bits.size());
  // A product of 4 and 11 bits is exact in f32.
  for (size_t i = 0; i < bits.size(); ++i)
    tensor->bits[i] = roundToBits(element, table[bits[i]] * factors[i % columns]);
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeRowFma(Machine &machine, Agent &agent, const Instruction &instruction) {
  const std::vector<float> &value = agent.operand(instruction, 0).tensor->reals;
  const std::vector<float> &factor = agent.operand(instruction, 1).tensor->reals;
  const std::vector<float> &addend = agent.operand(instruction, 2).tensor->reals;
  auto tensor = std::make_shared<Tensor>();
  tensor->reals.resize(value.size());
  auto op = cast<RowFmaOp>(instruction.op);
  bool ofColumns = hasLayout(op.getFactor().getType(), Layout::Column);
  for (size_t i = 0, columns = op.getValue().getType().getDimSize(1); i < value.size(); ++i) {
    size_t row = i / columns, column = i % columns;
    tensor->reals[i] = std::fma(value[i], factor[ofColumns ? column : row], addend[ofColumns ? row : column]);
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

/// column.scale and column.fma.
Step executeColumns(Machine &machine, Agent &agent, const Instruction &instruction) {
  const std::vector<float> &value = agent.operand(instruction, 0).tensor->reals;
  const std::vector<float> &factor = agent.operand(instruction, 1).tensor->reals;
  const float *addend = isa<ColumnFmaOp>(instruction.op) ? agent.operand(instruction, 2).tensor->reals.data() : nullptr;
  auto tensor = std::make_shared<Tensor>();
  tensor->reals.resize(value.size());
  for (size_t i = 0, columns = factor.size(); i < value.size(); ++i)
    tensor->reals[i] = addend ? std::fma(value[i], factor[i % columns], addend[i]) : value[i] * factor[i % columns];
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

} // namespace

void populateColumnHandlers(HandlerTable &table) {
  table.add<QuantizeOp>(executeQuantize);
  table.add<DequantizeOp>(executeDequantize);
  table.add<ConvertChunksOp>(executeConvertChunks);
  table.add<ConvertOperandOp>(executeConvertOperand);
  table.add<RowFmaOp>(executeRowFma);
  table.add<ColumnScaleOp>(executeColumns);
  table.add<ColumnFmaOp>(executeColumns);
}

} // namespace mlir::mla_gpu::interpreter
