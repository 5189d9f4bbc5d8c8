//===- ArithOps.cpp - Interpretation of arith on scalars and distributed tensors ----------------------------===//
#include "lib/Interpreter/Elementwise.h"
#include <cmath>

namespace mlir::mla_gpu::interpreter {

namespace {

//===----------------------------------------------------------------------------------------------------------===//
// Integers: operands are canonical (see wrapInteger), results are wrapped by the caller
//===----------------------------------------------------------------------------------------------------------===//

/// An integer operation of `width` bits; false where the result is undefined.
using IntegerFunction = bool (*)(int64_t a, int64_t b, unsigned width, uint64_t &result);

bool add(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = static_cast<uint64_t>(a) + static_cast<uint64_t>(b);
  return true;
}
bool subtract(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = static_cast<uint64_t>(a) - static_cast<uint64_t>(b);
  return true;
}
bool multiply(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = static_cast<uint64_t>(a) * static_cast<uint64_t>(b);
  return true;
}

/// i1 is held as 0 or 1 but is 0 or −1 as a signed number.
int64_t asSigned(int64_t value, unsigned width) { return width == 1 ? -value : value; }

/// Neither a division by zero nor the one quotient that does not fit.
bool isDivisible(int64_t a, int64_t b, unsigned width) {
  int64_t least = width >= 64 ? std::numeric_limits<int64_t>::min() : -(int64_t(1) << (width - 1));
  return b != 0 && !(a == least && b == -1);
}
bool divideSigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  a = asSigned(a, width), b = asSigned(b, width);
  if (!isDivisible(a, b, width))
    return false;
  result = a / b;
  return true;
}
bool divideSignedUp(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  a = asSigned(a, width), b = asSigned(b, width);
  if (!isDivisible(a, b, width))
    return false;
  result = a / b + (a % b != 0 && (a < 0) == (b < 0));
  return true;
}
bool divideSignedDown(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  a = asSigned(a, width), b = asSigned(b, width);
  if (!isDivisible(a, b, width))
    return false;
  result = a / b - (a % b != 0 && (a < 0) != (b < 0));
  return true;
}
bool remainderSigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  a = asSigned(a, width), b = asSigned(b, width);
  if (!isDivisible(a, b, width))
    return false;
  result = a % b;
  return true;
}
bool divideUnsigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  if (b == 0)
    return false;
  result = asUnsigned(a, width) / asUnsigned(b, width);
  return true;
}
bool divideUnsignedUp(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  if (b == 0)
    return false;
  uint64_t x = asUnsigned(a, width), y = asUnsigned(b, width);
  result = x / y + (x % y != 0);
  return true;
}
bool remainderUnsigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  if (b == 0)
    return false;
  result = asUnsigned(a, width) % asUnsigned(b, width);
  return true;
}
bool bitAnd(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = a & b;
  return true;
}
bool bitOr(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = a | b;
  return true;
}
bool bitXor(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = a ^ b;
  return true;
}
bool shiftLeft(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  if (asUnsigned(b, width) >= width)
    return false;
  result = static_cast<uint64_t>(a) << asUnsigned(b, width);
  return true;
}
bool shiftRightSigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  if (asUnsigned(b, width) >= width)
    return false;
  result = a >> asUnsigned(b, width);
  return true;
}
bool shiftRightUnsigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  if (asUnsigned(b, width) >= width)
    return false;
  result = asUnsigned(a, width) >> asUnsigned(b, width);
  return true;
}
bool maxSigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = asSigned(a, width) > asSigned(b, width) ? a : b;
  return true;
}
bool minSigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = asSigned(a, width) < asSigned(b, width) ? a : b;
  return true;
}
bool maxUnsigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = asUnsigned(a, width) > asUnsigned(b, width) ? a : b;
  return true;
}
bool minUnsigned(int64_t a, int64_t b, unsigned width, uint64_t &result) {
  result = asUnsigned(a, width) < asUnsigned(b, width) ? a : b;
  return true;
}

template <IntegerFunction function>
Step executeInteger(Machine &machine, Agent &agent, const Instruction &instruction) {
  Type type = instruction.op->getResult(0).getType();
  unsigned width = getIntegerWidth(getElementTypeOrSelf(type));
  const RuntimeValue &a = agent.operand(instruction, 0), &b = agent.operand(instruction, 1);
  auto undefined = [&](int64_t x, int64_t y) {
    return machine.stop(FindingKind::Undefined, instruction,
                        llvm::formatv("'{0}' of {1} and {2} is undefined", instruction.op->getName(), x, y));
  };
  uint64_t value = 0;
  if (!isa<RankedTensorType>(type)) {
    if (!function(a.integer, b.integer, width, value))
      return undefined(a.integer, b.integer);
    agent.result(instruction).integer = wrapInteger(value, width);
    return Step::Done;
  }
  auto result = std::make_shared<Tensor>();
  size_t elements = a.tensor->integers.size();
  result->integers.resize(elements);
  for (size_t i = 0; i < elements; ++i) {
    if (!function(a.tensor->integers[i], b.tensor->integers[i], width, value))
      return undefined(a.tensor->integers[i], b.tensor->integers[i]);
    result->integers[i] = wrapInteger(value, width);
  }
  agent.result(instruction).tensor = std::move(result);
  return Step::Done;
}

bool compareIntegers(arith::CmpIPredicate predicate, int64_t a, int64_t b, unsigned width) {
  int64_t sa = asSigned(a, width), sb = asSigned(b, width);
  uint64_t ua = asUnsigned(a, width), ub = asUnsigned(b, width);
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return a == b;
  case arith::CmpIPredicate::ne:
    return a != b;
  case arith::CmpIPredicate::slt:
    return sa < sb;
  case arith::CmpIPredicate::sle:
    return sa <= sb;
  case arith::CmpIPredicate::sgt:
    return sa > sb;
  case arith::CmpIPredicate::sge:
    return sa >= sb;
  case arith::CmpIPredicate::ult:
    return ua < ub;
  case arith::CmpIPredicate::ule:
    return ua <= ub;
  case arith::CmpIPredicate::ugt:
    return ua > ub;
  case arith::CmpIPredicate::uge:
    return ua >= ub;
  }
  llvm_unreachable("all predicates are handled");
}

Step executeCmpI(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<arith::CmpIOp>(instruction.op);
  unsigned width = getIntegerWidth(getElementTypeOrSelf(op.getLhs().getType()));
  const RuntimeValue &a = agent.operand(instruction, 0), &b = agent.operand(instruction, 1);
  if (!isa<RankedTensorType>(op.getLhs().getType())) {
    agent.result(instruction).integer = compareIntegers(op.getPredicate(), a.integer, b.integer, width);
    return Step::Done;
  }
  auto result = std::make_shared<Tensor>();
  for (auto [x, y] : llvm::zip(a.tensor->integers, b.tensor->integers))
    result->integers.push_back(compareIntegers(op.getPredicate(), x, y, width));
  agent.result(instruction).tensor = std::move(result);
  return Step::Done;
}

//===----------------------------------------------------------------------------------------------------------===//
// f32
//===----------------------------------------------------------------------------------------------------------===//

float addReals(float a, float b) { return a + b; }
float subtractReals(float a, float b) { return a - b; }
float multiplyReals(float a, float b) { return a * b; }
float divideReals(float a, float b) { return a / b; }
float remainderReals(float a, float b) { return std::fmod(a, b); }
float negate(float a) { return -a; }
/// NaN wins, and +0 over −0.
float maximum(float a, float b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<float>::quiet_NaN();
  return a > b || (a == b && !std::signbit(a)) ? a : b;
}
float minimum(float a, float b) { return -maximum(-a, -b); }
/// NaN loses.
float maximumNumber(float a, float b) { return std::fmax(a, b); }
float minimumNumber(float a, float b) { return std::fmin(a, b); }

bool compareReals(arith::CmpFPredicate predicate, float a, float b) {
  bool unordered = std::isnan(a) || std::isnan(b);
  switch (predicate) {
  case arith::CmpFPredicate::AlwaysFalse:
    return false;
  case arith::CmpFPredicate::OEQ:
    return !unordered && a == b;
  case arith::CmpFPredicate::OGT:
    return !unordered && a > b;
  case arith::CmpFPredicate::OGE:
    return !unordered && a >= b;
  case arith::CmpFPredicate::OLT:
    return !unordered && a < b;
  case arith::CmpFPredicate::OLE:
    return !unordered && a <= b;
  case arith::CmpFPredicate::ONE:
    return !unordered && a != b;
  case arith::CmpFPredicate::ORD:
    return !unordered;
  case arith::CmpFPredicate::UEQ:
    return unordered || a == b;
  case arith::CmpFPredicate::UGT:
    return unordered || a > b;
  case arith::CmpFPredicate::UGE:
    return unordered || a >= b;
  case arith::CmpFPredicate::ULT:
    return unordered || a < b;
  case arith::CmpFPredicate::ULE:
    return unordered || a <= b;
  case arith::CmpFPredicate::UNE:
    return unordered || a != b;
  case arith::CmpFPredicate::UNO:
    return unordered;
  case arith::CmpFPredicate::AlwaysTrue:
    return true;
  }
  llvm_unreachable("all predicates are handled");
}

Step executeCmpF(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<arith::CmpFOp>(instruction.op);
  const RuntimeValue &a = agent.operand(instruction, 0), &b = agent.operand(instruction, 1);
  if (!isa<RankedTensorType>(op.getLhs().getType())) {
    agent.result(instruction).integer = compareReals(op.getPredicate(), a.real, b.real);
    return Step::Done;
  }
  auto result = std::make_shared<Tensor>();
  for (auto [x, y] : llvm::zip(a.tensor->reals, b.tensor->reals))
    result->integers.push_back(compareReals(op.getPredicate(), x, y));
  agent.result(instruction).tensor = std::move(result);
  return Step::Done;
}

//===----------------------------------------------------------------------------------------------------------===//
// Constants, selection and conversions
//===----------------------------------------------------------------------------------------------------------===//

Step executeConstant(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<arith::ConstantOp>(instruction.op);
  RuntimeValue &result = agent.result(instruction);
  auto unknown = [&] {
    return machine.stop(FindingKind::Unsupported, instruction, "this constant is not interpreted");
  };
  if (auto integer = dyn_cast<IntegerAttr>(op.getValue())) {
    unsigned width = getIntegerWidth(op.getType());
    if (width == 0)
      return unknown();
    result.integer = wrapInteger(integer.getValue().getZExtValue(), width);
    return Step::Done;
  }
  if (auto real = dyn_cast<FloatAttr>(op.getValue())) {
    if (!op.getType().isF32())
      return unknown();
    result.real = real.getValue().convertToFloat();
    return Step::Done;
  }
  auto elements = dyn_cast<DenseElementsAttr>(op.getValue());
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!elements || !type)
    return unknown();
  auto tensor = std::make_shared<Tensor>();
  Type element = type.getElementType();
  if (unsigned width = getIntegerWidth(element)) {
    for (const APInt &value : elements.getValues<APInt>())
      tensor->integers.push_back(wrapInteger(value.getZExtValue(), width));
  } else if (element.isF32()) {
    // The four lanes of a quad each hold the constant, and a row_partial value is their sum.
    float copies = hasLayout(type, Layout::RowPartial) ? 4 : 1;
    for (const APFloat &value : elements.getValues<APFloat>())
      tensor->reals.push_back(value.convertToFloat() * copies);
  } else {
    for (const APFloat &value : elements.getValues<APFloat>())
      tensor->bits.push_back(static_cast<uint16_t>(value.bitcastToAPInt().getZExtValue()));
  }
  result.tensor = std::move(tensor);
  return Step::Done;
}

template <typename T>
void selectElements(const std::vector<int64_t> &condition, const std::vector<T> &a, const std::vector<T> &b,
                    std::vector<T> &result) {
  if (a.empty())
    return;
  result.resize(a.size());
  for (size_t i = 0; i < a.size(); ++i)
    result[i] = condition[i] ? a[i] : b[i];
}

Step executeSelect(Machine &machine, Agent &agent, const Instruction &instruction) {
  const RuntimeValue &condition = agent.operand(instruction, 0);
  const RuntimeValue &a = agent.operand(instruction, 1), &b = agent.operand(instruction, 2);
  if (!isa<RankedTensorType>(instruction.op->getOperand(0).getType())) {
    RuntimeValue value = condition.integer ? a : b;
    agent.result(instruction) = std::move(value);
    return Step::Done;
  }
  auto tensor = std::make_shared<Tensor>();
  selectElements(condition.tensor->integers, a.tensor->reals, b.tensor->reals, tensor->reals);
  selectElements(condition.tensor->integers, a.tensor->integers, b.tensor->integers, tensor->integers);
  selectElements(condition.tensor->integers, a.tensor->bits, b.tensor->bits, tensor->bits);
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

/// An integer of `from` bits as one of `to` bits.
template <bool isSignExtension> Step executeResize(Machine &machine, Agent &agent, const Instruction &instruction) {
  unsigned from = getIntegerWidth(getElementTypeOrSelf(instruction.op->getOperand(0).getType()));
  unsigned to = getIntegerWidth(getElementTypeOrSelf(instruction.op->getResult(0).getType()));
  auto resize = [&](int64_t value) {
    return wrapInteger(isSignExtension ? asSigned(value, from) : asUnsigned(value, from), to);
  };
  const RuntimeValue &a = agent.operand(instruction, 0);
  if (!isa<RankedTensorType>(instruction.op->getResult(0).getType())) {
    agent.result(instruction).integer = resize(a.integer);
    return Step::Done;
  }
  auto tensor = std::make_shared<Tensor>();
  for (int64_t value : a.tensor->integers)
    tensor->integers.push_back(resize(value));
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

template <bool isSigned> Step executeIntegerToReal(Machine &machine, Agent &agent, const Instruction &instruction) {
  unsigned width = getIntegerWidth(getElementTypeOrSelf(instruction.op->getOperand(0).getType()));
  auto convert = [&](int64_t value) {
    return isSigned ? static_cast<float>(asSigned(value, width)) : static_cast<float>(asUnsigned(value, width));
  };
  const RuntimeValue &a = agent.operand(instruction, 0);
  if (!isa<RankedTensorType>(instruction.op->getResult(0).getType())) {
    agent.result(instruction).real = convert(a.integer);
    return Step::Done;
  }
  auto tensor = std::make_shared<Tensor>();
  for (int64_t value : a.tensor->integers)
    tensor->reals.push_back(convert(value));
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

/// The bits of an f32 as an i32, or the other way.
Step executeBitcast(Machine &machine, Agent &agent, const Instruction &instruction) {
  Type from = instruction.op->getOperand(0).getType(), to = instruction.op->getResult(0).getType();
  bool isToInteger = getElementTypeOrSelf(from).isF32() && getElementTypeOrSelf(to).isInteger(32);
  if (!isToInteger && !(getElementTypeOrSelf(from).isInteger(32) && getElementTypeOrSelf(to).isF32()))
    return machine.stop(FindingKind::Unsupported, instruction, "expected a bitcast between f32 and i32");
  auto toInteger = [](float value) { return static_cast<int64_t>(llvm::bit_cast<uint32_t>(value)); };
  auto toReal = [](int64_t value) { return llvm::bit_cast<float>(static_cast<uint32_t>(value)); };
  const RuntimeValue &a = agent.operand(instruction, 0);
  RuntimeValue &result = agent.result(instruction);
  if (!isa<RankedTensorType>(to)) {
    if (isToInteger)
      result.integer = wrapInteger(toInteger(a.real), 32);
    else
      result.real = toReal(a.integer);
    return Step::Done;
  }
  auto tensor = std::make_shared<Tensor>();
  for (float value : a.tensor->reals)
    tensor->integers.push_back(wrapInteger(toInteger(value), 32));
  for (int64_t value : a.tensor->integers)
    tensor->reals.push_back(toReal(value));
  result.tensor = std::move(tensor);
  return Step::Done;
}

template <bool isSigned> Step executeRealToInteger(Machine &machine, Agent &agent, const Instruction &instruction) {
  unsigned width = getIntegerWidth(getElementTypeOrSelf(instruction.op->getResult(0).getType()));
  // Values that do not fit are undefined.
  double least = isSigned ? -std::ldexp(1.0, width - 1) : 0;
  double end = std::ldexp(1.0, isSigned ? width - 1 : width);
  auto convert = [&](float value, int64_t &result) {
    double truncated = std::trunc(static_cast<double>(value));
    if (!(truncated >= least && truncated < end))
      return false;
    result = wrapInteger(
        isSigned ? static_cast<uint64_t>(static_cast<int64_t>(truncated)) : static_cast<uint64_t>(truncated), width);
    return true;
  };
  auto undefined = [&](float value) {
    return machine.stop(FindingKind::Undefined, instruction,
                        llvm::formatv("'{0}' of {1} is undefined", instruction.op->getName(), value));
  };
  const RuntimeValue &a = agent.operand(instruction, 0);
  if (!isa<RankedTensorType>(instruction.op->getResult(0).getType())) {
    float value = a.real;
    return convert(value, agent.result(instruction).integer) ? Step::Done : undefined(value);
  }
  auto tensor = std::make_shared<Tensor>();
  tensor->integers.resize(a.tensor->reals.size());
  for (size_t i = 0; i < tensor->integers.size(); ++i)
    if (!convert(a.tensor->reals[i], tensor->integers[i]))
      return undefined(a.tensor->reals[i]);
  agent.result(instruction).tensor = std::move(tensor);
  return Step::Done;
}

} // namespace

void populateArithHandlers(HandlerTable &table) {
  table.add<arith::AddIOp>(executeInteger<add>);
  table.add<arith::SubIOp>(executeInteger<subtract>);
  table.add<arith::MulIOp>(executeInteger<multiply>);
  table.add<arith::DivSIOp>(executeInteger<divideSigned>);
  table.add<arith::DivUIOp>(executeInteger<divideUnsigned>);
  table.add<arith::CeilDivSIOp>(executeInteger<divideSignedUp>);
  table.add<arith::CeilDivUIOp>(executeInteger<divideUnsignedUp>);
  table.add<arith::FloorDivSIOp>(executeInteger<divideSignedDown>);
  table.add<arith::RemSIOp>(executeInteger<remainderSigned>);
  table.add<arith::RemUIOp>(executeInteger<remainderUnsigned>);
  table.add<arith::AndIOp>(executeInteger<bitAnd>);
  table.add<arith::OrIOp>(executeInteger<bitOr>);
  table.add<arith::XOrIOp>(executeInteger<bitXor>);
  table.add<arith::ShLIOp>(executeInteger<shiftLeft>);
  table.add<arith::ShRSIOp>(executeInteger<shiftRightSigned>);
  table.add<arith::ShRUIOp>(executeInteger<shiftRightUnsigned>);
  table.add<arith::MaxSIOp>(executeInteger<maxSigned>);
  table.add<arith::MinSIOp>(executeInteger<minSigned>);
  table.add<arith::MaxUIOp>(executeInteger<maxUnsigned>);
  table.add<arith::MinUIOp>(executeInteger<minUnsigned>);
  table.add<arith::CmpIOp>(executeCmpI);
  table.add<arith::AddFOp>(executeBinary<addReals>);
  table.add<arith::SubFOp>(executeBinary<subtractReals>);
  table.add<arith::MulFOp>(executeBinary<multiplyReals>);
  table.add<arith::DivFOp>(executeBinary<divideReals>);
  table.add<arith::RemFOp>(executeBinary<remainderReals>);
  table.add<arith::NegFOp>(executeUnary<negate>);
  table.add<arith::MaximumFOp>(executeBinary<maximum>);
  table.add<arith::MinimumFOp>(executeBinary<minimum>);
  table.add<arith::MaxNumFOp>(executeBinary<maximumNumber>);
  table.add<arith::MinNumFOp>(executeBinary<minimumNumber>);
  table.add<arith::CmpFOp>(executeCmpF);
  table.add<arith::ConstantOp>(executeConstant);
  table.add<arith::SelectOp>(executeSelect);
  table.add<arith::ExtSIOp>(executeResize<true>);
  table.add<arith::ExtUIOp>(executeResize<false>);
  table.add<arith::TruncIOp>(executeResize<false>);
  table.add<arith::IndexCastOp>(executeResize<true>);
  table.add<arith::BitcastOp>(executeBitcast);
  table.add<arith::IndexCastUIOp>(executeResize<false>);
  table.add<arith::SIToFPOp>(executeIntegerToReal<true>);
  table.add<arith::UIToFPOp>(executeIntegerToReal<false>);
  table.add<arith::FPToSIOp>(executeRealToInteger<true>);
  table.add<arith::FPToUIOp>(executeRealToInteger<false>);
}

} // namespace mlir::mla_gpu::interpreter
