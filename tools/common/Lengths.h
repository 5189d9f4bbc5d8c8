//===- Lengths.h - Sequence lengths on the command line --------------------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_LENGTHS_H
#define TOOLS_COMMON_LENGTHS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <vector>

namespace mlir::mla::run {

/// Bounds of what a list may ask for: more tokens than any cache holds, which keeps sums in 64 bits.
constexpr int64_t kMaxLength = int64_t(1) << 30, kMaxRequests = int64_t(1) << 20;

/// Lengths from a list such as "4097,0,random:1:512": each item is a number of tokens, or a range to draw from, and may
/// end in "xN" for N requests. With `b` positive the list is repeated, or cut, to b requests. Equal seeds draw equal
/// lengths.
llvm::Expected<std::vector<int32_t>> parseLengths(llvm::StringRef spec, int64_t b, uint64_t seed);

/// "4097" or "0 to 4097".
std::string describeLengths(const std::vector<int32_t> &lengths);

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_LENGTHS_H
