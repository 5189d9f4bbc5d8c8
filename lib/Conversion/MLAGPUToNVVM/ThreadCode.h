//===- ThreadCode.h - Writing the code of one thread ---------------------------------------------*- C++ -*-===//
//
// What the lowering patterns share: a builder for scalar code, shuffles and inline PTX, and the branches that guard it.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_CONVERSION_MLAGPUTONVVM_THREADCODE_H
#define LIB_CONVERSION_MLAGPUTONVVM_THREADCODE_H

#include "dialect/MLAGPU/MLAGPUOps.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Transforms/DialectConversion.h"
#include <array>

namespace mlir::mla_gpu {

/// Address spaces of NVPTX.
enum AddressSpace : unsigned { kGeneric = 0, kGlobal = 1, kShared = 3 };

/// The operands of inline PTX. The text numbers them $0, $1, … in the order updated, results, inputs.
struct PtxOperands {
  /// Registers that the text only writes.
  TypeRange results = {};
  /// Registers that it only reads.
  ValueRange inputs = {};
  /// Registers that it reads and writes.
  ValueRange updated = {};
};

/// Which of a thread's two rows accumulator element `index` is in, and which of its columns.
inline size_t rowOf(size_t index) { return index / 2 & 1; }
inline size_t columnIndexOf(size_t index) { return index / 4 * 2 + index % 2; }

/// Writes scalar code at the insertion point of a builder. Helpers that only compute are free of side effects: two
/// equal calls become one by CSE.
class ThreadCode {
public:
  ThreadCode(OpBuilder &builder, Location loc) : b(builder), loc(loc) {}

  Type i1() { return b.getI1Type(); }
  Type i32() { return b.getI32Type(); }
  Type i64() { return b.getI64Type(); }
  Type f32() { return b.getF32Type(); }
  Type sharedPtr() { return LLVM::LLVMPointerType::get(b.getContext(), kShared); }

  Value constant(Type type, Attribute value) { return LLVM::ConstantOp::create(b, loc, type, value); }
  Value constI32(int64_t value) { return constant(i32(), b.getI32IntegerAttr(static_cast<int32_t>(value))); }
  Value constI64(int64_t value) { return constant(i64(), b.getI64IntegerAttr(value)); }
  Value constF32(float value) { return constant(f32(), b.getF32FloatAttr(value)); }
  Value zero(Type type) { return constant(type, b.getZeroAttr(type)); }

  /// Integer arithmetic with a constant; nothing is emitted where it changes nothing.
  Value add(Value value, int64_t constant);
  Value shl(Value value, int64_t bits);
  Value lshr(Value value, int64_t bits);
  Value bitAnd(Value value, int64_t mask);
  Value sext64(Value value);

  /// Index in the block, in the warp (lane), of the warp in its warp group (0 to 3).
  Value threadIndex();
  /// From here on reads that index anew, so that nothing derived from it is moved out of a loop: an op that runs once
  /// in a while shall not hold registers all the time for its addresses.
  void pinThreadIndex();
  Value lane();
  Value warpInGroup();
  /// For a warp group: the first of the two rows of an accumulator that this thread holds, 16w + l/4.
  Value firstRow();
  /// l%4: which pair of columns of every eight this lane holds; of chunks, which 16 columns of every 64.
  Value quadLane();
  /// The first of the two rows of chunks that this thread holds, t/4.
  Value firstChunkRow();

  /// `pointer` advanced by `index` elements of `type`; the second form by a constant number of bytes.
  Value element(Value pointer, Type type, Value index);
  Value bytes(Value pointer, int64_t offset);
  /// A shared address as the 32-bit number that PTX wants.
  Value sharedAddress(Value pointer);

  /// Exchange with the lane whose index differs by `mask`; from the lane `delta` below; from lane `index`.
  Value shuffleXor(Value value, int32_t mask);
  Value shuffleUp(Value value, int32_t delta);
  Value shuffleIndex(Value value, Value index);

  /// Is this the one thread that acts for its team? In a warp any lane will do; elect tells ptxas that it is only one.
  Value isLeader(Team team);
  /// Is this one of the team's first `count` threads, at most a warp's? The index of each that is, is `lane`.
  Value isAmongFirst(Team team, int64_t count);

  /// An LLVM intrinsic by name.
  Value intrinsic(llvm::StringRef name, Type result, ValueRange operands);
  Value exp2(Value value) { return intrinsic("llvm.nvvm.ex2.approx.ftz", f32(), value); }
  /// Maximum of two f32, NaN loses; or of two i32.
  Value max(Value a, Value b);
  Value sum(Value a, Value b);
  /// Whichever of them `kind` is.
  Value combine(ReduceKind kind, Value a, Value b);
  /// The values, of one type, side by side for one store.
  Value join(ValueRange values);
  /// What one load brought, element by element.
  SmallVector<Value> split(Value vector);
  /// Two f32 rounded to a register of two 16-bit numbers, `low` in the low half.
  Value pack(Type element, Value low, Value high);
  /// The two 16-bit numbers of a register as f32, the low one first.
  SmallVector<Value> unpack(Type element, Value pair);
  SmallVector<Value> unpackF16(Value pair) { return unpack(b.getF16Type(), pair); }
  /// The four e4m3 of a register as two registers of two f16, exactly, the low ones first.
  std::array<Value, 2> unpackE4M3(Value word);

  /// One, two or four f32 rounded to e4m3, in an integer of as many bytes, the first in the lowest. Saturates.
  Value packE4M3(ValueRange values);

  /// Inline PTX with side effects. Returns what became of `updated`, then the results.
  SmallVector<Value> ptx(llvm::StringRef text, const PtxOperands &operands);

private:
  OpBuilder &b;
  Location loc;
  /// What `pinThreadIndex` read, or null.
  Value pinnedThread;
};

/// Opens a block that only threads with `condition` enter: splits the current block at the insertion point, lets `then`
/// write the guarded code, and leaves the insertion point behind. `then` returns values for the code behind, in place
/// of `otherwise`; they come back as block arguments.
SmallVector<Value> emitIf(RewriterBase &rewriter, Location loc, Value condition, ValueRange otherwise,
                          llvm::function_ref<SmallVector<Value>()> then);
void emitIf(RewriterBase &rewriter, Location loc, Value condition, llvm::function_ref<void()> then);

/// The address of a constant table in global memory, made here. `op` is inside of the program that it is for.
Value createTable(OpBuilder &builder, Operation *op, DenseElementsAttr values);

/// Marks ops that stood in an `each_warp`, which is dissolved before the patterns run.
inline constexpr llvm::StringLiteral kByWarpAttrName = "mla_gpu.by_warp";

/// The team that executes `op`; the kernel's verifier has made sure that there is one.
Team getTeam(Operation *op);

/// All values of the 1:N-converted operands, in one list.
SmallVector<Value> flatten(ArrayRef<ValueRange> operands);

/// Base of the patterns: the op's location and a `ThreadCode` at hand.
template <typename Op> class ThreadPattern : public ConvertOpToLLVMPattern<Op> {
public:
  using Adaptor = typename ConvertOpToLLVMPattern<Op>::OneToNOpAdaptor;
  using ConvertOpToLLVMPattern<Op>::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(Op op, Adaptor adaptor, ConversionPatternRewriter &rewriter) const final {
    ThreadCode code(rewriter, op.getLoc());
    return lower(op, adaptor, rewriter, code);
  }

  /// Replaces or erases `op`.
  virtual LogicalResult lower(Op op, Adaptor adaptor, ConversionPatternRewriter &rewriter, ThreadCode &code) const = 0;

  /// The n values that stand for `op`'s only result.
  static void replace(Op op, ArrayRef<Value> values, ConversionPatternRewriter &rewriter) {
    rewriter.replaceOpWithMultiple(op, SmallVector<SmallVector<Value>>{llvm::to_vector(values)});
  }
};

} // namespace mlir::mla_gpu

#endif // LIB_CONVERSION_MLAGPUTONVVM_THREADCODE_H
