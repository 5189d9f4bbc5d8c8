//===- JSONFile.cpp - JSON from files that nobody vouches for -----------------------------------------------===//
#include "lib/Support/JSONFile.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;
namespace json = llvm::json;

static constexpr int64_t kMaxDepth = 64;

/// The deepest that arrays and objects are nested; brackets in strings do not count. What closes without having been
/// opened must not make room for more.
static int64_t getDepth(llvm::StringRef text) {
  int64_t depth = 0, deepest = 0;
  bool inString = false;
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (inString) {
      if (c == '\\')
        ++at;
      else if (c == '"')
        inString = false;
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

Expected<json::Value> mla::parseJSON(llvm::StringRef text, llvm::StringRef name) {
  if (getDepth(text) > kMaxDepth)
    return llvm::createStringError(
        llvm::formatv("{0}: expected at most {1} levels of arrays and objects, but got more", name, kMaxDepth).str());
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return llvm::createStringError(llvm::formatv("{0}: {1}", name, toString(value.takeError())).str());
  return value;
}

Expected<json::Value> mla::readJSONFile(llvm::StringRef path) {
  auto file = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!file)
    return llvm::createStringError(llvm::formatv("{0}: {1}", path, file.getError().message()).str());
  return parseJSON((*file)->getBuffer(), path);
}

Error mla::writeFile(llvm::StringRef path, llvm::StringRef content) {
  Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
    os << content;
    return Error::success();
  });
  if (error)
    return llvm::createStringError(llvm::formatv("{0}: {1}", path, toString(std::move(error))).str());
  return Error::success();
}
