//===- mla-interpreter-test.cpp - Interprets the kernels of a file on buffers that the file describes -------===//
//
// Every kernel of the file runs once. Arguments take their values from attributes beside their binding:
//
//   test.buffer = dense<…> : tensor<…>  a buffer with this content; for tensor maps, of these extents
//   test.iota = tensor<…>               a buffer of 0, 1, 2, …; of 7·i mod 61 for 16-bit floats, and of
//                                       (7·i mod 31 − 15) / 8 for those of 8 bits
//   test.extents = array<i64: …>        other extents than the content's
//   test.stored_slices = N              the slowest extent repeats N stored slices
//   test.missing                        no buffer
//   test.after_wait, test.never         the buffer is written by the kernel before, or by an earlier one
//   test.print = N                      print the first N elements of each row afterwards
//   test.value = …                      a scalar
//
// and kernels `test.grid = array<i64: x, y>`. Findings are errors at their places, so `// expected-error` can name
// them. With `--gpu` the kernels are then compiled and run on a GPU, and every buffer is compared with the
// interpreter's.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "GPUKernels.h"
#include "lib/Interpreter/Interpreter.h"
#include "lib/Pipelines/Compile.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Support/ToolUtilities.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::mla_gpu;

static llvm::cl::opt<std::string> inputFile(llvm::cl::Positional, llvm::cl::desc("<file>"), llvm::cl::init("-"));
static llvm::cl::opt<std::string> interleaving("interleaving",
                                               llvm::cl::desc("round-robin, random, all, memory, or a role's name"),
                                               llvm::cl::init("round-robin"));
static llvm::cl::opt<uint64_t> seed("seed", llvm::cl::desc("Seed of the random interleaving"), llvm::cl::init(0));
static llvm::cl::opt<uint64_t> maxSteps("max-steps", llvm::cl::desc("Steps before a livelock"), llvm::cl::init(100000));
static llvm::cl::opt<bool> protocolOnly("protocol-only", llvm::cl::desc("Interpret without values"));
static llvm::cl::opt<bool> timing("timing", llvm::cl::desc("Execute in the order of time, at 1 GHz, and print it"));
static llvm::cl::opt<int64_t> multiprocessors("multiprocessors", llvm::cl::desc("Multiprocessors of the timed device"),
                                              llvm::cl::init(132));
static llvm::cl::opt<bool> coldCode("cold-code", llvm::cl::desc("Code is fetched from memory"));
static llvm::cl::opt<bool> dropArgument("drop-argument", llvm::cl::desc("Pass one argument less than expected"));
static llvm::cl::opt<int> gpuOrdinal("gpu", llvm::cl::desc("Ordinal of a GPU that also runs the kernels"),
                                     llvm::cl::init(-1));
static llvm::cl::opt<double> tolerance("tolerance",
                                       llvm::cl::desc("What floating-point results of the GPU may differ by, "
                                                      "as a part of the largest magnitude in a buffer"),
                                       llvm::cl::init(0.01));
static llvm::cl::opt<bool> verifyDiagnostics("verify-diagnostics", llvm::cl::desc("Check expected-* comments"));

static LogicalResult fillBuffer(KernelOp kernel, unsigned index, DeviceBuffer &buffer) {
  ShapedType type;
  auto content = kernel.getArgAttrOfType<DenseElementsAttr>(index, "test.buffer");
  if (content)
    type = content.getType();
  else if (auto iota = kernel.getArgAttrOfType<TypeAttr>(index, "test.iota"))
    type = dyn_cast<RankedTensorType>(iota.getValue());
  if (!type)
    return kernel.emitError() << "expected test.buffer or test.iota on argument " << index;
  buffer.extents.assign(type.getShape().begin(), type.getShape().end());
  if (auto extents = kernel.getArgAttrOfType<DenseI64ArrayAttr>(index, "test.extents"))
    buffer.extents.assign(extents.asArrayRef().begin(), extents.asArrayRef().end());
  if (auto slices = kernel.getArgAttrOfType<IntegerAttr>(index, "test.stored_slices"))
    buffer.storedSlices = slices.getInt();
  unsigned bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
  buffer.bytes.resize(type.getNumElements() * bytes);
  for (int64_t i = 0, e = type.getNumElements(); i < e; ++i) {
    uint64_t bits;
    if (content) {
      bits = isa<FloatType>(type.getElementType()) ? content.getValues<APFloat>()[i].bitcastToAPInt().getZExtValue()
                                                   : content.getValues<APInt>()[i].getZExtValue();
    } else if (auto real = dyn_cast<FloatType>(type.getElementType())) {
      APFloat value(bytes == 1   ? static_cast<double>(7 * i % 31 - 15) / 8
                    : bytes == 2 ? static_cast<double>(7 * i % 61)
                                 : static_cast<double>(i));
      bool lost;
      value.convert(real.getFloatSemantics(), APFloat::rmNearestTiesToEven, &lost);
      bits = value.bitcastToAPInt().getZExtValue();
    } else {
      bits = i;
    }
    std::memcpy(buffer.bytes.data() + i * bytes, &bits, bytes);
  }
  if (kernel.getArgAttr(index, "test.after_wait"))
    buffer.availability = DeviceBuffer::Availability::AfterWait;
  if (kernel.getArgAttr(index, "test.never"))
    buffer.availability = DeviceBuffer::Availability::Never;
  return success();
}

static Type getElementType(Type type) {
  if (auto map = dyn_cast<TensorMapType>(type))
    return map.getElementType();
  return cast<PtrType>(type).getElementType();
}

static void print(raw_ostream &os, const DeviceBuffer &buffer, Type element, int64_t count) {
  unsigned bytes = element.getIntOrFloatBitWidth() / 8;
  int64_t elements = buffer.bytes.size() / bytes, row = std::max<int64_t>(buffer.extents.back(), 1);
  for (int64_t begin = 0; begin < elements; begin += row) {
    for (int64_t i = begin; i < std::min(begin + count, begin + row); ++i) {
      uint64_t bits = 0;
      std::memcpy(&bits, buffer.bytes.data() + i * bytes, bytes);
      os << (i == begin ? "  " : ", ");
      if (auto real = dyn_cast<FloatType>(element)) {
        APFloat value(real.getFloatSemantics(), APInt(8 * bytes, bits));
        bool lost;
        value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &lost);
        if (value.isNaN())
          os << "nan";
        else
          os << llvm::format("%g", value.convertToFloat());
      } else {
        os << APInt(8 * bytes, bits).getSExtValue();
      }
    }
    os << "\n";
  }
}

/// Arguments with fresh buffers.
static LogicalResult makeArguments(KernelOp kernel, std::vector<DeviceBuffer> &buffers,
                                   std::vector<KernelArgument> &arguments) {
  size_t numArguments = kernel.getArgumentTypes().size();
  buffers.assign(numArguments, DeviceBuffer());
  arguments.assign(numArguments, KernelArgument());
  for (unsigned i = 0; i < numArguments; ++i) {
    if (isa<PtrType, TensorMapType>(kernel.getArgumentTypes()[i])) {
      if (kernel.getArgAttr(i, "test.missing"))
        continue;
      if (failed(fillBuffer(kernel, i, buffers[i])))
        return failure();
      arguments[i].buffer = &buffers[i];
    } else if (auto integer = kernel.getArgAttrOfType<IntegerAttr>(i, "test.value")) {
      arguments[i].integer = integer.getInt();
    } else if (auto real = kernel.getArgAttrOfType<FloatAttr>(i, "test.value")) {
      arguments[i].real = static_cast<float>(real.getValueAsDouble());
    }
  }
  if (dropArgument)
    arguments.pop_back();
  return success();
}

static std::pair<int64_t, int64_t> getGrid(KernelOp kernel) {
  auto extents = kernel->getAttrOfType<DenseI64ArrayAttr>("test.grid");
  return extents && extents.size() == 2 ? std::pair(extents[0], extents[1]) : std::pair<int64_t, int64_t>(1, 1);
}

/// One run with fresh buffers.
static LogicalResult runOnce(KernelOp kernel, const InterpreterOptions &options, InterpreterReport &report,
                             std::vector<DeviceBuffer> &buffers) {
  std::vector<KernelArgument> arguments;
  if (failed(makeArguments(kernel, buffers, arguments)))
    return failure();
  auto [x, y] = getGrid(kernel);
  return interpretKernel(kernel, x, y, arguments, options, report);
}

/// Compares what a GPU made of a buffer with what the interpreter did, and says how they differ.
static LogicalResult compare(KernelOp kernel, unsigned index, const DeviceBuffer &expected, const DeviceBuffer &actual,
                             raw_ostream &os) {
  Type element = getElementType(kernel.getArgumentTypes()[index]);
  unsigned bytes = element.getIntOrFloatBitWidth() / 8;
  int64_t elements = expected.bytes.size() / bytes, different = 0, worst = -1;
  auto get = [&](const DeviceBuffer &buffer, int64_t i) {
    uint64_t bits = 0;
    std::memcpy(&bits, buffer.bytes.data() + i * bytes, bytes);
    auto real = dyn_cast<FloatType>(element);
    if (!real)
      return static_cast<double>(APInt(8 * bytes, bits).getSExtValue());
    APFloat value(real.getFloatSemantics(), APInt(8 * bytes, bits));
    bool lost;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &lost);
    return value.convertToDouble();
  };
  double largest = 0, most = 0;
  bool sameKind = true;
  for (int64_t i = 0; i < elements; ++i) {
    double a = get(expected, i), b = get(actual, i);
    if (std::isfinite(a))
      largest = std::max(largest, std::fabs(a));
    if (a == b || (std::isnan(a) && std::isnan(b)))
      continue;
    ++different;
    sameKind &= std::isfinite(a) && std::isfinite(b);
    if (double difference = std::fabs(a - b); worst < 0 || difference > most)
      most = difference, worst = i;
  }
  StringRef name = stringifyBinding(kernel.getBinding(index));
  os << llvm::formatv("gpu: {0}: {1} of {2} elements differ", name, different, elements);
  if (different)
    os << llvm::formatv(", by {0} of {1} at most", most, largest);
  os << "\n";
  if (different == 0 || (isa<FloatType>(element) && sameKind && most <= tolerance * largest))
    return success();
  return kernel.emitError() << "the GPU's result differs from the interpreter's: element " << worst << " of " << name
                            << " is " << get(actual, worst) << ", expected " << get(expected, worst);
}

/// Runs the kernel on a GPU and compares every buffer with what the interpreter made of it.
static LogicalResult runOnGPU(GPUKernels &kernels, KernelOp kernel, ArrayRef<DeviceBuffer> expected, raw_ostream &os) {
  std::vector<DeviceBuffer> buffers;
  std::vector<KernelArgument> arguments;
  if (failed(makeArguments(kernel, buffers, arguments)))
    return failure();
  auto [x, y] = getGrid(kernel);
  if (llvm::Error error = kernels.run(kernel, x, y, arguments))
    return kernel.emitError() << llvm::toString(std::move(error));
  bool holds = true;
  for (auto [i, argument] : llvm::enumerate(arguments))
    if (argument.buffer)
      holds &= succeeded(compare(kernel, i, expected[i], buffers[i], os));
  return success(holds);
}

static std::vector<InterpreterOptions> getInterleavings(KernelOp kernel) {
  InterpreterOptions options;
  options.maxSteps = maxSteps;
  options.protocolOnly = protocolOnly;
  options.seed = seed;
  // At 1 GHz DRAM reads 4650 bytes a clock.
  if (timing)
    options.timing = TimingOptions{1.0, multiprocessors, coldCode};
  std::vector<InterpreterOptions> result;
  auto add = [&](Interleaving kind, unsigned firstRole, uint64_t randomSeed) {
    options.interleaving = kind;
    options.firstRole = firstRole;
    options.seed = randomSeed;
    result.push_back(options);
  };
  bool all = interleaving == "all";
  if (all || interleaving == "round-robin")
    add(Interleaving::RoundRobin, 0, 0);
  unsigned number = 0;
  for (RoleOp role : kernel.getBody().getOps<RoleOp>()) {
    if (all || interleaving == role.getName())
      add(Interleaving::RoleFirst, number, 0);
    ++number;
  }
  if (all || interleaving == "memory")
    add(Interleaving::RoleFirst, number, 0);
  if (interleaving == "random")
    add(Interleaving::Random, 0, seed);
  for (uint64_t i = 0; all && i < 8; ++i)
    add(Interleaving::Random, 0, i);
  return result;
}

/// `kernels` is null where no GPU is asked for.
static LogicalResult run(KernelOp kernel, GPUKernels *kernels, raw_ostream &os) {
  std::vector<DeviceBuffer> first, buffers;
  std::vector<KernelTime> times;
  std::vector<InterpreterOptions> interleavings = getInterleavings(kernel);
  if (interleavings.empty())
    return kernel.emitError() << "expected an interleaving or the name of a role, but got '" << interleaving << "'";
  for (const InterpreterOptions &options : interleavings) {
    InterpreterReport report;
    if (failed(runOnce(kernel, options, report, buffers)))
      return failure();
    emitFindings(report);
    if (!report.clean())
      return failure();
    if (first.empty()) {
      first = buffers;
      times = report.times;
    }
    for (auto [a, b] : llvm::zip(first, buffers))
      if (a.bytes != b.bytes)
        return kernel.emitError() << "the result depends on the interleaving";
  }
  os << "@" << kernel.getSymName() << "\n";
  for (const KernelTime &time : times) {
    os << llvm::formatv("clocks: {0:F1}, tensor cores {1:P1}\n", time.cycles, time.tensorBusy);
    for (const Stall &stall : time.stalls)
      os << llvm::formatv("  {0} at {1}: {2:F1}\n", stall.role, stall.place, stall.cycles);
  }
  for (auto [i, buffer] : llvm::enumerate(first))
    if (auto count = kernel.getArgAttrOfType<IntegerAttr>(i, "test.print")) {
      os << stringifyBinding(kernel.getBinding(i)) << ":\n";
      print(os, buffer, getElementType(kernel.getArgumentTypes()[i]), count.getInt());
    }
  return kernels ? runOnGPU(*kernels, kernel, first, os) : success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::cl::ParseCommandLineOptions(argc, argv, "interprets the kernels of a file\n");
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(inputFile, &message);
  if (!file) {
    llvm::errs() << message << "\n";
    return 1;
  }
  DialectRegistry registry;
  registry.insert<MLAGPUDialect, arith::ArithDialect, math::MathDialect, scf::SCFDialect>();
  if (gpuOrdinal >= 0)
    mla::registerCompiler(registry);
  auto process = [&](std::unique_ptr<llvm::MemoryBuffer> chunk, raw_ostream &os) {
    MLIRContext context(registry);
    context.allowUnregisteredDialects();
    context.printOpOnDiagnostic(false);
    llvm::SourceMgr sources;
    sources.AddNewSourceBuffer(std::move(chunk), llvm::SMLoc());
    auto runAll = [&]() {
      OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
      if (!module)
        return LogicalResult(failure());
      std::unique_ptr<GPUKernels> kernels;
      if (gpuOrdinal >= 0) {
        auto created = GPUKernels::create(*module, gpuOrdinal);
        if (!created)
          return LogicalResult(module->emitError() << llvm::toString(created.takeError()));
        kernels = std::move(*created);
      }
      LogicalResult result = success();
      module->walk([&](KernelOp kernel) {
        if (failed(run(kernel, kernels.get(), os)))
          result = failure();
      });
      return result;
    };
    if (verifyDiagnostics) {
      SourceMgrDiagnosticVerifierHandler handler(sources, &context);
      (void)runAll();
      return handler.verify();
    }
    SourceMgrDiagnosticHandler handler(sources, &context);
    return runAll();
  };
  return failed(
      splitAndProcessBuffer(std::move(file), process, llvm::outs(), kDefaultSplitMarker, kDefaultSplitMarker));
}
