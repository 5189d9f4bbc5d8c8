//===- TypeConversion.cpp - What one thread holds ----------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"

using namespace mlir;
using namespace mlir::mla_gpu;

void mlir::mla_gpu::populateMLAGPUTypeConversions(LLVMTypeConverter &converter) {
  auto pointer = [](unsigned space) {
    return [space](auto type) -> Type { return LLVM::LLVMPointerType::get(type.getContext(), space); };
  };
  auto shared = pointer(kShared), global = pointer(kGlobal), generic = pointer(kGeneric);
  converter.addConversion([=](SmemType type) { return shared(type); });
  converter.addConversion([=](MbarType type) { return shared(type); });
  converter.addConversion([=](PtrType type) { return global(type); });
  converter.addConversion([=](TensorMapType type) { return generic(type); });
  converter.addConversion([](NbarType type, SmallVectorImpl<Type> &types) -> std::optional<LogicalResult> {
    types.append(2, IntegerType::get(type.getContext(), 32));
    return success();
  });
  auto distribute = [](RankedTensorType type, SmallVectorImpl<Type> &types) -> std::optional<LogicalResult> {
    std::optional<Layout> layout = getLayout(type);
    if (!layout)
      return failure();
    Type held = isPacked(type) ? IntegerType::get(type.getContext(), 32) : type.getElementType();
    types.append(getElementsPerThread(type), held);
    return success();
  };
  converter.addConversion(distribute);
  converter.addConversion(
      [distribute](PendingType type, SmallVectorImpl<Type> &types) { return distribute(type.getTensor(), types); });
}
