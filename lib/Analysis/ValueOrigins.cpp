//===- ValueOrigins.cpp - Which buffers and barriers a value can be ------------------------------------------===//
#include "lib/Analysis/ValueOrigins.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mla_gpu;

/// The values that `value` is one of, if it merely passes values on: select, if, loops. False if it does not.
static bool getForwarded(Value value, SmallVectorImpl<Value> &sources) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *parent = argument.getOwner()->getParentOp();
    if (auto loop = dyn_cast_or_null<scf::ForOp>(parent)) {
      if (argument.getArgNumber() < loop.getNumInductionVars())
        return false;
      unsigned index = argument.getArgNumber() - loop.getNumInductionVars();
      sources.append({loop.getInitArgs()[index], loop.getYieldedValues()[index]});
      return true;
    }
    if (auto items = dyn_cast_or_null<ItemsOp>(parent)) {
      if (argument.getArgNumber() < ItemsOp::kNumItemArguments)
        return false;
      unsigned index = argument.getArgNumber() - ItemsOp::kNumItemArguments;
      sources.append({items.getInits()[index], items.getBody().front().getTerminator()->getOperand(index)});
      return true;
    }
    if (auto loop = dyn_cast_or_null<scf::WhileOp>(parent)) {
      unsigned index = argument.getArgNumber();
      if (argument.getOwner() == loop.getAfterBody())
        sources.push_back(loop.getConditionOp().getArgs()[index]);
      else
        sources.append({loop.getInits()[index], loop.getYieldOp().getOperand(index)});
      return true;
    }
    return false;
  }
  unsigned index = cast<OpResult>(value).getResultNumber();
  return TypeSwitch<Operation *, bool>(value.getDefiningOp())
      .Case([&](arith::SelectOp select) {
        sources.append({select.getTrueValue(), select.getFalseValue()});
        return true;
      })
      .Case([&](scf::IfOp branch) {
        if (branch.getElseRegion().empty())
          return false;
        sources.append({branch.thenYield().getOperand(index), branch.elseYield().getOperand(index)});
        return true;
      })
      .Case([&](scf::ForOp loop) {
        sources.append({loop.getInitArgs()[index], loop.getYieldedValues()[index]});
        return true;
      })
      .Case([&](scf::WhileOp loop) {
        sources.push_back(loop.getConditionOp().getArgs()[index]);
        return true;
      })
      .Case([&](ItemsOp items) {
        sources.append({items.getInits()[index], items.getBody().front().getTerminator()->getOperand(index)});
        return true;
      })
      .Default(false);
}

BarrierOrigins mlir::mla_gpu::getBarrierOrigins(Value barrier) {
  BarrierOrigins origins;
  SmallVector<Value> worklist{barrier};
  llvm::SmallDenseSet<Value> seen{barrier};
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (Operation *op = value.getDefiningOp(); isa_and_present<MbarAllocOp, NbarAllocOp>(op)) {
      if (!llvm::is_contained(origins.allocs, op))
        origins.allocs.push_back(op);
      continue;
    }
    SmallVector<Value, 2> sources;
    if (!getForwarded(value, sources))
      origins.complete = false;
    for (Value source : sources)
      if (seen.insert(source).second)
        worklist.push_back(source);
  }
  return origins;
}

SmemOrigins mlir::mla_gpu::getSmemOrigins(Value view) {
  return getSmemOrigins(view, 0, cast<SmemType>(view.getType()).getSizeInBytes());
}

SmemOrigins mlir::mla_gpu::getSmemOrigins(Value view, int64_t first, int64_t end) {
  // A value, and which of its bytes are meant. A view that is carried through a loop and sliced there could be followed
  // for ever; the depth bounds that, and what lies beyond counts as not understood.
  struct Piece {
    Value value;
    int64_t first, end;
    unsigned depth;
  };
  constexpr unsigned maxDepth = 32;
  SmemOrigins origins;
  SmallVector<Piece> worklist{{view, first, end, 0}};
  llvm::SmallDenseSet<std::pair<Value, int64_t>> seen;
  while (!worklist.empty()) {
    Piece piece = worklist.pop_back_val();
    if (!seen.insert({piece.value, piece.first}).second)
      continue;
    if (auto alloc = piece.value.getDefiningOp<SmemAllocOp>()) {
      origins.ranges.push_back({alloc, piece.first, piece.end});
      continue;
    }
    SmallVector<Value, 2> sources;
    if (auto slice = piece.value.getDefiningOp<SmemViewOp>()) {
      int64_t offset = slice.getFirst() * slice.getSource().getType().getTileBytes();
      piece.first += offset;
      piece.end += offset;
      sources.push_back(slice.getSource());
    } else if (!getForwarded(piece.value, sources)) {
      origins.complete = false;
    }
    if (piece.depth == maxDepth) {
      origins.complete = false;
      continue;
    }
    for (Value source : sources)
      worklist.push_back({source, piece.first, piece.end, piece.depth + 1});
  }
  return origins;
}

bool SmemOrigins::mayOverlap(const SmemOrigins &other) const {
  if (!complete || !other.complete)
    return true;
  return llvm::any_of(ranges, [&](const SmemRange &range) {
    return llvm::any_of(other.ranges, [&](const SmemRange &candidate) { return range.overlaps(candidate); });
  });
}
