//===- Package.h - The file that carries compiled kernels to the runtime -------------------------*- C++ -*-===//
//
// One versioned, checksummed file: a fixed header, a JSON section that says how each kernel is launched, and the images
// (cubin, PTX). docs/runtime.md describes the bytes; runtime/src/package.c reads them.
//
// The checksum is zlib's CRC-32. It guards against accidents (a truncated download, a bad copy), for which 32 bits are
// enough; nobody who wants to fool the reader is stopped by any checksum, so the reader trusts nothing either way. zlib
// is there already because LLVM needs it.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_TARGET_PACKAGE_PACKAGE_H
#define LIB_TARGET_PACKAGE_PACKAGE_H

#include "dialect/MLAGPU/MLAGPUDialect.h"
#include "mlir/IR/Operation.h"
#include <optional>
#include <string>
#include <vector>

namespace mlir::mla_gpu {

/// Discardable attribute of an `llvm.func`: its launch contract (a dictionary, see `collectPackage`).
inline constexpr llvm::StringLiteral kLaunchAttrName = "mla_gpu.launch";
/// Discardable attribute of the module of kernels: the `#mla_gpu.decode`, `.append` or `.rope` that it
/// implements.
inline constexpr llvm::StringLiteral kImplementsAttrName = "mla_gpu.implements";
/// The same of its `#mla_gpu.schedule`, and of the words that say where that comes from.
inline constexpr llvm::StringLiteral kScheduleAttrName = "mla_gpu.schedule";
inline constexpr llvm::StringLiteral kChosenByAttrName = "mla_gpu.chosen_by";

/// What the host passes for one kernel argument.
struct PackageArgument {
  Binding binding;
  /// The descriptor's box, element type and swizzle, for tensor maps.
  TensorMapType map;
};

/// How one kernel is launched.
struct PackageKernel {
  std::string name;
  Step step = Step::Other;
  Grid gridX = Grid::One, gridY = Grid::One;
  int64_t threads = 0, smemBytes = 0;
  /// Launched with programmatic stream serialisation: the kernel itself waits for its predecessors.
  bool pdl = false;
  /// Its blocks wait for one another: where there is more than one part, all must be resident.
  bool cooperative = false;
  /// Blocks of a cluster; the grid is rounded down to a multiple of it.
  int64_t cluster = 1;
  /// The numbers of rows that it is launched for; null for all.
  RowsAttr rows;
  std::vector<PackageArgument> arguments;
};

enum class ImageKind { Cubin, PTX };
llvm::StringRef stringifyImageKind(ImageKind kind);

struct PackageImage {
  ImageKind kind;
  /// Assembled code, or PTX text without a terminating zero.
  std::string bytes;
};

struct Package {
  std::string name;
  /// The chip that the images are for, e.g. "sm_90a".
  std::string target;
  /// The op that the kernels implement; null for a plain collection of kernels.
  Attribute implements;
  /// For the record: the schedule, as `--schedule` reads it, and where it comes from. May be empty.
  std::string schedule, chosenBy;
  std::vector<PackageKernel> kernels;
  /// The runtime takes the first image that suits the device: cubin first, PTX for the driver's own assembler.
  std::vector<PackageImage> images;
};

/// Version of the file format that `serializePackage` writes.
inline constexpr uint32_t kPackageVersion = 4;

/// Collects name, `implements` and the launch contracts of all `llvm.func` kernels in `module` (a symbol, e.g. a
/// `gpu.module`), in order. A contract is
///
///   mla_gpu.launch = {step = "attend", grid_x = "row_tiles", grid_y = "parts", threads = 384 : i32,
///                     smem_bytes = 230000 : i32, bindings = ["q_map", …], maps = [!mla_gpu.tensor_map<…>, unit, …],
///                     pdl = false, cooperative = true}
///
/// with one entry of `bindings` and of `maps` per argument; `pdl`, `cooperative`, `cluster` and `rows` may be left
/// out. The dialect verifies the dictionary; what does not fit the function is diagnosed here. Images are the caller's
/// to add.
FailureOr<Package> collectPackage(Operation *module, llvm::StringRef target);

/// The bytes of the file; equal packages give equal bytes. To be written through a temporary file and a rename
/// (llvm::writeToOutput), so that a reader finds the old file or the new one.
std::string serializePackage(const Package &package);

} // namespace mlir::mla_gpu

#endif // LIB_TARGET_PACKAGE_PACKAGE_H
