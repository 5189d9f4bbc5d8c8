//===- MLAOps.cpp - Verifiers -------------------------------------------------------------------------------===//
#include "dialect/MLA/MLAOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace mlir::mla;

#define GET_OP_CLASSES
#include "dialect/MLA/MLAOps.cpp.inc"

//===----------------------------------------------------------------------------------------------------------===//
// DecodeOp
//===----------------------------------------------------------------------------------------------------------===//

/// An extent as the assembly shows it.
static std::string printExtent(int64_t extent) { return ShapedType::isDynamic(extent) ? "?" : std::to_string(extent); }

LogicalResult DecodeOp::verify() {
  PagedCacheType cache = getCache().getType();
  RankedTensorType q = getQ().getType(), out = getOut().getType(), lse = getLse().getType();

  // C2
  CacheElement element = q.getElementType().isBF16() ? CacheElement::BF16 : CacheElement::F16;
  const CacheFormatInfo &info = getCacheFormatInfo(cache.getFormat());
  if (info.rope != CacheElement::E4M3 && info.rope != element)
    return emitOpError() << "expected q to have element type " << (info.rope == CacheElement::BF16 ? "'bf16'" : "'f16'")
                         << " for a cache of format " << info.name << ", but got " << q.getElementType();
  if (out.getElementType() != q.getElementType()) // C2
    return emitOpError() << "expected out to have element type " << q.getElementType() << " of q, but got "
                         << out.getElementType();

  if (q.getDimSize(3) != cache.getDQk()) // C3
    return emitOpError() << "expected query width " << cache.getDQk() << " (d_latent " << cache.getDLatent()
                         << " + d_rope " << cache.getDRope() << " of the cache), but got "
                         << printExtent(q.getDimSize(3));
  if (out.getDimSize(3) != cache.getDLatent()) // C4
    return emitOpError() << "expected output width " << cache.getDLatent() << " (d_latent of the cache), but got "
                         << printExtent(out.getDimSize(3));

  int64_t heads = getNumHeads(), queries = getNumQueries();
  if (!ShapedType::isDynamic(heads) && (heads < 1 || heads > kMaxHeads)) // C5
    return emitOpError() << "expected h_q from 1 to " << kMaxHeads << ", but got " << heads;
  if (!ShapedType::isDynamic(queries) && queries < 1) // C6
    return emitOpError() << "expected s_q to be at least 1, but got " << queries;

  // C7
  std::pair<StringRef, int64_t> known = {"", ShapedType::kDynamic};
  for (auto [name, type] : {std::pair<StringRef, RankedTensorType>{"q", q},
                            {"block_table", getBlockTable().getType()},
                            {"seq_lens", getSeqLens().getType()}}) {
    int64_t batch = type.getDimSize(0);
    if (ShapedType::isDynamic(batch))
      continue;
    if (ShapedType::isDynamic(known.second))
      known = {name, batch};
    else if (batch != known.second)
      return emitOpError() << "expected " << name << " to have b = " << known.second << " as " << known.first
                           << " has, but got " << batch;
  }

  // C8
  for (auto [name, type] : {std::pair<StringRef, RankedTensorType>{"out", out}, {"lse", lse}})
    for (auto [dimension, dimensionName] : llvm::enumerate(ArrayRef<StringRef>{"b", "s_q", "h_q"}))
      if (type.getDimSize(dimension) != q.getDimSize(dimension))
        return emitOpError() << "expected " << name << " to have " << dimensionName << " = "
                             << printExtent(q.getDimSize(dimension)) << " as q has, but got "
                             << printExtent(type.getDimSize(dimension));

  // C10
  if (cache.hasCacheScale() && !getCacheScale())
    return emitOpError() << "expected a cache_scale for a cache of format " << info.name << ", but got none";
  if (!cache.hasCacheScale() && getCacheScale())
    return emitOpError() << "expected no cache_scale for a cache of format " << info.name << ", but got one";
  if (getPrecision() == Precision::E4M3 && !isE4M3(cache.getFormat())) // C11
    return emitOpError() << "expected precision bf16 for a cache of format " << info.name << ", but got e4m3";
  return success();
}
