//===- Elementwise.cpp - arith and math, on distributed tensors and on scalars ------------------------------===//
//
// An elementwise op on a distributed tensor is the same op on every element that the thread holds: it is cloned once
// per element, and the clones are lowered by the scalar patterns like any other code.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// %c = arith.addf %a, %b : tensor<…>  →  %c_i = arith.addf %a_i, %b_i : f32 for every element i. Scalar operands (the
/// condition of a select) go to every clone.
struct DistributeElementwise : ConversionPattern {
  DistributeElementwise(const LLVMTypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/2, context) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<ValueRange> operands,
                                ConversionPatternRewriter &rewriter) const override {
    if (!isa<arith::ArithDialect, math::MathDialect>(op->getDialect()) || !op->hasTrait<OpTrait::Elementwise>() ||
        op->getNumResults() != 1)
      return rewriter.notifyMatchFailure(op, "not an elementwise arith or math op");
    SmallVector<Type> types;
    auto tensor = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    if (!tensor || failed(getTypeConverter()->convertType(tensor, types)))
      return rewriter.notifyMatchFailure(op, "not on distributed tensors");
    // Registers that pack elements can be selected as a whole, but not computed with.
    if (isPacked(tensor) && !(isa<arith::SelectOp>(op) && op->getOperand(0).getType().isInteger(1)))
      return rewriter.notifyMatchFailure(op, "elements are packed");
    auto isTensor = [](Value operand) { return isa<RankedTensorType>(operand.getType()); };
    for (auto [operand, values] : llvm::zip_equal(op->getOperands(), operands))
      if (values.size() != (isTensor(operand) ? types.size() : 1))
        return rewriter.notifyMatchFailure(op, "operands are distributed differently");

    SmallVector<Value> results;
    for (auto [index, type] : llvm::enumerate(types)) {
      OperationState state(op->getLoc(), op->getName());
      for (auto [operand, values] : llvm::zip_equal(op->getOperands(), operands))
        state.operands.push_back(values[isTensor(operand) ? index : 0]);
      state.addTypes(type);
      state.addAttributes(op->getAttrDictionary().getValue());
      results.push_back(rewriter.create(state)->getResult(0));
    }
    rewriter.replaceOpWithMultiple(op, SmallVector<SmallVector<Value>>{results});
    return success();
  }
};

/// arith.constant dense<…> : tensor<…>  →  n constants; of packed elements: n constants of two halves or four quarters.
struct DistributeConstant : ConvertOpToLLVMPattern<arith::ConstantOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(arith::ConstantOp op, OneToNOpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto value = dyn_cast<SplatElementsAttr>(op.getValue());
    SmallVector<Type> types;
    if (!value || !isa<RankedTensorType>(op.getType()) || failed(getTypeConverter()->convertType(op.getType(), types)))
      return rewriter.notifyMatchFailure(op, "not a splat of a distributed tensor");
    auto element = cast<TypedAttr>(value.getSplatValue<Attribute>());
    if (isPacked(cast<RankedTensorType>(op.getType()))) {
      auto number = dyn_cast<FloatAttr>(element);
      if (!number)
        return rewriter.notifyMatchFailure(op, "not floating point");
      APInt bits = APInt::getSplat(32, number.getValue().bitcastToAPInt());
      element = rewriter.getI32IntegerAttr(static_cast<int32_t>(bits.getZExtValue()));
    }
    SmallVector<Value> results;
    for (Type type : types)
      results.push_back(LLVM::ConstantOp::create(rewriter, op.getLoc(), type, element));
    rewriter.replaceOpWithMultiple(op, SmallVector<SmallVector<Value>>{results});
    return success();
  }
};

/// arith.constant dense<[…]> : tensor<32x…, lane>  →  a table in global memory, of which each lane loads its element.
struct LaneTable : ConvertOpToLLVMPattern<arith::ConstantOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(arith::ConstantOp op, OneToNOpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto value = dyn_cast<DenseElementsAttr>(op.getValue());
    if (!value || value.isSplat() || !hasLayout(op.getType(), Layout::Lane) || value.getNumElements() != 32)
      return rewriter.notifyMatchFailure(op, "not 32 lanes of different values");
    Location loc = op.getLoc();
    Type element = value.getElementType();
    ThreadCode code(rewriter, loc);
    Value base = createTable(rewriter, op, value);
    int64_t bytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
    Value loaded =
        LLVM::LoadOp::create(rewriter, loc, element, code.element(base, element, code.lane()), bytes).getResult();
    rewriter.replaceOpWithMultiple(op, SmallVector<SmallVector<Value>>{{loaded}});
    return success();
  }
};

/// One scalar f32 op → one intrinsic of NVPTX. The exact functions do not exist in hardware.
template <typename Op> struct ToIntrinsic : ConvertOpToLLVMPattern<Op> {
  ToIntrinsic(const LLVMTypeConverter &converter, StringRef name)
      : ConvertOpToLLVMPattern<Op>(converter), intrinsic(name) {}

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    ThreadCode code(rewriter, op.getLoc());
    rewriter.replaceOp(op, code.intrinsic(intrinsic, code.f32(), adaptor.getOperands()));
    return success();
  }
  StringRef intrinsic;
};

/// math.fma  →  llvm.intr.fma: an unflagged mul and add would never fuse (toolchain trap T5).
struct LowerFma : ConvertOpToLLVMPattern<math::FmaOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(math::FmaOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    if (!op.getType().isF32() && !op.getType().isF64())
      return rewriter.notifyMatchFailure(op, "not f32 or f64");
    rewriter.replaceOpWithNewOp<LLVM::FMAOp>(op, adaptor.getA(), adaptor.getB(), adaptor.getC());
    return success();
  }
};

/// 1 / x  →  rcp.approx.ftz, or where it is `mla_gpu.exact` a division that rounds to nearest. Other quotients are left
/// to the upstream pattern, which rounds to nearest.
struct LowerReciprocal : ConvertOpToLLVMPattern<arith::DivFOp> {
  LowerReciprocal(const LLVMTypeConverter &converter) : ConvertOpToLLVMPattern(converter, /*benefit=*/2) {}
  LogicalResult matchAndRewrite(arith::DivFOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!op.getType().isF32() || !matchPattern(adaptor.getLhs(), m_OneFloat()))
      return rewriter.notifyMatchFailure(op, "not the reciprocal of an f32");
    if (op->hasAttr(MLAGPUDialect::kExactAttrName)) {
      rewriter.replaceOpWithNewOp<LLVM::FDivOp>(op, adaptor.getLhs(), adaptor.getRhs());
      return success();
    }
    rewriter.replaceOpWithNewOp<NVVM::RcpApproxFtzF32Op>(op, rewriter.getF32Type(), adaptor.getRhs());
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateElementwisePatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  arith::populateArithToLLVMConversionPatterns(converter, patterns);
  patterns.add<DistributeElementwise>(converter, patterns.getContext());
  patterns.add<DistributeConstant, LaneTable>(converter, /*benefit=*/2);
  patterns.add<LowerFma, LowerReciprocal>(converter);
  patterns.add<ToIntrinsic<math::Exp2Op>>(converter, "llvm.nvvm.ex2.approx.ftz");
  patterns.add<ToIntrinsic<math::Log2Op>>(converter, "llvm.nvvm.lg2.approx.ftz.f");
  patterns.add<ToIntrinsic<math::AbsFOp>>(converter, "llvm.fabs");
  patterns.add<ToIntrinsic<math::CosOp>>(converter, "llvm.nvvm.cos.approx.ftz.f");
  patterns.add<ToIntrinsic<math::SinOp>>(converter, "llvm.nvvm.sin.approx.ftz.f");
  patterns.add<ToIntrinsic<math::SqrtOp>>(converter, "llvm.nvvm.sqrt.approx.ftz.f");
  patterns.add<ToIntrinsic<math::RsqrtOp>>(converter, "llvm.nvvm.rsqrt.approx.ftz.f");
}
