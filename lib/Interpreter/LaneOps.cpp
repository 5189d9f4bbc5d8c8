//===- LaneOps.cpp - Interpretation of lanes of a warp ------------------------------------------------------===//
#include "lib/Interpreter/Machine.h"
#include <cmath>

namespace mlir::mla_gpu::interpreter {

namespace {

constexpr int64_t kLanes = 32;

Step executeLaneIndex(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto tensor = std::make_shared<Tensor>();
  for (int64_t lane = 0; lane < kLanes; ++lane)
    tensor->integers.push_back(lane);
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

/// What each lane holds of a tensor of a multiple of 128 elements, combined in pairs as the device does: 128 elements
/// are four of each lane.
template <typename T, typename F> std::vector<T> reduceWithinLanes(const std::vector<T> &values, F combine) {
  constexpr int64_t kGroup = 4;
  std::vector<T> result(kLanes);
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    std::vector<T> own;
    for (size_t first = lane * kGroup; first < values.size(); first += kLanes * kGroup)
      own.insert(own.end(), values.begin() + first, values.begin() + first + kGroup);
    while (own.size() > 1) {
      size_t kept = (own.size() + 1) / 2;
      for (size_t i = kept; i < own.size(); ++i)
        own[i - kept] = combine(own[i - kept], own[i]);
      own.resize(kept);
    }
    result[lane] = own.front();
  }
  return result;
}

/// Combines the lanes of each cluster with the partners at distance 16, 8, 4, 2, 1 that are in it, as the device does.
template <typename T, typename F> std::vector<T> reduceLanes(const std::vector<T> &values, int64_t cluster, F combine) {
  std::vector<T> current = values.size() == kLanes ? values : reduceWithinLanes(values, combine);
  for (int64_t distance = cluster / 2; distance > 0; distance /= 2) {
    std::vector<T> next(kLanes);
    for (int64_t lane = 0; lane < kLanes; ++lane)
      next[lane] = combine(current[lane], current[lane ^ distance]);
    current = std::move(next);
  }
  return current;
}

Step executeLaneReduce(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<LaneReduceOp>(instruction.op);
  const Tensor &value = *agent.operand(instruction, 0).tensor;
  RuntimeValue &result = agent.result(instruction);
  bool isMax = op.getKind() == ReduceKind::Max;
  int64_t cluster = op.getCluster().value_or(kLanes);
  auto reduced = std::make_shared<Tensor>();
  if (op.getValue().getType().getElementType().isF32())
    reduced->reals = reduceLanes(value.reals, cluster, [&](float a, float b) { return combine(op.getKind(), a, b); });
  else
    reduced->integers = isMax
                            ? reduceLanes(value.integers, cluster, [](int64_t a, int64_t b) { return std::max(a, b); })
                            : reduceLanes(value.integers, cluster, [](int64_t a, int64_t b) {
                                return wrapInteger(static_cast<uint64_t>(a) + static_cast<uint64_t>(b), 32);
                              });
  if (op.getCluster())
    result.tensor = std::move(reduced);
  else if (op.getType().isF32())
    result.real = reduced->reals.front();
  else
    result.integer = reduced->integers.front();
  return Step::Done;
}

Step executeLaneScan(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto tensor = std::make_shared<Tensor>();
  int64_t sum = 0;
  for (int64_t value : agent.operand(instruction, 0).tensor->integers) {
    tensor->integers.push_back(sum);
    sum = wrapInteger(static_cast<uint64_t>(sum) + static_cast<uint64_t>(value), 32);
  }
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeLaneSlice(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<LaneSliceOp>(instruction.op);
  const Tensor &value = *agent.operand(instruction, 0).tensor;
  int64_t first = op.getOffset(), end = first + op.getType().getDimSize(0);
  auto tensor = std::make_shared<Tensor>();
  if (!value.reals.empty())
    tensor->reals.assign(value.reals.begin() + first, value.reals.begin() + end);
  else
    tensor->integers.assign(value.integers.begin() + first, value.integers.begin() + end);
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

Step executeLaneExtract(Machine &machine, Agent &agent, const Instruction &instruction) {
  const Tensor &value = *agent.operand(instruction, 0).tensor;
  int64_t lane = asUnsigned(agent.operand(instruction, 1).integer, 32) % kLanes;
  RuntimeValue &result = agent.result(instruction);
  if (instruction.op->getResult(0).getType().isF32())
    result.real = value.reals[lane];
  else
    result.integer = value.integers[lane];
  return Step::Done;
}

Step executeLaneWeighRows(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<LaneWeighRowsOp>(instruction.op);
  RuntimeValue &result = agent.result(instruction);
  if (machine.options.protocolOnly) {
    result.tensor.reset();
    return Step::Done;
  }
  RankedTensorType type = op.getRows().getType();
  const float *table = getElementTable(type.getElementType());
  const std::vector<uint16_t> &bits = agent.operand(instruction, 0).tensor->bits;
  const std::vector<float> &left = agent.operand(instruction, 1).tensor->reals;
  const std::vector<float> &right = op.getRightWeights() ? agent.operand(instruction, 3).tensor->reals : left;
  auto sum = std::make_shared<Tensor>(*agent.operand(instruction, 2).tensor);
  int64_t columns = type.getDimSize(1);
  auto [first, end] = op.getRowRange();
  for (int64_t row = first; row < end; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      const std::vector<float> &weights = column < columns / 2 ? left : right;
      sum->reals[column] = std::fma(table[bits[row * columns + column]], weights[row], sum->reals[column]);
    }
  result.tensor = std::move(sum);
  return Step::Done;
}

} // namespace

void populateLaneHandlers(HandlerTable &table) {
  table.add<LaneIndexOp>(executeLaneIndex);
  table.add<LaneReduceOp>(executeLaneReduce);
  table.add<LaneSliceOp>(executeLaneSlice);
  table.add<LaneScanOp>(executeLaneScan);
  table.add<LaneExtractOp>(executeLaneExtract);
  table.add<LaneWeighRowsOp>(executeLaneWeighRows);
}

} // namespace mlir::mla_gpu::interpreter
