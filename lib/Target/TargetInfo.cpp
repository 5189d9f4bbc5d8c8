//===- TargetInfo.cpp - All facts about chips -------------------------------------------------------------===//
#include "lib/Target/TargetInfo.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

using namespace mlir::mla_gpu;

/// CUDA C++ Programming Guide, "Technical Specifications per Compute Capability"; PTX ISA for the instructions. PTX 8.8
/// is the newest version that both LLVM 22 and ptxas 12.9 know.
static constexpr TargetInfo kTargets[] = {
    {/*name=*/"sm_90a", /*ptxFeature=*/"+ptx88", /*warpSize=*/32, /*registers=*/65536, /*maxRegistersPerThread=*/255,
     /*registerGranularity=*/8, /*sharedBytes=*/232448, /*namedBarriers=*/16, /*hasWarpGroups=*/true},
};

int32_t TargetInfo::getEntryRegisters(int32_t threads) const {
  int32_t share = registers / threads / registerGranularity * registerGranularity;
  return std::min(share, maxRegistersPerThread);
}

const TargetInfo *mlir::mla_gpu::lookupTarget(llvm::StringRef name) {
  const auto *found = llvm::find_if(kTargets, [&](const TargetInfo &target) { return target.name == name; });
  return found == std::end(kTargets) ? nullptr : found;
}

std::string mlir::mla_gpu::listTargets() {
  return llvm::join(llvm::map_range(kTargets, [](const TargetInfo &target) { return target.name.str(); }), ", ");
}

std::string mlir::mla_gpu::describeUnknownTarget(llvm::StringRef name) {
  return "expected a target out of " + listTargets() + ", but got '" + name.str() + "'";
}
