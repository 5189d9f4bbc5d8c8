//===- ComputeOps.cpp - Verifiers of tensor cores, row ops and lane ops --------------------------------------===//
#include "dialect/MLAGPU/MLAGPUOps.h"

using namespace mlir;
using namespace mlir::mla_gpu;

//===----------------------------------------------------------------------------------------------------------===//
// Tensor cores
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult WgmmaOp::verify() {
  Type aElement;
  ArrayRef<int64_t> aShape;
  bool isPaired = hasLayout(getA().getType(), Layout::APaired);
  if (auto view = dyn_cast<SmemType>(getA().getType())) {
    if (view.getSwizzle() == Swizzle::None) // C3
      return emitOpError("expected operand a to be swizzled, but got ") << view;
    if (view.getSwizzle() == Swizzle::B64Paired) // C5
      return emitOpError("expected operand a to be of swizzle sw128 or sw64, but got ") << view;
    aElement = view.getElementType();
    aShape = view.getShape();
  } else {
    auto tensor = cast<RankedTensorType>(getA().getType());
    aElement = tensor.getElementType();
    aShape = tensor.getShape();
  }
  SmemType b = getB().getType();
  if (b.getSwizzle() == Swizzle::None) // C3
    return emitOpError("expected operand b to be swizzled, but got ") << b;
  bool isF8 = isa<Float8E4M3FNType>(aElement);
  if (!aElement.isBF16() && !aElement.isF16() && !isF8) // C2
    return emitOpError("expected operands of bf16, f16 or f8E4M3FN, but got ") << aElement;
  if (aElement != b.getElementType())
    return emitOpError("expected operands of equal element types, but got ")
           << aElement << " and " << b.getElementType();
  if (isF8 && !getTransposeB()) // C4
    return emitOpError("expected transpose_b, as the tensor cores transpose no operand of ") << aElement;
  if (!getTransposeB() && b.getSwizzle() != Swizzle::B128) // C3
    return emitOpError("expected operand b without transpose_b to be of swizzle sw128, but got ") << b;
  bool hasPairedK = isPaired && isF8;
  if (hasPairedK != (b.getSwizzle() == Swizzle::B64Paired)) // C5
    return emitOpError("expected operand b ")
           << (hasPairedK ? "of" : "not of") << " swizzle sw64_paired, as a is " << (hasPairedK ? "" : "not ")
           << "of f8E4M3FN in layout a_paired, but got " << b;

  int64_t k = getTransposeB() ? b.getShape()[1] : b.getShape()[0];
  RankedTensorType result = getResult().getType().getTensor();
  int64_t n = result.getDimSize(1), most = getTransposeB() ? b.getShape()[0] : b.getShape()[1];
  if (aShape[1] != k) // C1
    return emitOpError("expected operands to agree in k, but got ")
           << aShape[1] << " columns of a and " << k << (getTransposeB() ? " columns" : " rows") << " of b";
  if (aShape[0] != SmemType::kTileRows) // C1
    return emitOpError("expected operand a to have ") << SmemType::kTileRows << " rows, but got " << aShape[0];
  if (int64_t step = isF8 ? 32 : 16; k % step) // C2
    return emitOpError("expected k to be a multiple of ") << step << ", but got " << k;
  // That an accumulator has a multiple of 8 columns up to 256 its layout sees to.
  if (getTransposeB() ? n > most : n != most) // C1
    return emitOpError("expected a result of ")
           << (getTransposeB() ? "at most " : "") << most << " columns, but got " << n;
  Layout layout = isPaired ? Layout::AccPaired : Layout::Acc; // C5
  if (!hasLayout(result, layout))
    return emitOpError("expected a result in layout ") << stringifyLayout(layout) << ", but got " << result;
  if (Value c = getC()) {
    Type type = c.getType();
    if (auto pending = dyn_cast<PendingType>(type))
      type = pending.getTensor();
    if (type != result)
      return emitOpError("expected operand c to have the result's tensor type ") << result << ", but got " << type;
  }
  return success();
}

LogicalResult WgmmaWaitOp::verify() {
  if (getAccumulators().empty()) // C2
    return emitOpError("expected at least one accumulator");
  // C1
  if (getAccumulators().size() != getResults().size())
    return emitOpError("expected ") << getAccumulators().size() << " results, but got " << getResults().size();
  for (auto [index, accumulator, result] : llvm::enumerate(getAccumulators(), getResults())) {
    RankedTensorType expected = cast<PendingType>(accumulator.getType()).getTensor();
    if (result.getType() != expected)
      return emitOpError("expected result ") << index << " of type " << expected << ", but got " << result.getType();
  }
  return success();
}

LogicalResult AsPendingOp::verify() { // C1
  if (getResult().getType().getTensor() != getTensor().getType())
    return emitOpError("expected a result of tensor type ")
           << getTensor().getType() << ", but got " << getResult().getType().getTensor();
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// Rows and fragments
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult SplatOp::verify() { // C1
  Type element = cast<RankedTensorType>(getResult().getType()).getElementType();
  if (getValue().getType() != element)
    return emitOpError("expected a scalar of the tensor's element type ")
           << element << ", but got " << getValue().getType();
  return success();
}

/// C1 of exp2_fma and mask: as many `each` of layout column as there are columns.
static LogicalResult verifyOfColumns(Operation *op, RankedTensorType value, RankedTensorType each, StringRef name) {
  if (!hasLayout(each, Layout::Column) || each.getDimSize(0) == value.getDimSize(1))
    return success();
  return op->emitOpError("expected ") << value.getDimSize(1) << ' ' << name << ", but got " << each.getDimSize(0);
}

LogicalResult Exp2FmaOp::verify() {
  return verifyOfColumns(*this, getValue().getType(), getShift().getType(), "shifts");
}

LogicalResult MaskOp::verify() {
  return verifyOfColumns(*this, getValue().getType(), getBorder().getType(), "borders");
}

LogicalResult RotateOp::verify() {
  RotationAttr rotation = getRotation();
  auto pairs = static_cast<int64_t>(rotation.getTurns().size());
  int64_t columns = getValue().getType().getDimSize(1);
  if (columns < 2 * pairs) // C1
    return emitOpError() << "expected at least " << 2 * pairs << " columns for " << pairs << " pairs, but got "
                         << columns;
  int64_t together = rotation.getInterleaved() ? 4 : 8;
  if (pairs % together != 0) // C2
    return emitOpError() << "expected a multiple of " << together << " pairs of "
                         << (rotation.getInterleaved() ? "neighbours" : "two halves") << ", but got " << pairs;
  return success();
}

LogicalResult ToAOperandOp::verify() { // C1
  if (getValue().getType().getShape() != getResult().getType().getShape())
    return emitOpError("expected a result of ")
           << getValue().getType().getDimSize(1) << " columns, but got " << getResult().getType().getDimSize(1);
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// e4m3 and columns
//===----------------------------------------------------------------------------------------------------------===//

/// C1 of quantize, dequantize, convert_chunks and convert_operand.
static LogicalResult verifySameShape(Operation *op, RankedTensorType value, RankedTensorType result) {
  if (value.getShape() == result.getShape())
    return success();
  return op->emitOpError("expected a result of ")
         << value.getDimSize(1) << " columns, but got " << result.getDimSize(1);
}

LogicalResult QuantizeOp::verify() {
  if (failed(verifySameShape(*this, getValue().getType(), getResult().getType())))
    return failure();
  if (getTaken() && getTaken().getType() != getResult().getType())
    return emitOpError("expected what was taken to be of type ")
           << getResult().getType() << ", but got " << getTaken().getType();
  return success();
}

LogicalResult DequantizeOp::verify() { return verifySameShape(*this, getValue().getType(), getResult().getType()); }

LogicalResult ConvertChunksOp::verify() { // C1
  return verifySameShape(*this, getValue().getType(), getResult().getType());
}

/// C1 of column.scale and column.fma, C2 of convert_operand.
static LogicalResult verifyFactors(Operation *op, RankedTensorType value, RankedTensorType factor) {
  if (value.getDimSize(1) == factor.getDimSize(0))
    return success();
  return op->emitOpError("expected ") << value.getDimSize(1) << " factors, but got " << factor.getDimSize(0);
}

LogicalResult RowSumOp::verify() {
  bool isF32 = cast<RankedTensorType>(getValue().getType()).getElementType().isF32();
  if (getMagnitude() && (getFactor() || !isF32)) // C2
    return emitOpError("expected a value of f32 and no factors with magnitude, but got ")
           << getValue().getType() << (getFactor() ? " and factors" : "");
  if (!getFactor())
    return success();
  if (!isF32) // C1
    return emitOpError("expected a value of f32 with factors, but got ") << getValue().getType();
  return verifyFactors(*this, cast<RankedTensorType>(getValue().getType()), getFactor().getType());
}

LogicalResult RowFmaOp::verify() { // C1
  RankedTensorType factor = getFactor().getType(), addend = getAddend().getType();
  bool ofColumns = hasLayout(factor, Layout::Column);
  if (ofColumns == hasLayout(addend, Layout::Column))
    return emitOpError("expected one of factor and addend in layout row and the other in layout column, but got ")
           << factor << " and " << addend;
  int64_t columns = getValue().getType().getDimSize(1), got = (ofColumns ? factor : addend).getDimSize(0);
  if (columns == got)
    return success();
  return emitOpError("expected ") << columns << (ofColumns ? " factors, but got " : " addends, but got ") << got;
}

LogicalResult ConvertOperandOp::verify() {
  if (failed(verifySameShape(*this, getValue().getType(), getResult().getType()))) // C1
    return failure();
  if (getFactor()) // C2
    return verifyFactors(*this, getValue().getType(), getFactor().getType());
  return success();
}

LogicalResult ColumnScaleOp::verify() { return verifyFactors(*this, getValue().getType(), getFactor().getType()); }

LogicalResult ColumnFmaOp::verify() { return verifyFactors(*this, getValue().getType(), getFactor().getType()); }

//===----------------------------------------------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------------------------------------------===//

static LogicalResult verify32Lanes(Operation *op, RankedTensorType type) {
  if (type.getDimSize(0) == 32)
    return success();
  return op->emitOpError("expected 32 elements, but got ") << type.getDimSize(0);
}

/// C1 of lane.reduce and lane.extract.
static LogicalResult verifyElementIsScalar(Operation *op, RankedTensorType lanes, Type scalar) {
  if (lanes.getElementType() != scalar)
    return op->emitOpError("expected a scalar of the tensor's element type ")
           << lanes.getElementType() << ", but got " << scalar;
  return success();
}

LogicalResult LaneIndexOp::verify() { // C1
  if (!getType().getElementType().isSignlessInteger(32))
    return emitOpError("expected elements of i32, but got ") << getType().getElementType();
  return verify32Lanes(*this, getType());
}

LogicalResult LaneReduceOp::verify() {
  RankedTensorType value = getValue().getType();
  if (!getCluster())
    return verifyElementIsScalar(*this, value, getResult().getType()); // C1
  if (failed(verify32Lanes(*this, value)))                             // C2
    return failure();
  if (!value.getElementType().isF32() && !value.getElementType().isInteger(32)) // C2
    return emitOpError("expected elements of f32 or i32 with a cluster, but got ") << value.getElementType();
  if (getResult().getType() != value)
    return emitOpError("expected a result of type ") << value << ", but got " << getResult().getType();
  if (int64_t cluster = getClusterAttr().getInt(); cluster < 1 || cluster > 32 || !llvm::isPowerOf2_64(cluster)) // C3
    return emitOpError("expected a cluster of 1, 2, 4, 8, 16 or 32 elements, but got ") << cluster;
  return success();
}

LogicalResult LaneSliceOp::verify() {
  RankedTensorType value = getValue().getType(), result = getResult().getType();
  if (value.getElementType() != result.getElementType() || value.getDimSize(0) % 128 ||
      result.getDimSize(0) % 128) // C1
    return emitOpError("expected multiples of 128 elements of the same type, but got ") << value << " and " << result;
  int64_t offset = getOffsetAttr().getInt(), most = value.getDimSize(0) - result.getDimSize(0);
  if (offset < 0 || offset > most || offset % 128) // C2
    return emitOpError("expected an offset that is a multiple of 128 from 0 to ") << most << ", but got " << offset;
  return success();
}

LogicalResult LaneScanOp::verify() { // C1
  if (!getValue().getType().getElementType().isSignlessInteger(32))
    return emitOpError("expected elements of i32, but got ") << getValue().getType().getElementType();
  if (getResult().getType() != getValue().getType())
    return emitOpError("expected a result of type ") << getValue().getType() << ", but got " << getResult().getType();
  return verify32Lanes(*this, getValue().getType());
}

LogicalResult LaneExtractOp::verify() {
  if (failed(verify32Lanes(*this, getValue().getType())))
    return failure();
  return verifyElementIsScalar(*this, getValue().getType(), getResult().getType());
}

LogicalResult LaneWeighRowsOp::verify() {
  RankedTensorType rows = getRows().getType(), weights = getWeights().getType(), addend = getAddend().getType();
  if (!weights.getElementType().isF32()) // C1
    return emitOpError("expected weights of f32, but got ") << weights.getElementType();
  if (failed(verify32Lanes(*this, weights)))
    return failure();
  if (!addend.getElementType().isF32() || addend.getDimSize(0) != rows.getDimSize(1)) // C2
    return emitOpError("expected an addend of ") << rows.getDimSize(1) << " elements of f32, but got " << addend;
  // C4: else a lane would have numbers of both halves in a register group.
  constexpr int64_t kColumnsOnce = 128;
  int64_t columns = rows.getDimSize(1);
  if (getRightWeights() && columns != kColumnsOnce && columns % (2 * kColumnsOnce) != 0)
    return emitOpError("expected rows of 128, 256 or 512 columns where halves have weights of their own, but got ")
           << columns;
  if (getFirst().has_value() != getEnd().has_value())
    return emitOpError("expected both first and end, or neither, but got one");
  if (auto [first, end] = getRowRange(); first < 0 || first >= end || end > rows.getDimSize(0)) // C3
    return emitOpError("expected rows within 0 to ") << rows.getDimSize(0) << ", but got " << first << " to " << end;
  return success();
}

std::pair<int64_t, int64_t> LaneWeighRowsOp::getRowRange() {
  if (!getFirst())
    return {0, getRows().getType().getDimSize(0)};
  return {getFirstAttr().getInt(), getEndAttr().getInt()};
}
