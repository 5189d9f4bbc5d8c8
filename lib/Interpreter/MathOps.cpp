//===- MathOps.cpp - Interpretation of math on scalars and distributed tensors ------------------------------===//
#include "lib/Interpreter/Elementwise.h"
#include <cmath>

namespace mlir::mla_gpu::interpreter {

namespace {
float absolute(float a) { return std::fabs(a); }
float ceiling(float a) { return std::ceil(a); }
float floorOf(float a) { return std::floor(a); }
float exponential(float a) { return std::exp(a); }
float exponential2(float a) { return std::exp2(a); }
float logarithm(float a) { return std::log(a); }
float logarithm2(float a) { return std::log2(a); }
float sine(float a) { return std::sin(a); }
float cosine(float a) { return std::cos(a); }
float squareRoot(float a) { return std::sqrt(a); }
float inverseSquareRoot(float a) { return 1.0f / std::sqrt(a); }
float multiplyAdd(float a, float b, float c) { return std::fma(a, b, c); }
} // namespace

void populateMathHandlers(HandlerTable &table) {
  table.add<math::AbsFOp>(executeUnary<absolute>);
  table.add<math::CeilOp>(executeUnary<ceiling>);
  table.add<math::FloorOp>(executeUnary<floorOf>);
  table.add<math::ExpOp>(executeUnary<exponential>);
  table.add<math::Exp2Op>(executeUnary<exponential2>);
  table.add<math::LogOp>(executeUnary<logarithm>);
  table.add<math::Log2Op>(executeUnary<logarithm2>);
  table.add<math::SinOp>(executeUnary<sine>);
  table.add<math::CosOp>(executeUnary<cosine>);
  table.add<math::SqrtOp>(executeUnary<squareRoot>);
  table.add<math::RsqrtOp>(executeUnary<inverseSquareRoot>);
  table.add<math::FmaOp>(executeTernary<multiplyAdd>);
}

} // namespace mlir::mla_gpu::interpreter
