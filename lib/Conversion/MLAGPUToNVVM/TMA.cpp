//===- TMA.cpp - tma.* ---------------------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

/// tma.load  →  one branch for the leader, in it one cp.async.bulk.tensor per tile. PTX wants coordinates fastest
/// first. The shared::cluster form is used: without a cluster launch it means the block itself, and any PTX version
/// knows it.
struct LowerTmaLoad : ThreadPattern<TmaLoadOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(TmaLoadOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    SmemType target = op.getTarget().getType();
    SmallVector<Value> coordinates = flatten(adaptor.getCoordinates());
    std::reverse(coordinates.begin(), coordinates.end());

    // $0 = destination, $1 = map, $2 = barrier, $3… = coordinates.
    StringRef multicast = op.getMulticast() ? ".multicast::cluster" : "";
    StringRef hint = op.getEvictFirst() ? ".L2::cache_hint" : "";
    std::string setUp;
    std::string text = llvm::formatv("cp.async.bulk.tensor.{0}d.shared::cluster.global.mbarrier::complete_tx::bytes"
                                     "{1}{2} [$0], [$1, {{",
                                     coordinates.size(), multicast, hint);
    for (size_t index = 0; index < coordinates.size(); ++index)
      text += llvm::formatv("{0}${1}", index == 0 ? "" : ", ", index + 3);
    text += "}], [$2]";
    if (op.getMulticast()) {
      // To all blocks, which have a bit each.
      int64_t blocks = op->getParentOfType<KernelOp>().getClusterSize();
      setUp += llvm::formatv(".reg .b16 blocks;\nmov.b16 blocks, {0};\n", (1 << blocks) - 1);
      text += ", blocks";
    }
    if (op.getEvictFirst()) {
      setUp += ".reg .b64 policy;\ncreatepolicy.fractional.L2::evict_first.b64 policy, 1.0;\n";
      text += ", policy";
    }
    text = setUp.empty() ? text + ";" : "{\n" + setUp + text + ";\n}";

    emitIf(rewriter, op.getLoc(), code.isLeader(getTeam(op)), [&] {
      Value barrier = code.sharedAddress(adaptor.getBar().front());
      Value rowBytes;
      if (op.getFirstRow()) {
        // The pattern of a swizzle repeats within the rows of a box.
        int64_t bytes = target.getTileBytes() / target.getShape().front();
        rowBytes = LLVM::MulOp::create(rewriter, op.getLoc(), adaptor.getFirstRow().front(), code.constI32(bytes));
      }
      for (int64_t tile = 0; tile < target.getNumTiles(); ++tile) {
        Value destination = code.bytes(adaptor.getTarget().front(), tile * target.getTileBytes());
        Value address = code.sharedAddress(destination);
        if (rowBytes)
          address = code.sum(address, rowBytes);
        SmallVector<Value> inputs{address, adaptor.getMap().front(), barrier};
        inputs.push_back(code.add(coordinates.front(), tile * target.getTileColumns()));
        inputs.append(coordinates.begin() + 1, coordinates.end());
        code.ptx(text, {{}, inputs});
      }
    });
    rewriter.eraseOp(op);
    return success();
  }
};

/// tma.store  →  one branch for the leader, in it one cp.async.bulk.tensor per tile and the commit of their group.
struct LowerTmaStore : ThreadPattern<TmaStoreOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(TmaStoreOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    SmemType source = op.getSource().getType();
    SmallVector<Value> coordinates = flatten(adaptor.getCoordinates());
    std::reverse(coordinates.begin(), coordinates.end());

    // $0 = map, $1 = source, $2… = coordinates.
    std::string text =
        llvm::formatv("cp.async.bulk.tensor.{0}d.global.shared::cta.bulk_group [$0, {{", coordinates.size());
    for (size_t index = 0; index < coordinates.size(); ++index)
      text += llvm::formatv("{0}${1}", index == 0 ? "" : ", ", index + 2);
    text += "}], [$1];";

    emitIf(rewriter, op.getLoc(), code.isLeader(getTeam(op)), [&] {
      for (int64_t tile = 0; tile < source.getNumTiles(); ++tile) {
        Value address = code.sharedAddress(code.bytes(adaptor.getSource().front(), tile * source.getTileBytes()));
        SmallVector<Value> inputs{adaptor.getMap().front(), address};
        inputs.push_back(code.add(coordinates.front(), tile * source.getTileColumns()));
        inputs.append(coordinates.begin() + 1, coordinates.end());
        code.ptx(text, {{}, inputs});
      }
      code.ptx("cp.async.bulk.commit_group;", {});
    });
    rewriter.eraseOp(op);
    return success();
  }
};

/// tma.store_wait  →  cp.async.bulk.wait_group. Other lanes have no groups and pass at once. What the copies wrote
/// through the asynchronous proxy is ordered before generic accesses by a proxy fence.
struct LowerTmaStoreWait : ThreadPattern<TmaStoreWaitOp> {
  using ThreadPattern::ThreadPattern;
  LogicalResult lower(TmaStoreWaitOp op, Adaptor adaptor, ConversionPatternRewriter &rewriter,
                      ThreadCode &code) const override {
    code.ptx(op.getWritten() ? "cp.async.bulk.wait_group 0;\nfence.proxy.async.global;"
                             : "cp.async.bulk.wait_group.read 0;",
             {});
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void mlir::mla_gpu::populateTMAPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerTmaLoad, LowerTmaStore, LowerTmaStoreWait>(converter);
}
