//===- CheckResources.cpp - mla-gpu-check-resources ----------------------------------------------------------===//
#include "lib/Analysis/ResourceUsage.h"
#include "lib/Dialect/MLAGPU/Transforms/Passes.h"
#include "lib/Target/TargetInfo.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"
#include <numeric>

namespace mlir::mla_gpu {
#define GEN_PASS_DEF_CHECKRESOURCESPASS
#include "lib/Dialect/MLAGPU/Transforms/Passes.h.inc"
} // namespace mlir::mla_gpu

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {
struct CheckResourcesPass : mla_gpu::impl::CheckResourcesPassBase<CheckResourcesPass> {
  using CheckResourcesPassBase::CheckResourcesPassBase;

  void runOnOperation() override {
    const TargetInfo *info = lookupTarget(target);
    if (!info) {
      getOperation().emitError(describeUnknownTarget(target));
      return signalPassFailure();
    }
    const auto &usage = getAnalysis<ResourceUsage>();
    if (print)
      report(usage, *info);
    // All checks run, so that one run shows all that is wrong.
    bool holds = succeeded(checkSharedMemory(usage, *info));
    holds &= succeeded(checkBarriers(usage, *info));
    for (const RoleUsage &role : usage.getRoles())
      holds &= succeeded(checkRegisters(role, *info));
    holds &= succeeded(checkAllRegisters(*info));
    holds &= succeeded(checkBytes());
    if (!holds)
      return signalPassFailure();
    markAllAnalysesPreserved();
  }

  /// Registers per thread that a role may use.
  int64_t getBudget(RoleOp role, const TargetInfo &info) {
    if (std::optional<uint32_t> registers = role.getRegisters())
      return *registers;
    return info.getEntryRegisters(getOperation().getThreads());
  }

  void report(const ResourceUsage &usage, const TargetInfo &info) {
    getOperation().emitRemark("mla-gpu-resources: ")
        << usage.getSharedBytes() << " bytes of shared memory, " << usage.getNumMbarriers() << " mbarriers, "
        << usage.getNumNamedBarriers() << " named barriers";
    for (const RoleUsage &role : usage.getRoles())
      RoleOp(role.role).emitRemark("mla-gpu-resources: ")
          << role.tensorRegisters << " registers of tensors per thread, budget " << getBudget(role.role, info);
  }

  LogicalResult checkSharedMemory(const ResourceUsage &usage, const TargetInfo &info) {
    KernelOp kernel = getOperation();
    if (usage.getSharedBytes() > info.sharedBytes)
      return kernel.emitOpError("expected at most ") << info.sharedBytes << " bytes of shared memory on " << info.name
                                                     << ", but got " << usage.getSharedBytes();
    if (!kernel.getSmemBytes())
      return success();
    for (Operation &op : kernel.getBody().front()) {
      int64_t end = 0;
      if (auto alloc = dyn_cast<SmemAllocOp>(op); alloc && alloc.getOffset())
        end = *alloc.getOffset() + alloc.getResult().getType().getSizeInBytes();
      else if (auto alloc = dyn_cast<MbarAllocOp>(op); alloc && alloc.getOffset())
        end = *alloc.getOffset() + kMbarBytes;
      if (end > usage.getSharedBytes())
        return op.emitOpError("expected to end within the kernel's ")
               << usage.getSharedBytes() << " bytes of shared memory, but got " << end;
    }
    return success();
  }

  LogicalResult checkBarriers(const ResourceUsage &usage, const TargetInfo &info) {
    // One id is the block's own.
    if (usage.getNumNamedBarriers() < info.namedBarriers)
      return success();
    return getOperation().emitOpError("expected at most ") << info.namedBarriers - 1 << " named barriers on "
                                                           << info.name << ", but got " << usage.getNumNamedBarriers();
  }

  LogicalResult checkRegisters(const RoleUsage &usage, const TargetInfo &info) {
    int64_t budget = getBudget(usage.role, info);
    if (!usage.peak || usage.tensorRegisters + kRegisterOverhead <= budget)
      return success();
    RoleOp role = usage.role;
    InFlightDiagnostic diagnostic = usage.peak->emitError("expected tensors in at most ")
                                    << budget - kRegisterOverhead << " registers per thread (" << budget
                                    << " in the budget, less " << kRegisterOverhead << " for all else), but got "
                                    << usage.tensorRegisters;
    diagnostic.attachNote(role.getLoc()) << "in role \"" << role.getName() << "\"";
    for (const LiveValue &live : usage.live)
      diagnostic.attachNote(live.value.getLoc()) << live.registers << " registers: " << live.value.getType();
    return diagnostic;
  }

  LogicalResult checkAllRegisters(const TargetInfo &info) {
    KernelOp kernel = getOperation();
    // What each warp has. A budget is that of whole warp groups, those of their warps that have no role included.
    SmallVector<int64_t> budgets(kernel.getThreads() / info.warpSize, info.getEntryRegisters(kernel.getThreads()));
    llvm::BitVector hasRole(budgets.size());
    for (auto role : kernel.getBody().getOps<RoleOp>()) {
      int64_t first = role.getFirstWarp(), end = role.getEndWarp();
      hasRole.set(first, end);
      if (role.getRegisters())
        std::fill(budgets.begin() + first / 4 * 4, budgets.begin() + llvm::alignTo(end, 4), getBudget(role, info));
    }
    int64_t total = std::accumulate(budgets.begin(), budgets.end(), int64_t(0)) * info.warpSize;
    if (total <= info.registers)
      return success();
    InFlightDiagnostic diagnostic = kernel.emitOpError("expected at most ")
                                    << info.registers << " registers in all warps, but got " << total;
    for (auto role : kernel.getBody().getOps<RoleOp>())
      diagnostic.attachNote(role.getLoc()) << "role \"" << role.getName() << "\": " << getBudget(role, info)
                                           << " for each of " << role.getNumWarps() * info.warpSize << " threads";
    llvm::SmallMapVector<int64_t, int64_t, 2> others;
    for (auto [warp, budget] : llvm::enumerate(budgets))
      others[budget] += hasRole[warp] ? 0 : info.warpSize;
    for (auto [budget, threads] : others)
      if (threads)
        diagnostic.attachNote() << "no role: " << budget << " for each of " << threads << " threads";
    return diagnostic;
  }

  /// Bytes armed and bytes copied, for each barrier value whose arming and copies all stand in one block.
  LogicalResult checkBytes() {
    // What this block's copies and those of the other blocks of the cluster, which do the same, bring.
    auto getBytes = [&](TmaLoadOp copy) {
      return copy.getBytes() * (copy.getMulticast() ? getOperation().getClusterSize() : 1);
    };
    struct Account {
      Block *block = nullptr;
      bool isSpread = false;
      int64_t armed = 0, copied = 0;
      Operation *arm = nullptr;
      SmallVector<TmaLoadOp> copies;
    };
    llvm::MapVector<Value, Account> accounts;
    auto enter = [&](Operation *op, Value barrier) -> Account & {
      Account &account = accounts[barrier];
      account.isSpread |= account.block && account.block != op->getBlock();
      account.block = op->getBlock();
      return account;
    };
    getOperation().walk([&](Operation *op) {
      if (auto arm = dyn_cast<MbarArmOp>(op)) {
        Account &account = enter(op, arm.getBar());
        account.armed += arm.getBytes();
        account.arm = account.arm ? account.arm : op;
      } else if (auto copy = dyn_cast<TmaLoadOp>(op)) {
        Account &account = enter(op, copy.getBar());
        account.copied += getBytes(copy);
        account.copies.push_back(copy);
      } else if (auto store = dyn_cast<SmemStoreOp>(op); store && store.getBar()) {
        // Its bytes count too; how many blocks send theirs is not known here.
        enter(op, store.getBar()).isSpread = true;
      }
    });
    for (auto &[barrier, account] : accounts) {
      if (account.isSpread || !account.arm || account.copies.empty() || account.armed == account.copied)
        continue;
      InFlightDiagnostic diagnostic = account.arm->emitOpError("expected ")
                                      << account.copied << " bytes, as copies signal, but got " << account.armed;
      for (TmaLoadOp copy : account.copies)
        diagnostic.attachNote(copy.getLoc()) << getBytes(copy) << " bytes are copied here";
      return diagnostic;
    }
    return success();
  }
};
} // namespace
