//===- GlobalMemory.cpp - global.* ----------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"

#include <array>

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// From one to the other of the two rows that a thread holds in layouts row and chunk_row.
constexpr int64_t kRowDistance = 8, kChunkRowDistance = 32;

unsigned bytesOf(Type element) { return llvm::divideCeil(element.getIntOrFloatBitWidth(), 8); }

/// A vector of `values` for one store: as they are, or rounded in pairs to 16 bits.
Value packVector(Type element, ValueRange values, ThreadCode &code) {
  SmallVector<Value> parts;
  if (isa<Float8E4M3FNType>(element))
    return code.packE4M3(values);
  if (values.front().getType() == element)
    parts = llvm::to_vector(values);
  else
    for (size_t index = 0; index < values.size(); index += 2)
      parts.push_back(code.pack(element, values[index], values[index + 1]));
  return parts.size() == 1 ? parts.front() : code.join(parts);
}

/// What memory holds as far as LLVM knows: it has no type for e4m3.
Type getStoredType(Type element) {
  return isa<Float8E4M3FNType>(element) ? IntegerType::get(element.getContext(), 8) : element;
}

/// The pointer as it is: to LLVM it has no element type.
struct LowerView : ThreadPattern<GlobalViewOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalViewOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    replace(op, adaptor.getSource().front(), rewriter);
    return success();
  }
};

struct LowerLoad : ThreadPattern<GlobalLoadOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalLoadOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Type type = op.getResult().getType();
    Value address = code.element(adaptor.getSource().front(), type, adaptor.getIndex().front());
    replace(op, LLVM::LoadOp::create(rewriter, op.getLoc(), type, address, bytesOf(type)).getResult(), rewriter);
    return success();
  }
};

struct LowerStore : ThreadPattern<GlobalStoreOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalStoreOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Value value = adaptor.getValue().front();
    Type element = value.getType();
    Value address = code.element(adaptor.getTarget().front(), element, adaptor.getIndex().front());
    emitIf(rewriter, op.getLoc(), code.isLeader(getTeam(op)),
           [&] { LLVM::StoreOp::create(rewriter, op.getLoc(), value, address, bytesOf(element)); });
    rewriter.eraseOp(op);
    return success();
  }
};

/// `value` as an element of registers of type `to`: the same, or a 16-bit number widened to f32.
Value widen(Type to, Value value, OpBuilder &builder, Location loc) {
  return value.getType() == to ? value : LLVM::FPExtOp::create(builder, loc, to, value).getResult();
}

/// Is this one of the first `valid` lanes?
Value isLaneBelow(Value valid, OpBuilder &builder, Location loc, ThreadCode &code) {
  return LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::slt, code.lane(), valid);
}

/// 32 elements: one per lane, under `valid` where given. Multiples of 128: four consecutive elements per lane at a
/// time, in accesses of at most 16 bytes.
struct LowerLoadLanes : ThreadPattern<GlobalLoadLanesOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalLoadLanesOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    RankedTensorType tensor = op.getResult().getType();
    Type result = tensor.getElementType(), element = op.getSource().getType().getElementType();
    int64_t elements = tensor.getDimSize(0);
    Value lane = code.lane();
    Value base = code.element(adaptor.getSource().front(), element, adaptor.getIndex().front());
    if (elements == 32) {
      Value address = code.element(base, element, lane);
      auto load = [&]() -> SmallVector<Value> {
        Value value = LLVM::LoadOp::create(rewriter, loc, element, address, bytesOf(element));
        return {widen(result, value, rewriter, loc)};
      };
      if (!op.getValid()) {
        replace(op, load(), rewriter);
        return success();
      }
      Value inside = isLaneBelow(adaptor.getValid().front(), rewriter, loc, code);
      if (isa<KernelOp>(op->getParentOp())) {
        // The set-up is one block; what it loads has 32 bits.
        Type results[] = {result};
        replace(op, code.ptx("mov.b32 $0, 0;\n@$1 ld.global.b32 $0, [$2];", {TypeRange(results), {inside, address}}),
                rewriter);
        return success();
      }
      replace(op, emitIf(rewriter, loc, inside, ValueRange(code.zero(result)), load), rewriter);
      return success();
    }

    base = code.element(base, element, code.shl(lane, 2));
    int64_t width = bytesOf(element) > 4 ? 2 : 4;
    SmallVector<Value> results;
    for (int64_t first = 0; first < elements; first += 128)
      for (int64_t part = 0; part < 4; part += width) {
        Value vector =
            LLVM::LoadOp::create(rewriter, loc, VectorType::get(width, element),
                                 code.bytes(base, (first + part) * bytesOf(element)), width * bytesOf(element));
        for (Value value : code.split(vector))
          results.push_back(widen(result, value, rewriter, loc));
      }
    replace(op, results, rewriter);
    return success();
  }
};

/// Writes `store`'s code, for the lanes below `valid` where it is given.
void inLanesBelow(RewriterBase &rewriter, Location loc, ValueRange valid, ThreadCode &code,
                  llvm::function_ref<void()> store) {
  if (valid.empty())
    return store();
  emitIf(rewriter, loc, isLaneBelow(valid.front(), rewriter, loc, code), store);
}

struct LowerStoreLanes : ThreadPattern<GlobalStoreLanesOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalStoreLanesOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    auto tensor = cast<RankedTensorType>(op.getValue().getType());
    Type element = op.getTarget().getType().getElementType();
    int64_t elements = tensor.getDimSize(0);
    ValueRange values = adaptor.getValue();
    Type stored = getStoredType(element);
    Value base = code.element(adaptor.getTarget().front(), stored, adaptor.getIndex().front());
    if (elements == 32) {
      Value value = values.front();
      if (isa<Float8E4M3FNType>(element))
        value = code.packE4M3(value);
      else if (value.getType() != element)
        value = LLVM::FPTruncOp::create(rewriter, loc, element, value);
      Value address = code.element(base, stored, code.lane());
      inLanesBelow(rewriter, loc, adaptor.getValid(), code,
                   [&] { LLVM::StoreOp::create(rewriter, loc, value, address, bytesOf(element)); });
      rewriter.eraseOp(op);
      return success();
    }
    base = code.element(base, stored, code.shl(code.lane(), 2));
    unsigned width = bytesOf(element) > 4 ? 2 : 4;
    for (unsigned index = 0; index < values.size(); index += width) {
      int64_t offset = (index / 4 * 128 + index % 4) * bytesOf(element);
      LLVM::StoreOp::create(rewriter, loc, packVector(element, values.slice(index, width), code),
                            code.bytes(base, offset), width * bytesOf(element));
    }
    rewriter.eraseOp(op);
    return success();
  }
};

/// One access of four bytes a lane.
struct LowerLoadPairs : ThreadPattern<GlobalLoadPairsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalLoadPairsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Type element = op.getSource().getType().getElementType();
    Value base = code.element(adaptor.getSource().front(), element, adaptor.getIndex().front());
    Value address = code.element(base, element, code.shl(code.lane(), 1));
    auto load = [&]() -> SmallVector<Value> {
      Value vector = LLVM::LoadOp::create(rewriter, loc, VectorType::get(2, element), address, 2 * bytesOf(element));
      SmallVector<Value> pair;
      for (Value value : code.split(vector))
        pair.push_back(widen(code.f32(), value, rewriter, loc));
      return pair;
    };
    SmallVector<Value> pair;
    if (ValueRange valid = adaptor.getValid(); !valid.empty()) {
      Value inside = isLaneBelow(valid.front(), rewriter, loc, code);
      SmallVector<Value> zeros(2, code.zero(code.f32()));
      pair = emitIf(rewriter, loc, inside, zeros, load);
    } else {
      pair = load();
    }
    SmallVector<SmallVector<Value>> results{{pair[0]}, {pair[1]}};
    rewriter.replaceOpWithMultiple(op, std::move(results));
    return success();
  }
};

struct LowerStorePairs : ThreadPattern<GlobalStorePairsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalStorePairsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Type element = op.getTarget().getType().getElementType(), stored = getStoredType(element);
    Value base = code.element(adaptor.getTarget().front(), stored, adaptor.getIndex().front());
    Value pair[] = {adaptor.getEven().front(), adaptor.getOdd().front()};
    Value packed = packVector(element, pair, code);
    Value address = code.element(base, stored, code.shl(code.lane(), 1));
    inLanesBelow(rewriter, op.getLoc(), adaptor.getValid(), code,
                 [&] { LLVM::StoreOp::create(rewriter, op.getLoc(), packed, address, 2 * bytesOf(element)); });
    rewriter.eraseOp(op);
    return success();
  }
};

/// Four elements a lane at a time, which stay packed as they are.
struct LowerGatherRows : ThreadPattern<GlobalGatherRowsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalGatherRowsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    constexpr int64_t kAtOnce = 128, kAlignment = 8;
    Location loc = op.getLoc();
    RankedTensorType tensor = op.getResult().getType();
    Type element = tensor.getElementType(), word = VectorType::get(2, code.i32());
    Value stride = code.constI64(op.getRowStride());
    Value column = LLVM::AddOp::create(rewriter, loc, adaptor.getColumn().front(), code.shl(code.lane(), 2));
    Value source = code.element(adaptor.getSource().front(), element, column);
    SmallVector<Value> results;
    for (int64_t row = 0; row < tensor.getDimSize(0); ++row) {
      Value index = code.sext64(code.shuffleIndex(adaptor.getIndex().front(), code.constI32(row)));
      Value base = code.element(source, element, LLVM::MulOp::create(rewriter, loc, index, stride));
      for (int64_t first = 0; first < tensor.getDimSize(1); first += kAtOnce) {
        Value loaded =
            LLVM::LoadOp::create(rewriter, loc, word, code.bytes(base, first * bytesOf(element)), kAlignment);
        llvm::append_range(results, code.split(loaded));
      }
    }
    replace(op, results, rewriter);
    return success();
  }
};

/// A lane whose mask is not set touches nothing.
struct LowerGatherLanes : ThreadPattern<GlobalGatherLanesOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalGatherLanesOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Type element = op.getSource().getType().getElementType();
    auto load = [&]() -> SmallVector<Value> {
      Value index = code.sext64(adaptor.getIndex().front());
      Value address = code.element(adaptor.getSource().front(), element, index);
      return {LLVM::LoadOp::create(rewriter, loc, element, address, bytesOf(element))};
    };
    replace(op, emitIf(rewriter, loc, adaptor.getMask().front(), ValueRange(code.zero(element)), load), rewriter);
    return success();
  }
};

struct LowerScatterLanes : ThreadPattern<GlobalScatterLanesOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalScatterLanesOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Value value = adaptor.getValue().front();
    Type element = value.getType();
    emitIf(rewriter, loc, adaptor.getMask().front(), [&] {
      Value index = code.sext64(adaptor.getIndex().front());
      LLVM::StoreOp::create(rewriter, loc, value, code.element(adaptor.getTarget().front(), element, index),
                            bytesOf(element));
    });
    rewriter.eraseOp(op);
    return success();
  }
};

/// What the thread's two rows, `first` and that `distance` further, hold, one after the other: `load(address of the
/// row's first element)` where they are valid, else `otherwise`. Rows are `stride` elements apart.
SmallVector<Value> loadValidRows(ConversionPatternRewriter &rewriter, Location loc, ThreadCode &code, Value base,
                                 Type element, Value first, int64_t distance, int64_t stride, Value valid,
                                 ValueRange otherwise, llvm::function_ref<SmallVector<Value>(Value)> load) {
  Value address = code.element(
      base, element, LLVM::MulOp::create(rewriter, loc, code.sext64(first), code.constI64(stride)).getResult());
  SmallVector<Value> values;
  for (int64_t which : {0, 1}) {
    Value inside =
        LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::slt, code.add(first, which * distance), valid);
    llvm::append_range(values, emitIf(rewriter, loc, inside, otherwise, [&] {
                         return load(code.bytes(address, which * distance * stride * bytesOf(element)));
                       }));
  }
  return values;
}

/// A thread's 16 columns of every 64, 16 bytes at a time.
struct LowerLoadTile : ThreadPattern<GlobalLoadTileOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalLoadTileOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    constexpr int64_t kThreadColumns = 16, kGroupColumns = 64, kWords = 4;
    Location loc = op.getLoc();
    RankedTensorType tensor = op.getResult().getType();
    Type element = getStoredType(tensor.getElementType());
    int64_t size = bytesOf(element), loadsPerGroup = kThreadColumns * size / (kWords * 4);
    Type vectorType = VectorType::get(kWords, code.i32());
    Value base = code.element(adaptor.getSource().front(), element, adaptor.getIndex().front());
    base = code.element(base, element, code.shl(code.quadLane(), 4));
    SmallVector<Value> zeros(getElementsPerThread(tensor) / 2, code.zero(code.i32()));
    auto load = [&](Value row) {
      SmallVector<Value> words;
      for (int64_t group = 0, groups = tensor.getDimSize(1) / kGroupColumns; group < groups; ++group)
        for (int64_t part = 0; part < loadsPerGroup; ++part) {
          Value vector = LLVM::LoadOp::create(
              rewriter, loc, vectorType, code.bytes(row, group * kGroupColumns * size + part * kWords * 4), kWords * 4);
          llvm::append_range(words, code.split(vector));
        }
      return words;
    };
    replace(op,
            loadValidRows(rewriter, loc, code, base, element, code.firstChunkRow(), kChunkRowDistance,
                          op.getRowStride(), adaptor.getValid().front(), zeros, load),
            rewriter);
    return success();
  }
};

struct LowerLoadRows : ThreadPattern<GlobalLoadRowsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalLoadRowsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Type element = op.getResult().getType().getElementType();
    Value base = code.element(adaptor.getSource().front(), element, adaptor.getIndex().front());
    auto load = [&](Value row) -> SmallVector<Value> {
      return {LLVM::LoadOp::create(rewriter, loc, element, row, bytesOf(element))};
    };
    Value zero = code.zero(element);
    bool isChunked = hasLayout(op.getResult().getType(), Layout::ChunkRow);
    Value first = isChunked ? code.firstChunkRow() : code.firstRow();
    replace(op,
            loadValidRows(rewriter, loc, code, base, element, first, isChunked ? kChunkRowDistance : kRowDistance,
                          op.getRowStride(), adaptor.getValid().front(), zero, load),
            rewriter);
    return success();
  }
};

struct LowerPrefetch : ThreadPattern<GlobalPrefetchOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalPrefetchOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Type element = getStoredType(op.getSource().getType().getElementType());
    Value address = code.element(adaptor.getSource().front(), element, adaptor.getIndex().front());
    code.ptx("@$0 cp.async.bulk.prefetch.L2.global [$1], $2;",
             {{}, {code.isLeader(getTeam(op)), address, code.constI32(op.getBytes())}});
    rewriter.eraseOp(op);
    return success();
  }
};

/// For each of the thread's two rows that is valid: `store(which row, row)`, under `guard` if there is one.
void forValidRows(ConversionPatternRewriter &rewriter, Location loc, ThreadCode &code, Value valid, Value guard,
                  llvm::function_ref<void(unsigned, Value)> store) {
  Value first = code.firstRow();
  for (unsigned which : {0, 1}) {
    Value row = code.add(first, kRowDistance * which);
    Value condition = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::slt, row, valid);
    if (guard)
      condition = LLVM::AndOp::create(rewriter, loc, condition, guard);
    emitIf(rewriter, loc, condition, [&] { store(which, row); });
  }
}

struct LowerStoreRows : ThreadPattern<GlobalStoreRowsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalStoreRowsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    ValueRange values = adaptor.getValue();
    Type element = values[0].getType();
    Value base = code.element(adaptor.getTarget().front(), element, adaptor.getIndex().front());
    Value isFirst = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::eq, code.quadLane(), code.constI32(0));
    forValidRows(rewriter, loc, code, adaptor.getValid().front(), isFirst, [&](unsigned which, Value row) {
      LLVM::StoreOp::create(rewriter, loc, values[which], code.element(base, element, code.sext64(row)),
                            bytesOf(element));
    });
    rewriter.eraseOp(op);
    return success();
  }
};

/// Transposes the 4 × 4 registers that the four lanes of a quad hold: afterwards register i of lane c is what register
/// c of lane i was. Two rounds of exchange, with the lane that differs in bit 0 and in bit 1.
void transposeQuad(std::array<Value, 4> &words, ConversionPatternRewriter &rewriter, Location loc, ThreadCode &code) {
  for (unsigned bit : {0, 1}) {
    Value isUpper = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::ne, code.bitAnd(code.quadLane(), 1 << bit),
                                         code.constI32(0));
    for (unsigned low : {0, 1, 2, 3}) {
      if (low >> bit & 1)
        continue;
      Value &a = words[low], &b = words[low | 1 << bit];
      Value received = code.shuffleXor(LLVM::SelectOp::create(rewriter, loc, isUpper, a, b), 1 << bit);
      Value keptA = LLVM::SelectOp::create(rewriter, loc, isUpper, received, a);
      b = LLVM::SelectOp::create(rewriter, loc, isUpper, b, received);
      a = keptA;
    }
  }
}

/// A thread holds pairs of neighbouring columns. As f32 a quad's pairs fill a 32-byte sector, so they are stored as
/// they are. As 16-bit numbers they would fill half of one, at four times the instructions: the quad exchanges its
/// pairs of four column groups, and each lane stores the 16 bytes of one group. The elements of one row lie in one
/// branch.
struct LowerStoreTile : ThreadPattern<GlobalStoreTileOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GlobalStoreTileOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Type element = op.getTarget().getType().getElementType();
    ValueRange values = adaptor.getValue();
    Value base = code.element(adaptor.getTarget().front(), element, adaptor.getIndex().front());
    Value valid = adaptor.getValid().front();
    auto rowAddress = [&](Value base, Value row) {
      Value offset = LLVM::MulOp::create(rewriter, loc, code.sext64(row), code.constI64(op.getRowStride()));
      return code.element(base, element, offset);
    };

    constexpr int64_t kGroupColumns = 8, kGroups = 4;
    int64_t columns = cast<RankedTensorType>(op.getValue().getType()).getDimSize(1);
    bool byGroups =
        bytesOf(element) == 2 && columns % (kGroupColumns * kGroups) == 0 && op.getRowStride() % kGroupColumns == 0;
    if (!byGroups) {
      base = code.element(base, element, code.shl(code.quadLane(), 1));
      forValidRows(rewriter, loc, code, valid, Value(), [&](unsigned which, Value row) {
        Value address = rowAddress(base, row);
        for (size_t index = 2 * which; index < values.size(); index += 4)
          LLVM::StoreOp::create(rewriter, loc, packVector(element, values.slice(index, 2), code),
                                code.bytes(address, int64_t(index) / 4 * kGroupColumns * bytesOf(element)),
                                2 * bytesOf(element));
      });
      rewriter.eraseOp(op);
      return success();
    }

    // The exchange needs all lanes, so it comes before the branches on valid rows.
    SmallVector<Value> pieces[2];
    for (unsigned which : {0, 1})
      for (size_t index = 2 * which; index < values.size(); index += 4 * kGroups) {
        std::array<Value, 4> words;
        for (unsigned group = 0; group < kGroups; ++group)
          words[group] = code.pack(element, values[index + 4 * group], values[index + 4 * group + 1]);
        transposeQuad(words, rewriter, loc, code);
        pieces[which].push_back(code.join(words));
      }
    base = code.element(base, element, code.shl(code.quadLane(), 3));
    forValidRows(rewriter, loc, code, valid, Value(), [&](unsigned which, Value row) {
      Value address = rowAddress(base, row);
      for (auto [number, piece] : llvm::enumerate(pieces[which]))
        LLVM::StoreOp::create(rewriter, loc, piece,
                              code.bytes(address, int64_t(number) * kGroups * kGroupColumns * bytesOf(element)), 16);
    });
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateGlobalMemoryPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerView, LowerLoad, LowerStore, LowerLoadLanes, LowerStoreLanes, LowerLoadPairs, LowerStorePairs,
               LowerGatherLanes, LowerGatherRows, LowerScatterLanes, LowerLoadTile, LowerLoadRows, LowerPrefetch,
               LowerStoreRows, LowerStoreTile>(converter);
}
