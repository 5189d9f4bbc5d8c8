//===- mla-mutation-test.cpp - Runs the mutation test on an attention program -----------------------------------===//
//
// Prints one line per mutant and a last line with the counts. Exits 1 if a mutant survived that is not listed as
// equivalent, or if the list is stale.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Interpreter/Mutation.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::mla_gpu;

static llvm::cl::opt<std::string> inputFile(llvm::cl::Positional, llvm::cl::desc("<file>"), llvm::cl::init("-"));
static llvm::cl::list<std::string>
    caseTexts("case", llvm::cl::desc("Sequence lengths and multiprocessors of one case, for example 130,64,0@2"));
static llvm::cl::opt<int64_t> heads("heads", llvm::cl::desc("h_q"), llvm::cl::init(48));
static llvm::cl::opt<int64_t> queries("queries", llvm::cl::desc("s_q"), llvm::cl::init(1));
static llvm::cl::opt<unsigned> randomSeeds("random-seeds", llvm::cl::desc("Number of random interleavings"),
                                           llvm::cl::init(3));
static llvm::cl::opt<uint64_t> seed("seed", llvm::cl::desc("Seed of the inputs"), llvm::cl::init(0));
static llvm::cl::opt<std::string>
    equivalencesFile("equivalences",
                     llvm::cl::desc("File that lists equivalent mutants, one a line: name, colon, space, reason"));

static LogicalResult readEquivalences(std::map<std::string, std::string> &equivalences) {
  if (equivalencesFile.empty())
    return success();
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(equivalencesFile, &message);
  if (!file) {
    llvm::errs() << message << "\n";
    return failure();
  }
  SmallVector<StringRef> lines;
  file->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines) {
    if (line.starts_with("//") || line.trim().empty())
      continue;
    auto [name, reason] = line.split(": ");
    if (reason.trim().empty()) {
      llvm::errs() << equivalencesFile << ": expected a name, a colon and a reason, but got '" << line << "'\n";
      return failure();
    }
    equivalences[name.trim().str()] = reason.trim().str();
  }
  return success();
}

static FailureOr<MutationCase> makeCase(StringRef text, DecodeAttr decode) {
  auto [list, count] = text.split('@');
  std::vector<int32_t> seqLens;
  SmallVector<StringRef> fields;
  list.split(fields, ',');
  int64_t multiprocessors;
  bool isWrong = count.getAsInteger(10, multiprocessors);
  for (StringRef field : fields) {
    int32_t length = 0;
    isWrong |= field.trim().getAsInteger(10, length) || length < 0;
    seqLens.push_back(length);
  }
  if (isWrong) {
    llvm::errs() << "expected lengths, '@' and a number of multiprocessors, but got '" << text << "'\n";
    return failure();
  }
  mla::reference::DecodeShape shape;
  shape.b = seqLens.size();
  shape.s_q = decode.getQueries() ? decode.getQueries() : queries;
  shape.h_q = decode.getHeads() ? decode.getHeads() : heads;
  shape.d_latent = decode.getDLatent();
  shape.d_rope = decode.getDRope();
  shape.page_size = decode.getPageSize();
  mla::reference::DecodeInputOptions options;
  options.format = decode.getCacheFormat();
  options.precision = decode.getPrecision();
  options.rope = getRope(decode.getRotation());
  options.seed = seed;
  auto element = decode.getElement().isF16() ? mla::reference::Element::F16 : mla::reference::Element::BF16;
  float scale = static_cast<float>(decode.getSoftmaxScale().getValueAsDouble());
  return makeMutationCase(mla::reference::makeDecodeInputs(shape, element, scale, decode.getCausal(), seqLens, options),
                          multiprocessors);
}

/// The same of prefill; a sequence is its tokens, or its queries, a colon and its tokens.
static FailureOr<MutationCase> makeCase(StringRef text, PrefillAttr prefill) {
  auto [list, count] = text.split('@');
  std::vector<mla::reference::PrefillLengths> lengths;
  SmallVector<StringRef> fields;
  list.split(fields, ',');
  int64_t multiprocessors;
  bool isWrong = count.getAsInteger(10, multiprocessors);
  for (StringRef field : fields) {
    auto [q, kv] = field.split(':');
    mla::reference::PrefillLengths length;
    isWrong |= q.trim().getAsInteger(10, length.queries) || length.queries < 0;
    length.tokens = length.queries;
    if (!kv.empty())
      isWrong |= kv.trim().getAsInteger(10, length.tokens) || length.tokens < 0;
    lengths.push_back(length);
  }
  if (isWrong) {
    llvm::errs() << "expected lengths, '@' and a number of multiprocessors, but got '" << text << "'\n";
    return failure();
  }
  mla::reference::PrefillShape shape{prefill.getHeads(), prefill.getDNope(), prefill.getDRope(), prefill.getDV()};
  shape.form = prefill.isAbsorbed() ? mla::reference::PrefillForm::Absorbed : mla::reference::PrefillForm::MHA;
  shape.page_size = prefill.getPageSize();
  shape.format = prefill.getFormat();
  mla::reference::PrefillInputOptions options;
  options.seed = seed;
  options.spareTokens = 1;
  auto element = prefill.getElement().isF16() ? mla::reference::Element::F16 : mla::reference::Element::BF16;
  float scale = static_cast<float>(prefill.getSoftmaxScale().getValueAsDouble());
  return makeMutationCase(
      mla::reference::makePrefillInputs(shape, element, scale, prefill.getCausal(), lengths, options), multiprocessors);
}

static StringRef stringify(MutantOutcome outcome) {
  switch (outcome) {
  case MutantOutcome::Caught:
    return "caught";
  case MutantOutcome::WrongValue:
    return "wrong value";
  case MutantOutcome::Equivalent:
    return "equivalent";
  case MutantOutcome::Survived:
    return "SURVIVED";
  }
  llvm_unreachable("all outcomes are handled");
}

/// "line 12"; the file is the same for all.
static std::string describe(Location location) {
  if (auto place = location->findInstanceOf<FileLineColLoc>())
    return "line " + std::to_string(place.getLine());
  return "unknown place";
}

static void print(const MutantResult &result) {
  raw_ostream &os = llvm::outs();
  os << result.mutant.name << " (" << describe(result.mutant.location) << ") " << result.mutant.change << ": "
     << stringify(result.outcome);
  if (result.finding)
    os << ", " << stringifyFindingKind(result.finding->kind) << " at " << describe(result.finding->location) << ": "
       << result.finding->message;
  if (!result.detail.empty())
    os << (result.outcome == MutantOutcome::Equivalent ? ": " : " [") << result.detail
       << (result.outcome == MutantOutcome::Equivalent ? "" : "]");
  os << "\n";
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::cl::ParseCommandLineOptions(argc, argv, "drops every synchronisation of an attention program in turn\n");
  DialectRegistry registry;
  registry.insert<MLAGPUDialect, arith::ArithDialect, math::MathDialect, scf::SCFDialect>();
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(inputFile, sources, &context);
  std::map<std::string, std::string> equivalences;
  if (!module || failed(readEquivalences(equivalences)))
    return 1;
  ProgramOp program;
  module->walk([&](ProgramOp op) {
    if (op.getDecode() || op.getPrefill())
      program = op;
  });
  if (!program) {
    llvm::errs() << "expected a program that implements a decode or prefill op\n";
    return 1;
  }
  // Without a case given: ragged first and second blocks, an empty request, exact blocks; requests that are split, and
  // one whose rows several warps merge, more rows than they have at once; one whose steps parts share; single blocks
  // behind one that is split; a ragged first block in a buffer that is filled again.
  // Of prefill: one to five blocks, ragged and not, several items a block, a second warp group without rows, nothing to
  // see. In the absorbed form the same of rows: tiles of 64 and of fewer.
  std::vector<std::string> texts(caseTexts.begin(), caseTexts.end());
  if (texts.empty())
    texts = program.getDecode() ? std::vector<std::string>{"300,0,64,100,129@2", "1000,70@5", "1160@10", "290@6",
                                                           "1000,64,1,0@4",      "30,300@1"}
            : program.getPrefill().isAbsorbed()
                ? std::vector<std::string>{"5:300,0,1,3:100,9:3,2:0,3@1", "4:129,2:64@2"}
                : std::vector<std::string>{"300,0,1,256@1", "300:700,130:30@2"};
  std::vector<MutationCase> cases;
  for (const std::string &text : texts) {
    FailureOr<MutationCase> problem =
        program.getDecode() ? makeCase(text, program.getDecode()) : makeCase(text, program.getPrefill());
    if (failed(problem))
      return 1;
    cases.push_back(std::move(*problem));
  }

  bool showsProgress = llvm::sys::Process::StandardErrIsDisplayed();
  auto progress = [&](size_t done, size_t all) {
    if (showsProgress)
      llvm::errs() << "\r" << done << " of " << all << " mutants" << (done == all ? "\n" : "");
  };
  MutationReport report;
  if (failed(runMutationTest(program, cases, randomSeeds, equivalences, report, progress)))
    return 1;
  for (const MutantResult &result : report.results)
    print(result);
  for (const std::string &name : report.staleEquivalences)
    llvm::outs() << name << ": listed as equivalent, but is no mutant or was caught\n";
  size_t caught = report.count(MutantOutcome::Caught) + report.count(MutantOutcome::WrongValue);
  size_t survived = report.count(MutantOutcome::Survived);
  llvm::outs() << report.results.size() << " mutants: " << caught << " caught, "
               << report.count(MutantOutcome::Equivalent) << " equivalent, " << survived << " survived\n";
  return survived != 0 || !report.staleEquivalences.empty();
}
