//===- Structure.cpp - program, kernel, role → gpu.module, llvm.func, branches on the warp --------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"
#include "lib/Target/Package/Package.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

using namespace mlir;
using namespace mlir::mla_gpu;

std::string mlir::mla_gpu::getSharedSymbol(KernelOp kernel) { return ("smem_" + kernel.getSymName()).str(); }

//===----------------------------------------------------------------------------------------------------------===//
// Before: what a kernel must be, and what its shell says
//===----------------------------------------------------------------------------------------------------------===//

static DictionaryAttr getLaunch(KernelOp kernel) {
  Builder b(kernel.getContext());
  SmallVector<Attribute> bindings, maps;
  for (auto [index, type] : llvm::enumerate(kernel.getArgumentTypes())) {
    bindings.push_back(b.getStringAttr(stringifyBinding(kernel.getBinding(index))));
    maps.push_back(isa<TensorMapType>(type) ? Attribute(TypeAttr::get(type)) : Attribute(b.getUnitAttr()));
  }
  bool waits = kernel.walk([](PdlWaitOp) { return WalkResult::interrupt(); }).wasInterrupted();
  // Blocks that wait for one another must all be resident.
  bool isCooperative = kernel.walk([](GridWaitOp) { return WalkResult::interrupt(); }).wasInterrupted();
  SmallVector<NamedAttribute> launch{
      b.getNamedAttr("step", b.getStringAttr(stringifyStep(kernel.getStep()))),
      b.getNamedAttr("grid_x", b.getStringAttr(stringifyGrid(kernel.getGridX()))),
      b.getNamedAttr("grid_y", b.getStringAttr(stringifyGrid(kernel.getGridY()))),
      b.getNamedAttr("threads", b.getI32IntegerAttr(kernel.getThreads())),
      b.getNamedAttr("smem_bytes", b.getI32IntegerAttr(kernel.getSmemBytes().value_or(0))),
      b.getNamedAttr("bindings", b.getArrayAttr(bindings)),
      b.getNamedAttr("maps", b.getArrayAttr(maps)),
      b.getNamedAttr("pdl", b.getBoolAttr(waits)),
      b.getNamedAttr("cooperative", b.getBoolAttr(isCooperative)),
  };
  if (std::optional<uint32_t> cluster = kernel.getCluster())
    launch.push_back(b.getNamedAttr("cluster", b.getI32IntegerAttr(*cluster)));
  if (RowsAttr rows = kernel.getRowsAttr())
    launch.push_back(b.getNamedAttr("rows", rows));
  return b.getDictionaryAttr(launch);
}

/// PTX ISA, "Identifiers".
static bool isPTXName(StringRef name) {
  auto isFirst = [](char c) { return llvm::isAlpha(c) || c == '_' || c == '$'; };
  return !name.empty() && isFirst(name.front()) &&
         llvm::all_of(name, [&](char c) { return isFirst(c) || llvm::isDigit(c); });
}

FailureOr<KernelFrame> mlir::mla_gpu::prepareKernel(KernelOp kernel) {
  KernelFrame frame;
  if (!isPTXName(kernel.getSymName()))
    return kernel.emitOpError("expected a name of letters, digits, '_' and '$' that begins with no digit, but got '")
           << kernel.getSymName() << "'";
  auto unassigned = [](Operation *op, StringRef what) {
    return op->emitOpError("expected ") << what << "; run mla-gpu-assign-resources first";
  };
  WalkResult result = kernel.walk([&](Operation *op) -> WalkResult {
    if (isa<ItemsOp>(op))
      return op->emitOpError("expected items to have been expanded; run mla-gpu-expand-items first");
    if (auto alloc = dyn_cast<SmemAllocOp>(op)) {
      frame.usesShared = true;
      if (!alloc.getOffset())
        return unassigned(op, "an offset");
    } else if (auto alloc = dyn_cast<MbarAllocOp>(op)) {
      frame.usesShared = true;
      if (!alloc.getOffset())
        return unassigned(op, "an offset");
      frame.barriers.push_back({static_cast<int32_t>(*alloc.getOffset()), static_cast<int32_t>(alloc.getCount())});
    } else if (auto alloc = dyn_cast<NbarAllocOp>(op)) {
      if (!alloc.getId())
        return unassigned(op, "an id");
    }
    if (op->getParentOp() == kernel && op->getNumRegions() != 0 && !isa<RoleOp>(op))
      return op->emitOpError("expected straight-line code outside roles");
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  if (frame.usesShared && !kernel.getSmemBytes())
    return unassigned(kernel, "smem_bytes");
  frame.launch = getLaunch(kernel);
  return frame;
}

//===----------------------------------------------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------------------------------------------===//

namespace {

/// Converts the types of the arguments; the shell stays.
struct ConvertArguments : ConvertOpToLLVMPattern<KernelOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(KernelOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    if (failed(rewriter.convertRegionTypes(&op.getBody(), *getTypeConverter())))
      return rewriter.notifyMatchFailure(op, "an argument cannot be passed to a kernel");
    rewriter.modifyOpInPlace(op, [] {});
    return success();
  }
};

/// block_id, grid_size  →  a special register, read where the op stands: a schedule writes the op where it wants the
/// value, and what is derived from it does not move out of loops to hold registers there.
template <typename Op> struct LowerGridRegister : ThreadPattern<Op> {
  LowerGridRegister(const LLVMTypeConverter &converter, StringRef name) : ThreadPattern<Op>(converter), name(name) {}
  LogicalResult lower(Op op, typename ThreadPattern<Op>::Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Type types[] = {code.i32()};
    std::string text = llvm::formatv("mov.u32 $0, %{0}.{1};", name, op.getDimension() == 0 ? "x" : "y");
    this->replace(op, code.ptx(text, {types, {}, {}}), rewriter);
    return success();
  }
  StringRef name;
};

struct LowerWarpId : ThreadPattern<WarpIdOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(WarpIdOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    int64_t first = op->getParentOfType<RoleOp>().getFirstWarp();
    replace(op, code.add(code.lshr(code.threadIndex(), 5), -first), rewriter);
    return success();
  }
};

} // namespace

namespace {
/// cluster_rank  →  a special register; 0 where there is no cluster.
struct LowerClusterRank : ThreadPattern<ClusterRankOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(ClusterRankOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    Type types[] = {code.i32()};
    replace(op, code.ptx("mov.u32 $0, %cluster_ctarank;", {types, {}, {}}), rewriter);
    return success();
  }
};
} // namespace

void mlir::mla_gpu::populateStructurePatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<ConvertArguments, LowerClusterRank, LowerWarpId>(converter);
  patterns.add<LowerGridRegister<BlockIdOp>>(converter, "ctaid");
  patterns.add<LowerGridRegister<GridSizeOp>>(converter, "nctaid");
}

//===----------------------------------------------------------------------------------------------------------===//
// After: the shell becomes a function
//===----------------------------------------------------------------------------------------------------------===//

/// Declares the function, with the attributes that make it a kernel of `target`.
static LLVM::LLVMFuncOp createFunction(KernelOp kernel, const KernelFrame &frame, RewriterBase &rewriter) {
  MLIRContext *context = kernel.getContext();
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context),
                                          llvm::to_vector(kernel.getBody().front().getArgumentTypes()));
  auto function = LLVM::LLVMFuncOp::create(rewriter, kernel.getLoc(), kernel.getSymName(), type);
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), rewriter.getUnitAttr());
  function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(), rewriter.getUnitAttr());
  function->setAttr(NVVM::NVVMDialect::getReqntidAttrName(),
                    rewriter.getDenseI32ArrayAttr({static_cast<int32_t>(kernel.getThreads())}));
  // Together with reqntid, this caps the registers at entry; setmaxnreg is ignored without a cap.
  // A grid of two blocks for every multiprocessor is meant to run at once: ptxas must leave registers for both.
  bool twoResident = kernel.getGridX() == Grid::TwicePerMultiprocessor;
  function->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(), rewriter.getI32IntegerAttr(twoResident ? 2 : 1));
  if (kernel.getClusterSize() > 1)
    function->setAttr(NVVM::NVVMDialect::getClusterDimAttrName(),
                      rewriter.getDenseI32ArrayAttr({static_cast<int32_t>(kernel.getClusterSize()), 1, 1}));
  function->setAttr(kLaunchAttrName, frame.launch);
  // A tensor map is passed by value, and TMA reads it where the driver put it.
  for (auto [index, argument] : llvm::enumerate(kernel.getArgumentTypes())) {
    if (!isa<TensorMapType>(argument))
      continue;
    constexpr int64_t kMapBytes = 128;
    auto bytes = LLVM::LLVMArrayType::get(rewriter.getI8Type(), kMapBytes);
    function.setArgAttr(index, LLVM::LLVMDialect::getByValAttrName(), TypeAttr::get(bytes));
    function.setArgAttr(index, LLVM::LLVMDialect::getAlignAttrName(), rewriter.getI64IntegerAttr(64));
    function.setArgAttr(index, NVVM::NVVMDialect::getGridConstantAttrName(), rewriter.getUnitAttr());
  }
  return function;
}

/// Threads of all blocks of the cluster meet; those that have left count as there.
static void emitClusterBarrier(Location loc, UnitAttr aligned, RewriterBase &rewriter) {
  NVVM::ClusterArriveOp::create(rewriter, loc, aligned);
  NVVM::ClusterWaitOp::create(rewriter, loc, aligned);
}

/// One thread initialises the mbarriers and prefetches the tensor maps; nobody goes on before the barriers exist, in
/// all blocks of the cluster.
static void emitPrologue(const KernelFrame &frame, ArrayRef<Value> maps, StringRef sharedSymbol, bool isCluster,
                         Location loc, RewriterBase &rewriter) {
  if (frame.barriers.empty() && maps.empty() && !isCluster)
    return;
  ThreadCode code(rewriter, loc);
  Value isFirst = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::eq, code.threadIndex(), code.constI32(0));
  emitIf(rewriter, loc, isFirst, [&] {
    for (Value map : maps)
      NVVM::PrefetchOp::create(rewriter, loc, /*cacheLevel=*/nullptr, /*evictPriority=*/nullptr, map,
                               /*predicate=*/Value(), /*tensormap=*/rewriter.getUnitAttr(), /*uniform=*/nullptr,
                               /*in_param_space=*/nullptr);
    if (frame.barriers.empty())
      return;
    Value base = LLVM::AddressOfOp::create(rewriter, loc, code.sharedPtr(), sharedSymbol);
    for (const KernelFrame::Barrier &barrier : frame.barriers)
      NVVM::MBarrierInitOp::create(rewriter, loc, code.bytes(base, barrier.offset), code.constI32(barrier.count),
                                   /*predicate=*/Value());
    // Makes them visible to the asynchronous proxy.
    NVVM::FenceMbarrierInitOp::create(rewriter, loc);
  });
  if (isCluster)
    emitClusterBarrier(loc, rewriter.getUnitAttr(), rewriter);
  else if (!frame.barriers.empty())
    NVVM::Barrier0Op::create(rewriter, loc);
}

/// Warps that set one register budget together, which takes whole warp groups, and the roles among them.
namespace {
struct RoleGroup {
  int32_t first = 0, end = 0;
  SmallVector<unsigned> roles;

  bool contains(RoleOp role) const {
    return first <= int32_t(role.getFirstWarp()) && int32_t(role.getEndWarp()) <= end;
  }
};
} // namespace

/// The roles in groups, in the order of the kernel; such of one warp group that have a budget are one.
static SmallVector<RoleGroup> groupRoles(MutableArrayRef<RoleOp> roles) {
  SmallVector<RoleGroup> groups;
  for (auto [index, role] : llvm::enumerate(roles)) {
    auto first = static_cast<int32_t>(role.getFirstWarp()), end = static_cast<int32_t>(role.getEndWarp());
    if (role.getRegisters()) {
      first -= first % 4;
      end = llvm::alignTo(end, 4);
    }
    auto *known = llvm::find_if(groups, [&, role = role](const RoleGroup &group) { return group.contains(role); });
    if (known != groups.end())
      known->roles.push_back(index);
    else
      groups.push_back({first, end, {unsigned(index)}});
  }
  return groups;
}

/// What warps do before a role: set their register budget. Returns the block that comes first, `next` without a budget.
static Block *emitBudget(RoleOp role, Block *next, int32_t threads, const TargetInfo &target, RewriterBase &rewriter) {
  int32_t entryRegisters = target.getEntryRegisters(threads);
  int32_t registers = target.hasWarpGroups ? role.getRegisters().value_or(entryRegisters) : entryRegisters;
  if (registers == entryRegisters)
    return next;
  OpBuilder::InsertionGuard guard(rewriter);
  Block *entry = rewriter.createBlock(next);
  NVVM::SetMaxRegisterOp::create(rewriter, role.getLoc(), registers,
                                 registers > entryRegisters ? NVVM::SetMaxRegisterAction::increase
                                                            : NVVM::SetMaxRegisterAction::decrease);
  LLVM::BrOp::create(rewriter, role.getLoc(), next);
  return entry;
}

/// A role that ends in a tail branches to it; of tails of one name, which are equal, the first one's code stays.
static void joinTails(Region &body, RewriterBase &rewriter) {
  llvm::StringMap<Block *> entries;
  for (Block &block : llvm::make_early_inc_range(body))
    for (auto tail : llvm::to_vector(block.getOps<TailOp>())) {
      auto [it, isNew] = entries.try_emplace(tail.getName());
      if (isNew) {
        it->second = &tail.getBody().front();
        rewriter.inlineRegionBefore(tail.getBody(), body, body.end());
      }
      Operation *end = block.getTerminator(); // the role's
      rewriter.setInsertionPoint(end);
      LLVM::BrOp::create(rewriter, tail.getLoc(), tail.getOperands(), it->second);
      rewriter.eraseOp(end);
      rewriter.eraseOp(tail);
    }
}

void mlir::mla_gpu::assembleKernel(KernelOp kernel, const KernelFrame &frame, const TargetInfo &target,
                                   RewriterBase &rewriter) {
  Location loc = kernel.getLoc();
  std::string sharedSymbol = getSharedSymbol(kernel);
  if (frame.usesShared) {
    // Dynamic shared memory: its size is a launch parameter.
    auto type = LLVM::LLVMArrayType::get(rewriter.getI8Type(), 0);
    LLVM::GlobalOp::create(rewriter, loc, type, /*isConstant=*/false, LLVM::Linkage::External, sharedSymbol,
                           Attribute(),
                           /*alignment=*/1024, kShared);
  }
  LLVM::LLVMFuncOp function = createFunction(kernel, frame, rewriter);
  Region &body = function.getBody();
  rewriter.inlineRegionBefore(kernel.getBody(), body, body.end());
  Block *entry = &body.front();
  SmallVector<RoleOp> roles = llvm::to_vector(entry->getOps<RoleOp>());

  SmallVector<Value> maps;
  for (auto [type, argument] : llvm::zip_equal(kernel.getArgumentTypes(), entry->getArguments()))
    if (isa<TensorMapType>(type))
      maps.push_back(argument);
  // Roles leave the entry block first: what is left of it is set-up code, wherever it stood.
  SmallVector<Block *> bodies;
  for (RoleOp role : roles) {
    bodies.push_back(&role.getBody().front());
    rewriter.inlineRegionBefore(role.getBody(), body, body.end());
  }
  joinTails(body, rewriter);
  bool isCluster = kernel.getClusterSize() > 1;
  // Nobody leaves while others may still write into its shared memory or arrive at its barriers. Warps of one role come
  // apart, and warps without one do not come at all.
  if (isCluster)
    for (auto end : llvm::to_vector(body.getOps<LLVM::ReturnOp>())) {
      rewriter.setInsertionPoint(end);
      emitClusterBarrier(end.getLoc(), UnitAttr(), rewriter);
    }
  rewriter.setInsertionPointToEnd(entry);
  emitPrologue(frame, maps, sharedSymbol, isCluster, loc, rewriter);

  auto threads = static_cast<int32_t>(kernel.getThreads());
  auto numWarps = static_cast<uint32_t>(threads / target.warpSize);
  ThreadCode code(rewriter, loc);
  Value warp;
  // The shuffle tells ptxas that the index is the same in all lanes of a warp.
  RoleOp firstRole = roles.front();
  bool isForAll = firstRole.getFirstWarp() == 0 && firstRole.getEndWarp() == numWarps;
  if (!isForAll || (firstRole.getTeam() == Team::Warp && numWarps > 1))
    warp = code.shuffleIndex(code.lshr(code.threadIndex(), 5), code.constI32(0));
  Block *dispatch = rewriter.getInsertionBlock();
  Block *exit = rewriter.createBlock(&body);
  LLVM::ReturnOp::create(rewriter, loc, ValueRange());
  // At the end of `from`: to `inside` if the warp is one of [first, end), else to a new block, or to `otherwise`.
  auto emitBranch = [&](Block *from, int32_t first, int32_t end, Block *inside, Block *otherwise, Location at) {
    Block *next = otherwise ? otherwise : rewriter.createBlock(from->getNextNode());
    rewriter.setInsertionPointToEnd(from);
    Value isInside = LLVM::ICmpOp::create(rewriter, at, LLVM::ICmpPredicate::ult, code.add(warp, -first),
                                          code.constI32(end - first));
    LLVM::CondBrOp::create(rewriter, at, isInside, inside, next);
    return next;
  };
  // Of a team of one warp only the first of the role's warps comes.
  auto getEnd = [](RoleOp role) {
    return static_cast<int32_t>(role.getTeam() == Team::Warp ? role.getFirstWarp() + 1 : role.getEndWarp());
  };
  SmallVector<RoleGroup> groups = groupRoles(roles);
  for (auto [index, group] : llvm::enumerate(groups)) {
    RoleOp first = roles[group.roles.front()];
    // The last block of a group's own branches; a group of one role, all of whose warps come, needs none.
    Block *inside = bodies[group.roles.front()];
    if (group.roles.size() > 1 || getEnd(first) != group.end) {
      inside = rewriter.createBlock(bodies[group.roles.front()]);
      Block *from = inside;
      for (unsigned number : group.roles) {
        RoleOp role = roles[number];
        bool isLast = number == group.roles.back();
        from = emitBranch(from, static_cast<int32_t>(role.getFirstWarp()), getEnd(role), bodies[number],
                          isLast ? exit : nullptr, role.getLoc());
      }
    }
    Block *entry = emitBudget(first, inside, threads, target, rewriter);
    if (group.first == 0 && group.end == int32_t(numWarps)) {
      rewriter.setInsertionPointToEnd(dispatch);
      LLVM::BrOp::create(rewriter, first.getLoc(), entry);
      break;
    }
    bool isLast = index + 1 == groups.size();
    dispatch = emitBranch(dispatch, group.first, group.end, entry, isLast ? exit : nullptr, first.getLoc());
  }
  if (exit->hasNoPredecessors())
    rewriter.eraseBlock(exit);
  for (RoleOp role : roles)
    rewriter.eraseOp(role);
  rewriter.eraseOp(kernel);
}
