//===- WGMMA.cpp - wgmma, wgmma.commit, wgmma.wait ------------------------------------------------------------===//
//
// Tensor-core code has two ways to be slow or wrong that LLVM and ptxas do not warn about, or only ptxas does:
//
// - Descriptors. A matrix descriptor is a 64-bit number per operand and k step. Written as LLVM arithmetic they are
//   hoisted out of loops by the dozen and spill. So one asm holds all k steps of an op, and forms its descriptors
//   itself from one 32-bit address per operand.
// - Accumulators. The tensor cores write them until a wait retires their group, but the wait instruction does not name
//   them: nothing would stop a use from moving above it. So the wait's asm takes every accumulator as an updated
//   operand.
//
// Every wgmma asm begins with a wgmma.fence: registers of A and accumulators may have been written by other code
// before, and inside the asm no such write can slip in between (PTX ISA, "wgmma.fence"). Also an op that only goes on
// with a pending accumulator needs it, once a wait lies in between: otherwise ptxas injects one, and says so (C7519).
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// Bytes of k that one instruction consumes: 16 columns of 16-bit elements, 32 of e4m3.
constexpr int64_t kStepBytes = 32;

/// How the matrix descriptors of an operand run over its k steps (PTX ISA, "Matrix descriptor"): the low word is
/// address / 16 + leading offset / 16 << 16, the high word stride offset / 16 + swizzle mode << 30.
struct DescriptorWalk {
  bool mnMajor;
  Swizzle swizzle;
  /// From one 64-column tile of the operand to the next: all its rows lie between.
  int64_t tileBytes;

  int64_t tileRowBytes() const { return SmemType::getTileRowBytes(swizzle); }
  /// The swizzle's low two bits are the mode. The stride is 8 rows: from one atom of the swizzle to the next, along
  /// rows in either view.
  uint32_t highWord() const {
    return static_cast<uint32_t>(swizzle) << 30 | static_cast<uint32_t>(8 * tileRowBytes() / 16);
  }
  /// From one 64-column tile to the next if columns are N; ignored (1) if they are K, where one tile's row is all there
  /// is.
  uint32_t lowWordOffset() const { return (mnMajor ? tileBytes / 16 : 1) << 16; }
  /// Bytes from the operand's start to k step `step`.
  int64_t offset(int64_t step) const {
    constexpr int64_t kStepRows = 16;
    if (mnMajor)
      return step * kStepRows * tileRowBytes();
    int64_t stepsPerTile = tileRowBytes() / kStepBytes;
    return step / stepsPerTile * tileBytes + step % stepsPerTile * kStepBytes;
  }
};

/// `{$first, …}`, n registers.
std::string registerList(unsigned first, unsigned n) {
  std::string list = "{";
  for (unsigned index = 0; index < n; ++index)
    list += (index == 0 ? "$" : ", $") + std::to_string(first + index);
  return list + "}";
}

struct LowerWgmma : ThreadPattern<WgmmaOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(WgmmaOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    auto result = cast<RankedTensorType>(op.getResult().getType().getTensor());
    auto aTensor = dyn_cast<RankedTensorType>(op.getA().getType());
    auto aView = dyn_cast<SmemType>(op.getA().getType());
    SmemType bView = op.getB().getType();
    Type element = bView.getElementType();
    int64_t n = result.getDimSize(1);
    int64_t k = aTensor ? aTensor.getDimSize(1) : aView.getShape()[1];
    DescriptorWalk walkA{/*mnMajor=*/false, Swizzle::None, 0};
    if (aView)
      walkA = {/*mnMajor=*/false, aView.getSwizzle(), aView.getTileBytes()};
    DescriptorWalk walkB{/*mnMajor=*/!op.getTransposeB(), bView.getSwizzle(), bView.getTileBytes()};

    // Operands of the asm: accumulators, then A (registers or an address), then B's address.
    unsigned numAccumulators = n / 2, firstA = numAccumulators;
    SmallVector<Value> inputs;
    if (aTensor)
      llvm::append_range(inputs, adaptor.getA());
    else
      inputs.push_back(code.sharedAddress(adaptor.getA().front()));
    unsigned addressB = firstA + inputs.size();
    inputs.push_back(code.sharedAddress(adaptor.getB().front()));
    ValueRange accumulators = op.getC() ? ValueRange(adaptor.getC()) : ValueRange();

    bool isCluster = op->getParentOfType<KernelOp>().getClusterSize() > 1;
    std::string text = "{\n.reg .pred zero, plus;\n.reg .b32 a, b, t;\n.reg .b64 da, db;\n"
                       "setp.ne.b32 zero, 0, 0;\nsetp.eq.b32 plus, 0, 0;\nwgmma.fence.sync.aligned;\n";
    auto begin = [&](const char *word, unsigned address, const DescriptorWalk &walk) {
      // In a cluster an address has the block's rank above the 18 bits that a descriptor takes 14 of.
      StringRef field = isCluster ? "bfe.u32 {0}, ${1}, 4, 14;\n" : "shr.b32 {0}, ${1}, 4;\n";
      text += llvm::formatv(field.data(), word, address);
      text += llvm::formatv("or.b32 {0}, {0}, {1};\n", word, walk.lowWordOffset());
    };
    auto step = [&](const char *word, const char *descriptor, const DescriptorWalk &walk, int64_t step) {
      text += llvm::formatv("add.s32 t, {0}, {1};\nmov.b64 {2}, {{t, {3}};\n", word, walk.offset(step) / 16, descriptor,
                            walk.highWord());
    };
    if (aView)
      begin("a", firstA, walkA);
    begin("b", addressB, walkB);
    StringRef type = element.isBF16() ? "bf16" : element.isF16() ? "f16" : "e4m3";
    // Of 8-bit operands none can be transposed, and the instruction does not ask.
    bool is8Bit = element.getIntOrFloatBitWidth() == 8;
    std::string transpose;
    if (!is8Bit)
      transpose = llvm::formatv(", {0}{1}", aView ? "0, " : "", walkB.mnMajor ? 1 : 0);
    int64_t stepColumns = kStepBytes * 8 / element.getIntOrFloatBitWidth();
    for (int64_t s = 0; s < k / stepColumns; ++s) {
      if (aView)
        step("a", "da", walkA, s);
      step("b", "db", walkB, s);
      text += llvm::formatv("wgmma.mma_async.sync.aligned.m64n{0}k{1}.f32.{2}.{2} {3}, {4}, db, {5}, 1, 1{6};\n", n,
                            stepColumns, type, registerList(0, numAccumulators),
                            aView ? std::string("da") : registerList(firstA + 4 * s, 4),
                            s == 0 && !op.getC() ? "zero" : "plus", transpose);
    }
    text += "}";

    PtxOperands operands;
    SmallVector<Type> fresh(numAccumulators, code.f32());
    operands.inputs = inputs;
    if (op.getC())
      operands.updated = accumulators;
    else
      operands.results = fresh;
    replace(op, code.ptx(text, operands), rewriter);
    return success();
  }
};

struct LowerCommit : ThreadPattern<WgmmaCommitOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(WgmmaCommitOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    rewriter.replaceOpWithNewOp<NVVM::WgmmaGroupSyncAlignedOp>(op);
    return success();
  }
};

struct LowerWait : ThreadPattern<WgmmaWaitOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(WgmmaWaitOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    SmallVector<Value> accumulators = flatten(adaptor.getAccumulators());
    std::string text = llvm::formatv("wgmma.wait_group.sync.aligned {0};", op.getPending());
    SmallVector<Value> retired = code.ptx(text, {{}, {}, accumulators});
    SmallVector<SmallVector<Value>> results;
    ArrayRef<Value> rest = retired;
    for (ValueRange accumulator : adaptor.getAccumulators()) {
      results.push_back(llvm::to_vector(rest.take_front(accumulator.size())));
      rest = rest.drop_front(accumulator.size());
    }
    rewriter.replaceOpWithMultiple(op, std::move(results));
    return success();
  }
};

/// settle  →  a trap that the value decides about and that never happens: no arithmetic gives a signalling NaN. That is
/// control flow to ptxas, which keeps its place among the waits; a branch instead makes ptxas serialise all wgmma.
struct LowerSettle : ThreadPattern<SettleOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(SettleOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    code.ptx("{\n.reg .pred never;\n.reg .f32 sum;\n.reg .b32 bits;\nadd.rn.f32 sum, $0, $1;\nmov.b32 bits, sum;\n"
             "setp.eq.u32 never, bits, 0x7f800001;\n@never trap;\n}",
             {{}, adaptor.getValue()});
    rewriter.eraseOp(op);
    return success();
  }
};

/// Nothing is in flight: the same registers.
struct LowerAsPending : ThreadPattern<AsPendingOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(AsPendingOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    replace(op, llvm::to_vector(adaptor.getTensor()), rewriter);
    return success();
  }
};

/// Each register is 0 · i + 0, of a 0 that the assembler does not know: it would set a constant at its first use, and
/// products that are alike once, with copies at the first use.
struct LowerZero : ThreadPattern<ZeroOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(ZeroOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    // Grids have two dimensions.
    std::string text = "{\n.reg .b32 bits;\n.reg .f32 zero;\nmov.u32 bits, %ctaid.z;\nmov.b32 zero, bits;\n";
    SmallVector<Type> registers(getElementsPerThread(op.getResult().getType()), code.f32());
    for (unsigned index = 0; index < registers.size(); ++index)
      text += llvm::formatv("fma.rn.f32 ${0}, zero, 0f{1:X-8}, zero;\n", index,
                            llvm::bit_cast<uint32_t>(static_cast<float>(index + 1)));
    text += "}";
    replace(op, code.ptx(text, {registers, {}, {}}), rewriter);
    return success();
  }
};

/// An asm without text that updates every register: volatile asms keep their order.
struct LowerMaterialize : ThreadPattern<MaterializeOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(MaterializeOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    replace(op, code.ptx("", {{}, {}, adaptor.getValue()}), rewriter);
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateWGMMAPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerWgmma, LowerCommit, LowerWait, LowerSettle, LowerAsPending, LowerMaterialize, LowerZero>(converter);
}
