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
    replace(op, code.bytes(adaptor.getSource().front(), int64_t(op.getFirst()) * SmemType::kTileBytes), rewriter);
    return success();
  }
};

/// One stmatrix.x4 per 16 columns. Registers 4j … 4j+3 of an A operand are the 8×8 matrices (rows 0–7, columns 16j),
/// (rows 8–15, same columns), (rows 0–7, columns 16j+8), (rows 8–15, those columns) of the warp's 16 rows; lane l gives
/// the address of row l%8 of matrix l/8. The 16-byte chunk of a row is XORed with the row modulo 8.
struct LowerStoreTile : ThreadPattern<SmemStoreTileOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemStoreTileOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Value lane = code.lane();
    Value row = LLVM::AddOp::create(rewriter, loc, code.shl(code.warpInGroup(), 4), code.bitAnd(lane, 15));
    Value rowAddress = code.element(adaptor.getTarget().front(), rewriter.getI8Type(), code.shl(row, 7));
    // Chunk 2j + l/16, swizzled: (2j | l/16) ^ (l % 8) = 2j ^ (l/16 ^ l%8).
    Value chunk = LLVM::XOrOp::create(rewriter, loc, code.lshr(lane, 4), code.bitAnd(lane, 7));
    Value swizzled = code.shl(chunk, 4);
    ValueRange registers = adaptor.getValue();
    constexpr int64_t kStepsPerTile = 4;
    for (int64_t step = 0, steps = registers.size() / 4; step < steps; ++step) {
      Value offset = LLVM::XOrOp::create(rewriter, loc, swizzled, code.constI32((step % kStepsPerTile) << 5));
      Value address = code.element(rowAddress, rewriter.getI8Type(), offset);
      address = code.bytes(address, step / kStepsPerTile * SmemType::kTileBytes);
      NVVM::StMatrixOp::create(rewriter, loc, address, registers.slice(4 * step, 4), NVVM::MMALayout::row,
                               NVVM::LdStMatrixShapeAttr::get(op.getContext(), 8, 8), NVVM::LdStMatrixEltType::B16);
    }
    rewriter.eraseOp(op);
    return success();
  }
};

/// The first lane of each quad stores its two rows; the others hold copies.
struct LowerStoreRows : ThreadPattern<SmemStoreRowsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemStoreRowsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    ValueRange values = adaptor.getValue();
    Value isFirst = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::eq, code.quadLane(), code.constI32(0));
    Value address = code.element(adaptor.getTarget().front(), values[0].getType(), code.firstRow());
    emitIf(rewriter, loc, isFirst, [&] {
      LLVM::StoreOp::create(rewriter, loc, values[0], address, /*alignment=*/4);
      LLVM::StoreOp::create(rewriter, loc, values[1], code.bytes(address, 8 * 4), /*alignment=*/4);
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

/// Whole rows are cleared, and the swizzle moves bytes only within a row: from row `first` on every tile is one range
/// of bytes, which the lanes fill 16 bytes at a time.
struct LowerZeroRows : ThreadPattern<SmemZeroRowsOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SmemZeroRowsOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Value start = LLVM::AddOp::create(rewriter, loc, code.shl(adaptor.getFirst().front(), 7), code.shl(code.lane(), 4));

    Block *before = rewriter.getInsertionBlock();
    Block *after = rewriter.splitBlock(before, rewriter.getInsertionPoint());
    Block *head = rewriter.createBlock(after, {code.i32()}, {loc});
    Block *body = rewriter.createBlock(after);
    rewriter.setInsertionPointToEnd(before);
    LLVM::BrOp::create(rewriter, loc, start, head);

    rewriter.setInsertionPointToStart(head);
    Value offset = head->getArgument(0);
    Value inside =
        LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::slt, offset, code.constI32(SmemType::kTileBytes));
    LLVM::CondBrOp::create(rewriter, loc, inside, body, ValueRange(), after, ValueRange());

    rewriter.setInsertionPointToStart(body);
    Value zero = code.zero(VectorType::get(4, code.i32()));
    Value address = code.element(adaptor.getTarget().front(), rewriter.getI8Type(), offset);
    for (int64_t tile = 0; tile < op.getTarget().getType().getNumTiles(); ++tile)
      LLVM::StoreOp::create(rewriter, loc, zero, code.bytes(address, tile * SmemType::kTileBytes), /*alignment=*/16);
    LLVM::BrOp::create(rewriter, loc, code.add(offset, 32 * 16), head);

    rewriter.setInsertionPointToStart(after);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateSharedMemoryPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerAlloc, LowerView, LowerStoreTile, LowerStoreRows, LowerLoadRows, LowerZeroRows>(converter);
}
