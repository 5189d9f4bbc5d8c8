//===- MLAGPUDialect.cpp - Registration and discardable attributes ------------------------------------------===//
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FoldInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mla_gpu;

#include "dialect/MLAGPU/MLAGPUDialect.cpp.inc"

namespace {
/// Layouts stand in most types; `#acc` at the top of a file keeps the lines short.
struct AliasInterface : OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;

  AliasResult getAlias(Attribute attr, raw_ostream &os) const override {
    auto layout = dyn_cast<LayoutAttr>(attr);
    if (!layout)
      return AliasResult::NoAlias;
    os << stringifyLayout(layout.getValue());
    return AliasResult::FinalAlias;
  }
};

/// Constants stay in their role or tail: one hoisted to the kernel would be live, and printed, far from its use.
struct FoldInterface : DialectFoldInterface {
  using DialectFoldInterface::DialectFoldInterface;

  bool shouldMaterializeInto(Region *region) const override { return isa<RoleOp, TailOp>(region->getParentOp()); }
};
} // namespace

void MLAGPUDialect::initialize() {
  addInterfaces<AliasInterface, FoldInterface>();
  registerAttributes();
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "dialect/MLAGPU/MLAGPUOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------------------------------------------===//
// Discardable attributes
//===----------------------------------------------------------------------------------------------------------===//

/// A string that `symbolize` knows.
template <typename Enum> static bool isNameOf(Attribute attr, std::optional<Enum> (*symbolize)(StringRef)) {
  auto string = dyn_cast_or_null<StringAttr>(attr);
  return string && symbolize(string.getValue());
}

/// The launch contract of a lowered kernel; the runtime's package is written from it, so nothing in it may be amiss.
static LogicalResult verifyLaunch(Operation *op, Attribute attr) {
  auto launch = dyn_cast<DictionaryAttr>(attr);
  if (!launch)
    return op->emitOpError("expected 'mla_gpu.launch' to be a dictionary, but got ") << attr;

  static constexpr StringLiteral names[] = {"step", "grid_x", "grid_y", "threads", "smem_bytes", "bindings", "maps"};
  for (StringRef name : names)
    if (!launch.contains(name))
      return op->emitOpError("expected 'mla_gpu.launch' to have '") << name << "'";
  for (NamedAttribute entry : launch)
    if (!is_contained(names, entry.getName().getValue()) && entry.getName() != "pdl" &&
        entry.getName() != "cooperative" && entry.getName() != "cluster" && entry.getName() != "rows")
      return op->emitOpError("expected known names in 'mla_gpu.launch', but got '")
             << entry.getName().getValue() << "'";

  if (!isNameOf<Step>(launch.get("step"), symbolizeStep))
    return op->emitOpError("expected 'step' of 'mla_gpu.launch' to name a step, but got ") << launch.get("step");
  for (StringRef name : {"grid_x", "grid_y"})
    if (!isNameOf<Grid>(launch.get(name), symbolizeGrid))
      return op->emitOpError("expected '")
             << name << "' of 'mla_gpu.launch' to name a grid extent, but got " << launch.get(name);
  for (StringRef name : {"threads", "smem_bytes", "cluster"}) {
    if (name == "cluster" && !launch.contains(name))
      continue;
    auto value = dyn_cast<IntegerAttr>(launch.get(name));
    if (!value || !value.getType().isInteger(32) || value.getInt() < 0)
      return op->emitOpError("expected '")
             << name << "' of 'mla_gpu.launch' to be an i32 that is not negative, but got " << launch.get(name);
  }
  if (auto cluster = launch.getAs<IntegerAttr>("cluster")) {
    if (cluster.getInt() < 1 || cluster.getInt() > kMostClusterBlocks)
      return op->emitOpError("expected 'cluster' of 'mla_gpu.launch' from 1 to ")
             << kMostClusterBlocks << ", but got " << cluster.getInt();
    StringRef grid = launch.getAs<StringAttr>("grid_x").getValue();
    if (cluster.getInt() > 1 && !isRoundedToClusters(*symbolizeGrid(grid)))
      return op->emitOpError("expected 'cluster' of 'mla_gpu.launch' to be 1 with a grid of ")
             << grid << ", but got " << cluster.getInt();
  }

  if (Attribute rows = launch.get("rows")) {
    if (!isa<RowsAttr>(rows))
      return op->emitOpError("expected 'rows' of 'mla_gpu.launch' to be #mla_gpu.rows<…>, but got ") << rows;
    StringRef step = launch.getAs<StringAttr>("step").getValue();
    if (*symbolizeStep(step) != Step::Attend)
      return op->emitOpError("expected step attend with 'rows' of 'mla_gpu.launch', but got ") << step;
  }

  for (StringRef name : {"pdl", "cooperative"})
    if (Attribute value = launch.get(name); value && !isa<BoolAttr>(value))
      return op->emitOpError("expected '") << name << "' of 'mla_gpu.launch' to be a bool, but got " << value;

  auto bindings = dyn_cast<ArrayAttr>(launch.get("bindings"));
  if (!bindings || !llvm::all_of(bindings, [](Attribute name) { return isNameOf<Binding>(name, symbolizeBinding); }))
    return op->emitOpError("expected 'bindings' of 'mla_gpu.launch' to be an array of binding names, but got ")
           << launch.get("bindings");
  auto maps = dyn_cast<ArrayAttr>(launch.get("maps"));
  auto isMap = [](Attribute map) {
    auto type = dyn_cast<TypeAttr>(map);
    return isa<UnitAttr>(map) || (type && isa<TensorMapType>(type.getValue()));
  };
  if (!maps || !llvm::all_of(maps, isMap))
    return op->emitOpError("expected 'maps' of 'mla_gpu.launch' to be an array of tensor-map types and units, but got ")
           << launch.get("maps");
  if (maps.size() != bindings.size())
    return op->emitOpError("expected 'maps' of 'mla_gpu.launch' to have ")
           << bindings.size() << " elements, as 'bindings', but got " << maps.size();
  return success();
}

LogicalResult MLAGPUDialect::verifyOperationAttribute(Operation *op, NamedAttribute attr) {
  StringRef name = attr.getName().getValue();
  if (name == "mla_gpu.schedule") {
    if (!isa<ScheduleAttr>(attr.getValue()))
      return op->emitOpError("expected 'mla_gpu.schedule' to be #mla_gpu.schedule<…>, but got ") << attr.getValue();
    return success();
  }
  if (name == "mla_gpu.chosen_by") {
    if (!isa<StringAttr>(attr.getValue()))
      return op->emitOpError("expected 'mla_gpu.chosen_by' to be a string, but got ") << attr.getValue();
    return success();
  }
  if (name == "mla_gpu.implements") {
    if (!isa<DecodeAttr, PrefillAttr, AppendAttr, RopeAttr, MergeAttr>(attr.getValue()))
      return op->emitOpError("expected 'mla_gpu.implements' to be #mla_gpu.decode<…>, #mla_gpu.prefill<…>, "
                             "#mla_gpu.append<…>, #mla_gpu.rope<…> or #mla_gpu.merge<…>, but got ")
             << attr.getValue();
    return success();
  }
  if (name == "mla_gpu.launch") {
    if (isa<FunctionOpInterface>(op))
      return verifyLaunch(op, attr.getValue());
    return op->emitOpError("expected 'mla_gpu.launch' on a function");
  }
  if (name == kNeedlessAttrName) {
    if (!isa<NbarSyncOp>(op))
      return op->emitOpError("expected 'mla_gpu.needless' on 'mla_gpu.nbar.sync'");
    if (auto reason = dyn_cast<StringAttr>(attr.getValue()); !reason || reason.getValue().empty())
      return op->emitOpError("expected 'mla_gpu.needless' to be a string that is not empty, but got ")
             << attr.getValue();
    return success();
  }
  if (name == kUnrollAttrName || name == kRolledAttrName) {
    if (!isa<scf::ForOp>(op))
      return op->emitOpError("expected '") << name << "' on 'scf.for'";
    if (!isa<UnitAttr>(attr.getValue()))
      return op->emitOpError("expected '") << name << "' to be unit, but got " << attr.getValue();
    return success();
  }
  if (name == kExactAttrName) {
    if (!isa<arith::DivFOp>(op))
      return op->emitOpError("expected 'mla_gpu.exact' on 'arith.divf'");
    if (!isa<UnitAttr>(attr.getValue()))
      return op->emitOpError("expected 'mla_gpu.exact' to be unit, but got ") << attr.getValue();
    return success();
  }
  if (name == KernelOp::kBindAttrName)
    return op->emitOpError("expected 'mla_gpu.bind' on an argument of 'mla_gpu.kernel', but got it on an op");
  return op->emitOpError("expected a known attribute of dialect 'mla_gpu', but got '") << name << "'";
}

LogicalResult MLAGPUDialect::verifyRegionArgAttribute(Operation *op, unsigned regionIndex, unsigned argIndex,
                                                      NamedAttribute attr) {
  StringRef name = attr.getName().getValue();
  if (name != KernelOp::kBindAttrName)
    return op->emitOpError("expected a known argument attribute of dialect 'mla_gpu', but got '") << name << "'";
  if (!isa<KernelOp>(op))
    return op->emitOpError("expected 'mla_gpu.bind' on an argument of 'mla_gpu.kernel'");
  if (!isa<BindingAttr>(attr.getValue()))
    return op->emitOpError("expected 'mla_gpu.bind' of argument ")
           << argIndex << " to be #mla_gpu.binding<…>, but got " << attr.getValue();
  return success();
}
