//===- Columns.cpp - quantize, dequantize, column.* ---------------------------------------------------------===//
//
// An accumulator of e4m3 packs into register 2u + h the four elements 8u + 2h + {0, 1, 4, 5} of an accumulator of f32:
// pairs of columns of neighbouring groups of eight, of one row. Element i of a transposed accumulator (acc_paired) is
// in the column of element 2·(i/4) + (i&1) of a tensor in layout column.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"
#include <array>

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// The first of the four elements that register `index` of an accumulator of e4m3 packs; the others are 1, 4 and 5 on.
size_t firstElementOf(size_t index) { return index / 2 * 8 + index % 2 * 2; }

/// Which of a thread's columns accumulator element `index` is in.
size_t columnIndexOf(size_t index) { return index / 4 * 2 + index % 2; }

/// The four f32 values of a register of e4m3, in its order; exact.
SmallVector<Value, 4> widen(ThreadCode &code, Value word) {
  SmallVector<Value, 4> values;
  for (Value pair : code.unpackE4M3(word))
    llvm::append_range(values, code.unpackF16(pair));
  return values;
}

/// Where the four elements of register `index` are among those of an accumulator of f32.
std::array<size_t, 4> elementsOf(size_t index) {
  size_t first = firstElementOf(index);
  return {first, first + 1, first + 4, first + 5};
}

/// A subtraction per element if something was taken, and two cvt.rn.satfinite.e4m3x2.f32 a register; one register after
/// the other, so that few of the widened values are alive at a time.
struct LowerQuantize : ThreadPattern<QuantizeOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(QuantizeOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    ValueRange values = adaptor.getValue();
    SmallVector<Value> registers;
    for (size_t index = 0; index < values.size() / 4; ++index) {
      SmallVector<Value, 4> four;
      for (size_t element : elementsOf(index))
        four.push_back(values[element]);
      if (op.getTaken())
        for (auto [value, taken] : llvm::zip_equal(four, widen(code, adaptor.getTaken()[index])))
          value = LLVM::FSubOp::create(rewriter, loc, value, taken);
      registers.push_back(code.packE4M3(four));
    }
    replace(op, registers, rewriter);
    return success();
  }
};

struct LowerDequantize : ThreadPattern<DequantizeOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(DequantizeOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    SmallVector<Value> values(4 * adaptor.getValue().size());
    for (auto [index, word] : llvm::enumerate(adaptor.getValue()))
      for (auto [element, value] : llvm::zip_equal(elementsOf(index), widen(code, word)))
        values[element] = value;
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
