//===- Tokens.cpp - Append, RoPE and merge problems --------------------------------------------------------------===//
#include "Tokens.h"
#include "Lengths.h"
#include "lib/Support/JSONFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::mla;
using namespace mlir::mla::run;
using namespace mlir::mla::reference;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace json = llvm::json;

/// Far above what there is; keeps products inside 64 bits and inputs inside a host.
static constexpr int64_t kMaxTokens = 1 << 20;
static constexpr double kMaxElements = 0x1p31;

//===----------------------------------------------------------------------------------------------------------===//
// What a program implements
//===----------------------------------------------------------------------------------------------------------===//

static MergeElement getMergeElement(mla_element_t element) {
  return element == MLA_ELEMENT_BF16  ? MergeElement::BF16
         : element == MLA_ELEMENT_F16 ? MergeElement::F16
                                      : MergeElement::F32;
}

StringRef run::describeElement(const TokenSignature &signature) {
  if (signature.op == TokenOp::Merge && signature.mergeElement == MergeElement::F32)
    return "f32";
  return elementName(signature.element);
}

/// What merge fixes.
static TokenSignature getMergeSignature(MergeElement element, int64_t heads, int64_t d_v, bool headsFirst) {
  TokenSignature signature;
  signature.op = TokenOp::Merge;
  signature.mergeElement = element;
  signature.element = element == MergeElement::F16 ? Element::F16 : Element::BF16;
  signature.heads = heads;
  signature.d_v = d_v;
  signature.headsFirst = headsFirst;
  return signature;
}

static Element getElement(Type type) { return type.isBF16() ? Element::BF16 : Element::F16; }
static Element getElement(mla_element_t element) { return element == MLA_ELEMENT_BF16 ? Element::BF16 : Element::F16; }

std::optional<TokenSignature> run::getTokenSignature(mla_gpu::ProgramOp program) {
  TokenSignature signature;
  if (mla_gpu::AppendAttr append = program.getAppend()) {
    signature.element = getElement(append.getElement());
    signature.format = append.getFormat();
    signature.d_latent = append.getDLatent();
    signature.d_rope = append.getDRope();
    signature.page_size = append.getPageSize();
    signature.s_q = append.getQueries();
    signature.slotBits = append.getSlotBits();
    signature.positionBits = append.getPositionBits();
    signature.norm = append.getNorm();
    signature.eps = static_cast<float>(append.getEps().getValueAsDouble());
    signature.rope = mla_gpu::getRope(append.getRotation());
    return signature;
  }
  if (mla_gpu::RopeAttr rope = program.getRope()) {
    signature.op = TokenOp::Rope;
    signature.element = getElement(rope.getElement());
    signature.d_rope = rope.getDRope();
    signature.heads = rope.getHeads();
    signature.positionBits = rope.getPositionBits();
    signature.rope = mla_gpu::getRope(rope.getRotation());
    return signature;
  }
  if (mla_gpu::MergeAttr merge = program.getMerge()) {
    Type element = merge.getElement();
    return getMergeSignature(element.isBF16()  ? MergeElement::BF16
                             : element.isF16() ? MergeElement::F16
                                               : MergeElement::F32,
                             merge.getHeads(), merge.getDV(), merge.getHeadsFirst());
  }
  return std::nullopt;
}

std::optional<TokenSignature> run::getTokenSignature(const mla_package_t *package) {
  TokenSignature signature;
  mla_append_info_t append = MLA_APPEND_INFO_INIT;
  if (mla_package_append_info(package, &append) == MLA_STATUS_OK) {
    signature.element = getElement(append.element);
    signature.format = static_cast<CacheFormat>(append.format);
    signature.d_latent = append.d_latent;
    signature.d_rope = append.d_rope;
    signature.page_size = append.page_size;
    signature.s_q = append.s_q;
    signature.slotBits = append.slot_bits;
    signature.positionBits = append.position_bits;
    signature.norm = append.norm;
    signature.eps = append.eps;
    signature.rope = getRope(append.rotation);
    return signature;
  }
  mla_rope_info_t rope = MLA_ROPE_INFO_INIT;
  if (mla_package_rope_info(package, &rope) == MLA_STATUS_OK) {
    signature.op = TokenOp::Rope;
    signature.element = getElement(rope.element);
    signature.d_rope = rope.d_rope;
    signature.heads = rope.heads;
    signature.positionBits = rope.position_bits;
    signature.rope = getRope(rope.rotation);
    return signature;
  }
  mla_merge_info_t merge = MLA_MERGE_INFO_INIT;
  if (mla_package_merge_info(package, &merge) == MLA_STATUS_OK)
    return getMergeSignature(getMergeElement(merge.element), merge.heads, merge.d_v, merge.heads_first);
  return std::nullopt;
}

//===----------------------------------------------------------------------------------------------------------===//
// Problems
//===----------------------------------------------------------------------------------------------------------===//

Error run::checkImplements(const TokenSignature &signature, const TokenProblem &problem) {
  auto fixed = [](StringRef what, int64_t expected, int64_t actual) -> Error {
    if (expected == 0 || expected == actual)
      return Error::success();
    return llvm::createStringError(llvm::formatv("expected {0} {1}, but got {2}", what, expected, actual).str());
  };
  if (signature.op == TokenOp::Append)
    MLA_RUN_TRY(fixed("s_q", signature.s_q, problem.s_q));
  else if (signature.op == TokenOp::Rope)
    MLA_RUN_TRY(fixed("heads", signature.heads, problem.heads));
  bool hasLengths = signature.op == TokenOp::Append && signature.slotBits == 0;
  if (problem.s_q < 1 || problem.s_q > kMaxTokens || problem.heads < 1 || problem.heads > kMaxTokens)
    return llvm::createStringError(llvm::formatv("expected 1 to {0} heads and query tokens, but got {1} and {2}",
                                                 kMaxTokens, problem.heads, problem.s_q)
                                       .str());
  int64_t tokens = hasLengths ? static_cast<int64_t>(problem.lengths.size()) * problem.s_q : problem.tokens;
  if (tokens < 0 || tokens > kMaxTokens)
    return llvm::createStringError(llvm::formatv("expected 0 to {0} tokens, but got {1}", kMaxTokens, tokens).str());
  // In double, whatever the program says its widths are.
  auto real = [](int64_t value) { return static_cast<double>(value); };
  double width = signature.op == TokenOp::Append  ? real(signature.d_latent) + real(signature.d_rope)
                 : signature.op == TokenOp::Merge ? 2 * real(signature.heads) * real(signature.d_v)
                                                  : real(problem.heads) * real(signature.d_rope);
  double stored = real(tokens) + 2 * real(signature.page_size);
  for (int32_t length : problem.lengths)
    stored += hasLengths ? real(std::max(length, 0)) + real(signature.page_size) : 0;
  if (stored * width > kMaxElements)
    return llvm::createStringError(
        llvm::formatv("expected at most {0:F0} elements, but got {1:F0}", kMaxElements, stored * width).str());
  return Error::success();
}

TokenInputs run::makeInputs(const TokenSignature &signature, const TokenProblem &problem) {
  if (signature.op == TokenOp::Merge) {
    MergeInputs inputs;
    inputs.tokens = problem.tokens;
    inputs.heads = signature.heads;
    inputs.d_v = signature.d_v;
    inputs.headsFirst = signature.headsFirst;
    inputs.element = signature.mergeElement;
    fillMergeInputs(inputs, problem.inputs.seed);
    return inputs;
  }
  if (signature.op != TokenOp::Append) {
    RopeInputs inputs;
    inputs.tokens = problem.tokens;
    inputs.heads = problem.heads;
    inputs.d_rope = signature.d_rope;
    inputs.element = signature.element;
    inputs.rope = *signature.rope;
    fillRopeInputs(inputs, problem.inputs);
    return inputs;
  }
  AppendInputs inputs;
  inputs.tokens = problem.tokens;
  inputs.d_latent = signature.d_latent;
  inputs.d_rope = signature.d_rope;
  inputs.page_size = signature.page_size;
  inputs.element = signature.element;
  inputs.format = signature.format;
  inputs.weight.resize(signature.norm ? signature.d_latent : 0);
  inputs.eps = signature.eps;
  inputs.rope = signature.rope;
  inputs.hasSlots = signature.slotBits != 0;
  inputs.s_q = problem.s_q;
  inputs.seqLens = problem.lengths;
  fillAppendInputs(inputs, problem.inputs);
  return inputs;
}

double run::countBytes(const TokenInputs &inputs) {
  if (const auto *merge = std::get_if<MergeInputs>(&inputs))
    return 3 * static_cast<double>(merge->rows()) *
           (static_cast<double>(merge->d_v * reference::getBytes(merge->element)) + sizeof(float));
  constexpr double kElementBytes = 2;
  if (const auto *rope = std::get_if<RopeInputs>(&inputs))
    return 2 * kElementBytes * static_cast<double>(rope->x.size());
  const auto &append = std::get<AppendInputs>(inputs);
  CacheLayout layout = append.layout();
  double written = static_cast<double>(layout.pageStride) / static_cast<double>(layout.pageSize);
  return static_cast<double>(append.tokens) * (kElementBytes * static_cast<double>(append.d_qk()) + written);
}

ElementComparison run::compare(const TokenInputs &inputs, const std::vector<uint8_t> &result) {
  if (const auto *append = std::get_if<AppendInputs>(&inputs))
    return compareAppend(*append, result);
  if (const auto *merge = std::get_if<MergeInputs>(&inputs)) {
    size_t outBytes = static_cast<size_t>(merge->rows() * merge->d_v * reference::getBytes(merge->element));
    outBytes = std::min(outBytes, result.size());
    return compareMerge(*merge, {reference::load(merge->element, {result.begin(), result.begin() + outBytes}),
                                 reference::load(MergeElement::F32, {result.begin() + outBytes, result.end()})});
  }
  std::vector<uint16_t> out(result.size() / sizeof(uint16_t));
  std::memcpy(out.data(), result.data(), out.size() * sizeof(uint16_t));
  return compareRope(std::get<RopeInputs>(inputs), out);
}

std::string run::describeTokens(const TokenSignature &signature, const TokenProblem &problem) {
  std::string what;
  if (signature.op == TokenOp::Append && signature.slotBits == 0)
    what = llvm::formatv("b {0}, s_q {1}, s_kv {2}", problem.lengths.size(), problem.s_q,
                         describeLengths(problem.lengths));
  else
    what = llvm::formatv("{0} tokens", problem.tokens);
  if (signature.op != TokenOp::Append)
    return llvm::formatv("{0}, {1}, {2} heads, {3}", signature.op == TokenOp::Merge ? "merge" : "rope", what,
                         signature.op == TokenOp::Merge ? signature.heads : problem.heads, describeElement(signature));
  return llvm::formatv("append, {0}, {1}, cache {2}", what, elementName(signature.element),
                       StringRef(stringify(signature.format)));
}

static bool readConfig(const json::Value &value, json::Path path, TokenProblem &out) {
  json::ObjectMapper map(value, path);
  std::string lengths = "1000,64,1,0";
  int64_t seed = 0;
  if (!map || !map.mapOptional("tokens", out.tokens) || !map.mapOptional("s_q", out.s_q) ||
      !map.mapOptional("lengths", lengths) || !map.mapOptional("heads", out.heads) || !map.mapOptional("seed", seed) ||
      !map.mapOptional("skip_every", out.inputs.skipEvery) ||
      !map.mapOptional("max_position", out.inputs.maxPosition) || !map.mapOptional("name", out.id))
    return false;
  for (const auto &[key, unused] : *value.getAsObject())
    if (!llvm::is_contained({"tokens", "s_q", "lengths", "heads", "seed", "skip_every", "max_position", "name"},
                            StringRef(key))) {
      path.field(key).report("unknown key");
      return false;
    }
  for (auto [key, number, least] : {std::tuple<StringRef, int64_t, int64_t>("tokens", out.tokens, 0),
                                    {"s_q", out.s_q, 1},
                                    {"heads", out.heads, 1},
                                    {"skip_every", out.inputs.skipEvery, 0},
                                    {"max_position", out.inputs.maxPosition, 1}})
    if (number < least || number > std::numeric_limits<int32_t>::max()) {
      path.field(key).report(least == 0 ? llvm::StringLiteral("expected 0 to 2147483647")
                                        : llvm::StringLiteral("expected 1 to 2147483647"));
      return false;
    }
  out.inputs.seed = static_cast<uint64_t>(seed);
  Expected<std::vector<int32_t>> parsed = parseLengths(lengths, 0, out.inputs.seed);
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    path.field("lengths").report("expected lengths such as 4097, 0x8 or random:1:512");
    return false;
  }
  out.lengths = std::move(*parsed);
  return true;
}

Expected<std::vector<TokenProblem>> run::readTokenConfigs(StringRef path) {
  Expected<json::Value> value = readJSONFile(path);
  if (!value)
    return value.takeError();
  json::Path::Root root(path);
  const json::Array *list = value->getAsArray();
  if (!list || list->empty())
    return llvm::createStringError(llvm::formatv("{0}: expected a list of configurations", path).str());
  std::vector<TokenProblem> problems(list->size());
  llvm::StringSet<> names;
  for (auto [index, entry] : llvm::enumerate(*list)) {
    problems[index].id = llvm::formatv("#{0}", index);
    if (!readConfig(entry, json::Path(root).index(index), problems[index]))
      return root.getError();
    if (!names.insert(problems[index].id).second)
      return llvm::createStringError(
          llvm::formatv("{0}: expected every name once, but got '{1}' twice", path, problems[index].id).str());
  }
  return problems;
}

//===----------------------------------------------------------------------------------------------------------===//
// On a GPU
//===----------------------------------------------------------------------------------------------------------===//

template <typename T> static ArrayRef<uint8_t> bytesOf(const std::vector<T> &values) {
  return {reinterpret_cast<const uint8_t *>(values.data()), values.size() * sizeof(T)};
}

Error GPUTokens::upload(DeviceBuffer &buffer, ArrayRef<uint8_t> bytes) {
  auto allocated = DeviceBuffer::allocate(device, bytes.size());
  if (!allocated)
    return allocated.takeError();
  buffer = std::move(*allocated);
  return buffer.upload(bytes);
}

/// Integers as the program wants them.
static std::vector<uint8_t> narrow(const std::vector<int64_t> &values, int64_t bits) {
  std::vector<int32_t> words(values.begin(), values.end());
  ArrayRef<uint8_t> bytes = bits == 32 ? bytesOf(words) : bytesOf(values);
  return bytes.vec();
}

Error GPUTokens::createAppend(const mla_package_t *package, const TokenSignature &signature) {
  const auto &append = std::get<AppendInputs>(inputs);
  mla_append_desc_t desc = MLA_APPEND_DESC_INIT;
  desc.element = append.element == Element::BF16 ? MLA_ELEMENT_BF16 : MLA_ELEMENT_F16;
  desc.format = static_cast<mla_cache_format_t>(append.format);
  desc.d_latent = append.d_latent;
  desc.d_rope = append.d_rope;
  desc.page_size = append.page_size;
  desc.num_pages = append.numPages;
  desc.block_table_stride = append.blockTableStride;
  MLA_RUN_TRY(toError(mla_append_plan_create(package, &desc, &this->append)));
  MLA_RUN_TRY(upload(latent, bytesOf(append.latent)));
  MLA_RUN_TRY(upload(key, bytesOf(append.kRope)));
  MLA_RUN_TRY(upload(weight, bytesOf(append.weight)));
  MLA_RUN_TRY(upload(slots, narrow(append.slots, signature.slotBits)));
  MLA_RUN_TRY(upload(positions, narrow(append.positions, signature.positionBits)));
  MLA_RUN_TRY(upload(blockTable, bytesOf(append.blockTable)));
  MLA_RUN_TRY(upload(seqLens, bytesOf(append.seqLens)));
  MLA_RUN_TRY(upload(cacheScale, bytesOf(std::vector<float>{append.cacheScale})));
  MLA_RUN_TRY(upload(result, bytesOf(append.cache)));
  appendArgs.tokens = append.tokens;
  appendArgs.s_q = append.s_q;
  appendArgs.latent = latent.getAddress();
  appendArgs.k_rope = key.getAddress();
  appendArgs.weight = weight.getAddress();
  appendArgs.slots = slots.getAddress();
  appendArgs.positions = positions.getAddress();
  appendArgs.block_table = blockTable.getAddress();
  appendArgs.seq_lens = seqLens.getAddress();
  appendArgs.cache_scale = cacheScale.getAddress();
  appendArgs.cache = result.getAddress();
  return Error::success();
}

Error GPUTokens::createRope(const mla_package_t *package, const TokenSignature &signature) {
  const auto &rope = std::get<RopeInputs>(inputs);
  mla_rope_desc_t desc = MLA_ROPE_DESC_INIT;
  desc.element = rope.element == Element::BF16 ? MLA_ELEMENT_BF16 : MLA_ELEMENT_F16;
  desc.d_rope = rope.d_rope;
  desc.heads = rope.heads;
  MLA_RUN_TRY(toError(mla_rope_plan_create(package, &desc, &this->rope)));
  MLA_RUN_TRY(upload(key, bytesOf(rope.x)));
  MLA_RUN_TRY(upload(positions, narrow(rope.positions, signature.positionBits)));
  MLA_RUN_TRY(upload(result, std::vector<uint8_t>(rope.x.size() * sizeof(uint16_t), 0xff)));
  ropeArgs.tokens = rope.tokens;
  ropeArgs.x = key.getAddress();
  ropeArgs.positions = positions.getAddress();
  ropeArgs.out = result.getAddress();
  return Error::success();
}

Error GPUTokens::createMerge(const mla_package_t *package) {
  const auto &merge = std::get<MergeInputs>(inputs);
  mla_merge_desc_t desc = MLA_MERGE_DESC_INIT;
  desc.element = merge.element == MergeElement::BF16  ? MLA_ELEMENT_BF16
                 : merge.element == MergeElement::F16 ? MLA_ELEMENT_F16
                                                      : MLA_ELEMENT_F32;
  desc.heads = merge.heads;
  desc.d_v = merge.d_v;
  desc.heads_first = merge.headsFirst;
  MLA_RUN_TRY(toError(mla_merge_plan_create(package, &desc, &this->merge)));
  std::vector<uint8_t> storedA = store(merge.element, merge.outA), storedB = store(merge.element, merge.outB);
  MLA_RUN_TRY(upload(outA, storedA));
  MLA_RUN_TRY(upload(lseA, bytesOf(merge.lseA)));
  MLA_RUN_TRY(upload(outB, storedB));
  MLA_RUN_TRY(upload(lseB, bytesOf(merge.lseB)));
  // out, with lse behind it.
  MLA_RUN_TRY(upload(result, std::vector<uint8_t>(storedA.size() + merge.lseA.size() * sizeof(float), 0xff)));
  mergeArgs.tokens = merge.tokens;
  mergeArgs.out_a = outA.getAddress();
  mergeArgs.lse_a = lseA.getAddress();
  mergeArgs.out_b = outB.getAddress();
  mergeArgs.lse_b = lseB.getAddress();
  mergeArgs.out = result.getAddress();
  mergeArgs.lse = static_cast<uint8_t *>(result.getAddress()) + storedA.size();
  return Error::success();
}

Expected<std::unique_ptr<GPUTokens>> GPUTokens::create(Device &device, const mla_package_t *package,
                                                       const TokenSignature &signature, const TokenInputs &inputs) {
  std::unique_ptr<GPUTokens> tokens(new GPUTokens(device, inputs));
  switch (signature.op) {
  case TokenOp::Append:
    MLA_RUN_TRY(tokens->createAppend(package, signature));
    break;
  case TokenOp::Rope:
    MLA_RUN_TRY(tokens->createRope(package, signature));
    break;
  case TokenOp::Merge:
    MLA_RUN_TRY(tokens->createMerge(package));
    break;
  }
  return std::move(tokens);
}

GPUTokens::~GPUTokens() {
  mla_append_plan_destroy(append);
  mla_rope_plan_destroy(rope);
  mla_merge_plan_destroy(merge);
}

Error GPUTokens::enqueue() {
  return toError(append  ? mla_append_run(append, &appendArgs, device.getStream())
                 : merge ? mla_merge_run(merge, &mergeArgs, device.getStream())
                         : mla_rope_run(rope, &ropeArgs, device.getStream()));
}

Expected<std::vector<uint8_t>> GPUTokens::run() {
  if (const auto *inputs = std::get_if<AppendInputs>(&this->inputs))
    MLA_RUN_TRY(result.upload(bytesOf(inputs->cache)));
  else
    MLA_RUN_TRY(result.fill(0xff));
  MLA_RUN_TRY(enqueue());
  std::vector<uint8_t> bytes(result.getSize());
  MLA_RUN_TRY(result.download(bytes));
  return bytes;
}

Expected<Timing> GPUTokens::time(CacheFlush &flush, Sampling sampling) {
  Timing timing;
  timing.waited = sampling.waitsForEach;
  auto samples = sampleTimes(device, flush, sampling, [&] { return enqueue(); });
  if (!samples)
    return samples.takeError();
  timing.samples = std::move(*samples);
  timing.clockMHz = device.readClock();
  return timing;
}
