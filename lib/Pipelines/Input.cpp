//===- Input.cpp - IR from files that nobody vouches for ----------------------------------------------------===//
#include "lib/Pipelines/Input.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

/// Ours nests a dozen deep; LLVM's struct types some more. A level costs the parser less than a kilobyte of stack.
static constexpr int64_t kMaxNesting = 256;

llvm::Error mla::checkNesting(llvm::MemoryBufferRef source) {
  llvm::StringRef text = source.getBuffer();
  int64_t depth = 0, line = 1, column = 0;
  bool inString = false, inComment = false;
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at], next = at + 1 < text.size() ? text[at + 1] : '\0';
    ++column;
    if (c == '\n') {
      ++line;
      column = 0;
      inString = inComment = false; // neither goes on past its line
      continue;
    }
    if (inComment)
      continue;
    if (inString) {
      if (c == '\\') {
        ++at;
        ++column;
      } else if (c == '"') {
        inString = false;
      }
      continue;
    }
    if (c == '"') {
      inString = true;
    } else if (c == '/' && next == '/') {
      inComment = true;
    } else if (c == '-' && next == '>') { // an arrow closes nothing
      ++at;
      ++column;
    } else if (llvm::StringRef("([{<").contains(c)) {
      if (++depth > kMaxNesting)
        return llvm::createStringError(llvm::formatv("{0}:{1}:{2}: error: expected at most {3} levels of brackets",
                                                     source.getBufferIdentifier(), line, column, kMaxNesting)
                                           .str());
    } else if (llvm::StringRef(")]}>").contains(c) && depth > 0) {
      --depth;
    }
  }
  return llvm::Error::success();
}
