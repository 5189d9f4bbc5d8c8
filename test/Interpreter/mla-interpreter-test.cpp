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
// them.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Interpreter/Interpreter.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Support/ToolUtilities.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
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

/// One run with fresh buffers.
static LogicalResult runOnce(KernelOp kernel, const InterpreterOptions &options, InterpreterReport &report,
                             std::vector<DeviceBuffer> &buffers) {
  size_t numArguments = kernel.getArgumentTypes().size();
  buffers.assign(numArguments, DeviceBuffer());
  std::vector<KernelArgument> arguments(numArguments);
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
  int64_t grid[] = {1, 1};
  if (auto extents = kernel->getAttrOfType<DenseI64ArrayAttr>("test.grid"); extents && extents.size() == 2)
    std::copy(extents.asArrayRef().begin(), extents.asArrayRef().end(), grid);
  if (dropArgument)
    arguments.pop_back();
  return interpretKernel(kernel, grid[0], grid[1], arguments, options, report);
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

static LogicalResult run(KernelOp kernel, raw_ostream &os) {
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
  return success();
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
  auto process = [&](std::unique_ptr<llvm::MemoryBuffer> chunk, raw_ostream &os) {
    MLIRContext context(registry);
    context.allowUnregisteredDialects();
    context.printOpOnDiagnostic(false);
    llvm::SourceMgr sources;
    sources.AddNewSourceBuffer(std::move(chunk), llvm::SMLoc());
    auto runAll = [&]() {
      OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
      if (!module)
        return failure();
      LogicalResult result = success();
      module->walk([&](KernelOp kernel) {
        if (failed(run(kernel, os)))
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
