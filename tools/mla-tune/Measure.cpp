//===- Measure.cpp - Candidates on a GPU --------------------------------------------------------------------===//
#include "Measure.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mla;
using namespace mlir::mla::run;
using namespace mlir::mla::tune;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace json = llvm::json;

ShapeClass tune::classify(const Signature &signature, const Problem &problem, bool any) {
  return ShapeClass::get(elementName(signature.element), signature.format, signature.precision, signature.d_latent,
                         signature.page_size, any ? 0 : problem.rows());
}

namespace {
/// A candidate on one problem.
struct Trial {
  const Build *build = nullptr;
  const Program *program = nullptr;
  std::optional<Outcome> outcome;
  /// Why it has no time.
  std::string failure;
};

/// The programs of one source: one per candidate, null where it did not compile.
struct Source {
  std::vector<const Build *> builds;
  std::vector<std::unique_ptr<Program>> programs;
};
} // namespace

/// Loads every package, grouped by source. The default comes first in each group and must exist.
static Expected<std::vector<Source>> loadSources(llvm::ArrayRef<Build> builds) {
  std::vector<Source> sources;
  for (const Build &build : builds) {
    if (sources.empty() || sources.back().builds.front()->source != build.source)
      sources.emplace_back();
    Source &source = sources.back();
    if (source.builds.empty() && (build.candidate != 0 || build.package.empty()))
      return llvm::createStringError(llvm::formatv("{0}: expected a package of the default schedule, but got {1}",
                                                   build.source,
                                                   build.failure.empty() ? "none" : "'" + build.failure + "'")
                                         .str());
    source.builds.push_back(&build);
    source.programs.emplace_back();
    if (build.package.empty())
      continue;
    std::string name = llvm::formatv("{0} {1}", build.source, describeCandidate(build.schedule));
    Expected<std::unique_ptr<Program>> program = Program::loadPackage(build.package, name);
    if (!program)
      return program.takeError();
    source.programs.back() = std::move(*program);
  }
  return sources;
}

/// The first source whose default implements the problem.
static Expected<const Source *> chooseSource(llvm::ArrayRef<Source> sources, const ListedProblem &listed) {
  if (listed.prefill)
    return llvm::createStringError(listed.id + ": expected a decode problem, but got one of prefill");
  for (const Source &source : sources) {
    const Signature &signature = source.programs.front()->getSignature();
    Error error = checkImplements(signature, listed.problem);
    bool suits = !error && hasTypes(signature, listed);
    llvm::consumeError(std::move(error));
    if (suits)
      return &source;
  }
  return llvm::createStringError(llvm::formatv("{0}: none of the programs implements s_q {1}, h_q {2}, {3}", listed.id,
                                               listed.problem.s_q, listed.problem.h_q, describeTypes(listed))
                                     .str());
}

/// Every candidate of `source` on one problem. Candidates take turns, so that a clock that changes changes for all. The
/// run that checks a candidate is not counted: a GPU that was idle is slow at first, and the default, which comes
/// first, would pay for it.
static Expected<std::vector<Trial>> tryAll(Runner &runner, const Source &source, const ListedProblem &listed,
                                           unsigned rounds) {
  reference::DecodeInputs inputs = makeInputs(source.programs.front()->getSignature(), listed.problem);
  std::vector<Trial> trials;
  for (auto [build, program] : llvm::zip_equal(source.builds, source.programs)) {
    Trial &trial = trials.emplace_back(Trial{build, program.get(), std::nullopt, build->failure});
    if (!trial.program)
      continue;
    Expected<Outcome> outcome = runner.run(*trial.program, listed.problem, inputs);
    // A kernel that the device refuses is a candidate that does not work. If it took the device with it, the default
    // will have no time on the next problem.
    if (!outcome) {
      trial.failure = toString(outcome.takeError());
    } else if (!outcome->passed()) {
      trial.failure = "wrong: " + outcome->describeComparison();
    } else {
      outcome->timing->samples.clear();
      trial.outcome = std::move(*outcome);
    }
  }
  for (unsigned round = 0; round < rounds; ++round)
    for (Trial &trial : trials) {
      if (!trial.outcome)
        continue;
      Expected<Timing> again = runner.time(*trial.program, inputs);
      if (!again)
        return again.takeError();
      llvm::append_range(trial.outcome->timing->samples, again->samples);
    }
  for (Trial &trial : trials)
    if (trial.outcome)
      llvm::sort(trial.outcome->timing->samples);
  return trials;
}

static json::Object toJSON(const ListedProblem &listed, const Trial &trial, const Device &device) {
  json::Object row;
  if (trial.outcome) {
    row = run::toJSON(listed, *trial.outcome, device, *trial.program);
  } else {
    row["id"] = listed.id;
    row["failure"] = trial.failure;
    row["gpu"] = device.getInfo().name;
    row["driver"] = device.getDriverVersion();
    row["date"] = currentDate();
  }
  row["program"] = trial.build->source;
  row["schedule"] = trial.build->schedule.str();
  return row;
}

Expected<std::vector<Measurement>> tune::measure(Runner &runner, llvm::ArrayRef<Build> builds,
                                                 llvm::ArrayRef<ListedProblem> problems, unsigned rounds,
                                                 StringRef rawPath) {
  Expected<std::vector<Source>> sources = loadSources(builds);
  if (!sources)
    return sources.takeError();
  std::error_code code;
  llvm::raw_fd_ostream raw(rawPath, code);
  if (code)
    return llvm::createStringError(llvm::formatv("{0}: {1}", rawPath, code.message()).str());

  std::vector<Measurement> measurements;
  for (auto [index, listed] : llvm::enumerate(problems)) {
    printPlace(index, problems.size(), listed);
    Expected<const Source *> source = chooseSource(*sources, listed);
    if (!source)
      return source.takeError();
    Expected<std::vector<Trial>> trials = tryAll(runner, **source, listed, rounds);
    if (!trials)
      return trials.takeError();
    const Trial *best = nullptr;
    for (const Trial &trial : *trials) {
      raw << json::Value(toJSON(listed, trial, *runner.getDevice())) << '\n';
      Measurement measurement{listed.id, {}, trial.build->candidate, std::nullopt};
      if (trial.outcome)
        measurement.milliseconds = trial.outcome->timing->median();
      // A program with open extents serves every class; it is measured as such, too.
      const Signature &signature = (*source)->programs.front()->getSignature();
      measurement.shape = classify(signature, listed.problem, /*any=*/false);
      measurements.push_back(measurement);
      if (signature.h_q == 0 || signature.s_q == 0) {
        measurement.shape = classify(signature, listed.problem, /*any=*/true);
        measurements.push_back(measurement);
      }
      if (trial.outcome && (!best || trial.outcome->timing->median() < best->outcome->timing->median()))
        best = &trial;
    }
    raw.flush();
    const Trial &standard = trials->front();
    if (standard.outcome)
      llvm::outs() << llvm::formatv("default {0:F4} ms, ", standard.outcome->timing->median());
    else
      llvm::outs() << "default " << standard.failure << ", ";
    if (best)
      llvm::outs() << llvm::formatv("least {0:F4} ms with {1}", best->outcome->timing->median(),
                                    describeCandidate(best->build->schedule));
    else
      llvm::outs() << "no candidate has a time";
    size_t failures = llvm::count_if(*trials, [](const Trial &trial) { return !trial.outcome; });
    llvm::outs() << llvm::formatv(", {0} of {1} candidates ran\n", trials->size() - failures, trials->size());
    llvm::outs().flush();
  }
  raw.close();
  if (raw.has_error()) {
    code = raw.error();
    raw.clear_error();
    return llvm::createStringError(llvm::formatv("{0}: {1}", rawPath, code.message()).str());
  }
  return measurements;
}
