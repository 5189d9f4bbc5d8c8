//===- MLAGPUTypes.cpp - Types ------------------------------------------------------------------------------===//
#include "dialect/MLAGPU/MLAGPUDialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mla_gpu;

#define GET_TYPEDEF_CLASSES
#include "dialect/MLAGPU/MLAGPUTypes.cpp.inc"

void MLAGPUDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialect/MLAGPU/MLAGPUTypes.cpp.inc"
      >();
}

std::optional<Layout> mlir::mla_gpu::getLayout(Type type) {
  auto tensor = dyn_cast_or_null<RankedTensorType>(type);
  auto layout = tensor ? dyn_cast_or_null<LayoutAttr>(tensor.getEncoding()) : LayoutAttr();
  if (!layout)
    return std::nullopt;
  return layout.getValue();
}

int64_t mlir::mla_gpu::getElementsPerThread(RankedTensorType type) {
  std::optional<Layout> layout = getLayout(type);
  if (!layout)
    return 0;
  switch (*layout) {
  case Layout::Acc:
  case Layout::AccPaired:
    return type.getDimSize(1) / (type.getElementTypeBitWidth() == 8 ? 8 : 2);
  case Layout::AOperand:
    return type.getDimSize(1) / 4;
  case Layout::APaired:
    return type.getDimSize(1) * type.getElementTypeBitWidth() / 64;
  case Layout::Column:
    return type.getDimSize(0) / (type.getElementType().isF16() ? 8 : 4);
  case Layout::Chunk:
    return type.getDimSize(1) * type.getElementTypeBitWidth() / 64;
  case Layout::Row:
  case Layout::RowPartial:
  case Layout::ChunkRow:
    return 2;
  case Layout::Lane:
    return type.getDimSize(0) / 32;
  case Layout::LaneRows:
    return type.getNumElements() / 64;
  }
  llvm_unreachable("all layouts are handled");
}

bool mlir::mla_gpu::isPacked(RankedTensorType type) {
  Type element = type.getElementType();
  return getLayout(type) && isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32;
}

/// Bytes of an element in memory, or 0 if `type` cannot be one.
static int64_t getElementBytes(Type type) {
  if (!type || !(type.isSignlessInteger() || isa<FloatType>(type)))
    return 0;
  unsigned width = type.getIntOrFloatBitWidth();
  return width == 8 || width == 16 || width == 32 || width == 64 ? width / 8 : 0;
}

//===----------------------------------------------------------------------------------------------------------===//
// `<` extents `x` element (`,` swizzle)? `>`, shared by smem and tensor_map
//===----------------------------------------------------------------------------------------------------------===//

static ParseResult parseSwizzledShape(AsmParser &parser, SmallVectorImpl<int64_t> &shape, Type &elementType,
                                      Swizzle &swizzle) {
  swizzle = Swizzle::None;
  if (parser.parseLess() || parser.parseDimensionList(shape, /*allowDynamic=*/false, /*withTrailingX=*/true) ||
      parser.parseType(elementType))
    return failure();
  if (succeeded(parser.parseOptionalComma())) {
    SMLoc location = parser.getCurrentLocation();
    StringRef keyword;
    if (parser.parseKeyword(&keyword))
      return failure();
    std::optional<Swizzle> value = symbolizeSwizzle(keyword);
    if (!value)
      return parser.emitError(location, "expected swizzle 'sw128', 'sw64', 'sw64_paired' or 'none', but got '")
             << keyword << "'";
    swizzle = *value;
  }
  return parser.parseGreater();
}

static void printSwizzledShape(AsmPrinter &printer, ArrayRef<int64_t> shape, Type elementType, Swizzle swizzle) {
  printer << "<";
  for (int64_t extent : shape)
    printer << extent << "x";
  printer << elementType;
  if (swizzle != Swizzle::None)
    printer << ", " << stringifySwizzle(swizzle);
  printer << ">";
}

//===----------------------------------------------------------------------------------------------------------===//
// SmemType
//===----------------------------------------------------------------------------------------------------------===//

Type SmemType::parse(AsmParser &parser) {
  SMLoc location = parser.getCurrentLocation();
  SmallVector<int64_t> shape;
  Type elementType;
  Swizzle swizzle;
  if (parseSwizzledShape(parser, shape, elementType, swizzle))
    return {};
  return parser.getChecked<SmemType>(location, parser.getContext(), shape, elementType, swizzle);
}

void SmemType::print(AsmPrinter &printer) const {
  printSwizzledShape(printer, getShape(), getElementType(), getSwizzle());
}

LogicalResult SmemType::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> shape, Type elementType,
                               Swizzle swizzle) {
  int64_t elementBytes = getElementBytes(elementType);
  if (!elementBytes) // C3
    return emitError() << "expected elements to be integers or floats of 8, 16, 32 or 64 bits, but got " << elementType;
  // C4
  constexpr int64_t maxBytes = 1 << 20;
  int64_t bytes = elementBytes;
  for (int64_t extent : shape) {
    if (extent < 1)
      return emitError() << "expected extents of at least 1, but got " << extent;
    if (extent > maxBytes / bytes)
      return emitError() << "expected a shared buffer of at most " << maxBytes << " bytes, but got more";
    bytes *= extent;
  }
  if (swizzle == Swizzle::None) { // C2
    if (shape.size() != 1)
      return emitError() << "expected a buffer without swizzle to have rank 1, but got " << shape.size();
    return success();
  }
  if (swizzle == Swizzle::B64Paired && elementBytes != 1) // C5
    return emitError() << "expected elements of 8 bits in a sw64_paired buffer, but got " << elementType;
  // C1
  if (shape.size() != 2)
    return emitError() << "expected a swizzled buffer to have rank 2, but got " << shape.size();
  if (!isValidTileRows(shape[0]))
    return emitError() << "expected a swizzled buffer to have a multiple of 8 rows from 8 to 256, but got " << shape[0];
  int64_t tileColumns = getTileRowBytes(swizzle) / elementBytes;
  if (shape[1] % tileColumns)
    return emitError() << "expected a swizzled buffer to have a multiple of " << tileColumns << " columns of "
                       << elementType << ", but got " << shape[1];
  return success();
}

int64_t SmemType::getTileRowBytes(Swizzle swizzle) {
  switch (swizzle) {
  case Swizzle::None:
    return 0;
  case Swizzle::B128:
    return 128;
  case Swizzle::B64:
  case Swizzle::B64Paired:
    return 64;
  }
  llvm_unreachable("all swizzles are handled");
}

int64_t SmemType::getTileRowBytes() const { return getTileRowBytes(getSwizzle()); }

int64_t SmemType::getTileColumns() const { return getTileRowBytes() / getElementBytes(getElementType()); }

int64_t SmemType::getNumTiles() const { return getSwizzle() == Swizzle::None ? 0 : getShape()[1] / getTileColumns(); }

int64_t SmemType::getSizeInBytes() const {
  int64_t bytes = getElementBytes(getElementType());
  for (int64_t extent : getShape())
    bytes *= extent;
  return bytes;
}

// A swizzle pattern repeats every 1024 bytes at most and is a function of the address (kernel design study, 3.2).
int64_t SmemType::getAlignment() const { return getSwizzle() == Swizzle::None ? 16 : 1024; }

//===----------------------------------------------------------------------------------------------------------===//
// PtrType
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult PtrType::verify(function_ref<InFlightDiagnostic()> emitError, Type elementType) {
  if (!getElementBytes(elementType)) // C1
    return emitError() << "expected elements to be integers or floats of 8, 16, 32 or 64 bits, but got " << elementType;
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// TensorMapType
//===----------------------------------------------------------------------------------------------------------===//

Type TensorMapType::parse(AsmParser &parser) {
  SMLoc location = parser.getCurrentLocation();
  SmallVector<int64_t> box;
  Type elementType;
  Swizzle swizzle;
  if (parseSwizzledShape(parser, box, elementType, swizzle))
    return {};
  return parser.getChecked<TensorMapType>(location, parser.getContext(), box, elementType, swizzle);
}

void TensorMapType::print(AsmPrinter &printer) const {
  printSwizzledShape(printer, getBox(), getElementType(), getSwizzle());
}

LogicalResult TensorMapType::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> box,
                                    Type elementType, Swizzle swizzle) {
  int64_t elementBytes = getElementBytes(elementType);
  if (!elementBytes || elementBytes > 4) // C2
    return emitError() << "expected elements to be integers or floats of 8, 16 or 32 bits, but got " << elementType;
  if (swizzle != Swizzle::B128 && swizzle != Swizzle::B64) // C3
    return emitError() << "expected swizzle sw128 or sw64, but got " << stringifySwizzle(swizzle);
  // C1
  if (box.size() < 2 || box.size() > 5)
    return emitError() << "expected a box of 2 to 5 dimensions, but got " << box.size();
  for (int64_t extent : box.drop_back(2))
    if (extent != 1)
      return emitError() << "expected outer box extents of 1, but got " << extent;
  int64_t rows = box[box.size() - 2], columns = box.back();
  if (!SmemType::isValidTileRows(rows))
    return emitError() << "expected a box of a multiple of 8 rows from 8 to 256, but got " << rows;
  if (int64_t expected = SmemType::getTileRowBytes(swizzle) / elementBytes; columns != expected)
    return emitError() << "expected box rows of " << expected << " elements of " << elementType << ", but got "
                       << columns;
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// PendingType
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult PendingType::verify(function_ref<InFlightDiagnostic()> emitError, RankedTensorType tensor) {
  bool isAccumulator = hasLayout(tensor, Layout::Acc) || hasLayout(tensor, Layout::AccPaired);
  if (!isAccumulator || !tensor.getElementType().isF32()) // C1
    return emitError() << "expected an f32 tensor in layout acc or acc_paired, but got " << tensor;
  return success();
}
