//===- Values.h - What SSA values hold while a kernel is interpreted ------------------------------*- C++ -*-===//
#ifndef LIB_INTERPRETER_VALUES_H
#define LIB_INTERPRETER_VALUES_H

#include "lib/Interpreter/Interpreter.h"
#include <memory>

namespace mlir::mla_gpu::interpreter {

/// The logical elements of a distributed tensor, row-major. Which of the three vectors is used follows from the element
/// type: f32 → reals; i1, i32, i64 → integers (see `wrapInteger`); bf16, f16, f8E4M3FN → bits. A row_partial tensor
/// holds the total of each row, not what each lane has of it.
struct Tensor {
  std::vector<float> reals;
  std::vector<int64_t> integers;
  std::vector<uint16_t> bits;
};
/// Null where only the protocol is interpreted and the element type is a floating-point one.
using TensorRef = std::shared_ptr<const Tensor>;

struct Accumulator;

/// A value of any type; the type says which members count.
struct RuntimeValue {
  int64_t integer = 0;            // i1, i32, i64, index
  float real = 0;                 // f32
  unsigned index = 0;             // shared buffer, mbarrier or named barrier: which one of the kernel
  unsigned firstByte = 0;         // shared buffer: the bytes of the view; the type says what they are
  unsigned endByte = 0;           //
  DeviceBuffer *buffer = nullptr; // pointer or tensor map
  TensorRef tensor;               // distributed tensor
  std::shared_ptr<Accumulator> pending;
  double readyAt = 0; // timing mode: the clock at which it is there
};

/// The result of one wgmma (or of `as_pending`: retired from the start).
struct Accumulator {
  /// Which commit group of its role, counted from 0; −1 before the commit.
  int64_t group = -1;
  bool retired = false;
  /// The product, once retired.
  TensorRef value;
  /// The wgmma that goes on accumulating in the same registers, if any.
  Operation *continuedBy = nullptr;

  // What is needed to retire it; `op` is null for `as_pending`.
  WgmmaOp op;
  RuntimeValue a, b, c;
  /// Tells its reads of shared memory from those of other wgmma.
  uint64_t id = 0;
};

/// Bits of an integer type that the interpreter knows (index counts 64), 0 for any other type.
inline unsigned getIntegerWidth(Type type) {
  if (type.isIndex())
    return 64;
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.getWidth() <= 64 ? integer.getWidth() : 0;
}

/// Two's complement: the value of the low `width` bits, sign-extended, except that i1 is 0 or 1.
inline int64_t wrapInteger(uint64_t value, unsigned width) {
  if (width == 1)
    return value & 1;
  if (width >= 64)
    return static_cast<int64_t>(value);
  return static_cast<int64_t>(value << (64 - width)) >> (64 - width);
}

/// The low `width` bits.
inline uint64_t asUnsigned(int64_t value, unsigned width) {
  return width >= 64 ? static_cast<uint64_t>(value) : static_cast<uint64_t>(value) & ((uint64_t(1) << width) - 1);
}

/// A distributed tensor whose element type is a floating-point one.
inline bool isRealTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa<FloatType>(tensor.getElementType());
}

/// True where the interpreter can hold values of this type: i1…i64, index, f32, distributed tensors of them or of
/// bf16, f16 and f8E4M3FN with at most 2^20 elements, and the types of the dialect.
bool isSupportedType(Type type);

/// bf16 or f16 as the reference names them; nothing for other types.
std::optional<mla::reference::Element> getElement(Type type);

/// Whether distributed tensors of this element type hold bits: bf16, f16 and f8E4M3FN.
bool isHeldAsBits(Type element);

/// The sum, or the larger one, of which NaN is none.
float combine(ReduceKind kind, float a, float b);

/// `value` in an element type that is held as bits, to nearest even; f8E4M3FN saturates and has one NaN, 0x7f.
uint16_t roundToBits(Type element, float value);

/// Exact values of all 2^16 bit patterns, or 2^8 of f8E4M3FN, of an element type that is held as bits.
const float *getElementTable(Type element);

/// A tensor of `type` filled with one value (`integer` or `real`, whichever the element type asks for).
TensorRef makeSplat(RankedTensorType type, int64_t integer, float real);

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_VALUES_H
