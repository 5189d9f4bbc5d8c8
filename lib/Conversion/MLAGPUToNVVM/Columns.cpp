//===- Columns.cpp - quantize, dequantize, column.* ---------------------------------------------------------===//
//
// An accumulator of e4m3 packs into register 2u + h the four elements 8u + 2h + {0, 1, 4, 5} of an accumulator of f32:
// pairs of columns of neighbouring groups of eight, of one row. Element i of a transposed accumulator (acc_paired) is
// in the column of element 2·(i/4) + (i&1) of a tensor in layout column.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// The first of the four elements that register `index` of an accumulator of e4m3 packs; the others are 1, 4 and 5 on.
size_t firstElementOf(size_t index) { return index / 2 * 8 + index % 2 * 2; }

/// Which of a thread's columns accumulator element `index` is in.
size_t columnIndexOf(size_t index) { return index / 4 * 2 + index % 2; }

/// Two cvt.rn.satfinite.e4m3x2.f32 a register.
struct LowerQuantize : ThreadPattern<QuantizeOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(QuantizeOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    ValueRange values = adaptor.getValue();
    // The first operand goes to the upper byte.
    auto convert = [&](size_t element) -> Value {
      Value pair =
          code.intrinsic("llvm.nvvm.ff.to.e4m3x2.rn", rewriter.getI16Type(), {values[element + 1], values[element]});
      return LLVM::ZExtOp::create(rewriter, loc, code.i32(), pair);
    };
    SmallVector<Value> registers;
    for (size_t index = 0; index < values.size() / 4; ++index) {
      size_t first = firstElementOf(index);
      Value low = convert(first), high = code.shl(convert(first + 4), 16);
      registers.push_back(LLVM::OrOp::create(rewriter, loc, low, high));
    }
    replace(op, registers, rewriter);
    return success();
  }
};

/// Two cvt.rn.f16x2.e4m3x2 a register, and each half to f32: all exact.
struct LowerDequantize : ThreadPattern<DequantizeOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(DequantizeOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Type pairType = VectorType::get(2, rewriter.getF16Type());
    SmallVector<Value> values(4 * adaptor.getValue().size());
    for (auto [index, word] : llvm::enumerate(adaptor.getValue())) {
      size_t element = firstElementOf(index);
      for (Value half : {Value(word), code.lshr(word, 16)}) {
        Value bytes = LLVM::TruncOp::create(rewriter, loc, rewriter.getI16Type(), half);
        SmallVector<Value> pair = code.unpackF16(code.intrinsic("llvm.nvvm.e4m3x2.to.f16x2.rn", pairType, bytes));
        values[element] = pair[0];
        values[element + 1] = pair[1];
        element += 4;
      }
    }
    replace(op, values, rewriter);
    return success();
  }
};

struct LowerColumnScale : ThreadPattern<ColumnScaleOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(ColumnScaleOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    SmallVector<Value> results;
    for (auto [index, value] : llvm::enumerate(adaptor.getValue()))
      results.push_back(LLVM::FMulOp::create(rewriter, op.getLoc(), value, adaptor.getFactor()[columnIndexOf(index)]));
    replace(op, results, rewriter);
    return success();
  }
};

struct LowerColumnFma : ThreadPattern<ColumnFmaOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(ColumnFmaOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    SmallVector<Value> results;
    for (auto [index, value] : llvm::enumerate(adaptor.getValue()))
      results.push_back(LLVM::FMAOp::create(rewriter, op.getLoc(), value, adaptor.getFactor()[columnIndexOf(index)],
                                            adaptor.getAddend()[index]));
    replace(op, results, rewriter);
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateColumnPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerQuantize, LowerDequantize, LowerColumnScale, LowerColumnFma>(converter);
}
