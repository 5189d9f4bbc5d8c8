//===- MLAGPUOps.cpp - Structure: programs, kernels, roles, items --------------------------------------------===//
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::mla_gpu;

#define GET_OP_CLASSES
#include "dialect/MLAGPU/MLAGPUOps.cpp.inc"

//===----------------------------------------------------------------------------------------------------------===//
// Which team an op needs
//===----------------------------------------------------------------------------------------------------------===//

namespace {
/// What an op asks of the role around it.
enum class TeamNeed { Nothing, AnyTeam, OneWarp, WarpGroup, EachWarp };
} // namespace

static TeamNeed getTeamNeed(Type type) {
  if (isa<PendingType>(type))
    return TeamNeed::WarpGroup;
  std::optional<Layout> layout = getLayout(type);
  if (!layout)
    return TeamNeed::Nothing;
  return *layout == Layout::Lane || *layout == Layout::LaneRows ? TeamNeed::OneWarp : TeamNeed::WarpGroup;
}

static TeamNeed getTeamNeed(Operation *op) {
  if (isa<EachWarpOp>(op))
    return TeamNeed::WarpGroup;
  if (op->hasTrait<OpTrait::ConstantLike>())
    return TeamNeed::Nothing;
  if (isa<WgmmaCommitOp, WgmmaWaitOp>(op))
    return TeamNeed::WarpGroup;
  if (isa<GridTakeOp, PaceMarkOp, PaceAheadOp, PaceHoldOp>(op))
    return TeamNeed::OneWarp;
  if (isa<WarpIdOp>(op))
    return TeamNeed::EachWarp;
  // Lanes that are computed of lanes are the same in all warps of a team.
  bool isSameInAllWarps = op->getNumRegions() == 0 && isMemoryEffectFree(op);
  for (TypeRange types : {TypeRange(op->getOperandTypes()), TypeRange(op->getResultTypes())})
    for (Type type : types)
      if (TeamNeed need = getTeamNeed(type);
          need != TeamNeed::Nothing && !(need == TeamNeed::OneWarp && isSameInAllWarps))
        return need;
  for (Region &region : op->getRegions())
    for (Type type : region.getArgumentTypes())
      if (TeamNeed need = getTeamNeed(type); need != TeamNeed::Nothing)
        return need;
  if (isa<ItemsOp, MbarArmOp, MbarArriveOp, MbarWaitOp, NbarArriveOp, NbarSyncOp, FenceAsyncOp, TmaLoadOp, TmaStoreOp,
          TmaStoreWaitOp, GridArriveOp, GridWaitOp, GridLeaveOp, GlobalStoreOp, GlobalPrefetchOp, SmemLoadOp,
          SmemStoreOp, SmemZeroRowsOp>(op))
    return TeamNeed::AnyTeam;
  return TeamNeed::Nothing;
}

//===----------------------------------------------------------------------------------------------------------===//
// KernelOp
//===----------------------------------------------------------------------------------------------------------===//

/// A keyword that is a case of an enum.
template <typename Enum, typename EnumAttr>
static ParseResult parseEnum(OpAsmParser &parser, StringRef what, std::optional<Enum> (*symbolize)(StringRef),
                             EnumAttr &result) {
  SMLoc location = parser.getCurrentLocation();
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  std::optional<Enum> value = symbolize(keyword);
  if (!value)
    return parser.emitError(location, "expected a ") << what << ", but got '" << keyword << "'";
  result = EnumAttr::get(parser.getContext(), *value);
  return success();
}

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr name;
  SmallVector<OpAsmParser::Argument> arguments;
  if (parser.parseSymbolName(name, getSymNameAttrName(result.name), result.attributes) ||
      parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren, /*allowType=*/true, /*allowAttrs=*/true))
    return failure();
  SmallVector<Type> types;
  for (OpAsmParser::Argument &argument : arguments)
    types.push_back(argument.type);
  result.addAttribute(getFunctionTypeAttrName(result.name), TypeAttr::get(builder.getFunctionType(types, {})));

  StepAttr step;
  GridAttr gridX, gridY;
  int32_t threads, cluster, smemBytes;
  if (parser.parseKeyword("step") || parser.parseLParen() ||
      parseEnum<Step>(parser, "step of a call", symbolizeStep, step) || parser.parseRParen() ||
      parser.parseKeyword("grid") || parser.parseLParen() ||
      parseEnum<Grid>(parser, "grid extent", symbolizeGrid, gridX) || parser.parseComma() ||
      parseEnum<Grid>(parser, "grid extent", symbolizeGrid, gridY) || parser.parseRParen() ||
      parser.parseKeyword("threads") || parser.parseLParen() || parser.parseInteger(threads) || parser.parseRParen())
    return failure();
  result.addAttribute(getStepAttrName(result.name), step);
  result.addAttribute(getGridXAttrName(result.name), gridX);
  result.addAttribute(getGridYAttrName(result.name), gridY);
  result.addAttribute(getThreadsAttrName(result.name), builder.getI32IntegerAttr(threads));
  if (succeeded(parser.parseOptionalKeyword("cluster"))) {
    if (parser.parseLParen() || parser.parseInteger(cluster) || parser.parseRParen())
      return failure();
    result.addAttribute(getClusterAttrName(result.name), builder.getI32IntegerAttr(cluster));
  }
  if (succeeded(parser.parseOptionalKeyword("rows"))) {
    SMLoc location = parser.getCurrentLocation();
    int64_t first, end;
    if (parser.parseLParen() || parseRows(parser, first, end) || parser.parseRParen())
      return failure();
    auto rows = RowsAttr::getChecked([&] { return parser.emitError(location); }, parser.getContext(), first, end);
    if (!rows)
      return failure();
    result.addAttribute(getRowsAttrName(result.name), rows);
  }
  if (succeeded(parser.parseOptionalKeyword("smem"))) {
    if (parser.parseLParen() || parser.parseInteger(smemBytes) || parser.parseRParen())
      return failure();
    result.addAttribute(getSmemBytesAttrName(result.name), builder.getI32IntegerAttr(smemBytes));
  }

  if (parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  call_interface_impl::addArgAndResultAttrs(builder, result, arguments, /*resultAttrs=*/{},
                                            getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
  Region *body = result.addRegion();
  if (parser.parseRegion(*body, arguments))
    return failure();
  if (body->empty())
    body->emplaceBlock();
  return success();
}

void KernelOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printSymbolName(getSymName());
  printer << '(';
  ArrayAttr attributes = getArgAttrsAttr();
  for (auto [index, argument] : llvm::enumerate(getBody().getArguments())) {
    if (index)
      printer << ", ";
    printer.printRegionArgument(argument, attributes ? cast<DictionaryAttr>(attributes[index]).getValue()
                                                     : ArrayRef<NamedAttribute>());
  }
  printer << ") step(" << stringifyStep(getStep()) << ") grid(" << stringifyGrid(getGridX()) << ", "
          << stringifyGrid(getGridY()) << ") threads(" << getThreads() << ')';
  if (std::optional<uint32_t> cluster = getCluster())
    printer << " cluster(" << *cluster << ')';
  if (RowsAttr rows = getRowsAttr()) {
    printer << " rows(";
    printRows(printer, rows.getFirst(), rows.getEnd());
    printer << ')';
  }
  if (std::optional<uint32_t> bytes = getSmemBytes())
    printer << " smem(" << *bytes << ')';
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {getSymNameAttrName(), getFunctionTypeAttrName(), getArgAttrsAttrName(),
                            getResAttrsAttrName(), getStepAttrName(), getGridXAttrName(), getGridYAttrName(),
                            getThreadsAttrName(), getClusterAttrName(), getRowsAttrName(), getSmemBytesAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

/// What a binding asks of the cache's format, in words, or nothing if `info` has it.
static std::optional<StringRef> getFormatMismatch(Binding binding, const mla::CacheFormatInfo &info) {
  switch (binding) {
  case Binding::CacheMap:
    if (info.latent == info.rope && info.scales == mla::ScaleKind::None)
      return std::nullopt;
    return "a cache of bf16 or f16";
  case Binding::CacheScale:
    if (info.scales == mla::ScaleKind::Tensor)
      return std::nullopt;
    return "a cache with one scale";
  case Binding::CacheScales:
  case Binding::CacheScalePageStride:
  case Binding::CacheScaleTokenStride:
    if (info.scales == mla::ScaleKind::Token || info.scales == mla::ScaleKind::Group)
      return std::nullopt;
    return "a cache with scales of tokens or groups";
  default:
    return std::nullopt;
  }
}

static Type getElementType(MLIRContext *context, mla::CacheElement element) {
  switch (element) {
  case mla::CacheElement::BF16:
    return BFloat16Type::get(context);
  case mla::CacheElement::F16:
    return Float16Type::get(context);
  case mla::CacheElement::E4M3:
    return Float8E4M3FNType::get(context);
  }
  llvm_unreachable("all elements are handled");
}

/// Of the cache that the op reads or writes. Keys of absorbed prefill that are a tensor have the format of their type.
static std::optional<mla::CacheFormat> getCacheFormat(ProgramOp program) {
  if (DecodeAttr decode = program.getDecode())
    return decode.getCacheFormat();
  if (AppendAttr append = program.getAppend())
    return append.getFormat();
  if (PrefillAttr prefill = program.getPrefill(); prefill && prefill.isAbsorbed())
    return prefill.getCacheFormat();
  return std::nullopt;
}

LogicalResult ProgramOp::verifyRegions() {
  if (getImplementsAttr() && !getDecode())
    for (KernelOp kernel : getBody().getOps<KernelOp>())
      if (kernel.getRowsAttr()) // C3
        return kernel.emitOpError("expected a program that implements #mla_gpu.decode around rows, but got ")
               << getImplementsAttr();
  std::optional<mla::CacheFormat> format = getCacheFormat(*this);
  if (!format)
    return success();
  const mla::CacheFormatInfo &info = mla::getCacheFormatInfo(*format);
  for (KernelOp kernel : getBody().getOps<KernelOp>())
    for (auto [index, type] : llvm::enumerate(kernel.getArgumentTypes())) {
      Binding binding = kernel.getBinding(index);
      if (std::optional<StringRef> expected = getFormatMismatch(binding, info)) // C1
        return kernel.emitOpError("expected ") << *expected << " for argument " << index << ", bound to "
                                               << stringifyBinding(binding) << ", but got format " << info.name;
      if (binding != Binding::CacheLatentMap && binding != Binding::CacheRopeMap)
        continue;
      Type element = getElementType(getContext(), binding == Binding::CacheLatentMap ? info.latent : info.rope);
      if (Type actual = cast<TensorMapType>(type).getElementType(); actual != element) // C2
        return kernel.emitOpError("expected argument ")
               << index << ", bound to " << stringifyBinding(binding) << ", to have elements of " << element
               << " with format " << info.name << ", but got " << actual;
    }
  return success();
}

Binding KernelOp::getBinding(unsigned index) { return getArgAttrOfType<BindingAttr>(index, kBindAttrName).getValue(); }

void KernelOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setName) {
  for (BlockArgument argument : region.getArguments())
    if (auto binding = getArgAttrOfType<BindingAttr>(argument.getArgNumber(), kBindAttrName))
      setName(argument, stringifyBinding(binding.getValue()));
}

namespace {
/// What type the argument of a binding has, also in words.
struct BindingType {
  StringRef words;
  bool (*holds)(Type type);
};
} // namespace

static bool isTensorMap(Type type) { return isa<TensorMapType>(type); }

/// What a pointer points to, or nothing.
static Type getPointee(Type type) {
  auto ptr = dyn_cast<PtrType>(type);
  return ptr ? ptr.getElementType() : Type();
}

static BindingType getBindingType(Binding binding) {
  // Without a default, so that the compiler asks for the type of a new binding.
  switch (binding) {
  case Binding::QMap:
  case Binding::QRopeMap:
  case Binding::CacheMap:
  case Binding::CacheLatentMap:
  case Binding::CacheRopeMap:
  case Binding::OutMap:
  case Binding::PartialMap:
  case Binding::KMap:
  case Binding::KRopeMap:
  case Binding::VMap:
    return {"a tensor map", isTensorMap};
  case Binding::Cache:
    return {"'!mla_gpu.ptr<i8>'", [](Type type) { return isPtrTo(type, 8); }};
  case Binding::BlockTable:
  case Binding::SeqLens:
  case Binding::Parts:
  case Binding::Counters:
  case Binding::Marks:
  case Binding::CuSeqlensQ:
  case Binding::CuSeqlensKv:
  case Binding::Work:
    return {"'!mla_gpu.ptr<i32>'", [](Type type) { return isPtrTo(type, 32); }};
  case Binding::Out:
  case Binding::OutA:
  case Binding::OutB:
    return {"'!mla_gpu.ptr<bf16>', '!mla_gpu.ptr<f16>' or '!mla_gpu.ptr<f32>'", [](Type type) {
              Type pointee = getPointee(type);
              return pointee && (pointee.isBF16() || pointee.isF16() || pointee.isF32());
            }};
  case Binding::Latent:
  case Binding::KRope:
  case Binding::NormWeight:
  case Binding::RopeX:
    return {"'!mla_gpu.ptr<bf16>' or '!mla_gpu.ptr<f16>'", [](Type type) {
              Type pointee = getPointee(type);
              return pointee && (pointee.isBF16() || pointee.isF16());
            }};
  case Binding::PartialOut:
    return {"'!mla_gpu.ptr<f16>'", [](Type type) { return getPointee(type) && getPointee(type).isF16(); }};
  case Binding::Lse:
  case Binding::LseA:
  case Binding::LseB:
  case Binding::PartialLse:
  case Binding::CacheScale:
  case Binding::CacheScales:
  case Binding::QScale:
    return {"'!mla_gpu.ptr<f32>'", [](Type type) { return getPointee(type) && getPointee(type).isF32(); }};
  case Binding::Batch:
  case Binding::Rows:
  case Binding::Heads:
  case Binding::Queries:
  case Binding::BlockTableStride:
  case Binding::NumPages:
  case Binding::NumParts:
  case Binding::CachePageStride:
  case Binding::CacheScalePageStride:
  case Binding::CacheScaleTokenStride:
  case Binding::Tokens:
  case Binding::LatentStride:
  case Binding::KRopeStride:
  case Binding::TotalQ:
  case Binding::TotalKv:
  case Binding::MostPieces:
    return {"'i32'", [](Type type) { return type.isSignlessInteger(32); }};
  case Binding::ScaleLog2:
    return {"'f32'", [](Type type) { return type.isF32(); }};
  case Binding::Scratch:
    return {"a pointer", [](Type type) { return isa<PtrType>(type); }};
  case Binding::Positions:
  case Binding::Slots:
    return {"'!mla_gpu.ptr<i32>' or '!mla_gpu.ptr<i64>'",
            [](Type type) { return isPtrTo(type, 32) || isPtrTo(type, 64); }};
  case Binding::ScratchElements:
    return {"'i64'", [](Type type) { return type.isSignlessInteger(64); }};
  }
  llvm_unreachable("all bindings are handled");
}

bool mlir::mla_gpu::isTensorMapBinding(Binding binding) { return getBindingType(binding).holds == isTensorMap; }

bool mlir::mla_gpu::isRoundedToClusters(Grid grid) {
  return grid == Grid::Multiprocessors || grid == Grid::TwicePerMultiprocessor;
}

bool mlir::mla_gpu::isMulticast(Operation *op) {
  if (auto copy = dyn_cast<TmaLoadOp>(op))
    return copy.getMulticast();
  if (auto arrive = dyn_cast<MbarArriveOp>(op))
    return arrive.getMulticast();
  auto store = dyn_cast<SmemStoreOp>(op);
  return store && store.getMulticast();
}

LogicalResult KernelOp::verify() {
  int64_t threads = getThreadsAttr().getInt();
  if (threads < 32 || threads > 1024 || threads % 32) // C1
    return emitOpError("expected threads to be a multiple of 32 from 32 to 1024, but got ") << threads;
  if (getSmemBytesAttr() && getSmemBytesAttr().getInt() < 0) // C10
    return emitOpError("expected smem of at least 0 bytes, but got ") << getSmemBytesAttr().getInt();
  if (IntegerAttr cluster = getClusterAttr()) {
    if (cluster.getInt() < 1 || cluster.getInt() > kMostClusterBlocks) // C11
      return emitOpError("expected cluster from 1 to ") << kMostClusterBlocks << ", but got " << cluster.getInt();
    if (cluster.getInt() > 1 && !isRoundedToClusters(getGridX())) // C12
      return emitOpError("expected a grid of multiprocessors or twice_per_multiprocessor with cluster(")
             << cluster.getInt() << "), but got " << stringifyGrid(getGridX());
  }
  if (getRowsAttr() && getStep() != Step::Attend) // C14
    return emitOpError("expected step attend with rows, but got ") << stringifyStep(getStep());
  if (!getFunctionType().getResults().empty()) // C6
    return emitOpError("expected no results, but got ") << getFunctionType().getNumResults();
  if (getBody().empty())
    return emitOpError("expected a body");

  llvm::SmallDenseMap<Binding, unsigned> bound;
  for (auto [index, type] : llvm::enumerate(getFunctionType().getInputs())) { // C3
    auto binding = getArgAttrOfType<BindingAttr>(index, kBindAttrName);
    if (!binding)
      return emitOpError("expected argument ") << index << " to have 'mla_gpu.bind'";
    auto [it, isNew] = bound.try_emplace(binding.getValue(), index);
    if (!isNew)
      return emitOpError("expected each binding at most once, but got ")
             << stringifyBinding(binding.getValue()) << " on arguments " << it->second << " and " << index;
    if (BindingType expected = getBindingType(binding.getValue()); !expected.holds(type)) // C5
      return emitOpError("expected argument ") << index << ", bound to " << stringifyBinding(binding.getValue())
                                               << ", to be " << expected.words << ", but got " << type;
  }
  return success();
}

/// C4 of tail: holds the tail of `role`, if it has one, to the first of its name.
static LogicalResult checkTail(RoleOp role, llvm::StringMap<TailOp> &tails) {
  Block &body = role.getBody().front();
  auto tail = body.empty() ? TailOp() : dyn_cast<TailOp>(body.back());
  if (!tail)
    return success();
  auto [it, isNew] = tails.try_emplace(tail.getName(), tail);
  if (isNew)
    return success();
  TailOp first = it->second;
  auto firstRole = cast<RoleOp>(first->getParentOp());
  auto fail = [&](const Twine &what) -> LogicalResult {
    InFlightDiagnostic diagnostic = tail.emitOpError("expected ")
                                    << what << " as the first tail \"" << tail.getName() << '"';
    diagnostic.attachNote(first.getLoc()) << "the first one is here";
    return diagnostic;
  };
  if (role.getTeam() != firstRole.getTeam() || role.getRegisters() != firstRole.getRegisters())
    return fail("a role of the same team and register budget");
  if (!OperationEquivalence::isRegionEquivalentTo(&tail.getBody(), &first.getBody(),
                                                  OperationEquivalence::IgnoreLocations))
    return fail("the same body");
  return success();
}

LogicalResult KernelOp::verifyRegions() {
  llvm::StringMap<TailOp> tails;
  SmallVector<RoleOp> warps(getThreads() / 32);
  RoleOp firstRole;
  llvm::StringMap<Operation *> buffers, barriers, roles;
  auto checkName = [](Operation *op, StringRef name, StringRef kind,
                      llvm::StringMap<Operation *> &seen) -> LogicalResult { // C9
    if (name.empty())
      return op->emitOpError("expected a name that is not empty");
    auto [it, isNew] = seen.try_emplace(name, op);
    if (isNew)
      return success();
    InFlightDiagnostic diagnostic = op->emitOpError("expected ")
                                    << kind << " names to differ, but got \"" << name << "\" again";
    diagnostic.attachNote(it->second->getLoc()) << "first \"" << name << "\" is here";
    return diagnostic;
  };

  for (Operation &op : getBody().front()) {
    if (auto role = dyn_cast<RoleOp>(op)) {
      if (failed(checkName(role, role.getName(), "role", roles)))
        return failure();
      if (!firstRole)
        firstRole = role;
      for (int64_t warp = role.getFirstWarp(), end = role.getEndWarp(); warp < end; ++warp) { // C2
        if (warp >= int64_t(warps.size()))
          return role.emitOpError("expected warps below ")
                 << warps.size() << " in a kernel of " << getThreads() << " threads, but got " << warp;
        if (warps[warp]) {
          InFlightDiagnostic diagnostic = role.emitOpError("expected roles on disjoint warps, but got warp ")
                                          << warp << " again";
          diagnostic.attachNote(warps[warp].getLoc()) << "role \"" << warps[warp].getName() << "\" has it";
          return diagnostic;
        }
        warps[warp] = role;
      }
      if (failed(checkTail(role, tails)))
        return failure();
      int64_t groupEnd = llvm::alignTo(role.getEndWarp(), 4), numWarps = warps.size();
      if (role.getRegisters() && groupEnd > numWarps) // C2 of role
        return role.emitOpError("expected a register budget on warp groups of four warps, but got ")
               << numWarps % 4 << " in the last one";
      groupEnd = std::min(groupEnd, numWarps);
      for (int64_t warp = role.getFirstWarp() / 4 * 4; warp < groupEnd; ++warp) // C2 of role
        if (RoleOp other = warps[warp]; other && other.getRegisters() != role.getRegisters()) {
          auto print = [](std::optional<uint32_t> registers) { return registers ? llvm::utostr(*registers) : "none"; };
          InFlightDiagnostic diagnostic = role.emitOpError("expected one register budget in a warp group, but got ")
                                          << print(role.getRegisters()) << " beside " << print(other.getRegisters());
          diagnostic.attachNote(other.getLoc()) << "role \"" << other.getName() << "\" is here";
          return diagnostic;
        }
      continue;
    }
    if (firstRole) { // C7
      InFlightDiagnostic diagnostic = op.emitError("expected nothing but roles after the first role, but got '")
                                      << op.getName() << "'";
      diagnostic.attachNote(firstRole.getLoc()) << "first role is here";
      return diagnostic;
    }
    if (auto alloc = dyn_cast<SmemAllocOp>(op); alloc && failed(checkName(alloc, alloc.getName(), "buffer", buffers)))
      return failure();
    if (auto alloc = dyn_cast<MbarAllocOp>(op); alloc && failed(checkName(alloc, alloc.getName(), "barrier", barriers)))
      return failure();
    if (auto alloc = dyn_cast<NbarAllocOp>(op); alloc && failed(checkName(alloc, alloc.getName(), "barrier", barriers)))
      return failure();
    WalkResult result = op.walk([&](Operation *nested) { // C8
      constexpr unsigned kBits = 32;
      auto load = dyn_cast<GlobalLoadLanesOp>(nested);
      bool isWord = load && load.getSource().getType().getElementType().getIntOrFloatBitWidth() == kBits;
      if (getTeamNeed(nested) == TeamNeed::Nothing || isWord)
        return WalkResult::advance();
      nested->emitError("expected '") << nested->getName() << "' inside a role, but got it in the set-up of a kernel";
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return failure();
  }
  if (!firstRole) // C4
    return emitOpError("expected at least one role");
  if (getCluster())
    return success();
  WalkResult result = walk([](Operation *op) { // C13
    if (!isMulticast(op))
      return WalkResult::advance();
    op->emitOpError("expected a kernel with cluster around 'multicast'");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------------------------------------------===//
// RoleOp
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult RoleOp::verify() {
  int64_t first = getFirstWarpAttr().getInt(), end = getEndWarpAttr().getInt();
  if (first < 0 || end <= first || end > 32) // C1
    return emitOpError("expected warps first < end from 0 to 32, but got ") << first << " to " << end;
  if (getTeam() == Team::WarpGroup && (first % 4 || end - first != 4))
    return emitOpError("expected a warp_group team of 4 warps from a multiple of 4, but got ")
           << first << " to " << end;
  if (IntegerAttr attr = getRegistersAttr()) { // C2
    int64_t registers = attr.getInt();
    if (registers < 24 || registers > 240 || registers % 8)
      return emitOpError("expected registers to be a multiple of 8 from 24 to 240, but got ") << registers;
    if ((first % 4 || end % 4) && first / 4 != (end - 1) / 4)
      return emitOpError("expected a register budget on whole warp groups or within one, but got warps ")
             << first << " to " << end;
  }
  if (getBody().front().getNumArguments())
    return emitOpError("expected a body without arguments, but got ") << getBody().front().getNumArguments();
  return success();
}

LogicalResult RoleOp::verifyRegions() {
  WalkResult result = getBody().walk([&](Operation *op) -> WalkResult { // C3
    Team team = getExecutingTeam(op);
    StringRef expected;
    switch (getTeamNeed(op)) {
    case TeamNeed::Nothing:
    case TeamNeed::AnyTeam:
      return WalkResult::advance();
    case TeamNeed::WarpGroup:
      if (team == Team::WarpGroup)
        return WalkResult::advance();
      expected = "warp_group";
      break;
    case TeamNeed::OneWarp:
      if (team != Team::WarpGroup)
        return WalkResult::advance();
      expected = "warp or each_warp";
      break;
    case TeamNeed::EachWarp:
      if (team == Team::EachWarp)
        return WalkResult::advance();
      expected = "each_warp";
      break;
    }
    InFlightDiagnostic diagnostic = op->emitError("expected '") << op->getName() << "' in a role of team " << expected
                                                                << ", but got team " << stringifyTeam(team);
    diagnostic.attachNote(getLoc()) << "role \"" << getName() << "\" is here";
    return WalkResult(diagnostic);
  });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------------------------------------------===//
// EachWarpOp
//===----------------------------------------------------------------------------------------------------------===//

Team mlir::mla_gpu::getExecutingTeam(Operation *op) {
  return op->getParentOfType<EachWarpOp>() ? Team::Warp : op->getParentOfType<RoleOp>().getTeam();
}

ParseResult EachWarpOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::Argument warp;
  if (parser.parseLParen() || parser.parseArgument(warp) || parser.parseRParen() ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  warp.type = parser.getBuilder().getI32Type();
  Region *body = result.addRegion();
  if (parser.parseRegion(*body, warp))
    return failure();
  if (body->empty())
    body->emplaceBlock().addArgument(warp.type, result.location);
  return success();
}

void EachWarpOp::print(OpAsmPrinter &printer) {
  printer << " (" << getBody().getArgument(0) << ')';
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs());
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

void EachWarpOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setName) {
  setName(region.getArgument(0), "warp");
}

LogicalResult EachWarpOp::verify() {
  if (getBody().getNumArguments() != 1 || !getBody().getArgument(0).getType().isSignlessInteger(32)) // C1
    return emitOpError("expected a body with one argument of type i32, but got ") << getBody().getArgumentTypes();
  if ((*this)->getParentOfType<EachWarpOp>()) // C2; the role's C3 asks for the warp group
    return emitOpError("expected to stand in no other 'mla_gpu.each_warp'");
  return success();
}

LogicalResult EachWarpOp::verifyRegions() {
  WalkResult result = getBody().walk([&](Operation *op) -> WalkResult { // C3
    if (!isa<MbarArmOp, MbarArriveOp, MbarWaitOp, NbarArriveOp, NbarSyncOp, FenceAsyncOp, TmaLoadOp, TmaStoreOp,
             TmaStoreWaitOp, GridArriveOp, GridWaitOp, GridTakeOp, GridLeaveOp, SmemStoreOp, WgmmaCommitOp, WgmmaWaitOp,
             PdlWaitOp, PdlTriggerOp, PaceMarkOp, PaceAheadOp, PaceHoldOp, ItemsOp>(op))
      return WalkResult::advance();
    return op->emitError("expected no '") << op->getName() << "' in 'mla_gpu.each_warp'";
  });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------------------------------------------===//
// PaceHoldOp
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult PaceHoldOp::verify() { // C1
  if (getMostAttr().getInt() < 0)
    return emitOpError("expected most to be at least 0 ns, but got ") << getMostAttr().getInt();
  return success();
}

//===----------------------------------------------------------------------------------------------------------===//
// TailOp
//===----------------------------------------------------------------------------------------------------------===//

ParseResult TailOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr name;
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SmallVector<Type> types;
  SMLoc location = parser.getCurrentLocation();
  auto parseOne = [&]() -> ParseResult {
    OpAsmParser::Argument &argument = arguments.emplace_back();
    if (parser.parseArgument(argument) || parser.parseEqual() || parser.parseOperand(operands.emplace_back()) ||
        parser.parseColonType(argument.type))
      return failure();
    types.push_back(argument.type);
    return success();
  };
  if (parser.parseAttribute(name, getNameAttrName(result.name), result.attributes) ||
      parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseOne) ||
      parser.resolveOperands(operands, types, location, result.operands) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  Region *body = result.addRegion();
  if (parser.parseRegion(*body, arguments))
    return failure();
  if (body->empty()) {
    Block &block = body->emplaceBlock();
    for (Type type : types)
      block.addArgument(type, result.location);
  }
  return success();
}

void TailOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getNameAttr() << " (";
  llvm::interleaveComma(llvm::zip(getBody().getArguments(), getOperands()), printer, [&](auto pair) {
    auto [argument, operand] = pair;
    printer << argument << " = " << operand << " : " << operand.getType();
  });
  printer << ')';
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), getNameAttrName().getValue());
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

LogicalResult TailOp::verify() {
  auto role = dyn_cast<RoleOp>((*this)->getParentOp());
  if (!role || (*this)->getNextNode()) // C1
    return emitOpError("expected to be the last op of a role");
  if (getBody().getArgumentTypes() != getOperandTypes()) // C2
    return emitOpError("expected a body with arguments of types ")
           << getOperandTypes() << ", but got " << getBody().getArgumentTypes();
  return success();
}

LogicalResult TailOp::verifyRegions() {
  Region &role = *(*this)->getParentRegion();
  WalkResult result = getBody().walk([&](Operation *op) -> WalkResult { // C3
    if (isa<WarpIdOp>(op))
      return op->emitError("expected no 'mla_gpu.warp_id' in 'mla_gpu.tail'");
    for (Value operand : op->getOperands())
      if (Region *region = operand.getParentRegion(); region == &role)
        return op->emitError("expected values of the tail or of the kernel, but got one of its role");
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------------------------------------------===//
// ItemsOp
//===----------------------------------------------------------------------------------------------------------===//

/// The type of `records`.
static Type getRecordsType(MLIRContext *context) {
  constexpr int64_t kLanes = 32;
  return RankedTensorType::get({kLanes}, IntegerType::get(context, 32), LayoutAttr::get(context, Layout::Lane));
}

ParseResult ItemsOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  OpAsmParser::UnresolvedOperand parts, part, lens;
  SmallVector<OpAsmParser::UnresolvedOperand, 1> mostPieces, records;
  int32_t stepTokens, splitSteps;
  SmallVector<OpAsmParser::Argument> arguments, iterArguments;
  SmallVector<OpAsmParser::UnresolvedOperand> inits;
  SmallVector<Type> types;
  if (parser.parseOperand(parts) || parser.parseLSquare() || parser.parseOperand(part) || parser.parseRSquare())
    return failure();
  if (succeeded(parser.parseOptionalKeyword("records")) &&
      (parser.parseLParen() || parser.parseOperand(records.emplace_back()) || parser.parseRParen()))
    return failure();
  if (parser.parseKeyword("lens") || parser.parseLParen() || parser.parseOperand(lens) || parser.parseRParen() ||
      parser.parseKeyword("step_tokens") || parser.parseLParen() || parser.parseInteger(stepTokens) ||
      parser.parseRParen())
    return failure();
  result.addAttribute(getStepTokensAttrName(result.name), builder.getI32IntegerAttr(stepTokens));
  if (succeeded(parser.parseOptionalKeyword("split_steps"))) {
    if (parser.parseLParen() || parser.parseInteger(splitSteps) || parser.parseRParen() ||
        parser.parseKeyword("most_pieces") || parser.parseLParen() || parser.parseOperand(mostPieces.emplace_back()) ||
        parser.parseRParen())
      return failure();
    result.addAttribute(getSplitStepsAttrName(result.name), builder.getI32IntegerAttr(splitSteps));
  }

  SMLoc argumentsLocation = parser.getCurrentLocation();
  if (parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren))
    return failure();
  if (arguments.size() != kNumItemArguments)
    return parser.emitError(argumentsLocation, "expected ")
           << kNumItemArguments << " names for request, length, first, last and slot, but got " << arguments.size();
  for (OpAsmParser::Argument &argument : arguments)
    argument.type = builder.getI32Type();

  SMLoc initsLocation = parser.getCurrentLocation();
  if (succeeded(parser.parseOptionalKeyword("iter_args")) &&
      (parser.parseAssignmentList(iterArguments, inits) || parser.parseColonTypeList(types)))
    return failure();

  Type ptr = PtrType::get(parser.getContext(), builder.getI32Type());
  if (parser.resolveOperand(parts, ptr, result.operands) ||
      parser.resolveOperand(part, builder.getI32Type(), result.operands) ||
      parser.resolveOperand(lens, ptr, result.operands) ||
      parser.resolveOperands(mostPieces, builder.getI32Type(), result.operands) ||
      parser.resolveOperands(records, getRecordsType(parser.getContext()), result.operands) ||
      parser.resolveOperands(inits, types, initsLocation, result.operands))
    return failure();
  int32_t numMostPieces = mostPieces.size(), numRecords = records.size(), numInits = inits.size();
  result.getOrAddProperties<Properties>().operandSegmentSizes = {1, 1, 1, numMostPieces, numRecords, numInits};
  result.addTypes(types);
  for (auto [argument, type] : llvm::zip_equal(iterArguments, types)) {
    argument.type = type;
    arguments.push_back(argument);
  }

  Region *body = result.addRegion();
  if (parser.parseOptionalAttrDictWithKeyword(result.attributes) || parser.parseRegion(*body, arguments))
    return failure();
  ensureTerminator(*body, builder, result.location);
  return success();
}

void ItemsOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getParts() << '[' << getPart() << "] ";
  if (getRecords())
    printer << "records(" << getRecords() << ") ";
  printer << "lens(" << getLens() << ") step_tokens(" << getStepTokens() << ") ";
  if (getSplitStepsAttr())
    printer << "split_steps(" << *getSplitSteps() << ") most_pieces(" << getMostPieces() << ") ";
  printer << '(';
  Block::BlockArgListType arguments = getBody().getArguments();
  llvm::interleaveComma(arguments.take_front(kNumItemArguments), printer,
                        [&](BlockArgument argument) { printer << argument; });
  printer << ')';
  if (!getInits().empty()) {
    printer << " iter_args(";
    llvm::interleaveComma(llvm::zip(getIterArgs(), getInits()), printer,
                          [&](auto pair) { printer << std::get<0>(pair) << " = " << std::get<1>(pair); });
    printer << ") : " << getInits().getTypes();
  }
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {getStepTokensAttrName(), getSplitStepsAttrName(), getOperandSegmentSizesAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false, /*printBlockTerminators=*/!getInits().empty());
}

void ItemsOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setName) {
  static constexpr StringLiteral names[kNumItemArguments] = {"request", "length", "first", "last", "slot"};
  for (auto [argument, name] : llvm::zip(region.getArguments(), names))
    setName(argument, name);
}

LogicalResult ItemsOp::verifyRegions() {
  if (static_cast<bool>(getSplitStepsAttr()) != static_cast<bool>(getMostPieces())) // C5
    return emitOpError("expected split_steps and most_pieces together");
  if (Value records = getRecords(); records && records.getType() != getRecordsType(getContext())) // C6
    return emitOpError("expected records of type ")
           << getRecordsType(getContext()) << ", but got " << records.getType();
  TypeRange initTypes = getInits().getTypes();
  SmallVector<Type> argumentTypes(kNumItemArguments, IntegerType::get(getContext(), 32)); // C3
  llvm::append_range(argumentTypes, initTypes);
  if (TypeRange(getBody().getArgumentTypes()) != TypeRange(argumentTypes))
    return emitOpError("expected body arguments of types ")
           << argumentTypes << ", but got " << getBody().getArgumentTypes();
  // C4
  auto check = [&](Operation *op, TypeRange types, StringRef what) -> LogicalResult {
    if (types.size() != initTypes.size())
      return op->emitOpError("expected ")
             << initTypes.size() << " " << what << ", as initial values, but got " << types.size();
    if (types != initTypes)
      return op->emitOpError("expected ") << what << " of types " << initTypes << ", but got " << types;
    return success();
  };
  Operation *yield = getBody().front().getTerminator();
  if (failed(check(*this, getResultTypes(), "results")))
    return failure();
  return check(yield, yield->getOperandTypes(), "operands");
}
