//===- Values.cpp - What SSA values hold while a kernel is interpreted --------------------------------------===//
#include "lib/Interpreter/Values.h"
#include "lib/Reference/Element.h"
#include <cmath>

namespace mlir::mla_gpu::interpreter {

using mla::reference::Element;

bool isSupportedType(Type type) {
  constexpr int64_t kMostElements = 1 << 20;
  if (isa<SmemType, PtrType, TensorMapType, MbarType, NbarType>(type))
    return true;
  if (auto pending = dyn_cast<PendingType>(type))
    return isSupportedType(pending.getTensor());
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    if (!getLayout(tensor) || !tensor.hasStaticShape())
      return false;
    int64_t elements = 1;
    for (int64_t extent : tensor.getShape()) {
      if (extent <= 0 || extent > kMostElements)
        return false;
      elements *= extent;
      if (elements > kMostElements)
        return false;
    }
    Type element = tensor.getElementType();
    return element.isF32() || isHeldAsBits(element) || getIntegerWidth(element);
  }
  return type.isF32() || getIntegerWidth(type) != 0;
}

std::optional<Element> getElement(Type type) {
  if (type.isBF16())
    return Element::BF16;
  if (type.isF16())
    return Element::F16;
  return std::nullopt;
}

bool isHeldAsBits(Type element) { return getElement(element) || isa<Float8E4M3FNType>(element); }

float combine(ReduceKind kind, float a, float b) { return kind == ReduceKind::Max ? std::fmax(a, b) : a + b; }

uint16_t roundToBits(Type element, float value) {
  if (std::optional<Element> half = getElement(element))
    return mla::reference::roundToElement(*half, value);
  return mla::reference::roundToE4M3(value);
}

static std::vector<float> makeElementTable(Element element) {
  std::vector<float> table(1 << 16);
  for (unsigned bits = 0; bits < table.size(); ++bits)
    table[bits] = mla::reference::elementToFloat(element, static_cast<uint16_t>(bits));
  return table;
}

static std::vector<float> makeE4M3Table() {
  std::vector<float> table(1 << 8);
  for (unsigned bits = 0; bits < table.size(); ++bits)
    table[bits] = mla::reference::e4m3ToFloat(static_cast<uint8_t>(bits));
  return table;
}

const float *getElementTable(Type element) {
  static const std::vector<float> bf16 = makeElementTable(Element::BF16);
  static const std::vector<float> f16 = makeElementTable(Element::F16);
  static const std::vector<float> e4m3 = makeE4M3Table();
  return (element.isBF16() ? bf16 : element.isF16() ? f16 : e4m3).data();
}

TensorRef makeSplat(RankedTensorType type, int64_t integer, float real) {
  auto result = std::make_shared<Tensor>();
  size_t elements = type.getNumElements();
  Type element = type.getElementType();
  if (isHeldAsBits(element))
    result->bits.assign(elements, roundToBits(element, real));
  else if (isa<FloatType>(element))
    result->reals.assign(elements, real);
  else
    result->integers.assign(elements, wrapInteger(static_cast<uint64_t>(integer), getIntegerWidth(element)));
  return result;
}

} // namespace mlir::mla_gpu::interpreter
