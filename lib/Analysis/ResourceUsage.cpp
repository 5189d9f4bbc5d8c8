//===- ResourceUsage.cpp - What a kernel asks of the chip ----------------------------------------------------===//
//
// Liveness is computed backwards over structured control flow. An op needs the larger of what is live before and after
// it, not the sum: elementwise work replaces its operand element by element, and the accumulators of wgmma are updated
// in place. Around a loop, values defined outside and used inside stay live for the whole loop.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Analysis/ResourceUsage.h"
#include "lib/Analysis/StructuredDataflow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mla_gpu;

static int64_t getRegistersOfType(Type type) {
  if (auto pending = dyn_cast<PendingType>(type))
    type = pending.getTensor();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !getLayout(tensor))
    return 0;
  int64_t elements = getElementsPerThread(tensor);
  if (isPacked(tensor)) // counted in registers already
    return elements;
  // Predicates are few, so ptxas packs more than a handful into registers.
  unsigned width = tensor.getElementType().getIntOrFloatBitWidth();
  return width == 1 ? llvm::divideCeil(elements, 32) : elements * llvm::divideCeil(width, 32);
}

int64_t mlir::mla_gpu::getRegisters(Value value) {
  int64_t registers = getRegistersOfType(value.getType());
  if (!registers)
    return 0;
  SplatElementsAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return 0;
  if (value.getDefiningOp<SplatOp>())
    return 1;
  // Factors that only the op right behind multiplies by are loaded as it goes, two at a time.
  constexpr int64_t kFactorsOnTheirWay = 4;
  if (auto load = value.getDefiningOp<SmemLoadColumnsOp>();
      load && value.hasOneUse() && isa<ColumnScaleOp, ColumnFmaOp, RowFmaOp, RowSumOp>(*value.user_begin()) &&
      *value.user_begin() == load->getNextNode())
    return std::min(registers, kFactorsOnTheirWay);
  return registers;
}

namespace {

/// The A fragments that wgmma may still be reading on behalf of a pending value.
struct Held {
  llvm::SmallSetVector<Value, 2> fragments;
  /// Registers of fragments from before the last loop iteration or branch, which have no name here.
  int64_t unnamed = 0;

  int64_t getTotal() const {
    int64_t total = unnamed;
    for (Value fragment : fragments)
      total += getRegisters(fragment);
    return total;
  }
};
using HeldFragments = llvm::DenseMap<Value, Held>;

/// Values live at one point, with the registers that they need together.
class LiveSet {
public:
  explicit LiveSet(const HeldFragments &held) : held(&held) {}

  void insert(Value value) {
    auto it = held->find(value);
    bool holds = it != held->end();
    if ((!holds && !getRegisters(value)) || !values.insert(value))
      return;
    addUse(value);
    if (!holds)
      return;
    total += it->second.unnamed;
    for (Value fragment : it->second.fragments)
      addUse(fragment);
  }

  void erase(Value value) {
    if (!values.remove(value))
      return;
    dropUse(value);
    auto it = held->find(value);
    if (it == held->end())
      return;
    total -= it->second.unnamed;
    for (Value fragment : it->second.fragments)
      dropUse(fragment);
  }

  void merge(const LiveSet &other) {
    for (Value value : other.values)
      insert(value);
  }

  int64_t getTotal() const { return total; }

  SmallVector<LiveValue> list() const {
    SmallVector<LiveValue> result;
    for (Value value : values) {
      auto it = held->find(value);
      result.push_back({value, getRegisters(value) + (it == held->end() ? 0 : it->second.unnamed)});
    }
    for (auto [value, uses] : users)
      if (uses && !values.contains(value))
        result.push_back({value, getRegisters(value)});
    llvm::erase_if(result, [](const LiveValue &live) { return live.registers == 0; });
    llvm::sort(result, [](const LiveValue &a, const LiveValue &b) { return a.registers > b.registers; });
    return result;
  }

private:
  void addUse(Value value) {
    if (users[value]++ == 0)
      total += getRegisters(value);
  }
  void dropUse(Value value) {
    if (--users[value] == 0)
      total -= getRegisters(value);
  }

  const HeldFragments *held;
  llvm::SetVector<Value> values;
  /// How often a value is live or held; the same fragment may be both.
  llvm::MapVector<Value, int64_t> users;
  int64_t total = 0;
};

/// Computes the peak of one role.
class RegisterPressure {
public:
  explicit RegisterPressure(RoleOp role) {
    // What enters a loop is known only after the first walk over its body; it does not grow after the second.
    for (int walks = 0; walks < 2; ++walks)
      role.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) { collectHeld(op); });
    LiveSet live(held);
    for (Block &block : role.getBody())
      visit(block, live);
  }

  int64_t peakRegisters = 0;
  Operation *peak = nullptr;
  SmallVector<LiveValue> peakValues;

private:
  void collectHeld(Operation *op) {
    if (auto wgmma = dyn_cast<WgmmaOp>(op)) {
      Held result;
      if (wgmma.getC())
        result = held.lookup(wgmma.getC());
      if (isa<RankedTensorType>(wgmma.getA().getType()))
        result.fragments.insert(wgmma.getA());
      if (result.getTotal())
        held[wgmma.getResult()] = result;
      return;
    }
    auto pass = [&](ValueRange sources, ValueRange targets) {
      for (auto [source, target] : llvm::zip(sources, targets))
        if (auto it = held.find(source); it != held.end()) {
          int64_t registers = it->second.getTotal();
          Held &result = held[target];
          result.unnamed = std::max(result.unnamed, registers);
        }
    };
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      pass(loop.getInitArgs(), loop.getRegionIterArgs());
      pass(loop.getInitArgs(), loop.getResults());
    } else if (auto items = dyn_cast<ItemsOp>(op)) {
      SmallVector<Value> arguments(items.getIterArgs());
      pass(items.getInits(), arguments);
      pass(items.getInits(), items.getResults());
    } else if (auto yield = dyn_cast<scf::YieldOp>(op)) {
      if (auto loop = dyn_cast<scf::ForOp>(yield->getParentOp()))
        pass(yield.getOperands(), loop.getRegionIterArgs());
      pass(yield.getOperands(), yield->getParentOp()->getResults());
    } else if (auto yield = dyn_cast<YieldOp>(op)) {
      auto items = cast<ItemsOp>(yield->getParentOp());
      SmallVector<Value> arguments(items.getIterArgs());
      pass(yield.getOperands(), arguments);
      pass(yield.getOperands(), items.getResults());
    }
  }

  void record(Operation *op, const LiveSet &live) {
    if (live.getTotal() <= peakRegisters)
      return;
    peakRegisters = live.getTotal();
    peak = op;
    peakValues = live.list();
  }

  /// `live` holds what is live after `block`; on return, what is live before it.
  void visit(Block &block, LiveSet &live) {
    for (Operation &op : llvm::reverse(block)) {
      record(&op, live);
      for (Value result : op.getResults())
        live.erase(result);
      if (auto branch = dyn_cast<scf::IfOp>(op))
        visitIf(branch, live);
      else if (op.getNumRegions())
        visitLoop(&op, live);
      for (Value operand : op.getOperands())
        live.insert(operand);
      record(&op, live);
    }
    for (Value argument : block.getArguments())
      live.erase(argument);
  }

  void visitIf(scf::IfOp branch, LiveSet &live) {
    LiveSet otherwise = live;
    visit(branch.getThenRegion().front(), live);
    if (!branch.getElseRegion().empty())
      visit(branch.getElseRegion().front(), otherwise);
    live.merge(otherwise);
  }

  /// A loop, or an op that is not understood: its regions may run any number of times.
  void visitLoop(Operation *loop, LiveSet &live) {
    for (Region &region : loop->getRegions()) {
      bool hasOneBlock = llvm::hasSingleElement(region);
      region.walk([&](Operation *op) {
        for (Value operand : op->getOperands())
          if (!region.isAncestor(operand.getParentRegion()) || (!hasOneBlock && operand.getParentRegion() == &region))
            live.insert(operand);
      });
    }
    for (Region &region : loop->getRegions())
      for (Block &block : region) {
        LiveSet inside = live;
        visit(block, inside);
      }
  }

  HeldFragments held;
};

} // namespace

ResourceUsage::ResourceUsage(KernelOp kernel) {
  int64_t bytes = 0;
  for (Operation &op : kernel.getBody().front()) {
    if (auto alloc = dyn_cast<SmemAllocOp>(op)) {
      SmemType type = alloc.getResult().getType();
      bytes += llvm::alignTo(type.getSizeInBytes(), type.getAlignment());
    } else if (isa<MbarAllocOp>(op)) {
      ++numMbarriers;
    } else if (isa<NbarAllocOp>(op)) {
      ++numNamedBarriers;
    } else if (auto role = dyn_cast<RoleOp>(op)) {
      RegisterPressure pressure(role);
      roles.push_back({role, pressure.peakRegisters, pressure.peak, std::move(pressure.peakValues)});
    }
  }
  sharedBytes = kernel.getSmemBytes() ? int64_t(*kernel.getSmemBytes()) : bytes + numMbarriers * kMbarBytes;
}
