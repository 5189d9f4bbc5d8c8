//===- Append.cpp - Running an append or a rope program as the runtime would --------------------------------===//
#include "lib/Interpreter/KernelHost.h"

namespace mlir::mla_gpu {

using mla::reference::AppendInputs;
using mla::reference::RopeInputs;

namespace {

/// Integers of 32 or 64 bits.
std::vector<uint8_t> copyIntegers(const std::vector<int64_t> &values, int64_t bits) {
  return bits == 32 ? copyAs<int32_t>(values) : copyAs<int64_t>(values);
}

/// As in the runtime: a kernel's numbers of tokens go past their end by up to two rounds of all warps, in 32 bits.
constexpr int64_t kMostTokens = 1 << 30;

} // namespace

LogicalResult interpretAppend(ProgramOp program, const AppendInputs &inputs, int64_t multiprocessors,
                              const InterpreterOptions &options, InterpreterReport &report,
                              std::vector<uint8_t> &cache) {
  AppendAttr append = program.getAppend();
  if (!append)
    return program.emitError() << "expected a program that implements an append op";
  KernelHost host(program, multiprocessors);
  if (failed(host.checkElement(append.getElement(), inputs.element)))
    return failure();
  if (append.getFormat() != inputs.format)
    return program.emitError() << "expected a cache of format " << StringRef(stringify(append.getFormat()))
                               << ", but got " << StringRef(stringify(inputs.format));
  if (append.getPageSize() != inputs.page_size)
    return host.mismatch("page size", append.getPageSize(), inputs.page_size);
  if (append.getDLatent() != inputs.d_latent)
    return host.mismatch("latent width", append.getDLatent(), inputs.d_latent);
  if (append.getDRope() != inputs.d_rope)
    return host.mismatch("RoPE width", append.getDRope(), inputs.d_rope);
  if ((append.getSlotBits() != 0) != inputs.hasSlots)
    return program.emitError() << "expected inputs with " << (append.getSlotBits() ? "slots" : "a block table");
  if (append.getNorm() == inputs.weight.empty())
    return program.emitError() << "expected inputs " << (append.getNorm() ? "with" : "without") << " a norm's weight";
  if (append.getQueries() != 0 && append.getQueries() != inputs.s_q)
    return host.mismatch("s_q", append.getQueries(), inputs.s_q);
  if (inputs.getLatentStride() < inputs.d_latent || inputs.getKRopeStride() < inputs.d_rope)
    return program.emitError() << "expected strides of at least the widths, but got " << inputs.latentStride << " and "
                               << inputs.kRopeStride;
  if (inputs.tokens < 0 || inputs.tokens > kMostTokens || inputs.s_q < 1 || inputs.s_q > kMostTokens)
    return program.emitError() << "expected 0 to " << kMostTokens << " tokens, but got " << inputs.tokens;
  if (failed(host.checkSize("the latents", inputs.latent.size(), {inputs.tokens, inputs.getLatentStride()})) ||
      failed(host.checkSize("the key parts", inputs.kRope.size(), {inputs.tokens, inputs.getKRopeStride()})) ||
      failed(host.checkSize("the cache", inputs.cache.size(), {inputs.numPages, inputs.layout().pageStride})) ||
      (append.getNorm() && failed(host.checkSize("the weight", inputs.weight.size(), {inputs.d_latent}))))
    return failure();
  host.bind(Binding::Latent, copyAs<uint16_t>(inputs.latent));
  host.bind(Binding::KRope, copyAs<uint16_t>(inputs.kRope));
  host.bind(Binding::NormWeight, copyAs<uint16_t>(inputs.weight));
  host.bind(Binding::Cache, inputs.cache);
  host.bind(Binding::CacheScale, copyAs<float>(std::vector<float>{inputs.cacheScale}));
  host.bind(Binding::Tokens, inputs.tokens);
  host.bind(Binding::LatentStride, inputs.getLatentStride());
  host.bind(Binding::KRopeStride, inputs.getKRopeStride());
  if (inputs.hasSlots) {
    if (failed(host.checkSize("the slots", inputs.slots.size(), {inputs.tokens})) ||
        failed(host.checkSize("the positions", inputs.positions.size(), {inputs.tokens})))
      return failure();
    host.bind(Binding::Slots, copyIntegers(inputs.slots, append.getSlotBits()));
    host.bind(Binding::Positions, copyIntegers(inputs.positions, append.getPositionBits()));
  } else {
    int64_t b = static_cast<int64_t>(inputs.seqLens.size());
    if (inputs.tokens != b * inputs.s_q)
      return host.mismatch("tokens", b * inputs.s_q, inputs.tokens);
    if (failed(host.checkSize("the block table", inputs.blockTable.size(), {b, inputs.blockTableStride})))
      return failure();
    host.bind(Binding::BlockTable, copyAs<int32_t>(inputs.blockTable));
    host.bind(Binding::SeqLens, copyAs<int32_t>(inputs.seqLens));
    host.bind(Binding::BlockTableStride, inputs.blockTableStride);
    host.bind(Binding::Queries, inputs.s_q);
  }
  if (failed(host.run(Step::Append, options, report)))
    return failure();
  cache = host.getBytes(Binding::Cache);
  return success();
}

LogicalResult interpretRope(ProgramOp program, const RopeInputs &inputs, int64_t multiprocessors,
                            const InterpreterOptions &options, InterpreterReport &report, std::vector<uint16_t> &out) {
  RopeAttr rope = program.getRope();
  if (!rope)
    return program.emitError() << "expected a program that implements a rope op";
  KernelHost host(program, multiprocessors);
  if (failed(host.checkElement(rope.getElement(), inputs.element)))
    return failure();
  if (rope.getDRope() != inputs.d_rope)
    return host.mismatch("RoPE width", rope.getDRope(), inputs.d_rope);
  if (rope.getHeads() != 0 && rope.getHeads() != inputs.heads)
    return host.mismatch("heads", rope.getHeads(), inputs.heads);
  int64_t rows;
  if (inputs.tokens < 0 || inputs.heads < 1 || llvm::MulOverflow(inputs.tokens, inputs.heads, rows) ||
      rows > kMostTokens)
    return program.emitError() << "expected at most " << kMostTokens << " rows, but got " << inputs.tokens << " · "
                               << inputs.heads;
  if (failed(host.checkSize("x", inputs.x.size(), {inputs.tokens, inputs.heads, inputs.d_rope})) ||
      failed(host.checkSize("the positions", inputs.positions.size(), {inputs.tokens})))
    return failure();
  host.bind(Binding::RopeX, copyAs<uint16_t>(inputs.x));
  host.bind(Binding::Positions, copyIntegers(inputs.positions, rope.getPositionBits()));
  host.bind(Binding::Out, std::vector<uint8_t>(inputs.x.size() * sizeof(uint16_t), 0xff));
  host.bind(Binding::Tokens, inputs.tokens);
  host.bind(Binding::Heads, inputs.heads);
  if (failed(host.run(Step::Rope, options, report)))
    return failure();
  out = host.fetch(Binding::Out);
  return success();
}

} // namespace mlir::mla_gpu
