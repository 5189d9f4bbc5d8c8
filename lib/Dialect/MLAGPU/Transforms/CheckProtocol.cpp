//===- CheckProtocol.cpp - mla-gpu-check-protocol ------------------------------------------------------------===//
//
// The rules R1 to R12 of Passes.td. R1 to R7 look at the kernel as a whole: who uses which barrier and which buffer. R8
// to R12 follow the paths through one role.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Analysis/StructuredDataflow.h"
#include "lib/Analysis/ValueOrigins.h"
#include "lib/Dialect/MLAGPU/Transforms/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::mla_gpu {
#define GEN_PASS_DEF_CHECKPROTOCOLPASS
#include "lib/Dialect/MLAGPU/Transforms/Passes.h.inc"
} // namespace mlir::mla_gpu

using namespace mlir;
using namespace mlir::mla_gpu;

//===----------------------------------------------------------------------------------------------------------===//
// R8: fences between generic writes and barriers
//===----------------------------------------------------------------------------------------------------------===//

namespace {

/// Writes that no fence has covered yet.
using UnfencedWrites = llvm::SmallSetVector<Operation *, 4>;

class FenceCheck : public StructuredDataflow<UnfencedWrites> {
public:
  explicit FenceCheck(ArrayRef<std::pair<WgmmaOp, SmemOrigins>> reads) : reads(reads) {}

  bool holds = true;

protected:
  void visit(Operation *op, UnfencedWrites &unfenced) override {
    if (isa<FenceAsyncOp>(op))
      return unfenced.clear();
    // The others write plain numbers, which no wgmma reads, be it into a buffer of which one read tiles before.
    if (isa<SmemStoreTileOp, SmemStoreTransposedOp, SmemZeroRowsOp>(op) && findRead(op))
      unfenced.insert(op);
    if (!isa<MbarArmOp, MbarArriveOp, NbarArriveOp, NbarSyncOp>(op))
      return;
    if (isReporting())
      for (Operation *write : unfenced)
        report(write, op);
    unfenced.clear();
  }

  bool join(UnfencedWrites &into, const UnfencedWrites &from) override {
    size_t before = into.size();
    into.insert(from.begin(), from.end());
    return into.size() != before;
  }

private:
  /// A wgmma that may read what `write` writes; the answer is kept.
  WgmmaOp findRead(Operation *write) {
    auto [it, isNew] = readOf.try_emplace(write);
    if (!isNew)
      return it->second;
    Value target = TypeSwitch<Operation *, Value>(write).Case<SmemStoreTileOp, SmemStoreTransposedOp, SmemZeroRowsOp>(
        [](auto store) { return store.getTarget(); });
    SmemOrigins origins = getSmemOrigins(target);
    // Silent where the write is not understood.
    const auto *read = llvm::find_if(reads, [&](auto &candidate) {
      return origins.complete && candidate.second.complete && origins.mayOverlap(candidate.second);
    });
    return it->second = read == reads.end() ? WgmmaOp() : read->first;
  }

  void report(Operation *write, Operation *arrival) {
    if (!reported.insert(write).second)
      return;
    InFlightDiagnostic diagnostic =
        write->emitOpError("expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]");
    diagnostic.attachNote(arrival->getLoc()) << "next arrival is here";
    diagnostic.attachNote(findRead(write).getLoc()) << "read by a wgmma here";
    holds = false;
  }

  ArrayRef<std::pair<WgmmaOp, SmemOrigins>> reads;
  llvm::DenseMap<Operation *, WgmmaOp> readOf;
  llvm::SmallPtrSet<Operation *, 4> reported;
};

//===----------------------------------------------------------------------------------------------------------===//
// R9, R10, R12: wgmma groups and the use of pending values
//===----------------------------------------------------------------------------------------------------------===//

/// How far a pending value has come, the less the worse: `consumed`, `open` (its group is not committed), then how many
/// groups were committed after its own, up to `oldest`, then `retired`.
namespace age {
constexpr int consumed = -2, open = -1, newest = 0, oldest = 8, retired = 9;
} // namespace age

using Ages = llvm::MapVector<Value, int>;

class GroupCheck : public StructuredDataflow<Ages> {
public:
  bool holds = true;

protected:
  void visit(Operation *op, Ages &ages) override {
    for (OpOperand &operand : op->getOpOperands())
      if (isa<PendingType>(operand.get().getType()))
        use(op, operand.get(), ages);

    if (auto wgmma = dyn_cast<WgmmaOp>(op)) {
      ages[wgmma.getResult()] = age::open;
    } else if (auto initial = dyn_cast<AsPendingOp>(op)) {
      ages[initial.getResult()] = age::retired;
    } else if (isa<WgmmaCommitOp>(op)) {
      for (auto &[value, age] : ages)
        if (age >= age::open && age < age::oldest)
          ++age;
    } else if (auto wait = dyn_cast<WgmmaWaitOp>(op)) {
      for (auto &[value, age] : ages)
        if (age >= age::newest && age >= int(wait.getPending()))
          age = age::retired;
    }
  }

  bool join(Ages &into, const Ages &from) override {
    bool changed = false;
    for (auto [value, age] : from) {
      auto [it, isNew] = into.try_emplace(value, age);
      if (!isNew && age < it->second)
        it->second = age;
      else if (!isNew)
        continue;
      changed = true;
    }
    return changed;
  }

  void pass(ValueRange sources, ValueRange targets, Ages &ages) override {
    // Both sides first, then the assignment: a loop may swap the values that it carries.
    SmallVector<std::pair<Value, int>> passed;
    for (auto [source, target] : llvm::zip(sources, targets))
      if (auto it = passedOn.find(source); it != passedOn.end())
        passed.push_back({target, it->second});
    for (auto [target, age] : passed)
      ages[target] = age;
  }

private:
  void use(Operation *op, Value value, Ages &ages) {
    auto it = ages.find(value);
    if (it == ages.end())
      return;
    if (isReporting() && it->second == age::consumed) {
      op->emitError("expected a pending value to be used once, but got it used before on some path [R10]")
              .attachNote(value.getLoc())
          << "pending value is here";
      holds = false;
    } else if (auto wait = dyn_cast<WgmmaWaitOp>(op); wait && isReporting()) {
      int pending = wait.getPending();
      if (it->second == age::open) {
        op->emitOpError("expected 'mla_gpu.wgmma.commit' between a wgmma and the wait for it [R9]")
                .attachNote(value.getLoc())
            << "pending value is here";
        holds = false;
      } else if (it->second < pending) {
        op->emitOpError("expected pending of at most ")
                .append(it->second, ", as groups were committed after that of the accumulator, but got ", pending,
                        " [R9]")
                .attachNote(value.getLoc())
            << "pending value is here";
        holds = false;
      } else if (pending > 0 && it->second != age::retired && isa<BlockArgument>(value)) {
        op->emitOpError(
              "expected pending of 0 for a group that is in flight from one iteration of a loop to the next, but got ")
                .append(pending, ", for which the assembler serialises all wgmma [R12]")
                .attachNote(value.getLoc())
            << "pending value is here";
        holds = false;
      }
    }
    passedOn[value] = it->second;
    // An accumulator with nothing in flight is an ordinary tensor and may be the start of several.
    if (!value.getDefiningOp<AsPendingOp>())
      it->second = age::consumed;
  }

  /// The age of every value when it was used last: yields and loops pass that on.
  llvm::DenseMap<Value, int> passedOn;
};

//===----------------------------------------------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------------------------------------------===//

/// An op that uses a barrier or a buffer, with what its operand can be.
struct BarrierUse {
  Operation *op;
  BarrierOrigins origins;
};
struct SmemUse {
  Operation *op;
  SmemOrigins origins;
};

struct CheckProtocolPass : mla_gpu::impl::CheckProtocolPassBase<CheckProtocolPass> {
  void runOnOperation() override {
    collect();
    for (Operation &op : getOperation().getBody().front()) {
      if (auto alloc = dyn_cast<MbarAllocOp>(op))
        checkMbarrier(alloc);
      else if (auto alloc = dyn_cast<NbarAllocOp>(op))
        checkNamedBarrier(alloc);
    }
    checkReads();
    for (auto role : getOperation().getBody().getOps<RoleOp>())
      checkPaths(role);
    if (!holds)
      return signalPassFailure();
    markAllAnalysesPreserved();
  }

private:
  void collect() {
    holds = true;
    arms.clear(), arrivals.clear(), waits.clear(), copies.clear(), namedArrivals.clear(), syncs.clear();
    writes.clear(), reads.clear(), wgmmaReads.clear();
    getOperation().walk([&](Operation *op) {
      TypeSwitch<Operation *>(op)
          .Case([&](MbarArmOp arm) { arms.push_back({arm, getBarrierOrigins(arm.getBar())}); })
          .Case([&](MbarArriveOp arrive) { arrivals.push_back({arrive, getBarrierOrigins(arrive.getBar())}); })
          .Case([&](MbarWaitOp wait) { waits.push_back({wait, getBarrierOrigins(wait.getBar())}); })
          .Case([&](NbarArriveOp arrive) { namedArrivals.push_back({arrive, getBarrierOrigins(arrive.getBar())}); })
          .Case([&](NbarSyncOp sync) { syncs.push_back({sync, getBarrierOrigins(sync.getBar())}); })
          .Case([&](TmaLoadOp copy) {
            copies.push_back({copy, getBarrierOrigins(copy.getBar())});
            writes.push_back({copy, getSmemOrigins(copy.getTarget())});
          })
          .Case([&](SmemStoreOp store) {
            writes.push_back({store, getSmemOrigins(store.getTarget())});
            if (store.getBar())
              copies.push_back({store, getBarrierOrigins(store.getBar())});
          })
          .Case<SmemStoreTileOp, SmemStoreTransposedOp, SmemStoreRowsOp, SmemStoreColumnsOp, SmemStorePartsOp,
                SmemStoreLanesOp, SmemZeroRowsOp>(
              [&](auto store) { writes.push_back({store, getSmemOrigins(store.getTarget())}); })
          .Case<SmemLoadTileOp, SmemLoadRowsOp, SmemLoadLanesOp, SmemLoadOp, SmemLoadColumnsOp, SmemLoadPartsOp>(
              [&](auto load) { reads.push_back({load, getSmemOrigins(load.getSource())}); })
          .Case([&](SmemLoadTransposedOp load) {
            // From one tile.
            SmemType type = load.getSource().getType();
            int64_t first = load.getFirst() / type.getTileColumns() * type.getTileBytes();
            reads.push_back({load, getSmemOrigins(load.getSource(), first, first + type.getTileBytes())});
          })
          .Case([&](WgmmaOp wgmma) {
            for (Value operand : {wgmma.getA(), Value(wgmma.getB())})
              if (isa<SmemType>(operand.getType())) {
                reads.push_back({wgmma, getSmemOrigins(operand)});
                wgmmaReads.push_back({wgmma, reads.back().origins});
              }
          });
    });
  }

  static const BarrierUse *find(ArrayRef<BarrierUse> uses, Operation *alloc) {
    const auto *use = llvm::find_if(uses, [&](const BarrierUse &use) { return use.origins.mayBe(alloc); });
    return use == uses.end() ? nullptr : use;
  }
  /// A use that is of `alloc` for certain.
  static const BarrierUse *findCertain(ArrayRef<BarrierUse> uses, Operation *alloc) {
    const auto *use =
        llvm::find_if(uses, [&](const BarrierUse &use) { return llvm::is_contained(use.origins.allocs, alloc); });
    return use == uses.end() ? nullptr : use;
  }

  InFlightDiagnostic report(Operation *op) {
    holds = false;
    return op->emitError();
  }

  void checkMbarrier(MbarAllocOp alloc) {
    const BarrierUse *wait = findCertain(waits, alloc), *arm = findCertain(arms, alloc),
                     *arrival = findCertain(arrivals, alloc), *copy = findCertain(copies, alloc);
    bool signalled = find(arms, alloc) || find(arrivals, alloc);
    if (wait && !signalled)
      report(wait->op) << "expected mbarrier \"" << alloc.getName()
                       << "\" to be armed or arrived at, but nothing does [R1]";
    if ((arm || arrival) && !find(waits, alloc))
      report((arm ? arm : arrival)->op) << "expected mbarrier \"" << alloc.getName()
                                        << "\" to be waited for, but nothing does [R2]";
    if (copy && !find(arms, alloc))
      report(copy->op) << "expected mbarrier \"" << alloc.getName() << "\" to be armed, but nothing does [R4]";
    if (arm && !find(copies, alloc))
      report(arm->op) << "expected copies to signal mbarrier \"" << alloc.getName() << "\", but nothing does [R4]";

    // R3
    int64_t total = 0;
    for (const auto *uses : {&arms, &arrivals})
      for (const BarrierUse &use : *uses) {
        if (!use.origins.mayBe(alloc))
          continue;
        auto role = use.op->getParentOfType<RoleOp>();
        if (!role || isRepeated(use.op, role))
          return;
        auto arrive = dyn_cast<MbarArriveOp>(use.op);
        int64_t arrivals = arrive ? arrive.getArrivals(role.getTeamThreads()) : 1;
        // Once for each block of the cluster, whose other blocks do the same.
        if (isMulticast(use.op))
          arrivals *= getOperation().getClusterSize();
        total += role.getNumTeams() * arrivals;
      }
    if (signalled && total < int64_t(alloc.getCount())) {
      InFlightDiagnostic diagnostic = report(alloc);
      diagnostic << "expected at least " << alloc.getCount() << " arrivals at mbarrier \"" << alloc.getName()
                 << "\", but got " << total << " [R3]";
      for (const auto *uses : {&arms, &arrivals})
        for (const BarrierUse &use : *uses)
          if (use.origins.mayBe(alloc))
            diagnostic.attachNote(use.op->getLoc()) << "arrival is here";
    }
  }

  /// Whether anything but branches lies between an op and its role.
  static bool isRepeated(Operation *op, RoleOp role) {
    for (Operation *parent = op->getParentOp(); parent != role; parent = parent->getParentOp())
      if (!isa<scf::IfOp>(parent))
        return true;
    return false;
  }

  void checkNamedBarrier(NbarAllocOp alloc) {
    llvm::SetVector<Operation *> roles;
    bool complete = true;
    for (const auto *uses : {&namedArrivals, &syncs})
      for (const BarrierUse &use : *uses) {
        complete &= use.origins.complete;
        if (llvm::is_contained(use.origins.allocs, alloc.getOperation()))
          roles.insert(use.op->getParentOfType<RoleOp>());
      }
    if (!complete)
      return;
    if (const BarrierUse *arrival = findCertain(namedArrivals, alloc); arrival && !findCertain(syncs, alloc))
      report(arrival->op) << "expected named barrier \"" << alloc.getName()
                          << "\" to be synchronised with, but nothing does [R6]";
    int64_t threads = 0;
    for (Operation *op : roles) {
      auto role = cast<RoleOp>(op);
      threads += role.getTeamThreads() * role.getNumTeams();
    }
    if (roles.empty() || threads == int64_t(alloc.getThreads()))
      return;
    InFlightDiagnostic diagnostic = report(alloc);
    diagnostic << "expected named barrier \"" << alloc.getName() << "\" for the " << threads
               << " threads of the roles that use it, but got " << alloc.getThreads() << " [R5]";
    for (Operation *op : roles) {
      auto role = cast<RoleOp>(op);
      diagnostic.attachNote(role.getLoc())
          << "role \"" << role.getName() << "\": " << role.getTeamThreads() * role.getNumTeams() << " threads";
    }
  }

  void checkReads() {
    if (llvm::any_of(writes, [](const SmemUse &write) { return !write.origins.complete; }))
      return;
    llvm::DenseSet<Value> reported;
    for (const SmemUse &read : reads)
      for (const SmemRange &range : read.origins.ranges) {
        SmemAllocOp alloc = range.alloc;
        SmemType type = alloc.getResult().getType();
        bool isSwizzled = type.getSwizzle() != Swizzle::None;
        // Views of any kind begin and end at the smallest tiles.
        constexpr int64_t smallestTile = SmemType::kTileRows * 64;
        int64_t step = isSwizzled ? smallestTile : type.getSizeInBytes();
        std::optional<int64_t> missing;
        for (int64_t byte = range.first; byte < range.end && !missing; byte += step)
          if (!isWritten({alloc, byte, byte + step}))
            missing = byte;
        if (!missing || !reported.insert(alloc.getResult()).second)
          continue;
        InFlightDiagnostic diagnostic = report(read.op);
        diagnostic << "expected ";
        if (isSwizzled)
          diagnostic << "tile " << *missing / type.getTileBytes() << " of ";
        diagnostic << "buffer \"" << alloc.getName() << "\" to be written, but nothing does [R7]";
        diagnostic.attachNote(alloc.getLoc()) << "buffer is here";
      }
  }

  bool isWritten(const SmemRange &range) {
    return llvm::any_of(writes, [&](const SmemUse &write) {
      return llvm::any_of(write.origins.ranges, [&](const SmemRange &other) { return range.overlaps(other); });
    });
  }

  void checkPaths(RoleOp role) {
    FenceCheck fences(wgmmaReads);
    fences.run(role.getBody().front());
    GroupCheck groups;
    groups.run(role.getBody().front());
    holds &= fences.holds && groups.holds;

    // R11
    role.getBody().walk([&](Operation *op) {
      if (!isa<AsPendingOp>(op))
        for (Value result : op->getResults())
          checkUsed(op, result);
      for (Region &region : op->getRegions())
        for (Value argument : region.getArguments())
          checkUsed(op, argument);
    });
  }

  void checkUsed(Operation *op, Value value) {
    if (isa<PendingType>(value.getType()) && value.use_empty())
      report(op) << "expected a pending value to be waited for, but nothing does [R11]";
  }

  bool holds = true;
  SmallVector<BarrierUse> arms, arrivals, waits, copies, namedArrivals, syncs;
  SmallVector<SmemUse> writes, reads;
  SmallVector<std::pair<WgmmaOp, SmemOrigins>> wgmmaReads;
};

} // namespace
