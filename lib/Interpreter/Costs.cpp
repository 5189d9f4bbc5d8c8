//===- Costs.cpp - What ops cost on a Hopper multiprocessor, in clocks --------------------------------------===//
#include "lib/Interpreter/Costs.h"
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "lib/Interpreter/Values.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::mla_gpu::interpreter {

using namespace costs;

/// How many elements of a distributed tensor a thread holds.
static double getElementsPerThread(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return 1;
  double elements = static_cast<double>(tensor.getNumElements());
  auto layout = dyn_cast_or_null<LayoutAttr>(tensor.getEncoding());
  switch (layout ? layout.getValue() : Layout::Row) {
  case Layout::Acc:
  case Layout::AOperand:
  case Layout::APaired:
  case Layout::AccPaired:
  case Layout::Chunk:
    return elements / 128;
  case Layout::Row:
  case Layout::RowPartial:
  case Layout::ChunkRow:
    return 2; // the rows of a lane; four lanes hold the same
  case Layout::Column:
    return elements / 4; // every warp holds the same
  case Layout::Lane:
  case Layout::LaneRows:
    return std::max(elements / 32, 1.0);
  }
  llvm_unreachable("all layouts are handled");
}

static OpCost plain(double issue, double latency = 0) { return {CostKind::Plain, issue, latency}; }

/// An elementwise op of so many clocks an element.
static OpCost elementwise(Type type, double perElement, double latency) {
  if (!isa<RankedTensorType>(type))
    return plain(isa<FloatType>(type) ? latency : kScalar);
  return plain(std::max(getElementsPerThread(type) * perElement, latency));
}

static OpCost getWgmmaCost(WgmmaOp op) {
  auto type = cast<RankedTensorType>(cast<PendingType>(op.getResult().getType()).getTensor());
  double n = static_cast<double>(type.getDimSize(1));
  int64_t k = 0;
  bool fromRegisters = isa<RankedTensorType>(op.getA().getType());
  if (auto tensor = dyn_cast<RankedTensorType>(op.getA().getType()))
    k = tensor.getDimSize(1);
  else
    k = cast<SmemType>(op.getA().getType()).getShape().back();
  // Measured with two warp groups: N/2 clocks, unless the operands' way from shared memory takes longer.
  double clocks = fromRegisters ? std::max(n / 2, 13 + 5 * n / 32) : std::max(n / 2, (2048 + 32 * n) / 128);
  // 32 bytes of k an instruction.
  return {CostKind::Wgmma, clocks, 0, k * op.getB().getType().getElementType().getIntOrFloatBitWidth() / (32 * 8)};
}

/// Instructions that a lane needs for a tensor in global memory: four elements each, where the tensor allows it.
static double getLaneAccesses(Value value) {
  double elements = getElementsPerThread(value.getType());
  return elements >= 4 ? elements / 4 : elements;
}

/// Words of 16 bytes that a thread holds of a tensor of chunks.
static double getChunks(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return getElementsPerThread(type) * type.getElementTypeBitWidth() / 128;
}

/// Pairs of columns that a thread turns.
static double getPairsPerThread(RotateOp op) {
  RankedTensorType type = op.getValue().getType();
  return getElementsPerThread(type) * static_cast<double>(op.getRotation().getTurns().size()) / type.getDimSize(1);
}

/// Conversions of a lane from or to 16 bits.
static double getLaneConversions(Value value, Value pointer) {
  bool converts = cast<PtrType>(pointer.getType()).getElementType().getIntOrFloatBitWidth() == 16;
  return converts && isa<FloatType>(getElementTypeOrSelf(value)) ? getElementsPerThread(value.getType()) : 0;
}

/// What row.sum does with a register: an addition of f32, or of e4m3 two conversions and two additions of pairs.
static int64_t getAdditionsPerRegister(RowSumOp op) {
  return getElementTypeOrSelf(op.getValue().getType()).isF32() ? 1 : 4;
}

/// Machine instructions per thread: as many as elements for what works on them one by one, a fixed number for the rest.
static double getCodeSize(Operation *op) {
  auto elements = [](Value value) { return getElementsPerThread(value.getType()); };
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case<arith::ConstantOp, SmemAllocOp, SmemViewOp, NbarAllocOp, SplatOp, AsPendingOp, MaterializeOp, GlobalViewOp,
            LaneSliceOp, RoleOp, arith::ExtSIOp, EachWarpOp, WgmmaWaitOp, scf::WhileOp>([](auto) { return 0; })
      // A loop's copies, a test of a condition, an elected branch.
      .Case<scf::ForOp, scf::IfOp, scf::YieldOp, scf::ConditionOp, TailOp>([](auto) { return 3; })
      .Case<MbarAllocOp, MbarArmOp, MbarArriveOp>([](auto) { return 4; })
      .Case<SettleOp>([](auto) { return 3; })
      .Case<MbarWaitOp>([](auto) { return 8; })
      // Per instruction or box: descriptors or coordinates, and the instruction.
      .Case<WgmmaOp>([](WgmmaOp wgmma) { return 3.0 * static_cast<double>(getWgmmaCost(wgmma).count); })
      .Case<TmaLoadOp>(
          [](TmaLoadOp copy) { return 6.0 * static_cast<double>(copy.getTarget().getType().getNumTiles()); })
      .Case<TmaStoreOp>(
          [](TmaStoreOp copy) { return 2 + 6.0 * static_cast<double>(copy.getSource().getType().getNumTiles()); })
      // Elected branches, fences, a loop.
      .Case<GridArriveOp, GridLeaveOp, GridWaitOp, GridTakeOp>([](auto) { return 8; })
      .Case<PaceMarkOp, PaceHoldOp>([](auto) { return 10; })
      .Case<PaceAheadOp>([](auto) { return 20; })
      // Address, accesses and conversions.
      .Case<GlobalLoadLanesOp>([](GlobalLoadLanesOp load) {
        return 2 + getLaneAccesses(load.getResult()) + getLaneConversions(load.getResult(), load.getSource());
      })
      .Case<GlobalStoreLanesOp>([](GlobalStoreLanesOp store) {
        return 2 + getLaneAccesses(store.getValue()) + getLaneConversions(store.getValue(), store.getTarget()) / 2;
      })
      .Case<GlobalLoadPairsOp, GlobalStorePairsOp>([](auto) { return 5; })
      // A row's number from its lane, an address of 64 bits, accesses; of a weight, too, and conversions with products.
      .Case<GlobalGatherRowsOp>([](GlobalGatherRowsOp gather) {
        return 4.0 * gather.getResult().getType().getDimSize(0) + getLaneAccesses(gather.getResult());
      })
      .Case<LaneWeighRowsOp>([&](LaneWeighRowsOp weigh) {
        auto [first, end] = weigh.getRowRange();
        return (end - first) * ((weigh.getRightWeights() ? 2 : 1) + 2 * elements(weigh.getAddend()));
      })
      .Case<SmemLoadLanesOp>([](SmemLoadLanesOp load) { return 2 + getLaneAccesses(load.getResult()); })
      .Case<SmemStoreLanesOp>([](SmemStoreLanesOp store) { return 2 + getLaneAccesses(store.getValue()); })
      .Case<Exp2FmaOp, MaskOp>([&](auto each) { return 2 * elements(each.getResult()); })
      // Of each pair: a product of 64 bits, the angle and its functions, four products and two sums.
      .Case<RotateOp>([&](RotateOp rotate) { return 14 * getPairsPerThread(rotate); })
      .Case<RowMaxOp>([&](RowMaxOp row) { return elements(row.getValue()) + 8; })
      .Case<RowSumOp>([&](RowSumOp row) { return elements(row.getValue()) * getAdditionsPerRegister(row) + 8; })
      .Case<ToAOperandOp>([&](ToAOperandOp each) { return elements(each.getResult()) / 2; })
      // stmatrix, and a chunk, hold 8 elements of 16 bits of each lane; e4m3 leaves in words of 2 or 4.
      .Case<SmemStoreTileOp>([&](SmemStoreTileOp store) {
        return elements(store.getValue()) / (store.getValue().getType().getElementTypeBitWidth() == 16 ? 4 : 2);
      })
      // ldmatrix and the widening of each element, or words of two e4m3; ldmatrix and a permutation of each register.
      .Case<SmemLoadTileOp>([&](SmemLoadTileOp load) {
        bool isWidened = load.getResult().getType().getElementTypeBitWidth() == 32;
        return (isWidened ? 1.25 : 0.75) * elements(load.getResult());
      })
      .Case<SmemLoadTransposedOp>([&](SmemLoadTransposedOp load) { return 8 + elements(load.getResult()) / 4 * 1.25; })
      // A packed conversion and a store for two elements.
      .Case<SmemStoreTransposedOp>([&](SmemStoreTransposedOp store) { return 8 + elements(store.getValue()); })
      .Case<SmemLoadColumnsOp>(
          [&](SmemLoadColumnsOp load) { return 2 + elements(load.getResult()) / (load.getPaired() ? 4 : 2); })
      // Three shuffles with what combines, and a store.
      .Case<SmemStorePartsOp>([&](SmemStorePartsOp store) { return 4 + 4.5 * elements(store.getValue()); })
      .Case<SmemLoadPartsOp>([&](SmemLoadPartsOp load) { return 1 + 4 * elements(load.getResult()); })
      .Case<SmemStoreColumnsOp>([&](SmemStoreColumnsOp store) { return 4 + elements(store.getValue()); })
      // Conversions of two elements each, and what packs pairs.
      .Case<QuantizeOp>([&](QuantizeOp each) { return (each.getTaken() ? 3.5 : 0.75) * elements(each.getResult()); })
      .Case<DequantizeOp>([&](DequantizeOp each) { return 1.75 * elements(each.getResult()); })
      .Case<ConvertChunksOp>(
          [&](ConvertChunksOp each) { return (each.getScale() ? 2 : 0.5) * elements(each.getResult()); })
      // A conversion and a product of two elements each.
      .Case<ConvertOperandOp>(
          [&](ConvertOperandOp each) { return elements(each.getResult()) * (each.getFactor() ? 1 : 0.5); })
      // A branch for each row, and accesses of 16 bytes.
      .Case<GlobalLoadTileOp>([](GlobalLoadTileOp load) { return 8 + getChunks(load.getResult()); })
      .Case<GlobalLoadRowsOp>([](auto) { return 8; })
      .Case<GlobalPrefetchOp>([](auto) { return 4; })
      // Conversion, exchange and address of each pair, and the stores.
      .Case<GlobalStoreTileOp>([&](GlobalStoreTileOp store) { return 1.5 * elements(store.getValue()); })
      .Case<LaneReduceOp>([&](LaneReduceOp reduce) {
        if (reduce.isByOneInstruction())
          return elements(reduce.getValue()) + (reduce.getResult().getType().isF32() ? 6 : 0);
        return 2 * llvm::Log2_32(reduce.getCluster().value_or(32)) - 1 + elements(reduce.getValue());
      })
      .Case<LaneScanOp>([](auto) { return 10; })
      .Case<arith::DivUIOp, arith::RemUIOp, arith::DivSIOp, arith::RemSIOp>([](auto) { return 16; })
      .Default([&](Operation *other) { return other->getNumResults() ? elements(other->getResult(0)) : 2; });
}

static OpCost getClocks(Operation *op);

OpCost getCost(Operation *op) {
  OpCost cost = getClocks(op);
  cost.code = getCodeSize(op);
  return cost;
}

static OpCost getClocks(Operation *op) {
  Type result = op->getNumResults() ? op->getResult(0).getType() : Type();
  return llvm::TypeSwitch<Operation *, OpCost>(op)
      // Nothing is left of these.
      .Case<arith::ConstantOp, SmemAllocOp, SmemViewOp, NbarAllocOp, SplatOp, AsPendingOp, MaterializeOp, GlobalViewOp,
            LaneSliceOp, RoleOp, BlockIdOp, GridSizeOp, WarpIdOp, LaneIndexOp, RowIndexOp>(
          [](auto) { return plain(0); })
      .Case<scf::ForOp, scf::IfOp, scf::ConditionOp, TailOp>([](auto) { return OpCost{CostKind::Control, kBranch}; })
      .Case<scf::WhileOp>([](auto) { return OpCost{CostKind::Yield, 0}; })
      .Case<scf::YieldOp>([](scf::YieldOp yield) {
        return OpCost{CostKind::Yield, isa<scf::ForOp, scf::WhileOp>(yield->getParentOp()) ? kBranch : 0};
      })
      // Barriers.
      .Case<MbarAllocOp, MbarArmOp, MbarArriveOp>([](auto) { return plain(kMbarrierArrive); })
      .Case<MbarWaitOp>([](auto) { return OpCost{CostKind::MbarWait, kMbarrierWait}; })
      .Case<NbarArriveOp>([](auto) { return plain(kNamedBarrierArrive); })
      .Case<NbarSyncOp>(
          [](NbarSyncOp sync) { return OpCost{CostKind::NbarSync, kNamedBarrier + (sync.getCondition() ? kVote : 0)}; })
      .Case<FenceAsyncOp>([](auto) { return plain(kFenceAsync); })
      .Case<GridArriveOp, GridLeaveOp>([](auto) { return plain(kGlobalIssue); })
      .Case<GridWaitOp>([](auto) { return OpCost{CostKind::GridWait, kGridRoundTrip}; })
      .Case<GridTakeOp>([](auto) { return plain(kGlobalIssue, kGridRoundTrip); })
      // Who reads the marks has them before it goes on; the mode knows nobody who is ahead.
      .Case<PaceMarkOp>([](auto) { return plain(kGlobalIssue); })
      .Case<PaceAheadOp>([](auto) { return plain(kGlobalIssue, kGridRoundTrip); })
      .Case<PaceHoldOp>([](auto) { return plain(kScalar); })
      .Case<EachWarpOp>([](auto) { return OpCost{CostKind::EachWarp, 0}; })
      .Case<PdlWaitOp, PdlTriggerOp>([](auto) { return plain(kScalar); })
      // Tensor cores.
      .Case<WgmmaOp>([](WgmmaOp op) { return getWgmmaCost(op); })
      .Case<WgmmaCommitOp>([](auto) { return OpCost{CostKind::WgmmaCommit, kScalar}; })
      .Case<WgmmaWaitOp>([](auto) { return OpCost{CostKind::WgmmaWait, 0}; })
      .Case<SettleOp>([](auto) { return plain(2 * kAluLatency); })
      // Shared memory.
      .Case<SmemStoreTileOp>([](SmemStoreTileOp op) {
        double elements = getElementsPerThread(op.getValue().getType());
        if (op.getValue().getType().getElementTypeBitWidth() == 16)
          return plain(kStoreTile * elements / 32);
        // Words of four elements from each lane fill the port; words of two leave half of it idle.
        double words = elements / (op.getTarget().getType().getSwizzle() == Swizzle::B64Paired ? 4 : 2);
        return plain(kStoreRows + kWarps * words);
      })
      .Case<SmemLoadTileOp>([](SmemLoadTileOp op) {
        double elements = getElementsPerThread(op.getResult().getType());
        if (op.getResult().getType().getElementTypeBitWidth() != 32)
          return plain(kWarps * elements / 2, kSharedLoad);
        return plain(kWarps * kLoadMatrix * elements / 8 + elements * kMultiply, kSharedLoad);
      })
      .Case<SmemLoadTransposedOp>([](SmemLoadTransposedOp op) {
        double elements = getElementsPerThread(op.getResult().getType());
        return plain(kWarps * kLoadMatrix * elements / 16 + elements / 4 * kMaximum, kSharedLoad);
      })
      .Case<SmemStoreTransposedOp>([](SmemStoreTransposedOp op) {
        double elements = getElementsPerThread(op.getValue().getType());
        return plain(kStoreRows + elements * kConvert + kWarps * elements / 2);
      })
      // Quads of lanes read the same words, 8 or 16 bytes a lane at a time.
      .Case<SmemLoadColumnsOp>([](SmemLoadColumnsOp op) {
        return plain(kWarps * getElementsPerThread(op.getResult().getType()) / (op.getPaired() ? 4 : 2), kSharedLoad);
      })
      .Case<SmemStorePartsOp>([](SmemStorePartsOp op) {
        return plain(getElementsPerThread(op.getValue().getType()) * 2 * kMaximum + 3 * kShuffle + kStoreRows);
      })
      .Case<SmemLoadPartsOp>([](SmemLoadPartsOp op) {
        return plain(kWarps * getElementsPerThread(op.getResult().getType()), kSharedLoad);
      })
      .Case<SmemStoreColumnsOp>([](auto) { return plain(kStoreRows); })
      .Case<SmemStoreRowsOp>([](auto) { return plain(kStoreRows); })
      .Case<SmemLoadRowsOp>([](auto) { return plain(kScalar, kSharedLoad); })
      .Case<SmemLoadLanesOp>([](SmemLoadLanesOp op) { return plain(4 * getLaneAccesses(op.getResult()), kSharedLoad); })
      .Case<SmemStoreLanesOp>([](SmemStoreLanesOp op) { return plain(4 * getLaneAccesses(op.getValue())); })
      .Case<SmemLoadOp>([](auto) { return plain(kScalar, kSharedLoad); })
      .Case<SmemStoreOp>([](auto) { return plain(kScalar); })
      .Case<SmemZeroRowsOp>([](auto) { return OpCost{CostKind::ZeroRows, 0}; })
      .Case<TmaLoadOp>([](auto) { return OpCost{CostKind::Copy, kTmaIssue}; })
      .Case<TmaStoreOp>([](TmaStoreOp op) {
        return OpCost{CostKind::BulkStore, kTmaIssue, 0, op.getSource().getType().getNumTiles()};
      })
      .Case<TmaStoreWaitOp>([](auto) { return OpCost{CostKind::BulkWait, 0}; })
      // Global memory.
      .Case<GlobalLoadLanesOp>([](GlobalLoadLanesOp op) {
        return OpCost{CostKind::Load, kGlobalIssue * getLaneAccesses(op.getResult()),
                      getLaneConversions(op.getResult(), op.getSource()) * kMultiply};
      })
      .Case<GlobalGatherRowsOp>(
          [](GlobalGatherRowsOp op) { return OpCost{CostKind::Load, kGlobalIssue * getLaneAccesses(op.getResult())}; })
      .Case<GlobalStoreLanesOp>([](GlobalStoreLanesOp op) {
        return OpCost{CostKind::Store, kGlobalIssue * getLaneAccesses(op.getValue()) +
                                           getLaneConversions(op.getValue(), op.getTarget()) * kConvert};
      })
      .Case<GlobalLoadTileOp>(
          [](GlobalLoadTileOp op) { return OpCost{CostKind::Load, kGlobalIssue * getChunks(op.getResult())}; })
      .Case<GlobalLoadRowsOp>([](auto) { return OpCost{CostKind::Load, 2 * kGlobalIssue}; })
      .Case<GlobalPrefetchOp>([](auto) { return OpCost{CostKind::Load, kGlobalIssue}; })
      .Case<GlobalLoadOp, GlobalLoadPairsOp, GlobalGatherLanesOp>(
          [](auto) { return OpCost{CostKind::Load, kGlobalIssue}; })
      .Case<GlobalStoreOp, GlobalStorePairsOp, GlobalScatterLanesOp, GlobalStoreRowsOp, GlobalStoreTileOp>(
          [](auto) { return OpCost{CostKind::Store, kGlobalIssue}; })
      // Rows.
      .Case<RowMaxOp>([](RowMaxOp op) {
        // Two shuffles a row, of which the two rows overlap.
        return plain(getElementsPerThread(op.getValue().getType()) * kMaximum + 2 * kShuffle);
      })
      .Case<RowSumOp>([](RowSumOp op) {
        double additions = getElementsPerThread(op.getValue().getType()) * getAdditionsPerRegister(op);
        return plain(additions * kMultiply + kAluLatency);
      })
      .Case<RowReduceOp>([](auto) { return plain(2 * (kShuffle + kAluLatency)); })
      .Case<RowRaiseMaxOp>([](auto) { return plain(2 * kAluLatency); })
      .Case<RowScaleOp>([&](RowScaleOp op) {
        return OpCost{op.getSkipUnit() ? CostKind::Rescale : CostKind::Plain,
                      std::max(getElementsPerThread(result) * kMultiply, kAluLatency)};
      })
      .Case<Exp2FmaOp>([&](auto) { return plain(getElementsPerThread(result) * kExp2 + kAluLatency); })
      .Case<MaskOp>([&](auto) { return OpCost{CostKind::Masked, getElementsPerThread(result) * kMaximum}; })
      .Case<RotateOp>([&](RotateOp op) {
        return plain(getPairsPerThread(op) * (11 * kMultiply + kConvert + 2 * kExp2), kMufuLatency);
      })
      .Case<ToAOperandOp>([&](auto) { return plain(getElementsPerThread(result) * kConvert); })
      .Case<ZeroOp>([&](auto) { return plain(getElementsPerThread(result) * kMultiply); })
      // e4m3 and columns.
      .Case<QuantizeOp>([&](QuantizeOp each) {
        return plain(getElementsPerThread(result) *
                     (each.getTaken() ? 2 * kConvertE4M3 + 2 * kMultiply : kConvertE4M3));
      })
      .Case<DequantizeOp>([&](auto) { return plain(getElementsPerThread(result) * (kConvertE4M3 + kMultiply)); })
      .Case<ConvertChunksOp>([&](ConvertChunksOp each) {
        double scaling = each.getScale() ? 1.5 * kMultiply : 0;
        return plain(getElementsPerThread(result) * (kConvertE4M3 + scaling));
      })
      .Case<ConvertOperandOp>([&](ConvertOperandOp each) {
        double scaling = each.getFactor() ? 0.5 * kMultiply : 0;
        return plain(getElementsPerThread(result) * (kConvertE4M3 + scaling));
      })
      .Case<ColumnScaleOp, ColumnFmaOp, RowFmaOp>(
          [&](auto) { return plain(std::max(getElementsPerThread(result) * kMultiply, kAluLatency)); })
      // Lanes.
      .Case<LaneReduceOp>([](LaneReduceOp op) {
        double inLane = (getElementsPerThread(op.getValue().getType()) - 1) * kMultiply;
        if (op.isByOneInstruction()) // between two of integers that have the order of the numbers, if they are f32
          return plain(inLane + kWarpReduction + (op.getResult().getType().isF32() ? 5 * kAluLatency : 0));
        int steps = llvm::Log2_32(op.getCluster().value_or(32));
        return plain(inLane + steps * (kShuffle + kAluLatency));
      })
      .Case<LaneScanOp>([](auto) { return plain(5 * (kShuffle + kAluLatency)); })
      .Case<LaneExtractOp>([](auto) { return plain(kScalar, kShuffle); })
      // Of two elements two conversions and two products, and a shuffle for each row.
      .Case<LaneWeighRowsOp>([](LaneWeighRowsOp op) {
        auto [first, end] = op.getRowRange();
        int shuffles = op.getRightWeights() ? 2 : 1;
        double row = 2 * kMultiply * getElementsPerThread(op.getAddend().getType()) + shuffles * kScalar;
        return plain((end - first) * row, kShuffle + kAluLatency);
      })
      // Arithmetic.
      // A product of 64 bits is four of 32.
      .Case<arith::MulIOp>([&](auto) {
        bool isWide = getElementTypeOrSelf(result).isInteger(64);
        return elementwise(result, isWide ? 4 * kMultiply : kMultiply, isWide ? 2 * kAluLatency : kAluLatency);
      })
      .Case<math::Exp2Op, math::Log2Op, math::CosOp, math::SinOp, math::SqrtOp, math::RsqrtOp, arith::DivFOp>(
          [&](auto) { return elementwise(result, kExp2, kMufuLatency); })
      .Case<arith::DivUIOp, arith::RemUIOp, arith::DivSIOp, arith::RemSIOp>([&](Operation *division) {
        bool isConstant = matchPattern(division->getOperand(1), m_Constant());
        return plain(isConstant ? kAluLatency : kDivide);
      })
      .Case<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>([&](auto) { return plain(0); })
      .Default([&](Operation *) { return result ? elementwise(result, kMultiply, kAluLatency) : plain(kScalar); });
}

} // namespace mlir::mla_gpu::interpreter
