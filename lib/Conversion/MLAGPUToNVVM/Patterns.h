//===- Patterns.h - Lowering patterns by op family -----------------------------------------------*- C++ -*-===//
//
// The patterns turn the body of a `mla_gpu.kernel` into the code of one thread, in place: while they run, kernels and
// roles stay as shells, so that a pattern can ask its role which team executes it. `assembleKernel` dissolves the
// shells.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_CONVERSION_MLAGPUTONVVM_PATTERNS_H
#define LIB_CONVERSION_MLAGPUTONVVM_PATTERNS_H

#include "dialect/MLAGPU/MLAGPUOps.h"
#include "lib/Target/TargetInfo.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::mla_gpu {

/// What one thread holds of a value:
///
/// | type                    | becomes                                                              |
/// |-------------------------|----------------------------------------------------------------------|
/// | distributed tensor      | n values of its element type; of less than 32 bits: i32, each packs several |
/// | pending                 | as its tensor                                                        |
/// | smem, mbar              | !llvm.ptr<3>                                                         |
/// | nbar                    | two i32: id, threads                                                 |
/// | ptr                     | !llvm.ptr<1>                                                         |
/// | tensor_map              | !llvm.ptr (of a grid constant)                                       |
void populateMLAGPUTypeConversions(LLVMTypeConverter &converter);

/// Elementwise `arith` and `math` on distributed tensors → the same op on every element that the thread holds; splat
/// constants; `math` and division on scalars → approximate instructions.
void populateElementwisePatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// `kernel` (argument types only), `block_id`, `grid_size`, `warp_id`.
void populateStructurePatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// `smem.*`.
void populateSharedMemoryPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// `mbar.*`, `nbar.*`, `fence.async`, `pdl.*`.
void populateBarrierPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// `tma.load`.
void populateTMAPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// `wgmma`, `wgmma.commit`, `wgmma.wait`, `as_pending`.
void populateWGMMAPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// `quantize`, `dequantize`, `column.*`.
void populateColumnPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// `row.*`, `exp2_fma`, `mask`, `rotate`, `to_a_operand`, `splat`.
void populateRowPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// `lane.*`.
void populateLanePatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// `global.*`.
void populateGlobalMemoryPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns);

/// What a kernel's shell says, taken down before the patterns run.
struct KernelFrame {
  struct Barrier {
    int32_t offset, count;
  };
  std::vector<Barrier> barriers;
  /// The launch contract, see lib/Target/Package/Package.h.
  DictionaryAttr launch;
  /// The kernel uses dynamic shared memory.
  bool usesShared = false;
};

/// Checks that `kernel` can be lowered (items expanded, resources assigned) and takes down its frame. Emits a
/// diagnostic where it cannot.
FailureOr<KernelFrame> prepareKernel(KernelOp kernel);

/// Rewrites `kernel`, whose body the patterns have converted, into an `llvm.func` at the builder's insertion point:
/// barriers are initialised, then warps branch to their roles. Erases the kernel.
void assembleKernel(KernelOp kernel, const KernelFrame &frame, const TargetInfo &target, RewriterBase &rewriter);

/// Symbol of a kernel's dynamic shared memory.
std::string getSharedSymbol(KernelOp kernel);

} // namespace mlir::mla_gpu

#endif // LIB_CONVERSION_MLAGPUTONVVM_PATTERNS_H
