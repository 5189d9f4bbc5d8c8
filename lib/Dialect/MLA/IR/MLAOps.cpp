//===- MLAOps.cpp - Verifiers -------------------------------------------------------------------------------===//
#include "dialect/MLA/MLAOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace mlir::mla;

#define GET_OP_CLASSES
#include "dialect/MLA/MLAOps.cpp.inc"

/// An extent as the assembly shows it.
static std::string printExtent(int64_t extent) { return ShapedType::isDynamic(extent) ? "?" : std::to_string(extent); }

namespace {
/// An extent that several operands have, and which of them said so first.
class SharedExtent {
public:
  explicit SharedExtent(StringRef name) : name(name) {}

  /// Success if `extent` of operand `operandName` is not known or the same as before.
  LogicalResult add(Operation *op, StringRef operandName, int64_t extent) {
    if (ShapedType::isDynamic(extent))
      return success();
    if (ShapedType::isDynamic(known)) {
      known = extent;
      knownName = operandName;
      return success();
    }
    if (extent == known)
      return success();
    return op->emitOpError() << "expected " << operandName << " to have " << name << " = " << known << " as "
                             << knownName << " has, but got " << extent;
  }

private:
  StringRef name, knownName;
  int64_t known = ShapedType::kDynamic;
};
} // namespace

/// A cache that stores 16-bit elements wants vectors of their type.
static LogicalResult verifyCacheElement(Operation *op, StringRef name, Type type, PagedCacheType cache) {
  CacheElement element = type.isBF16() ? CacheElement::BF16 : CacheElement::F16;
  const CacheFormatInfo &info = getCacheFormatInfo(cache.getFormat());
  if (info.rope == CacheElement::E4M3 || info.rope == element)
    return success();
  return op->emitOpError() << "expected " << name << " to have element type "
                           << (info.rope == CacheElement::BF16 ? "'bf16'" : "'f16'") << " for a cache of format "
                           << info.name << ", but got " << type;
}

/// The scale of the whole cache is there where the format has one.
static LogicalResult verifyCacheScale(Operation *op, PagedCacheType cache, bool hasScale) {
  if (cache.hasCacheScale() == hasScale)
    return success();
  return op->emitOpError() << "expected " << (hasScale ? "no" : "a") << " cache_scale for a cache of format "
                           << getCacheFormatInfo(cache.getFormat()).name << ", but got " << (hasScale ? "one" : "none");
}

/// One factor for each pair of `width` elements, or none.
static LogicalResult verifyFactors(Operation *op, RopeAttr rope, int64_t width) {
  ArrayAttr factors = rope.getFactors();
  if (!factors || static_cast<int64_t>(factors.size()) == width / 2)
    return success();
  return op->emitOpError() << "expected " << width / 2 << " factors (d_rope / 2) in rope, but got " << factors.size();
}

//===----------------------------------------------------------------------------------------------------------===//
// DecodeOp
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult DecodeOp::verify() {
  PagedCacheType cache = getCache().getType();
  RankedTensorType q = getQ().getType(), out = getOut().getType(), lse = getLse().getType();

  bool isQuantized = isa<Float8E4M3FNType>(q.getElementType());
  if (failed(verifyCacheElement(*this, isQuantized ? "out" : "q", isQuantized ? getElementType() : q.getElementType(),
                                cache))) // C2
    return failure();
  if (!isQuantized && out.getElementType() != q.getElementType()) // C2
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
  SharedExtent batch("b");
  if (failed(batch.add(*this, "q", getBatch())) ||
      failed(batch.add(*this, "block_table", getBlockTable().getType().getDimSize(0))) ||
      failed(batch.add(*this, "seq_lens", getSeqLens().getType().getDimSize(0))))
    return failure();

  // C8
  for (auto [name, type] : {std::pair<StringRef, RankedTensorType>{"out", out}, {"lse", lse}})
    for (auto [dimension, dimensionName] : llvm::enumerate(ArrayRef<StringRef>{"b", "s_q", "h_q"}))
      if (type.getDimSize(dimension) != q.getDimSize(dimension))
        return emitOpError() << "expected " << name << " to have " << dimensionName << " = "
                             << printExtent(q.getDimSize(dimension)) << " as q has, but got "
                             << printExtent(type.getDimSize(dimension));

  if (failed(verifyCacheScale(*this, cache, static_cast<bool>(getCacheScale())))) // C10
    return failure();
  if (getPrecision() != Precision::BF16 && !isE4M3(cache.getFormat())) // C11
    return emitOpError() << "expected precision bf16 for a cache of format "
                         << getCacheFormatInfo(cache.getFormat()).name << ", but got " << stringify(getPrecision());
  // C12
  bool givesQueries = getPrecision() == Precision::E4M3Queries;
  if (isQuantized != givesQueries)
    return emitOpError() << "expected q of " << (givesQueries ? "'f8E4M3FN'" : "'bf16' or 'f16'") << " for precision "
                         << stringify(getPrecision()) << ", but got " << q.getElementType();
  if (givesQueries != static_cast<bool>(getQScale()))
    return emitOpError() << "expected " << (givesQueries ? "a" : "no") << " q_scale for precision "
                         << stringify(getPrecision()) << ", but got " << (givesQueries ? "none" : "one");
  if (getRope() && failed(verifyFactors(*this, *getRope(), cache.getDRope()))) // C13
    return failure();
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// RopeOp
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult RopeOp::verify() {
  RankedTensorType x = getX().getType();
  if (getOut().getType() != x) // C2
    return emitOpError() << "expected out to have type " << x << " of x, but got " << getOut().getType();
  int64_t width = x.getDimSize(2);
  if (ShapedType::isDynamic(width) || width < 2 || width % 2) // C3
    return emitOpError() << "expected a static even d_rope, but got " << printExtent(width);
  if (failed(verifyFactors(*this, getRope(), width))) // C4
    return failure();
  SharedExtent tokens("tokens"); // C5
  return success(succeeded(tokens.add(*this, "x", x.getDimSize(0))) &&
                 succeeded(tokens.add(*this, "positions", getPositions().getType().getDimSize(0))));
}

//===----------------------------------------------------------------------------------------------------------===//
// AppendOp
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult AppendOp::verify() {
  PagedCacheType cache = getCache().getType();
  RankedTensorType latent = getLatent().getType(), kRope = getKRope().getType();
  Type element = getElementType();

  // C2
  auto verifyElement = [&](StringRef name, Type type) -> LogicalResult {
    if (type == element)
      return success();
    return emitOpError() << "expected " << name << " to have element type " << element << " of latent, but got "
                         << type;
  };
  if (failed(verifyElement("k_rope", kRope.getElementType())) ||
      failed(verifyCacheElement(*this, "latent", element, cache)) ||
      (getWeight() && failed(verifyElement("weight", getWeight().getType().getElementType()))))
    return failure();

  // C3
  auto verifyWidth = [&](StringRef name, RankedTensorType type, StringRef widthName, int64_t width) -> LogicalResult {
    int64_t actual = type.getShape().back();
    if (actual == width)
      return success();
    return emitOpError() << "expected " << name << " to have width " << width << " (" << widthName
                         << " of the cache), but got " << printExtent(actual);
  };
  if (failed(verifyWidth("latent", latent, "d_latent", cache.getDLatent())) ||
      failed(verifyWidth("k_rope", kRope, "d_rope", cache.getDRope())) ||
      (getWeight() && failed(verifyWidth("weight", getWeight().getType(), "d_latent", cache.getDLatent()))))
    return failure();

  // C4
  if (getSlots() ? getBlockTable() || getSeqLens() : !getBlockTable() || !getSeqLens())
    return emitOpError("expected either slots, or block_table and seq_lens");
  int64_t rank = getSlots() ? 2 : 3;
  for (auto [name, type] : {std::pair<StringRef, RankedTensorType>{"latent", latent}, {"k_rope", kRope}})
    if (type.getRank() != rank)
      return emitOpError() << "expected " << name << " to have rank " << rank << " with "
                           << (getSlots() ? "slots" : "block_table") << ", but got " << type.getRank();

  bool needsPositions = getSlots() && getRope();
  if (needsPositions != static_cast<bool>(getPositions())) // C5
    return emitOpError() << "expected " << (needsPositions ? "positions" : "no positions") << " with "
                         << (getSlots() ? "slots" : "block_table") << (getRope() ? " and rope" : " and no rope");

  // C6
  if (static_cast<bool>(getWeight()) != getEps().has_value())
    return emitOpError("expected norm and eps together, but got only ") << (getWeight() ? "norm" : "eps");
  if (getEps() && (!getEps()->isFinite() || (getEps()->isNegative() && !getEps()->isZero())))
    return emitOpError("expected a finite eps of at least 0, but got ") << getEpsAttr();

  // C7
  SharedExtent tokens(getSlots() ? "tokens" : "b"), queries("s_q");
  if (failed(tokens.add(*this, "latent", latent.getDimSize(0))) ||
      failed(tokens.add(*this, "k_rope", kRope.getDimSize(0))))
    return failure();
  for (auto [name, operand] : {std::pair<StringRef, Value>{"slots", getSlots()},
                               {"positions", getPositions()},
                               {"block_table", getBlockTable()},
                               {"seq_lens", getSeqLens()}})
    if (operand && failed(tokens.add(*this, name, cast<RankedTensorType>(operand.getType()).getDimSize(0))))
      return failure();
  if (rank == 3) {
    if (failed(queries.add(*this, "latent", latent.getDimSize(1))) ||
        failed(queries.add(*this, "k_rope", kRope.getDimSize(1))))
      return failure();
    for (RankedTensorType type : {latent, kRope})
      if (type.getDimSize(1) == 0)
        return emitOpError("expected s_q to be at least 1, but got 0");
  }

  if (getResult().getType() != cache) // C8
    return emitOpError() << "expected a result of type " << cache << " of the cache, but got " << getResult().getType();
  if (getRope() && failed(verifyFactors(*this, *getRope(), cache.getDRope()))) // C9
    return failure();
  return verifyCacheScale(*this, cache, static_cast<bool>(getCacheScale())); // C10
}

//===----------------------------------------------------------------------------------------------------------===//
// PrefillOp
//===----------------------------------------------------------------------------------------------------------===//

/// Where sequences begin, and the end: one number even without a sequence.
static LogicalResult verifyStarts(Operation *op, StringRef name, Value starts) {
  if (!starts || cast<RankedTensorType>(starts.getType()).getDimSize(0) != 0)
    return success();
  return op->emitOpError() << "expected " << name << " to have b + 1 entries, at least 1, but got 0";
}

LogicalResult PrefillOp::verify() {
  RankedTensorType q = getQ().getType(), k = getK().getType(), v = getV().getType(), out = getOut().getType(),
                   lse = getLse().getType();
  auto kRope = getKRope() ? cast<RankedTensorType>(getKRope().getType()) : RankedTensorType();
  using Named = std::pair<StringRef, RankedTensorType>;

  for (auto [name, type] : {Named{"k", k}, {"k_rope", kRope}, {"v", v}, {"out", out}}) // C2
    if (type && type.getElementType() != q.getElementType())
      return emitOpError() << "expected " << name << " to have element type " << q.getElementType() << " of q, but got "
                           << type.getElementType();

  for (auto [name, width] : {std::pair<StringRef, int64_t>{"d_nope (of k)", k.getDimSize(2)},
                             {"d_rope (of k_rope)", kRope ? kRope.getDimSize(1) : kWidthMultiple},
                             {"d_v (of v)", v.getDimSize(2)}}) // C3
    if (ShapedType::isDynamic(width) || width < kWidthMultiple || width > kMaxWidth || width % kWidthMultiple)
      return emitOpError() << "expected " << name << " to be a multiple of " << kWidthMultiple << " from "
                           << kWidthMultiple << " to " << kMaxWidth << ", but got " << printExtent(width);
  if (q.getDimSize(2) != getDNope() + getDRope()) // C4
    return emitOpError() << "expected query width " << getDNope() + getDRope() << " (d_nope " << getDNope()
                         << " + d_rope " << getDRope() << "), but got " << printExtent(q.getDimSize(2));
  if (out.getDimSize(2) != getDV()) // C5
    return emitOpError() << "expected output width " << getDV() << " (d_v), but got " << printExtent(out.getDimSize(2));

  int64_t heads = getNumHeads(); // C6
  if (ShapedType::isDynamic(heads) || heads < 1 || heads > kMaxHeads)
    return emitOpError() << "expected h_q from 1 to " << kMaxHeads << ", but got " << printExtent(heads);
  for (auto [name, actual] : {std::pair<StringRef, int64_t>{"k", k.getDimSize(1)},
                              {"v", v.getDimSize(1)},
                              {"out", out.getDimSize(1)},
                              {"lse", lse.getDimSize(0)}})
    if (actual != heads)
      return emitOpError() << "expected " << name << " to have h_q = " << heads << " as q has, but got "
                           << printExtent(actual);

  for (auto [name, actual] :
       {std::pair<StringRef, int64_t>{"out", out.getDimSize(0)}, {"lse", lse.getDimSize(1)}}) // C7
    if (actual != q.getDimSize(0))
      return emitOpError() << "expected " << name << " to have total_q = " << printExtent(q.getDimSize(0))
                           << " as q has, but got " << printExtent(actual);

  // C8
  auto checkSame = [&](StringRef what, ArrayRef<Named> tensors) -> LogicalResult {
    Named known;
    for (auto [name, type] : tensors) {
      if (!type || type.isDynamicDim(0))
        continue;
      if (known.second && type.getDimSize(0) != known.second.getDimSize(0))
        return emitOpError() << "expected " << name << " to have " << what << " = " << known.second.getDimSize(0)
                             << " as " << known.first << " has, but got " << type.getDimSize(0);
      known = {name, type};
    }
    return success();
  };
  if (failed(checkSame("total_kv", {{"k", k}, {"k_rope", kRope}, {"v", v}})) ||
      failed(verifyStarts(*this, "cu_seqlens_q", getCuSeqlensQ())) ||
      failed(verifyStarts(*this, "cu_seqlens_kv", getCuSeqlensKv())))
    return failure();
  return checkSame("b + 1",
                   {{"cu_seqlens_q", getCuSeqlensQ().getType()}, {"cu_seqlens_kv", getCuSeqlensKv().getType()}});
}

//===----------------------------------------------------------------------------------------------------------===//
// PrefillAbsorbedOp
//===----------------------------------------------------------------------------------------------------------===//

/// A width that kernels and runtime can work with.
static LogicalResult verifyWidth(Operation *op, StringRef name, int64_t width, int64_t multiple, int64_t most) {
  if (!ShapedType::isDynamic(width) && width >= multiple && width <= most && width % multiple == 0)
    return success();
  return op->emitOpError() << "expected " << name << " to be a multiple of " << multiple << " from " << multiple
                           << " to " << most << ", but got " << printExtent(width);
}

LogicalResult PrefillAbsorbedOp::verify() {
  RankedTensorType q = getQ().getType(), out = getOut().getType(), lse = getLse().getType();
  PagedCacheType cache = getCacheType();
  auto latents = dyn_cast<RankedTensorType>(getKeys().getType());

  if (out.getElementType() != q.getElementType()) // C2
    return emitOpError() << "expected out to have element type " << q.getElementType() << " of q, but got "
                         << out.getElementType();
  if (latents && latents.getElementType() != q.getElementType()) // C2
    return emitOpError() << "expected keys to have element type " << q.getElementType() << " of q, but got "
                         << latents.getElementType();
  if (cache && failed(verifyCacheElement(*this, "q", q.getElementType(), cache))) // C2
    return failure();

  for (auto [name, operand, ofCache] : {std::tuple<StringRef, Value, bool>{"cu_seqlens_kv", getCuSeqlensKv(), false},
                                        {"block_table", getBlockTable(), true},
                                        {"seq_lens", getSeqLens(), true}}) // C3
    if (static_cast<bool>(operand) != (ofCache == static_cast<bool>(cache)))
      return emitOpError() << "expected " << (operand ? "no " : "") << name << " with keys of "
                           << (cache ? "a paged cache" : "a tensor") << ", but got " << (operand ? "one" : "none");

  // C4
  int64_t dLatent = out.getDimSize(2), dQk = q.getDimSize(2);
  if (cache && dLatent != cache.getDLatent())
    return emitOpError() << "expected output width " << cache.getDLatent() << " (d_latent of the cache), but got "
                         << printExtent(dLatent);
  if (failed(verifyWidth(*this, "d_latent (of out)", dLatent, kWidthMultiple, kMaxWidth)))
    return failure();
  if (cache && dQk != cache.getDQk()) // C5
    return emitOpError() << "expected query width " << cache.getDQk() << " (d_latent " << cache.getDLatent()
                         << " + d_rope " << cache.getDRope() << " of the cache), but got " << printExtent(dQk);
  if (failed(verifyWidth(*this, "d_rope (of q beyond d_latent)", ShapedType::isDynamic(dQk) ? dQk : dQk - dLatent,
                         kWidthMultiple, kMaxWidth)))
    return failure();
  if (latents && latents.getDimSize(1) != dQk) // C5
    return emitOpError() << "expected keys of width " << dQk << " as q has, but got "
                         << printExtent(latents.getDimSize(1));

  int64_t heads = getNumHeads(); // C6
  if (ShapedType::isDynamic(heads) || heads < 1 || heads > kMaxHeads)
    return emitOpError() << "expected h_q from 1 to " << kMaxHeads << ", but got " << printExtent(heads);
  for (auto [name, type] : {std::pair<StringRef, RankedTensorType>{"out", out}, {"lse", lse}}) {
    if (type.getDimSize(1) != heads) // C6
      return emitOpError() << "expected " << name << " to have h_q = " << heads << " as q has, but got "
                           << printExtent(type.getDimSize(1));
    if (type.getDimSize(0) != q.getDimSize(0)) // C7
      return emitOpError() << "expected " << name << " to have total_q = " << printExtent(q.getDimSize(0))
                           << " as q has, but got " << printExtent(type.getDimSize(0));
  }

  // C8
  if (failed(verifyStarts(*this, "cu_seqlens_q", getCuSeqlensQ())) ||
      failed(verifyStarts(*this, "cu_seqlens_kv", getCuSeqlensKv())))
    return failure();
  SharedExtent batch("b");
  for (auto [name, operand, more] : {std::tuple<StringRef, Value, int64_t>{"cu_seqlens_q", getCuSeqlensQ(), 1},
                                     {"cu_seqlens_kv", getCuSeqlensKv(), 1},
                                     {"block_table", getBlockTable(), 0},
                                     {"seq_lens", getSeqLens(), 0}}) {
    if (!operand)
      continue;
    int64_t extent = cast<RankedTensorType>(operand.getType()).getDimSize(0);
    if (failed(batch.add(*this, name, ShapedType::isDynamic(extent) ? extent : extent - more)))
      return failure();
  }
  if (cache)
    return verifyCacheScale(*this, cache, static_cast<bool>(getCacheScale())); // C10
  if (getCacheScale())                                                         // C10
    return emitOpError("expected no cache_scale with keys of a tensor, but got one");
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// MergeOp
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult MergeOp::verify() {
  RankedTensorType out = getOutA().getType(), lse = getLseA().getType();
  using Named = std::pair<StringRef, RankedTensorType>;
  for (auto [name, type] : {Named{"out_b", getOutB().getType()}, {"out", getOut().getType()}}) // C2
    if (type != out)
      return emitOpError() << "expected " << name << " to have type " << out << " of out_a, but got " << type;
  for (auto [name, type] : {Named{"lse_b", getLseB().getType()}, {"lse", getLse().getType()}}) // C2
    if (type != lse)
      return emitOpError() << "expected " << name << " to have type " << lse << " of lse_a, but got " << type;

  int64_t heads = getNumHeads(); // C3
  if (ShapedType::isDynamic(heads) || heads < 1 || heads > kMaxHeads)
    return emitOpError() << "expected h from 1 to " << kMaxHeads << ", but got " << printExtent(heads);
  if (failed(verifyWidth(*this, "d_v", getDV(), kWidthMultiple, kMaxWidth))) // C4
    return failure();
  for (auto [name, dimension] : {std::pair<StringRef, unsigned>{"tokens", 0}, {"h", 1}}) { // C5
    unsigned ofLse = getHeadsFirst() ? 1 - dimension : dimension;
    if (lse.getDimSize(ofLse) != out.getDimSize(dimension))
      return emitOpError() << "expected lse_a to have " << name << " = " << printExtent(out.getDimSize(dimension))
                           << " as out_a has, but got " << printExtent(lse.getDimSize(ofLse));
  }
  return success();
}
