//===- mla-tune.cpp - Finds the schedules that are fastest on a GPU ------------------------------------------===//
//
// Exit status: 0; 1 where a default cannot be compiled or computes something wrong, where there is no GPU, or where a
// file cannot be read or written; 2 for a wrong command line.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "Build.h"
#include "Measure.h"
#include "lib/Pipelines/ScheduleOptions.h"
#include "lib/Support/JSONFile.h"
#include "lib/Target/TargetInfo.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mla;
using namespace mlir::mla::run;
using llvm::Error;
using llvm::Expected;
using tune::Build;
namespace cl = llvm::cl;

static cl::OptionCategory category("mla-tune options");
static cl::list<std::string> inputPaths(cl::Positional, cl::desc("FILE.mlir…"), cl::cat(category));
static cl::list<std::string> grids("candidates",
                                   cl::desc("Schedules to try besides the default: every combination of a grid such as "
                                            "item_cost=1,2,3;min_steps=1,2. May be given several times"),
                                   cl::value_desc("grid"), cl::cat(category));
static cl::opt<std::string> candidatesPath("candidates-file", cl::desc("File with a grid on each line, # for remarks"),
                                           cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> configs("configs", cl::desc("Shapes to measure: a JSON list of configurations"),
                                    cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> scoreboard("scoreboard", cl::desc("Shapes to measure: the cells of a JSON scoreboard"),
                                       cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> mode("mode", cl::desc("Mode of the scoreboard's cells"), cl::init("decode-bf16"),
                                 cl::cat(category));
static cl::opt<std::string> outputPath("output", cl::desc("Where the table goes"), cl::value_desc("file"),
                                       cl::cat(category));
static cl::opt<std::string> rawPath("raw", cl::desc("Where every sample goes, as lines of JSON"),
                                    cl::value_desc("file"), cl::cat(category));
static cl::opt<bool> dryRun("dry-run", cl::desc("Compile the candidates and list them and the shapes; needs no GPU"),
                            cl::cat(category));
static cl::opt<std::string> saveFolder("save-packages",
                                       cl::desc("Compile the candidates into a folder, for --packages on another "
                                                "machine; needs no GPU"),
                                       cl::value_desc("folder"), cl::cat(category));
static cl::opt<std::string> loadFolder("packages", cl::desc("Measure the candidates in this folder"),
                                       cl::value_desc("folder"), cl::cat(category));
static cl::opt<std::string> target("target", cl::desc("Chip to compile for"), cl::value_desc("chip"),
                                   cl::init("sm_90a"), cl::cat(category));
static cl::opt<int> deviceOrdinal("device", cl::desc("Which GPU"), cl::init(0), cl::cat(category));
static cl::opt<unsigned> jobs("jobs", cl::desc("Compilations at a time; 0: one per core"), cl::init(0),
                              cl::cat(category));
static cl::opt<unsigned> repeat("repeat", cl::desc("Timed calls in a round, 1 to 10000"), cl::init(21),
                                cl::cat(category));
static cl::opt<unsigned> rounds("rounds", cl::desc("Rounds over the candidates of a shape, 1 to 100"), cl::init(3),
                                cl::cat(category));
static cl::opt<double> noise("noise",
                             cl::desc("The default stays unless a candidate is faster by more than this part of its "
                                      "time, 0 to 1"),
                             cl::init(SelectionOptions().noise), cl::cat(category));
static cl::opt<double>
    maxLoss("max-loss",
            cl::desc("A candidate that is slower than the default by more than this part on any shape "
                     "of a class is out, 0 to 1"),
            cl::init(SelectionOptions().maxLoss), cl::cat(category));
static cl::opt<bool> noCheck("no-check", cl::desc("Do not compare with the reference; for tests of this tool"),
                             cl::cat(category), cl::Hidden);
static BuildOptions build(category);

enum ExitStatus { kSuccess = 0, kFailure = 1, kUsage = 2 };

static int report(Error error, ExitStatus status) {
  llvm::outs().flush();
  llvm::errs() << "mla-tune: " << toString(std::move(error)) << '\n';
  return status;
}

static bool measures() { return !dryRun && saveFolder.empty(); }

/// What the options say by themselves; the empty string if they are well-formed.
static std::string findMisuse() {
  if (inputPaths.empty() == loadFolder.empty())
    return "expected files with IR or --packages, and not both";
  if (!loadFolder.empty() && (!grids.empty() || !candidatesPath.empty()))
    return "--candidates: the folder of --packages has the candidates";
  if (!loadFolder.empty() && !measures())
    return "expected one of --packages, --dry-run and --save-packages";
  if (dryRun && !saveFolder.empty())
    return "expected one of --packages, --dry-run and --save-packages";
  if (!configs.empty() && !scoreboard.empty())
    return "expected --configs or --scoreboard, but got both";
  if (measures()) {
    if (configs.empty() && scoreboard.empty())
      return "expected shapes to measure, in --configs or --scoreboard";
    if (outputPath.empty() || rawPath.empty())
      return "expected --output and --raw";
  }
  if (repeat < 1 || repeat > 10000)
    return llvm::formatv("--repeat: expected 1 to 10000, but got {0}", repeat.getValue());
  if (rounds < 1 || rounds > 100)
    return llvm::formatv("--rounds: expected 1 to 100, but got {0}", rounds.getValue());
  for (auto [name, value] : {std::pair<llvm::StringRef, double>("--noise", noise), {"--max-loss", maxLoss}})
    if (!(value >= 0 && value <= 1))
      return llvm::formatv("{0}: expected 0 to 1, but got {1}", name, value);
  if (!mla_gpu::lookupTarget(target))
    return "--target: " + mla_gpu::describeUnknownTarget(target);
  return "";
}

static Expected<std::vector<mla_gpu::ScheduleFields>> readAllCandidates() {
  std::vector<std::string> all(grids.begin(), grids.end());
  if (!candidatesPath.empty()) {
    Expected<std::vector<std::string>> read = readCandidates(candidatesPath);
    if (!read)
      return read.takeError();
    llvm::append_range(all, *read);
  }
  return expandCandidates(all);
}

/// What --dry-run says. The result is whether every default compiled.
static bool printPlan(llvm::ArrayRef<Build> builds, llvm::ArrayRef<ListedProblem> problems) {
  bool defaultsCompile = true;
  for (const Build &build : builds) {
    llvm::outs() << build.source << ' ' << describeCandidate(build.schedule) << ": ";
    if (build.package.empty())
      llvm::outs() << "failed: " << build.failure << '\n';
    else
      llvm::outs() << build.package.size() << " bytes\n";
    defaultsCompile &= build.candidate != 0 || !build.package.empty();
  }
  for (const ListedProblem &listed : problems)
    llvm::outs() << listed.id << ": " << describeTypes(listed) << " rows=" << getRowClass(listed.problem.rows())
                 << '\n';
  return defaultsCompile;
}

/// Measures, chooses and writes the table.
static Error tuneOn(std::unique_ptr<Device> device, llvm::ArrayRef<Build> builds,
                    llvm::ArrayRef<ListedProblem> problems, const CompileOptions &compile) {
  ScheduleTable table;
  table.gpu = device->getInfo().name;
  table.driver = device->getDriverVersion();
  table.date = currentDate();
  table.raw = llvm::sys::path::filename(rawPath).str();
  llvm::outs() << llvm::formatv("device: {0}, {1} multiprocessors, driver {2}, {3}\n", table.gpu,
                                device->getInfo().multiprocessors, table.driver, table.date);
  RunnerOptions options;
  options.check = !noCheck;
  options.sampling.repeat = repeat;
  options.compile = compile;
  Runner runner(std::move(device), options);
  Expected<std::vector<Measurement>> measurements = tune::measure(runner, builds, problems, rounds, rawPath);
  if (!measurements)
    return measurements.takeError();
  SelectionOptions selection;
  selection.noise = noise;
  selection.maxLoss = maxLoss;
  Expected<std::vector<Choice>> choices = select(*measurements, selection);
  if (!choices)
    return choices.takeError();
  for (const Choice &choice : *choices) {
    const auto *build = llvm::find_if(builds, [&](const Build &each) { return each.candidate == choice.candidate; });
    table.rows.push_back({choice.shape, build->schedule, choice.milliseconds, choice.defaultMilliseconds,
                          static_cast<int64_t>(choice.cells)});
    llvm::outs() << llvm::formatv("{0}: {1}, {2:F2} times as fast as the default over {3} shapes\n", choice.shape.str(),
                                  describeCandidate(build->schedule), choice.defaultMilliseconds / choice.milliseconds,
                                  choice.cells);
  }
  return writeFile(outputPath, table.str());
}

/// Everything after the options were found well-formed.
static int runAll(llvm::ArrayRef<mla_gpu::ScheduleFields> candidates, llvm::ArrayRef<ListedProblem> problems) {
  CompileOptions compile;
  compile.target = target;
  build.apply(compile);
  // Before the work: without a GPU it would be for nothing.
  std::unique_ptr<Device> device;
  if (measures()) {
    Expected<std::unique_ptr<Device>> opened = Device::open(deviceOrdinal);
    if (!opened)
      return report(llvm::createStringError("expected a GPU to measure on (--dry-run and --save-packages need none): " +
                                            toString(opened.takeError())),
                    kFailure);
    device = std::move(*opened);
    compile.target = findChip(device->getInfo()).value_or(compile.target);
  }
  std::vector<Build> builds;
  if (loadFolder.empty()) {
    builds = tune::buildAll(inputPaths, candidates, compile, jobs);
  } else {
    Expected<std::vector<Build>> loaded = tune::load(loadFolder);
    if (!loaded)
      return report(loaded.takeError(), kFailure);
    builds = std::move(*loaded);
  }
  if (!measures()) {
    bool complete = printPlan(builds, problems);
    if (!saveFolder.empty())
      if (Error error = tune::save(builds, saveFolder))
        return report(std::move(error), kFailure);
    return complete ? kSuccess : kFailure;
  }
  if (Error error = tuneOn(std::move(device), builds, problems, compile))
    return report(std::move(error), kFailure);
  return kSuccess;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(
      [](llvm::raw_ostream &os) { os << "mla-tune " MLA_VERSION " (LLVM " LLVM_VERSION_STRING ")\n"; });
  if (!cl::ParseCommandLineOptions(argc, argv, "Finds the schedules that are fastest on a GPU\n", &llvm::errs()))
    return kUsage;
  if (std::string misuse = findMisuse(); !misuse.empty())
    return report(llvm::createStringError(misuse), kUsage);
  Expected<std::vector<mla_gpu::ScheduleFields>> candidates = readAllCandidates();
  if (!candidates)
    return report(candidates.takeError(), kUsage);
  std::vector<ListedProblem> problems;
  if (!configs.empty() || !scoreboard.empty()) {
    auto read = !configs.empty() ? readConfigs(configs) : readScoreboard(scoreboard, mode);
    if (!read)
      return report(read.takeError(), kUsage);
    problems = std::move(*read);
  }
  return runAll(*candidates, problems);
}
