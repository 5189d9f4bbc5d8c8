//===- Compiler.cpp - The C face of the compiler ------------------------------------------------------------===//
#include "mla/MLACompiler.h"

#include "dialect/MLA/MLAOps.h"
#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "lib/CAPI/Support.h"
#include "lib/Pipelines/Compile.h"
#include "lib/Pipelines/Input.h"
#include "lib/Target/TargetInfo.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>
#include <elf.h>
#include <link.h>

using namespace mlir;
using namespace mlir::mla;

struct MlaArtifact {
  std::string bytes;
};

//===----------------------------------------------------------------------------------------------------------===//
// The library
//===----------------------------------------------------------------------------------------------------------===//

uint32_t mlaCompilerGetABIVersion(void) { return MLA_COMPILER_ABI_VERSION; }

const char *mlaCompilerGetVersion(void) { return MLA_VERSION " (LLVM " LLVM_VERSION_STRING ")"; }

/// The build id among the notes of one segment; empty if it is not there.
static std::string findBuildId(ArrayRef<uint8_t> notes) {
  auto padded = [](size_t size) { return (size + 3) & ~size_t(3); };
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    memcpy(&header, notes.data(), sizeof(header));
    notes = notes.drop_front(sizeof(header));
    size_t nameSize = padded(header.n_namesz), size = padded(header.n_descsz);
    if (nameSize > notes.size() || size > notes.size() - nameSize)
      break;
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && memcmp(notes.data(), "GNU", 4) == 0)
      return llvm::toHex(notes.slice(nameSize, header.n_descsz), /*LowerCase=*/true);
    notes = notes.drop_front(nameSize + size);
  }
  return "";
}

const char *mlaCompilerGetIdentity(void) {
  static const std::string identity = [] {
    std::string id;
    dl_iterate_phdr(
        [](dl_phdr_info *object, size_t, void *out) {
          auto here = reinterpret_cast<uintptr_t>(&mlaCompilerGetIdentity) - object->dlpi_addr;
          ArrayRef<ElfW(Phdr)> segments(object->dlpi_phdr, object->dlpi_phnum);
          if (llvm::none_of(segments, [&](const ElfW(Phdr) & segment) {
                return segment.p_type == PT_LOAD && here - segment.p_vaddr < segment.p_memsz;
              }))
            return 0;
          auto &id = *static_cast<std::string *>(out);
          for (const ElfW(Phdr) &segment : segments)
            if (segment.p_type == PT_NOTE && id.empty())
              id = findBuildId({reinterpret_cast<const uint8_t *>(object->dlpi_addr + segment.p_vaddr),
                                static_cast<size_t>(segment.p_memsz)});
          return 1;
        },
        &id);
    return id;
  }();
  return identity.c_str();
}

//===----------------------------------------------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------------------------------------------===//

static MlaSeverity getSeverity(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return MlaSeverityNote;
  case DiagnosticSeverity::Warning:
    return MlaSeverityWarning;
  case DiagnosticSeverity::Error:
    return MlaSeverityError;
  case DiagnosticSeverity::Remark:
    return MlaSeverityRemark;
  }
  llvm_unreachable("no such severity");
}

void Reporter::report(Diagnostic &diagnostic) const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  // The place where it happened, not the calls that led there.
  if (auto place = diagnostic.getLocation()->findInstanceOf<FileLineColLoc>())
    stream << place.getFilename().getValue() << ':' << place.getLine() << ':' << place.getColumn() << ": ";
  diagnostic.print(stream);
  report(getSeverity(diagnostic.getSeverity()), text);
  for (Diagnostic &note : diagnostic.getNotes())
    report(note);
}

//===----------------------------------------------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------------------------------------------===//

/// What `checkNesting` says, without "error: ".
static std::string describeNesting(llvm::Error error) {
  StringRef prefix = "error: ";
  std::string message = toString(std::move(error));
  if (size_t at = message.find(prefix); at != std::string::npos)
    message.erase(at, prefix.size());
  return message;
}

bool mlir::mla::openSource(const char *text, size_t size, const char *name, const Reporter &reporter,
                           llvm::SourceMgr &sources) {
  if (!text || !name) {
    reporter.fail("expected a text and a name, but got null");
    return false;
  }
  // The parser wants a zero behind the text.
  std::unique_ptr<llvm::MemoryBuffer> buffer = llvm::MemoryBuffer::getMemBufferCopy(StringRef(text, size), name);
  if (llvm::Error nesting = checkNesting(*buffer)) {
    reporter.fail(describeNesting(std::move(nesting)));
    return false;
  }
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  return true;
}

//===----------------------------------------------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------------------------------------------===//

MlaCompileOptions *mlaCompileOptionsCreate(void) { return new (std::nothrow) MlaCompileOptions(); }

void mlaCompileOptionsDestroy(MlaCompileOptions *options) { delete options; }

bool mlaCompileOptionsSet(MlaCompileOptions *options, const char *name, const char *value,
                          MlaDiagnosticCallback callback, void *userData) {
  Reporter reporter{callback, userData};
  if (!options || !name || !value) {
    reporter.fail("expected options, a name and a value, but got null");
    return false;
  }
  CompileOptions &target = options->options;
  StringRef option = name, text = value;
  if (option == "emit") {
    std::optional<Stage> stage = symbolizeStage(text);
    if (!stage) {
      reporter.fail("option 'emit': expected mla-gpu, nvvm, llvm, ptx, cubin or package, but got '" + text + "'");
      return false;
    }
    target.stopAfter = *stage;
  } else if (option == "target") {
    if (!mla_gpu::lookupTarget(text)) {
      reporter.fail("option 'target': " + mla_gpu::describeUnknownTarget(text));
      return false;
    }
    target.target = text.str();
  } else if (option == "ptxas") {
    target.ptxasPath = text.str();
  } else if (option == "schedule") {
    llvm::Expected<mla_gpu::ScheduleFields> fields = mla_gpu::ScheduleFields::parse(text);
    if (!fields) {
      reporter.fail("option 'schedule': " + llvm::toString(fields.takeError()));
      return false;
    }
    target.schedule.overrides = text.str();
  } else if (option == "schedule-table") {
    target.schedule.table = text.str();
  } else if (option == "gpu") {
    target.schedule.gpu = text.str();
  } else if (option == "template-dir") {
    target.schedule.templateDir = text.str();
  } else {
    reporter.fail("expected option emit, gpu, ptxas, schedule, schedule-table, target or template-dir, but got '" +
                  option + "'");
    return false;
  }
  return true;
}

//===----------------------------------------------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------------------------------------------===//

/// Compiles what `makeModule` makes in a fresh context.
static MlaArtifact *compile(const MlaCompileOptions *options, const Reporter &reporter,
                            llvm::function_ref<OwningOpRef<ModuleOp>(MLIRContext &)> makeModule) {
  CompileOptions chosen = options ? options->options : CompileOptions();
  DialectRegistry registry;
  registerCompiler(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    reporter.report(diagnostic);
    return success();
  });
  OwningOpRef<ModuleOp> module = makeModule(context);
  if (!module)
    return nullptr;
  FailureOr<CompileResult> result = mla::compile(*module, chosen);
  if (failed(result))
    return nullptr;
  auto *artifact = new (std::nothrow) MlaArtifact();
  if (!artifact)
    return reporter.fail("no memory for the result");
  artifact->bytes = chosen.stopAfter <= Stage::NVVM ? printModule(*module) : std::move(result->output);
  return artifact;
}

/// One `func.func` of one `mla.decode` on its arguments. Null where the dialect's verifiers say no.
static OwningOpRef<ModuleOp> buildDecode(MLIRContext &context, const MlaDecodeProblem &problem) {
  context.loadDialect<func::FuncDialect, MLADialect>();
  OpBuilder builder(&context);
  Location location = builder.getUnknownLoc();
  Type element = problem.element == MlaElementBF16 ? Type(builder.getBF16Type()) : Type(builder.getF16Type());
  auto format = static_cast<CacheFormat>(problem.format);
  auto cache = PagedCacheType::getChecked([&] { return emitError(location); }, &context, format, problem.page_size,
                                          problem.d_latent, problem.d_rope);
  if (!cache)
    return nullptr;
  constexpr int64_t any = ShapedType::kDynamic;
  int64_t queries = problem.s_q ? problem.s_q : any, heads = problem.h_q ? problem.h_q : any;
  bool isQuantized = static_cast<Precision>(problem.precision) == Precision::E4M3Queries;
  Type q = RankedTensorType::get({any, queries, heads, cache.getDQk()},
                                 isQuantized ? Type(builder.getType<Float8E4M3FNType>()) : element);
  Type blockTable = RankedTensorType::get({any, any}, builder.getI32Type());
  Type seqLens = RankedTensorType::get({any}, builder.getI32Type());
  Type out = RankedTensorType::get({any, queries, heads, cache.getDLatent()}, element);
  Type lse = RankedTensorType::get({any, queries, heads}, builder.getF32Type());

  OwningOpRef<ModuleOp> module = ModuleOp::create(location);
  builder.setInsertionPointToEnd(module->getBody());
  SmallVector<Type> operands = {q, cache, blockTable, seqLens};
  if (cache.hasCacheScale())
    operands.push_back(RankedTensorType::get({}, builder.getF32Type()));
  if (isQuantized)
    operands.push_back(RankedTensorType::get({}, builder.getF32Type()));
  auto function = func::FuncOp::create(builder, location, "decode", builder.getFunctionType(operands, {out, lse}));
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  auto decode =
      DecodeOp::create(builder, location, out, lse, body->getArgument(0), body->getArgument(1), body->getArgument(2),
                       body->getArgument(3), cache.hasCacheScale() ? body->getArgument(4) : Value(),
                       isQuantized ? body->getArguments().back() : Value(), llvm::APFloat(problem.softmax_scale),
                       problem.causal != 0, static_cast<Precision>(problem.precision), RopeAttr());
  func::ReturnOp::create(builder, location, decode->getResults());
  return failed(verify(*module)) ? nullptr : std::move(module);
}

MlaArtifact *mlaCompileDecode(const MlaDecodeProblem *problem, const MlaCompileOptions *options,
                              MlaDiagnosticCallback callback, void *userData) {
  Reporter reporter{callback, userData};
  if (!problem)
    return reporter.fail("problem: expected a pointer, but got null");
  // The struct ended with `softmax_scale` once; `format` lies in what was its padding.
  constexpr size_t kFirstSize = offsetof(MlaDecodeProblem, precision);
  if (problem->structSize != sizeof(*problem) && problem->structSize != kFirstSize)
    return reporter.fail("problem: expected structSize " + llvm::Twine(sizeof(*problem)) + ", but got " +
                         llvm::Twine(problem->structSize));
  if (problem->element != MlaElementBF16 && problem->element != MlaElementF16)
    return reporter.fail("element: expected 0 (bf16) or 1 (f16), but got " + llvm::Twine(problem->element));
  MlaDecodeProblem whole = {};
  memcpy(&whole, problem, problem->structSize);
  if (problem->structSize == kFirstSize)
    whole.format = problem->element == MlaElementBF16 ? MlaCacheFormatBF16 : MlaCacheFormatF16;
  if (whole.format < 0 || whole.format >= kNumCacheFormats)
    return reporter.fail("format: expected 0 to " + llvm::Twine(kNumCacheFormats - 1) + ", but got " +
                         llvm::Twine(whole.format));
  if (whole.precision < 0 || whole.precision >= kNumPrecisions)
    return reporter.fail("precision: expected 0 to " + llvm::Twine(kNumPrecisions - 1) + ", but got " +
                         llvm::Twine(whole.precision));
  if (problem->causal != 0 && problem->causal != 1)
    return reporter.fail("causal: expected 0 or 1, but got " + llvm::Twine(problem->causal));
  for (auto [name, extent] : {std::pair<StringRef, int64_t>{"h_q", problem->h_q}, {"s_q", problem->s_q}})
    if (extent < 0 || extent > INT32_MAX)
      return reporter.fail(name + ": expected 0 (any) to " + llvm::Twine(INT32_MAX) + ", but got " +
                           llvm::Twine(extent));
  return compile(options, reporter, [&](MLIRContext &context) { return buildDecode(context, whole); });
}

MlaArtifact *mlaCompileIR(const char *text, size_t size, const char *name, const MlaCompileOptions *options,
                          MlaDiagnosticCallback callback, void *userData) {
  Reporter reporter{callback, userData};
  llvm::SourceMgr sources;
  if (!openSource(text, size, name, reporter, sources))
    return nullptr;
  return compile(options, reporter,
                 [&](MLIRContext &context) { return parseSourceFile<ModuleOp>(sources, ParserConfig(&context)); });
}

const void *mlaArtifactGetBytes(const MlaArtifact *artifact) { return artifact ? artifact->bytes.data() : nullptr; }

size_t mlaArtifactGetSize(const MlaArtifact *artifact) { return artifact ? artifact->bytes.size() : 0; }

void mlaArtifactDestroy(MlaArtifact *artifact) { delete artifact; }
