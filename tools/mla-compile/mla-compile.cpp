//===- mla-compile.cpp - Compiles an IR file to any stage ---------------------------------------------------===//
//
// Exit status: 0, 1 where the input cannot be compiled or the output not written, 2 for a wrong command line.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Pipelines/Compile.h"
#include "lib/Pipelines/Input.h"
#include "lib/Pipelines/Models.h"
#include "lib/Pipelines/ScheduleOptions.h"
#include "lib/Target/TargetInfo.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mla;
namespace cl = llvm::cl;

static cl::OptionCategory category("mla-compile options");
static cl::opt<std::string> inputPath(cl::Positional, cl::desc("FILE.mlir"), cl::init("-"), cl::cat(category));
static cl::opt<std::string> outputPath("o", cl::desc("Where the output goes; - is standard output"),
                                       cl::value_desc("file"), cl::init("-"), cl::cat(category));
static cl::opt<std::string> target("target", cl::desc("Chip to compile for"), cl::value_desc("chip"),
                                   cl::init("sm_90a"), cl::cat(category));
static cl::opt<Stage> emit("emit", cl::desc("Stage to stop after"), cl::init(Stage::Package), cl::cat(category),
                           cl::values(clEnumValN(Stage::MLA, "mla", "the ops as they came, or as --model gives them"),
                                      clEnumValN(Stage::MLAGPU, "mla-gpu", "programs of tiles, roles and barriers"),
                                      clEnumValN(Stage::NVVM, "nvvm", "kernels in the LLVM and NVVM dialects"),
                                      clEnumValN(Stage::LLVM, "llvm", "LLVM IR"), clEnumValN(Stage::PTX, "ptx", "PTX"),
                                      clEnumValN(Stage::Cubin, "cubin", "machine code, made by ptxas"),
                                      clEnumValN(Stage::Package, "package", "what the runtime loads")));
static ScheduleOptions schedule(category);
static cl::opt<bool> printResources("print-resources",
                                    cl::desc("Print what ptxas says about every kernel to standard error"),
                                    cl::cat(category));
static cl::opt<bool> printSchedule("print-schedule",
                                   cl::desc("Print the schedule of every program, and where it comes from, to standard "
                                            "error"),
                                   cl::cat(category));
static cl::opt<bool> timing("timing", cl::desc("Print how long each step took to standard error"), cl::cat(category));

static cl::opt<std::string> modelName("model",
                                      cl::desc("Compile an op of this model instead of a file; help lists them"),
                                      cl::value_desc("name"), cl::cat(category));
static cl::opt<std::string> modelFile("model-file", cl::desc("Take models from this file instead of the built-in ones"),
                                      cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> opName("op",
                                   cl::desc("Which op of the model: decode, prefill, prefill_absorbed, append or rope"),
                                   cl::value_desc("name"), cl::init("decode"), cl::cat(category));
static cl::opt<int64_t> heads("h-q", cl::desc("Heads of the model that one GPU has; by default all"), cl::init(0),
                              cl::cat(category));
static cl::alias headsAlias("heads", cl::aliasopt(heads), cl::desc("The same as --h-q"));
static cl::opt<int64_t> queries("s-q", cl::desc("New tokens per request of the model's op; by default any number"),
                                cl::init(0), cl::cat(category));
static cl::opt<std::string> element("element", cl::desc("Element type of the model's op"), cl::value_desc("bf16|f16"),
                                    cl::init("bf16"), cl::cat(category));
static cl::opt<std::string> format("cache-format", cl::desc("Format of the model's cache; by default the element type"),
                                   cl::value_desc("name"), cl::cat(category));
static cl::opt<std::string> precision("precision", cl::desc("In what the model's decode forms its products"),
                                      cl::value_desc("bf16|e4m3|e4m3_queries"), cl::init("bf16"), cl::cat(category));
static cl::opt<int64_t> pageSize("page-size", cl::desc("Tokens of a page of the model's cache"), cl::init(64),
                                 cl::cat(category));
static cl::opt<bool> fuseRope("fuse-rope", cl::desc("The model's decode turns the queries itself"), cl::cat(category));
static cl::opt<bool>
    blockTable("block-table",
               cl::desc("The model's append takes places from a block table, not a slot for each token; its "
                        "prefill_absorbed reads a paged cache"),
               cl::cat(category));

/// The models of --model-file, or the built-in ones.
static llvm::Expected<std::vector<Model>> getModels() {
  if (modelFile.empty())
    return getBuiltinModels().vec();
  auto file = llvm::MemoryBuffer::getFileOrSTDIN(modelFile, /*IsText=*/true);
  if (!file)
    return llvm::createStringError(modelFile + ": " + file.getError().message());
  return parseModels((*file)->getBuffer(), modelFile);
}

/// An error if an option was given that the op has no use for.
static llvm::Error checkModelOptions() {
  bool decode = opName == "decode", append = opName == "append", rope = opName == "rope";
  bool prefill = opName == "prefill", absorbed = opName == "prefill_absorbed";
  if (!decode && !append && !rope && !prefill && !absorbed)
    return llvm::Error::success(); // which is an error of its own
  bool paged = absorbed && blockTable;
  for (auto [option, used] : {std::pair<const cl::Option *, bool>{&heads, !append},
                              {&queries, decode || (append && blockTable)},
                              {&format, decode || append || paged},
                              {&precision, decode},
                              {&pageSize, decode || append || paged},
                              {&fuseRope, decode},
                              {&blockTable, append || absorbed}})
    if (option->getNumOccurrences() && !used) {
      bool wantsTable =
          !blockTable && ((option == &queries && append) || ((option == &format || option == &pageSize) && absorbed));
      return llvm::createStringError("--" + option->ArgStr + ": --op=" + opName + " has no use for it" +
                                     (wantsTable ? " without --block-table" : ""));
    }
  return llvm::Error::success();
}

/// The op that the options about models ask for, as text.
static llvm::Expected<std::string> getModelIR() {
  llvm::Expected<std::vector<Model>> models = getModels();
  if (!models)
    return models.takeError();
  llvm::Expected<const Model *> model = lookupModel(*models, modelName);
  if (!model)
    return model.takeError();
  if (llvm::Error error = checkModelOptions())
    return error;
  ModelOp op;
  op.op = opName;
  if (heads.getNumOccurrences())
    op.heads = heads;
  op.queries = queries;
  op.element = element;
  op.pageSize = pageSize;
  op.blockTable = blockTable;
  op.fuseRope = fuseRope;
  if (queries < 0 || queries > (1 << 20))
    return llvm::createStringError("--s-q: expected 0 to 1048576, but got " + std::to_string(queries));
  if (!format.empty() && !(op.format = symbolizeCacheFormat(format.getValue())))
    return llvm::createStringError("--cache-format: expected bf16, f16, e4m3, e4m3_token or e4m3_group, but got '" +
                                   format + "'");
  std::optional<Precision> parsed = symbolizePrecision(precision.getValue());
  if (!parsed)
    return llvm::createStringError("--precision: expected bf16, e4m3 or e4m3_queries, but got '" + precision + "'");
  op.precision = *parsed;
  return printModelOp(**model, op);
}

/// `model` is the text of a model's op; empty: the input is a file.
static LogicalResult run(const CompileOptions &options, StringRef model) {
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> input =
      model.empty() ? openInputFile(inputPath, &error) : llvm::MemoryBuffer::getMemBufferCopy(model, modelName);
  if (!input) {
    llvm::errs() << "mla-compile: " << error << '\n';
    return failure();
  }
  if (llvm::Error nesting = checkNesting(*input)) {
    llvm::errs() << toString(std::move(nesting)) << '\n';
    return failure();
  }
  DialectRegistry registry;
  registerCompiler(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(input), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return failure();
  FailureOr<CompileResult> result = compile(*module, options);
  if (failed(result))
    return failure();

  std::string text = options.stopAfter <= Stage::NVVM ? printModule(*module) : std::move(result->output);
  if (llvm::Error failure = llvm::writeToOutput(outputPath, [&](llvm::raw_ostream &os) {
        os << text;
        return llvm::Error::success();
      })) {
    llvm::errs() << "mla-compile: cannot write " << outputPath << ": " << toString(std::move(failure)) << '\n';
    return llvm::failure();
  }

  if (printSchedule)
    for (const ScheduleRecord &record : result->schedules)
      llvm::errs() << record.program << ": " << record.schedule << " (" << record.chosenBy << ")\n";
  if (printResources)
    for (const KernelResources &kernel : result->resources)
      llvm::errs() << kernel.name << ": " << kernel.registers << " registers, " << kernel.sharedBytes
                   << " bytes of shared memory, " << kernel.stackBytes << " of stack, " << kernel.spillBytes
                   << " of spills\n";
  if (timing)
    for (const StepTime &step : result->timings)
      llvm::errs() << llvm::format("%8.3f s  ", step.seconds) << step.step << '\n';
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(
      [](llvm::raw_ostream &os) { os << "mla-compile " MLA_VERSION " (LLVM " LLVM_VERSION_STRING ")\n"; });
  if (!cl::ParseCommandLineOptions(argc, argv, "Compiles attention ops to kernels for NVIDIA GPUs\n", &llvm::errs()))
    return 2;
  if (schedule.printHelp())
    return 0;
  if (!mla_gpu::lookupTarget(target)) {
    llvm::errs() << "mla-compile: " << mla_gpu::describeUnknownTarget(target) << '\n';
    return 2;
  }
  if (isBinary(emit) && outputPath == "-" && llvm::sys::Process::StandardOutIsDisplayed()) {
    llvm::errs() << "mla-compile: expected -o FILE for binary output, but got a terminal\n";
    return 2;
  }
  if (printResources && emit < Stage::Cubin) {
    llvm::errs() << "mla-compile: expected --emit=cubin or --emit=package with --print-resources, but got --emit="
                 << stringifyStage(emit) << '\n';
    return 2;
  }
  std::string model;
  if (modelName.getNumOccurrences()) {
    if (modelName == "help") {
      llvm::Expected<std::vector<Model>> models = getModels();
      if (models) {
        llvm::outs() << describeModels(*models);
        return 0;
      }
      llvm::errs() << "mla-compile: " << toString(models.takeError()) << '\n';
      return 2;
    }
    if (inputPath.getNumOccurrences()) {
      llvm::errs() << "mla-compile: expected --model or a file, but got both\n";
      return 2;
    }
    llvm::Expected<std::string> text = getModelIR();
    if (!text) {
      llvm::errs() << "mla-compile: " << toString(text.takeError()) << '\n';
      return 2;
    }
    model = std::move(*text);
  } else {
    for (const cl::Option *option : std::initializer_list<const cl::Option *>{
             &modelFile, &opName, &heads, &queries, &element, &format, &precision, &pageSize, &blockTable})
      if (option->getNumOccurrences()) {
        llvm::errs() << "mla-compile: --" << option->ArgStr << ": expected --model with it\n";
        return 2;
      }
  }
  CompileOptions options;
  options.target = target;
  options.stopAfter = emit;
  if (llvm::Error error = schedule.apply(options)) {
    llvm::errs() << "mla-compile: " << toString(std::move(error)) << '\n';
    return 2;
  }
  return failed(run(options, model));
}
