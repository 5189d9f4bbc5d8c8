//===- Columns.cpp - quantize, dequantize, convert_*, column.* ----------------------------------------------===//
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

/// The f32 values of a register of chunks, in their order.
SmallVector<Value, 4> widenChunk(ThreadCode &code, OpBuilder &b, Location loc, Type element, Value word) {
  if (isa<Float8E4M3FNType>(element))
    return widen(code, word);
  SmallVector<Value, 4> values;
  if (element.isBF16())
    for (Value bits : {code.shl(word, 16), code.bitAnd(word, -65536)})
      values.push_back(LLVM::BitcastOp::create(b, loc, code.f32(), bits));
  else
    llvm::append_range(values, code.unpackF16(word));
  return values;
}

/// `scale` as three factors of f16, each twice in a register: its significand, rounded, what that left of it, and its
/// power of two.
struct ScaleFactors {
  Value significand, rest, power;
};

ScaleFactors splitScale(ThreadCode &code, OpBuilder &b, Location loc, Value scale) {
  constexpr int64_t kExponent = 0x7F800000, kOne = 0x3F800000;
  Type half = b.getF16Type(), pairType = VectorType::get(2, half);
  auto pair = [&](Value number) -> Value {
    return LLVM::BitcastOp::create(b, loc, pairType, code.pack(half, number, number));
  };
  auto real = [&](Value bits) -> Value { return LLVM::BitcastOp::create(b, loc, code.f32(), bits); };
  Value bits = LLVM::BitcastOp::create(b, loc, code.i32(), scale);
  Value significand = real(LLVM::OrOp::create(b, loc, code.bitAnd(bits, ~kExponent), code.constI32(kOne)));
  Value isNaN = LLVM::FCmpOp::create(b, loc, LLVM::FCmpPredicate::uno, scale, scale);
  significand = LLVM::SelectOp::create(b, loc, isNaN, scale, significand);
  ScaleFactors factors;
  factors.significand = pair(significand);
  Value rounded = LLVM::FPExtOp::create(b, loc, code.f32(),
                                        LLVM::ExtractElementOp::create(b, loc, factors.significand, code.constI32(0)));
  factors.rest = pair(LLVM::FSubOp::create(b, loc, significand, rounded));
  factors.power = pair(real(code.bitAnd(bits, kExponent)));
  return factors;
}

/// Register by register; the rows of a thread follow one another. e4m3 is a subset of f16.
struct LowerConvertChunks : ThreadPattern<ConvertChunksOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(ConvertChunksOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Type from = op.getValue().getType().getElementType(), to = op.getResult().getType().getElementType();
    ValueRange words = adaptor.getValue();
    SmallVector<Value> registers;
    bool inF16 = isa<Float8E4M3FNType>(from) && to.isF16();
    SmallVector<ScaleFactors, 2> factors;
    if (inF16 && op.getScale())
      for (Value scale : adaptor.getScale())
        factors.push_back(splitScale(code, rewriter, loc, scale));
    for (auto [index, word] : llvm::enumerate(words)) {
      if (inF16) {
        for (Value pair : code.unpackE4M3(word)) {
          if (op.getScale()) {
            const ScaleFactors &scale = factors[2 * index / words.size()];
            Value rest = LLVM::FMulOp::create(rewriter, loc, pair, scale.rest);
            pair = LLVM::FMAOp::create(rewriter, loc, pair, scale.significand, rest);
            pair = LLVM::FMulOp::create(rewriter, loc, pair, scale.power);
          }
          registers.push_back(LLVM::BitcastOp::create(rewriter, loc, code.i32(), pair));
        }
        continue;
      }
      SmallVector<Value, 4> values = widenChunk(code, rewriter, loc, from, word);
      if (op.getScale())
        for (Value &value : values)
          value = LLVM::FMulOp::create(rewriter, loc, value, adaptor.getScale()[2 * index / words.size()]);
      for (size_t pair = 0; pair < values.size(); pair += 2)
        registers.push_back(code.pack(to, values[pair], values[pair + 1]));
    }
    replace(op, registers, rewriter);
    return success();
  }
};

/// Register 4S + J of e4m3 holds columns 32S + 16·(J>>1) + 2·(l%4) + {0, 1} and those 8 on, of one row: registers 4s +
/// (J&1) and 4s + 2 + (J&1) of f16, where s = 2S + (J>>1). So a factor meets each of them in the pair of elements 4s
/// and 4s + 2 of layout column.
struct LowerConvertOperand : ThreadPattern<ConvertOperandOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(ConvertOperandOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Type pairType = VectorType::get(2, rewriter.getF16Type());
    SmallVector<Value> factors;
    if (op.getFactor())
      for (Value word : adaptor.getFactor())
        factors.push_back(LLVM::BitcastOp::create(rewriter, loc, pairType, word));
    SmallVector<Value> registers(2 * adaptor.getValue().size());
    for (auto [index, word] : llvm::enumerate(adaptor.getValue())) {
      size_t step = index / 2, row = index % 2;
      for (auto [half, pair] : llvm::enumerate(code.unpackE4M3(word))) {
        if (op.getFactor())
          pair = LLVM::FMulOp::create(rewriter, loc, pair, factors[2 * step + half]);
        registers[4 * step + 2 * half + row] = LLVM::BitcastOp::create(rewriter, loc, code.i32(), pair);
      }
    }
    replace(op, registers, rewriter);
    return success();
  }
};

struct LowerRowFma : ThreadPattern<RowFmaOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(RowFmaOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    bool ofColumns = hasLayout(op.getFactor().getType(), Layout::Column);
    SmallVector<Value> results;
    for (auto [index, value] : llvm::enumerate(adaptor.getValue())) {
      size_t row = rowOf(index), column = columnIndexOf(index);
      results.push_back(LLVM::FMAOp::create(rewriter, op.getLoc(), value, adaptor.getFactor()[ofColumns ? column : row],
                                            adaptor.getAddend()[ofColumns ? row : column]));
    }
    replace(op, results, rewriter);
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
  patterns.add<LowerQuantize, LowerDequantize, LowerConvertChunks, LowerConvertOperand, LowerRowFma, LowerColumnScale,
               LowerColumnFma>(converter);
}
