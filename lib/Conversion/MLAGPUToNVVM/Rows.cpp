//===- Rows.cpp - row.*, exp2_fma, mask, rotate, to_a_operand, splat ------------------------------------------===//
//
// Element i of an accumulator lies in row 16w + l/4 + 8·((i/2)&1), column 8·(i/4) + 2·(l%4) + (i&1): a thread holds two
// rows, and the four lanes of a quad hold a row together.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// Column of accumulator element `index`, less the 2·(l%4) that depends on the lane.
int64_t columnOf(size_t index) { return 8 * (index / 4) + (index & 1); }

/// Combines the elements of row `row` of an accumulator pairwise, neighbours first: half the depth of a chain costs no
/// registers, for elements die as they are combined.
Value combineRow(ValueRange accumulator, unsigned row, llvm::function_ref<Value(Value, Value)> combine) {
  SmallVector<Value> values;
  for (auto [index, value] : llvm::enumerate(accumulator))
    if (rowOf(index) == row)
      values.push_back(value);
  while (values.size() > 1) {
    SmallVector<Value> next;
    for (size_t index = 0; index + 1 < values.size(); index += 2)
      next.push_back(combine(values[index], values[index + 1]));
    if (values.size() % 2)
      next.push_back(values.back());
    values = std::move(next);
  }
  return values.front();
}

/// Combines a value over the four lanes of a quad; all get the result.
Value combineQuad(ThreadCode &code, Value value, llvm::function_ref<Value(Value, Value)> combine) {
  for (int32_t mask : {1, 2})
    value = combine(value, code.shuffleXor(value, mask));
  return value;
}

struct LowerSplat : ThreadPattern<SplatOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SplatOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertType(op.getResult().getType(), types)))
      return rewriter.notifyMatchFailure(op, "result type cannot be distributed");
    replace(op, SmallVector<Value>(types.size(), adaptor.getValue().front()), rewriter);
    return success();
  }
};

struct LowerRowIndex : ThreadPattern<RowIndexOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(RowIndexOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Value first = code.firstRow();
    replace(op, {first, code.add(first, 8)}, rewriter);
    return success();
  }
};

/// The values, or where `magnitude` is set their absolute values: these cost nothing, being a modifier of an operand.
SmallVector<Value> takeMagnitudes(ThreadCode &code, ValueRange values, bool magnitude) {
  SmallVector<Value> result = llvm::to_vector(values);
  for (Value &value : result)
    if (magnitude)
      value = code.intrinsic("llvm.fabs", code.f32(), value);
  return result;
}

struct LowerRowMax : ThreadPattern<RowMaxOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(RowMaxOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    auto max = [&](Value a, Value b) { return code.max(a, b); };
    SmallVector<Value> values = takeMagnitudes(code, adaptor.getValue(), op.getMagnitude());
    SmallVector<Value> rows;
    for (unsigned row : {0, 1})
      rows.push_back(combineQuad(code, combineRow(values, row, max), max));
    replace(op, rows, rewriter);
    return success();
  }
};

struct LowerRowSum : ThreadPattern<RowSumOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(RowSumOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    auto sum = [&](Value a, Value b) { return code.sum(a, b); };
    ValueRange values = adaptor.getValue();
    if (op.getFactor()) {
      // One chain a row: no product waits for another one in a register.
      Value chains[2];
      for (auto [index, value] : llvm::enumerate(values)) {
        Value &chain = chains[rowOf(index)], factor = adaptor.getFactor()[columnIndexOf(index)];
        if (chain)
          chain = LLVM::FMAOp::create(rewriter, op.getLoc(), value, factor, chain);
        else
          chain = LLVM::FMulOp::create(rewriter, op.getLoc(), value, factor);
      }
      replace(op, {chains[0], chains[1]}, rewriter);
      return success();
    }
    if (cast<RankedTensorType>(op.getValue().getType()).getElementType().isF32()) {
      SmallVector<Value> terms = takeMagnitudes(code, values, op.getMagnitude());
      replace(op, {combineRow(terms, 0, sum), combineRow(terms, 1, sum)}, rewriter);
      return success();
    }
    // Register 2u + h of e4m3 holds four elements of row h: two additions of f16x2.
    Value sums[2];
    for (auto [index, word] : llvm::enumerate(values)) {
      Value &row = sums[index % 2];
      for (Value pair : code.unpackE4M3(word))
        row = row ? code.sum(row, pair) : pair;
    }
    SmallVector<Value> rows;
    for (Value row : sums) {
      SmallVector<Value> halves = code.unpackF16(row);
      rows.push_back(code.sum(halves[0], halves[1]));
    }
    replace(op, rows, rewriter);
    return success();
  }
};

struct LowerRowReduce : ThreadPattern<RowReduceOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(RowReduceOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    SmallVector<Value> rows;
    for (Value value : adaptor.getValue())
      rows.push_back(combineQuad(code, value, [&](Value a, Value b) { return code.sum(a, b); }));
    replace(op, rows, rewriter);
    return success();
  }
};

/// With `skip_unit` a warp votes whether any of its factors is not 1, and branches around the multiplications.
struct LowerRowScale : ThreadPattern<RowScaleOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(RowScaleOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    ValueRange values = adaptor.getValue(), factors = adaptor.getFactor();
    bool isPartial = hasLayout(op.getValue().getType(), Layout::RowPartial);
    auto scale = [&] {
      SmallVector<Value> scaled;
      for (auto [index, value] : llvm::enumerate(values))
        scaled.push_back(LLVM::FMulOp::create(rewriter, loc, value, factors[isPartial ? index : rowOf(index)]));
      return scaled;
    };
    if (!op.getSkipUnit()) {
      replace(op, scale(), rewriter);
      return success();
    }
    Value one = code.constF32(1);
    auto differs = [&](Value factor) -> Value {
      return LLVM::FCmpOp::create(rewriter, loc, LLVM::FCmpPredicate::une, factor, one);
    };
    Value either = LLVM::OrOp::create(rewriter, loc, differs(factors[0]), differs(factors[1]));
    Value any = NVVM::VoteSyncOp::create(rewriter, loc, code.i1(), code.constI32(-1), either, NVVM::VoteSyncKind::any);
    replace(op, emitIf(rewriter, loc, any, values, scale), rewriter);
    return success();
  }
};

/// candidate > running + threshold ? candidate : running. The comparison is ordered: a NaN candidate loses.
struct LowerRowRaiseMax : ThreadPattern<RowRaiseMaxOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(RowRaiseMaxOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    SmallVector<Value> rows;
    for (auto [running, candidate, threshold] :
         llvm::zip_equal(adaptor.getRunning(), adaptor.getCandidate(), adaptor.getThreshold())) {
      Value border = LLVM::FAddOp::create(rewriter, loc, running, threshold);
      Value raise = LLVM::FCmpOp::create(rewriter, loc, LLVM::FCmpPredicate::ogt, candidate, border);
      rows.push_back(LLVM::SelectOp::create(rewriter, loc, raise, candidate, running));
    }
    replace(op, rows, rewriter);
    return success();
  }
};

struct LowerExp2Fma : ThreadPattern<Exp2FmaOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(Exp2FmaOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    SmallVector<Value> shifts;
    for (Value shift : adaptor.getShift())
      shifts.push_back(LLVM::FNegOp::create(rewriter, loc, shift));
    bool ofColumns = hasLayout(op.getShift().getType(), Layout::Column);
    SmallVector<Value> results;
    for (auto [index, value] : llvm::enumerate(adaptor.getValue())) {
      Value shift = shifts[ofColumns ? columnIndexOf(index) : rowOf(index)];
      results.push_back(code.exp2(LLVM::FMAOp::create(rewriter, loc, value, adaptor.getScale().front(), shift)));
    }
    replace(op, results, rewriter);
    return success();
  }
};

/// Column c of token first + c is kept if c < border − first; per thread, if columnOf(i) < border − first − 2·(l%4). Of
/// rows that are tokens, those of elements i that have 8·rowOf(i) < border − first − (16w + l/4).
struct LowerMask : ThreadPattern<MaskOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(MaskOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    ValueRange values = adaptor.getValue();
    auto mask = [&] {
      Value minusInf = code.constF32(-std::numeric_limits<float>::infinity());
      bool ofColumns = hasLayout(op.getBorder().getType(), Layout::Column);
      Value ofLane = ofColumns ? code.firstRow() : code.shl(code.quadLane(), 1);
      Value first = LLVM::AddOp::create(rewriter, loc, adaptor.getFirst().front(), ofLane);
      SmallVector<Value> borders;
      for (Value border : adaptor.getBorder())
        borders.push_back(LLVM::SubOp::create(rewriter, loc, border, first));
      SmallVector<Value> masked;
      for (auto [index, value] : llvm::enumerate(values)) {
        Value border = borders[ofColumns ? columnIndexOf(index) : rowOf(index)];
        Value token = code.constI32(ofColumns ? 8 * rowOf(index) : columnOf(index));
        Value keep = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::sgt, border, token);
        masked.push_back(LLVM::SelectOp::create(rewriter, loc, keep, value, minusInf));
      }
      return masked;
    };
    replace(op, emitIf(rewriter, loc, adaptor.getCondition().front(), values, mask), rewriter);
    return success();
  }
};

/// Of the elements that a thread holds of an accumulator, four in eight columns, i and i + 1 are neighbours, i and
/// i + n / 2 lie n columns apart. The frequencies come from a table, each once for both rows.
struct LowerRotate : ThreadPattern<RotateOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(RotateOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    // Rare, and in front of loops that want all registers.
    code.pinThreadIndex();
    RotationAttr rotation = op.getRotation();
    bool interleaved = rotation.getInterleaved();
    ArrayRef<int64_t> turns = rotation.getTurns().asArrayRef();
    auto pairs = static_cast<int64_t>(turns.size());
    auto type = RankedTensorType::get({pairs}, code.i64());
    Value table = createTable(rewriter, op, DenseElementsAttr::get(type, turns));
    // The pair of element 0 of this lane.
    table = code.element(table, code.i64(), interleaved ? code.quadLane() : code.shl(code.quadLane(), 1));

    SmallVector<Value> positions;
    for (Value position : adaptor.getPosition())
      positions.push_back(code.sext64(position));
    // 2π / 2^32.
    Value radians = code.constF32(1.46291807926715968e-09f);
    Value magnitude = code.constF32(static_cast<float>(rotation.getMagnitude().getValueAsDouble()));
    auto multiply = [&](Value a, Value b) -> Value { return LLVM::FMulOp::create(rewriter, loc, a, b); };
    SmallVector<Value> values = llvm::to_vector(adaptor.getValue());
    size_t distance = interleaved ? 1 : pairs / 2;
    constexpr int64_t kTurnBytes = 8;
    llvm::SmallDenseMap<int64_t, Value> frequencies;
    for (size_t index = 0; index < values.size(); ++index) {
      int64_t pair = interleaved ? columnOf(index) / 2 : columnOf(index);
      if (pair >= pairs || (interleaved && index % 2))
        continue;
      Value &frequency = frequencies[pair];
      if (!frequency)
        frequency = LLVM::LoadOp::create(rewriter, loc, code.i64(), code.bytes(table, pair * kTurnBytes), kTurnBytes);
      Value turned = LLVM::MulOp::create(rewriter, loc, positions[rowOf(index)], frequency);
      Value fraction = LLVM::TruncOp::create(rewriter, loc, code.i32(), code.lshr(turned, 32));
      Value angle = multiply(LLVM::SIToFPOp::create(rewriter, loc, code.f32(), fraction), radians);
      Value cos = multiply(code.intrinsic("llvm.nvvm.cos.approx.ftz.f", code.f32(), angle), magnitude);
      Value sin = multiply(code.intrinsic("llvm.nvvm.sin.approx.ftz.f", code.f32(), angle), magnitude);
      Value &u = values[index], &v = values[index + distance];
      Value uCos = multiply(u, cos), uSin = multiply(u, sin), vCos = multiply(v, cos), vSin = multiply(v, sin);
      u = LLVM::FSubOp::create(rewriter, loc, uCos, vSin);
      v = LLVM::FAddOp::create(rewriter, loc, vCos, uSin);
    }
    replace(op, values, rewriter);
    return success();
  }
};

struct LowerToAOperand : ThreadPattern<ToAOperandOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(ToAOperandOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    ValueRange values = adaptor.getValue();
    Type element = op.getResult().getType().getElementType();
    SmallVector<Value> registers;
    for (size_t index = 0; index < values.size(); index += 2)
      registers.push_back(code.pack(element, values[index], values[index + 1]));
    replace(op, registers, rewriter);
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateRowPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerSplat, LowerRowIndex, LowerRowMax, LowerRowSum, LowerRowReduce, LowerRowScale, LowerRowRaiseMax,
               LowerExp2Fma, LowerMask, LowerRotate, LowerToAOperand>(converter);
}
