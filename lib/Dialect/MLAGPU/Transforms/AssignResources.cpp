//===- AssignResources.cpp - mla-gpu-assign-resources --------------------------------------------------------===//
#include "lib/Analysis/ResourceUsage.h"
#include "lib/Dialect/MLAGPU/Transforms/Passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::mla_gpu {
#define GEN_PASS_DEF_ASSIGNRESOURCESPASS
#include "lib/Dialect/MLAGPU/Transforms/Passes.h.inc"
} // namespace mlir::mla_gpu

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// One piece of shared memory.
struct Piece {
  Operation *alloc;
  StringRef name;
  int64_t bytes, alignment;
  /// Where it lies, once that is known.
  std::optional<int64_t> offset;

  int64_t end() const { return *offset + bytes; }
};

/// Pieces with an offset, in order, none overlapping another.
class Placement {
public:
  /// Adds a piece that has its offset; fails, with an error, if it cannot lie there.
  LogicalResult add(const Piece &piece) {
    if (*piece.offset % piece.alignment)
      return piece.alloc->emitOpError("expected the offset of \"")
             << piece.name << "\" to be a multiple of " << piece.alignment << ", but got " << *piece.offset;
    const Piece *const *next = llvm::find_if(placed, [&](const Piece *other) { return other->end() > *piece.offset; });
    if (next != placed.end() && *(*next)->offset < piece.end()) {
      InFlightDiagnostic diagnostic =
          piece.alloc->emitOpError("expected pieces of shared memory not to overlap, but \"")
          << piece.name << "\" at " << *piece.offset << " to " << piece.end() << " overlaps \"" << (*next)->name
          << "\"";
      diagnostic.attachNote((*next)->alloc->getLoc())
          << "\"" << (*next)->name << "\" lies at " << *(*next)->offset << " to " << (*next)->end();
      return diagnostic;
    }
    placed.insert(placed.begin() + (next - placed.begin()), &piece);
    return success();
  }

  /// Gives a piece the lowest offset at which it fits.
  void place(Piece &piece) {
    int64_t offset = 0;
    auto next = placed.begin();
    for (; next != placed.end(); ++next) {
      if (offset + piece.bytes <= *(*next)->offset)
        break;
      offset = llvm::alignTo((*next)->end(), piece.alignment);
    }
    piece.offset = offset;
    placed.insert(next, &piece);
  }

  int64_t getBytes() const { return placed.empty() ? 0 : placed.back()->end(); }

private:
  SmallVector<const Piece *> placed;
};

struct AssignResourcesPass : mla_gpu::impl::AssignResourcesPassBase<AssignResourcesPass> {
  void runOnOperation() override {
    if (failed(assignSharedMemory()) || failed(assignBarrierIds()))
      signalPassFailure();
  }

  LogicalResult assignSharedMemory() {
    KernelOp kernel = getOperation();
    SmallVector<Piece> swizzled, rows, mbarriers;
    for (Operation &op : kernel.getBody().front()) {
      if (auto alloc = dyn_cast<SmemAllocOp>(op)) {
        SmemType type = alloc.getResult().getType();
        Piece piece{alloc, alloc.getName(), type.getSizeInBytes(), type.getAlignment(), alloc.getOffset()};
        (type.getSwizzle() == Swizzle::None ? rows : swizzled).push_back(piece);
      } else if (auto alloc = dyn_cast<MbarAllocOp>(op)) {
        mbarriers.push_back({alloc, alloc.getName(), kMbarBytes, kMbarBytes, alloc.getOffset()});
      }
    }

    Placement placement;
    auto groups = {&swizzled, &rows, &mbarriers};
    for (SmallVector<Piece> *group : groups)
      for (Piece &piece : *group)
        if (piece.offset && failed(placement.add(piece)))
          return failure();
    for (SmallVector<Piece> *group : groups)
      for (Piece &piece : *group)
        if (!piece.offset)
          placement.place(piece);

    int64_t bytes = placement.getBytes();
    if (bytes > std::numeric_limits<int32_t>::max())
      return kernel.emitOpError("expected less than 2^31 bytes of shared memory, but got ") << bytes;
    Builder builder(&getContext());
    for (SmallVector<Piece> *group : groups)
      for (Piece &piece : *group)
        piece.alloc->setAttr("offset", builder.getI32IntegerAttr(*piece.offset));
    if (!kernel.getSmemBytes())
      kernel.setSmemBytes(bytes);
    else if (int64_t(*kernel.getSmemBytes()) < bytes)
      return kernel.emitOpError("expected smem of at least ") << bytes << " bytes, but got " << *kernel.getSmemBytes();
    return success();
  }

  LogicalResult assignBarrierIds() {
    // Id 0 is the block's own barrier; the hardware has 16.
    constexpr int64_t numIds = 16;
    NbarAllocOp owners[numIds];
    SmallVector<NbarAllocOp> unnumbered;
    for (auto alloc : getOperation().getBody().getOps<NbarAllocOp>()) {
      if (!alloc.getId()) {
        unnumbered.push_back(alloc);
        continue;
      }
      NbarAllocOp &owner = owners[*alloc.getId()];
      if (owner) {
        InFlightDiagnostic diagnostic = alloc.emitOpError("expected ids of named barriers to differ, but got ")
                                        << *alloc.getId() << " again";
        diagnostic.attachNote(owner.getLoc()) << "\"" << owner.getName() << "\" has it";
        return diagnostic;
      }
      owner = alloc;
    }
    int64_t id = 1;
    for (NbarAllocOp alloc : unnumbered) {
      while (id < numIds && owners[id])
        ++id;
      if (id == numIds)
        return alloc.emitOpError("expected at most ")
               << numIds - 1 << " named barriers, but got "
               << llvm::range_size(getOperation().getBody().getOps<NbarAllocOp>());
      owners[id] = alloc;
      alloc.setId(id);
    }
    return success();
  }
};

} // namespace
