//===- Lists.cpp - Many problems in one process ------------------------------------------------------------------===//
#include "Lists.h"
#include "Lengths.h"
#include "lib/Support/JSONFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace mlir;
using namespace mlir::mla;
using namespace mlir::mla::run;
using namespace mlir::mla::reference;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace json = llvm::json;

//===----------------------------------------------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------------------------------------------===//

static bool parseElement(StringRef name, Element &out) {
  out = name == "f16" ? Element::F16 : Element::BF16;
  return name == "f16" || name == "bf16";
}

bool run::hasTypes(const Signature &signature, const ListedProblem &listed) {
  return signature.element == listed.element && signature.format == listed.format &&
         signature.precision == listed.precision;
}

std::string run::describeTypes(const ListedProblem &listed) {
  return listed.prefill ? describeTypes(listed.element, listed.format)
                        : describeTypes(listed.element, listed.format, listed.precision);
}

/// The types at the end of a scoreboard's mode.
static bool parseMode(StringRef mode, ListedProblem &out) {
  auto [name, types] = mode.split('-');
  if (parseElement(types, out.element)) {
    out.format = getCacheFormat(out.element);
    return true;
  }
  auto [formatName, precisionName] = types.split('-');
  std::optional<CacheFormat> format = symbolizeCacheFormat(formatName);
  std::optional<Precision> precision = symbolizePrecision(precisionName.empty() ? "bf16" : precisionName);
  if (!format || !isE4M3(*format) || !precision)
    return false;
  out.element = Element::BF16;
  out.format = *format;
  out.precision = *precision;
  return true;
}

/// "format" of a configuration, that of its element type if it is empty.
static bool readFormat(StringRef name, json::Path path, ListedProblem &out) {
  std::optional<CacheFormat> format = name.empty() ? getCacheFormat(out.element) : symbolizeCacheFormat(name);
  if (!format) {
    path.field("format").report("expected bf16, f16, e4m3, e4m3_token or e4m3_group");
    return false;
  }
  out.format = *format;
  return true;
}

/// A configuration of prefill.
static bool readPrefillConfig(const json::Value &value, json::Path path, ListedProblem &out) {
  json::ObjectMapper map(value, path);
  std::string lengths, queries, element = "bf16", format;
  int64_t b = 0, seed = 0;
  bool isPrefill = true, causal = false, paged = false;
  ListedProblem::Prefill &prefill = out.prefill.emplace();
  PrefillProblem &problem = prefill.problem;
  constexpr StringRef keys[] = {"prefill",      "lengths",    "queries", "b",      "h_q",     "d_qk",
                                "d_v",          "element",    "seed",    "causal", "poison",  "strided",
                                "spare_tokens", "check_rows", "name",    "paged",  "permute", "format"};
  if (!map || !map.map("prefill", isPrefill) || !map.map("lengths", lengths) || !map.mapOptional("queries", queries) ||
      !map.mapOptional("b", b) || !map.mapOptional("h_q", prefill.h_q) || !map.mapOptional("d_qk", prefill.d_qk) ||
      !map.mapOptional("d_v", prefill.d_v) || !map.mapOptional("element", element) || !map.mapOptional("seed", seed) ||
      !map.mapOptional("format", format) || !map.mapOptional("causal", causal) || !map.mapOptional("paged", paged) ||
      !map.mapOptional("permute", problem.inputs.permutePages) ||
      !map.mapOptional("poison", problem.inputs.poisonUnused) || !map.mapOptional("strided", problem.inputs.strided) ||
      !map.mapOptional("spare_tokens", problem.inputs.spareTokens) ||
      !map.mapOptional("check_rows", problem.checkRows) || !map.mapOptional("name", out.id))
    return false;
  for (const auto &[key, unused] : *value.getAsObject())
    if (!llvm::is_contained(keys, StringRef(key))) {
      path.field(key).report("unknown key");
      return false;
    }
  if (value.getAsObject()->get("causal"))
    prefill.causal = causal;
  if (value.getAsObject()->get("paged"))
    prefill.paged = paged;
  if (b < 0 || b > kMaxRequests) {
    path.field("b").report("expected 0, for as many as there are lengths, to 1048576");
    return false;
  }
  if (problem.checkRows < -1) {
    path.field("check_rows").report("expected at least -1");
    return false;
  }
  if (problem.inputs.spareTokens < 0 || problem.inputs.spareTokens > (1 << 20)) {
    path.field("spare_tokens").report("expected 0 to 1048576");
    return false;
  }
  if (!parseElement(element, out.element)) {
    path.field("element").report("expected bf16 or f16");
    return false;
  }
  if (!readFormat(format, path, out))
    return false;
  problem.inputs.seed = static_cast<uint64_t>(seed);
  auto parsed = parsePrefillLengths(lengths, queries, b, problem.inputs.seed);
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    path.field("lengths").report("expected lengths such as 4097, 0x8 or random:1:512");
    return false;
  }
  problem.lengths = std::move(*parsed);
  return true;
}

/// One configuration; `defaultName` is its place in the list.
static bool readConfig(const json::Value &value, json::Path path, std::string defaultName, ListedProblem &out) {
  json::ObjectMapper map(value, path);
  std::string lengths, element = "bf16", format, precision = "bf16";
  double queryScale = 1;
  int64_t b = 0, seed = 0;
  out.id = std::move(defaultName);
  if (const json::Object *object = value.getAsObject(); object && object->getBoolean("prefill").value_or(false))
    return readPrefillConfig(value, path, out);
  Problem &problem = out.problem;
  if (!map || !map.map("lengths", lengths) || !map.mapOptional("b", b) || !map.mapOptional("s_q", problem.s_q) ||
      !map.mapOptional("h_q", problem.h_q) || !map.mapOptional("element", element) ||
      !map.mapOptional("format", format) || !map.mapOptional("precision", precision) ||
      !map.mapOptional("seed", seed) || !map.mapOptional("outliers", problem.inputs.outlierChannels) ||
      !map.mapOptional("query_scale", queryScale) || !map.mapOptional("permute", problem.inputs.permutePages) ||
      !map.mapOptional("poison", problem.inputs.poisonUnused) ||
      !map.mapOptional("spare_pages", problem.inputs.sparePages) || !map.mapOptional("check_rows", problem.checkRows) ||
      !map.mapOptional("name", out.id))
    return false;
  for (const auto &[key, unused] : *value.getAsObject())
    if (!llvm::is_contained({"lengths", "b", "s_q", "h_q", "element", "format", "precision", "seed", "permute",
                             "poison", "outliers", "query_scale", "spare_pages", "check_rows", "name"},
                            StringRef(key))) {
      path.field(key).report("unknown key");
      return false;
    }
  for (auto [key, extent] : {std::pair<StringRef, int64_t>("s_q", problem.s_q), {"h_q", problem.h_q}})
    if (extent < 1) {
      path.field(key).report("expected at least 1");
      return false;
    }
  if (b < 0 || b > kMaxRequests) {
    path.field("b").report("expected 0, for as many as there are lengths, to 1048576");
    return false;
  }
  if (problem.checkRows < -1) {
    path.field("check_rows").report("expected at least -1");
    return false;
  }
  if (problem.inputs.sparePages < 0 || problem.inputs.sparePages > (1 << 24)) {
    path.field("spare_pages").report("expected 0 to 16777216");
    return false;
  }
  if (!parseElement(element, out.element)) {
    path.field("element").report("expected bf16 or f16");
    return false;
  }
  if (!readFormat(format, path, out))
    return false;
  std::optional<Precision> knownPrecision = symbolizePrecision(precision);
  if (!knownPrecision) {
    path.field("precision").report("expected bf16, e4m3 or e4m3_queries");
    return false;
  }
  out.precision = *knownPrecision;
  if (problem.inputs.outlierChannels < 0 || problem.inputs.outlierChannels > kMaxOutliers) {
    path.field("outliers").report("expected 0 to 65536");
    return false;
  }
  if (!isQueryScale(queryScale)) {
    path.field("query_scale").report("expected more than 0, at most 1000");
    return false;
  }
  problem.inputs.queryScale = static_cast<float>(queryScale);
  problem.inputs.seed = static_cast<uint64_t>(seed);
  Expected<std::vector<int32_t>> parsed = parseLengths(lengths, b, problem.inputs.seed);
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    path.field("lengths").report("expected lengths such as 4097, 0x8 or random:1:512");
    return false;
  }
  problem.lengths = std::move(*parsed);
  return true;
}

/// Rows of results and what is selected from them go by name.
static Error checkNames(llvm::ArrayRef<ListedProblem> problems, StringRef path) {
  llvm::StringSet<> names;
  for (const ListedProblem &listed : problems)
    if (!names.insert(listed.id).second)
      return llvm::createStringError(
          llvm::formatv("{0}: expected every name once, but got '{1}' twice", path, listed.id).str());
  return Error::success();
}

Expected<std::vector<ListedProblem>> run::readConfigs(StringRef path) {
  Expected<json::Value> value = readJSONFile(path);
  if (!value)
    return value.takeError();
  json::Path::Root root(path);
  const json::Array *list = value->getAsArray();
  if (!list)
    return llvm::createStringError(llvm::formatv("{0}: expected a list of configurations", path).str());
  if (list->empty())
    return llvm::createStringError(llvm::formatv("{0}: expected at least one configuration", path).str());
  std::vector<ListedProblem> problems(list->size());
  for (auto [index, entry] : llvm::enumerate(*list))
    if (!readConfig(entry, json::Path(root).index(index), llvm::formatv("#{0}", index), problems[index]))
      return root.getError();
  if (Error error = checkNames(problems, path))
    return error;
  return problems;
}

Expected<std::vector<ListedProblem>> run::readScoreboard(StringRef path, StringRef mode) {
  Expected<json::Value> value = readJSONFile(path);
  if (!value)
    return value.takeError();
  json::Path::Root root(path);
  const json::Object *object = value->getAsObject();
  const json::Array *cells = object ? object->getArray("cells") : nullptr;
  if (!cells)
    return llvm::createStringError(llvm::formatv("{0}: expected an object with a list of cells", path).str());
  ListedProblem types;
  if (!parseMode(mode, types) || (mode.starts_with("prefill") && types.precision != Precision::BF16))
    return llvm::createStringError(
        llvm::formatv("expected a mode that ends in its types, bf16, f16 or a format of e4m3, but got '{0}'", mode)
            .str());
  std::vector<ListedProblem> problems;
  for (auto [index, cell] : llvm::enumerate(*cells)) {
    // A path refers to the one that it extends.
    json::Path top(root), list = top.field("cells"), place = list.index(index);
    json::ObjectMapper map(cell, place);
    std::string cellMode;
    ListedProblem listed = types;
    int64_t b = 0, length = 0;
    if (!map || !map.map("mode", cellMode))
      return root.getError();
    if (cellMode != mode)
      continue;
    if (mode.starts_with("prefill")) {
      ListedProblem::Prefill &prefill = listed.prefill.emplace();
      bool causal = false, paged = false;
      int64_t s_q = 0;
      std::string lengths;
      if (!map.map("id", listed.id) || !map.map("h_q", prefill.h_q) || !map.map("causal", causal) ||
          !map.map("d_qk", prefill.d_qk) || !map.map("d_v", prefill.d_v) || !map.mapOptional("paged", paged) ||
          !map.mapOptional("lengths", lengths) ||
          (lengths.empty() && (!map.map("b", b) || !map.map("s_q", s_q) || !map.map("s_kv", length))))
        return root.getError();
      prefill.causal = causal;
      if (cell.getAsObject()->get("paged"))
        prefill.paged = paged;
      auto parsed = lengths.empty() ? parsePrefillLengths(std::to_string(length), std::to_string(s_q), b, 0)
                                    : parsePrefillLengths(lengths, "", 0, 0);
      if (!parsed) {
        llvm::consumeError(parsed.takeError());
        place.report("expected lengths such as 4097, 0x8 or random:1:512");
        return root.getError();
      }
      prefill.problem.lengths = std::move(*parsed);
      prefill.problem.inputs.poisonUnused = false;
      problems.push_back(std::move(listed));
      continue;
    }
    if (!map.map("id", listed.id) || !map.map("b", b) || !map.map("s_kv", length) ||
        !map.map("s_q", listed.problem.s_q) || !map.map("h_q", listed.problem.h_q))
      return root.getError();
    if (b < 1 || length < 0 || listed.problem.s_q < 1 || listed.problem.h_q < 1) {
      place.report("expected extents of at least 1");
      return root.getError();
    }
    if (b > kMaxRequests || length > kMaxLength) {
      place.report("expected at most 1048576 requests of at most 1073741824 tokens");
      return root.getError();
    }
    listed.problem.lengths.assign(static_cast<size_t>(b), static_cast<int32_t>(length));
    listed.problem.inputs.poisonUnused = false;
    problems.push_back(std::move(listed));
  }
  if (problems.empty())
    return llvm::createStringError(llvm::formatv("{0}: expected cells of mode '{1}', but got none", path, mode).str());
  if (Error error = checkNames(problems, path))
    return error;
  return problems;
}

//===----------------------------------------------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------------------------------------------===//

/// Success if the program implements the problem.
static Error checkImplements(const PrefillSignature &signature, const ListedProblem::Prefill &prefill) {
  for (auto [name, fixed, asked] :
       {std::tuple<StringRef, int64_t, int64_t>("h_q", signature.shape.h_q, prefill.h_q),
        {"d_qk", signature.shape.d_qk(), prefill.d_qk},
        {"d_v", signature.shape.d_v, prefill.d_v},
        {"causal", signature.causal, prefill.causal.value_or(signature.causal)},
        {"paged", signature.shape.isPaged(), prefill.paged.value_or(signature.shape.isPaged())}})
    if ((asked != 0 || name == "causal" || name == "paged") && fixed != asked)
      return llvm::createStringError(
          llvm::formatv("expected {0} {1}, as the program was compiled for, but got {2}", name, fixed, asked).str());
  return checkPrefill(signature, prefill.problem);
}

static Expected<const Program *> choosePrefill(llvm::ArrayRef<std::unique_ptr<Program>> programs,
                                               const ListedProblem &listed) {
  for (const std::unique_ptr<Program> &program : programs) {
    const std::optional<PrefillSignature> &signature = program->getPrefillSignature();
    if (!signature || signature->element != listed.element || signature->format() != listed.format)
      continue;
    Error error = checkImplements(*signature, *listed.prefill);
    if (!error)
      return program.get();
    if (programs.size() == 1)
      return llvm::createStringError(listed.id + ": " + toString(std::move(error)));
    llvm::consumeError(std::move(error));
  }
  return llvm::createStringError(
      llvm::formatv("{0}: none of the programs implements this prefill, {1}", listed.id, describeTypes(listed)).str());
}

Expected<Outcome> run::runListed(Runner &runner, const Program &program, const ListedProblem &listed) {
  return listed.prefill ? runner.run(program, listed.prefill->problem) : runner.run(program, listed.problem);
}

Expected<const Program *> run::choose(llvm::ArrayRef<std::unique_ptr<Program>> programs, const ListedProblem &listed) {
  if (listed.prefill)
    return choosePrefill(programs, listed);
  for (const std::unique_ptr<Program> &program : programs) {
    if (program->getPrefillSignature())
      continue;
    const Signature &signature = program->getSignature();
    Error error = checkImplements(signature, listed.problem);
    bool suits = !error && hasTypes(signature, listed);
    // Where there is no choice, what speaks against the one program says more.
    if (error && programs.size() == 1 && hasTypes(signature, listed))
      return llvm::createStringError(listed.id + ": " + toString(std::move(error)));
    llvm::consumeError(std::move(error));
    if (suits)
      return program.get();
  }
  return llvm::createStringError(llvm::formatv("{0}: none of the programs implements s_q {1}, h_q {2}, {3}", listed.id,
                                               listed.problem.s_q, listed.problem.h_q, describeTypes(listed))
                                     .str());
}

void run::printPlace(size_t index, size_t count, const ListedProblem &listed) {
  size_t width = std::to_string(count).size();
  llvm::outs() << '[' << llvm::format_decimal(static_cast<int64_t>(index) + 1, width) << '/' << count << "] "
               << listed.id << ' ';
  llvm::outs().flush();
}

static std::string describeProblem(const ListedProblem &listed) {
  if (listed.prefill)
    return describeSequences(listed.prefill->problem.lengths) + ", " + describeTypes(listed);
  const Problem &problem = listed.problem;
  return llvm::formatv("b {0}, s_q {1}, h_q {2}, s_kv {3}, {4}", problem.b(), problem.s_q, problem.h_q,
                       describeLengths(problem.lengths), describeTypes(listed));
}

Expected<unsigned> run::runConfigs(Runner &runner, llvm::ArrayRef<std::unique_ptr<Program>> programs,
                                   llvm::ArrayRef<ListedProblem> problems) {
  unsigned failures = 0;
  double worst = 0;
  for (auto [index, listed] : llvm::enumerate(problems)) {
    printPlace(index, problems.size(), listed);
    llvm::outs() << describeProblem(listed) << ": ";
    llvm::outs().flush();
    Expected<const Program *> program = choose(programs, listed);
    if (!program)
      return program.takeError();
    Expected<Outcome> outcome = runListed(runner, **program, listed);
    if (!outcome)
      return outcome.takeError();
    if (outcome->compared) {
      const DecodeComparison &comparison = outcome->comparison;
      llvm::outs() << llvm::formatv("error {0:e2}, lse error {1:e2}, ", comparison.worstRelativeError,
                                    comparison.worstLseError);
      worst = std::max(worst, comparison.worstRelativeError);
    }
    if (outcome->otherBitsAlone)
      llvm::outs() << outcome->describeAlone() << ", ";
    llvm::outs() << (outcome->sameBits ? "same bits" : "other bits in the second run") << ", "
                 << (outcome->passed() ? "ok" : "FAILED") << '\n';
    if (outcome->compared && !outcome->comparison.withinBounds(outcome->bounds))
      llvm::outs() << "  " << outcome->describeComparison() << '\n';
    failures += !outcome->passed();
  }
  llvm::outs() << llvm::formatv("{0} of {1} configurations passed, worst relative error {2:e2}\n",
                                problems.size() - failures, problems.size(), worst);
  return failures;
}

json::Object run::toJSON(const ListedProblem &listed, const Outcome &outcome, const Device &device,
                         const Program &program) {
  const Timing &timing = *outcome.timing;
  double seconds = timing.median() * 1e-3;
  json::Object row;
  row["id"] = listed.id;
  row["ms"] = timing.median();
  row["ms_min"] = timing.samples.front();
  row["ms_samples"] = json::Array(timing.samples);
  row["schedule_ms"] = timing.schedule;
  if (timing.waited)
    row["waited"] = true;
  row["tflops"] = outcome.work.flops / seconds * 1e-12;
  row["gb_per_s"] = outcome.work.bytes / seconds * 1e-9;
  if (outcome.compared) {
    row["relative_error"] = outcome.comparison.worstRelativeError;
    row["lse_error"] = outcome.comparison.worstLseError;
    row["rows_checked"] = outcome.comparison.rowsCompared;
  }
  row["gpu"] = device.getInfo().name;
  row["driver"] = device.getDriverVersion();
  if (timing.clockMHz > 0)
    row["clock_mhz"] = timing.clockMHz;
  row["max_clock_mhz"] = device.getMaxClock();
  row["date"] = currentDate();
  row["program"] = program.getName();
  return row;
}

/// A predicted row; it has no date and no device, so the same IR gives the same file.
static json::Object makePredictedRow(const ListedProblem &listed, const Outcome &outcome, const RunnerOptions &options,
                                     const Program &program) {
  const Prediction &prediction = *outcome.prediction;
  auto round = [](double value, double unit) { return std::round(value / unit) * unit; };
  json::Object row;
  row["id"] = listed.id;
  row["ms"] = round(prediction.call.layer * 1e3, 1e-5);
  row["schedule_ms"] = round(prediction.call.schedule * 1e3, 1e-5);
  row["tflops"] = round(outcome.work.flops / prediction.call.layer * 1e-12, 0.1);
  row["gb_per_s"] = round(outcome.work.bytes / prediction.call.layer * 1e-9, 1);
  row["clock_mhz"] = round(options.orders.front().timing->clockGHz * 1e3, 1);
  row["program"] = llvm::sys::path::filename(program.getName());
  json::Array kernels;
  for (const mla_gpu::KernelTime &kernel : prediction.kernels) {
    json::Array stalls;
    for (const mla_gpu::Stall &stall : kernel.stalls)
      stalls.push_back(json::Object{{"role", stall.role}, {"at", stall.place}, {"cycles", std::llround(stall.cycles)}});
    kernels.push_back(json::Object{{"kernel", kernel.kernel},
                                   {"cycles", std::llround(kernel.cycles)},
                                   {"tensor_busy", round(kernel.tensorBusy, 1e-3)},
                                   {"dram_busy", round(kernel.dramBusy, 1e-3)},
                                   {"l2_busy", round(kernel.l2Busy, 1e-3)},
                                   {"stalls", std::move(stalls)}});
  }
  row["kernels"] = std::move(kernels);
  return row;
}

void run::printPrediction(const Outcome &outcome) {
  const Prediction &prediction = *outcome.prediction;
  llvm::outs() << llvm::formatv("{0:F4} ms predicted, schedule {1:F4} ms, {2:F0} TFLOP/s, {3:F0} GB/s",
                                prediction.call.layer * 1e3, prediction.call.schedule * 1e3,
                                outcome.work.flops / prediction.call.layer * 1e-12,
                                outcome.work.bytes / prediction.call.layer * 1e-9)
               << (outcome.passed() ? "" : ", FAILED") << '\n';
}

Expected<unsigned> run::runScoreboard(Runner &runner, llvm::ArrayRef<std::unique_ptr<Program>> programs,
                                      llvm::ArrayRef<ListedProblem> problems, StringRef outputPath) {
  bool isPredicted = !runner.getDevice();
  std::error_code code;
  llvm::raw_fd_ostream output(outputPath, code);
  if (code)
    return llvm::createStringError(llvm::formatv("{0}: {1}", outputPath, code.message()).str());
  unsigned failures = 0;
  for (auto [index, listed] : llvm::enumerate(problems)) {
    printPlace(index, problems.size(), listed);
    Expected<const Program *> program = choose(programs, listed);
    if (!program)
      return program.takeError();
    Expected<Outcome> outcome = runListed(runner, **program, listed);
    if (!outcome)
      return outcome.takeError();
    if (isPredicted) {
      printPrediction(*outcome);
      failures += !outcome->passed();
      if (outcome->passed()) {
        output << json::Value(makePredictedRow(listed, *outcome, runner.getOptions(), **program)) << '\n';
        output.flush();
      }
      continue;
    }
    const Timing &timing = *outcome->timing;
    double seconds = timing.median() * 1e-3;
    llvm::outs() << llvm::formatv("{0:F4} ms, schedule {1:F4} ms, {2:F0} TFLOP/s, {3:F0} GB/s", timing.median(),
                                  timing.schedule, outcome->work.flops / seconds * 1e-12,
                                  outcome->work.bytes / seconds * 1e-9);
    if (outcome->compared)
      llvm::outs() << llvm::formatv(", error {0:e2}", outcome->comparison.worstRelativeError);
    llvm::outs() << (outcome->passed() ? "" : ", FAILED") << '\n';
    failures += !outcome->passed();
    // What is wrong has no time.
    if (outcome->passed()) {
      output << json::Value(toJSON(listed, *outcome, *runner.getDevice(), **program)) << '\n';
      output.flush();
    }
  }
  output.close();
  if (output.has_error()) {
    code = output.error();
    output.clear_error();
    return llvm::createStringError(llvm::formatv("{0}: {1}", outputPath, code.message()).str());
  }
  return failures;
}
