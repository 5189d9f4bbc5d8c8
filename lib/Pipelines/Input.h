//===- Input.h - IR from files that nobody vouches for --------------------------------------------*- C++ -*-===//
#ifndef LIB_PIPELINES_INPUT_H
#define LIB_PIPELINES_INPUT_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace mlir::mla {

/// MLIR's parser calls itself at every opening bracket, so deeply nested text overflows the stack. Fails, with line and
/// column, where brackets nest deeper than any sensible IR. Strings and comments do not count.
llvm::Error checkNesting(llvm::MemoryBufferRef source);

} // namespace mlir::mla

#endif // LIB_PIPELINES_INPUT_H
