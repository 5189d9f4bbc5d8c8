//===- ScheduleTemplate.cpp - Schedules as IR files with places to fill in ----------------------------------===//

#include "lib/Conversion/MLAToMLAGPU/ScheduleTemplate.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {
struct BuiltinTemplate {
  llvm::StringLiteral name;
  llvm::StringLiteral text;
};

constexpr BuiltinTemplate builtinTemplates[] = {
#include "lib/Conversion/MLAToMLAGPU/Schedules.inc"
};
} // namespace

llvm::ArrayRef<StringRef> mlir::mla_gpu::getBuiltinTemplateNames() {
  static const llvm::SmallVector<StringRef> names = [] {
    llvm::SmallVector<StringRef> result;
    for (const BuiltinTemplate &entry : builtinTemplates)
      result.push_back(entry.name);
    llvm::sort(result);
    return result;
  }();
  return names;
}

/// Replaces every `${name}`; an unknown name, or a `${` without end, is an error.
static FailureOr<std::string> fillIn(Location loc, StringRef templateName, StringRef text,
                                     const TemplateValues &values) {
  std::string result;
  result.reserve(text.size());
  while (true) {
    size_t start = text.find("${");
    if (start == StringRef::npos)
      break;
    result += text.take_front(start);
    size_t end = text.find('}', start);
    if (end == StringRef::npos)
      return emitError(loc) << "schedule template '" << templateName << "': '${' without '}'";
    StringRef place = text.slice(start + 2, end);
    auto value = values.find(place);
    if (value == values.end())
      return emitError(loc) << "schedule template '" << templateName << "': no value for '${" << place << "}'";
    result += value->second;
    text = text.drop_front(end + 1);
  }
  result += text;
  return result;
}

OwningOpRef<ModuleOp> mlir::mla_gpu::instantiateTemplate(Location loc, StringRef name, StringRef directory,
                                                         const TemplateValues &values) {
  StringRef text;
  std::unique_ptr<llvm::MemoryBuffer> file;
  std::string fileName = (name + ".mlir").str();
  if (!directory.empty()) {
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, fileName);
    auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
    if (!buffer) {
      emitError(loc) << "cannot read schedule template '" << path << "': " << buffer.getError().message();
      return nullptr;
    }
    file = std::move(*buffer);
    text = file->getBuffer();
    fileName = std::string(path);
  } else {
    auto *entry = llvm::find_if(builtinTemplates, [&](const BuiltinTemplate &entry) { return entry.name == name; });
    if (entry == std::end(builtinTemplates)) {
      emitError(loc) << "unknown schedule template '" << name << "', expected one of "
                     << llvm::join(getBuiltinTemplateNames(), ", ");
      return nullptr;
    }
    text = entry->text;
  }
  FailureOr<std::string> filled = fillIn(loc, name, text, values);
  if (failed(filled))
    return nullptr;
  ParserConfig config(loc.getContext());
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(*filled, config, fileName);
  if (!module)
    emitError(loc) << "schedule template '" << name << "' does not parse with the values given";
  return module;
}
