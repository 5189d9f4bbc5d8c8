//===- SharedMemory.cpp - smem.* -----------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// smem.alloc … at N  →  the kernel's shared memory + N bytes.
struct LowerAlloc : ThreadPattern<SmemAllocOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemAllocOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Value base = LLVM::AddressOfOp::create(rewriter, op.getLoc(), code.sharedPtr(),
                                           getSharedSymbol(op->getParentOfType<KernelOp>()));
    replace(op, code.bytes(base, *op.getOffset()), rewriter);
    return success();
  }
};

/// Tiles follow one another, so a view is an offset.
struct LowerView : ThreadPattern<SmemViewOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemViewOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    int64_t offset = int64_t(op.getFirst()) * op.getSource().getType().getTileBytes();
    replace(op, code.bytes(adaptor.getSource().front(), offset), rewriter);
    return success();
  }
};

/// The addresses that stmatrix.x4 and ldmatrix.x4 want for 16 columns of a warp's 16 rows in tiles of sw128. Registers
/// 4j … 4j+3 of an A operand are the 8×8 matrices (rows 0–7, columns 16j), (rows 8–15, same columns), (rows 0–7,
/// columns 16j+8), (rows 8–15, those columns); lane l gives the address of row l%8 of matrix l/8. The 16-byte chunk of
/// a row is XORed with the row modulo 8.
class MatrixAddresses {
public:
  MatrixAddresses(ThreadCode &code, OpBuilder &b, Location loc, Value view) : code(code), b(b), loc(loc) {
    Value lane = code.lane();
    Value row = LLVM::AddOp::create(b, loc, code.shl(code.warpInGroup(), 4), code.bitAnd(lane, 15));
    rowAddress = code.element(view, b.getI8Type(), code.shl(row, 7));
    // Chunk 2j + l/16, swizzled: (2j | l/16) ^ (l % 8) = 2j ^ (l/16 ^ l%8).
    Value chunk = LLVM::XOrOp::create(b, loc, code.lshr(lane, 4), code.bitAnd(lane, 7));
    swizzled = code.shl(chunk, 4);
  }

  /// Of this lane, for columns 16j … 16j+15.
  Value get(int64_t j) {
    constexpr int64_t kStepsPerTile = 4;
    Value offset = LLVM::XOrOp::create(b, loc, swizzled, code.constI32((j % kStepsPerTile) << 5));
    Value address = code.element(rowAddress, b.getI8Type(), offset);
    return code.bytes(address, j / kStepsPerTile * SmemType::kTileBytes);
  }

private:
  ThreadCode &code;
  OpBuilder &b;
  Location loc;
  Value rowAddress, swizzled;
};

/// Four 8×8 matrices of 16-bit elements, one register each.
SmallVector<Value> loadMatrices(ThreadCode &code, OpBuilder &b, Location loc, Value address, NVVM::MMALayout layout) {
  auto type = LLVM::LLVMStructType::getLiteral(b.getContext(), SmallVector<Type>(4, code.i32()));
  Value loaded =
      NVVM::LdMatrixOp::create(b, loc, type, address, /*num=*/4, layout,
                               NVVM::LdStMatrixShapeAttr::get(b.getContext(), 8, 8), NVVM::LdStMatrixEltType::B16);
  SmallVector<Value> registers;
  for (int64_t index = 0; index < 4; ++index)
    registers.push_back(LLVM::ExtractValueOp::create(b, loc, loaded, index));
  return registers;
}

/// Where the words of an accumulator of e4m3 lie in a view: register 2u + h holds columns 16u + 2c + {0, 1, 8, 9} of
/// row 16w + l/4 + 8h, where c = l%4: in chunk u of the row, in the order of sw64_paired, bytes 4c to 4c + 3; as they
/// are, bytes 2c, 2c + 1, 8 + 2c and 9 + 2c. Both rows of a thread are swizzled alike. A warp meets 8 rows: with sw64
/// words of 32 bits fall into banks 16·(row%2) + 4·(u ^ row/2%4) + c, each bank once.
class WordAddresses {
public:
  WordAddresses(ThreadCode &code, OpBuilder &b, Location loc, SmemType type, Value view)
      : code(code), b(b), loc(loc), type(type) {
    bool isPaired = type.getSwizzle() == Swizzle::B64Paired, is128 = type.getSwizzle() == Swizzle::B128;
    Value row = code.firstRow();
    address = code.element(view, b.getI8Type(), code.shl(row, is128 ? 7 : 6));
    address = code.element(address, b.getI8Type(), code.shl(code.quadLane(), isPaired ? 2 : 1));
    // row % 8, or row / 2 % 4, as a number of bytes.
    swizzle = is128 ? code.shl(code.bitAnd(row, 7), 4) : code.shl(code.bitAnd(row, 6), 3);
  }

  /// Of register 2u; that of 2u + 1 is 8 rows further on.
  Value get(int64_t u) {
    int64_t chunksPerTile = type.getTileRowBytes() / 16;
    Value offset = LLVM::XOrOp::create(b, loc, swizzle, code.constI32(u % chunksPerTile * 16));
    return code.bytes(code.element(address, b.getI8Type(), offset), u / chunksPerTile * type.getTileBytes());
  }

private:
  ThreadCode &code;
  OpBuilder &b;
  Location loc;
  SmemType type;
  Value address, swizzle;
};

/// An A operand of 16 bits: one stmatrix.x4 per 16 columns. Chunks: see `storeChunks`. An accumulator of e4m3: two
/// words per 16 columns, see `WordAddresses`.
struct LowerStoreTile : ThreadPattern<SmemStoreTileOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemStoreTileOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    ValueRange registers = adaptor.getValue();
    Value view = adaptor.getTarget().front();
    bool isAccumulator = hasLayout(op.getValue().getType(), Layout::Acc);
    if (op.getAnew() || (isAccumulator && op.getTarget().getType().getSwizzle() != Swizzle::B64Paired))
      code.pinThreadIndex();
    if (hasLayout(op.getValue().getType(), Layout::AOperand)) {
      MatrixAddresses addresses(code, rewriter, loc, view);
      for (int64_t step = 0, steps = registers.size() / 4; step < steps; ++step)
        NVVM::StMatrixOp::create(rewriter, loc, addresses.get(step), registers.slice(4 * step, 4), NVVM::MMALayout::row,
                                 NVVM::LdStMatrixShapeAttr::get(op.getContext(), 8, 8), NVVM::LdStMatrixEltType::B16);
    } else if (hasLayout(op.getValue().getType(), Layout::Chunk)) {
      storeChunks(view, registers, rewriter, code, loc);
    } else {
      storeWords(op.getTarget().getType(), view, registers, rewriter, code, loc);
    }
    rewriter.eraseOp(op);
    return success();
  }

  /// In each tile a thread has chunks 2c and 2c + 1 of 16 bytes, where c = t%4, of rows t/4 and t/4 + 32. The eight
  /// threads whose stores of 16 bytes make one access have two neighbouring rows, whose numbers differ in the lowest
  /// bit: XORed with them, even chunks stay even in one row and become odd in the other, so that each bank is met once.
  static void storeChunks(Value view, ValueRange registers, OpBuilder &b, ThreadCode &code, Location loc) {
    constexpr size_t kChunkRegisters = 4, kChunks = 2, kRows = 2, kRowDistance = 32;
    Value row = code.firstChunkRow();
    Value address = code.element(view, b.getI8Type(), code.shl(row, 7));
    Value even = LLVM::XOrOp::create(b, loc, code.shl(code.quadLane(), 5), code.shl(code.bitAnd(row, 7), 4));
    Value chunks[kChunks] = {
        code.element(address, b.getI8Type(), even),
        code.element(address, b.getI8Type(), LLVM::XOrOp::create(b, loc, even, code.constI32(16)))};
    size_t tiles = registers.size() / (kRows * kChunks * kChunkRegisters);
    for (size_t which = 0; which < kRows; ++which)
      for (size_t tile = 0; tile < tiles; ++tile)
        for (size_t chunk = 0; chunk < kChunks; ++chunk) {
          Value vector = code.join(registers.take_front(kChunkRegisters));
          registers = registers.drop_front(kChunkRegisters);
          int64_t offset = int64_t(tile) * SmemType::kTileBytes + which * kRowDistance * SmemType::kTileRowBytes;
          LLVM::StoreOp::create(b, loc, vector, code.bytes(chunks[chunk], offset), /*alignment=*/16);
        }
  }

  static void storeWords(SmemType type, Value view, ValueRange registers, OpBuilder &b, ThreadCode &code,
                         Location loc) {
    WordAddresses addresses(code, b, loc, type, view);
    for (int64_t u = 0, chunks = registers.size() / 2; u < chunks; ++u) {
      Value chunk = addresses.get(u);
      for (int64_t h = 0; h < 2; ++h) {
        Value word = registers[2 * u + h], place = code.bytes(chunk, 8 * h * type.getTileRowBytes());
        if (type.getSwizzle() == Swizzle::B64Paired) {
          LLVM::StoreOp::create(b, loc, word, place, /*alignment=*/4);
          continue;
        }
        Value low = LLVM::TruncOp::create(b, loc, b.getI16Type(), word);
        Value high = LLVM::TruncOp::create(b, loc, b.getI16Type(), code.lshr(word, 16));
        LLVM::StoreOp::create(b, loc, low, place, /*alignment=*/2);
        LLVM::StoreOp::create(b, loc, high, code.bytes(place, 8), /*alignment=*/2);
      }
    }
  }
};

/// One ldmatrix.x4 per 16 columns, as stmatrix stores them. A bf16 is the upper half of its f32. Of e4m3 two words per
/// 16 columns, as they are stored.
struct LowerLoadTile : ThreadPattern<SmemLoadTileOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemLoadTileOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    code.pinThreadIndex();
    SmemType type = op.getSource().getType();
    if (isa<Float8E4M3FNType>(type.getElementType())) {
      replace(op, loadWords(type, adaptor.getSource().front(), rewriter, code, loc), rewriter);
      return success();
    }
    MatrixAddresses addresses(code, rewriter, loc, adaptor.getSource().front());
    SmallVector<Value> elements;
    for (int64_t step = 0, steps = type.getShape()[1] / 16; step < steps; ++step) {
      for (Value pair : loadMatrices(code, rewriter, loc, addresses.get(step), NVVM::MMALayout::row)) {
        if (type.getElementType().isBF16()) {
          for (Value bits : {code.shl(pair, 16), code.bitAnd(pair, -65536)})
            elements.push_back(LLVM::BitcastOp::create(rewriter, loc, code.f32(), bits));
          continue;
        }
        llvm::append_range(elements, code.unpackF16(pair));
      }
    }
    replace(op, elements, rewriter);
    return success();
  }

  static SmallVector<Value> loadWords(SmemType type, Value view, OpBuilder &b, ThreadCode &code, Location loc) {
    WordAddresses addresses(code, b, loc, type, view);
    SmallVector<Value> words;
    for (int64_t u = 0, chunks = type.getShape()[1] / 16; u < chunks; ++u) {
      Value chunk = addresses.get(u);
      for (int64_t h = 0; h < 2; ++h) {
        Value place = code.bytes(chunk, 8 * h * type.getTileRowBytes());
        auto load = [&](Value from) -> Value {
          Value half = LLVM::LoadOp::create(b, loc, b.getI16Type(), from, /*alignment=*/2);
          return LLVM::ZExtOp::create(b, loc, code.i32(), half);
        };
        Value low = load(place), high = load(code.bytes(place, 8));
        words.push_back(LLVM::OrOp::create(b, loc, low, code.shl(high, 16)));
      }
    }
    return words;
  }
};

/// Warp w takes the 16 bytes of columns first + 16w … first + 16w + 15 of every token, two ldmatrix.x4.trans of 32
/// tokens each; lane l gives the address of token 32s + l. Not transposed, lane (g, c) = (l/4, l%4) of an 8×8 matrix of
/// 16-bit elements would hold row g, elements 2c and 2c + 1. Transposed, it holds element g of rows 2c and 2c + 1: with
/// rows of tokens T … T + 7, columns 2g and 2g + 1 of token T + 2c in the low half, of token T + 2c + 1 in the high
/// half.
///
/// A register of layout a_paired holds one column (2g + (j&1)) of tokens T + {2c, 2c + 1, 8 + 2c, 9 + 2c}, where T =
/// 32s + 16·(j>>1): the even bytes of the registers of T and T + 8 for j even, the odd ones for j odd.
struct LowerLoadTransposed : ThreadPattern<SmemLoadTransposedOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemLoadTransposedOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    constexpr int64_t kSteps = SmemType::kTileRows / 32;
    constexpr int64_t kEvenBytes = 0x6420, kOddBytes = 0x7531;
    Value lane = code.lane();
    // 64 columns are half of a tile's row: chunks 0 to 3, or 4 to 7, of which the warp takes one. XORed with token % 8.
    int64_t tile = op.getFirst() / SmemType::kTileRowBytes, firstChunk = op.getFirst() % SmemType::kTileRowBytes / 16;
    Value chunk = LLVM::XOrOp::create(rewriter, loc, code.add(code.warpInGroup(), firstChunk), code.bitAnd(lane, 7));
    Value address = code.element(adaptor.getSource().front(), rewriter.getI8Type(), code.shl(lane, 7));
    address = code.element(address, rewriter.getI8Type(), code.shl(chunk, 4));
    SmallVector<Value> registers;
    for (int64_t s = 0; s < kSteps; ++s) {
      Value tokens = code.bytes(address, tile * SmemType::kTileBytes + s * 32 * SmemType::kTileRowBytes);
      SmallVector<Value> matrices = loadMatrices(code, rewriter, loc, tokens, NVVM::MMALayout::col);
      for (int64_t pair : {0, 2})
        for (int64_t selector : {kEvenBytes, kOddBytes})
          registers.push_back(code.intrinsic("llvm.nvvm.prmt", code.i32(),
                                             {matrices[pair], matrices[pair + 1], code.constI32(selector)}));
    }
    replace(op, registers, rewriter);
    return success();
  }
};

/// In layout acc_paired elements 4j + i and 4j + 2 + i of the accumulator are rows m = 16w + 2·(l/4) and m + 1 of
/// column n = 8j + 2·(l%4) + i: a word of row n of the target, in chunk m/8 = 2w + l/16, which is XORed with n%8 =
/// 2·(l%4) + i. For a given i a warp writes to 4 rows, two chunks and four words in each: banks 4·((2w + l/16) ^
/// (2·(l%4) + i)) + l/4%4, each once.
///
/// In layout acc a pair of elements is one register of an 8×8 matrix, rows 16w + 8h and columns 8j on, which
/// stmatrix.trans stores as rows 8j on and chunk 2w + h of the target: lane l gives the address of row l%8 of matrix
/// l/8, of which h is the lowest bit.
struct LowerStoreTransposed : ThreadPattern<SmemStoreTransposedOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemStoreTransposedOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    code.pinThreadIndex();
    ValueRange values = adaptor.getValue();
    Type element = op.getTarget().getType().getElementType();
    if (hasLayout(op.getValue().getType(), Layout::Acc)) {
      storeMatrices(adaptor.getTarget().front(), values, element, rewriter, code, loc);
      rewriter.eraseOp(op);
      return success();
    }
    Value lane = code.lane(), row = code.shl(code.quadLane(), 1);
    Value chunk = LLVM::AddOp::create(rewriter, loc, code.shl(code.warpInGroup(), 1), code.lshr(lane, 4));
    Value swizzled = LLVM::XOrOp::create(rewriter, loc, chunk, row);
    Value word = code.shl(code.bitAnd(code.lshr(lane, 2), 3), 2);
    Value base = code.element(adaptor.getTarget().front(), rewriter.getI8Type(), code.shl(row, 7));
    base = code.element(base, rewriter.getI8Type(), word);
    for (int64_t i : {0, 1}) {
      Value offset = code.shl(i == 0 ? swizzled : LLVM::XOrOp::create(rewriter, loc, swizzled, code.constI32(1)), 4);
      Value address = code.bytes(code.element(base, rewriter.getI8Type(), offset), i * SmemType::kTileRowBytes);
      for (int64_t j = 0, groups = values.size() / 4; j < groups; ++j)
        LLVM::StoreOp::create(rewriter, loc, code.pack(element, values[4 * j + i], values[4 * j + 2 + i]),
                              code.bytes(address, j * 8 * SmemType::kTileRowBytes), /*alignment=*/4);
    }
    rewriter.eraseOp(op);
    return success();
  }

  static void storeMatrices(Value view, ValueRange values, Type element, OpBuilder &b, ThreadCode &code, Location loc) {
    Value lane = code.lane(), row = code.bitAnd(lane, 7);
    Value chunk = LLVM::OrOp::create(b, loc, code.shl(code.warpInGroup(), 1), code.bitAnd(code.lshr(lane, 3), 1));
    Value rowInPair = LLVM::OrOp::create(b, loc, row, code.shl(code.lshr(lane, 4), 3));
    Value address = code.element(view, b.getI8Type(), code.shl(rowInPair, 7));
    address = code.element(address, b.getI8Type(), code.shl(LLVM::XOrOp::create(b, loc, chunk, row), 4));
    for (size_t first = 0; first < values.size(); first += 8) {
      SmallVector<Value, 4> matrices;
      for (size_t pair = first; pair < first + 8; pair += 2)
        matrices.push_back(code.pack(element, values[pair], values[pair + 1]));
      Value place = code.bytes(address, int64_t(first) / 4 * 8 * SmemType::kTileRowBytes);
      NVVM::StMatrixOp::create(b, loc, place, matrices, NVVM::MMALayout::col,
                               NVVM::LdStMatrixShapeAttr::get(b.getContext(), 8, 8), NVVM::LdStMatrixEltType::B16);
    }
  }
};

/// Value i of a thread is of column 8·(i/2) + 2·(l%4) + (i&1), which the lanes of equal l%4 have together: three
/// shuffles. The first quad of each warp stores.
struct LowerStoreParts : ThreadPattern<SmemStorePartsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemStorePartsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    auto combine = [&](Value a, Value b) { return code.combine(op.getKind(), a, b); };
    ValueRange values = adaptor.getValue();
    SmallVector<Value> columns;
    for (size_t index = 0; index < values.size(); index += 4)
      for (size_t column : {index, index + 1})
        columns.push_back(combine(values[column], values[column + 2]));
    for (int32_t mask : {4, 8, 16})
      for (Value &column : columns)
        column = combine(column, code.shuffleXor(column, mask));
    Value isFirst = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::ult, code.lane(), code.constI32(4));
    Value place = LLVM::AddOp::create(rewriter, loc, code.shl(code.quadLane(), 3), code.warpInGroup());
    Value address = code.element(adaptor.getTarget().front(), code.f32(), place);
    constexpr int64_t kColumnBytes = 16;
    emitIf(rewriter, loc, isFirst, [&] {
      for (auto [index, column] : llvm::enumerate(columns))
        LLVM::StoreOp::create(rewriter, loc, column,
                              code.bytes(address, int64_t(8 * (index / 2) + index % 2) * kColumnBytes), 4);
    });
    rewriter.eraseOp(op);
    return success();
  }
};

/// The four warps' values of a column lie side by side.
struct LowerLoadParts : ThreadPattern<SmemLoadPartsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemLoadPartsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    auto combine = [&](Value a, Value b) { return code.combine(op.getKind(), a, b); };
    Type vector = VectorType::get(4, code.f32());
    Value address = code.element(adaptor.getSource().front(), vector, code.shl(code.quadLane(), 1));
    SmallVector<Value> columns;
    for (int64_t group = 0, groups = op.getResult().getType().getDimSize(0) / 8; group < groups; ++group)
      for (int64_t column : {8 * group, 8 * group + 1}) {
        Value loaded = LLVM::LoadOp::create(rewriter, loc, vector, code.bytes(address, column * 16), 16);
        SmallVector<Value> parts = code.split(loaded);
        columns.push_back(combine(combine(parts[0], parts[1]), combine(parts[2], parts[3])));
      }
    replace(op, columns, rewriter);
    return success();
  }
};

/// The first quad of the warp group has all of them.
struct LowerStoreColumns : ThreadPattern<SmemStoreColumnsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemStoreColumnsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Value quad = LLVM::OrOp::create(rewriter, loc, code.lshr(code.lane(), 2), code.warpInGroup());
    Value isFirst = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::eq, quad, code.constI32(0));
    Value address = code.element(adaptor.getTarget().front(), code.f32(), code.shl(code.quadLane(), 1));
    ValueRange values = adaptor.getValue();
    emitIf(rewriter, loc, isFirst, [&] {
      for (auto [index, value] : llvm::enumerate(values))
        LLVM::StoreOp::create(rewriter, loc, value, code.bytes(address, int64_t(8 * (index / 2) + index % 2) * 4), 4);
    });
    rewriter.eraseOp(op);
    return success();
  }
};

/// Where value `index` lies among 16 in the order of sw64_paired: 8h + 2c + i in place 4c + 2h + i.
Value getPairedPlace(ThreadCode &code, OpBuilder &b, Location loc, Value index) {
  Value quarter = code.shl(code.bitAnd(index, 6), 1), half = code.bitAnd(code.lshr(index, 2), 2);
  return LLVM::OrOp::create(b, loc, LLVM::OrOp::create(b, loc, quarter, half), code.bitAnd(index, 1));
}

/// A pair of neighbouring columns of each 8, or the two pairs of each 16, which lie side by side. A pair of f16 is one
/// register.
struct LowerLoadColumns : ThreadPattern<SmemLoadColumnsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemLoadColumnsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    RankedTensorType type = op.getResult().getType();
    bool isF16 = type.getElementType().isF16();
    int64_t width = op.getPaired() ? 4 : 2, bytes = (isF16 ? 2 : 4) * width, groupBytes = 4 * bytes;
    Type vector = isF16 ? VectorType::get(width / 2, code.i32()) : VectorType::get(width, code.f32());
    Value address = code.element(adaptor.getSource().front(), vector, code.quadLane());
    SmallVector<Value> columns;
    for (int64_t group = 0, groups = type.getDimSize(0) / (4 * width); group < groups; ++group) {
      Value loaded = LLVM::LoadOp::create(rewriter, loc, vector, code.bytes(address, group * groupBytes), bytes);
      llvm::append_range(columns, code.split(loaded));
    }
    replace(op, columns, rewriter);
    return success();
  }
};

/// Stores a value of 4 bytes, or of f32 as f16.
void storeElement(OpBuilder &b, Location loc, Value value, Value address, Type element) {
  if (element.isF16())
    value = LLVM::FPTruncOp::create(b, loc, element, value);
  LLVM::StoreOp::create(b, loc, value, address, element.getIntOrFloatBitWidth() / 8);
}

/// The first lane of each quad stores its two rows; the others hold copies.
struct LowerStoreRows : ThreadPattern<SmemStoreRowsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemStoreRowsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    ValueRange values = adaptor.getValue();
    Value isFirst = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::eq, code.quadLane(), code.constI32(0));
    Value place = code.firstRow();
    int64_t distance = 8;
    if (op.getPaired()) {
      place = LLVM::OrOp::create(rewriter, loc, code.bitAnd(place, 48), getPairedPlace(code, rewriter, loc, place));
      distance = 2;
    }
    Type element = op.getTarget().getType().getElementType();
    int64_t bytes = element.getIntOrFloatBitWidth() / 8;
    Value address = code.element(adaptor.getTarget().front(), element, place);
    emitIf(rewriter, loc, isFirst, [&] {
      storeElement(rewriter, loc, values[0], address, element);
      storeElement(rewriter, loc, values[1], code.bytes(address, distance * bytes), element);
    });
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerLoadRows : ThreadPattern<SmemLoadRowsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemLoadRowsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Type type = op.getResult().getType().getElementType();
    Value address = code.element(adaptor.getSource().front(), type, code.firstRow());
    Value first = LLVM::LoadOp::create(rewriter, loc, type, address, /*alignment=*/4);
    Value second = LLVM::LoadOp::create(rewriter, loc, type, code.bytes(address, 8 * 4), /*alignment=*/4);
    replace(op, {first, second}, rewriter);
    return success();
  }
};

/// Where lane l's elements of a tensor begin in an unswizzled buffer, and how many of them lie side by side: l or 4·l.
std::pair<Value, int64_t> getLaneAddress(Value buffer, Value index, RankedTensorType tensor, ThreadCode &code) {
  int64_t width = tensor.getDimSize(0) == 32 ? 1 : 4;
  Value address = code.element(buffer, tensor.getElementType(), index);
  return {code.element(address, tensor.getElementType(), width == 1 ? code.lane() : code.shl(code.lane(), 2)), width};
}

/// From one access of a warp to the next, in bytes: four f32 from each lane.
constexpr int64_t kLaneAccess = 512;

struct LowerLoadLanes : ThreadPattern<SmemLoadLanesOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemLoadLanesOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    RankedTensorType tensor = op.getResult().getType();
    auto [address, width] = getLaneAddress(adaptor.getSource().front(), adaptor.getIndex().front(), tensor, code);
    SmallVector<Value> results;
    for (int64_t access = 0, count = getElementsPerThread(tensor) / width; access < count; ++access) {
      Value loaded = LLVM::LoadOp::create(rewriter, loc, VectorType::get(width, tensor.getElementType()),
                                          code.bytes(address, access * kLaneAccess), 4 * width);
      llvm::append_range(results, code.split(loaded));
    }
    replace(op, results, rewriter);
    return success();
  }
};

struct LowerStoreLanes : ThreadPattern<SmemStoreLanesOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemStoreLanesOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    RankedTensorType tensor = op.getValue().getType();
    Value target = adaptor.getTarget().front(), index = adaptor.getIndex().front();
    ValueRange values = adaptor.getValue();
    if (op.getPaired()) {
      Value lane = code.lane();
      Value place = LLVM::OrOp::create(rewriter, loc, code.bitAnd(lane, 16), getPairedPlace(code, rewriter, loc, lane));
      Type element = op.getTarget().getType().getElementType();
      Value address = code.element(code.element(target, element, index), element, place);
      storeElement(rewriter, loc, values.front(), address, element);
      rewriter.eraseOp(op);
      return success();
    }
    auto [address, width] = getLaneAddress(target, index, tensor, code);
    for (int64_t access = 0; !values.empty(); ++access, values = values.drop_front(width))
      LLVM::StoreOp::create(rewriter, loc, code.join(values.take_front(width)),
                            code.bytes(address, access * kLaneAccess), 4 * width);
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerLoad : ThreadPattern<SmemLoadOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemLoadOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    constexpr int64_t kBytes = 4;
    Value address = code.bytes(adaptor.getSource().front(), int64_t(op.getIndex()) * kBytes);
    Type type = op.getResult().getType();
    replace(op, LLVM::LoadOp::create(rewriter, op.getLoc(), type, address, /*alignment=*/kBytes).getResult(), rewriter);
    return success();
  }
};

/// Multicast, lane r stores in block r of the cluster.
struct LowerStore : ThreadPattern<SmemStoreOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemStoreOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    constexpr int64_t kBytes = 4;
    Value value = adaptor.getValue().front();
    Value address = code.bytes(adaptor.getTarget().front(), int64_t(op.getIndex()) * kBytes);
    if (op.getMulticast()) {
      Value isOne = code.isAmongFirst(getTeam(op), op->getParentOfType<KernelOp>().getClusterSize());
      if (value.getType().isF32())
        value = LLVM::BitcastOp::create(rewriter, op.getLoc(), code.i32(), value);
      code.ptx(
          "{\n"
          ".reg .b32 there, signal;\n"
          "@$0 mapa.shared::cluster.u32 there, $1, $4;\n"
          "@$0 mapa.shared::cluster.u32 signal, $2, $4;\n"
          "@$0 st.async.shared::cluster.mbarrier::complete_tx::bytes.b32 [there], $3, [signal];\n"
          "}",
          {{}, {isOne, code.sharedAddress(address), code.sharedAddress(adaptor.getBar().front()), value, code.lane()}});
      rewriter.eraseOp(op);
      return success();
    }
    emitIf(rewriter, op.getLoc(), code.isLeader(getTeam(op)),
           [&] { LLVM::StoreOp::create(rewriter, op.getLoc(), value, address, /*alignment=*/kBytes); });
    rewriter.eraseOp(op);
    return success();
  }
};

/// Whole rows are cleared, and the swizzle moves bytes only within a row: from row `first` on every tile is one range
/// of bytes, which the team's threads fill 16 bytes at a time.
struct LowerZeroRows : ThreadPattern<SmemZeroRowsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemZeroRowsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    code.pinThreadIndex();
    SmemType type = op.getTarget().getType();
    // The team's threads follow one another, 16 bytes each.
    bool isGroup = getTeam(op) == Team::WarpGroup;
    Value thread =
        isGroup ? LLVM::AddOp::create(rewriter, loc, code.shl(code.warpInGroup(), 5), code.lane()) : code.lane();
    Value start =
        LLVM::AddOp::create(rewriter, loc, code.shl(adaptor.getFirst().front(), llvm::Log2_64(type.getTileRowBytes())),
                            code.shl(thread, 4));

    Block *before = rewriter.getInsertionBlock();
    Block *after = rewriter.splitBlock(before, rewriter.getInsertionPoint());
    Block *head = rewriter.createBlock(after, {code.i32()}, {loc});
    Block *body = rewriter.createBlock(after);
    rewriter.setInsertionPointToEnd(before);
    LLVM::BrOp::create(rewriter, loc, start, head);

    rewriter.setInsertionPointToStart(head);
    Value offset = head->getArgument(0);
    Value inside =
        LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::slt, offset, code.constI32(type.getTileBytes()));
    LLVM::CondBrOp::create(rewriter, loc, inside, body, ValueRange(), after, ValueRange());

    rewriter.setInsertionPointToStart(body);
    Value zero = code.zero(VectorType::get(4, code.i32()));
    Value address = code.element(adaptor.getTarget().front(), rewriter.getI8Type(), offset);
    for (int64_t tile = 0; tile < type.getNumTiles(); ++tile)
      LLVM::StoreOp::create(rewriter, loc, zero, code.bytes(address, tile * type.getTileBytes()), /*alignment=*/16);
    LLVM::BrOp::create(rewriter, loc, code.add(offset, (isGroup ? 128 : 32) * 16), head);

    rewriter.setInsertionPointToStart(after);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateSharedMemoryPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerAlloc, LowerView, LowerStoreTile, LowerLoadTile, LowerLoadTransposed, LowerStoreTransposed,
               LowerLoadColumns, LowerStoreColumns, LowerStoreParts, LowerLoadParts, LowerStoreRows, LowerLoadRows,
               LowerLoadLanes, LowerStoreLanes, LowerLoad, LowerStore, LowerZeroRows>(converter);
}
