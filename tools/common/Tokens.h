//===- Tokens.h - Append, RoPE and merge problems -------------------------------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_TOKENS_H
#define TOOLS_COMMON_TOKENS_H

#include "GPU.h"
#include "lib/Interpreter/Interpreter.h"
#include "lib/Reference/Append.h"
#include "lib/Reference/Merge.h"
#include <variant>

namespace mlir::mla::run {

/// Ops that take any number of tokens and need neither scheduling nor workspace.
enum class TokenOp { Append, Rope, Merge };

/// The append, rope or merge op that a program implements; extents that it leaves open are 0.
struct TokenSignature {
  TokenOp op = TokenOp::Append;
  reference::Element element = reference::Element::BF16;
  int64_t d_rope = 0, positionBits = 0;
  std::optional<reference::Rope> rope;
  // Of append.
  CacheFormat format = CacheFormat::BF16;
  int64_t d_latent = 0, page_size = 0, s_q = 0, slotBits = 0;
  bool norm = false;
  float eps = 0;
  // Of rope and merge.
  int64_t heads = 0;
  // Of merge, whose element type may be f32.
  int64_t d_v = 0;
  bool headsFirst = false;
  reference::MergeElement mergeElement = reference::MergeElement::BF16;
};

/// "bf16", "f16" or "f32".
llvm::StringRef describeElement(const TokenSignature &signature);

/// What a program implements; nothing where it is another op, or none.
std::optional<TokenSignature> getTokenSignature(mla_gpu::ProgramOp program);
std::optional<TokenSignature> getTokenSignature(const mla_package_t *package);

/// One problem with random inputs.
struct TokenProblem {
  std::string id;
  /// New tokens, where they do not follow from `lengths`.
  int64_t tokens = 128;
  /// For programs with a block table: the new tokens of each request, and all of its tokens.
  int64_t s_q = 1;
  std::vector<int32_t> lengths;
  int64_t heads = 16;
  reference::AppendInputOptions inputs;
};

using TokenInputs = std::variant<reference::AppendInputs, reference::RopeInputs, reference::MergeInputs>;

/// Success if `signature` covers the problem and a machine can hold it.
llvm::Error checkImplements(const TokenSignature &signature, const TokenProblem &problem);
TokenInputs makeInputs(const TokenSignature &signature, const TokenProblem &problem);
/// Bytes that must move: what is read of the new tokens, and what is written.
double countBytes(const TokenInputs &inputs);
/// `result` is the cache, or `out`; of merge `out` with `lse` behind it.
reference::ElementComparison compare(const TokenInputs &inputs, const std::vector<uint8_t> &result);

/// Reads a JSON list of problems, of which all may be left out:
///
///   [{"tokens": 128, "s_q": 1, "lengths": "0,1,63", "heads": 16, "seed": 0, "skip_every": 0, "max_position": 1048576,
///     "name": "…"}]
llvm::Expected<std::vector<TokenProblem>> readTokenConfigs(llvm::StringRef path);

/// "128 tokens", "3 requests, s_q 2, s_kv …".
std::string describeTokens(const TokenSignature &signature, const TokenProblem &problem);

/// One problem, loaded onto the device.
class GPUTokens {
public:
  static llvm::Expected<std::unique_ptr<GPUTokens>> create(Device &device, const mla_package_t *package,
                                                           const TokenSignature &signature, const TokenInputs &inputs);
  ~GPUTokens();

  /// One call on a fresh cache, or with `out` poisoned before: the bytes of what it wrote.
  llvm::Expected<std::vector<uint8_t>> run();
  /// Times calls after a few others, with the L2 cache flushed before each.
  llvm::Expected<Timing> time(CacheFlush &flush, Sampling sampling);

private:
  GPUTokens(Device &device, const TokenInputs &inputs) : device(device), inputs(inputs) {}
  llvm::Error createAppend(const mla_package_t *package, const TokenSignature &signature);
  llvm::Error createRope(const mla_package_t *package, const TokenSignature &signature);
  llvm::Error createMerge(const mla_package_t *package);
  llvm::Error upload(DeviceBuffer &buffer, llvm::ArrayRef<uint8_t> bytes);
  llvm::Error enqueue();

  Device &device;
  const TokenInputs &inputs;
  mla_append_plan_t *append = nullptr;
  mla_rope_plan_t *rope = nullptr;
  mla_merge_plan_t *merge = nullptr;
  mla_append_args_t appendArgs = MLA_APPEND_ARGS_INIT;
  mla_rope_args_t ropeArgs = MLA_ROPE_ARGS_INIT;
  mla_merge_args_t mergeArgs = MLA_MERGE_ARGS_INIT;
  DeviceBuffer outA, lseA, outB, lseB;
  DeviceBuffer latent, key, weight, positions, slots, blockTable, seqLens, cacheScale, result;
};

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_TOKENS_H
