//===- JSONFile.h - JSON from files that nobody vouches for ---------------------------------------*- C++ -*-===//
#ifndef LIB_SUPPORT_JSONFILE_H
#define LIB_SUPPORT_JSONFILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace mlir::mla {

/// Parses `text`; errors begin with `name`. LLVM's parser calls itself for every level, so text that nests deeper than
/// any file of ours is refused before.
llvm::Expected<llvm::json::Value> parseJSON(llvm::StringRef text, llvm::StringRef name);

/// The same for the file at `path`; - is standard input.
llvm::Expected<llvm::json::Value> readJSONFile(llvm::StringRef path);

/// Writes through a temporary file and a rename: a reader finds the old file or the new one.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef content);

} // namespace mlir::mla

#endif // LIB_SUPPORT_JSONFILE_H
