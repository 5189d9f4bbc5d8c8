//===- Compile.cpp - From IR of any level to any stage ------------------------------------------------------===//
#include "lib/Pipelines/Compile.h"

#include "dialect/MLA/MLAOps.h"
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "lib/Pipelines/Pipelines.h"
#include "lib/Target/PTX/PTX.h"
#include "lib/Target/Package/Package.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

using namespace mlir;
using namespace mlir::mla;

static constexpr std::pair<Stage, StringLiteral> stageNames[] = {
    {Stage::MLA, "mla"}, {Stage::MLAGPU, "mla-gpu"}, {Stage::NVVM, "nvvm"},      {Stage::LLVM, "llvm"},
    {Stage::PTX, "ptx"}, {Stage::Cubin, "cubin"},    {Stage::Package, "package"}};

StringRef mla::stringifyStage(Stage stage) { return stageNames[static_cast<unsigned>(stage)].second; }

std::optional<Stage> mla::symbolizeStage(StringRef name) {
  for (auto [stage, stageName] : stageNames)
    if (stageName == name)
      return stage;
  return std::nullopt;
}

namespace {
/// Measures the steps of a compilation.
class Clock {
public:
  explicit Clock(CompileResult &result) : result(result) {}

  /// Ends a step that began when the last one ended.
  void lap(StringRef step) {
    auto now = std::chrono::steady_clock::now();
    result.timings.push_back({step.str(), std::chrono::duration<double>(now - last).count()});
    last = now;
  }

private:
  CompileResult &result;
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
};

/// What a module holds.
struct Contents {
  Operation *attention = nullptr, *program = nullptr, *kernels = nullptr;
};
} // namespace

static Contents look(ModuleOp module) {
  Contents contents;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa_and_nonnull<MLADialect>(op->getDialect()))
      contents.attention = op;
    else if (isa<mla_gpu::ProgramOp>(op))
      contents.program = op;
    else if (isa<gpu::GPUModuleOp>(op))
      contents.kernels = op;
    else
      return WalkResult::advance();
    return WalkResult::skip();
  });
  return contents;
}

/// Runs one of the pipelines, if `needed`.
template <typename Build>
static LogicalResult runPipeline(ModuleOp module, bool needed, const CompileOptions &options, Build build) {
  if (!needed)
    return success();
  PipelineOptions pipeline;
  pipeline.target = options.target;
  pipeline.templateDir = options.schedule.templateDir;
  pipeline.schedule = options.schedule.overrides;
  pipeline.table = options.schedule.table;
  pipeline.gpu = options.schedule.gpu;
  PassManager pm(module.getContext());
  build(pm, pipeline);
  return pm.run(module);
}

/// The one `gpu.module` of `module`.
static gpu::GPUModuleOp getKernels(ModuleOp module, Stage stage) {
  gpu::GPUModuleOp kernels;
  for (gpu::GPUModuleOp each : module.getOps<gpu::GPUModuleOp>()) {
    if (kernels) {
      InFlightDiagnostic diagnostic = each.emitError("expected one program for stage '")
                                      << stringifyStage(stage) << "', but got another";
      diagnostic.attachNote(kernels.getLoc()) << "the first is here";
      return nullptr;
    }
    kernels = each;
  }
  if (!kernels)
    module.emitError("expected a gpu.module at the top level, but got none");
  return kernels;
}

/// PTX → cubin. Nothing if there is no ptxas.
static FailureOr<std::optional<mla_gpu::Assembly>>
assemble(StringRef ptx, gpu::GPUModuleOp kernels, const mla_gpu::TargetInfo &target, const CompileOptions &options) {
  if (options.ptxasPath == "none")
    return std::optional<mla_gpu::Assembly>();
  mla_gpu::AssembleOptions assembler;
  assembler.ptxasPath = options.ptxasPath;
  return mla_gpu::assemblePTX(ptx, kernels, target, assembler);
}

/// What the choice left on the programs of `module`.
static std::vector<ScheduleRecord> collectSchedules(ModuleOp module) {
  std::vector<ScheduleRecord> records;
  module.walk([&](Operation *op) {
    if (!isa<mla_gpu::ProgramOp, gpu::GPUModuleOp>(op))
      return;
    auto schedule = op->getAttrOfType<mla_gpu::ScheduleAttr>(kScheduleAttrName);
    auto chosenBy = op->getAttrOfType<StringAttr>(kChosenByAttrName);
    if (schedule)
      records.push_back({SymbolTable::getSymbolName(op).str(), mla_gpu::ScheduleFields::get(schedule).str(),
                         chosenBy ? chosenBy.str() : "the op's attribute"});
  });
  return records;
}

/// What ptxas said, with the dynamic shared memory that the launch adds.
static std::vector<KernelResources> collectResources(const mla_gpu::Assembly &assembly,
                                                     const mla_gpu::Package &package) {
  std::vector<KernelResources> resources;
  for (const mla_gpu::AssembledKernel &kernel : assembly.kernels) {
    resources.push_back({kernel.name, kernel.registers, kernel.sharedBytes, kernel.stackBytes,
                         kernel.spillStoreBytes + kernel.spillLoadBytes});
    for (const mla_gpu::PackageKernel &launch : package.kernels)
      if (launch.name == kernel.name)
        resources.back().sharedBytes += launch.smemBytes;
  }
  return resources;
}

FailureOr<CompileResult> mla::compile(ModuleOp module, const CompileOptions &options) {
  const mla_gpu::TargetInfo *target = mla_gpu::lookupTarget(options.target);
  if (!target)
    return module.emitError(mla_gpu::describeUnknownTarget(options.target));

  CompileResult result;
  Clock clock(result);
  Contents contents = look(module);
  if (!contents.attention && !contents.program && !contents.kernels)
    return module.emitError("expected attention ops, mla_gpu.programs or gpu.modules to compile, but got none");
  if (options.stopAfter == Stage::MLA) {
    if (!contents.attention)
      return module.emitError("expected attention ops to compile to stage 'mla', but got none");
    return result;
  }
  if (options.stopAfter == Stage::MLAGPU && contents.kernels)
    return contents.kernels->emitError("expected IR of a stage before 'nvvm' to compile to stage 'mla-gpu'");

  if (failed(runPipeline(module, contents.attention || (contents.program && options.stopAfter == Stage::MLAGPU),
                         options, buildMLAToMLAGPUPipeline)))
    return failure();
  clock.lap("mla to mla_gpu");
  result.schedules = collectSchedules(module);
  if (options.stopAfter == Stage::MLAGPU)
    return result;

  if (failed(runPipeline(module, contents.attention || contents.program, options, buildMLAGPUToNVVMPipeline)))
    return failure();
  clock.lap("mla_gpu to NVVM");
  if (options.stopAfter == Stage::NVVM)
    return result;

  gpu::GPUModuleOp kernels = getKernels(module, options.stopAfter);
  if (!kernels)
    return failure();
  if (options.stopAfter == Stage::LLVM) {
    FailureOr<std::string> text = mla_gpu::translateToLLVM(kernels, *target);
    if (failed(text))
      return failure();
    result.output = std::move(*text);
    clock.lap("NVVM to LLVM IR");
    return result;
  }

  FailureOr<std::string> ptx = mla_gpu::translateToPTX(kernels, *target);
  if (failed(ptx))
    return failure();
  clock.lap("NVVM to PTX");
  if (options.stopAfter == Stage::PTX) {
    result.output = std::move(*ptx);
    return result;
  }

  FailureOr<std::optional<mla_gpu::Assembly>> assembly = assemble(*ptx, kernels, *target, options);
  if (failed(assembly))
    return failure();
  clock.lap("ptxas");
  FailureOr<mla_gpu::Package> package = mla_gpu::collectPackage(kernels, target->name);
  if (failed(package))
    return failure();
  if (*assembly)
    result.resources = collectResources(**assembly, *package);
  if (options.stopAfter == Stage::Cubin) {
    if (!*assembly)
      return kernels.emitError("expected a ptxas for stage 'cubin', but found none on PATH, in $CUDA_HOME or in "
                               "/usr/local/cuda");
    result.output = std::move((*assembly)->cubin);
    return result;
  }

  if (*assembly)
    package->images.push_back({mla_gpu::ImageKind::Cubin, std::move((*assembly)->cubin)});
  else
    kernels.emitRemark("no ptxas: the package holds PTX, and the driver will assemble it");
  package->images.push_back({mla_gpu::ImageKind::PTX, std::move(*ptx)});
  result.output = mla_gpu::serializePackage(*package);
  clock.lap("package");
  return result;
}

void mla::registerCompiler(DialectRegistry &registry) {
  registerDialects(registry);
  mla_gpu::registerPTXTranslations(registry);
}

std::string mla::printModule(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  stream << '\n';
  return text;
}
