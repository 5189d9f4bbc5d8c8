//===- Barriers.cpp - mbar.*, nbar.*, fence.async, grid.*, pdl.* --------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// mbar.alloc … at N  →  the kernel's shared memory + N bytes. The kernel's prologue initialises it.
struct LowerMbarAlloc : ThreadPattern<MbarAllocOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(MbarAllocOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Value base = LLVM::AddressOfOp::create(rewriter, op.getLoc(), code.sharedPtr(),
                                           getSharedSymbol(op->getParentOfType<KernelOp>()));
    replace(op, code.bytes(base, *op.getOffset()), rewriter);
    return success();
  }
};

/// mbar.arm  →  @leader mbarrier.arrive.expect_tx.
struct LowerArm : ThreadPattern<MbarArmOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(MbarArmOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Value address = code.sharedAddress(adaptor.getBar().front());
    code.ptx("@$0 mbarrier.arrive.expect_tx.shared::cta.b64 _, [$1], $2;",
             {{}, {code.isLeader(getTeam(op)), address, code.constI32(op.getBytes())}});
    rewriter.eraseOp(op);
    return success();
  }
};

/// mbar.arrive  →  @leader mbarrier.arrive; each_lane: of all threads. A warp synchronises first, so that the arrival
/// of one releases the accesses of all its lanes. Multicast, lane r arrives in block r of the cluster: at the scope of
/// the block, for a release at the cluster's would wait for all that was stored to global memory, which nobody asked
/// for.
struct LowerArrive : ThreadPattern<MbarArriveOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(MbarArriveOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Team team = getTeam(op);
    if (op.getEachWarp())
      team = Team::EachWarp;
    // Lanes that all arrive synchronise, too, or a second arrival of some could stand for a first one of others.
    if (team != Team::WarpGroup || op.getEachLane())
      NVVM::SyncWarpOp::create(rewriter, op.getLoc(), code.constI32(-1));
    Value address = code.sharedAddress(adaptor.getBar().front());
    if (op.getEachLane()) {
      code.ptx("mbarrier.arrive.shared::cta.b64 _, [$0];", {{}, {address}});
    } else if (op.getMulticast()) {
      Value isOne = code.isAmongFirst(team, op->getParentOfType<KernelOp>().getClusterSize());
      code.ptx("{\n"
               ".reg .b32 there;\n"
               "@$0 mapa.shared::cluster.u32 there, $1, $2;\n"
               "@$0 mbarrier.arrive.shared::cluster.b64 _, [there];\n"
               "}",
               {{}, {isOne, address, code.lane()}});
    } else {
      code.ptx("@$0 mbarrier.arrive.shared::cta.b64 _, [$1];", {{}, {code.isLeader(team), address}});
    }
    rewriter.eraseOp(op);
    return success();
  }
};

/// mbar.wait  →  a loop of try_wait in one asm, whose labels live in its own scope: LLVM may copy it.
struct LowerWait : ThreadPattern<MbarWaitOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(MbarWaitOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    code.ptx("{\n"
             ".reg .pred done;\n"
             "again:\n"
             "mbarrier.try_wait.parity.shared::cta.b64 done, [$0], $1;\n"
             "@!done bra again;\n"
             "}",
             {{}, {code.sharedAddress(adaptor.getBar().front()), adaptor.getParity().front()}});
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerNbarAlloc : ThreadPattern<NbarAllocOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(NbarAllocOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    replace(op, {code.constI32(*op.getId()), code.constI32(op.getThreads())}, rewriter);
    return success();
  }
};

/// nbar.sync  →  bar.sync, or bar.red.and of a thread's two rows.
struct LowerNbarSync : ThreadPattern<NbarSyncOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(NbarSyncOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    ValueRange bar = adaptor.getBar();
    if (!op.getCondition()) {
      NVVM::BarrierOp::create(rewriter, loc, TypeRange(), bar[0], bar[1], NVVM::BarrierReductionAttr(), Value());
      rewriter.eraseOp(op);
      return success();
    }
    Value all = adaptor.getCondition().front();
    for (Value condition : adaptor.getCondition().drop_front())
      all = LLVM::AndOp::create(rewriter, loc, all, condition);
    // nvvm.barrier has reductions of barrier 0 only.
    replace(op, code.intrinsic("llvm.nvvm.barrier.cta.red.and.aligned.count", code.i1(), {bar[0], bar[1], all}),
            rewriter);
    return success();
  }
};

/// nbar.arrive  →  bar.arrive.
struct LowerNbarArrive : ThreadPattern<NbarArriveOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(NbarArriveOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    ValueRange bar = adaptor.getBar();
    LLVM::CallIntrinsicOp::create(rewriter, op.getLoc(),
                                  rewriter.getStringAttr("llvm.nvvm.barrier.cta.arrive.aligned.count"), bar);
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerFence : ThreadPattern<FenceAsyncOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(FenceAsyncOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    rewriter.replaceOpWithNewOp<NVVM::FenceProxyOp>(
        op, NVVM::ProxyKindAttr::get(op.getContext(), NVVM::ProxyKind::async_shared),
        NVVM::SharedSpaceAttr::get(op.getContext(), NVVM::SharedSpace::shared_cta));
    return success();
  }
};

/// grid.arrive and grid.leave  →  @leader red. The counter starts anew after as many arrivals and departures as there
/// are teams. A warp synchronises first, as for mbar.arrive. Who leaves releases nothing, so the order is relaxed: it
/// has seen the counter, and the next launch comes after this one.
template <typename Op> struct LowerGridCount : ThreadPattern<Op> {
  using ThreadPattern<Op>::ThreadPattern;
  LogicalResult lower(Op op, typename ThreadPattern<Op>::Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    constexpr bool kReleases = std::is_same_v<Op, GridArriveOp>;
    Team team = getTeam(op);
    if (team != Team::WarpGroup)
      NVVM::SyncWarpOp::create(rewriter, op.getLoc(), code.constI32(-1));
    Value address = code.element(adaptor.getCounters().front(), code.i32(), adaptor.getIndex().front());
    Value isLeader = code.isLeader(team);
    Value last = code.add(code.shl(adaptor.getCount().front(), 1), -1);
    code.ptx(kReleases ? "@$0 red.release.gpu.global.inc.u32 [$1], $2;"
                       : "@$0 red.relaxed.gpu.global.inc.u32 [$1], $2;",
             {{}, {isLeader, address, last}});
    rewriter.eraseOp(op);
    return success();
  }
};

/// grid.wait  →  a loop of acquiring loads in the leader. In a warp the others wait for it; a warp group has its
/// nbar.sync.
struct LowerGridWait : ThreadPattern<GridWaitOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GridWaitOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Team team = getTeam(op);
    Value address = code.element(adaptor.getCounters().front(), code.i32(), adaptor.getIndex().front());
    code.ptx("{\n"
             ".reg .pred less;\n"
             ".reg .b32 arrived;\n"
             "again:\n"
             "@!$0 bra done;\n"
             "ld.acquire.gpu.global.u32 arrived, [$1];\n"
             "setp.lt.u32 less, arrived, $2;\n"
             "@less bra again;\n"
             "done:\n"
             "}",
             {{}, {code.isLeader(team), address, adaptor.getCount().front()}});
    if (team != Team::WarpGroup)
      NVVM::SyncWarpOp::create(rewriter, op.getLoc(), code.constI32(-1));
    rewriter.eraseOp(op);
    return success();
  }
};

/// grid.take  →  an atomic in the first lane, whose result goes to all.
struct LowerGridTake : ThreadPattern<GridTakeOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(GridTakeOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Value address = code.element(adaptor.getCounters().front(), code.i32(), adaptor.getIndex().front());
    Value isFirst = LLVM::ICmpOp::create(rewriter, op.getLoc(), LLVM::ICmpPredicate::eq, code.lane(), code.constI32(0));
    SmallVector<Type> results{code.i32()};
    Value ticket = code.ptx("mov.b32 $0, 0;\n@$1 atom.relaxed.gpu.global.inc.u32 $0, [$2], $3;",
                            {results, {isFirst, address, code.add(adaptor.getCount().front(), -1)}})
                       .front();
    replace(op, code.shuffleIndex(ticket, code.constI32(0)), rewriter);
    return success();
  }
};

/// pace.mark  →  the clock that all multiprocessors share, and a relaxed store by the leader.
struct LowerPaceMark : ThreadPattern<PaceMarkOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(PaceMarkOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Value address = code.element(adaptor.getMarks().front(), code.i32(), adaptor.getIndex().front());
    SmallVector<Type> results{code.i32()};
    Value mark = code.ptx("{\n"
                          ".reg .b32 time, step;\n"
                          "mov.u32 time, %globaltimer_lo;\n"
                          "shr.u32 time, time, 5;\n"
                          "shl.b32 time, time, 8;\n"
                          "and.b32 step, $3, 255;\n"
                          "or.b32 $0, time, step;\n"
                          "@$1 st.relaxed.gpu.global.u32 [$2], $0;\n"
                          "}",
                          {results, {code.isLeader(getTeam(op)), address, adaptor.getStep().front()}})
                     .front();
    rewriter.replaceOp(op, mark);
    return success();
  }
};

/// pace.ahead  →  a relaxed load in each lane that has a team, and the largest lead.
struct LowerPaceAhead : ThreadPattern<PaceAheadOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(PaceAheadOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Location loc = op.getLoc();
    Value index = LLVM::AddOp::create(rewriter, loc, adaptor.getIndex().front(), code.sext64(code.lane()));
    Value address = code.element(adaptor.getMarks().front(), code.i32(), index);
    Value hasTeam =
        LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::slt, code.lane(), adaptor.getTeams().front());
    SmallVector<Type> results{code.i32()};
    // Differences of times stand 8 bits up, in units of 32 ns.
    Value ahead = code.ptx("{\n"
                           ".reg .pred same, behind;\n"
                           ".reg .b32 other, step, own, lead;\n"
                           "mov.b32 other, $3;\n"
                           "@$1 ld.relaxed.gpu.global.u32 other, [$2];\n"
                           "xor.b32 step, other, $3;\n"
                           "and.b32 step, step, 255;\n"
                           "setp.eq.u32 same, step, 0;\n"
                           "sub.u32 own, $3, 1;\n"
                           "xor.b32 step, other, own;\n"
                           "and.b32 step, step, 255;\n"
                           "setp.eq.u32 behind, step, 0;\n"
                           "sub.s32 lead, other, $3;\n"
                           "shr.s32 lead, lead, 3;\n"
                           "max.s32 lead, lead, 0;\n"
                           "selp.b32 lead, lead, 0, same;\n"
                           "selp.b32 lead, 0x7fffffff, lead, behind;\n"
                           "redux.sync.max.s32 $0, lead, -1;\n"
                           "}",
                           {results, {hasTeam, address, adaptor.getMark().front()}})
                      .front();
    rewriter.replaceOp(op, ahead);
    return success();
  }
};

/// pace.hold  →  a loop of reads of the clock, in all lanes: of a bounded number, for how often the clock ticks is the
/// device's affair (every 32 ns on an H200).
struct LowerPaceHold : ThreadPattern<PaceHoldOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(PaceHoldOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    code.ptx("{\n"
             ".reg .pred early;\n"
             ".reg .b32 begin, passed, hold, reads;\n"
             "min.s32 hold, $0, $1;\n"
             "setp.lt.s32 early, hold, 64;\n"
             "@early bra done;\n"
             "mov.u32 reads, 0;\n"
             "mov.u32 begin, %globaltimer_lo;\n"
             "again:\n"
             "mov.u32 passed, %globaltimer_lo;\n"
             "sub.u32 passed, passed, begin;\n"
             "add.u32 reads, reads, 1;\n"
             "setp.lt.u32 early, reads, 256;\n"
             "setp.lt.and.u32 early, passed, hold, early;\n"
             "@early bra again;\n"
             "done:\n"
             "}",
             {{}, {adaptor.getAhead().front(), code.constI32(op.getMostAttr().getInt())}});
    rewriter.eraseOp(op);
    return success();
  }
};

/// pdl.wait, pdl.trigger  →  griddepcontrol.
template <typename Op, NVVM::GridDepActionKind kind> struct LowerPdl : ThreadPattern<Op> {
  using ThreadPattern<Op>::ThreadPattern;
  LogicalResult lower(Op op, typename ThreadPattern<Op>::Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    rewriter.replaceOpWithNewOp<NVVM::GriddepcontrolOp>(op, kind);
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateBarrierPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerMbarAlloc, LowerArm, LowerArrive, LowerWait, LowerNbarAlloc, LowerNbarSync, LowerNbarArrive,
               LowerFence, LowerGridCount<GridArriveOp>, LowerGridWait, LowerGridTake, LowerGridCount<GridLeaveOp>,
               LowerPaceMark, LowerPaceAhead, LowerPaceHold, LowerPdl<PdlWaitOp, NVVM::GridDepActionKind::wait>,
               LowerPdl<PdlTriggerOp, NVVM::GridDepActionKind::launch_dependents>>(converter);
}
