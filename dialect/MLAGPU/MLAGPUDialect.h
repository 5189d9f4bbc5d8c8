//===- MLAGPUDialect.h - The mla_gpu dialect: includes everything but nothing of NVVM ------------*- C++ -*-===//
#ifndef DIALECT_MLAGPU_MLAGPUDIALECT_H
#define DIALECT_MLAGPU_MLAGPUDIALECT_H

#include "dialect/MLA/MLASyntax.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/TensorEncoding.h"

#include "dialect/MLAGPU/MLAGPUEnums.h.inc"

#include "dialect/MLAGPU/MLAGPUDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/MLAGPU/MLAGPUAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialect/MLAGPU/MLAGPUTypes.h.inc"

namespace mlir::mla_gpu {
/// The register layout of a distributed tensor, or nothing if `type` is not one.
std::optional<Layout> getLayout(Type type);
inline bool hasLayout(Type type, Layout layout) { return getLayout(type) == layout; }
/// Whether `type` is a pointer to integers of `width` bits.
inline bool isPtrTo(Type type, unsigned width) {
  auto ptr = llvm::dyn_cast<PtrType>(type);
  return ptr && ptr.getElementType().isSignlessInteger(width);
}
/// Elements that one thread holds of a distributed tensor; of a packed one, 32-bit registers.
int64_t getElementsPerThread(RankedTensorType type);
/// Whether a thread holds several elements of a distributed tensor in one register: floats of less than 32 bits.
bool isPacked(RankedTensorType type);
/// Numbers of rows as a kernel and its contract have them: "1 to 17", or "from 17" with `RowsAttr::kNoEnd`.
ParseResult parseRows(AsmParser &parser, int64_t &first, int64_t &end);
void printRows(AsmPrinter &printer, int64_t first, int64_t end);
} // namespace mlir::mla_gpu

#endif // DIALECT_MLAGPU_MLAGPUDIALECT_H
