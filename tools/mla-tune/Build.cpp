//===- Build.cpp - Candidates as packages -------------------------------------------------------------------===//
#include "Build.h"
#include "dialect/MLA/MLAOps.h"
#include "lib/Pipelines/Input.h"
#include "lib/Support/JSONFile.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace mlir;
using namespace mlir::mla;
using namespace mlir::mla::tune;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace json = llvm::json;

/// The list of packages in their folder.
static constexpr llvm::StringLiteral kListName = "candidates.json";
static constexpr int64_t kListVersion = 1;

//===----------------------------------------------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------------------------------------------===//

static void build(Build &result, CompileOptions options) {
  auto input = llvm::MemoryBuffer::getFile(result.source);
  if (!input) {
    result.failure = input.getError().message();
    return;
  }
  if (Error nesting = checkNesting(**input)) {
    result.failure = toString(std::move(nesting));
    return;
  }
  DialectRegistry registry;
  registerCompiler(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  // The first error is the reason; others follow from it.
  ScopedDiagnosticHandler diagnostics(&context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error || !result.failure.empty())
      return success();
    llvm::raw_string_ostream text(result.failure);
    if (auto place = dyn_cast<FileLineColLoc>(diagnostic.getLocation()))
      text << place.getFilename().getValue() << ':' << place.getLine() << ':' << place.getColumn() << ": ";
    text << diagnostic;
    return success();
  });
  auto fail = [&] {
    if (result.failure.empty())
      result.failure = "was not compiled";
  };
  ParserConfig config(&context);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>((*input)->getBuffer(), config, result.source);
  if (!module)
    return fail();
  // The candidate is complete, and an op with a schedule of its own would not be it.
  bool hasOwn = false;
  module->walk([&](Operation *op) { hasOwn |= op->hasAttr("mla_gpu.schedule"); });
  if (hasOwn) {
    result.failure = "expected an op without 'mla_gpu.schedule', which candidates could not change";
    return;
  }
  // Rather than that the default's kind is another op's.
  WalkResult walk = module->walk([](Operation *op) {
    if (!isa<PrefillOp, PrefillAbsorbedOp>(op))
      return WalkResult::advance();
    op->emitError() << "expected 'mla.decode', but got '" << op->getName()
                    << "', whose schedule has no lever that a table may choose";
    return WalkResult::interrupt();
  });
  if (walk.wasInterrupted())
    return;
  options.schedule.overrides = result.schedule.str();
  options.schedule.table = "none";
  options.stopAfter = Stage::Package;
  FailureOr<CompileResult> compiled = compile(*module, options);
  if (failed(compiled))
    return fail();
  result.failure.clear();
  result.package = std::move(compiled->output);
}

std::vector<Build> tune::buildAll(llvm::ArrayRef<std::string> sources,
                                  llvm::ArrayRef<mla_gpu::ScheduleFields> candidates, const CompileOptions &options,
                                  unsigned jobs) {
  std::vector<Build> builds;
  for (const std::string &source : sources)
    for (auto [index, schedule] : llvm::enumerate(candidates))
      builds.push_back({source, index, schedule, "", ""});
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(jobs));
  for (Build &each : builds)
    pool.async([&each, &options] { build(each, options); });
  pool.wait();
  return builds;
}

//===----------------------------------------------------------------------------------------------------------===//
// Packages compiled elsewhere
//===----------------------------------------------------------------------------------------------------------===//

static std::string joinPath(StringRef folder, StringRef name) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return std::string(path);
}

Error tune::save(llvm::ArrayRef<Build> builds, StringRef folder) {
  if (std::error_code error = llvm::sys::fs::create_directories(folder))
    return llvm::createStringError(llvm::formatv("{0}: {1}", folder, error.message()).str());
  json::Array list;
  for (auto [index, build] : llvm::enumerate(builds)) {
    json::Object entry{{"source", build.source},
                       {"candidate", static_cast<int64_t>(build.candidate)},
                       {"schedule", build.schedule.str()}};
    if (build.package.empty()) {
      entry["failure"] = build.failure;
    } else {
      std::string name = llvm::formatv("{0}.{1}.mlapkg", llvm::sys::path::stem(build.source), index);
      if (Error error = writeFile(joinPath(folder, name), build.package))
        return error;
      entry["package"] = name;
    }
    list.push_back(std::move(entry));
  }
  json::Value content = json::Object{{"version", kListVersion}, {"builds", std::move(list)}};
  return writeFile(joinPath(folder, kListName), llvm::formatv("{0:1}\n", content).str());
}

/// False where the root of `path` has the error.
static Expected<bool> loadOne(const json::Value &value, json::Path path, StringRef folder, Build &build) {
  json::ObjectMapper map(value, path);
  std::string schedule, package;
  int64_t candidate = 0;
  if (!map || !map.map("source", build.source) || !map.map("candidate", candidate) || !map.map("schedule", schedule) ||
      !map.mapOptional("package", package) || !map.mapOptional("failure", build.failure))
    return false;
  if (candidate < 0 || candidate > static_cast<int64_t>(kMaxCandidates)) {
    path.field("candidate").report("expected the index of a candidate");
    return false;
  }
  if (package.empty() == build.failure.empty()) {
    path.report("expected a package or a failure");
    return false;
  }
  // A list names files beside it.
  if (llvm::sys::path::filename(package) != package) {
    path.field("package").report("expected the name of a file in the folder");
    return false;
  }
  build.candidate = static_cast<size_t>(candidate);
  auto fields = mla_gpu::ScheduleFields::parse(schedule);
  if (!fields)
    return fields.takeError();
  // Who wrote the list may have left out what is the default's.
  build.schedule = mla_gpu::ScheduleFields::getTunableDefaults();
  build.schedule.override(*fields);
  if (package.empty())
    return true;
  std::string file = joinPath(folder, package);
  auto bytes = llvm::MemoryBuffer::getFile(file);
  if (!bytes)
    return llvm::createStringError(llvm::formatv("{0}: {1}", file, bytes.getError().message()).str());
  build.package = (*bytes)->getBuffer().str();
  return true;
}

Expected<std::vector<Build>> tune::load(StringRef folder) {
  std::string path = joinPath(folder, kListName);
  Expected<json::Value> value = readJSONFile(path);
  if (!value)
    return value.takeError();
  json::Path::Root root(path);
  const json::Object *object = value->getAsObject();
  const json::Array *list = object ? object->getArray("builds") : nullptr;
  if (!list || object->getInteger("version") != kListVersion)
    return llvm::createStringError(
        llvm::formatv("{0}: expected a list of builds of version {1}", path, kListVersion).str());
  std::vector<Build> builds(list->size());
  for (auto [index, entry] : llvm::enumerate(*list)) {
    json::Path top(root), field = top.field("builds");
    Expected<bool> loaded = loadOne(entry, field.index(index), folder, builds[index]);
    if (!loaded)
      return loaded.takeError();
    if (!*loaded)
      return root.getError();
  }
  // Times are collected by the candidate's number, over all sources.
  std::map<size_t, const mla_gpu::ScheduleFields *> schedules;
  for (const Build &build : builds) {
    const mla_gpu::ScheduleFields &first = *schedules.try_emplace(build.candidate, &build.schedule).first->second;
    if (!(first == build.schedule))
      return llvm::createStringError(llvm::formatv("{0}: expected one schedule of candidate {1}, but got {2} and {3}",
                                                   path, build.candidate, describeCandidate(first),
                                                   describeCandidate(build.schedule))
                                         .str());
  }
  return builds;
}
