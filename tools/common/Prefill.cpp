//===- Prefill.cpp - Prefill problems ----------------------------------------------------------------------------===//
#include "Prefill.h"
#include "GPU.h"
#include "Lengths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <numeric>

using namespace mlir::mla;
using namespace mlir::mla::run;
using namespace mlir::mla::reference;
using llvm::Error;
using llvm::Expected;

//===----------------------------------------------------------------------------------------------------------===//
// Problems
//===----------------------------------------------------------------------------------------------------------===//

Expected<std::vector<PrefillLengths>> run::parsePrefillLengths(llvm::StringRef tokens, llvm::StringRef queries,
                                                               int64_t b, uint64_t seed) {
  Expected<std::vector<int32_t>> kv = parseLengths(tokens, b, seed);
  if (!kv)
    return kv.takeError();
  std::vector<int32_t> q = *kv;
  if (!queries.empty()) {
    // Independent of the tokens, if both are random.
    Expected<std::vector<int32_t>> parsed = parseLengths(queries, static_cast<int64_t>(kv->size()), seed + 1);
    if (!parsed)
      return parsed.takeError();
    q = std::move(*parsed);
  }
  std::vector<PrefillLengths> lengths;
  for (auto [n_q, n_kv] : llvm::zip(q, *kv))
    lengths.push_back({n_q, n_kv});
  return lengths;
}

llvm::StringRef run::describeForm(const PrefillShape &shape) {
  return shape.isPaged() ? "absorbed, paged, " : shape.isAbsorbed() ? "absorbed, " : "";
}

std::string run::describeSequences(const std::vector<PrefillLengths> &lengths) {
  std::vector<int32_t> queries, tokens;
  for (const PrefillLengths &length : lengths) {
    queries.push_back(length.queries);
    tokens.push_back(length.tokens);
  }
  return llvm::formatv("b {0}, s_q {1}, s_kv {2}", lengths.size(), describeLengths(queries), describeLengths(tokens));
}

Error run::checkPrefill(const PrefillSignature &signature, const PrefillProblem &problem) {
  // What a machine can hold; also keeps the arithmetic in 64 bits.
  constexpr int64_t kMaxElements = int64_t(1) << 34;
  int64_t queries = 0, tokens = 0;
  for (const PrefillLengths &length : problem.lengths) {
    queries += length.queries;
    tokens += length.tokens;
  }
  const PrefillShape &shape = signature.shape;
  // Lowered IR may say anything; a package has no more, either.
  constexpr int64_t kMostExtent = 4096, kMostPage = 65536;
  if (shape.page_size > kMostPage)
    return llvm::createStringError(
        llvm::formatv("expected page_size of at most {0}, but got {1}", kMostPage, shape.page_size).str());
  for (auto [name, extent] : {std::pair<llvm::StringRef, int64_t>("h_q", shape.h_q),
                              {"d_nope", shape.d_nope},
                              {"d_rope", shape.d_rope},
                              {"d_v", shape.d_v}})
    if (extent > kMostExtent)
      return llvm::createStringError(
          llvm::formatv("expected {0} of at most {1}, but got {2}", name, kMostExtent, extent).str());
  int64_t width = shape.h_q * (shape.d_qk() + shape.d_v);
  if (shape.isPaged())
    tokens += static_cast<int64_t>(problem.lengths.size()) * shape.page_size;
  if (int64_t most = std::max(queries, tokens) + 2 * problem.inputs.spareTokens; most > kMaxElements / width)
    return llvm::createStringError(
        llvm::formatv("expected at most {0} tokens, but got {1}", kMaxElements / width, most).str());
  return Error::success();
}

PrefillInputs run::makePrefillInputs(const PrefillSignature &signature, const PrefillProblem &problem,
                                     bool withValues) {
  if (withValues)
    return reference::makePrefillInputs(signature.shape, signature.element, signature.softmaxScale, signature.causal,
                                        problem.lengths, problem.inputs);
  // Only the lengths count: one row of zeros stands for all.
  PrefillInputs inputs = reference::makePrefillInputs(signature.shape, signature.element, signature.softmaxScale,
                                                      signature.causal, {}, {});
  for (const PrefillLengths &length : problem.lengths) {
    inputs.cuSeqlensQ.push_back(inputs.cuSeqlensQ.back() + length.queries);
    inputs.cuSeqlensKv.push_back(inputs.cuSeqlensKv.back() + length.tokens);
  }
  if (signature.shape.isPaged()) {
    PrefillProblem stored = problem;
    stored.inputs.maxStoredPages = 1;
    std::vector<PrefillLengths> lengths = problem.lengths;
    for (PrefillLengths &length : lengths)
      length.queries = 0;
    inputs.paged = reference::makePrefillInputs(signature.shape, signature.element, signature.softmaxScale,
                                                signature.causal, lengths, stored.inputs)
                       .paged;
  }
  for (PrefillTensor *tensor : {&inputs.q, &inputs.k, &inputs.kRope, &inputs.v, &inputs.latents}) {
    tensor->tokens = tensor == &inputs.q ? inputs.cuSeqlensQ.back() : inputs.cuSeqlensKv.back();
    tensor->tokenStride = tensor->headStride = 0;
    tensor->values.assign(tensor->width, 0);
  }
  return inputs;
}

DecodeComparison run::comparePrefill(const PrefillInputs &inputs, const PrefillOutputs &outputs,
                                     const PrefillProblem &problem) {
  // A few seconds of one core.
  constexpr int64_t kMaxRowTokens = int64_t(1) << 22, kMinRows = 64, kMaxRows = 1024;
  int64_t rows = problem.checkRows;
  if (rows < 0) {
    int64_t longest = 1, all = 0;
    for (const PrefillLengths &length : problem.lengths) {
      longest = std::max<int64_t>(longest, length.tokens);
      all += int64_t(length.queries) * length.tokens * inputs.shape.h_q;
    }
    rows = all <= kMaxRowTokens ? 0 : std::clamp(kMaxRowTokens / longest, kMinRows, kMaxRows);
  }
  return reference::comparePrefill(inputs, outputs, rows, problem.inputs.seed);
}

Work run::countPrefillWork(const PrefillInputs &inputs) {
  const PrefillShape &shape = inputs.shape;
  constexpr int64_t kElementBytes = 2, kLseBytes = 4;
  Work work;
  double pairs = 0, queries = 0, tokens = 0;
  for (int64_t sequence = 0; sequence < inputs.b(); ++sequence) {
    queries += static_cast<double>(inputs.queries(sequence));
    tokens += static_cast<double>(inputs.tokens(sequence));
    for (int64_t query = 0; query < inputs.queries(sequence); ++query)
      pairs += static_cast<double>(inputs.visibleTokens(sequence, query));
  }
  auto heads = static_cast<double>(shape.h_q);
  work.flops = 2.0 * pairs * heads * static_cast<double>(shape.d_qk() + shape.d_v);
  work.bytes = queries * heads * static_cast<double>((shape.d_qk() + shape.d_v) * kElementBytes + kLseBytes);
  if (shape.isAbsorbed()) {
    int64_t tokenBytes =
        inputs.paged ? inputs.paged->layout().pageStride / shape.page_size : shape.d_qk() * kElementBytes;
    work.bytes += tokens * static_cast<double>(tokenBytes);
    return work;
  }
  work.bytes += tokens * heads * static_cast<double>((shape.d_nope + shape.d_v) * kElementBytes) +
                tokens * static_cast<double>(shape.d_rope * kElementBytes);
  return work;
}

//===----------------------------------------------------------------------------------------------------------===//
// On a GPU
//===----------------------------------------------------------------------------------------------------------===//

template <typename T> static llvm::ArrayRef<uint8_t> bytesOf(const std::vector<T> &values) {
  return {reinterpret_cast<const uint8_t *>(values.data()), values.size() * sizeof(T)};
}

std::optional<PrefillSignature> run::getPrefillSignature(const mla_package_t *package) {
  mla_prefill_info_t info = MLA_PREFILL_INFO_INIT;
  if (mla_package_prefill_info(package, &info) != MLA_STATUS_OK)
    return std::nullopt;
  PrefillSignature signature;
  signature.shape = {info.h_q, info.d_nope, info.d_rope, info.d_v};
  signature.shape.form = info.form == MLA_PREFILL_FORM_ABSORBED ? PrefillForm::Absorbed : PrefillForm::MHA;
  signature.shape.page_size = info.page_size;
  // The enums have the same values.
  if (auto format = static_cast<CacheFormat>(info.format); isE4M3(format))
    signature.shape.format = format;
  signature.element = info.element == MLA_ELEMENT_BF16 ? Element::BF16 : Element::F16;
  signature.causal = info.causal;
  signature.softmaxScale = info.softmax_scale;
  return signature;
}

Expected<std::unique_ptr<GPUPrefill>> GPUPrefill::create(Device &device, const mla_package_t *package,
                                                         const PrefillInputs &inputs) {
  std::unique_ptr<GPUPrefill> result(new GPUPrefill(device, inputs));
  const PrefillShape &shape = inputs.shape;
  mla_prefill_desc_t desc = MLA_PREFILL_DESC_INIT;
  desc.element = inputs.element == Element::BF16 ? MLA_ELEMENT_BF16 : MLA_ELEMENT_F16;
  desc.causal = inputs.causal;
  desc.max_b = inputs.b();
  desc.max_total_q = inputs.q.tokens;
  desc.h_q = shape.h_q;
  desc.d_nope = shape.d_nope;
  desc.d_rope = shape.d_rope;
  desc.d_v = shape.d_v;
  desc.q_token_stride = inputs.q.tokenStride;
  desc.q_head_stride = inputs.q.headStride;
  desc.k_token_stride = inputs.k.tokenStride;
  desc.k_head_stride = inputs.k.headStride;
  desc.k_rope_token_stride = inputs.kRope.tokenStride;
  desc.v_token_stride = inputs.v.tokenStride;
  desc.v_head_stride = inputs.v.headStride;
  desc.form = shape.isAbsorbed() ? MLA_PREFILL_FORM_ABSORBED : MLA_PREFILL_FORM_MHA;
  desc.page_size = shape.page_size;
  desc.key_stride = inputs.latents.tokenStride;
  if (inputs.paged) {
    desc.num_pages = inputs.paged->shape.numPages;
    desc.block_table_stride = inputs.paged->shape.blockTableStride;
    desc.format = static_cast<mla_cache_format_t>(inputs.paged->format);
  }
  size_t workspaceSize = 0;
  MLA_RUN_TRY(toError(mla_prefill_plan_create(package, &desc, &result->plan)));
  MLA_RUN_TRY(toError(mla_prefill_plan_workspace_size(result->plan, &workspaceSize)));

  Error error = Error::success();
  auto allocate = [&](DeviceBuffer &buffer, size_t size) -> void * {
    if (!error) {
      if (auto allocated = DeviceBuffer::allocate(device, std::max<size_t>(size, 16)))
        buffer = std::move(*allocated);
      else
        error = allocated.takeError();
    }
    return buffer.getAddress();
  };
  auto load = [&](DeviceBuffer &buffer, llvm::ArrayRef<uint8_t> bytes) -> void * {
    void *address = allocate(buffer, bytes.size());
    if (!error && !bytes.empty())
      error = buffer.upload(bytes);
    return address;
  };
  size_t rows = static_cast<size_t>(inputs.q.tokens * shape.h_q);
  mla_prefill_args_t &args = result->args;
  args.b = inputs.b();
  args.total_q = inputs.q.tokens;
  args.total_kv = shape.isAbsorbed() ? inputs.latents.tokens : inputs.k.tokens;
  args.q = load(result->q, bytesOf(inputs.q.values));
  args.k = load(result->k, bytesOf(inputs.k.values));
  args.k_rope = load(result->kRope, bytesOf(inputs.kRope.values));
  args.v = load(result->v, bytesOf(inputs.v.values));
  args.cu_seqlens_q = load(result->cuSeqlensQ, bytesOf(inputs.cuSeqlensQ));
  args.cu_seqlens_kv = load(result->cuSeqlensKv, bytesOf(inputs.cuSeqlensKv));
  if (inputs.paged) {
    // Pages that are not stored are copies of those that are.
    args.keys =
        allocate(result->keys, static_cast<size_t>(inputs.paged->shape.numPages * inputs.paged->layout().pageStride));
    if (!error)
      error = result->keys.upload(inputs.paged->cache);
    args.block_table = load(result->blockTable, bytesOf(inputs.paged->blockTable));
    args.seq_lens = load(result->seqLens, bytesOf(inputs.paged->seqLens));
    args.cache_scale = load(result->cacheScale, bytesOf(std::vector<float>{inputs.paged->cacheScale}));
  } else {
    args.keys = load(result->keys, bytesOf(inputs.latents.values));
  }
  args.out = allocate(result->out, rows * static_cast<size_t>(shape.d_v) * sizeof(uint16_t));
  args.lse = allocate(result->lse, rows * sizeof(float));
  args.workspace = allocate(result->workspace, workspaceSize);
  args.workspace_size = workspaceSize;
  if (error)
    return error;
  return std::move(result);
}

GPUPrefill::~GPUPrefill() { mla_prefill_plan_destroy(plan); }

Expected<PrefillOutputs> GPUPrefill::fetch() {
  const PrefillShape &shape = inputs.shape;
  PrefillOutputs outputs;
  outputs.out.resize(inputs.q.tokens * shape.h_q * shape.d_v);
  outputs.lse.resize(inputs.q.tokens * shape.h_q);
  MLA_RUN_TRY(out.download({reinterpret_cast<uint8_t *>(outputs.out.data()), outputs.out.size() * sizeof(uint16_t)}));
  MLA_RUN_TRY(lse.download({reinterpret_cast<uint8_t *>(outputs.lse.data()), outputs.lse.size() * sizeof(float)}));
  return outputs;
}

/// NaN in every floating-point type, −1 as an integer.
static constexpr uint8_t kPoison = 0xff;

Expected<PrefillOutputs> GPUPrefill::run() {
  for (DeviceBuffer *buffer : {&out, &lse, &workspace})
    MLA_RUN_TRY(buffer->fill(kPoison));
  MLA_RUN_TRY(schedule());
  MLA_RUN_TRY(attend());
  return fetch();
}

Expected<PrefillOutputs> GPUPrefill::replay() {
  for (DeviceBuffer *buffer : {&out, &lse})
    MLA_RUN_TRY(buffer->fill(kPoison));
  MLA_RUN_TRY(attend());
  return fetch();
}

Expected<Timing> GPUPrefill::time(CacheFlush &flush, Sampling sampling) {
  return timeCalls(device, flush, sampling, [&] { return schedule(); }, [&] { return attend(); });
}
