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

namespace {
/// The text of a template, built in or from a file.
struct TemplateText {
  std::string text;
  /// What diagnostics call it.
  std::string fileName;
};
} // namespace

static FailureOr<TemplateText> readTemplate(Location loc, StringRef name, StringRef directory) {
  if (directory.empty()) {
    auto *entry = llvm::find_if(builtinTemplates, [&](const BuiltinTemplate &entry) { return entry.name == name; });
    if (entry == std::end(builtinTemplates))
      return emitError(loc) << "unknown schedule template '" << name << "', expected one of "
                            << llvm::join(getBuiltinTemplateNames(), ", ");
    return TemplateText{entry->text.str(), (name + ".mlir").str()};
  }
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, name + ".mlir");
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return emitError(loc) << "cannot read schedule template '" << path << "': " << buffer.getError().message();
  return TemplateText{(*buffer)->getBuffer().str(), std::string(path)};
}

/// Drops what stands between `${when key=value}` and the next `${end}` where the value is another one, and the two
/// marks. An unknown key, or a mark without the other, is an error.
static FailureOr<std::string> chooseVariant(Location loc, StringRef templateName, StringRef text,
                                            const TemplateValues &values) {
  constexpr StringLiteral when = "${when ", end = "${end}";
  std::string result;
  while (true) {
    auto [before, rest] = text.split(when);
    if (before.contains(end))
      return emitError(loc) << "schedule template '" << templateName << "': '${end}' without '${when key=value}'";
    result += before;
    if (before.size() == text.size())
      return result;
    auto [condition, body] = rest.split('}');
    auto [key, value] = condition.split('=');
    auto known = values.find(key);
    if (known == values.end() || value.empty())
      return emitError(loc) << "schedule template '" << templateName << "': expected a known key and a value in '"
                            << when << condition << "}'";
    size_t stop = body.find(end);
    if (stop == StringRef::npos || body.take_front(stop).contains(when))
      return emitError(loc) << "schedule template '" << templateName << "': expected '${end}' after '" << when
                            << condition << "}'";
    if (known->second == value)
      result += body.take_front(stop);
    text = body.drop_front(stop + end.size());
  }
}

/// Replaces every `${name}` by its value and every `${include name key=value…}` by another template, filled in with the
/// values at hand and those given. An unknown name, or a `${` without end, is an error.
static FailureOr<std::string> fillIn(Location loc, StringRef templateName, StringRef text, StringRef directory,
                                     const TemplateValues &values, unsigned depth = 0) {
  // Deep enough for any schedule, and an end for templates that include each other.
  constexpr unsigned kMostDepth = 8;
  FailureOr<std::string> chosen = chooseVariant(loc, templateName, text, values);
  if (failed(chosen))
    return failure();
  text = *chosen;
  std::string result;
  result.reserve(text.size());
  // What `text` points into after a place in a place was filled in.
  std::string nested;
  while (true) {
    size_t start = text.find("${");
    if (start == StringRef::npos)
      break;
    result += text.take_front(start);
    size_t end = text.find('}', start);
    if (end == StringRef::npos)
      return emitError(loc) << "schedule template '" << templateName << "': '${' without '}'";
    // A place may name places: fill in the innermost first.
    if (size_t inner = text.take_front(end).rfind("${"); inner != start) {
      auto value = values.find(text.slice(inner + 2, end));
      if (value == values.end())
        return emitError(loc) << "schedule template '" << templateName << "': no value for '"
                              << text.slice(inner, end + 1) << "'";
      nested = (text.slice(start, inner) + value->second + text.drop_front(end + 1)).str();
      text = nested;
      continue;
    }
    StringRef place = text.slice(start + 2, end);
    if (StringRef included = place; included.consume_front("include ")) {
      if (depth == kMostDepth)
        return emitError(loc) << "schedule template '" << templateName << "': expected includes at most " << kMostDepth
                              << " deep";
      SmallVector<StringRef> words;
      included.split(words, ' ', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
      if (words.empty())
        return emitError(loc) << "schedule template '" << templateName << "': expected a name in '${include }'";
      TemplateValues given = values;
      for (StringRef word : llvm::drop_begin(words)) {
        auto [key, value] = word.split('=');
        if (key.empty() || value.empty())
          return emitError(loc) << "schedule template '" << templateName << "': expected key=value, but got '" << word
                                << "'";
        given[key] = value.str();
      }
      FailureOr<TemplateText> other = readTemplate(loc, words.front(), directory);
      if (failed(other))
        return failure();
      FailureOr<std::string> filled = fillIn(loc, words.front(), other->text, directory, given, depth + 1);
      if (failed(filled))
        return failure();
      result += *filled;
    } else {
      auto value = values.find(place);
      if (value == values.end())
        return emitError(loc) << "schedule template '" << templateName << "': no value for '${" << place << "}'";
      result += value->second;
    }
    text = text.drop_front(end + 1);
  }
  result += text;
  return result;
}

OwningOpRef<ModuleOp> mlir::mla_gpu::instantiateTemplate(Location loc, StringRef name, StringRef directory,
                                                         const TemplateValues &values) {
  FailureOr<TemplateText> source = readTemplate(loc, name, directory);
  if (failed(source))
    return nullptr;
  FailureOr<std::string> filled = fillIn(loc, name, source->text, directory, values);
  if (failed(filled))
    return nullptr;
  ParserConfig config(loc.getContext());
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(*filled, config, source->fileName);
  if (!module)
    emitError(loc) << "schedule template '" << name << "' does not parse with the values given";
  return module;
}
