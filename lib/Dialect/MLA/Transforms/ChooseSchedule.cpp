//===- ChooseSchedule.cpp - mla-choose-schedule -------------------------------------------------------------===//
#include "dialect/MLA/MLAOps.h"
#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "lib/Dialect/MLA/Transforms/Passes.h"
#include "lib/Tuning/ScheduleTable.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace mlir::mla {
#define GEN_PASS_DEF_CHOOSESCHEDULEPASS
#include "lib/Dialect/MLA/Transforms/Passes.h.inc"
} // namespace mlir::mla

using namespace mlir;
using namespace mlir::mla;

/// Kinds of schedule, and what they are for.
namespace {
struct DecodeSchedule {
  StringLiteral kind;
  bool (*fits)(DecodeOp op);
};
constexpr DecodeSchedule schedules[] = {
    // On the FP8 tensor cores; queries are turned apart.
    {"decode_e4m3", [](DecodeOp op) { return !op.getRope() && isE4M3(op.getCache().getType().getFormat()); }},
    // On 16-bit tensor cores, whatever is stored.
    {"decode_seesaw", [](DecodeOp op) { return op.getPrecision() == Precision::BF16; }},
};
} // namespace

bool mlir::mla::isDecodeE4M3(StringRef kind) { return kind.starts_with("decode_e4m3"); }

bool mlir::mla::hasF16Values(DecodeOp op) {
  CacheFormat format = op.getCache().getType().getFormat();
  return format == CacheFormat::E4M3Group || (format == CacheFormat::E4M3Token && op.getPrecision() == Precision::BF16);
}

ArrayRef<StringLiteral> mlir::mla::getDecodeScheduleKinds() {
  static const std::vector<StringLiteral> kinds = [] {
    auto names = llvm::map_range(schedules, [](const DecodeSchedule &entry) { return entry.kind; });
    return std::vector<StringLiteral>(names.begin(), names.end());
  }();
  return kinds;
}

ArrayRef<StringLiteral> mlir::mla::getPrefillScheduleKinds() {
  static constexpr StringLiteral kinds[] = {"prefill_mha"};
  return kinds;
}

ArrayRef<StringLiteral> mlir::mla::getPrefillAbsorbedScheduleKinds() {
  static constexpr StringLiteral kinds[] = {"prefill_absorbed"};
  return kinds;
}

/// The kinds for this op, the one that is chosen first.
static SmallVector<StringRef> getKindsFor(DecodeOp op) {
  SmallVector<StringRef> kinds;
  for (const DecodeSchedule &entry : schedules)
    if (entry.fits(op))
      kinds.push_back(entry.kind);
  // Two e4m3 hold a bf16 query, but not one of f16, and the accumulators of their products keep 13 bits: too few for
  // the bound of precision bf16. And where groups have scales, the code is so large that a single request is slower.
  bool isGroup = op.getCache().getType().getFormat() == CacheFormat::E4M3Group;
  if (op.getPrecision() == Precision::BF16 && (op.getElementType().isF16() || isGroup))
    std::reverse(kinds.begin(), kinds.end());
  return kinds;
}

/// What no kind is for: products of e4m3 of queries that the kernel turns.
static LogicalResult reportNoKind(DecodeOp op) {
  return op.emitError("has no schedule yet for a cache of format ")
         << op.getCache().getType().getFormat() << (op.getRope() ? " with rope" : "") << " in precision "
         << stringify(op.getPrecision()) << ": expected precision bf16";
}

/// The class of an op's shape, as a table of measured choices knows it.
static ShapeClass getShapeClass(DecodeOp op) {
  auto cache = cast<PagedCacheType>(op.getCache().getType());
  bool isKnown = !ShapedType::isDynamic(op.getNumHeads()) && !ShapedType::isDynamic(op.getNumQueries());
  return ShapeClass::get(op.getElementType().isBF16() ? "bf16" : "f16", cache.getFormat(), op.getPrecision(),
                         cache.getDLatent(), cache.getPageSize(), isKnown ? op.getNumHeads() * op.getNumQueries() : 0);
}

namespace {
struct ChooseSchedulePass : mlir::mla::impl::ChooseSchedulePassBase<ChooseSchedulePass> {
  using ChooseSchedulePassBase::ChooseSchedulePassBase;

  void runOnOperation() override {
    kinds.clear();
    if (failed(findKinds()))
      return signalPassFailure();
    if (llvm::Error error = readOptions()) {
      emitError(UnknownLoc::get(&getContext())) << toString(std::move(error));
      return signalPassFailure();
    }
    getOperation()->walk([&](Operation *op) {
      if (auto decode = dyn_cast<DecodeOp>(op); decode && failed(choose(decode)))
        signalPassFailure();
      if (auto prefill = dyn_cast<PrefillOp>(op);
          prefill && failed(choosePrefill(prefill, getPrefillScheduleKinds(), prefill.getNumHeads())))
        signalPassFailure();
      if (auto prefill = dyn_cast<PrefillAbsorbedOp>(op);
          prefill && failed(choosePrefill(prefill, getPrefillAbsorbedScheduleKinds(), prefill.getNumHeads())))
        signalPassFailure();
    });
  }

private:
  /// Fills `overrides` and `table`.
  llvm::Error readOptions() {
    llvm::Expected<mla_gpu::ScheduleFields> parsed = mla_gpu::ScheduleFields::parse(schedule);
    if (!parsed)
      return parsed.takeError();
    overrides = std::move(*parsed);
    table.reset();
    if (tablePath == "none")
      return llvm::Error::success();
    if (tablePath.empty()) {
      llvm::Expected<std::optional<ScheduleTable>> builtin = findTable(getBuiltinTables(), gpu);
      if (!builtin)
        return builtin.takeError();
      table = std::move(*builtin);
      return llvm::Error::success();
    }
    llvm::Expected<ScheduleTable> read = ScheduleTable::read(tablePath);
    if (!read)
      return read.takeError();
    table = std::move(*read);
    return llvm::Error::success();
  }

  /// Fills `kinds`.
  LogicalResult findKinds() {
    if (templateDir.empty()) {
      llvm::append_range(kinds, getDecodeScheduleKinds());
      return success();
    }
    std::error_code error;
    for (llvm::sys::fs::directory_iterator file(templateDir, error), end; !error && file != end; file.increment(error))
      if (llvm::sys::path::extension(file->path()) == ".mlir")
        kinds.push_back(llvm::sys::path::stem(file->path()).str());
    llvm::sort(kinds);
    if (error)
      return emitError(UnknownLoc::get(&getContext()))
             << "cannot read the schedule templates in '" << templateDir << "': " << error.message();
    return success();
  }

  LogicalResult choose(DecodeOp op) {
    // The verifier of mla_gpu guarantees the attribute's type.
    if (auto schedule = op->getAttrOfType<mla_gpu::ScheduleAttr>(kScheduleAttrName)) {
      ++numKept;
      return verifyKind(op, schedule.getKind());
    }

    // Good for all shapes: a request's start is worth about a step (docs/performance.md).
    mla_gpu::ScheduleFields chosen = mla_gpu::ScheduleFields::getDefaults();
    SmallVector<StringRef> fitting = getKindsFor(op);
    if (fitting.empty())
      return reportNoKind(op);
    mla_gpu::ScheduleFields named;
    std::string chosenBy = "default";
    if (const ScheduleTable::Row *row = table ? table->lookup(getShapeClass(op)) : nullptr) {
      named = row->schedule;
      chosenBy = "table of " + table->gpu + ", row " + row->shape.str();
      ++numFromTable;
    }
    if (!overrides.empty())
      chosenBy += "; overridden: " + overrides.str();
    named.override(overrides);
    llvm::cantFail(chosen.set("kind", fitting.front()));
    // Where the weights say how far their maximum may lag, and registers are left for that; and where they have the
    // bits of f16, so that it costs nothing.
    StringRef kind = named.lookup("kind").empty() ? fitting.front() : named.lookup("kind");
    if (isDecodeE4M3(kind) ? hasF16Values(op) : !isE4M3(op.getCache().getType().getFormat()))
      llvm::cantFail(chosen.set("rescale_threshold", "8"));
    chosen.override(named);
    return write(op, chosen, chosenBy);
  }

  LogicalResult choosePrefill(Operation *op, ArrayRef<StringLiteral> ownKinds, int64_t heads) {
    if (auto schedule = op->getAttrOfType<mla_gpu::ScheduleAttr>(kScheduleAttrName)) {
      ++numKept;
      return verifyKind(op, schedule.getKind());
    }
    mla_gpu::ScheduleFields chosen = mla_gpu::ScheduleFields::getDefaults();
    // With a maximum that lags O is rarely rescaled. But then the largest weight of a row is rounded like the others,
    // which shows where a token dominates the only row of a sequence (docs/Dialects/MLA.md); over many heads it evens
    // out.
    constexpr int64_t kManyHeads = 16;
    llvm::cantFail(chosen.set("kind", ownKinds.front()));
    // Tiles that are neighbours load the keys and values of their head once: 5 % faster (docs/performance.md).
    if (isa<PrefillOp>(op))
      llvm::cantFail(chosen.set("cluster", "2"));
    if (heads >= kManyHeads)
      llvm::cantFail(chosen.set("rescale_threshold", "8"));
    std::string chosenBy = "default";
    if (!overrides.empty())
      chosenBy += "; overridden: " + overrides.str();
    chosen.override(overrides);
    return write(op, chosen, chosenBy);
  }

  LogicalResult write(Operation *op, const mla_gpu::ScheduleFields &chosen, StringRef chosenBy) {
    if (failed(verifyKind(op, chosen.lookup("kind"))))
      return failure();
    op->setAttr(kScheduleAttrName, chosen.getAttr(&getContext()));
    op->setAttr(kChosenByAttrName, StringAttr::get(&getContext(), chosenBy));
    ++numChosen;
    return success();
  }

  /// Reports a kind that no schedule has.
  LogicalResult verifyKind(Operation *op, StringRef kind) {
    SmallVector<StringRef> expected(kinds.begin(), kinds.end());
    auto decode = dyn_cast<DecodeOp>(op);
    if (templateDir.empty()) {
      expected.clear();
      if (isa<PrefillAbsorbedOp>(op))
        llvm::append_range(expected, getPrefillAbsorbedScheduleKinds());
      else if (!decode)
        llvm::append_range(expected, getPrefillScheduleKinds());
      else
        expected = getKindsFor(decode);
      if (expected.empty())
        return reportNoKind(decode);
    }
    if (llvm::is_contained(expected, kind))
      return success();
    InFlightDiagnostic diagnostic = op->emitError("expected schedule kind ");
    llvm::interleave(
        expected, [&](StringRef known) { diagnostic << '"' << known << '"'; }, [&] { diagnostic << " or "; });
    if (templateDir.empty() && decode && isE4M3(decode.getCache().getType().getFormat()))
      diagnostic << " for a cache of format " << decode.getCache().getType().getFormat() << " in precision "
                 << stringify(decode.getPrecision());
    return diagnostic << ", but got \"" << kind << '"';
  }

  /// The kinds of schedule that there are, in the order in which messages list them.
  SmallVector<std::string> kinds;
  /// What the option says.
  mla_gpu::ScheduleFields overrides;
  /// The measured choices, if there are any.
  std::optional<ScheduleTable> table;
};
} // namespace
