//===- MLAToMLAGPU.cpp - Replace attention ops by programs of kernels ---------------------------------------===//

#include "dialect/MLA/MLAOps.h"
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "lib/Conversion/MLAToMLAGPU/Passes.h"
#include "lib/Conversion/MLAToMLAGPU/ScheduleTemplate.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir {
#define GEN_PASS_DEF_CONVERTMLATOMLAGPU
#include "lib/Conversion/MLAToMLAGPU/Passes.h.inc"
} // namespace mlir

using namespace mlir;
using namespace mlir::mla_gpu;

/// The one attention op of a function that does nothing else, or an error that says what was found.
static FailureOr<mla::DecodeOp> getOnlyAttentionOp(func::FuncOp function) {
  if (function.isDeclaration() || !llvm::hasSingleElement(function.getBody()))
    return function.emitOpError("expected a body of one block with one attention op");
  Block &body = function.getBody().front();
  mla::DecodeOp decode;
  for (Operation &op : body.without_terminator()) {
    auto candidate = dyn_cast<mla::DecodeOp>(op);
    if (!candidate || decode)
      return op.emitOpError("cannot be part of a kernel: expected a function of one attention op on its arguments");
    decode = candidate;
  }
  if (!decode)
    return function.emitOpError("expected a body with one attention op, but got none");
  if (!llvm::equal(decode->getOperands(), body.getArguments()))
    return decode.emitOpError("expected the function's arguments as operands, in their order");
  if (!llvm::equal(body.getTerminator()->getOperands(), decode->getResults()))
    return body.getTerminator()->emitOpError("expected the attention op's results as operands, in their order");
  return decode;
}

/// What today's decode schedules ask of a cache.
static LogicalResult checkCache(mla::DecodeOp decode, mla::PagedCacheType cache) {
  if (cache.getPageSize() != 64)
    return decode.emitOpError("decode schedules need page_size 64, but got ") << cache.getPageSize();
  if (cache.getDLatent() != 256 && cache.getDLatent() != 512)
    return decode.emitOpError("decode schedules need d_latent 256 or 512, but got ") << cache.getDLatent();
  if (cache.getDRope() != 64)
    return decode.emitOpError("decode schedules need d_rope 64, but got ") << cache.getDRope();
  return success();
}

/// What decode_e4m3 asks on top of that.
static LogicalResult checkE4M3(mla::DecodeOp decode, mla::PagedCacheType cache, ScheduleAttr schedule) {
  if (cache.getFormat() != mla::CacheFormat::E4M3)
    return decode.emitOpError("has no schedule for caches of format ")
           << cache.getFormat() << " yet: expected bf16, f16 or e4m3";
  if (cache.getDLatent() != 512)
    return decode.emitOpError("schedule decode_e4m3 needs d_latent 512, but got ") << cache.getDLatent();
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

/// A float as an MLIR literal that reads back to the same value.
static std::string printed(FloatAttr value) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  value.print(stream, /*elideType=*/true);
  return text;
}

static TemplateValues getTemplateValues(mla::DecodeOp decode, mla::PagedCacheType cache, ScheduleAttr schedule) {
  constexpr int64_t tileColumns = 64, tileBytes = SmemType::kTileBytes;
  int64_t latentTiles = cache.getDLatent() / tileColumns;
  int64_t allTiles = latentTiles + 1;
  int64_t halfTiles = latentTiles / 2, quarterTiles = latentTiles / 4;
  TemplateValues values;
  auto set = [&](StringRef name, int64_t value) { values[name] = std::to_string(value); };
  values["element"] = printed(decode.getElementType());
  // Every parameter of the schedule is a place of its name.
  for (const ScheduleParameter &parameter : getScheduleParameters())
    values[parameter.name] = schedule.getText(parameter.name);
  values["threshold"] = printed(cast<FloatAttr>(schedule.getValue("rescale_threshold")));
  // Of the cache: what a template cannot ask the host for, since types depend on it.
  mla::CacheLayout layout = cache.getLayout();
  bool hasE4M3Rope = layout.info.rope == mla::CacheElement::E4M3;
  values["format"] = std::string(mla::stringify(cache.getFormat()));
  values["precision"] = std::string(mla::stringify(decode.getPrecision()));
  values["rope_element"] = hasE4M3Rope ? "f8E4M3FN" : values["element"];
  values["rope_swizzle"] = hasE4M3Rope ? "sw64" : "sw128";
  set("scale_per_cache", layout.info.scales == mla::ScaleKind::Tensor);
  set("scales_per_token", layout.scalesPerToken);
  set("causal", decode.getCausal());
  set("d_latent", cache.getDLatent());
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
  set("chunks_half", cache.getDLatent() / 256);
  set("block_bytes", layout.pageSize * layout.tokenStride);
  set("d_stage", 2 * cache.getDQk());
  return values;
}

/// Statically known extents, 0 where any is allowed.
static int64_t staticOrAny(int64_t extent) { return ShapedType::isDynamic(extent) ? 0 : extent; }

namespace {
struct ConvertMLAToMLAGPUPass : impl::ConvertMLAToMLAGPUBase<ConvertMLAToMLAGPUPass> {
  using ConvertMLAToMLAGPUBase::ConvertMLAToMLAGPUBase;

  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (failed(convert(function)))
        return signalPassFailure();
  }

private:
  LogicalResult convert(func::FuncOp function) {
    FailureOr<mla::DecodeOp> op = getOnlyAttentionOp(function);
    if (failed(op))
      return failure();
    mla::DecodeOp decode = *op;
    auto cache = cast<mla::PagedCacheType>(decode.getCache().getType());
    if (failed(checkCache(decode, cache)))
      return failure();
    auto schedule = decode->getAttrOfType<ScheduleAttr>("mla_gpu.schedule");
    if (!schedule)
      return decode.emitOpError("expected a 'mla_gpu.schedule' attribute; run mla-choose-schedule first");

    if (schedule.getKind() == "decode_e4m3" && failed(checkE4M3(decode, cache, schedule)))
      return failure();

    OpBuilder builder(function);
    auto implements = DecodeAttr::get(&getContext(), decode.getElementType(),
                                      mla::isE4M3(cache.getFormat()) ? std::optional(cache.getFormat()) : std::nullopt,
                                      decode.getPrecision(), cache.getPageSize(), cache.getDLatent(), cache.getDRope(),
                                      decode.getCausal(), decode.getSoftmaxScaleAttr(),
                                      staticOrAny(decode.getNumHeads()), staticOrAny(decode.getNumQueries()));
    auto program = ProgramOp::create(builder, function.getLoc(), function.getSymName(), implements);
    // For the record.
    for (StringRef name : {"mla_gpu.schedule", "mla_gpu.chosen_by"})
      if (Attribute record = decode->getAttr(name))
        program->setAttr(name, record);
    Block *body = builder.createBlock(&program.getBody());
    TemplateValues values = getTemplateValues(decode, cache, schedule);
    for (StringRef name : {StringRef("decode_schedule"), schedule.getKind()}) {
      OwningOpRef<ModuleOp> module = instantiateTemplate(decode.getLoc(), name, templateDir, values);
      if (!module)
        return failure();
      for (Operation &op : *module->getBody()) {
        auto source = dyn_cast<ProgramOp>(op);
        if (!source)
          return op.emitOpError("has no place in a schedule template: expected only 'mla_gpu.program'");
        for (Operation &kernel : llvm::make_early_inc_range(source.getBody().front()))
          kernel.moveBefore(body, body->end());
      }
    }
    function.erase();
    return success();
  }
};
} // namespace
