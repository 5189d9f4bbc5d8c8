//===- MLAToMLAGPU.cpp - Replace mla ops by programs of kernels ---------------------------------------------===//

#include "dialect/MLA/MLAOps.h"
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "lib/Conversion/MLAToMLAGPU/Passes.h"
#include "lib/Conversion/MLAToMLAGPU/ScheduleTemplate.h"
#include "lib/Dialect/MLA/Transforms/Passes.h"
#include "lib/Reference/Rope.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

namespace mlir {
#define GEN_PASS_DEF_CONVERTMLATOMLAGPUPASS
#include "lib/Conversion/MLAToMLAGPU/Passes.h.inc"
} // namespace mlir

using namespace mlir;
using namespace mlir::mla_gpu;

/// The one attention op of a function that does nothing else, or an error that says what was found.
static FailureOr<Operation *> getOnlyAttentionOp(func::FuncOp function) {
  if (function.isDeclaration() || !llvm::hasSingleElement(function.getBody()))
    return function.emitOpError("expected a body of one block with one attention op");
  Block &body = function.getBody().front();
  Operation *only = nullptr;
  for (Operation &op : body.without_terminator()) {
    if (!isa<mla::DecodeOp, mla::PrefillOp, mla::PrefillAbsorbedOp, mla::AppendOp, mla::RopeOp, mla::MergeOp>(op) ||
        only)
      return op.emitOpError("cannot be part of a kernel: expected a function of one attention op on its arguments");
    only = &op;
  }
  if (!only)
    return function.emitOpError("expected a body with one attention op, but got none");
  if (!llvm::equal(only->getOperands(), body.getArguments()))
    return only->emitOpError("expected the function's arguments as operands, in their order");
  if (!llvm::equal(body.getTerminator()->getOperands(), only->getResults()))
    return body.getTerminator()->emitOpError("expected the attention op's results as operands, in their order");
  return only;
}

/// Tokens of a block of the cache, which is a tile, and the fewest that TMA copies to rows of one (tma.load, C2).
constexpr int64_t kBlockTokens = SmemType::kTileRows, kLeastBoxTokens = 8;

/// What today's schedules of latent vectors ask of their widths. With `pads` a tile of 64 may be wider than the RoPE
/// columns are: TMA makes zeros of what lies behind a token's end. Caches of e4m3 are read, or have maps of their
/// parts, in whole tiles.
static LogicalResult checkLatents(Operation *op, StringRef schedules, int64_t dLatent, int64_t dRope, bool pads) {
  if (dLatent != 256 && dLatent != 512)
    return op->emitOpError() << schedules << " schedules need d_latent 256 or 512, but got " << dLatent;
  if (pads && dRope > 64)
    return op->emitOpError() << schedules << " schedules need d_rope of at most 64, but got " << dRope;
  if (!pads && dRope != 64)
    return op->emitOpError() << schedules << " schedules need d_rope 64, but got " << dRope;
  return success();
}

/// What those that turn queries ask of a RoPE of this width: both columns of a pair in one thread (rotate, C2).
static LogicalResult checkTurned(mla::DecodeOp decode, int64_t dRope) {
  constexpr int64_t kHalves = 16;
  if (!decode.getRope() || decode.getRope()->getPairing() == mla::Pairing::Interleaved || dRope % kHalves == 0)
    return success();
  return decode.emitOpError("decode schedules that turn queries need d_rope to be a multiple of ")
         << kHalves << " with half_split pairs, but got " << dRope;
}

/// What they ask of pages. With `boxes` these need not be tiles.
static LogicalResult checkPages(Operation *op, StringRef schedules, int64_t pageSize, bool boxes) {
  if (boxes ? pageSize % kLeastBoxTokens == 0 : pageSize == kBlockTokens)
    return success();
  InFlightDiagnostic error = op->emitOpError() << schedules << " need page_size ";
  if (boxes)
    error << "to be a multiple of " << kLeastBoxTokens;
  else
    error << kBlockTokens;
  return error << ", but got " << pageSize;
}

/// What schedules ask of caches of e4m3 on top of that: a quarter of the columns has one scale.
static LogicalResult checkE4M3(Operation *op, mla::PagedCacheType cache) {
  constexpr int64_t kWidth = 4 * mla::kScaleGroup;
  if (!mla::isE4M3(cache.getFormat()) || cache.getDLatent() == kWidth)
    return success();
  return op->emitOpError("schedules for caches of e4m3 need d_latent ") << kWidth << ", but got " << cache.getDLatent();
}

/// A kernel that attends: its template, and how many rows its products have.
struct AttendKernel {
  StringRef kind;
  int64_t tileRows = SmemType::kTileRows;
  /// Whether it takes requests of several tiles, too, whose blocks read the same tokens.
  bool takesTiles = true;

  /// Where the numbers of rows of requests end that it takes; they begin where those of the kernel before it end.
  int64_t getEndRows() const { return takesTiles ? RowsAttr::kNoEnd : tileRows + 1; }
};

/// The kernels of a schedule. From caches of e4m3 requests of few rows have their own, whose products have as few
/// columns: up to 16 rows always, for its error is that of dequantised tokens, too; up to 32 where values are of f16
/// for any number (else one of 32 is no faster), but with scales of groups beside queries in two terms, which leave no
/// room for four sets of weights. With scales of groups requests of one tile have their own, too, whose copies have
/// another priority. A template from elsewhere takes all.
static SmallVector<AttendKernel> getAttendKernels(mla::DecodeOp decode, mla::PagedCacheType cache, StringRef kind) {
  constexpr StringLiteral native = "decode_e4m3", seesaw = "decode_seesaw";
  SmallVector<AttendKernel> kernels;
  bool isGroup = cache.getLayout().info.scales == mla::ScaleKind::Group;
  bool isNative = kind == native, givesQueries = decode.getPrecision() == mla::Precision::E4M3Queries;
  if (isNative || (kind == seesaw && isGroup && !decode.getRope()))
    kernels.push_back({native, 16, /*takesTiles=*/false});
  if (isNative && mla::hasF16Values(decode) && (!isGroup || givesQueries))
    kernels.push_back({native, 32, /*takesTiles=*/false});
  if (isNative && isGroup)
    kernels.push_back({native, 64, /*takesTiles=*/false});
  kernels.push_back({kind});
  return kernels;
}

/// What decode_e4m3 asks on top of that.
static LogicalResult checkDecodeE4M3(mla::DecodeOp decode, ScheduleAttr schedule) {
  if (decode.getRope())
    return decode.emitOpError(
        "schedule decode_e4m3 does not turn queries: expected no rope, or kind \"decode_seesaw\"");
  // Weights of f16 have room for every threshold that a schedule may have.
  if (mla::hasF16Values(decode))
    return success();
  // Weights go up to 2^(8 + threshold), e4m3 to 448.
  constexpr float kMostThreshold = 0.75f;
  float threshold = cast<FloatAttr>(schedule.getValue("rescale_threshold")).getValue().convertToFloat();
  if (threshold > kMostThreshold)
    return decode.emitOpError("schedule decode_e4m3 needs a rescale_threshold of at most 0.75, but got ") << threshold;
  return success();
}

static std::string printed(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// As the assembly of an op of `mla_gpu` has it: "<interleaved = true, …>".
static std::string printed(RotationAttr rotation) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << rotation;
  StringRef body = text;
  body.consume_front("#mla_gpu.rotation");
  return body.str();
}

/// A float as an MLIR literal that reads back to the same value.
static std::string printed(FloatAttr value) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  value.print(stream, /*elideType=*/true);
  return text;
}

/// Places of all attention schedules: the levers of the choice.
static void setLevers(TemplateValues &values, ScheduleAttr schedule) {
  // Every parameter of the schedule is a place of its name.
  for (const ScheduleParameter &parameter : getScheduleParameters())
    values[parameter.name] = schedule.getText(parameter.name);
  values["threshold"] = printed(cast<FloatAttr>(schedule.getValue("rescale_threshold")));
}

/// Places of the seesaw's buffers, for latent vectors of 16-bit elements with 64 RoPE columns.
static void setLatentTiles(TemplateValues &values, int64_t dLatent) {
  constexpr int64_t tileColumns = 64, tileBytes = SmemType::kTileBytes;
  int64_t latentTiles = dLatent / tileColumns;
  int64_t allTiles = latentTiles + 1;
  int64_t halfTiles = latentTiles / 2, quarterTiles = latentTiles / 4;
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  set("d_latent", dLatent);
  set("d_qk", allTiles * tileColumns);
  set("d_half", halfTiles * tileColumns);
  set("d_quarter", quarterTiles * tileColumns);
  set("d_quarter_rope", (quarterTiles + 1) * tileColumns);
  set("d_three_quarters", (halfTiles + quarterTiles) * tileColumns);
  set("tiles_quarter", quarterTiles);
  set("tiles_half", halfTiles);
  set("tiles_three_quarters", halfTiles + quarterTiles);
  set("tiles_latent", latentTiles);
  set("tiles_all", allTiles);
  set("q_bytes", allTiles * tileBytes);
  set("quarter_bytes", quarterTiles * tileBytes);
  set("quarter_rope_bytes", (quarterTiles + 1) * tileBytes);
}

/// As types of IR.
static StringRef printStored(mla::CacheElement element) {
  switch (element) {
  case mla::CacheElement::BF16:
    return "bf16";
  case mla::CacheElement::F16:
    return "f16";
  case mla::CacheElement::E4M3:
    return "f8E4M3FN";
  }
  llvm_unreachable("all elements are handled");
}

static StringRef printScales(mla::ScaleKind scales) {
  switch (scales) {
  case mla::ScaleKind::None:
    return "none";
  case mla::ScaleKind::Tensor:
    return "tensor";
  case mla::ScaleKind::Token:
    return "token";
  case mla::ScaleKind::Group:
    return "group";
  }
  llvm_unreachable("all kinds are handled");
}

/// Places of the copies of blocks: where pages are tiles each is one box, else as many as have a page each, or a part
/// of one, and of the same size.
static void setPages(TemplateValues &values, int64_t pageSize) {
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  int64_t boxTokens = std::gcd(pageSize, kBlockTokens);
  values["pages"] = pageSize == kBlockTokens ? "tile" : "boxes";
  set("box_tokens", boxTokens);
  set("boxes", kBlockTokens / boxTokens);
  set("page_boxes", pageSize / boxTokens);
}

/// Where tokens lie in the cache, in elements of what lies there.
static void setCacheLayout(TemplateValues &values, const mla::CacheLayout &layout) {
  auto set = [&](StringRef name, int64_t bytes, int64_t size) { values[name] = std::to_string(bytes / size); };
  int64_t latent = mla::getElementBytes(layout.info.latent), rope = mla::getElementBytes(layout.info.rope);
  values["latent_type"] = printStored(layout.info.latent);
  values["rope_type"] = printStored(layout.info.rope);
  set("page_in_latent", layout.pageStride, latent);
  set("token_in_latent", layout.tokenStride, latent);
  set("page_in_rope", layout.pageStride, rope);
  set("token_in_rope", layout.tokenStride, rope);
  set("rope_offset", layout.ropeOffset, rope);
  set("page_in_scales", layout.pageStride, mla::kScaleBytes);
  set("token_in_scales", layout.scaleStride, mla::kScaleBytes);
  set("scale_offset", layout.scaleOffset, mla::kScaleBytes);
  values["scales"] = printScales(layout.info.scales);
  values["own_scales"] = layout.scalesPerToken > 0 ? "1" : "0";
  values["group_width"] =
      std::to_string(layout.info.scales == mla::ScaleKind::Group ? mla::kScaleGroup : layout.dLatent);
}

/// Places of what counts blocks (`halves`) or steps of two blocks. Parts of one block then may share a step.
static void setHalves(TemplateValues &values, bool halves) {
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  set("halves", halves);
  // What names end with: results of the loop over whole steps, which are the item's where no block may be left over;
  // and where an item begins and ends.
  values["pairs"] = halves ? "_pairs" : "";
  values["unit"] = halves ? "_block" : "";
  // Whether warp group 1 has scores to begin with.
  values["has_k1"] = halves ? "has_k1" : "has_pairs";
  set("item_blocks", halves ? 1 : 2);
  set("item_tokens", (halves ? 1 : 2) * kBlockTokens);
  set("places_of_step", halves ? 2 : 1);
}

/// Places of the seesaw's producer: who copies needs no registers, who dequantises has those of a few tiles. All of a
/// block together get what 384 threads may have.
static void setProducer(TemplateValues &values, const mla::CacheLayout *layout, bool rotates) {
  bool dequantizes = layout && layout->info.latent == mla::CacheElement::E4M3;
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  set("dequantize", dequantizes);
  // Each warp of a dequantising producer says when its rows are there.
  set("full_count", dequantizes ? 4 : 1);
  set("consumer_registers", dequantizes ? 208 : 240);
  set("producer_registers", dequantizes ? 88 : 24);
  // e4m3 is a subset of f16, which rounds what a scale makes of it to 11 bits; so products are formed of f16. The
  // queries become f16, too, after they are turned.
  values["product"] = dequantizes ? "f16" : values["element"];
  bool converts = values["product"] != values["element"];
  set("convert", converts);
  values["turns"] = !rotates ? "no" : dequantizes ? "converted" : "as_given";
  set("one_scale", dequantizes && layout->info.scales == mla::ScaleKind::Tensor);
  if (!dequantizes)
    return;
  setCacheLayout(values, *layout);
  set("page_bytes", layout->pageStride);
  for (int64_t quarter = 0; quarter < 4; ++quarter)
    set(("scale_" + Twine(quarter)).str(),
        layout->scaleOffset / mla::kScaleBytes + (layout->info.scales == mla::ScaleKind::Group ? quarter : 0));
}

/// Places of decode_e4m3 that depend on how many rows of queries its products have, a tile of 64 or few, once `values`
/// and `halves` are there.
static void setTileRows(TemplateValues &values, const mla::CacheLayout &layout, bool besideQueries, int64_t tileRows) {
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  bool isFew = tileRows < SmemType::kTileRows, isGroup = layout.info.scales == mla::ScaleKind::Group;
  // Where accumulators of scores have rows of queries, what belongs to these is of rows, else of columns.
  set("tile_rows", tileRows);
  values["levels"] = isFew ? "columns" : "rows";
  values["consumer"] = isFew ? "few_consumer" : "consumer";
  values["m_rows"] = isFew ? "m_rows" : "m_end";
  values["p_range_rows"] = isFew ? "p_range_row" : "p_range";
  values["splits"] = isFew && values["halves"] == "1" ? "_by_columns" : "";
  // Whether sums of weights have a place of their own; in the other kernel they take that of scales, where tokens have
  // some.
  set("stat_l", isFew || !layout.scalesPerToken);
  // What groups have scales for: parts of the largest one are factors of V, or of few rows of P, once for each group.
  set("ratios", isGroup && !isFew);
  values["paired"] = isFew ? "" : " paired";
  values["p_all"] = isFew ? "_all" : "";
  for (int64_t quarter = 0; quarter < 4; ++quarter)
    values[("p_" + Twine(quarter % 2 ? "b" : "a") + "_" + Twine(quarter / 2)).str()] =
        isFew ? ("_" + Twine(isGroup ? quarter : 0)).str() : "";
  values["shrinks"] = isFew ? "columns" : values["values"] + "_rows";
  // The tiles of the queries' second term that weights lie in.
  bool takesAll = isGroup && tileRows == 32;
  set("p0_tile", takesAll ? 0 : 2);
  set("p1_tile", takesAll ? 2 : 3);
  if (!isFew)
    return;
  // In f16 as many columns as fit a RoPE tile of 64 tokens, or tiles of queries; four tiles of groups.
  constexpr int64_t kHalfBytes = 2;
  int64_t room = besideQueries ? (takesAll ? 2 : 1) * SmemType::kTileBytes
                               : kBlockTokens * layout.dRope * mla::getElementBytes(layout.info.rope);
  set("weights_width", room / (kHalfBytes * tileRows));
  constexpr int64_t kWarps = 4;
  set("parts", kWarps * tileRows);
  // f16 ends below 2¹⁶.
  values["p_range"] = "15.0";
  values["value_unit"] = "1.0";
}

/// Places of decode_e4m3, once `precision` and `queries` are there: of its kernel for any number of rows, a tile of 64
/// at a time, or of one for requests of at most `tileRows`, which has values of f16 always.
static void setE4M3Places(TemplateValues &values, const mla::CacheLayout &layout, bool givesQueries, bool isF16,
                          int64_t tileRows) {
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  bool isToken = layout.info.scales == mla::ScaleKind::Token, isGroup = layout.info.scales == mla::ScaleKind::Group;
  // Two steps are kept of this; where tokens have scales of their own, the RoPE columns are of 16 bits and come apart.
  int64_t staged = layout.scalesPerToken ? layout.dLatent : layout.dQk();
  set("block_bytes", kBlockTokens * staged);
  set("d_stage", 2 * staged);
  set("rope_bytes", kBlockTokens * layout.dRope * mla::getElementBytes(layout.info.rope));
  values["rope_terms"] = layout.scalesPerToken ? "scaled" : "terms";
  // The scales of a page, where each token has one.
  set("scales_bytes", layout.pageSize * mla::kScaleBytes);
  // Queries that are given have columns of RoPE in e4m3, which meet 16-bit ones where tokens have scales.
  values["takes"] = values["queries"] + (givesQueries && layout.scalesPerToken ? "_scaled" : "");
  // What masks and levels see: products, or logarithms to base 2 of what weights are, or what weights times scales are.
  bool factorsWait = givesQueries && !layout.scalesPerToken;
  values["x"] = factorsWait ? "products" : layout.scalesPerToken ? "weighted" : "log2";
  // Values in e4m3, and weights in one term or two; or in f16, where groups have scales, or weights are to keep the
  // bits of 16.
  values["values"] = isF16 ? "f16" : "e4m3";
  values["terms"] = !isF16 && values["precision"] == "bf16" ? "two" : "one";
  // Where weights lie, and until when the RoPE tiles are read. Queries of one term leave room for weights;
  // beside queries of two those of f16 lie over the RoPE tiles, and keep them to the end of a step.
  bool besideQueries = layout.scalesPerToken && givesQueries;
  values["weights_in"] = besideQueries            ? "rest_" + values["values"]
                         : !layout.scalesPerToken ? "stage"
                         : isF16                  ? "ropes"
                                                  : "tiles";
  values["rope_until"] = !layout.scalesPerToken ? "stage" : isF16 && !givesQueries ? "end" : "scores";
  values["frees"] = values["rope_until"] == "end" ? "step" : "stage";
  values["sums"] = !layout.scalesPerToken ? (values["terms"] == "two" ? "exact" : "rounded") : isF16 ? "two" : "three";
  values["scores"] = isF16 ? "e4m3_quarters" : isToken ? "e4m3_scaled" : values["precision"] + "_" + values["queries"];
  for (int64_t quarter = 0; quarter < 4; ++quarter)
    values[("of_quarter_" + Twine(quarter)).str()] = isGroup ? ("_" + Twine(quarter)).str() : "";
  // The largest weight, as a power of two: e4m3 has 448; f16 is to have 2 to the lag of the maximum more than that.
  values["p_range"] = isF16 ? "4.0" : "8.0";
  values["value_unit"] = isGroup ? "0.0078125" : "1.0";
  // Who reads the scales of tokens or groups: with values of f16 warps of their own; else the consumers, for whom those
  // that copy prefetch them, and these have no registers for page numbers ahead then.
  values["scales_by"] = !layout.scalesPerToken ? "none" : isF16 || besideQueries ? "warps" : "consumers";
  // Three sums of weights are exchanged where steps had scales, unless warps bring the next ones there meanwhile.
  bool sumsApart = values["sums"] == "three" && besideQueries;
  values["sums_of"] = sumsApart ? "others" : "scales";
  values["l_in"] = sumsApart ? "stat_sum_l" : "stat_log";
  values["w_in"] = sumsApart ? "stat_sum_w" : "stat_scale";
  values["page_numbers"] = values["scales_by"] == "consumers" ? "read" : values["pages"] == "tile" ? "lanes" : "boxes";
  values["to_log2"] = factorsWait ? "late" : givesQueries ? "uniform" : "shared";
  setTileRows(values, layout, besideQueries, tileRows);
}

static int64_t getSplitSteps(ScheduleAttr schedule) {
  return cast<IntegerAttr>(schedule.getValue("split_steps")).getInt();
}

/// Places of a step's copies by TMA (seesaw_load.mlir): whether what is read "once" leaves L2 first, which of "once"
/// and "shared" it is, and by what the producer knows that there is a second block, "tokens" or "blocks". Blocks may be
/// ragged.
static void setCopies(TemplateValues &values, bool evicts, StringRef reads, StringRef second) {
  values["priority_once"] = evicts ? " evict_first" : "";
  values["priority_shared"] = "";
  values["reads"] = reads.str();
  values["has_second"] = second.str();
  values["whole"] = "0";
  values["paced"] = "0";
  values["signal0"] = "k0_signal";
  values["signal1"] = "k1_signal";
  values["tails"] = "tails_next";
}

/// Places of the seesaw's maximum: by how much it may lag, and whether the weights seen say up to which score.
static void setLag(TemplateValues &values, bool lags, StringRef lag) {
  values["lags"] = lags ? "1" : "0";
  values["lag"] = lag.str();
  auto set = [&](StringRef name, StringRef text) { values[name.str()] = lags ? text.str() : ""; };
  set("limit_begin", ", %limit = %m_lowest");
  set("limit_type", ", !rowf");
  set("limit_next", ", %limit_next");
  set("limit_end", ", %limit_end");
}

static TemplateValues getTemplateValues(mla::DecodeOp decode, mla::PagedCacheType cache, ScheduleAttr schedule,
                                        RotationAttr rotation, const AttendKernel &kernel) {
  TemplateValues values;
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  values["element"] = printed(decode.getElementType());
  setLevers(values, schedule);
  mla::CacheLayout layout = cache.getLayout();
  // Whether a part may begin or end at the second block of a step: who dequantises has both in hand at once, pieces of
  // a fixed size are of whole steps, the code of those that split queries would no longer fit the instruction cache,
  // and with scales of groups there is none yet.
  bool isSeesaw = !mla::isDecodeE4M3(kernel.kind);
  bool givesQueries = decode.getPrecision() == mla::Precision::E4M3Queries;
  bool hasRoom = isSeesaw ? layout.info.latent != mla::CacheElement::E4M3
                          : givesQueries && layout.info.scales != mla::ScaleKind::Group;
  bool halves = hasRoom && !getSplitSteps(schedule);
  setHalves(values, halves);
  // Whether wg0 waits for something of wg1 in every item: not in one of a single block, but for turned queries.
  set("waits_for_wg1", !halves || rotation);
  // The seesaw takes queries as they are; of decode_e4m3's, those of e4m3 are given, others are split in two e4m3.
  values["precision"] = decode.getPrecision() == mla::Precision::BF16 ? "bf16" : "e4m3";
  values["queries"] = isSeesaw ? "whole" : givesQueries ? "given" : "split";
  values["rope"] = rotation ? "1" : "0";
  values["rotation"] = rotation ? printed(rotation) : "";
  set("causal", decode.getCausal());
  setLatentTiles(values, cache.getDLatent());
  setPages(values, cache.getPageSize());
  setProducer(values, &layout, bool(rotation));
  // With which priority the cache is read: of 16-bit caches items of so many blocks, of e4m3 all or none.
  auto getLever = [&](StringRef name) { return cast<IntegerAttr>(schedule.getValue(name)).getInt(); };
  constexpr int64_t kStepBlocks = 2;
  // Boxes of a token whose scales lie between its columns share lines of L2, which should not leave it before all
  // have been read (H100: 11 % more time); which a second tile of rows sees to.
  bool sharesLines = !isSeesaw && layout.info.scales == mla::ScaleKind::Group;
  bool evicts = getLever("evict_first") > 0 && (!sharesLines || kernel.takesTiles);
  set("evicts", evicts);
  set("least_evicted", kStepBlocks * getLever("evict_first"));
  setCopies(values, evicts, isSeesaw ? "shared" : "once", halves ? "blocks" : "tokens");
  // Which of the loops for whole steps of long items there is, and whether blocks keep step in it.
  values["long"] = evicts ? values["pages"] : "none";
  bool copies = isSeesaw && layout.info.latent != mla::CacheElement::E4M3;
  set("paces", copies && evicts && getLever("pace") > 0);
  // Who dequantises leaves the warp groups no registers for a limit.
  bool lags = copies && cast<FloatAttr>(schedule.getValue("rescale_threshold")).getValue().isNonZero();
  setLag(values, lags, lags ? "lag" : "exact");
  // Whether the warps that copy have their records on the way before they begin; those that dequantise have no
  // registers for it.
  values["records"] = isSeesaw && layout.info.latent == mla::CacheElement::E4M3 ? "read" : "ahead";
  if (givesQueries)
    set("q_bytes", SmemType::kTileRows * cache.getDQk());
  // Who decides where requests are cut: "free", the parts; "fixed", their own length.
  values["pieces"] = getSplitSteps(schedule) ? "fixed" : "free";
  // The cost of a request of so many steps, by which the schedule knows the longest.
  set("halve_cost", getLever("halve_steps") + getLever("item_cost"));
  // The merge's exchange between the warps of a warp group: of each warp half of a row, and its maximum and sum in all
  // lanes; in the group's half of the queries.
  constexpr int64_t kWarps = 4, kLanes = 32;
  int64_t halfRows = kWarps * cache.getDLatent() / 2;
  int64_t elements = SmemType::kTileRows * cache.getDLatent() * 16 / 32; // f32 in place of 16 bits
  int64_t inFlight = getLever("merge_in_flight"), half = std::max<int64_t>(inFlight / 2, 1);
  set("merge_last_in_flight", inFlight - 1);
  set("merge_half_in_flight", half);
  set("merge_last_of_half", half - 1);
  set("merge_at_m", halfRows);
  set("merge_at_l", halfRows + kWarps * kLanes);
  set("exchange", elements);
  set("exchange_half", elements / 2);
  bool isF16 = kernel.tileRows < SmemType::kTileRows || mla::hasF16Values(decode);
  setE4M3Places(values, layout, givesQueries, isF16, kernel.tileRows);
  return values;
}

/// Statically known extents, 0 where any is allowed.
static int64_t staticOrAny(int64_t extent) { return ShapedType::isDynamic(extent) ? 0 : extent; }

//===----------------------------------------------------------------------------------------------------------===//
// Prefill
//===----------------------------------------------------------------------------------------------------------===//

/// What today's prefill schedule asks of an op's widths.
static LogicalResult checkWidths(mla::PrefillOp prefill) {
  constexpr int64_t kTileColumns = 64, kMostWidth = 256;
  if (prefill.getKRope() && prefill.getDNope() % kTileColumns != 0)
    return prefill.emitOpError("prefill schedules need d_nope to be a multiple of 64 where k_rope is given, but got ")
           << prefill.getDNope();
  for (auto [name, width] : {std::pair<StringRef, int64_t>{"d_nope + d_rope", prefill.getDNope() + prefill.getDRope()},
                             {"d_v", prefill.getDV()}})
    if (width > kMostWidth)
      return prefill.emitOpError("prefill schedules need ")
             << name << " of at most " << kMostWidth << ", but got " << width;
  if (prefill.getDV() % kTileColumns != 0)
    return prefill.emitOpError("prefill schedules need d_v to be a multiple of 64, but got ") << prefill.getDV();
  return success();
}

static TemplateValues getTemplateValues(mla::PrefillOp prefill, ScheduleAttr schedule) {
  constexpr int64_t kTileColumns = 64, kTileRows = SmemType::kTileRows;
  int64_t cluster = cast<IntegerAttr>(schedule.getValue("cluster")).getInt(), qTile = 2 * kTileRows * cluster;
  // Widths in shared memory are whole tiles: what is missing reads as 0.
  auto padded = [&](int64_t width) { return static_cast<int64_t>(llvm::alignTo(width, kTileColumns)); };
  int64_t dNope = padded(prefill.getDNope()), dRope = padded(prefill.getDRope()), dQk = dNope + dRope;
  int64_t dV = padded(prefill.getDV());
  // O and the scores of a block share the registers, Q and two blocks shared memory.
  int64_t block = dV > 128 || dQk > 192 ? 64 : 128;
  // Half of the L2: what other heads in flight read, and what is written, passes through it as well.
  constexpr int64_t kResidentBytes = 24 << 20, kElementBytes = 2;
  int64_t headBytes = (prefill.getDNope() + prefill.getDV()) * kElementBytes;

  TemplateValues values;
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  values["element"] = printed(prefill.getElementType());
  setLevers(values, schedule);
  values["form"] = "mha";
  values["word2"] = "head";
  set("paged", 0);
  set("item_heads", prefill.getNumHeads());
  set("causal", prefill.getCausal());
  set("rope", static_cast<bool>(prefill.getKRope()));
  set("heads", prefill.getNumHeads());
  set("q_tile", qTile);
  set("q_tile_minus_1", qTile - 1);
  // Each block of a cluster loads as many rows of a block of keys.
  set("load_rows", block / cluster);
  values["multicast"] = cluster > 1 ? " multicast" : "";
  values["cluster_clause"] = cluster > 1 ? " cluster(" + std::to_string(cluster) + ")" : "";
  set("last_strip_row", qTile - kTileRows);
  set("free_count", 2 * cluster);
  // What the consumer calls the step and the blocks that an item begins with; a strip of it may begin later.
  values["item_step"] = cluster > 1 ? "item_step" : "step";
  values["item_blocks"] = cluster > 1 ? "item_blocks" : "blocks";
  values["strips"] = cluster == 1 ? "none" : prefill.getCausal() ? "causal" : "all";
  set("block", block);
  set("block_minus_1", block - 1);
  set("resident_tokens", kResidentBytes / headBytes);
  set("d_qk", dQk);
  set("d_nope", dNope);
  // Without a part of its own the type is not used, but must be one.
  set("d_rope", std::max(dRope, kTileColumns));
  set("d_v", dV);
  set("tiles_nope", dNope / kTileColumns);
  set("tiles_qk", dQk / kTileColumns);
  set("q_bytes", kTileRows * dQk * kElementBytes);
  set("k_bytes", block * dQk * kElementBytes);
  set("v_bytes", block * dV * kElementBytes);
  set("out_head", prefill.getDV());
  set("out_stride", prefill.getNumHeads() * prefill.getDV());
  return values;
}

static TemplateValues getTemplateValues(mla::PrefillAbsorbedOp prefill, mla::PagedCacheType cache,
                                        ScheduleAttr schedule) {
  // A tile is one accumulator's height; a step two blocks of 64 tokens.
  constexpr int64_t kTileRows = SmemType::kTileRows, kStepTokens = 128;
  TemplateValues values;
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  values["element"] = printed(prefill.getElementType());
  setLevers(values, schedule);
  setLatentTiles(values, prefill.getDLatent());
  setPages(values, cache ? cache.getPageSize() : kBlockTokens);
  // Tiles of many queries read the same tokens, one after the other.
  setCopies(values, /*evicts=*/false, "shared", "tokens");
  setLag(values, false, "threshold");
  values["key_pages"] = cache ? values["pages"] : "none";
  std::optional<mla::CacheLayout> layout;
  if (cache)
    layout = cache.getLayout();
  setProducer(values, layout ? &*layout : nullptr, /*rotates=*/false);
  setHalves(values, false);
  values["form"] = "absorbed";
  values["word2"] = "tile_row";
  set("paged", static_cast<bool>(cache));
  // The kernels do not turn queries.
  set("rope", 0);
  set("causal", prefill.getCausal());
  set("heads", prefill.getNumHeads());
  set("item_heads", 1);
  set("whole_tiles", prefill.getNumHeads() % kTileRows == 0);
  set("q_tile", kTileRows);
  set("q_tile_minus_1", kTileRows - 1);
  set("block", kStepTokens);
  set("block_minus_1", kStepTokens - 1);
  // Of no account with one head.
  set("resident_tokens", 1);
  return values;
}

//===----------------------------------------------------------------------------------------------------------===//
// Merge
//===----------------------------------------------------------------------------------------------------------===//

static FailureOr<std::pair<MergeAttr, TemplateValues>> getTemplateValues(mla::MergeOp op) {
  // What a warp takes at once: the whole of a row where its lanes can have four elements each, else 32 elements.
  constexpr int64_t kLane = 32, kVector = 128, kWidest = 512, kWide = 256, kMost = 16384;
  int64_t dV = op.getDV();
  if (dV % kLane != 0 || dV > kMost)
    return op.emitOpError("merge schedules need d_v to be a multiple of ")
           << kLane << " up to " << kMost << ", but got " << dV;
  int64_t width = dV % kVector != 0 ? kLane : kVector;
  for (int64_t wider : {kWidest, kWide})
    if (dV % wider == 0) {
      width = wider;
      break;
    }
  auto implements = MergeAttr::get(op.getContext(), op.getElementType(), op.getNumHeads(), dV, op.getHeadsFirst());
  TemplateValues values;
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  values["element"] = printed(op.getElementType());
  set("heads", op.getNumHeads());
  set("heads_first", op.getHeadsFirst());
  set("d_v", dV);
  set("width", width);
  set("rows_at_once", width >= kWide ? 2 : 4);
  return std::pair(implements, std::move(values));
}

//===----------------------------------------------------------------------------------------------------------===//
// RoPE and append
//===----------------------------------------------------------------------------------------------------------===//

/// What a kernel has to do for a RoPE of this width.
static RotationAttr getRotation(mla::RopeAttr attr, int64_t width) {
  mla::reference::RopeParameters parameters;
  parameters.d_rope = width;
  parameters.base = attr.getBase().getValueAsDouble();
  bool interleaved = attr.getPairing() == mla::Pairing::Interleaved;
  parameters.pairing = interleaved ? mla::reference::Pairing::Interleaved : mla::reference::Pairing::HalfSplit;
  if (mla::YarnAttr yarn = attr.getYarn())
    parameters.yarn = mla::reference::YarnParameters{
        yarn.getFactor().getValueAsDouble(),   static_cast<double>(yarn.getOriginalLength()),
        yarn.getBetaFast().getValueAsDouble(), yarn.getBetaSlow().getValueAsDouble(),
        yarn.getMscale().getValueAsDouble(),   yarn.getMscaleAllDim().getValueAsDouble()};
  if (ArrayAttr factors = attr.getFactors())
    for (FloatAttr factor : factors.getAsRange<FloatAttr>())
      parameters.factors.push_back(factor.getValueAsDouble());
  mla::reference::Rope rope = mla::reference::makeRope(parameters);
  SmallVector<int64_t> turns;
  for (double frequency : rope.inverseFrequencies)
    turns.push_back(static_cast<int64_t>(mla::reference::toTurns(frequency)));
  Builder b(attr.getContext());
  return RotationAttr::get(attr.getContext(), interleaved, b.getF64FloatAttr(rope.magnitude),
                           b.getDenseI64ArrayAttr(turns));
}

/// The widest that lanes can hold: one pair each.
constexpr int64_t kWidestRope = 64;

static LogicalResult checkRopeWidth(Operation *op, int64_t width) {
  if (width > 0 && width <= kWidestRope)
    return success();
  return op->emitOpError("schedules of ")
         << op->getName() << " need d_rope from 2 to " << kWidestRope << ", but got " << width;
}

/// A static extent that kernels count by in 32 bits; the runtime takes no more, either.
static LogicalResult checkCount(Operation *op, StringRef name, int64_t extent) {
  constexpr int64_t kMost = 1 << 30;
  if (ShapedType::isDynamic(extent) || (extent >= 1 && extent <= kMost))
    return success();
  return op->emitOpError("schedules of ")
         << op->getName() << " need " << name << " from 1 to " << kMost << ", but got " << extent;
}

/// Places of both templates that concern a rotation.
static void setRotation(TemplateValues &values, RotationAttr rotation, int64_t width) {
  values["rope"] = rotation ? "1" : "0";
  values["pairs"] = rotation && !rotation.getInterleaved() ? "halves" : "neighbours";
  values["d_rope"] = std::to_string(width);
  values["half_rope"] = std::to_string(width / 2);
  // Lanes without a pair read and store nothing.
  values["held"] = width == kWidestRope ? "" : " valid %pairs";
  if (!rotation)
    return;
  std::string turns;
  llvm::raw_string_ostream stream(turns);
  stream << '[';
  SmallVector<int64_t> lanes(rotation.getTurns().asArrayRef());
  lanes.resize(kWidestRope / 2);
  llvm::interleaveComma(lanes, stream);
  stream << ']';
  values["turns"] = turns;
  Builder b(rotation.getContext());
  values["magnitude"] = printed(b.getF32FloatAttr(static_cast<float>(rotation.getMagnitude().getValueAsDouble())));
}

/// "i32" or "i64"; "none" for 0 bits.
static std::string printIndexType(int64_t bits) { return bits ? "i" + std::to_string(bits) : "none"; }

static int64_t getBits(Value integers) { return integers ? getElementTypeOrSelf(integers).getIntOrFloatBitWidth() : 0; }

static FailureOr<std::pair<AppendAttr, TemplateValues>> getTemplateValues(mla::AppendOp op) {
  mla::PagedCacheType cache = op.getCache().getType();
  mla::CacheLayout layout = cache.getLayout();
  constexpr int64_t kWidest = 1024, kGroupedWidth = 512;
  if (cache.getDLatent() % 128 != 0 || cache.getDLatent() > kWidest)
    return op.emitOpError("append schedules need d_latent to be a multiple of 128 up to ")
           << kWidest << ", but got " << cache.getDLatent();
  if (layout.info.scales == mla::ScaleKind::Group && cache.getDLatent() != kGroupedWidth)
    return op.emitOpError("append schedules of format e4m3_group need d_latent ")
           << kGroupedWidth << ", but got " << cache.getDLatent();
  if (failed(checkRopeWidth(op, cache.getDRope())) || failed(checkCount(op, "s_q", op.getNumQueries())))
    return failure();
  Builder b(op.getContext());
  RotationAttr rotation = op.getRope() ? getRotation(*op.getRope(), cache.getDRope()) : RotationAttr();
  FloatAttr eps = op.getEpsAttr() ? op.getEpsAttr() : b.getF32FloatAttr(0);
  auto implements =
      AppendAttr::get(op.getContext(), op.getElementType(), cache.getFormat(), cache.getPageSize(), cache.getDLatent(),
                      cache.getDRope(), getBits(op.getSlots()), getBits(op.getPositions()),
                      staticOrAny(op.getNumQueries()), static_cast<bool>(op.getWeight()), eps, rotation);
  TemplateValues values;
  values["element"] = printed(op.getElementType());
  values["d_latent"] = std::to_string(cache.getDLatent());
  values["page_size"] = std::to_string(cache.getPageSize());
  setCacheLayout(values, layout);
  setRotation(values, rotation, cache.getDRope());
  values["place"] = implements.getSlotBits() ? "slots" : "pages";
  values["slot_type"] = printIndexType(implements.getSlotBits());
  values["positions"] = implements.getPositionBits() ? "1" : "0";
  values["position_type"] = printIndexType(implements.getPositionBits());
  values["norm"] = implements.getNorm() ? "1" : "0";
  values["eps"] = printed(eps);
  values["inverse_width"] = printed(b.getF32FloatAttr(1.0f / static_cast<float>(cache.getDLatent())));
  // What a value is called after it was normed, turned, and divided by the scale of the cache, as far as it was.
  bool hasScale = layout.info.scales == mla::ScaleKind::Tensor;
  values["normed"] = implements.getNorm() ? "y" : "x";
  values["turned_u"] = rotation ? "r" : "u";
  values["turned_v"] = rotation ? "s" : "v";
  values["stored_u"] = hasScale ? "qu" : values["turned_u"];
  values["stored_v"] = hasScale ? "qv" : values["turned_v"];
  return std::pair(implements, std::move(values));
}

static FailureOr<std::pair<RopeAttr, TemplateValues>> getTemplateValues(mla::RopeOp op) {
  RankedTensorType x = op.getX().getType();
  if (failed(checkRopeWidth(op, x.getDimSize(2))) || failed(checkCount(op, "heads", x.getDimSize(1))))
    return failure();
  RotationAttr rotation = getRotation(op.getRope(), x.getDimSize(2));
  auto implements = RopeAttr::get(op.getContext(), x.getElementType(), x.getDimSize(2), staticOrAny(x.getDimSize(1)),
                                  getBits(op.getPositions()), rotation);
  TemplateValues values;
  values["element"] = printed(x.getElementType());
  setRotation(values, rotation, x.getDimSize(2));
  values["position_type"] = printIndexType(implements.getPositionBits());
  return std::pair(implements, std::move(values));
}

namespace {
/// A template, and what its places are filled with; of one that attends beside others, what its kernel is called and
/// the numbers of rows that it is for.
struct TemplateUse {
  StringRef name;
  TemplateValues values;
  std::string kernel;
  RowsAttr rows;
};

struct ConvertMLAToMLAGPUPass : impl::ConvertMLAToMLAGPUPassBase<ConvertMLAToMLAGPUPass> {
  using ConvertMLAToMLAGPUPassBase::ConvertMLAToMLAGPUPassBase;

  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (failed(convert(function)))
        return signalPassFailure();
  }

private:
  LogicalResult convert(func::FuncOp function) {
    FailureOr<Operation *> op = getOnlyAttentionOp(function);
    if (failed(op))
      return failure();
    return llvm::TypeSwitch<Operation *, LogicalResult>(*op)
        .Case<mla::DecodeOp, mla::PrefillOp, mla::PrefillAbsorbedOp>([&](auto each) { return convert(function, each); })
        .Case<mla::AppendOp, mla::RopeOp, mla::MergeOp>([&](auto each) -> LogicalResult {
          auto values = getTemplateValues(each);
          if (failed(values))
            return failure();
          StringRef name = each.getOperationName();
          name.consume_front("mla.");
          return build(function, each, values->first, name, values->second);
        });
  }

  LogicalResult convert(func::FuncOp function, mla::PrefillOp prefill) {
    if (failed(checkWidths(prefill)))
      return failure();
    auto schedule = prefill->getAttrOfType<ScheduleAttr>("mla_gpu.schedule");
    if (!schedule)
      return prefill.emitOpError("expected a 'mla_gpu.schedule' attribute; run mla-choose-schedule first");
    auto implements = PrefillAttr::get(&getContext(), StringAttr::get(&getContext(), "mha"), prefill.getElementType(),
                                       prefill.getNumHeads(), prefill.getDNope(), prefill.getDRope(), prefill.getDV(),
                                       prefill.getCausal(), prefill.getSoftmaxScaleAttr(), /*page_size=*/0,
                                       /*format=*/std::nullopt);
    return build(function, prefill, implements, {"prefill_schedule", schedule.getKind()},
                 getTemplateValues(prefill, schedule));
  }

  LogicalResult convert(func::FuncOp function, mla::PrefillAbsorbedOp prefill) {
    constexpr StringLiteral name = "absorbed prefill";
    mla::PagedCacheType cache = prefill.getCacheType();
    bool pads = !cache || !mla::isE4M3(cache.getFormat());
    if (failed(checkLatents(prefill, name, prefill.getDLatent(), prefill.getDRope(), pads)))
      return failure();
    // Who copies tokens as they lie takes pages of many sizes, who dequantises them does not.
    StringRef schedules = pads ? "absorbed prefill schedules" : "dequantising absorbed prefill schedules";
    if (cache && (failed(checkPages(prefill, schedules, cache.getPageSize(), /*boxes=*/pads)) ||
                  failed(checkE4M3(prefill, cache))))
      return failure();
    auto schedule = prefill->getAttrOfType<ScheduleAttr>("mla_gpu.schedule");
    if (!schedule)
      return prefill.emitOpError("expected a 'mla_gpu.schedule' attribute; run mla-choose-schedule first");
    auto implements =
        PrefillAttr::get(&getContext(), StringAttr::get(&getContext(), "absorbed"), prefill.getElementType(),
                         prefill.getNumHeads(), prefill.getDLatent(), prefill.getDRope(), prefill.getDLatent(),
                         prefill.getCausal(), prefill.getSoftmaxScaleAttr(), cache ? cache.getPageSize() : 0,
                         cache && mla::isE4M3(cache.getFormat()) ? std::optional(cache.getFormat()) : std::nullopt);
    return build(function, prefill, implements, {"prefill_schedule", schedule.getKind()},
                 getTemplateValues(prefill, cache, schedule));
  }

  LogicalResult convert(func::FuncOp function, mla::DecodeOp decode) {
    auto cache = cast<mla::PagedCacheType>(decode.getCache().getType());
    bool pads = !mla::isE4M3(cache.getFormat());
    if (failed(checkLatents(decode, "decode", cache.getDLatent(), cache.getDRope(), pads)) ||
        failed(checkTurned(decode, cache.getDRope())))
      return failure();
    auto schedule = decode->getAttrOfType<ScheduleAttr>("mla_gpu.schedule");
    if (!schedule)
      return decode.emitOpError("expected a 'mla_gpu.schedule' attribute; run mla-choose-schedule first");
    // As for prefill; and scales of tokens are looked for in one page.
    bool isNative = mla::isDecodeE4M3(schedule.getKind());
    bool boxes = isNative ? cache.getLayout().scalesPerToken == 0 : !mla::isE4M3(cache.getFormat());
    StringRef schedules = boxes      ? "decode schedules"
                          : isNative ? "decode schedules for scales of tokens or groups"
                                     : "dequantising decode schedules";
    if (failed(checkPages(decode, schedules, cache.getPageSize(), boxes)))
      return failure();
    if (failed(checkE4M3(decode, cache)) || (isNative && failed(checkDecodeE4M3(decode, schedule))))
      return failure();
    int64_t splitSteps = getSplitSteps(schedule);
    if (splitSteps && cast<IntegerAttr>(schedule.getValue("split_requests")).getInt() == 0)
      return decode.emitOpError("expected split_requests 1 with split_steps ") << splitSteps << ", but got 0";

    RotationAttr rotation = decode.getRope() ? getRotation(*decode.getRope(), cache.getDRope()) : RotationAttr();
    auto implements = DecodeAttr::get(
        &getContext(), decode.getElementType(),
        mla::isE4M3(cache.getFormat()) ? std::optional(cache.getFormat()) : std::nullopt, decode.getPrecision(),
        cache.getPageSize(), cache.getDLatent(), cache.getDRope(), decode.getCausal(), decode.getSoftmaxScaleAttr(),
        staticOrAny(decode.getNumHeads()), staticOrAny(decode.getNumQueries()), rotation, splitSteps);
    StringRef scheduler = splitSteps ? "decode_schedule_fixed" : "decode_schedule";
    auto getValues = [&](const AttendKernel &kernel) {
      return getTemplateValues(decode, cache, schedule, rotation, kernel);
    };
    SmallVector<AttendKernel> kernels = getAttendKernels(decode, cache, schedule.getKind());
    SmallVector<TemplateUse> uses = {{scheduler, getValues(kernels.back()), "", RowsAttr()}};
    // One of the kernels where it is known how many rows a request has.
    int64_t heads = staticOrAny(decode.getNumHeads()), queries = staticOrAny(decode.getNumQueries());
    bool isKnown = heads && queries;
    int64_t firstRows = 1;
    for (const AttendKernel &kernel : kernels) {
      int64_t end = kernel.getEndRows(), first = std::exchange(firstRows, end);
      // Whether heads · queries ≥ first, and below the end, without overflow.
      if (isKnown && (heads <= (first - 1) / queries || heads > (end - 1) / queries))
        continue;
      TemplateUse &use = uses.emplace_back(TemplateUse{kernel.kind, getValues(kernel), "", RowsAttr()});
      if (!kernel.takesTiles)
        use.kernel = "attend_" + std::to_string(kernel.tileRows);
      if (!isKnown && kernels.size() > 1)
        use.rows = RowsAttr::get(&getContext(), first, end);
    }
    return build(function, decode, implements, uses);
  }

  /// Puts a program of the kernels of these templates in the place of the function.
  LogicalResult build(func::FuncOp function, Operation *op, Attribute implements, ArrayRef<TemplateUse> uses) {
    OpBuilder builder(function);
    auto program = ProgramOp::create(builder, function.getLoc(), function.getSymName(), implements);
    // For the record.
    for (StringRef name : {"mla_gpu.schedule", "mla_gpu.chosen_by"})
      if (Attribute record = op->getAttr(name))
        program->setAttr(name, record);
    Block *body = builder.createBlock(&program.getBody());
    for (const TemplateUse &use : uses) {
      OwningOpRef<ModuleOp> module = instantiateTemplate(op->getLoc(), use.name, templateDir, use.values);
      if (!module)
        return failure();
      for (Operation &op : *module->getBody()) {
        auto source = dyn_cast<ProgramOp>(op);
        if (!source)
          return op.emitOpError("has no place in a schedule template: expected only 'mla_gpu.program'");
        for (Operation &op : llvm::make_early_inc_range(source.getBody().front())) {
          op.moveBefore(body, body->end());
          auto kernel = dyn_cast<KernelOp>(op);
          if (kernel && !use.kernel.empty())
            kernel.setSymName(use.kernel);
          if (kernel && use.rows)
            kernel.setRowsAttr(use.rows);
        }
      }
    }
    function.erase();
    return success();
  }

  /// The same, of templates that are filled with the same.
  LogicalResult build(func::FuncOp function, Operation *op, Attribute implements, ArrayRef<StringRef> templates,
                      const TemplateValues &values) {
    SmallVector<TemplateUse> uses;
    for (StringRef name : templates)
      uses.push_back({name, values, "", RowsAttr()});
    return build(function, op, implements, uses);
  }
};
} // namespace
