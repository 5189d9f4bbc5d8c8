//===- MemoryOps.cpp - Verifiers of shared memory, barriers, copies and global memory ------------------------===//
#include "dialect/MLAGPU/MLAGPUOps.h"

using namespace mlir;
using namespace mlir::mla_gpu;

/// An access to `memory` of elements `element` by registers of `value`'s element type, which must be the same.
static LogicalResult verifyElements(Operation *op, Type value, Type element) {
  if (getElementTypeOrSelf(value) == element)
    return success();
  return op->emitOpError("expected equal element types, but got ")
         << getElementTypeOrSelf(value) << " in registers and " << element << " in memory";
}

/// As above, but a 16-bit type in memory may also be widened to f32.
static LogicalResult verifyLoadedElements(Operation *op, Type value, Type element) {
  if (getElementTypeOrSelf(value).isF32() && (element.isBF16() || element.isF16()))
    return success();
  return verifyElements(op, value, element);
}

/// As above, but f32 may also be rounded to a 16-bit type or e4m3 on its way to memory.
static LogicalResult verifyQuantizedElements(Operation *op, Type value, Type element) {
  if (getElementTypeOrSelf(value).isF32() && (element.isBF16() || element.isF16() || isa<Float8E4M3FNType>(element)))
    return success();
  return verifyElements(op, value, element);
}

/// As above, but f32 may also be rounded to a 16-bit type on its way to memory.
static LogicalResult verifyStoredElements(Operation *op, Type value, Type element) {
  if (getElementTypeOrSelf(value).isF32() && (element.isBF16() || element.isF16()))
    return success();
  return verifyElements(op, value, element);
}

static LogicalResult verify32Lanes(Operation *op, Value value, StringRef name) {
  int64_t lanes = cast<RankedTensorType>(value.getType()).getDimSize(0);
  if (lanes == 32)
    return success();
  return op->emitOpError("expected 32 elements in ") << name << ", but got " << lanes;
}

/// Lanes that each access memory at their own `index`, where their `mask` is set, with `value` in registers.
static LogicalResult verifyLaneAccess(Operation *op, Value index, Value mask, Value value, StringRef name) {
  if (failed(verify32Lanes(op, value, name)) || failed(verify32Lanes(op, index, "the index")) ||
      failed(verify32Lanes(op, mask, "the mask")))
    return failure();
  Type indexType = getElementTypeOrSelf(index), maskType = getElementTypeOrSelf(mask);
  if (!indexType.isSignlessInteger(32) && !indexType.isSignlessInteger(64))
    return op->emitOpError("expected an index of i32 or i64, but got ") << indexType;
  if (!maskType.isSignlessInteger(1))
    return op->emitOpError("expected a mask of i1, but got ") << maskType;
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------------------------------------------===//

void SmemAllocOp::getAsmResultNames(OpAsmSetValueNameFn setName) { setName(getResult(), getName()); }

LogicalResult SmemViewOp::verify() {
  SmemType source = getSource().getType(), result = getResult().getType();
  int64_t first = getFirstAttr().getInt(), end = getEndAttr().getInt();
  if (source.getSwizzle() == Swizzle::None)
    return emitOpError("expected a swizzled source, but got ") << source;
  if (first < 0 || end <= first || end > source.getNumTiles()) // C1
    return emitOpError("expected tiles first < end from 0 to ")
           << source.getNumTiles() << ", but got " << first << " to " << end;
  if (int64_t bytes = (end - first) * source.getTileBytes(); result.getSizeInBytes() != bytes) // C2
    return emitOpError("expected a result of ")
           << bytes << " bytes, but got " << result << " of " << result.getSizeInBytes();
  return success();
}

/// C1 of smem.load_lanes and smem.store_lanes.
static LogicalResult verifySharedLanes(Operation *op, Value lanes, SmemType buffer) {
  if (buffer.getSwizzle() != Swizzle::None || !buffer.getElementType().isF32())
    return op->emitOpError("expected an unswizzled buffer of f32, but got ") << buffer;
  return verifyElements(op, lanes.getType(), buffer.getElementType());
}

LogicalResult SmemLoadLanesOp::verify() { return verifySharedLanes(*this, getResult(), getSource().getType()); }

/// Whether f32 is rounded on its way to an unswizzled buffer of f16.
static bool isRounded(bool paired, Type value, SmemType buffer) {
  return paired && value.isF32() && buffer.getSwizzle() == Swizzle::None && buffer.getElementType().isF16();
}

LogicalResult SmemStoreLanesOp::verify() {
  if (int64_t lanes = getValue().getType().getDimSize(0); getPaired() && lanes != 32) // C2
    return emitOpError("expected 32 elements with paired, but got ") << lanes;
  if (isRounded(getPaired(), getValue().getType().getElementType(), getTarget().getType())) // C1
    return success();
  return verifySharedLanes(*this, getValue(), getTarget().getType());
}

LogicalResult SmemStoreTileOp::verify() {
  RankedTensorType value = getValue().getType();
  SmemType target = getTarget().getType();
  if (target.getSwizzle() == Swizzle::None)
    return emitOpError("expected a swizzled target, but got ") << target;
  if (value.getShape() != target.getShape() ||
      value.getElementTypeBitWidth() != target.getElementType().getIntOrFloatBitWidth()) // C1
    return emitOpError("expected a target of ") << value.getDimSize(0) << "x" << value.getDimSize(1) << " elements of "
                                                << value.getElementTypeBitWidth() << " bits, but got " << target;
  if (value.getElementTypeBitWidth() == 16 && target.getSwizzle() != Swizzle::B128) // C2
    return emitOpError("expected a target of swizzle sw128 for 16-bit elements, but got ") << target;
  return success();
}

LogicalResult SmemLoadTileOp::verify() {
  RankedTensorType result = getResult().getType();
  SmemType source = getSource().getType();
  // C2
  bool is16Bit = source.getElementType().isBF16() || source.getElementType().isF16();
  bool isE4M3 = isa<Float8E4M3FNType>(source.getElementType());
  Swizzle swizzle = source.getSwizzle();
  if (!(is16Bit && swizzle == Swizzle::B128) && !(isE4M3 && (swizzle == Swizzle::B128 || swizzle == Swizzle::B64)))
    return emitOpError("expected a source of bf16 or f16 in swizzle sw128, or of f8E4M3FN in sw128 or sw64, but got ")
           << source;
  Type element = isE4M3 ? source.getElementType() : Float32Type::get(getContext());
  if (result.getElementType() != element)
    return emitOpError("expected a result of ") << element << ", but got " << result.getElementType();
  if (result.getShape() != source.getShape()) // C1
    return emitOpError("expected a result of ") << source.getShape()[1] << " columns, but got " << result.getDimSize(1);
  return success();
}

LogicalResult SmemLoadTransposedOp::verify() {
  SmemType source = getSource().getType();
  constexpr int64_t columns = 64;
  if (source.getSwizzle() != Swizzle::B128 || !isa<Float8E4M3FNType>(source.getElementType()) ||
      source.getShape().front() != SmemType::kTileRows) // C1
    return emitOpError("expected a source of 64 rows of f8E4M3FN in swizzle sw128, but got ") << source;
  int64_t first = getFirstAttr().getInt(), last = source.getShape()[1] - columns;
  if (first < 0 || first > last || first % columns) // C2
    return emitOpError("expected a first column that is a multiple of 64 from 0 to ") << last << ", but got " << first;
  if (getResult().getType().getDimSize(1) != SmemType::kTileRows) // C3
    return emitOpError("expected a result of ")
           << SmemType::kTileRows << " columns, but got " << getResult().getType().getDimSize(1);
  return success();
}

LogicalResult SmemStoreTransposedOp::verify() {
  RankedTensorType value = getValue().getType();
  SmemType target = getTarget().getType();
  bool is16Bit = target.getElementType().isBF16() || target.getElementType().isF16();
  if (target.getSwizzle() != Swizzle::B128 || !is16Bit || target.getNumTiles() != 1) // C2
    return emitOpError("expected a target of one tile of bf16 or f16 in swizzle sw128, but got ") << target;
  int64_t columns = value.getDimSize(1), most = target.getShape().front();
  int64_t step = hasLayout(value, Layout::Acc) ? 16 : 8;
  if (columns > most || columns % step) // C1
    return emitOpError("expected a value of a multiple of ")
           << step << " columns up to " << most << ", but got " << columns;
  return success();
}

/// C1 of load_columns and store_columns.
static LogicalResult verifyColumns(Operation *op, RankedTensorType columns, SmemType memory) {
  if (memory.getSwizzle() == Swizzle::None && memory.getShape().front() >= columns.getDimSize(0) &&
      memory.getElementType() == columns.getElementType())
    return success();
  return op->emitOpError("expected an unswizzled buffer of at least ")
         << columns.getDimSize(0) << " elements of " << columns.getElementType() << ", but got " << memory;
}

/// C1 of store_parts and load_parts.
static LogicalResult verifyParts(Operation *op, int64_t columns, SmemType memory) {
  constexpr int64_t kWarps = 4;
  Type f32 = Float32Type::get(op->getContext());
  if (memory == SmemType::get(op->getContext(), {kWarps * columns}, f32, Swizzle::None))
    return success();
  return op->emitOpError("expected a buffer ")
         << SmemType::get(op->getContext(), {kWarps * columns}, f32, Swizzle::None) << ", but got " << memory;
}

LogicalResult SmemStorePartsOp::verify() {
  return verifyParts(*this, getValue().getType().getDimSize(1), getTarget().getType());
}

LogicalResult SmemLoadPartsOp::verify() {
  return verifyParts(*this, getResult().getType().getDimSize(0), getSource().getType());
}

LogicalResult SmemStoreColumnsOp::verify() { return verifyColumns(*this, getValue().getType(), getTarget().getType()); }

/// C1 of store_rows and load_rows.
static LogicalResult verifyRows(Operation *op, RankedTensorType rows, SmemType memory) {
  if (memory.getSwizzle() != Swizzle::None || memory.getShape().front() != rows.getDimSize(0) ||
      memory.getElementType() != rows.getElementType())
    return op->emitOpError("expected a buffer ")
           << SmemType::get(op->getContext(), rows.getShape(), rows.getElementType(), Swizzle::None) << ", but got "
           << memory;
  return success();
}

LogicalResult SmemStoreRowsOp::verify() {
  RankedTensorType value = getValue().getType();
  if (isRounded(getPaired(), value.getElementType(), getTarget().getType())) // C1
    value = value.clone(getTarget().getType().getElementType());
  return verifyRows(*this, value, getTarget().getType());
}

LogicalResult SmemLoadRowsOp::verify() { return verifyRows(*this, getResult().getType(), getSource().getType()); }

LogicalResult SmemLoadColumnsOp::verify() {
  if (int64_t columns = getResult().getType().getDimSize(0); getPaired() && columns % 16) // C2
    return emitOpError("expected a multiple of 16 columns with paired, but got ") << columns;
  if (!getPaired() && getResult().getType().getElementType().isF16()) // C3
    return emitOpError("expected paired for columns of f16");
  return verifyColumns(*this, getResult().getType(), getSource().getType());
}

/// C1 and C2 of smem.load and smem.store.
static LogicalResult verifyElement(Operation *op, Type scalar, SmemType memory, int64_t index) {
  if (memory.getSwizzle() != Swizzle::None || memory.getElementType() != scalar) // C1
    return op->emitOpError("expected an unswizzled buffer of ") << scalar << ", but got " << memory;
  if (index < 0 || index >= memory.getShape().front()) // C2
    return op->emitOpError("expected an index from 0 to ") << memory.getShape().front() - 1 << ", but got " << index;
  return success();
}

LogicalResult SmemLoadOp::verify() {
  return verifyElement(*this, getResult().getType(), getSource().getType(), getIndexAttr().getInt());
}

LogicalResult SmemStoreOp::verify() {
  if (getMulticast() != static_cast<bool>(getBar())) // C3
    return emitOpError("expected signal and multicast together, but got ")
           << (getMulticast() ? "multicast" : "signal") << " alone";
  return verifyElement(*this, getValue().getType(), getTarget().getType(), getIndexAttr().getInt());
}

LogicalResult SmemZeroRowsOp::verify() {
  if (getTarget().getType().getSwizzle() == Swizzle::None) // C1
    return emitOpError("expected a swizzled target, but got ") << getTarget().getType();
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// Barriers and copies
//===----------------------------------------------------------------------------------------------------------===//

void MbarAllocOp::getAsmResultNames(OpAsmSetValueNameFn setName) { setName(getResult(), getName()); }

void NbarAllocOp::getAsmResultNames(OpAsmSetValueNameFn setName) { setName(getResult(), getName()); }

LogicalResult MbarArmOp::verify() {
  if (getBytes() % 4) // C1, with the bounds in ODS
    return emitOpError("expected bytes to be a multiple of 4, but got ") << getBytes();
  return success();
}

LogicalResult MbarArriveOp::verify() {
  if (getEachWarp() + getEachLane() + getMulticast() > 1) // C1
    return emitOpError("expected one of each_warp, each_lane and multicast, but got more");
  return success();
}

LogicalResult NbarAllocOp::verify() {
  int64_t threads = getThreadsAttr().getInt();
  if (threads < 64 || threads > 1024 || threads % 32) // C1
    return emitOpError("expected threads to be a multiple of 32 from 64 to 1024, but got ") << threads;
  return success();
}

LogicalResult NbarSyncOp::verify() {
  if (!getCondition() != !getHolds()) // C1
    return emitOpError("expected a result where there is a condition, and only there");
  if (!getCondition())
    return success();
  auto alloc = getBar().getDefiningOp<NbarAllocOp>(); // C2
  if (!alloc)
    return emitOpError("expected the barrier of a condition to be a 'mla_gpu.nbar.alloc'");
  if (alloc.getThreads() != 128)
    return emitOpError("expected a barrier of 128 threads, those of the warp group that has the condition, but got ")
           << alloc.getThreads();
  return success();
}

LogicalResult TmaLoadOp::verify() {
  TensorMapType map = getMap().getType();
  SmemType target = getTarget().getType();
  if (getCoordinates().size() != map.getBox().size()) // C1
    return emitOpError("expected ") << map.getBox().size() << " coordinates, but got " << getCoordinates().size();
  int64_t rows = target.getShape().front(), boxRows = map.getBoxRows();
  if (map.getElementType() != target.getElementType() || map.getSwizzle() != target.getSwizzle() ||
      (!getFirstRow() && boxRows != rows)) // C2
    return emitOpError("expected map and target to agree in element type, swizzle and rows, but got ")
           << map << " and " << target;
  constexpr int64_t kSwizzledRows = 8; // that the pattern of a swizzle repeats after
  if (getFirstRow() &&
      (target.getSwizzle() == Swizzle::None || boxRows < 1 || rows % boxRows || boxRows % kSwizzledRows)) // C2
    return emitOpError("expected boxes of a multiple of 8 rows that divide the rows of a swizzled target, but got ")
           << map << " and " << target;
  return success();
}

int64_t TmaLoadOp::getBytes() {
  SmemType target = getTarget().getType();
  return target.getSizeInBytes() / target.getShape().front() * getMap().getType().getBoxRows();
}

LogicalResult TmaStoreOp::verify() {
  TensorMapType map = getMap().getType();
  SmemType source = getSource().getType();
  if (getCoordinates().size() != map.getBox().size()) // C1
    return emitOpError("expected ") << map.getBox().size() << " coordinates, but got " << getCoordinates().size();
  if (map.getElementType().getIntOrFloatBitWidth() != source.getElementType().getIntOrFloatBitWidth() ||
      map.getSwizzle() != source.getSwizzle() || map.getBoxRows() != source.getShape().front()) // C2
    return emitOpError("expected source and map to agree in element width, swizzle and rows, but got ")
           << source << " and " << map;
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// Global memory
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult GlobalLoadOp::verify() { // C1
  return verifyElements(*this, getResult().getType(), getSource().getType().getElementType());
}

LogicalResult GlobalStoreOp::verify() { // C1
  return verifyElements(*this, getValue().getType(), getTarget().getType().getElementType());
}

LogicalResult GlobalLoadLanesOp::verify() {
  if (failed(verifyLoadedElements(*this, getResult().getType(), getSource().getType().getElementType()))) // C1
    return failure();
  return getValid() ? verify32Lanes(*this, getResult(), "the result") : success(); // C2
}

LogicalResult GlobalStoreLanesOp::verify() {
  if (failed(verifyQuantizedElements(*this, getValue().getType(), getTarget().getType().getElementType()))) // C1
    return failure();
  return getValid() ? verify32Lanes(*this, getValue(), "the value") : success(); // C2
}

static LogicalResult verifyPairs(Operation *op, Value pairs, StringRef name) {
  if (!getElementTypeOrSelf(pairs).isF32()) // C2
    return op->emitOpError("expected ") << name << " of f32, but got " << getElementTypeOrSelf(pairs);
  return verify32Lanes(op, pairs, name);
}

LogicalResult GlobalLoadPairsOp::verify() {
  Type element = getSource().getType().getElementType();
  if (!element.isBF16() && !element.isF16()) // C1
    return emitOpError("expected elements of bf16 or f16 in memory, but got ") << element;
  return verifyPairs(*this, getEven(), "the results");
}

LogicalResult GlobalStorePairsOp::verify() {
  Type element = getTarget().getType().getElementType();
  if (!element.isBF16() && !element.isF16() && !isa<Float8E4M3FNType>(element)) // C1
    return emitOpError("expected elements of bf16, f16 or f8E4M3FN in memory, but got ") << element;
  return verifyPairs(*this, getEven(), "the values");
}

LogicalResult GlobalGatherLanesOp::verify() { // C1
  if (failed(verifyLaneAccess(*this, getIndex(), getMask(), getResult(), "the result")))
    return failure();
  return verifyElements(*this, getResult().getType(), getSource().getType().getElementType());
}

LogicalResult GlobalGatherRowsOp::verify() {
  if (failed(verifyElements(*this, getResult().getType(), getSource().getType().getElementType()))) // C1
    return failure();
  if (!getElementTypeOrSelf(getIndex()).isSignlessInteger(32)) // C2
    return emitOpError("expected an index of i32, but got ") << getElementTypeOrSelf(getIndex());
  if (failed(verify32Lanes(*this, getIndex(), "the index")))
    return failure();
  constexpr int64_t kMostElements = int64_t(1) << 24;
  int64_t stride = getRowStrideAttr().getInt();
  if (stride < 1 || stride % 4 || stride > kMostElements) // C3
    return emitOpError("expected row_stride to be a positive multiple of 4 up to 2^24, but got ") << stride;
  return success();
}

LogicalResult GlobalScatterLanesOp::verify() { // C1
  if (failed(verifyLaneAccess(*this, getIndex(), getMask(), getValue(), "the value")))
    return failure();
  return verifyElements(*this, getValue().getType(), getTarget().getType().getElementType());
}

/// Rows of 64 lie within 2³¹ bytes.
static constexpr int64_t kMostRowBytes = int64_t(1) << 24;

LogicalResult GlobalLoadTileOp::verify() {
  if (failed(verifyElements(*this, getResult().getType(), getSource().getType().getElementType()))) // C1
    return failure();
  constexpr int64_t kGrain = 16;
  int64_t stride = getRowStrideAttr().getInt();
  int64_t grain = kGrain * 8 / getResult().getType().getElementTypeBitWidth();
  if (stride < 1 || stride % grain || stride > kMostRowBytes / kGrain * grain) // C2
    return emitOpError("expected row_stride to be a multiple of ")
           << grain << " elements (16 bytes) up to 2^24 bytes, but got " << stride;
  return success();
}

LogicalResult GlobalLoadRowsOp::verify() {
  if (failed(verifyElements(*this, getResult().getType(), getSource().getType().getElementType()))) // C1
    return failure();
  int64_t stride = getRowStrideAttr().getInt();
  constexpr int64_t kBytes = 4;
  if (stride < 1 || stride > kMostRowBytes / kBytes) // C2
    return emitOpError("expected row_stride to be positive and at most 2^24 bytes, but got ") << stride;
  return success();
}

LogicalResult GlobalPrefetchOp::verify() {
  constexpr int64_t kGrain = 16;
  if (int64_t bytes = getBytesAttr().getInt(); bytes < 1 || bytes % kGrain) // C1
    return emitOpError("expected bytes to be positive and a multiple of 16, but got ") << bytes;
  return success();
}

LogicalResult GlobalStoreRowsOp::verify() { // C1
  return verifyElements(*this, getValue().getType(), getTarget().getType().getElementType());
}

LogicalResult GlobalStoreTileOp::verify() {
  int64_t stride = getRowStrideAttr().getInt();
  if (stride < 1 || stride % 2) // C2
    return emitOpError("expected row_stride to be positive and even, but got ") << stride;
  return verifyStoredElements(*this, getValue().getType(), getTarget().getType().getElementType()); // C1
}
