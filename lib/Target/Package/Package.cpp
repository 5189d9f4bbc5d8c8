//===- Package.cpp - Collecting and writing kernel packages --------------------------------------------------===//

#include "lib/Target/Package/Package.h"
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "dialect/MLAGPU/MLAGPUSchedule.h"

#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

using namespace mlir;
using namespace mlir::mla_gpu;

llvm::StringRef mla_gpu::stringifyImageKind(ImageKind kind) { return kind == ImageKind::Cubin ? "cubin" : "ptx"; }

//===----------------------------------------------------------------------------------------------------------===//
// Collecting launch contracts
//===----------------------------------------------------------------------------------------------------------===//

/// Limits of the reader, runtime/src/package.h.
static constexpr size_t kMaxKernels = 16, kMaxArguments = 32;

template <typename EnumT>
static EnumT getName(DictionaryAttr contract, StringRef key, std::optional<EnumT> (*symbolize)(StringRef)) {
  return *symbolize(contract.getAs<StringAttr>(key));
}

/// The dialect has verified the dictionary by itself; here it is compared with the function.
static FailureOr<PackageKernel> readContract(FunctionOpInterface function, DictionaryAttr contract) {
  PackageKernel kernel;
  kernel.name = function.getName().str();
  kernel.step = getName(contract, "step", symbolizeStep);
  kernel.gridX = getName(contract, "grid_x", symbolizeGrid);
  kernel.gridY = getName(contract, "grid_y", symbolizeGrid);
  kernel.threads = contract.getAs<IntegerAttr>("threads").getInt();
  kernel.smemBytes = contract.getAs<IntegerAttr>("smem_bytes").getInt();
  if (auto pdl = contract.getAs<BoolAttr>("pdl"))
    kernel.pdl = pdl.getValue();
  if (auto cooperative = contract.getAs<BoolAttr>("cooperative"))
    kernel.cooperative = cooperative.getValue();
  if (auto cluster = contract.getAs<IntegerAttr>("cluster"))
    kernel.cluster = cluster.getInt();
  kernel.rows = contract.getAs<RowsAttr>("rows");
  auto bindings = contract.getAs<ArrayAttr>("bindings"), maps = contract.getAs<ArrayAttr>("maps");
  if (bindings.size() != function.getNumArguments())
    return function.emitOpError("expected a binding for each of ")
           << function.getNumArguments() << " arguments, but got " << bindings.size();
  if (bindings.size() > kMaxArguments)
    return function.emitOpError("expected at most ") << kMaxArguments << " arguments, but got " << bindings.size();
  for (auto [name, attribute] : llvm::zip_equal(bindings.getAsRange<StringAttr>(), maps)) {
    Binding binding = *symbolizeBinding(name);
    TensorMapType map;
    if (auto type = dyn_cast<TypeAttr>(attribute))
      map = cast<TensorMapType>(type.getValue());
    bool wantsMap = isTensorMapBinding(binding);
    if (wantsMap != static_cast<bool>(map))
      return function.emitOpError("expected ")
             << (wantsMap ? "a tensor-map type" : "unit") << " for binding " << name << ", but got " << attribute;
    kernel.arguments.push_back({binding, map});
  }
  return kernel;
}

/// The steps of a call of an op, and its name.
static std::pair<SmallVector<Step>, StringRef> getSteps(Attribute implements) {
  if (isa<AppendAttr>(implements))
    return {{Step::Append}, "append"};
  if (isa<RopeAttr>(implements))
    return {{Step::Rope}, "rope"};
  if (isa<MergeAttr>(implements))
    return {{Step::Merge}, "merge"};
  return {{Step::Schedule, Step::Attend}, isa<PrefillAttr>(implements) ? "prefill" : "decode"};
}

/// A call launches one kernel for each of its steps, whatever the number of rows.
static LogicalResult checkSteps(Operation *module, const Package &package) {
  auto [steps, name] = getSteps(package.implements);
  int64_t fixed = 0;
  if (auto decode = dyn_cast<DecodeAttr>(package.implements))
    if (llvm::MulOverflow(decode.getHeads(), decode.getQueries(), fixed))
      fixed = RowsAttr::kNoEnd;
  for (Step step : steps) {
    // Which kernels a number of rows has changes only where ranges begin and end.
    std::set<int64_t> places{fixed ? fixed : 1};
    bool hasRanges = false;
    for (const PackageKernel &kernel : package.kernels)
      if (kernel.step == step && kernel.rows) {
        hasRanges = true;
        if (!fixed)
          places.insert(kernel.rows.getFirst());
        if (!fixed && kernel.rows.hasEnd())
          places.insert(kernel.rows.getEnd());
      }
    for (int64_t rows : places) {
      auto count = llvm::count_if(package.kernels, [&](const PackageKernel &kernel) {
        return kernel.step == step && (!kernel.rows || kernel.rows.contains(rows));
      });
      if (count == 1)
        continue;
      InFlightDiagnostic diagnostic = module->emitOpError("expected one kernel of step ") << stringifyStep(step);
      if (hasRanges)
        diagnostic << " for " << rows << " rows";
      return diagnostic << " in a program that implements " << name << ", but got " << count;
    }
  }
  return success();
}

FailureOr<Package> mla_gpu::collectPackage(Operation *module, StringRef target) {
  Package package;
  package.name = SymbolTable::getSymbolName(module).str();
  package.target = target.str();
  package.implements = module->getAttr(kImplementsAttrName);
  if (auto schedule = module->getAttrOfType<ScheduleAttr>(kScheduleAttrName))
    package.schedule = ScheduleFields::get(schedule).str();
  if (auto chosenBy = module->getAttrOfType<StringAttr>(kChosenByAttrName))
    package.chosenBy = chosenBy.str();
  WalkResult result = module->walk([&](FunctionOpInterface function) {
    auto contract = function->getAttrOfType<DictionaryAttr>(kLaunchAttrName);
    if (!contract)
      return WalkResult::advance();
    FailureOr<PackageKernel> kernel = readContract(function, contract);
    if (failed(kernel))
      return WalkResult::interrupt();
    package.kernels.push_back(std::move(*kernel));
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  if (package.kernels.empty())
    return module->emitOpError("expected at least one kernel with '") << kLaunchAttrName << "'";
  if (package.kernels.size() > kMaxKernels)
    return module->emitOpError("expected at most ") << kMaxKernels << " kernels, but got " << package.kernels.size();
  if (package.implements && failed(checkSteps(module, package)))
    return failure();
  if (!isa_and_nonnull<DecodeAttr>(package.implements))
    for (const PackageKernel &kernel : package.kernels)
      if (kernel.rows)
        return module->emitOpError("expected rows in a program that implements decode only, but kernel '")
               << kernel.name << "' has " << kernel.rows;
  return package;
}

//===----------------------------------------------------------------------------------------------------------===//
// Serialisation
//===----------------------------------------------------------------------------------------------------------===//

/// Layout of the header; all numbers are little-endian. The checksum covers everything behind it, and the three fields
/// before it are compared on their own.
namespace {
constexpr llvm::StringLiteral kMagic = "MLAPKG\r\n";
constexpr size_t kChecksumOffset = 12, kTotalSizeOffset = 16, kHeaderSize = 40;
/// Images begin at multiples of this.
constexpr size_t kImageAlignment = 64;
} // namespace

static StringRef elementName(Type element) {
  if (element.isF32())
    return "f32";
  return element.isBF16() ? "bf16" : isa<Float8E4M3FNType>(element) ? "e4m3" : "f16";
}

static void writeArgument(llvm::json::OStream &json, const PackageArgument &argument) {
  json.object([&] {
    json.attribute("binding", stringifyBinding(argument.binding));
    if (!argument.map)
      return;
    json.attribute("element", elementName(argument.map.getElementType()));
    json.attribute("swizzle", stringifySwizzle(argument.map.getSwizzle()));
    json.attributeArray("box", [&] {
      for (int64_t extent : argument.map.getBox())
        json.value(extent);
    });
  });
}

static void writeKernel(llvm::json::OStream &json, const PackageKernel &kernel) {
  json.object([&] {
    json.attribute("name", kernel.name);
    json.attribute("step", stringifyStep(kernel.step));
    json.attributeArray("grid", [&] {
      json.value(stringifyGrid(kernel.gridX));
      json.value(stringifyGrid(kernel.gridY));
    });
    json.attribute("threads", kernel.threads);
    json.attribute("smem_bytes", kernel.smemBytes);
    json.attribute("pdl", kernel.pdl);
    json.attribute("cooperative", kernel.cooperative);
    // Readers of before launch blocks one by one.
    if (kernel.cluster > 1)
      json.attribute("cluster", kernel.cluster);
    if (RowsAttr rows = kernel.rows)
      json.attributeArray("rows", [&] {
        json.value(rows.getFirst());
        if (rows.hasEnd())
          json.value(rows.getEnd());
      });
    json.attributeArray("arguments", [&] {
      for (const PackageArgument &argument : kernel.arguments)
        writeArgument(json, argument);
    });
  });
}

static void writeRotation(llvm::json::OStream &json, RotationAttr rotation) {
  json.attribute("interleaved", rotation.getInterleaved());
  json.attribute("magnitude", rotation.getMagnitude().getValueAsDouble());
  json.attributeArray("turns", [&] {
    for (int64_t turns : rotation.getTurns().asArrayRef())
      json.value(turns);
  });
}

static void writeAppend(llvm::json::OStream &json, AppendAttr append) {
  json.attribute("element", elementName(append.getElement()));
  json.attribute("format", StringRef(stringify(append.getFormat())));
  json.attribute("d_latent", append.getDLatent());
  json.attribute("d_rope", append.getDRope());
  json.attribute("page_size", append.getPageSize());
  json.attribute("slot_bits", append.getSlotBits());
  json.attribute("position_bits", append.getPositionBits());
  json.attribute("s_q", append.getQueries());
  json.attribute("norm", append.getNorm());
  json.attribute("eps", append.getEps().getValueAsDouble());
  if (append.getRotation())
    json.attributeObject("rope", [&] { writeRotation(json, append.getRotation()); });
}

static void writeRope(llvm::json::OStream &json, RopeAttr rope) {
  json.attribute("element", elementName(rope.getElement()));
  json.attribute("d_rope", rope.getDRope());
  json.attribute("heads", rope.getHeads());
  json.attribute("position_bits", rope.getPositionBits());
  json.attributeObject("rope", [&] { writeRotation(json, rope.getRotation()); });
}

static void writeDecode(llvm::json::OStream &json, DecodeAttr decode) {
  json.attribute("element", elementName(decode.getElement()));
  json.attribute("format", StringRef(mla::stringify(decode.getCacheFormat())));
  json.attribute("precision", StringRef(mla::stringify(decode.getPrecision())));
  json.attribute("causal", decode.getCausal());
  json.attribute("h_q", decode.getHeads());
  json.attribute("s_q", decode.getQueries());
  json.attribute("d_latent", decode.getDLatent());
  json.attribute("d_rope", decode.getDRope());
  json.attribute("page_size", decode.getPageSize());
  json.attribute("softmax_scale", decode.getSoftmaxScale().getValueAsDouble());
  if (decode.getSplitSteps())
    json.attribute("split_steps", decode.getSplitSteps());
  if (decode.getRotation())
    json.attributeObject("rope", [&] { writeRotation(json, decode.getRotation()); });
}

static void writePrefill(llvm::json::OStream &json, PrefillAttr prefill) {
  json.attribute("form", prefill.getForm().getValue());
  json.attribute("element", elementName(prefill.getElement()));
  json.attribute("causal", prefill.getCausal());
  json.attribute("h_q", prefill.getHeads());
  json.attribute("d_nope", prefill.getDNope());
  json.attribute("d_rope", prefill.getDRope());
  json.attribute("d_v", prefill.getDV());
  if (prefill.isAbsorbed())
    json.attribute("page_size", prefill.getPageSize());
  // Packages of before have caches of the element type only.
  if (prefill.getFormat())
    json.attribute("format", StringRef(mla::stringify(*prefill.getFormat())));
  json.attribute("softmax_scale", prefill.getSoftmaxScale().getValueAsDouble());
}

static void writeMerge(llvm::json::OStream &json, MergeAttr merge) {
  json.attribute("element", elementName(merge.getElement()));
  json.attribute("heads", merge.getHeads());
  json.attribute("d_v", merge.getDV());
  json.attribute("heads_first", merge.getHeadsFirst());
}

std::string mla_gpu::serializePackage(const Package &package) {
  std::string bytes(kHeaderSize, '\0');
  struct Extent {
    size_t offset, size;
  };
  std::vector<Extent> images;
  for (const PackageImage &image : package.images) {
    bytes.resize(llvm::alignTo(bytes.size(), kImageAlignment));
    size_t offset = bytes.size();
    bytes += image.bytes;
    // The driver takes PTX as a C string.
    if (image.kind == ImageKind::PTX)
      bytes += '\0';
    images.push_back({offset, bytes.size() - offset});
  }

  // The metadata come last because they name the images' offsets.
  std::string metadata;
  llvm::raw_string_ostream stream(metadata);
  llvm::json::OStream json(stream, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("name", package.name);
    json.attribute("target", package.target);
    if (auto decode = dyn_cast_or_null<DecodeAttr>(package.implements))
      json.attributeObject("decode", [&] { writeDecode(json, decode); });
    if (auto prefill = dyn_cast_or_null<PrefillAttr>(package.implements))
      json.attributeObject("prefill", [&] { writePrefill(json, prefill); });
    if (auto append = dyn_cast_or_null<AppendAttr>(package.implements))
      json.attributeObject("append", [&] { writeAppend(json, append); });
    if (auto rope = dyn_cast_or_null<RopeAttr>(package.implements))
      json.attributeObject("rope", [&] { writeRope(json, rope); });
    if (auto merge = dyn_cast_or_null<MergeAttr>(package.implements))
      json.attributeObject("merge", [&] { writeMerge(json, merge); });
    if (!package.schedule.empty())
      json.attribute("schedule", package.schedule);
    if (!package.chosenBy.empty())
      json.attribute("chosen_by", package.chosenBy);
    json.attributeArray("kernels", [&] {
      for (const PackageKernel &kernel : package.kernels)
        writeKernel(json, kernel);
    });
    json.attributeArray("images", [&] {
      for (auto [image, extent] : llvm::zip_equal(package.images, images))
        json.object([&, &image = image, &extent = extent] {
          json.attribute("kind", stringifyImageKind(image.kind));
          json.attribute("offset", static_cast<int64_t>(extent.offset));
          json.attribute("size", static_cast<int64_t>(extent.size));
        });
    });
  });
  size_t metadataOffset = bytes.size();
  bytes += metadata;

  using namespace llvm::support;
  char *header = bytes.data();
  llvm::copy(kMagic, header);
  endian::write32le(header + kMagic.size(), kPackageVersion);
  endian::write64le(header + kTotalSizeOffset, bytes.size());
  endian::write64le(header + kTotalSizeOffset + 8, metadataOffset);
  endian::write64le(header + kTotalSizeOffset + 16, metadata.size());
  // LLVM's CRC-32 is zlib's.
  auto covered = llvm::arrayRefFromStringRef(bytes).drop_front(kTotalSizeOffset);
  endian::write32le(header + kChecksumOffset, llvm::crc32(covered));
  return bytes;
}
