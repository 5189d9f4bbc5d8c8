//===- mla-run.cpp - Runs attention programs, compares and measures them ---------------------------------------===//
//
// Exit status: 0; 1 where a result is wrong, a program cannot be compiled or loaded, or the device fails; 2 for a wrong
// command line.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Pipelines/ScheduleOptions.h"
#include "lib/Target/TargetInfo.h"
#include "tools/common/Lengths.h"
#include "tools/common/Lists.h"
#include "tools/common/RandomProblems.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"
#include <limits>

using namespace mlir;
using namespace mlir::mla;
using namespace mlir::mla::run;
using llvm::Error;
using llvm::Expected;
namespace cl = llvm::cl;

static cl::OptionCategory category("mla-run options");
static cl::list<std::string> inputPaths(cl::Positional, cl::desc("FILE.mlir|FILE.mlapkg…"), cl::cat(category));
static cl::opt<std::string> target("target",
                                   cl::desc("Where to run: gpu, interpreter, auto (the GPU if there is one that the "
                                            "compiler knows), or a chip to compile for, e.g. sm_90a"),
                                   cl::value_desc("name"), cl::init("auto"), cl::cat(category));
static cl::opt<int> deviceOrdinal("device", cl::desc("Which GPU"), cl::init(0), cl::cat(category));
static cl::opt<bool> listDevices("list-gpus", cl::desc("Print a line for each GPU that the compiler knows, and exit"),
                                 cl::cat(category));

static cl::opt<int64_t> b("b", cl::desc("Requests; by default as many as there are lengths"), cl::init(0),
                          cl::cat(category));
static cl::opt<int64_t> numQueries("s-q", cl::desc("New tokens per request; by default what the program fixes, else 1"),
                                   cl::init(0), cl::cat(category));
static cl::opt<int64_t> numHeads("h-q", cl::desc("Heads; by default what the program fixes, else 16"), cl::init(0),
                                 cl::cat(category));
static cl::alias headsAlias("heads", cl::aliasopt(numHeads), cl::desc("The same as --h-q"));
static cl::opt<int64_t> numTokens("tokens", cl::desc("New tokens, for append, rope and merge; by default 128"),
                                  cl::init(128), cl::cat(category));
static cl::opt<int64_t> skipEvery("skip-every", cl::desc("Every n-th new token has slot -1, for append; 0 for none"),
                                  cl::init(0), cl::cat(category));
static cl::opt<std::string> lengths("lengths",
                                    cl::desc("Tokens of each request: a list of numbers and random:MIN:MAX, each "
                                             "repeated by xN; repeated or cut to b requests"),
                                    cl::value_desc("list"), cl::init("1000,64,1,0"), cl::cat(category));
static cl::opt<std::string> queryLengths("queries",
                                         cl::desc("Prefill: queries of each sequence, as --lengths; by default as many "
                                                  "as it has tokens"),
                                         cl::value_desc("list"), cl::cat(category));
static cl::opt<bool> strided("strided",
                             cl::desc("Prefill: keys and values as halves of one projection, latent vectors with gaps"),
                             cl::cat(category));
static cl::opt<int64_t> spareTokens("spare-tokens",
                                    cl::desc("Prefill: tokens of no sequence at either end, 0 to 1048576"), cl::init(0),
                                    cl::cat(category));
static cl::opt<std::string> element("element", cl::desc("Element type that the program must have"),
                                    cl::value_desc("bf16|f16|f32"), cl::cat(category));
static cl::opt<uint64_t> seed("seed", cl::desc("Seed of all random numbers"), cl::init(0), cl::cat(category));
static cl::opt<bool> permutePages("permute-pages", cl::desc("Pages in random order"), cl::init(true),
                                  cl::cat(category));
static cl::opt<bool> poison("poison", cl::desc("NaN and infinities in cache slots that hold no token"), cl::init(true),
                            cl::cat(category));

static cl::opt<int64_t> outlierChannels("outlier-channels",
                                        cl::desc("So many latent columns are 10 to 30 times as large as the others"),
                                        cl::init(0), cl::cat(category));
static cl::opt<double> queryScale("query-scale", cl::desc("Factor on the queries: how far scores spread"), cl::init(1),
                                  cl::cat(category));

static cl::opt<bool> check("check", cl::desc("Compare with the reference"), cl::init(true), cl::cat(category));
static cl::opt<bool> noCheck("no-check", cl::desc("Do not compare with the reference"), cl::cat(category));
static cl::opt<int64_t> checkRows("check-rows",
                                  cl::desc("Rows to compare: 0 for all; by default some hundred where all would "
                                           "take long"),
                                  cl::init(-1), cl::cat(category));
static cl::opt<bool> alone("alone", cl::desc("Run each request of decode alone, too: it must have the same bits"),
                           cl::cat(category));
static cl::opt<bool> waitEach("wait-each", cl::desc("Wait for each timed call before the next is queued"),
                              cl::cat(category));
static cl::opt<unsigned> repeat("repeat", cl::desc("Timed calls on the GPU, 0 to 10000"), cl::init(21),
                                cl::cat(category));
static cl::opt<std::string> interleaving("interleaving",
                                         cl::desc("Order of the roles in the interpreter: round-robin, role-first:N, "
                                                  "random, or several, separated by commas, whose results must agree"),
                                         cl::value_desc("list"), cl::init("round-robin"), cl::cat(category));
static cl::opt<int64_t> multiprocessors("multiprocessors",
                                        cl::desc("Size of the device that the interpreter imitates; 132 with "
                                                 "--timing"),
                                        cl::init(4), cl::cat(category));

static cl::opt<bool> timing("timing",
                            cl::desc("Predict the time on an H200 with the interpreter, and where each role waits"),
                            cl::cat(category));
static cl::opt<double> clockGHz("clock", cl::desc("Clock of the multiprocessors that --timing assumes, 0.1 to 10 GHz"),
                                cl::value_desc("GHz"), cl::init(mla_gpu::TimingOptions().clockGHz), cl::cat(category));

static cl::opt<std::string> configs("configs", cl::desc("Run a JSON list of configurations"), cl::value_desc("file"),
                                    cl::cat(category));
static cl::opt<int64_t> randomCount("random",
                                    cl::desc("Run so many configurations that seeds draw, --seed and those after it, "
                                             "the programs in turns"),
                                    cl::value_desc("number"), cl::init(0), cl::cat(category));
static cl::opt<int64_t> randomWork("random-work",
                                   cl::desc("Most pairs of a row and a token in a configuration of --random: how long "
                                            "the reference takes"),
                                   cl::value_desc("pairs"), cl::init(1 << 18), cl::cat(category));
static cl::opt<std::string> scoreboard("scoreboard",
                                       cl::desc("Time the cells of a JSON scoreboard on the GPU, or predict them"),
                                       cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> mode("mode", cl::desc("Mode of the scoreboard's cells"), cl::init("decode-bf16"),
                                 cl::cat(category));
static cl::opt<std::string> outputPath("output", cl::desc("Where --scoreboard writes its JSON lines"),
                                       cl::value_desc("file"), cl::cat(category));

static ScheduleOptions schedule(category);

enum ExitStatus { kSuccess = 0, kFailure = 1, kUsage = 2 };

static int report(Error error, ExitStatus status) {
  llvm::outs().flush();
  llvm::errs() << "mla-run: " << toString(std::move(error)) << '\n';
  return status;
}

static int usage(const llvm::Twine &message) { return report(llvm::createStringError(message.str()), kUsage); }

static int printGPUs() {
  Expected<std::vector<GPUInfo>> gpus = listGPUs();
  // A machine without a driver has no GPU: that is an answer.
  if (!gpus)
    return report(gpus.takeError(), kSuccess);
  for (const GPUInfo &gpu : *gpus)
    if (findChip(gpu))
      llvm::outs() << llvm::formatv("{0}: {1}, compute capability {2}.{3}, {4} multiprocessors\n", gpu.ordinal,
                                    gpu.name, gpu.major, gpu.minor, gpu.multiprocessors);
  return kSuccess;
}

/// The orders of --interleaving.
static Expected<std::vector<mla_gpu::InterpreterOptions>> parseOrders() {
  std::vector<mla_gpu::InterpreterOptions> orders;
  for (llvm::StringRef text : llvm::split(interleaving, ',')) {
    mla_gpu::InterpreterOptions order;
    llvm::StringRef name = text;
    order.seed = seed;
    if (name == "random")
      order.interleaving = mla_gpu::Interleaving::Random;
    else if (name.consume_front("role-first:") && !name.getAsInteger(10, order.firstRole))
      order.interleaving = mla_gpu::Interleaving::RoleFirst;
    else if (text != "round-robin")
      return llvm::createStringError(
          llvm::formatv("--interleaving: expected round-robin, role-first:N or random, but got '{0}'", text).str());
    orders.push_back(order);
  }
  if (timing) {
    if (interleaving.getNumOccurrences())
      return llvm::createStringError("--timing: it has its own order, but got --interleaving");
    orders.front().timing = mla_gpu::TimingOptions{clockGHz, multiprocessors, /*coldCode=*/true};
    // A scoreboard's shapes are too large for values.
    orders.front().protocolOnly = !scoreboard.empty() || !check || noCheck;
    orders.front().maxSteps = std::numeric_limits<uint64_t>::max();
  }
  return orders;
}

/// What the options say by themselves; the empty string if they are well-formed.
static std::string findMisuse() {
  bool isRandom = randomCount.getNumOccurrences() > 0;
  bool lists = !configs.empty() || !scoreboard.empty() || isRandom;
  if (inputPaths.empty())
    return "expected a file with IR or a package";
  if (!configs.empty() && !scoreboard.empty())
    return "expected --configs or --scoreboard, but got both";
  if (inputPaths.size() > 1 && !lists)
    return llvm::formatv("expected one file, but got {0}; several are for --configs, --random and --scoreboard",
                         inputPaths.size());
  if (isRandom && (!configs.empty() || !scoreboard.empty() || timing))
    return "--random: expected no --configs, --scoreboard or --timing";
  if (isRandom && (randomCount < 1 || randomCount > (1 << 20)))
    return llvm::formatv("--random: expected 1 to {0}, but got {1}", 1 << 20, randomCount.getValue());
  if (randomWork.getNumOccurrences() && !isRandom)
    return "--random-work: expected --random";
  if (randomWork < 1 || randomWork > (int64_t(1) << 32))
    return llvm::formatv("--random-work: expected 1 to {0}, but got {1}", int64_t(1) << 32, randomWork.getValue());
  if (scoreboard.empty() != outputPath.empty())
    return "expected --scoreboard and --output together";
  if (!scoreboard.empty() && target == "interpreter" && !timing)
    return "expected a GPU or --timing for --scoreboard, but got --target=interpreter";
  if (timing && target != "interpreter")
    return llvm::formatv("expected --target=interpreter for --timing, but got --target={0}", target.getValue());
  if (timing && !configs.empty())
    return "--timing: expected one problem or --scoreboard, but got --configs";
  if (alone && (timing || !scoreboard.empty()))
    return "--alone: expected no --timing or --scoreboard";
  if (clockGHz.getNumOccurrences() && !timing)
    return "--clock: expected --timing";
  if (!(clockGHz >= 0.1 && clockGHz <= 10))
    return llvm::formatv("--clock: expected 0.1 to 10, but got {0}", clockGHz.getValue());
  for (auto [name, value] : {std::pair<llvm::StringRef, const cl::opt<int64_t> &>("--b", b),
                             {"--s-q", numQueries},
                             {"--h-q", numHeads},
                             {"--multiprocessors", multiprocessors}}) {
    if (value.getNumOccurrences() && (value < 1 || value > (1 << 20)))
      return llvm::formatv("{0}: expected 1 to {1}, but got {2}", name, 1 << 20, value.getValue());
    if (value.getNumOccurrences() && lists && name != "--multiprocessors")
      return llvm::formatv("{0}: the shapes come from the list", name);
  }
  for (auto [name, value] :
       {std::pair<llvm::StringRef, const cl::opt<int64_t> &>("--tokens", numTokens), {"--skip-every", skipEvery}}) {
    if (value < 0 || value > (1 << 20))
      return llvm::formatv("{0}: expected 0 to {1}, but got {2}", name, 1 << 20, value.getValue());
    if (value.getNumOccurrences() && lists)
      return llvm::formatv("{0}: the shapes come from the list", name);
  }
  if (repeat > 10000 || (repeat == 0 && !scoreboard.empty()))
    return llvm::formatv("--repeat: expected {0} to 10000, but got {1}", scoreboard.empty() ? 0 : 1, repeat.getValue());
  if (checkRows.getNumOccurrences() && checkRows < 0)
    return llvm::formatv("--check-rows: expected at least 0, but got {0}", checkRows.getValue());
  if (outlierChannels < 0 || outlierChannels > kMaxOutliers)
    return llvm::formatv("--outlier-channels: expected 0 to {0}, but got {1}", kMaxOutliers,
                         outlierChannels.getValue());
  if (!isQueryScale(queryScale))
    return llvm::formatv("--query-scale: expected more than 0, at most 1000, but got {0}", queryScale.getValue());
  if (lists && (outlierChannels.getNumOccurrences() || queryScale.getNumOccurrences()))
    return "--outlier-channels and --query-scale: the inputs come from the list";
  if (spareTokens < 0 || spareTokens > (1 << 20))
    return llvm::formatv("--spare-tokens: expected 0 to {0}, but got {1}", 1 << 20, spareTokens.getValue());
  if (!element.empty() && element != "bf16" && element != "f16" && element != "f32")
    return llvm::formatv("--element: expected bf16, f16 or f32, but got '{0}'", element.getValue());
  return "";
}

/// The one problem of the command line, for what `signature` leaves open.
static Expected<Problem> makeProblem(const Signature &signature) {
  Problem problem;
  auto choose = [](int64_t asked, int64_t fixed, int64_t otherwise) {
    return asked ? asked : fixed ? fixed : otherwise;
  };
  problem.s_q = choose(numQueries, signature.s_q, 1);
  problem.h_q = choose(numHeads, signature.h_q, 16);
  problem.inputs.seed = seed;
  problem.inputs.permutePages = permutePages;
  problem.inputs.poisonUnused = poison;
  problem.inputs.outlierChannels = outlierChannels;
  problem.inputs.queryScale = static_cast<float>(queryScale);
  problem.checkRows = checkRows;
  Expected<std::vector<int32_t>> parsed = parseLengths(lengths, b ? b : signature.b, seed);
  if (!parsed)
    return parsed.takeError();
  problem.lengths = std::move(*parsed);
  if (!element.empty() && element != elementName(signature.element))
    return llvm::createStringError(llvm::formatv("expected a program for {0}, but got one for {1}", element.getValue(),
                                                 elementName(signature.element))
                                       .str());
  MLA_RUN_TRY(checkImplements(signature, problem));
  return problem;
}

/// The same of prefill.
static Expected<PrefillProblem> makePrefillProblem(const PrefillSignature &signature) {
  PrefillProblem problem;
  problem.inputs.seed = seed;
  problem.inputs.poisonUnused = poison;
  problem.inputs.permutePages = permutePages;
  problem.inputs.strided = strided;
  problem.inputs.spareTokens = spareTokens;
  problem.checkRows = checkRows;
  auto parsed = parsePrefillLengths(lengths, queryLengths, b, seed);
  if (!parsed)
    return parsed.takeError();
  problem.lengths = std::move(*parsed);
  if (numHeads && numHeads != signature.shape.h_q)
    return llvm::createStringError(llvm::formatv("expected h_q {0}, as the program was compiled for, but got {1}",
                                                 signature.shape.h_q, numHeads.getValue())
                                       .str());
  if (!element.empty() && element != elementName(signature.element))
    return llvm::createStringError(llvm::formatv("expected a program for {0}, but got one for {1}", element.getValue(),
                                                 elementName(signature.element))
                                       .str());
  MLA_RUN_TRY(checkPrefill(signature, problem));
  return problem;
}

/// The device to run on: null for the interpreter.
static Expected<std::unique_ptr<Device>> openDevice(bool hasPackage) {
  if (target == "interpreter")
    return nullptr;
  if (target == "auto" && scoreboard.empty() && !hasPackage) {
    Expected<std::vector<GPUInfo>> gpus = listGPUs();
    bool usable =
        gpus && llvm::any_of(*gpus, [](const GPUInfo &gpu) { return gpu.ordinal == deviceOrdinal && findChip(gpu); });
    llvm::consumeError(gpus.takeError());
    if (!usable) {
      llvm::outs() << "no GPU that the compiler knows: running on the interpreter\n";
      return nullptr;
    }
  }
  return Device::open(deviceOrdinal);
}

/// In which order the interpreter goes on.
static std::string describeOrder() {
  return timing ? llvm::formatv("in the order of time at {0:F0} MHz", clockGHz * 1e3).str() : interleaving.getValue();
}

/// Of each kernel what was busy and where its roles waited.
static void printKernels(const Prediction &prediction) {
  constexpr size_t kMostStalls = 12;
  for (const mla_gpu::KernelTime &kernel : prediction.kernels) {
    llvm::outs() << llvm::formatv("@{0}: {1:F0} clocks; tensor cores {2:P1}, DRAM {3:P1}, L2 {4:P1} busy\n",
                                  kernel.kernel, kernel.cycles, kernel.tensorBusy, kernel.dramBusy, kernel.l2Busy);
    for (const mla_gpu::Stall &stall : llvm::ArrayRef(kernel.stalls).take_front(kMostStalls))
      llvm::outs() << llvm::formatv("  {0} waits {1:F0} clocks for {2}\n", stall.role, stall.cycles, stall.place);
  }
}

/// Runs the one problem, which `description` describes, and prints what there is to say.
template <typename ProblemT>
static int runProblem(Runner &runner, const Program &program, const ProblemT &problem, const std::string &description) {
  llvm::outs() << "problem: " << description << llvm::formatv(", seed {0}\n", seed.getValue());
  if (const Device *device = runner.getDevice())
    llvm::outs() << llvm::formatv("device: {0}, {1} multiprocessors, driver {2}, {3}\n", device->getInfo().name,
                                  device->getInfo().multiprocessors, device->getDriverVersion(), currentDate());
  else
    llvm::outs() << llvm::formatv("device: interpreter, {0} multiprocessors, {1}\n", multiprocessors.getValue(),
                                  describeOrder());
  llvm::outs().flush();
  Expected<Outcome> outcome = runner.run(program, problem);
  if (!outcome)
    return report(outcome.takeError(), kFailure);
  if (!runner.getDevice())
    llvm::outs() << llvm::formatv("interpreter: {0} ops, {1}\n", outcome->steps,
                                  outcome->clean ? "no race, no missing fence, no deadlock" : "with findings");
  if (outcome->prediction) {
    llvm::outs() << "time: ";
    printPrediction(*outcome);
    printKernels(*outcome->prediction);
  }
  if (!outcome->sameBits)
    llvm::outs() << "result: the runs differ in some bits\n";
  if (outcome->otherBitsAlone)
    llvm::outs() << "result: " << outcome->describeAlone() << '\n';
  if (outcome->compared)
    llvm::outs() << "result: " << outcome->describeComparison() << '\n';
  if (const std::optional<Timing> &timing = outcome->timing) {
    double seconds = timing->median() * 1e-3;
    llvm::outs() << llvm::formatv("time: {0:F4} ms (median of {1}, least {2:F4}), schedule {3:F4} ms, {4:F1} TFLOP/s, "
                                  "{5:F0} GB/s",
                                  timing->median(), timing->samples.size(), timing->samples.front(), timing->schedule,
                                  outcome->work.flops / seconds * 1e-12, outcome->work.bytes / seconds * 1e-9);
    if (timing->clockMHz > 0)
      llvm::outs() << llvm::formatv(", at {0:F0} MHz\n", timing->clockMHz);
    else
      llvm::outs() << llvm::formatv(", at up to {0:F0} MHz\n", runner.getDevice()->getMaxClock());
  }
  llvm::outs() << (!outcome->passed() ? "FAILED\n" : outcome->compared ? "ok\n" : "not compared\n");
  return outcome->passed() ? kSuccess : kFailure;
}

/// The one problem of append, rope or merge of the command line.
static Expected<TokenProblem> makeTokenProblem(const TokenSignature &signature) {
  auto choose = [](int64_t asked, int64_t fixed, int64_t otherwise) {
    return asked ? asked : fixed ? fixed : otherwise;
  };
  TokenProblem problem;
  problem.tokens = numTokens;
  problem.s_q = choose(numQueries, signature.s_q, 1);
  problem.heads = choose(numHeads, signature.heads, 16);
  problem.inputs.seed = seed;
  problem.inputs.skipEvery = skipEvery;
  Expected<std::vector<int32_t>> parsed = parseLengths(lengths, b, seed);
  if (!parsed)
    return parsed.takeError();
  problem.lengths = std::move(*parsed);
  if (signature.op == TokenOp::Merge && problem.heads != signature.heads)
    return llvm::createStringError(
        llvm::formatv("expected h_q {0}, as the program was compiled for, but got {1}", signature.heads, problem.heads)
            .str());
  if (!element.empty() && element != describeElement(signature))
    return llvm::createStringError(
        llvm::formatv("expected a program for {0}, but got one for {1}", element.getValue(), describeElement(signature))
            .str());
  MLA_RUN_TRY(checkImplements(signature, problem));
  return problem;
}

static void printTokenTime(const Runner &runner, const TokenOutcome &outcome) {
  const Timing &timing = *outcome.timing;
  llvm::outs() << llvm::formatv("{0:F4} ms (median of {1}, least {2:F4}), {3:F0} GB/s, at {4:F0} MHz", timing.median(),
                                timing.samples.size(), timing.samples.front(), outcome.bytes / timing.median() * 1e-6,
                                timing.clockMHz > 0 ? timing.clockMHz : runner.getDevice()->getMaxClock());
}

/// Runs problems of append, rope or merge: that of the command line, or a list.
static int runTokens(Runner &runner, const Program &program) {
  const TokenSignature &signature = *program.getTokens();
  std::vector<TokenProblem> problems;
  if (configs.empty()) {
    Expected<TokenProblem> problem = makeTokenProblem(signature);
    if (!problem)
      return report(problem.takeError(), kUsage);
    problems.push_back(std::move(*problem));
  } else {
    auto read = readTokenConfigs(configs);
    if (!read)
      return report(read.takeError(), kUsage);
    problems = std::move(*read);
  }
  if (configs.empty()) {
    if (const Device *device = runner.getDevice())
      llvm::outs() << llvm::formatv("device: {0}, {1} multiprocessors, driver {2}, {3}\n", device->getInfo().name,
                                    device->getInfo().multiprocessors, device->getDriverVersion(), currentDate());
    else
      llvm::outs() << llvm::formatv("device: interpreter, {0} multiprocessors, {1}\n", multiprocessors.getValue(),
                                    describeOrder());
  }
  unsigned failures = 0;
  for (auto [index, problem] : llvm::enumerate(problems)) {
    if (!configs.empty())
      llvm::outs() << llvm::formatv("[{0}/{1}] {2} ", index + 1, problems.size(), problem.id);
    llvm::outs() << describeTokens(signature, problem) << ": ";
    llvm::outs().flush();
    Expected<TokenOutcome> outcome = runner.run(program, problem);
    if (!outcome)
      return report(outcome.takeError(), kFailure);
    if (outcome->compared)
      llvm::outs() << outcome->describeComparison() << ", ";
    if (outcome->timing) {
      printTokenTime(runner, *outcome);
      llvm::outs() << ", ";
    }
    if (outcome->prediction)
      llvm::outs() << llvm::formatv("{0:F4} ms predicted, {1:F0} GB/s, ", outcome->prediction->call.layer * 1e3,
                                    outcome->bytes / outcome->prediction->call.layer * 1e-9);
    llvm::outs() << (outcome->sameBits ? "" : "other bits in the second run, ")
                 << (!outcome->passed()  ? "FAILED"
                     : outcome->compared ? "ok"
                                         : "not compared")
                 << '\n';
    failures += !outcome->passed();
    if (outcome->prediction)
      printKernels(*outcome->prediction);
  }
  if (!configs.empty())
    llvm::outs() << llvm::formatv("{0} of {1} configurations passed\n", problems.size() - failures, problems.size());
  return failures ? kFailure : kSuccess;
}

/// Runs the one problem of decode or prefill.
static int runOne(Runner &runner, const Program &program) {
  if (const std::optional<PrefillSignature> &signature = program.getPrefillSignature()) {
    Expected<PrefillProblem> problem = makePrefillProblem(*signature);
    if (!problem)
      return report(problem.takeError(), kUsage);
    return runProblem(runner, program, *problem,
                      llvm::formatv("prefill, {0}{1}, h_q {2}, {3}{4}", describeForm(signature->shape),
                                    describeSequences(problem->lengths), signature->shape.h_q,
                                    describeTypes(signature->element, signature->format()),
                                    signature->causal ? ", causal" : "")
                          .str());
  }
  const Signature &signature = program.getSignature();
  Expected<Problem> problem = makeProblem(signature);
  if (!problem)
    return report(problem.takeError(), kUsage);
  return runProblem(runner, program, *problem,
                    llvm::formatv("b {0}, s_q {1}, h_q {2}, s_kv {3} ({4} tokens), {5}{6}{7}", problem->b(),
                                  problem->s_q, problem->h_q, describeLengths(problem->lengths), problem->tokens(),
                                  describeTypes(signature.element, signature.format, signature.precision),
                                  signature.causal ? ", causal" : "", signature.rope ? ", rope" : "")
                        .str());
}

/// This command line without its files and what --random sets for each configuration.
static std::string makeRepeatCommand(llvm::ArrayRef<const char *> arguments) {
  std::string command = "mla-run";
  bool isValue = false;
  for (llvm::StringRef argument : arguments.drop_front()) {
    auto [name, value] = argument.split('=');
    bool isOurs = argument.starts_with("-") && (name.ltrim('-') == "random" || name.ltrim('-') == "seed");
    bool isLeftOut = isValue || isOurs || llvm::is_contained(inputPaths, argument);
    isValue = isOurs && !argument.contains('=');
    if (!isLeftOut)
      command += " " + argument.str();
  }
  return command;
}

/// Everything after the options were found well-formed.
static int runAll(CompileOptions compile, std::vector<mla_gpu::InterpreterOptions> orders,
                  const std::string &repeatCommand) {
  // The device decides what IR is compiled to, and a package needs one.
  Expected<std::unique_ptr<Device>> device = openDevice(llvm::any_of(inputPaths, Program::isPackage));
  if (!device)
    return report(device.takeError(), kFailure);

  if (bool chosen = target == "auto" || target == "gpu"; chosen && *device)
    compile.target = findChip((*device)->getInfo()).value_or(compile.target);
  if (*device && compile.schedule.gpu.empty())
    compile.schedule.gpu = (*device)->getInfo().name;

  std::vector<ListedProblem> listed;
  if (!scoreboard.empty()) {
    auto problems = readScoreboard(scoreboard, mode);
    if (!problems)
      return report(problems.takeError(), kUsage);
    listed = std::move(*problems);
  }

  RunnerOptions options;
  options.check = check && !noCheck && !(timing && !scoreboard.empty());
  options.sampling.repeat = *device && configs.empty() && randomCount == 0 ? repeat : 0;
  options.sampling.waitsForEach = waitEach;
  options.repeatability = scoreboard.empty();
  options.alone = alone;
  options.orders = std::move(orders);
  options.multiprocessors = multiprocessors;
  options.compile = compile;
  compile.stopAfter = *device ? Stage::Package : Stage::MLAGPU;
  Runner runner(std::move(*device), options);

  std::vector<std::unique_ptr<Program>> programs;
  for (const std::string &path : inputPaths) {
    Expected<std::unique_ptr<Program>> program = Program::load(path, compile);
    if (!program)
      return report(program.takeError(), kFailure);
    programs.push_back(std::move(*program));
  }

  auto isDecode = [](const auto &program) { return !program->getTokens() && !program->getPrefillSignature(); };
  if (alone && !llvm::all_of(programs, isDecode))
    return usage("--alone: expected programs of decode");

  if (randomCount > 0) {
    Expected<unsigned> failures =
        runRandom(runner, programs, inputPaths, {randomCount, seed, randomWork, repeatCommand});
    if (!failures)
      return report(failures.takeError(), kFailure);
    return *failures ? kFailure : kSuccess;
  }
  if (programs.front()->getTokens()) {
    if (programs.size() > 1 || !scoreboard.empty())
      return usage("expected one program without --scoreboard for append, rope and merge");
    return runTokens(runner, *programs.front());
  }
  if (llvm::any_of(programs, [](const auto &program) { return program->getTokens() != nullptr; }))
    return usage("expected programs of decode, but got one of append, rope or merge among them");
  if (!configs.empty()) {
    // Which fields a configuration has depends on the op.
    auto problems = readConfigs(configs);
    if (!problems)
      return report(problems.takeError(), kUsage);
    listed = std::move(*problems);
  }

  if (listed.empty())
    return runOne(runner, *programs.front());
  Expected<unsigned> failures =
      !configs.empty() ? runConfigs(runner, programs, listed) : runScoreboard(runner, programs, listed, outputPath);
  if (!failures)
    return report(failures.takeError(), kFailure);
  return *failures ? kFailure : kSuccess;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(
      [](llvm::raw_ostream &os) { os << "mla-run " MLA_VERSION " (LLVM " LLVM_VERSION_STRING ")\n"; });
  if (!cl::ParseCommandLineOptions(argc, argv, "Runs attention programs, compares and measures them\n", &llvm::errs()))
    return kUsage;
  if (listDevices)
    return printGPUs();
  if (schedule.printHelp())
    return kSuccess;
  if (std::string misuse = findMisuse(); !misuse.empty())
    return usage(misuse);
  if (timing && !multiprocessors.getNumOccurrences())
    multiprocessors = mla_gpu::TimingOptions().multiprocessors;
  Expected<std::vector<mla_gpu::InterpreterOptions>> orders = parseOrders();
  if (!orders)
    return report(orders.takeError(), kUsage);
  CompileOptions compile;
  if (!llvm::is_contained({"auto", "gpu", "interpreter"}, target)) {
    if (!mla_gpu::lookupTarget(target))
      return usage("--target: expected gpu, interpreter, auto or one of " + mla_gpu::listTargets() + ", but got '" +
                   target + "'");
    compile.target = target;
  }
  if (Error error = schedule.apply(compile))
    return report(std::move(error), kUsage);
  return runAll(compile, std::move(*orders), makeRepeatCommand(llvm::ArrayRef(argv, argc)));
}
