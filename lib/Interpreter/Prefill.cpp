//===- Prefill.cpp - Running a prefill program as the runtime would -----------------------------------------===//
#include "lib/Interpreter/Call.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::mla_gpu {

using mla::reference::PrefillInputs;
using mla::reference::PrefillOutputs;
using mla::reference::PrefillShape;
using mla::reference::PrefillTensor;

namespace {

/// What the kernels of a prefill program are launched with.
class PrefillHost : public CallHost {
public:
  PrefillHost(ProgramOp program, const PrefillInputs &inputs, int64_t multiprocessors)
      : program(program), inputs(inputs), multiprocessors(multiprocessors) {}

  /// Whether the inputs are consistent, fit the host's memory, and suit the program.
  LogicalResult check();
  /// Copies the inputs into device buffers and poisons the others.
  void allocate();
  StringRef getOpName() const override { return "prefill"; }
  bool knows(Binding binding) const override;
  KernelArgument getArgument(Binding binding) override;
  int64_t getExtent(Grid grid) const override;
  int64_t getRows() const override { return 0; }

private:
  LogicalResult checkOperands();
  LogicalResult checkPagedCache();
  LogicalResult checkTensor(StringRef name, const PrefillTensor &tensor, int64_t heads, int64_t width);
  LogicalResult checkPlaces(StringRef name, ArrayRef<int32_t> places, int64_t tokens);
  void allocateTensor(Binding binding, const PrefillTensor &tensor, bool isPerHead);
  void allocateAbsorbed();

  ProgramOp program;
  const PrefillInputs &inputs;
  int64_t multiprocessors;
};

/// Queries of a tile in the MHA form, (query, head) pairs of one in the absorbed form; a work item's record.
constexpr int64_t kTileQueries = 128, kTileRows = 64, kRecordBytes = 32;

} // namespace

LogicalResult PrefillHost::checkTensor(StringRef name, const PrefillTensor &tensor, int64_t heads, int64_t width) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  if (tensor.heads != heads || tensor.width != width)
    return program.emitError() << "expected " << name << " of " << heads << " heads and width " << width << ", but got "
                               << tensor.heads << " and " << tensor.width;
  if (tensor.tokens < 0 || tensor.tokens > kMost || tensor.tokenStride < 0 || tensor.tokenStride > kMost ||
      tensor.headStride < 0 || tensor.headStride > kMost)
    return program.emitError() << "expected extents and strides of " << name << " from 0 to " << kMost;
  int64_t end = tensor.tokens == 0
                    ? 0
                    : (tensor.tokens - 1) * tensor.tokenStride + (heads - 1) * tensor.headStride + tensor.width;
  if (static_cast<int64_t>(tensor.values.size()) < end)
    return program.emitError() << "expected at least " << end << " elements of " << name << ", but got "
                               << tensor.values.size();
  return success();
}

LogicalResult PrefillHost::checkPlaces(StringRef name, ArrayRef<int32_t> places, int64_t tokens) {
  if (places.size() < 2 || places.size() != inputs.cuSeqlensQ.size())
    return program.emitError() << "expected b + 1 elements of " << name << ", for at least one sequence, but got "
                               << places.size();
  if (places.front() < 0 || places.back() > tokens || !llvm::is_sorted(places))
    return program.emitError() << "expected " << name << " to ascend from 0 or more to at most " << tokens;
  return success();
}

LogicalResult PrefillHost::check() {
  PrefillAttr prefill = program.getPrefill();
  if (!prefill)
    return program.emitError() << "expected a program that implements a prefill op";
  const PrefillShape &shape = inputs.shape;
  bool isBF16 = inputs.element == mla::reference::Element::BF16;
  if (!(isBF16 ? prefill.getElement().isBF16() : prefill.getElement().isF16()))
    return program.emitError() << "expected inputs of " << (isBF16 ? "f16" : "bf16") << ", but got "
                               << (isBF16 ? "bf16" : "f16");
  for (auto [what, expected, actual] : {std::tuple<StringRef, int64_t, int64_t>("h_q", prefill.getHeads(), shape.h_q),
                                        {"d_nope", prefill.getDNope(), shape.d_nope},
                                        {"d_rope", prefill.getDRope(), shape.d_rope},
                                        {"d_v", prefill.getDV(), shape.d_v},
                                        {"absorbed form", prefill.isAbsorbed(), shape.isAbsorbed()},
                                        {"page size", prefill.getPageSize(), shape.page_size},
                                        {"causal mask", prefill.getCausal(), inputs.causal}})
    if (expected != actual)
      return program.emitError() << "expected " << what << " " << expected << ", but got " << actual;
  constexpr int64_t kMostMultiprocessors = 1 << 20;
  if (multiprocessors < 1 || multiprocessors > kMostMultiprocessors)
    return program.emitError() << "expected multiprocessors from 1 to " << kMostMultiprocessors << ", but got "
                               << multiprocessors;
  if (failed(checkTensor("q", inputs.q, shape.h_q, shape.d_qk())) ||
      failed(checkPlaces("cu_seqlens_q", inputs.cuSeqlensQ, inputs.q.tokens)) || failed(checkOperands()))
    return failure();
  constexpr int64_t kMostElements = int64_t(1) << 30;
  if (inputs.q.tokens > kMostElements / (shape.h_q * shape.d_v))
    return program.emitError() << "the output of " << inputs.q.tokens << " tokens is too large for the interpreter";
  return success();
}

/// What the queries are to attend to.
LogicalResult PrefillHost::checkOperands() {
  const PrefillShape &shape = inputs.shape;
  if (shape.isAbsorbed()) {
    if (inputs.q.tokenStride != shape.h_q * inputs.q.headStride)
      return program.emitError() << "expected queries without gaps between tokens in the absorbed form";
    if (shape.isPaged())
      return checkPagedCache();
    if (failed(checkTensor("the latent vectors", inputs.latents, 1, shape.d_qk())))
      return failure();
    return checkPlaces("cu_seqlens_kv", inputs.cuSeqlensKv, inputs.latents.tokens);
  }
  if (failed(checkTensor("k", inputs.k, shape.h_q, shape.d_nope)) ||
      (shape.d_rope && failed(checkTensor("k_rope", inputs.kRope, 1, shape.d_rope))) ||
      failed(checkTensor("v", inputs.v, shape.h_q, shape.d_v)) ||
      failed(checkPlaces("cu_seqlens_kv", inputs.cuSeqlensKv, inputs.k.tokens)))
    return failure();
  if (inputs.v.tokens != inputs.k.tokens || (shape.d_rope && inputs.kRope.tokens != inputs.k.tokens))
    return program.emitError() << "expected as many tokens in v and k_rope as in k";
  return success();
}

LogicalResult PrefillHost::checkPagedCache() {
  const PrefillShape &shape = inputs.shape;
  if (!inputs.paged)
    return program.emitError() << "expected inputs with a paged cache";
  const mla::reference::DecodeInputs &paged = *inputs.paged;
  const mla::reference::DecodeShape &cache = paged.shape;
  for (auto [what, expected, actual] :
       {std::tuple<StringRef, int64_t, int64_t>("page size", shape.page_size, cache.page_size),
        {"latent width", shape.d_nope, cache.d_latent},
        {"RoPE width", shape.d_rope, cache.d_rope},
        {"b", inputs.b(), cache.b},
        {"lengths", inputs.b(), static_cast<int64_t>(paged.seqLens.size())}})
    if (expected != actual)
      return program.emitError() << "expected " << what << " " << expected << " of the cache, but got " << actual;
  mla::CacheFormat format = program.getPrefill().getCacheFormat();
  if (paged.format != format || shape.format.value_or(format) != format)
    return program.emitError() << "expected a cache of format " << format << ", but got " << paged.format;
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max() / 64;
  if (cache.numPages < 1 || cache.numPages > kMost || paged.storedPages < 1 || paged.storedPages > cache.numPages ||
      cache.blockTableStride < 1 || cache.blockTableStride > kMost)
    return program.emitError() << "expected a cache of 1 to " << kMost << " pages";
  if (static_cast<int64_t>(paged.cache.size()) != paged.storedPages * paged.layout().pageStride ||
      static_cast<int64_t>(paged.blockTable.size()) != cache.b * cache.blockTableStride)
    return program.emitError() << "expected a cache and a block table of the sizes that their extents give";
  return success();
}

void PrefillHost::allocateTensor(Binding binding, const PrefillTensor &tensor, bool isPerHead) {
  DeviceBuffer &buffer = buffers[binding];
  buffer.bytes = copyBytes(tensor.values);
  buffer.extents = {tensor.tokens, tensor.width};
  buffer.strides = {tensor.tokenStride};
  if (!isPerHead)
    return;
  buffer.extents.insert(buffer.extents.begin(), tensor.heads);
  buffer.strides.insert(buffer.strides.begin(), tensor.headStride);
}

void PrefillHost::allocate() {
  const PrefillShape &shape = inputs.shape;
  if (shape.isAbsorbed()) {
    allocateAbsorbed();
  } else {
    allocateTensor(Binding::QMap, inputs.q, /*isPerHead=*/true);
    allocateTensor(Binding::KMap, inputs.k, /*isPerHead=*/true);
    allocateTensor(Binding::KRopeMap, inputs.kRope, /*isPerHead=*/false);
    allocateTensor(Binding::VMap, inputs.v, /*isPerHead=*/true);
  }
  buffers[Binding::CuSeqlensQ].bytes = copyBytes(inputs.cuSeqlensQ);
  buffers[Binding::CuSeqlensKv].bytes = copyBytes(inputs.cuSeqlensKv);
  buffers[Binding::Out].bytes = makePoison(inputs.q.tokens * shape.h_q * shape.d_v * 2);
  buffers[Binding::Lse].bytes = makePoison(inputs.q.tokens * shape.h_q * 4);
  int64_t mostItems = shape.isAbsorbed() ? inputs.q.tokens * shape.h_q / kTileRows + inputs.b()
                                         : (inputs.q.tokens / kTileQueries + inputs.b()) * shape.h_q;
  buffers[Binding::Work].bytes = makePoison((1 + mostItems) * kRecordBytes);
  buffers[Binding::Counters].bytes = makePoison(4);
}

void PrefillHost::allocateAbsorbed() {
  const PrefillShape &shape = inputs.shape;
  DeviceBuffer &q = buffers[Binding::QMap];
  q.bytes = copyBytes(inputs.q.values);
  q.extents = {inputs.q.tokens * shape.h_q, shape.d_qk()};
  q.strides = {inputs.q.headStride};
  buffers[Binding::Out].extents = {inputs.q.tokens * shape.h_q, shape.d_v};
  if (!shape.isPaged()) {
    // All tokens are one page.
    DeviceBuffer &keys = buffers[Binding::CacheMap];
    keys.bytes = copyBytes(inputs.latents.values);
    keys.extents = {1, inputs.latents.tokens, shape.d_qk()};
    keys.strides = {inputs.latents.tokens * inputs.latents.tokenStride, inputs.latents.tokenStride};
    return;
  }
  allocateCache(program, *inputs.paged);
  buffers[Binding::BlockTable].bytes = copyBytes(inputs.paged->blockTable);
  buffers[Binding::SeqLens].bytes = copyBytes(inputs.paged->seqLens);
}

bool PrefillHost::knows(Binding binding) const {
  bool isAbsorbed = inputs.shape.isAbsorbed(), isPaged = inputs.shape.isPaged();
  switch (binding) {
  case Binding::KMap:
  case Binding::KRopeMap:
  case Binding::VMap:
  case Binding::TotalQ:
    return !isAbsorbed;
  case Binding::CacheMap:
  case Binding::OutMap:
    return isAbsorbed;
  case Binding::TotalKv:
    return isAbsorbed && !isPaged;
  case Binding::BlockTable:
  case Binding::SeqLens:
  case Binding::BlockTableStride:
  case Binding::NumPages:
  case Binding::CacheLatentMap:
  case Binding::CacheRopeMap:
  case Binding::Cache:
  case Binding::CachePageStride:
  case Binding::CacheScale:
  case Binding::CacheScales:
  case Binding::CacheScalePageStride:
  case Binding::CacheScaleTokenStride:
    return isPaged;
  case Binding::CuSeqlensKv:
    return !isPaged;
  case Binding::QMap:
  case Binding::CuSeqlensQ:
  case Binding::Out:
  case Binding::Lse:
  case Binding::Work:
  case Binding::Counters:
  case Binding::Batch:
  case Binding::ScaleLog2:
    return true;
  default:
    return false;
  }
}

KernelArgument PrefillHost::getArgument(Binding binding) {
  KernelArgument argument;
  switch (binding) {
  case Binding::Batch:
    argument.integer = inputs.b();
    break;
  case Binding::TotalQ:
    argument.integer = inputs.q.tokens;
    break;
  case Binding::TotalKv:
    argument.integer = inputs.latents.tokens;
    break;
  case Binding::BlockTableStride:
    argument.integer = inputs.paged->shape.blockTableStride;
    break;
  case Binding::NumPages:
    argument.integer = inputs.paged->shape.numPages;
    break;
  case Binding::CachePageStride:
    argument.integer = inputs.paged->layout().pageStride;
    break;
  case Binding::CacheScalePageStride:
    argument.integer = inputs.paged->layout().pageStride / mla::kScaleBytes;
    break;
  case Binding::CacheScaleTokenStride:
    argument.integer = inputs.paged->layout().scaleStride / mla::kScaleBytes;
    break;
  case Binding::OutMap:
    argument.buffer = &buffers[Binding::Out];
    break;
  case Binding::ScaleLog2:
    argument.real = static_cast<float>(inputs.softmaxScale * 1.4426950408889634);
    break;
  default:
    argument.buffer = &buffers[binding];
  }
  return argument;
}

int64_t PrefillHost::getExtent(Grid grid) const {
  switch (grid) {
  case Grid::Multiprocessors:
    return multiprocessors;
  case Grid::TwicePerMultiprocessor:
    return 2 * multiprocessors;
  case Grid::One:
  case Grid::RowTiles:
  case Grid::Parts:
    return 1;
  }
  llvm_unreachable("all grids are handled");
}

LogicalResult interpretPrefill(ProgramOp program, const PrefillInputs &inputs, int64_t multiprocessors,
                               const InterpreterOptions &options, InterpreterReport &report, PrefillOutputs &outputs) {
  PrefillHost host(program, inputs, multiprocessors);
  if (failed(host.check()))
    return failure();
  host.allocate();
  if (failed(runCall(program, host, options, report)))
    return failure();
  const std::vector<uint8_t> &out = host.getBuffer(Binding::Out).bytes, &lse = host.getBuffer(Binding::Lse).bytes;
  outputs.out.resize(out.size() / sizeof(uint16_t));
  outputs.lse.resize(lse.size() / sizeof(float));
  if (!out.empty())
    std::memcpy(outputs.out.data(), out.data(), out.size());
  if (!lse.empty())
    std::memcpy(outputs.lse.data(), lse.data(), lse.size());
  return success();
}

} // namespace mlir::mla_gpu
