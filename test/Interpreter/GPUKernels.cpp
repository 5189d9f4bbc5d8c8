//===- GPUKernels.cpp - Runs the kernels of a test on a GPU -------------------------------------------------===//
#include "GPUKernels.h"
#include "lib/Pipelines/Compile.h"
#include "lib/Target/Package/Package.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "tools/common/Device.h"

using namespace mlir;
using namespace mlir::mla_gpu;
using mlir::mla::run::toError;

struct GPUKernels::State {
  std::unique_ptr<mla::run::Device> device;
  mla_cu_module_t image = nullptr;
  /// The launch contract of every kernel.
  std::map<std::string, DictionaryAttr> contracts;
};

GPUKernels::GPUKernels() : state(std::make_unique<State>()) {}

GPUKernels::~GPUKernels() {
  if (state->image)
    state->device->getDriver().cuModuleUnload(state->image);
}

llvm::Expected<std::unique_ptr<GPUKernels>> GPUKernels::create(ModuleOp module, int ordinal) {
  std::unique_ptr<GPUKernels> result(new GPUKernels());
  State &state = *result->state;
  auto device = mla::run::Device::open(ordinal);
  if (!device)
    return device.takeError();
  state.device = std::move(*device);

  mla::CompileOptions options;
  options.stopAfter = mla::Stage::PTX;
  OwningOpRef<ModuleOp> copy = module.clone();
  FailureOr<mla::CompileResult> compiled = mla::compile(*copy, options);
  if (failed(compiled))
    return llvm::createStringError("the kernels cannot be compiled");
  copy->walk([&](LLVM::LLVMFuncOp function) {
    if (auto contract = function->getAttrOfType<DictionaryAttr>(kLaunchAttrName))
      state.contracts[function.getName().str()] = contract;
  });

  char log[4096] = "";
  int names[] = {MLA_CU_JIT_ERROR_LOG_BUFFER, MLA_CU_JIT_ERROR_LOG_BUFFER_SIZE};
  void *values[] = {log, reinterpret_cast<void *>(static_cast<uintptr_t>(sizeof(log)))};
  const mla_driver_t *driver = &state.device->getDriver();
  MLA_RUN_TRY(toError(
      mla_driver_status(driver, driver->cuModuleLoadDataEx(&state.image, compiled->output.c_str(), 2, names, values),
                        "cuModuleLoadDataEx", log)));
  return std::move(result);
}

/// CUtensorMapDataType: only the width of integers matters.
static int getMapType(Type element) {
  constexpr int kU8 = 0, kU16 = 1, kU32 = 2, kF16 = 6, kF32 = 7, kBF16 = 9;
  if (element.isF16() || element.isBF16())
    return element.isF16() ? kF16 : kBF16;
  unsigned width = element.getIntOrFloatBitWidth();
  return element.isF32() ? kF32 : width == 8 ? kU8 : width == 16 ? kU16 : kU32;
}

/// The descriptor of a dense tensor; the driver wants the fastest dimension first, and no stride for it.
static llvm::Error encodeMap(const mla_driver_t *driver, TensorMapType type, ArrayRef<int64_t> shape, void *address,
                             mla_cu_tensor_map_t &map) {
  constexpr int kSwizzle64 = 2, kSwizzle128 = 3;
  if (shape.size() != type.getBox().size())
    return llvm::createStringError("expected a tensor of as many dimensions as its map's box");
  SmallVector<uint64_t> extents(llvm::reverse(shape)), strides;
  SmallVector<uint32_t> box(llvm::reverse(type.getBox())), steps(shape.size(), 1);
  uint64_t stride = type.getElementType().getIntOrFloatBitWidth() / 8;
  for (uint64_t extent : ArrayRef(extents).drop_back())
    strides.push_back(stride *= extent);
  int swizzle = type.getSwizzle() == Swizzle::B128 ? kSwizzle128 : kSwizzle64;
  return toError(MLA_DRIVER(driver, cuTensorMapEncodeTiled, &map, getMapType(type.getElementType()), shape.size(),
                            address, extents.data(), strides.data(), box.data(), steps.data(),
                            MLA_CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle, MLA_CU_TENSOR_MAP_L2_PROMOTION_128B,
                            MLA_CU_TENSOR_MAP_OOB_FILL_ZERO));
}

llvm::Error GPUKernels::run(KernelOp kernel, int64_t gridX, int64_t gridY, ArrayRef<KernelArgument> arguments) {
  union Parameter {
    mla_cu_tensor_map_t map;
    void *pointer;
    int32_t i32;
    int64_t i64;
    float f32;
  };
  mla::run::Device &device = *state->device;
  const mla_driver_t *driver = &device.getDriver();
  auto contract = state->contracts.find(kernel.getSymName().str());
  if (contract == state->contracts.end())
    return llvm::createStringError("the kernel was not compiled");
  unsigned sharedBytes = contract->second.getAs<IntegerAttr>("smem_bytes").getInt();

  std::vector<Parameter> parameters(arguments.size());
  std::vector<void *> addresses;
  std::vector<mla::run::DeviceBuffer> memory(arguments.size());
  for (auto [i, type] : llvm::enumerate(kernel.getArgumentTypes())) {
    const KernelArgument &argument = arguments[i];
    addresses.push_back(&parameters[i]);
    if (isa<PtrType, TensorMapType>(type)) {
      if (!argument.buffer)
        return llvm::createStringError("expected a buffer for every pointer and tensor map");
      auto allocated = mla::run::DeviceBuffer::allocate(device, argument.buffer->bytes.size());
      if (!allocated)
        return allocated.takeError();
      memory[i] = std::move(*allocated);
      MLA_RUN_TRY(memory[i].upload(argument.buffer->bytes));
      parameters[i].pointer = memory[i].getAddress();
      if (auto map = dyn_cast<TensorMapType>(type))
        MLA_RUN_TRY(encodeMap(driver, map, argument.buffer->extents, memory[i].getAddress(), parameters[i].map));
    } else if (type.isF32()) {
      parameters[i].f32 = argument.real;
    } else if (type.isInteger(64)) {
      parameters[i].i64 = argument.integer;
    } else {
      parameters[i].i32 = static_cast<int32_t>(argument.integer);
    }
  }

  mla_cu_function_t function = nullptr;
  MLA_RUN_TRY(
      toError(MLA_DRIVER(driver, cuModuleGetFunction, &function, state->image, kernel.getSymName().str().c_str())));
  MLA_RUN_TRY(toError(MLA_DRIVER(driver, cuFuncSetAttribute, function, MLA_CU_FUNC_MAX_DYNAMIC_SHARED_SIZE,
                                 static_cast<int>(sharedBytes))));
  mla_cu_launch_config_t config = {};
  config.grid_x = static_cast<unsigned>(gridX);
  config.grid_y = static_cast<unsigned>(gridY);
  config.grid_z = config.block_y = config.block_z = 1;
  config.block_x = kernel.getThreads();
  config.shared_bytes = sharedBytes;
  config.stream = device.getStream();
  MLA_RUN_TRY(toError(MLA_DRIVER(driver, cuLaunchKernelEx, &config, function,
                                 addresses.empty() ? nullptr : addresses.data(), nullptr)));
  MLA_RUN_TRY(device.synchronize());
  for (auto [argument, buffer] : llvm::zip(arguments, memory))
    if (argument.buffer)
      MLA_RUN_TRY(buffer.download(argument.buffer->bytes));
  return llvm::Error::success();
}
