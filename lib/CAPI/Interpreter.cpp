//===- Interpreter.cpp - The C face of the interpreter -------------------------------------------------------===//
#include "mla/MLAInterpreter.h"

#include "lib/CAPI/Support.h"
#include "lib/Interpreter/Interpreter.h"
#include "lib/Pipelines/Compile.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SourceMgr.h"
#include <array>
#include <cstring>
#include <mutex>

using namespace mlir;
using namespace mlir::mla;

struct MlaProgram {
  // In this order: operations go before their context.
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
  mla_gpu::ProgramOp program;
  /// One call at a time: the context's diagnostics belong to it.
  mutable std::mutex mutex;
};

//===----------------------------------------------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------------------------------------------===//

MlaProgram *mlaProgramCreate(const char *text, size_t size, const char *name, const MlaCompileOptions *options,
                             MlaDiagnosticCallback callback, void *userData) {
  Reporter reporter{callback, userData};
  llvm::SourceMgr sources;
  if (!openSource(text, size, name, reporter, sources))
    return nullptr;

  DialectRegistry registry;
  registerCompiler(registry);
  auto result = std::make_unique<MlaProgram>();
  result->context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  result->context->printOpOnDiagnostic(false);
  ScopedDiagnosticHandler handler(result->context.get(), [&](Diagnostic &diagnostic) {
    reporter.report(diagnostic);
    return success();
  });
  result->module = parseSourceFile<ModuleOp>(sources, ParserConfig(result->context.get()));
  if (!result->module)
    return nullptr;
  CompileOptions chosen = options ? options->options : CompileOptions();
  chosen.stopAfter = Stage::MLAGPU;
  if (failed(mla::compile(*result->module, chosen)))
    return nullptr;
  unsigned found = 0;
  result->module->walk([&](mla_gpu::ProgramOp op) {
    if (op.getImplementsAttr()) {
      result->program = op;
      ++found;
    }
  });
  if (found != 1)
    return reporter.fail(llvm::Twine(name) + ": expected one op of the mla dialect, but got " + llvm::Twine(found));
  return result.release();
}

void mlaProgramDestroy(MlaProgram *program) { delete program; }

//===----------------------------------------------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------------------------------------------===//

namespace {
/// The most bytes that an operand may have. The interpreter copies them, and is for small shapes.
constexpr int64_t kMostBytes = int64_t(1) << 32;

/// Copies operands of a call, and says what is wrong with them.
class Copier {
public:
  explicit Copier(const Reporter &reporter) : reporter(reporter) {}

  bool failed() const { return hasFailed; }
  void fail(const llvm::Twine &message) {
    if (!hasFailed)
      reporter.fail(message);
    hasFailed = true;
  }

  /// Copies a · b · c · d elements.
  template <typename T>
  void copy(StringRef name, const void *from, std::array<int64_t, 4> extents, std::vector<T> &to) {
    int64_t count = sizeof(T);
    for (int64_t extent : extents)
      if (extent < 0 || llvm::MulOverflow(count, extent, count) || count > kMostBytes)
        return fail(name + ": expected at most 2^32 bytes for the interpreter, but got more");
    if (hasFailed)
      return;
    count /= sizeof(T);
    if (count > 0 && !from)
      return fail(name + ": expected a pointer, but got null");
    to.resize(count);
    if (count > 0)
      std::memcpy(to.data(), from, count * sizeof(T));
  }

  /// The same for integers of 32 or 64 bits.
  void copyIntegers(StringRef name, const void *from, int64_t count, int64_t bits, std::vector<int64_t> &to) {
    if (bits == 64)
      return copy(name, from, {count, 1, 1, 1}, to);
    std::vector<int32_t> narrow;
    copy(name, from, {count, 1, 1, 1}, narrow);
    to.assign(narrow.begin(), narrow.end());
  }

  /// One element.
  template <typename T> void copyOne(StringRef name, const void *from, T &to) {
    if (!from)
      return fail(name + ": expected a pointer, but got null");
    std::memcpy(&to, from, sizeof(T));
  }

  /// A field that must have the op's value.
  void expect(StringRef name, int64_t expected, int64_t actual) {
    if (expected != actual)
      fail(name + ": expected " + llvm::Twine(expected) + ", but got " + llvm::Twine(actual));
  }

  /// Handles, and sizes of structs.
  template <typename Desc, typename Args>
  bool checkStructs(const MlaProgram *program, const Desc *desc, const Args *args) {
    if (!program || !desc || !args)
      fail("expected a program, a description and arguments, but got null");
    else if (desc->struct_size != sizeof(Desc))
      fail("desc: expected struct_size " + llvm::Twine(sizeof(Desc)) + ", but got " + llvm::Twine(desc->struct_size));
    else if (args->struct_size != sizeof(Args))
      fail("args: expected struct_size " + llvm::Twine(sizeof(Args)) + ", but got " + llvm::Twine(args->struct_size));
    return !hasFailed;
  }

private:
  const Reporter &reporter;
  bool hasFailed = false;
};

/// The reference's name of an element type of 16 bits; nothing for other values.
std::optional<reference::Element> getElement(mla_element_t element) {
  if (element == MLA_ELEMENT_BF16)
    return reference::Element::BF16;
  if (element == MLA_ELEMENT_F16)
    return reference::Element::F16;
  return std::nullopt;
}

bool isFormat(int64_t format) { return format >= 0 && format < kNumCacheFormats; }

/// What writes a result back.
template <typename T> void store(const std::vector<T> &from, void *to) {
  if (!from.empty())
    std::memcpy(to, from.data(), from.size() * sizeof(T));
}

/// Checks where the tokens of request `request` lie, which a GPU takes on trust: P1 and P2 of the ops.
void checkPlaces(Copier &copier, const reference::DecodeInputs &inputs, int64_t request) {
  const reference::DecodeShape &shape = inputs.shape;
  int64_t tokens = inputs.seqLens[request], pageSize = shape.page_size, most;
  if (llvm::MulOverflow(shape.blockTableStride, pageSize, most))
    most = INT64_MAX;
  if (tokens > most)
    return copier.fail("seq_lens: expected at most " + llvm::Twine(most) + " tokens in request " +
                       llvm::Twine(request) + ", but got " + llvm::Twine(tokens));
  for (int64_t column = 0; column * pageSize < tokens; ++column) {
    int32_t page = inputs.blockTable[request * shape.blockTableStride + column];
    if (page < 0 || page >= shape.numPages)
      return copier.fail("block_table: expected pages from 0 to " + llvm::Twine(shape.numPages - 1) + " in request " +
                         llvm::Twine(request) + ", but got " + llvm::Twine(page) + " at " + llvm::Twine(column));
  }
}

/// Runs `call` with the program's diagnostics reported, then reports the findings.
bool interpret(const MlaProgram &program, const Reporter &reporter,
               llvm::function_ref<LogicalResult(mla_gpu::InterpreterReport &)> call) {
  std::lock_guard<std::mutex> lock(program.mutex);
  ScopedDiagnosticHandler handler(program.context.get(), [&](Diagnostic &diagnostic) {
    reporter.report(diagnostic);
    return success();
  });
  mla_gpu::InterpreterReport report;
  if (failed(call(report)))
    return false;
  mla_gpu::emitFindings(report);
  return report.clean();
}
} // namespace

bool mlaProgramRunDecode(const MlaProgram *program, const mla_decode_desc_t *desc, const mla_decode_args_t *args,
                         int64_t multiprocessors, MlaDiagnosticCallback callback, void *userData) {
  Reporter reporter{callback, userData};
  Copier copier(reporter);
  if (!copier.checkStructs(program, desc, args))
    return false;
  mla_gpu::ProgramOp op = program->program;
  mla_gpu::DecodeAttr decode = op.getDecode();
  std::optional<reference::Element> element = getElement(desc->element);
  if (!decode)
    copier.fail("the program implements no decode op");
  else if (!element || !isFormat(desc->format))
    copier.fail("desc: expected an element and a format of the runtime's");
  else
    copier.expect("precision", static_cast<int64_t>(decode.getPrecision()), desc->precision);
  if (decode)
    copier.expect("rope", decode.getRotation() ? 1 : 0, desc->rope);
  if (copier.failed())
    return false;

  reference::DecodeInputs inputs;
  inputs.shape = {desc->b,      desc->s_q,       desc->h_q,       desc->d_latent,
                  desc->d_rope, desc->page_size, desc->num_pages, desc->block_table_stride};
  inputs.element = *element;
  inputs.format = static_cast<CacheFormat>(desc->format);
  inputs.precision = decode.getPrecision();
  inputs.causal = desc->causal != 0;
  inputs.rope = mla_gpu::getRope(decode.getRotation());
  inputs.softmaxScale =
      desc->softmax_scale != 0 ? desc->softmax_scale : static_cast<float>(decode.getSoftmaxScale().getValueAsDouble());
  inputs.storedPages = desc->num_pages;
  // Widths of a page are multiplied below, hence checked before.
  for (int64_t extent : {desc->page_size, desc->d_latent, desc->d_rope})
    if (extent < 0 || extent > (1 << 20))
      copier.fail("desc: expected page_size, d_latent and d_rope from 0 to 2^20");
  if (copier.failed())
    return false;
  std::array<int64_t, 4> queries = {desc->b, desc->s_q, desc->h_q, desc->d_latent + desc->d_rope};
  if (inputs.precision == Precision::E4M3Queries) {
    copier.copy("q", args->q, queries, inputs.quantizedQ);
    copier.copyOne("q_scale", args->q_scale, inputs.qScale);
    // The reference's 16-bit queries, at which no kernel looks.
    inputs.q.resize(inputs.quantizedQ.size());
  } else {
    copier.copy("q", args->q, queries, inputs.q);
  }
  copier.copy("cache", args->cache, {desc->num_pages, inputs.layout().pageStride, 1, 1}, inputs.cache);
  copier.copy("block_table", args->block_table, {desc->b, desc->block_table_stride, 1, 1}, inputs.blockTable);
  copier.copy("seq_lens", args->seq_lens, {desc->b, 1, 1, 1}, inputs.seqLens);
  if (inputs.format == CacheFormat::E4M3)
    copier.copyOne("cache_scale", args->cache_scale, inputs.cacheScale);
  if (!args->out || !args->lse)
    copier.fail("expected pointers for out and lse, but got null");
  // Pages of another size are refused below.
  bool arePages = desc->page_size == decode.getPageSize();
  for (int64_t request = 0; arePages && request < desc->b && !copier.failed(); ++request)
    checkPlaces(copier, inputs, request);
  if (copier.failed())
    return false;
  reference::DecodeOutputs outputs;
  if (!interpret(*program, reporter, [&](mla_gpu::InterpreterReport &report) {
        return mla_gpu::interpretDecode(op, inputs, multiprocessors, {}, report, outputs);
      }))
    return false;
  store(outputs.out, args->out);
  store(outputs.lse, args->lse);
  return true;
}

bool mlaProgramRunAppend(const MlaProgram *program, const mla_append_desc_t *desc, const mla_append_args_t *args,
                         int64_t multiprocessors, MlaDiagnosticCallback callback, void *userData) {
  Reporter reporter{callback, userData};
  Copier copier(reporter);
  if (!copier.checkStructs(program, desc, args))
    return false;
  mla_gpu::ProgramOp op = program->program;
  mla_gpu::AppendAttr append = op.getAppend();
  std::optional<reference::Element> element = getElement(desc->element);
  if (!append)
    copier.fail("the program implements no append op");
  else if (!element || !isFormat(desc->format))
    copier.fail("desc: expected an element and a format of the runtime's");
  for (int64_t extent : {desc->page_size, desc->d_latent, desc->d_rope})
    if (extent < 0 || extent > (1 << 20))
      copier.fail("desc: expected page_size, d_latent and d_rope from 0 to 2^20");
  if (args->latent_stride < 0 || args->k_rope_stride < 0 || args->s_q < 1 || args->tokens < 0)
    copier.fail("args: expected strides and tokens of at least 0, and s_q of at least 1");
  if (copier.failed())
    return false;

  reference::AppendInputs inputs;
  inputs.tokens = args->tokens;
  inputs.d_latent = desc->d_latent;
  inputs.d_rope = desc->d_rope;
  inputs.page_size = desc->page_size;
  inputs.numPages = desc->num_pages;
  inputs.element = *element;
  inputs.format = static_cast<CacheFormat>(desc->format);
  inputs.hasSlots = append.getSlotBits() != 0;
  inputs.s_q = args->s_q;
  // Rows are copied densely: memory behind the last one of a strided matrix is not the call's.
  auto copyRows = [&](StringRef name, const void *from, int64_t stride, int64_t width, std::vector<uint16_t> &to) {
    if (stride == 0)
      stride = width;
    if (stride < width)
      copier.fail(name + ": expected a stride of at least " + llvm::Twine(width) + ", but got " + llvm::Twine(stride));
    std::vector<uint16_t> row;
    for (int64_t token = 0; token < args->tokens && !copier.failed(); ++token) {
      copier.copy(name, from ? static_cast<const uint16_t *>(from) + token * stride : nullptr, {width, 1, 1, 1}, row);
      to.insert(to.end(), row.begin(), row.end());
    }
  };
  copyRows("latent", args->latent, args->latent_stride, desc->d_latent, inputs.latent);
  copyRows("k_rope", args->k_rope, args->k_rope_stride, desc->d_rope, inputs.kRope);
  copier.copy("cache", args->cache, {desc->num_pages, inputs.layout().pageStride, 1, 1}, inputs.cache);
  if (append.getNorm())
    copier.copy("weight", args->weight, {desc->d_latent, 1, 1, 1}, inputs.weight);
  if (inputs.format == CacheFormat::E4M3)
    copier.copyOne("cache_scale", args->cache_scale, inputs.cacheScale);
  if (inputs.hasSlots) {
    copier.copyIntegers("slots", args->slots, args->tokens, append.getSlotBits(), inputs.slots);
    if (append.getPositionBits())
      copier.copyIntegers("positions", args->positions, args->tokens, append.getPositionBits(), inputs.positions);
    else
      inputs.positions.assign(args->tokens, 0);
  } else {
    if (args->tokens % args->s_q != 0)
      copier.fail("tokens: expected a multiple of s_q = " + llvm::Twine(args->s_q) + ", but got " +
                  llvm::Twine(args->tokens));
    int64_t b = args->tokens / args->s_q;
    inputs.blockTableStride = desc->block_table_stride;
    copier.copy("block_table", args->block_table, {b, desc->block_table_stride, 1, 1}, inputs.blockTable);
    copier.copy("seq_lens", args->seq_lens, {b, 1, 1, 1}, inputs.seqLens);
  }
  if (copier.failed())
    return false;
  std::vector<uint8_t> cache;
  if (!interpret(*program, reporter, [&](mla_gpu::InterpreterReport &report) {
        return mla_gpu::interpretAppend(op, inputs, multiprocessors, {}, report, cache);
      }))
    return false;
  store(cache, args->cache);
  return true;
}

bool mlaProgramRunRope(const MlaProgram *program, const mla_rope_desc_t *desc, const mla_rope_args_t *args,
                       int64_t multiprocessors, MlaDiagnosticCallback callback, void *userData) {
  Reporter reporter{callback, userData};
  Copier copier(reporter);
  if (!copier.checkStructs(program, desc, args))
    return false;
  mla_gpu::ProgramOp op = program->program;
  mla_gpu::RopeAttr rope = op.getRope();
  std::optional<reference::Element> element = getElement(desc->element);
  if (!rope)
    copier.fail("the program implements no rope op");
  else if (!element)
    copier.fail("desc: expected an element of the runtime's");
  if (copier.failed())
    return false;
  reference::RopeInputs inputs;
  inputs.tokens = args->tokens;
  inputs.heads = desc->heads;
  inputs.d_rope = desc->d_rope;
  inputs.element = *element;
  copier.copy("x", args->x, {args->tokens, desc->heads, desc->d_rope, 1}, inputs.x);
  copier.copyIntegers("positions", args->positions, args->tokens, rope.getPositionBits(), inputs.positions);
  if (args->tokens > 0 && !args->out)
    copier.fail("out: expected a pointer, but got null");
  if (copier.failed())
    return false;
  std::vector<uint16_t> out;
  if (!interpret(*program, reporter, [&](mla_gpu::InterpreterReport &report) {
        return mla_gpu::interpretRope(op, inputs, multiprocessors, {}, report, out);
      }))
    return false;
  store(out, args->out);
  return true;
}

/// A strided tensor; 0 for dense strides.
static void copyTensor(Copier &copier, StringRef name, const void *from, int64_t tokens, int64_t heads, int64_t width,
                       int64_t tokenStride, int64_t headStride, reference::PrefillTensor &to) {
  to.tokens = tokens;
  to.heads = heads;
  to.width = width;
  to.headStride = headStride ? headStride : width;
  to.tokenStride = tokenStride ? tokenStride : heads * to.headStride;
  constexpr int64_t kMost = INT32_MAX;
  for (int64_t value : {tokens, heads, width, to.headStride, to.tokenStride})
    if (value < 0 || value > kMost)
      return copier.fail(name + ": expected extents and strides from 0 to " + llvm::Twine(kMost));
  if (tokens == 0 || heads == 0)
    return;
  int64_t end;
  if (llvm::MulOverflow(tokens - 1, to.tokenStride, end) ||
      llvm::AddOverflow(end, (heads - 1) * to.headStride + width, end))
    return copier.fail(name + ": the extents overflow");
  copier.copy(name, from, {end, 1, 1, 1}, to.values);
}

/// What queries attend to in the MHA form.
static void copyKeysAndValues(Copier &copier, const mla_prefill_desc_t &desc, const mla_prefill_args_t &args,
                              reference::PrefillInputs &inputs) {
  copyTensor(copier, "k", args.k, args.total_kv, desc.h_q, desc.d_nope, desc.k_token_stride, desc.k_head_stride,
             inputs.k);
  if (desc.d_rope)
    copyTensor(copier, "k_rope", args.k_rope, args.total_kv, 1, desc.d_rope, desc.k_rope_token_stride, desc.d_rope,
               inputs.kRope);
  copyTensor(copier, "v", args.v, args.total_kv, desc.h_q, desc.d_v, desc.v_token_stride, desc.v_head_stride, inputs.v);
  copier.copy("cu_seqlens_kv", args.cu_seqlens_kv, {args.b + 1, 1, 1, 1}, inputs.cuSeqlensKv);
}

/// The same in the absorbed form, whose page size is the program's.
static void copyLatents(Copier &copier, const mla_prefill_desc_t &desc, const mla_prefill_args_t &args,
                        reference::PrefillInputs &inputs) {
  if (!inputs.shape.isPaged()) {
    copyTensor(copier, "keys", args.keys, args.total_kv, 1, inputs.shape.d_qk(), desc.key_stride, 0, inputs.latents);
    copier.copy("cu_seqlens_kv", args.cu_seqlens_kv, {args.b + 1, 1, 1, 1}, inputs.cuSeqlensKv);
    return;
  }
  reference::DecodeInputs &paged = inputs.paged.emplace();
  paged.shape = {
      args.b, 1, desc.h_q, desc.d_nope, desc.d_rope, desc.page_size, desc.num_pages, desc.block_table_stride};
  paged.element = inputs.element;
  paged.format = inputs.shape.format.value_or(reference::getCacheFormat(inputs.element));
  paged.storedPages = desc.num_pages;
  copier.copy("keys", args.keys, {desc.num_pages, paged.layout().pageStride, 1, 1}, paged.cache);
  copier.copy("block_table", args.block_table, {args.b, desc.block_table_stride, 1, 1}, paged.blockTable);
  copier.copy("seq_lens", args.seq_lens, {args.b, 1, 1, 1}, paged.seqLens);
  if (mla::getCacheFormatInfo(paged.format).scales == mla::ScaleKind::Tensor)
    copier.copyOne("cache_scale", args.cache_scale, paged.cacheScale);
}

bool mlaProgramRunPrefill(const MlaProgram *program, const mla_prefill_desc_t *desc, const mla_prefill_args_t *args,
                          int64_t multiprocessors, MlaDiagnosticCallback callback, void *userData) {
  Reporter reporter{callback, userData};
  Copier copier(reporter);
  if (!copier.checkStructs(program, desc, args))
    return false;
  mla_gpu::ProgramOp op = program->program;
  mla_gpu::PrefillAttr prefill = op.getPrefill();
  std::optional<reference::Element> element = getElement(desc->element);
  if (!prefill) {
    copier.fail("the program implements no prefill op");
  } else if (!element) {
    copier.fail("desc: expected an element of the runtime's");
  } else {
    copier.expect("form", prefill.isAbsorbed() ? MLA_PREFILL_FORM_ABSORBED : MLA_PREFILL_FORM_MHA, desc->form);
    copier.expect("page_size", prefill.getPageSize(), desc->page_size);
    if (prefill.getPageSize() > 0)
      copier.expect("format", static_cast<int64_t>(prefill.getCacheFormat()), desc->format);
  }
  for (int64_t extent : {desc->h_q, desc->d_nope, desc->d_rope, desc->d_v, desc->page_size})
    if (extent < 0 || extent > (1 << 20))
      copier.fail("desc: expected h_q, widths and page_size from 0 to 2^20");
  if (args->b < 1 || args->b > (1 << 24))
    copier.fail("b: expected 1 to 2^24, but got " + llvm::Twine(args->b));
  if (args->b > desc->max_b)
    copier.fail("b: expected at most max_b = " + llvm::Twine(desc->max_b) + ", but got " + llvm::Twine(args->b));
  if (args->total_q > desc->max_total_q)
    copier.fail("total_q: expected at most max_total_q = " + llvm::Twine(desc->max_total_q) + ", but got " +
                llvm::Twine(args->total_q));
  if (copier.failed())
    return false;
  reference::PrefillInputs inputs;
  inputs.shape = {desc->h_q, desc->d_nope, desc->d_rope, desc->d_v};
  inputs.shape.form = prefill.isAbsorbed() ? reference::PrefillForm::Absorbed : reference::PrefillForm::MHA;
  inputs.shape.page_size = prefill.getPageSize();
  inputs.shape.format = prefill.getFormat();
  inputs.element = *element;
  inputs.causal = desc->causal != 0;
  inputs.softmaxScale =
      desc->softmax_scale != 0 ? desc->softmax_scale : static_cast<float>(prefill.getSoftmaxScale().getValueAsDouble());
  copyTensor(copier, "q", args->q, args->total_q, desc->h_q, desc->d_nope + desc->d_rope, desc->q_token_stride,
             desc->q_head_stride, inputs.q);
  copier.copy("cu_seqlens_q", args->cu_seqlens_q, {args->b + 1, 1, 1, 1}, inputs.cuSeqlensQ);
  if (prefill.isAbsorbed())
    copyLatents(copier, *desc, *args, inputs);
  else
    copyKeysAndValues(copier, *desc, *args, inputs);
  if (args->total_q > 0 && (!args->out || !args->lse))
    copier.fail("expected pointers for out and lse, but got null");
  for (int64_t request = 0; inputs.paged && request < args->b && !copier.failed(); ++request)
    if (inputs.cuSeqlensQ[request + 1] > inputs.cuSeqlensQ[request])
      checkPlaces(copier, *inputs.paged, request);
  if (copier.failed())
    return false;
  reference::PrefillOutputs outputs;
  if (!interpret(*program, reporter, [&](mla_gpu::InterpreterReport &report) {
        return mla_gpu::interpretPrefill(op, inputs, multiprocessors, {}, report, outputs);
      }))
    return false;
  store(outputs.out, args->out);
  store(outputs.lse, args->lse);
  return true;
}

/// The element of what is merged, checked against what the enum holds.
static std::optional<reference::MergeElement> getMergeElement(mla_element_t element) {
  switch (element) {
  case MLA_ELEMENT_BF16:
    return reference::MergeElement::BF16;
  case MLA_ELEMENT_F16:
    return reference::MergeElement::F16;
  case MLA_ELEMENT_F32:
    return reference::MergeElement::F32;
  }
  return std::nullopt;
}

bool mlaProgramRunMerge(const MlaProgram *program, const mla_merge_desc_t *desc, const mla_merge_args_t *args,
                        int64_t multiprocessors, MlaDiagnosticCallback callback, void *userData) {
  Reporter reporter{callback, userData};
  Copier copier(reporter);
  if (!copier.checkStructs(program, desc, args))
    return false;
  mla_gpu::ProgramOp op = program->program;
  mla_gpu::MergeAttr merge = op.getMerge();
  std::optional<reference::MergeElement> element = getMergeElement(desc->element);
  if (!merge)
    copier.fail("the program implements no merge op");
  else if (!element)
    copier.fail("desc: expected an element of the runtime's");
  else
    copier.expect("heads_first", merge.getHeadsFirst(), desc->heads_first);
  if (args->tokens < 0)
    copier.fail("tokens: expected at least 0, but got " + llvm::Twine(args->tokens));
  if (copier.failed())
    return false;
  reference::MergeInputs inputs;
  inputs.tokens = args->tokens;
  inputs.heads = desc->heads;
  inputs.d_v = desc->d_v;
  inputs.headsFirst = merge.getHeadsFirst();
  inputs.element = *element;
  auto copyPart = [&](StringRef name, const void *from, std::vector<float> &to) {
    std::vector<uint8_t> bytes;
    copier.copy(name, from, {args->tokens, desc->heads, desc->d_v, reference::getBytes(*element)}, bytes);
    to = reference::load(*element, bytes);
  };
  copyPart("out_a", args->out_a, inputs.outA);
  copyPart("out_b", args->out_b, inputs.outB);
  copier.copy("lse_a", args->lse_a, {args->tokens, desc->heads, 1, 1}, inputs.lseA);
  copier.copy("lse_b", args->lse_b, {args->tokens, desc->heads, 1, 1}, inputs.lseB);
  if (args->tokens > 0 && (!args->out || !args->lse))
    copier.fail("expected pointers for out and lse, but got null");
  if (copier.failed())
    return false;
  reference::MergeOutputs outputs;
  if (!interpret(*program, reporter, [&](mla_gpu::InterpreterReport &report) {
        return mla_gpu::interpretMerge(op, inputs, multiprocessors, {}, report, outputs);
      }))
    return false;
  store(reference::store(*element, outputs.out), args->out);
  store(outputs.lse, args->lse);
  return true;
}
