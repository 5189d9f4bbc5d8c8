//===- StructuredDataflow.h - Forward dataflow over the structured control flow of a role ----------*- C++ -*-===//
//
// Roles are straight-line code, `scf.if`, loops (`scf.for`, `scf.while`, `mla_gpu.items`), and a tail. That is little
// enough to walk the IR in its own order, with one remembered state per loop, until nothing changes. MLIR's dense
// dataflow framework answers the same questions, but it wants RegionBranchOpInterface of every op and reports no state
// "on the way", where our checks want to place their messages.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_ANALYSIS_STRUCTUREDDATAFLOW_H
#define LIB_ANALYSIS_STRUCTUREDDATAFLOW_H

#include "dialect/MLAGPU/MLAGPUOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::mla_gpu {

/// `State` is copied freely. Derived classes give a monotone `visit` and a `join` over a lattice of finite height.
template <typename State> class StructuredDataflow {
public:
  virtual ~StructuredDataflow() = default;

  /// Walks `block` until the states at the loops are stable, then once more with `isReporting()`.
  void run(Block &block) {
    do {
      changed = false;
      State state;
      walk(block, state);
    } while (changed);
    reporting = true;
    State state;
    walk(block, state);
    reporting = false;
  }

protected:
  /// The effect of one op; ops with regions are visited before their regions.
  virtual void visit(Operation *op, State &state) = 0;
  /// Merges `from` into `into`; true if that changed it.
  virtual bool join(State &into, const State &from) = 0;
  /// Control passes on and `targets` take the values of `sources`.
  virtual void pass(ValueRange sources, ValueRange targets, State &state) {}
  /// True in the last walk, in which every op is visited with its final state, once.
  bool isReporting() const { return reporting; }

private:
  void walk(Block &block, State &state) {
    for (Operation &op : block) {
      visit(&op, state);
      if (auto branch = llvm::dyn_cast<scf::IfOp>(op))
        walkIf(branch, state);
      else if (auto loop = llvm::dyn_cast<scf::ForOp>(op))
        walkLoop(loop, loop.getInitArgs(), loop.getRegionIterArgs(), state);
      else if (auto loop = llvm::dyn_cast<scf::WhileOp>(op))
        walkWhile(loop, state);
      else if (auto items = llvm::dyn_cast<ItemsOp>(op))
        walkLoop(items, items.getInits(), items.getIterArgs(), state);
      else if (auto tail = llvm::dyn_cast<TailOp>(op))
        walkTail(tail, state);
      else
        for (Region &region : op.getRegions())
          walkUnknown(region, state);
    }
  }

  void walkIf(scf::IfOp branch, State &state) {
    State otherwise = state;
    walk(branch.getThenRegion().front(), state);
    pass(branch.thenYield().getOperands(), branch.getResults(), state);
    if (!branch.getElseRegion().empty()) {
      walk(branch.getElseRegion().front(), otherwise);
      pass(branch.elseYield().getOperands(), branch.getResults(), otherwise);
    }
    join(state, otherwise);
  }

  void walkTail(TailOp tail, State &state) {
    pass(tail.getOperands(), tail.getBody().getArguments(), state);
    walk(tail.getBody().front(), state);
  }

  template <typename Arguments> void walkLoop(Operation *loop, ValueRange inits, Arguments arguments, State &state) {
    Block &body = loop->getRegion(0).front();
    ValueRange iterArguments(arguments);
    State entering = state;
    pass(inits, iterArguments, entering);
    State inside = enter(&body, entering);
    walk(body, inside);
    ValueRange yielded = body.getTerminator()->getOperands();
    State again = inside;
    pass(yielded, iterArguments, again);
    enter(&body, again);
    pass(inits, loop->getResults(), state);
    pass(yielded, loop->getResults(), inside);
    join(state, inside);
  }

  void walkWhile(scf::WhileOp loop, State &state) {
    State entering = state;
    pass(loop.getInits(), ValueRange(loop.getBeforeArguments()), entering);
    State inside = enter(loop.getBeforeBody(), entering);
    walk(*loop.getBeforeBody(), inside);
    ValueRange passed = loop.getConditionOp().getArgs();
    State leaving = inside;
    pass(passed, ValueRange(loop.getAfterArguments()), inside);
    State again = enter(loop.getAfterBody(), inside);
    walk(*loop.getAfterBody(), again);
    pass(loop.getYieldOp().getOperands(), ValueRange(loop.getBeforeArguments()), again);
    enter(loop.getBeforeBody(), again);
    // The first region has run at least once.
    state = leaving;
    pass(passed, loop.getResults(), state);
  }

  /// A region of an op that is not understood: it may run any number of times, its blocks in any order.
  void walkUnknown(Region &region, State &state) {
    for (Block &block : region) {
      State inside = enter(&block, state);
      walk(block, inside);
      enter(&block, inside);
      join(state, inside);
    }
  }

  /// Merges `state` into what is known at the start of `block`, and returns that.
  State enter(Block *block, const State &state) {
    auto [it, isNew] = entries.try_emplace(block, state);
    if (isNew || join(it->second, state))
      changed = true;
    return it->second;
  }

  llvm::DenseMap<Block *, State> entries;
  bool changed = false;
  bool reporting = false;
};

} // namespace mlir::mla_gpu

#endif // LIB_ANALYSIS_STRUCTUREDDATAFLOW_H
