//===- RandomProblems.cpp - Problems that a seed draws ---------------------------------------------------------===//
//
// Sizes are drawn by their logarithm, so that few and many, short and long come up alike, and lengths in one of several
// ways: uniform draws alone would hardly ever give a request that ends at a page, a batch of equal requests, or one
// long request among short ones, which is where kernels go wrong.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "RandomProblems.h"
#include "Lengths.h"
#include "lib/Reference/Random.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <numeric>

using namespace mlir;
using namespace mlir::mla;
using namespace mlir::mla::run;
using namespace mlir::mla::reference;
using llvm::Error;
using llvm::Expected;

//===----------------------------------------------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------------------------------------------===//

namespace {
/// Numbers of one problem, one after the other.
class Draw {
public:
  explicit Draw(uint64_t seed) : random(seed, Stream::Shapes) {}

  /// Uniform in [low, high].
  int64_t between(int64_t low, int64_t high) { return low + random.below(high - low + 1, index++); }
  /// Once in `n` times.
  bool oneIn(int64_t n) { return between(1, n) == 1; }
  /// In [low, high]: first an order of magnitude of what is above `low`, then a number of it.
  int64_t bySize(int64_t low, int64_t high) {
    int64_t magnitude = between(0, llvm::Log2_64(high - low + 1));
    int64_t first = (int64_t(1) << magnitude) - 1;
    return low + std::min(between(first, 2 * first), high - low);
  }
  template <typename T> T oneOf(std::initializer_list<T> values) {
    return values.begin()[between(0, static_cast<int64_t>(values.size()) - 1)];
  }
  /// Heads, mostly as models have them.
  int64_t heads() { return oneIn(2) ? oneOf<int64_t>({1, 8, 16, 20, 32, 40, 64, 96, 128}) : between(1, 128); }

private:
  CounterRandom random;
  uint64_t index = 0;
};

/// Lengths of `b` requests, together at most `total`; pages are of `page` tokens.
std::vector<int32_t> drawLengths(Draw &draw, int64_t b, int64_t total, int64_t page) {
  enum Kind { Equal, AtPages, Uniform, BySize, OneLong };
  int64_t kind = draw.between(Equal, OneLong);
  int64_t most = kind == OneLong ? total : std::max<int64_t>(2 * total / b, 1);
  most = std::max<int64_t>(most >> draw.between(0, 4), 1);
  int64_t longest = draw.between((most + 1) / 2, most);
  int64_t chosen = draw.between(0, b - 1), left = total;
  std::vector<int32_t> lengths;
  for (int64_t i = 0; i < b; ++i) {
    int64_t length = longest;
    switch (kind) {
    case AtPages:
      length = draw.between(0, longest / page) * page + draw.between(-1, 1);
      break;
    case Uniform:
      length = draw.between(0, longest);
      break;
    case BySize:
      length = draw.bySize(0, longest);
      break;
    case OneLong:
      length = i == chosen ? longest : draw.bySize(0, std::min(longest, page));
      break;
    default:
      break;
    }
    length = std::clamp<int64_t>(length, 0, left);
    left -= length;
    lengths.push_back(static_cast<int32_t>(length));
  }
  return lengths;
}
} // namespace

Problem run::drawProblem(const Signature &signature, uint64_t seed, int64_t work) {
  // Fewer would leave rows with hardly a token, more are made, copied and read for long.
  constexpr int64_t kMinTokens = 128, kMaxTokens = 16384;
  Draw draw(seed);
  Problem problem;
  int64_t heads = draw.heads(), queries = draw.oneIn(2) ? 1 : draw.bySize(1, 9);
  problem.h_q = signature.h_q ? signature.h_q : heads;
  problem.s_q = signature.s_q ? signature.s_q : queries;
  int64_t tokens = std::clamp(work / problem.rows(), kMinTokens, kMaxTokens);
  // More requests than a GPU has multiprocessors are another case for the work scheduling.
  int64_t requests = draw.bySize(1, std::min<int64_t>(tokens / 8, 400));
  problem.lengths = drawLengths(draw, signature.b ? signature.b : requests, tokens, signature.page_size);
  problem.inputs.seed = seed;
  problem.inputs.permutePages = !draw.oneIn(4);
  problem.inputs.poisonUnused = !draw.oneIn(8);
  problem.inputs.sparePages = draw.bySize(0, 200);
  problem.inputs.outlierChannels = draw.oneIn(4) ? draw.bySize(1, 16) : 0;
  // Scores of larger queries spread further than the bounds are argued for.
  problem.inputs.queryScale = draw.oneIn(4) ? draw.oneOf({0.0625f, 0.25f, 0.5f}) : 1.0f;
  return problem;
}

PrefillProblem run::drawPrefillProblem(const PrefillSignature &signature, uint64_t seed, int64_t work) {
  // What a tile of queries or of keys holds, about which lengths are drawn.
  constexpr int64_t kTile = 64;
  enum Kind { Whole, Chunks, Independent };
  Draw draw(seed);
  PrefillProblem problem;
  // Σ queries · tokens ≤ Σ queries · Σ tokens ≤ side².
  auto side = static_cast<int64_t>(std::sqrt(static_cast<double>(std::max<int64_t>(work / signature.shape.h_q, 1))));
  int64_t kind = draw.between(Whole, Independent), b = draw.bySize(1, std::clamp<int64_t>(side / 8, 1, 64));
  int64_t skew = kind == Whole ? 1 : draw.oneOf<int64_t>({1, 2, 4, 8});
  std::vector<int32_t> tokens = drawLengths(draw, b, std::max<int64_t>(side * skew, kTile), kTile);
  std::vector<int32_t> queries = drawLengths(draw, b, std::max<int64_t>(side / skew, kTile), kTile);
  for (auto [q, kv] : llvm::zip(queries, tokens))
    problem.lengths.push_back({kind == Whole ? kv : kind == Chunks ? std::min(q, kv) : q, kv});
  problem.inputs.seed = seed;
  problem.inputs.poisonUnused = !draw.oneIn(8);
  problem.inputs.strided = draw.oneIn(2);
  problem.inputs.spareTokens = draw.oneIn(2) ? draw.bySize(1, 200) : 0;
  problem.inputs.permutePages = !draw.oneIn(4);
  return problem;
}

TokenProblem run::drawTokenProblem(const TokenSignature &signature, uint64_t seed, int64_t work) {
  constexpr int64_t kWorkOfLatent = 64, kWorkOfHead = 8, kMaxCached = 16384;
  Draw draw(seed);
  TokenProblem problem;
  int64_t heads = draw.heads();
  problem.heads = signature.heads ? signature.heads : heads;
  int64_t workOfToken = signature.op == TokenOp::Append  ? kWorkOfLatent
                        : signature.op == TokenOp::Merge ? kWorkOfLatent * problem.heads
                                                         : kWorkOfHead * problem.heads;
  int64_t most = std::max<int64_t>(work / workOfToken, 1);
  problem.tokens = draw.bySize(0, most);
  problem.inputs.seed = seed;
  problem.inputs.skipEvery = draw.oneIn(2) ? draw.bySize(1, 64) : 0;
  problem.inputs.maxPosition = draw.oneOf<int64_t>({100, 4096, 1 << 20, std::numeric_limits<int32_t>::max()});
  if (signature.op != TokenOp::Append || signature.slotBits != 0)
    return problem;
  int64_t queries = draw.oneIn(2) ? 1 : draw.bySize(1, most);
  problem.s_q = signature.s_q ? signature.s_q : queries;
  int64_t b = draw.bySize(1, std::max<int64_t>(most / problem.s_q, 1));
  // Requests may be shorter than what they get; then the first of the new tokens are before their beginning.
  problem.lengths = drawLengths(draw, b, std::max(kMaxCached, b * problem.s_q), signature.page_size);
  return problem;
}

//===----------------------------------------------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------------------------------------------===//

namespace {
/// How one problem went.
struct Result {
  std::string text;
  bool passed = false, sameBits = true;
};
} // namespace

static Result summarise(const Outcome &outcome) {
  std::string text;
  if (outcome.compared && outcome.comparison.withinBounds(outcome.bounds))
    text = llvm::formatv("error {0:e2}, lse error {1:e2}", outcome.comparison.worstRelativeError,
                         outcome.comparison.worstLseError);
  else if (outcome.compared)
    text = outcome.describeComparison();
  if (outcome.otherBitsAlone)
    text += (text.empty() ? "" : ", ") + outcome.describeAlone();
  return {std::move(text), outcome.passed(), outcome.sameBits};
}

static Result summarise(const TokenOutcome &outcome) {
  return {outcome.compared ? outcome.describeComparison() : "", outcome.passed(), outcome.sameBits};
}

/// Runs the problem of one seed, and says first what it is.
static Expected<Result> runDrawn(Runner &runner, const Program &program, uint64_t seed, int64_t work) {
  auto run = [&](const std::string &description, const auto &problem) -> Expected<Result> {
    llvm::outs() << description << ": ";
    llvm::outs().flush();
    auto outcome = runner.run(program, problem);
    if (!outcome)
      return outcome.takeError();
    return summarise(*outcome);
  };
  if (const TokenSignature *signature = program.getTokens()) {
    TokenProblem problem = drawTokenProblem(*signature, seed, work);
    return run(describeTokens(*signature, problem), problem);
  }
  if (const std::optional<PrefillSignature> &signature = program.getPrefillSignature()) {
    PrefillProblem problem = drawPrefillProblem(*signature, seed, work);
    MLA_RUN_TRY(checkPrefill(*signature, problem));
    return run(llvm::formatv("prefill, {0}{1}, h_q {2}, {3}{4}{5}", describeForm(signature->shape),
                             describeSequences(problem.lengths), signature->shape.h_q,
                             describeTypes(signature->element, signature->format()),
                             signature->causal ? ", causal" : "", problem.inputs.strided ? ", strided" : ""),
               problem);
  }
  const Signature &signature = program.getSignature();
  Problem problem = drawProblem(signature, seed, work);
  MLA_RUN_TRY(checkImplements(signature, problem));
  std::string description = llvm::formatv("decode, b {0}, s_q {1}, h_q {2}, s_kv {3}, {4}{5}", problem.b(), problem.s_q,
                                          problem.h_q, describeLengths(problem.lengths),
                                          describeTypes(signature.element, signature.format, signature.precision),
                                          signature.causal ? ", causal" : "");
  if (signature.rope)
    description += ", rope";
  if (problem.inputs.outlierChannels > 0)
    description += llvm::formatv(", {0} outliers", problem.inputs.outlierChannels);
  if (problem.inputs.queryScale != 1)
    description += llvm::formatv(", queries times {0}", problem.inputs.queryScale);
  return run(description, problem);
}

Expected<unsigned> run::runRandom(Runner &runner, llvm::ArrayRef<std::unique_ptr<Program>> programs,
                                  const std::vector<std::string> &paths, const RandomOptions &options) {
  unsigned failures = 0;
  size_t width = std::to_string(options.count).size();
  for (int64_t i = 0; i < options.count; ++i) {
    size_t which = static_cast<size_t>(i) % programs.size();
    uint64_t seed = options.seed + static_cast<uint64_t>(i);
    std::string repeat =
        llvm::formatv("  repeat with: {0} --random=1 --seed={1} {2}\n", options.command, seed, paths[which]);
    llvm::outs() << '[' << llvm::format_decimal(i + 1, width) << '/' << options.count << "] ";
    runner.setSeed(seed);
    Expected<Result> result = runDrawn(runner, *programs[which], seed, options.work);
    if (!result) {
      llvm::outs() << "FAILED\n" << repeat;
      return result.takeError();
    }
    llvm::outs() << result->text << (result->text.empty() ? "" : ", ")
                 << (result->sameBits ? "" : "other bits in the second run, ") << (result->passed ? "ok" : "FAILED")
                 << '\n';
    if (!result->passed) {
      llvm::outs() << repeat;
      ++failures;
    }
  }
  llvm::outs() << llvm::formatv("{0} of {1} random configurations passed\n", options.count - failures, options.count);
  return failures;
}
