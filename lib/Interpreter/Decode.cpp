//===- Decode.cpp - Running a decode program as the runtime would -------------------------------------------===//
#include "lib/Interpreter/Call.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace mlir::mla_gpu {

using mla::reference::DecodeInputs;
using mla::reference::DecodeOutputs;
using mla::reference::DecodeShape;

namespace {

/// What the kernels of a decode program are launched with.
class DecodeHost : public CallHost {
public:
  DecodeHost(ProgramOp program, const DecodeInputs &inputs, int64_t multiprocessors)
      : program(program), inputs(inputs), multiprocessors(multiprocessors) {}

  /// Of partial results.
  int64_t getSlots(int64_t parts) const;
  /// Whether the inputs are consistent, fit the host's memory, and suit the program.
  LogicalResult check();
  /// Copies the inputs into device buffers and poisons the others.
  void allocate();
  StringRef getOpName() const override { return "decode"; }
  bool knows(Binding binding) const override;
  KernelArgument getArgument(Binding binding) override;
  int64_t getExtent(Grid grid) const override;
  int64_t getRows() const override { return inputs.shape.rows(); }

private:
  LogicalResult checkSize(StringRef what, size_t actual, ArrayRef<int64_t> extents, StringRef unit = "elements");

  ProgramOp program;
  const DecodeInputs &inputs;
  int64_t multiprocessors;
  int64_t rowTiles = 0, numParts = 0;
  /// Of a request; 0 where partial results have two slots for each part.
  int64_t mostPieces = 0;
};

} // namespace

LogicalResult DecodeHost::checkSize(StringRef what, size_t actual, ArrayRef<int64_t> extents, StringRef unit) {
  int64_t expected = 1;
  for (int64_t extent : extents)
    if (extent < 0 || llvm::MulOverflow(expected, extent, expected))
      return program.emitError() << "the extents of " << what << " overflow";
  if (actual != static_cast<uint64_t>(expected))
    return program.emitError() << "expected " << expected << " " << unit << " of " << what << ", but got " << actual;
  return success();
}

int64_t DecodeHost::getSlots(int64_t parts) const { return mostPieces ? inputs.shape.b * mostPieces : 2 * parts; }

LogicalResult DecodeHost::check() {
  DecodeAttr decode = program.getDecode();
  if (!decode)
    return program.emitError() << "expected a program that implements a decode op";
  const DecodeShape &shape = inputs.shape;
  auto mismatch = [&](StringRef what, int64_t expected, int64_t actual) {
    return program.emitError() << "expected " << what << " " << expected << ", but got " << actual;
  };
  bool isBF16 = inputs.element == mla::reference::Element::BF16;
  if (!(isBF16 ? decode.getElement().isBF16() : decode.getElement().isF16()))
    return program.emitError() << "expected inputs of " << (isBF16 ? "f16" : "bf16") << ", but got "
                               << (isBF16 ? "bf16" : "f16");
  if (decode.getCacheFormat() != inputs.format)
    return program.emitError() << "expected a cache of format " << decode.getCacheFormat() << ", but got "
                               << inputs.format;
  if (decode.getPrecision() == mla::Precision::E4M3Queries &&
      failed(checkSize("q of e4m3", inputs.quantizedQ.size(), {shape.b, shape.rows(), shape.d_qk()})))
    return failure();
  if (decode.getPageSize() != shape.page_size)
    return mismatch("page size", decode.getPageSize(), shape.page_size);
  if (decode.getDLatent() != shape.d_latent)
    return mismatch("latent width", decode.getDLatent(), shape.d_latent);
  if (decode.getDRope() != shape.d_rope)
    return mismatch("RoPE width", decode.getDRope(), shape.d_rope);
  if (decode.getCausal() != inputs.causal)
    return mismatch("causal mask", decode.getCausal(), inputs.causal);
  if (static_cast<bool>(decode.getRotation()) != inputs.rope.has_value())
    return program.emitError() << "expected inputs " << (inputs.rope ? "without" : "with") << " a RoPE of the queries";
  if (decode.getHeads() != 0 && decode.getHeads() != shape.h_q)
    return mismatch("h_q", decode.getHeads(), shape.h_q);
  if (decode.getQueries() != 0 && decode.getQueries() != shape.s_q)
    return mismatch("s_q", decode.getQueries(), shape.s_q);
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max() / 64;
  for (auto [what, extent] : {std::pair<StringRef, int64_t>("b", shape.b),
                              {"s_q", shape.s_q},
                              {"h_q", shape.h_q},
                              {"page size", shape.page_size},
                              {"latent width", shape.d_latent},
                              {"multiprocessors", multiprocessors}})
    if (extent < 1 || extent > kMost)
      return program.emitError() << "expected " << what << " from 1 to " << kMost << ", but got " << extent;
  if (shape.d_rope < 0 || shape.d_rope > kMost)
    return program.emitError() << "expected RoPE width from 0 to " << kMost << ", but got " << shape.d_rope;
  if (shape.rows() > kMost)
    return program.emitError() << "expected at most " << kMost << " rows, but got " << shape.rows();
  if (inputs.storedPages < 0 || inputs.storedPages > shape.numPages)
    return program.emitError() << "expected 0 to " << shape.numPages << " stored pages, but got " << inputs.storedPages;
  if (failed(checkSize("q", inputs.q.size(), {shape.b, shape.rows(), shape.d_qk()})) ||
      failed(checkSize("the cache", inputs.cache.size(), {inputs.storedPages, inputs.layout().pageStride}, "bytes")) ||
      failed(checkSize("the block table", inputs.blockTable.size(), {shape.b, shape.blockTableStride})) ||
      failed(checkSize("the lengths", inputs.seqLens.size(), {shape.b})))
    return failure();
  int64_t poolBytes;
  if (llvm::MulOverflow(shape.numPages, inputs.layout().pageStride, poolBytes))
    return program.emitError() << "the extents of the cache overflow";
  // Workspace and output on the host.
  int64_t parts = std::max<int64_t>(1, multiprocessors / llvm::divideCeil(shape.rows(), 64));
  int64_t elements;
  mostPieces = decode.getMostPieces(shape.blockTableStride);
  int64_t slots = getSlots(parts);
  if (llvm::MulOverflow(slots + shape.b, shape.rows(), elements) ||
      llvm::MulOverflow(elements, shape.d_latent, elements) || elements > (int64_t(1) << 30))
    return program.emitError() << "the workspace of " << slots << " partial results is too large for the interpreter";
  return success();
}

void DecodeHost::allocate() {
  const DecodeShape &shape = inputs.shape;
  rowTiles = llvm::divideCeil(shape.rows(), 64);
  numParts = std::max<int64_t>(1, multiprocessors / rowTiles);
  DeviceBuffer &q = buffers[Binding::QMap];
  q.bytes = inputs.quantizedQ.empty() ? copyBytes(inputs.q) : copyBytes(inputs.quantizedQ);
  q.extents = {shape.b, shape.rows(), shape.d_qk()};
  buffers[Binding::QScale].bytes = copyBytes(std::vector<float>{inputs.qScale});
  allocateCache(program, inputs);
  buffers[Binding::BlockTable].bytes = copyBytes(inputs.blockTable);
  buffers[Binding::SeqLens].bytes = copyBytes(inputs.seqLens);
  DeviceBuffer &out = buffers[Binding::Out];
  out.bytes = makePoison(shape.b * shape.rows() * shape.d_latent * 2);
  out.extents = {shape.b, shape.rows(), shape.d_latent};
  buffers[Binding::Lse].bytes = makePoison(shape.b * shape.rows() * 4);
  buffers[Binding::Parts].bytes = makePoison((numParts + 1) * 4 * 4);
  buffers[Binding::Counters].bytes = makePoison(numParts * rowTiles * 4);
  buffers[Binding::Marks].bytes = makePoison(numParts * rowTiles * 4);
  DeviceBuffer &partial = buffers[Binding::PartialOut];
  int64_t slots = getSlots(numParts);
  partial.bytes = makePoison(slots * shape.rows() * shape.d_latent * 2);
  partial.extents = {slots, shape.rows(), shape.d_latent};
  // Log-sum-exps, and the units of each quarter of the columns.
  constexpr int64_t kLseArrays = 5;
  buffers[Binding::PartialLse].bytes = makePoison(kLseArrays * slots * shape.rows() * 4);
}

KernelArgument DecodeHost::getArgument(Binding binding) {
  const DecodeShape &shape = inputs.shape;
  auto integer = [](int64_t value) {
    KernelArgument argument;
    argument.integer = value;
    return argument;
  };
  switch (binding) {
  case Binding::QMap:
  case Binding::CacheMap:
  case Binding::CacheLatentMap:
  case Binding::CacheRopeMap:
  case Binding::Cache:
  case Binding::CacheScale:
  case Binding::CacheScales:
  case Binding::BlockTable:
  case Binding::SeqLens:
  case Binding::Out:
  case Binding::Lse:
  case Binding::Parts:
  case Binding::Counters:
  case Binding::Marks:
  case Binding::PartialOut:
  case Binding::PartialLse:
  case Binding::OutMap:
  case Binding::PartialMap:
  case Binding::QRopeMap:
  case Binding::QScale: {
    // Results are bound twice: as a tensor map for whole tiles, as a pointer for the merge.
    Binding memory = binding == Binding::OutMap       ? Binding::Out
                     : binding == Binding::QRopeMap   ? Binding::QMap
                     : binding == Binding::PartialMap ? Binding::PartialOut
                                                      : binding;
    KernelArgument argument;
    argument.buffer = &buffers[memory];
    return argument;
  }
  case Binding::Batch:
    return integer(shape.b);
  case Binding::Rows:
    return integer(shape.rows());
  case Binding::Heads:
    return integer(shape.h_q);
  case Binding::Queries:
    return integer(shape.s_q);
  case Binding::BlockTableStride:
    return integer(shape.blockTableStride);
  case Binding::NumPages:
    return integer(shape.numPages);
  case Binding::NumParts:
    return integer(numParts);
  case Binding::MostPieces:
    return integer(mostPieces);
  case Binding::CachePageStride:
    return integer(inputs.layout().pageStride);
  case Binding::CacheScalePageStride:
    return integer(inputs.layout().pageStride / mla::kScaleBytes);
  case Binding::CacheScaleTokenStride:
    return integer(inputs.layout().scaleStride / mla::kScaleBytes);
  case Binding::ScaleLog2: {
    KernelArgument argument;
    argument.real = static_cast<float>(inputs.softmaxScale * 1.4426950408889634);
    return argument;
  }
  case Binding::Scratch:
  case Binding::ScratchElements:
  case Binding::Latent:
  case Binding::KRope:
  case Binding::NormWeight:
  case Binding::Positions:
  case Binding::Slots:
  case Binding::Tokens:
  case Binding::RopeX:
  case Binding::LatentStride:
  case Binding::KRopeStride:
  case Binding::KMap:
  case Binding::KRopeMap:
  case Binding::VMap:
  case Binding::CuSeqlensQ:
  case Binding::CuSeqlensKv:
  case Binding::Work:
  case Binding::TotalQ:
  case Binding::TotalKv:
  case Binding::OutA:
  case Binding::LseA:
  case Binding::OutB:
  case Binding::LseB:
    return KernelArgument(); // not of a decode program: `runCall` refuses it
  }
  llvm_unreachable("all bindings are handled");
}

int64_t DecodeHost::getExtent(Grid grid) const {
  switch (grid) {
  case Grid::One:
    return 1;
  case Grid::RowTiles:
    return rowTiles;
  case Grid::Parts:
    return numParts;
  case Grid::Multiprocessors:
    return multiprocessors;
  case Grid::TwicePerMultiprocessor:
    return 2 * multiprocessors;
  }
  llvm_unreachable("all grids are handled");
}

/// Whether the runtime passes this to the kernels of a decode program.
bool DecodeHost::knows(Binding binding) const {
  return binding <= Binding::ScaleLog2 || (binding >= Binding::OutMap && binding <= Binding::CacheScaleTokenStride) ||
         binding == Binding::QRopeMap || binding == Binding::QScale || binding == Binding::Marks ||
         (binding == Binding::MostPieces && mostPieces > 0);
}

LogicalResult interpretDecode(ProgramOp program, const DecodeInputs &inputs, int64_t multiprocessors,
                              const InterpreterOptions &options, InterpreterReport &report, DecodeOutputs &outputs) {
  DecodeHost host(program, inputs, multiprocessors);
  if (failed(host.check()))
    return failure();
  host.allocate();

  if (failed(runCall(program, host, options, report)))
    return failure();

  const std::vector<uint8_t> &out = host.getBuffer(Binding::Out).bytes, &lse = host.getBuffer(Binding::Lse).bytes;
  outputs.out.resize(out.size() / sizeof(uint16_t));
  std::memcpy(outputs.out.data(), out.data(), out.size());
  outputs.lse.resize(lse.size() / sizeof(float));
  std::memcpy(outputs.lse.data(), lse.data(), lse.size());
  return success();
}

} // namespace mlir::mla_gpu
