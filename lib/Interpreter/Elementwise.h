//===- Elementwise.h - One function on scalars and, element by element, on distributed tensors ----*- C++ -*-===//
#ifndef LIB_INTERPRETER_ELEMENTWISE_H
#define LIB_INTERPRETER_ELEMENTWISE_H

#include "lib/Interpreter/Machine.h"

namespace mlir::mla_gpu::interpreter {

template <float (*function)(float)> Step executeUnary(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &a = agent.operand(instruction, 0);
  if (!isa<RankedTensorType>(instruction.op->getResult(0).getType())) {
    agent.result(instruction).real = function(a.real);
    return Step::Done;
  }
  auto result = std::make_shared<Tensor>();
  size_t elements = a.tensor->reals.size();
  result->reals.resize(elements);
  for (size_t i = 0; i < elements; ++i)
    result->reals[i] = function(a.tensor->reals[i]);
  agent.result(instruction).tensor = std::move(result);
  return Step::Done;
}

template <float (*function)(float, float)>
Step executeBinary(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &a = agent.operand(instruction, 0), &b = agent.operand(instruction, 1);
  if (!isa<RankedTensorType>(instruction.op->getResult(0).getType())) {
    agent.result(instruction).real = function(a.real, b.real);
    return Step::Done;
  }
  auto result = std::make_shared<Tensor>();
  size_t elements = a.tensor->reals.size();
  result->reals.resize(elements);
  const float *x = a.tensor->reals.data(), *y = b.tensor->reals.data();
  for (size_t i = 0; i < elements; ++i)
    result->reals[i] = function(x[i], y[i]);
  agent.result(instruction).tensor = std::move(result);
  return Step::Done;
}

template <float (*function)(float, float, float)>
Step executeTernary(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &a = agent.operand(instruction, 0), &b = agent.operand(instruction, 1),
                     &c = agent.operand(instruction, 2);
  if (!isa<RankedTensorType>(instruction.op->getResult(0).getType())) {
    agent.result(instruction).real = function(a.real, b.real, c.real);
    return Step::Done;
  }
  auto result = std::make_shared<Tensor>();
  size_t elements = a.tensor->reals.size();
  result->reals.resize(elements);
  for (size_t i = 0; i < elements; ++i)
    result->reals[i] = function(a.tensor->reals[i], b.tensor->reals[i], c.tensor->reals[i]);
  agent.result(instruction).tensor = std::move(result);
  return Step::Done;
}

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_ELEMENTWISE_H
