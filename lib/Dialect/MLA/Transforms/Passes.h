//===- Passes.h - Passes on the mla dialect ------------------------------------------------------*- C++ -*-===//
#ifndef LIB_DIALECT_MLA_TRANSFORMS_PASSES_H
#define LIB_DIALECT_MLA_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace mlir::mla {

class DecodeOp;

/// The discardable attribute that holds an attention op's `#mla_gpu.schedule`.
inline constexpr llvm::StringLiteral kScheduleAttrName = "mla_gpu.schedule";
/// The one that says in words where the schedule comes from.
inline constexpr llvm::StringLiteral kChosenByAttrName = "mla_gpu.chosen_by";

/// The kinds of schedule that can implement `mla.decode`, in the order in which messages list them.
llvm::ArrayRef<llvm::StringLiteral> getDecodeScheduleKinds();
/// The same of prefill.
llvm::ArrayRef<llvm::StringLiteral> getPrefillScheduleKinds();
/// The same of prefill in absorbed form.
llvm::ArrayRef<llvm::StringLiteral> getPrefillAbsorbedScheduleKinds();

/// Whether a kind of decode is decode_e4m3, or somebody's copy of it, whose name then begins so; the others are of the
/// seesaw.
bool isDecodeE4M3(llvm::StringRef kind);

/// Whether schedule decode_e4m3 multiplies values and weights of f16: where groups of columns have scales, and where
/// tokens have and precision is that of 16 bits.
bool hasF16Values(DecodeOp op);

#define GEN_PASS_DECL
#include "lib/Dialect/MLA/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Dialect/MLA/Transforms/Passes.h.inc"

} // namespace mlir::mla

#endif // LIB_DIALECT_MLA_TRANSFORMS_PASSES_H
