//===- Lanes.cpp - lane.* -------------------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"
#include <limits>

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

struct LowerLaneIndex : ThreadPattern<LaneIndexOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(LaneIndexOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    replace(op, code.lane(), rewriter);
    return success();
  }
};

/// What a lane holds pair by pair; then all lanes  →  redux.sync, if they are of i32 or max is meant; else butterfly:
/// lane l exchanges with lane l xor 16, 8, 4, 2, 1, or within its cluster.
struct LowerLaneReduce : ThreadPattern<LaneReduceOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(LaneReduceOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    auto combine = [&](Value a, Value b) { return code.combine(op.getKind(), a, b); };
    SmallVector<Value> values = llvm::to_vector(adaptor.getValue());
    while (values.size() > 1) {
      size_t kept = llvm::divideCeil(values.size(), 2);
      for (size_t index = kept; index < values.size(); ++index)
        values[index - kept] = combine(values[index - kept], values[index]);
      values.resize(kept);
    }
    Value value = values.front();
    if (op.isByOneInstruction()) {
      auto kind = op.getKind() == ReduceKind::Max ? NVVM::ReduxKind::MAX : NVVM::ReduxKind::ADD;
      replace(op,
              value.getType().isF32() ? maxOfAllLanes(value, rewriter, code, op.getLoc())
                                      : reduceAllLanes(kind, value, rewriter, code, op.getLoc()),
              rewriter);
      return success();
    }
    for (int32_t mask = op.getCluster().value_or(32) / 2; mask > 0; mask /= 2)
      value = combine(value, code.shuffleXor(value, mask));
    replace(op, value, rewriter);
    return success();
  }

  /// One instruction for integers in place of five shuffles.
  static Value reduceAllLanes(NVVM::ReduxKind kind, Value value, OpBuilder &b, ThreadCode &code, Location loc) {
    return NVVM::ReduxOp::create(b, loc, value.getType(), value, kind, code.constI32(-1));
  }

  /// Numbers are ordered as the integers that their bits are, if those of negative ones are turned round. NaN comes
  /// below −∞, as the integer that is turned back into NaN.
  static Value maxOfAllLanes(Value value, OpBuilder &b, ThreadCode &code, Location loc) {
    auto turn = [&](Value bits) -> Value {
      Value sign = LLVM::AShrOp::create(b, loc, bits, code.constI32(31));
      return LLVM::XOrOp::create(b, loc, bits, code.bitAnd(sign, 0x7fffffff));
    };
    Value isNaN = LLVM::FCmpOp::create(b, loc, LLVM::FCmpPredicate::uno, value, value);
    Value key = turn(LLVM::BitcastOp::create(b, loc, code.i32(), value));
    key = LLVM::SelectOp::create(b, loc, isNaN, code.constI32(std::numeric_limits<int32_t>::min()), key);
    Value most = reduceAllLanes(NVVM::ReduxKind::MAX, key, b, code, loc);
    return LLVM::BitcastOp::create(b, loc, code.f32(), turn(most));
  }
};

/// Some of the lane's registers.
struct LowerLaneSlice : ThreadPattern<LaneSliceOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(LaneSliceOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    constexpr int64_t kLanes = 32;
    replace(op,
            llvm::to_vector(
                adaptor.getValue().slice(op.getOffset() / kLanes, op.getResult().getType().getDimSize(0) / kLanes)),
            rewriter);
    return success();
  }
};

/// Inclusive sums over 2, 4, … 32 lanes, then the lane's own value off.
struct LowerLaneScan : ThreadPattern<LaneScanOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(LaneScanOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Value own = adaptor.getValue().front(), sum = own, lane = code.lane(), zero = code.constI32(0);
    for (int32_t delta = 1; delta < 32; delta *= 2) {
      Value below = code.shuffleUp(sum, delta);
      Value exists = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::uge, lane, code.constI32(delta));
      sum = code.sum(sum, LLVM::SelectOp::create(rewriter, loc, exists, below, zero));
    }
    replace(op, LLVM::SubOp::create(rewriter, loc, sum, own).getResult(), rewriter);
    return success();
  }
};

struct LowerLaneExtract : ThreadPattern<LaneExtractOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(LaneExtractOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    // shfl.idx takes its index modulo 32.
    replace(op, code.shuffleIndex(adaptor.getValue().front(), adaptor.getIndex().front()), rewriter);
    return success();
  }
};

/// A shuffle for each row's weight, or one for each half of its columns, and a fused multiply-add for each element.
struct LowerLaneWeighRows : ThreadPattern<LaneWeighRowsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(LaneWeighRowsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    RankedTensorType rows = op.getRows().getType();
    SmallVector<Value> sums = llvm::to_vector(adaptor.getAddend());
    auto [first, end] = op.getRowRange();
    ValueRange registers = adaptor.getRows();
    registers = registers.drop_front(first * registers.size() / rows.getDimSize(0));
    // Where columns go round the lanes once, half of the lanes have the left half, else half of each lane's registers.
    constexpr int64_t kLanes = 32, kElementsAtOnce = 4;
    Value isRight;
    if (op.getRightWeights() && sums.size() == kElementsAtOnce)
      isRight =
          LLVM::ICmpOp::create(rewriter, op.getLoc(), LLVM::ICmpPredicate::uge, code.lane(), code.constI32(kLanes / 2));
    for (int64_t row = first; row < end; ++row) {
      Value left = code.shuffleIndex(adaptor.getWeights().front(), code.constI32(row)), right = left;
      if (op.getRightWeights())
        right = code.shuffleIndex(adaptor.getRightWeights().front(), code.constI32(row));
      if (isRight)
        left = right = LLVM::SelectOp::create(rewriter, op.getLoc(), isRight, right, left);
      for (size_t pair = 0; pair < sums.size() / 2; ++pair, registers = registers.drop_front()) {
        Value weight = pair < sums.size() / 4 ? left : right;
        for (auto [half, value] : llvm::enumerate(code.unpack(rows.getElementType(), registers.front())))
          sums[2 * pair + half] = LLVM::FMAOp::create(rewriter, op.getLoc(), value, weight, sums[2 * pair + half]);
      }
    }
    replace(op, sums, rewriter);
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateLanePatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerLaneIndex, LowerLaneReduce, LowerLaneScan, LowerLaneSlice, LowerLaneExtract, LowerLaneWeighRows>(
      converter);
}
