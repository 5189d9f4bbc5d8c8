//===- _native.cpp - The runtime and the compiler library for Python -------------------------------------------===//
//
// As thin as can be: structs, handles and calls of mla_runtime.h, with addresses as integers. What arrays are, and what
// an error is called, is decided in Python (arrays.py, errors.py). The runtime is linked statically; the compiler
// library, which holds LLVM, is opened when a program is first compiled or interpreted.
//
//===---------------------------------------------------------------------------------------------------------===//
#include <mla/MLAInterpreter.h>
#include <mla/mla_runtime.h>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <mutex>

namespace nb = nanobind;
using namespace nb::literals;

namespace {

//===----------------------------------------------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------------------------------------------===//

/// Raises what mla.errors makes of a status and a sentence.
[[noreturn]] void raise(int status, const char *message) {
  nb::object error = nb::module_::import_("mla.errors").attr("make_error")(status, message);
  PyErr_SetObject(reinterpret_cast<PyObject *>(Py_TYPE(error.ptr())), error.ptr());
  throw nb::python_error();
}

void check(mla_status_t status) {
  if (status != MLA_STATUS_OK)
    raise(status, mla_last_error_message());
}

void *toPointer(uintptr_t address) { return reinterpret_cast<void *>(address); }

//===----------------------------------------------------------------------------------------------------------===//
// Packages
//===----------------------------------------------------------------------------------------------------------===//

struct Package {
  mla_package_t *handle = nullptr;
  ~Package() { mla_package_destroy(handle); }
};

std::unique_ptr<Package> fromBytes(nb::bytes bytes) {
  auto package = std::make_unique<Package>();
  check(mla_package_load_from_memory(bytes.c_str(), bytes.size(), &package->handle));
  return package;
}

nb::dict toDict(const mla_rotation_t &rotation) {
  nb::list turns;
  for (int64_t i = 0; i < rotation.pairs; ++i)
    turns.append(rotation.turns[i]);
  nb::dict out;
  out["interleaved"] = rotation.interleaved != 0;
  out["magnitude"] = rotation.magnitude;
  out["turns"] = turns;
  return out;
}

/// What the package implements: the op's name, and its fields by the names of the runtime's structs.
nb::tuple getInfo(const Package &package) {
  nb::dict out;
  mla_decode_info_t decode = MLA_DECODE_INFO_INIT;
  if (mla_package_decode_info(package.handle, &decode) == MLA_STATUS_OK) {
    out["element"] = int(decode.element);
    out["format"] = int(decode.format);
    out["precision"] = int(decode.precision);
    out["causal"] = decode.causal != 0;
    out["h_q"] = decode.h_q;
    out["s_q"] = decode.s_q;
    out["d_latent"] = decode.d_latent;
    out["d_rope"] = decode.d_rope;
    out["page_size"] = decode.page_size;
    out["softmax_scale"] = double(decode.softmax_scale);
    out["rope"] = decode.rotation.pairs != 0;
    out["rotation"] = toDict(decode.rotation);
    return nb::make_tuple("decode", out);
  }
  mla_append_info_t append = MLA_APPEND_INFO_INIT;
  if (mla_package_append_info(package.handle, &append) == MLA_STATUS_OK) {
    out["element"] = int(append.element);
    out["format"] = int(append.format);
    out["d_latent"] = append.d_latent;
    out["d_rope"] = append.d_rope;
    out["page_size"] = append.page_size;
    out["s_q"] = append.s_q;
    out["slot_bits"] = append.slot_bits;
    out["position_bits"] = append.position_bits;
    out["norm"] = append.norm != 0;
    out["eps"] = double(append.eps);
    out["rotation"] = toDict(append.rotation);
    return nb::make_tuple("append", out);
  }
  mla_rope_info_t rope = MLA_ROPE_INFO_INIT;
  if (mla_package_rope_info(package.handle, &rope) == MLA_STATUS_OK) {
    out["element"] = int(rope.element);
    out["d_rope"] = rope.d_rope;
    out["heads"] = rope.heads;
    out["position_bits"] = rope.position_bits;
    out["rotation"] = toDict(rope.rotation);
    return nb::make_tuple("rope", out);
  }
  mla_prefill_info_t prefill = MLA_PREFILL_INFO_INIT;
  if (mla_package_prefill_info(package.handle, &prefill) == MLA_STATUS_OK) {
    out["element"] = int(prefill.element);
    out["causal"] = prefill.causal != 0;
    out["h_q"] = prefill.h_q;
    out["d_rope"] = prefill.d_rope;
    out["softmax_scale"] = double(prefill.softmax_scale);
    if (prefill.form == MLA_PREFILL_FORM_ABSORBED) {
      out["d_latent"] = prefill.d_v;
      out["page_size"] = prefill.page_size;
      out["format"] = int(prefill.format);
      return nb::make_tuple("prefill_absorbed", out);
    }
    out["d_nope"] = prefill.d_nope;
    out["d_v"] = prefill.d_v;
    return nb::make_tuple("prefill", out);
  }
  mla_merge_info_t merge = MLA_MERGE_INFO_INIT;
  if (mla_package_merge_info(package.handle, &merge) == MLA_STATUS_OK) {
    out["element"] = int(merge.element);
    out["heads"] = merge.heads;
    out["d_v"] = merge.d_v;
    out["heads_first"] = merge.heads_first != 0;
    return nb::make_tuple("merge", out);
  }
  return nb::make_tuple("none", out);
}

//===----------------------------------------------------------------------------------------------------------===//
// Descriptions
//===----------------------------------------------------------------------------------------------------------===//

struct DecodeDesc : mla_decode_desc_t {};
struct AppendDesc : mla_append_desc_t {};
struct RopeDesc : mla_rope_desc_t {};
struct PrefillDesc : mla_prefill_desc_t {};
struct PrefillAbsorbedDesc : PrefillDesc {};
struct MergeDesc : mla_merge_desc_t {};

void makeDecodeDesc(DecodeDesc *self, int element, int format, int precision, bool causal, int64_t b, int64_t s_q,
                    int64_t h_q, int64_t d_latent, int64_t d_rope, int64_t page_size, int64_t num_pages,
                    int64_t block_table_stride, float softmax_scale, bool rope) {
  new (self) DecodeDesc{MLA_DECODE_DESC_INIT};
  self->element = mla_element_t(element);
  self->format = mla_cache_format_t(format);
  self->precision = mla_precision_t(precision);
  self->causal = causal;
  self->b = b;
  self->s_q = s_q;
  self->h_q = h_q;
  self->d_latent = d_latent;
  self->d_rope = d_rope;
  self->page_size = page_size;
  self->num_pages = num_pages;
  self->block_table_stride = block_table_stride;
  self->softmax_scale = softmax_scale;
  self->rope = rope;
}

void makeAppendDesc(AppendDesc *self, int element, int format, int64_t d_latent, int64_t d_rope, int64_t page_size,
                    int64_t num_pages, int64_t block_table_stride) {
  new (self) AppendDesc{MLA_APPEND_DESC_INIT};
  self->element = mla_element_t(element);
  self->format = mla_cache_format_t(format);
  self->d_latent = d_latent;
  self->d_rope = d_rope;
  self->page_size = page_size;
  self->num_pages = num_pages;
  self->block_table_stride = block_table_stride;
}

void makeRopeDesc(RopeDesc *self, int element, int64_t d_rope, int64_t heads) {
  new (self) RopeDesc{MLA_ROPE_DESC_INIT};
  self->element = mla_element_t(element);
  self->d_rope = d_rope;
  self->heads = heads;
}

void makePrefillDesc(PrefillDesc *self, int element, bool causal, int64_t h_q, int64_t d_nope, int64_t d_rope,
                     int64_t d_v, int64_t max_b, int64_t max_total_q, int64_t q_token_stride, int64_t q_head_stride,
                     int64_t k_token_stride, int64_t k_head_stride, int64_t k_rope_token_stride, int64_t v_token_stride,
                     int64_t v_head_stride, float softmax_scale) {
  new (self) PrefillDesc{MLA_PREFILL_DESC_INIT};
  self->element = mla_element_t(element);
  self->causal = causal;
  self->h_q = h_q;
  self->d_nope = d_nope;
  self->d_rope = d_rope;
  self->d_v = d_v;
  self->max_b = max_b;
  self->max_total_q = max_total_q;
  self->q_token_stride = q_token_stride;
  self->q_head_stride = q_head_stride;
  self->k_token_stride = k_token_stride;
  self->k_head_stride = k_head_stride;
  self->k_rope_token_stride = k_rope_token_stride;
  self->v_token_stride = v_token_stride;
  self->v_head_stride = v_head_stride;
  self->softmax_scale = softmax_scale;
}

void makePrefillAbsorbedDesc(PrefillAbsorbedDesc *self, int element, int format, bool causal, int64_t h_q,
                             int64_t d_latent, int64_t d_rope, int64_t max_b, int64_t max_total_q,
                             int64_t q_head_stride, int64_t key_stride, int64_t page_size, int64_t num_pages,
                             int64_t block_table_stride, float softmax_scale) {
  new (self) PrefillAbsorbedDesc{PrefillDesc{MLA_PREFILL_DESC_INIT}};
  self->form = MLA_PREFILL_FORM_ABSORBED;
  self->element = mla_element_t(element);
  self->format = mla_cache_format_t(format);
  self->causal = causal;
  self->h_q = h_q;
  self->d_nope = self->d_v = d_latent;
  self->d_rope = d_rope;
  self->max_b = max_b;
  self->max_total_q = max_total_q;
  self->q_head_stride = q_head_stride;
  self->key_stride = key_stride;
  self->page_size = page_size;
  self->num_pages = num_pages;
  self->block_table_stride = block_table_stride;
  self->softmax_scale = softmax_scale;
}

void makeMergeDesc(MergeDesc *self, int element, int64_t heads, int64_t d_v, bool heads_first) {
  new (self) MergeDesc{MLA_MERGE_DESC_INIT};
  self->element = mla_element_t(element);
  self->heads = heads;
  self->d_v = d_v;
  self->heads_first = heads_first;
}

//===----------------------------------------------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------------------------------------------===//

mla_decode_args_t makeDecodeArgs(uintptr_t q, uintptr_t cache, uintptr_t block_table, uintptr_t seq_lens, uintptr_t out,
                                 uintptr_t lse, uintptr_t workspace, size_t workspace_size, uintptr_t cache_scale,
                                 uintptr_t q_scale) {
  mla_decode_args_t args = MLA_DECODE_ARGS_INIT;
  args.q = toPointer(q);
  args.cache = toPointer(cache);
  args.block_table = toPointer(block_table);
  args.seq_lens = toPointer(seq_lens);
  args.out = toPointer(out);
  args.lse = toPointer(lse);
  args.workspace = toPointer(workspace);
  args.workspace_size = workspace_size;
  args.cache_scale = toPointer(cache_scale);
  args.q_scale = toPointer(q_scale);
  return args;
}

mla_append_args_t makeAppendArgs(int64_t tokens, int64_t s_q, uintptr_t latent, uintptr_t k_rope, int64_t latent_stride,
                                 int64_t k_rope_stride, uintptr_t slots, uintptr_t positions, uintptr_t block_table,
                                 uintptr_t seq_lens, uintptr_t weight, uintptr_t cache_scale, uintptr_t cache) {
  mla_append_args_t args = MLA_APPEND_ARGS_INIT;
  args.tokens = tokens;
  args.s_q = s_q;
  args.latent = toPointer(latent);
  args.k_rope = toPointer(k_rope);
  args.latent_stride = latent_stride;
  args.k_rope_stride = k_rope_stride;
  args.slots = toPointer(slots);
  args.positions = toPointer(positions);
  args.block_table = toPointer(block_table);
  args.seq_lens = toPointer(seq_lens);
  args.weight = toPointer(weight);
  args.cache_scale = toPointer(cache_scale);
  args.cache = toPointer(cache);
  return args;
}

mla_rope_args_t makeRopeArgs(int64_t tokens, uintptr_t x, uintptr_t positions, uintptr_t out) {
  mla_rope_args_t args = MLA_ROPE_ARGS_INIT;
  args.tokens = tokens;
  args.x = toPointer(x);
  args.positions = toPointer(positions);
  args.out = toPointer(out);
  return args;
}

/// In both forms: what a form does not have is null.
mla_prefill_args_t makePrefillArgs(int64_t b, int64_t total_q, int64_t total_kv, uintptr_t q, uintptr_t k,
                                   uintptr_t k_rope, uintptr_t v, uintptr_t keys, uintptr_t cu_seqlens_q,
                                   uintptr_t cu_seqlens_kv, uintptr_t block_table, uintptr_t seq_lens, uintptr_t out,
                                   uintptr_t lse, uintptr_t cache_scale, uintptr_t workspace, size_t workspace_size) {
  mla_prefill_args_t args = MLA_PREFILL_ARGS_INIT;
  args.b = b;
  args.total_q = total_q;
  args.total_kv = total_kv;
  args.q = toPointer(q);
  args.k = toPointer(k);
  args.k_rope = toPointer(k_rope);
  args.v = toPointer(v);
  args.keys = toPointer(keys);
  args.cu_seqlens_q = toPointer(cu_seqlens_q);
  args.cu_seqlens_kv = toPointer(cu_seqlens_kv);
  args.block_table = toPointer(block_table);
  args.seq_lens = toPointer(seq_lens);
  args.out = toPointer(out);
  args.lse = toPointer(lse);
  args.cache_scale = toPointer(cache_scale);
  args.workspace = toPointer(workspace);
  args.workspace_size = workspace_size;
  return args;
}

mla_merge_args_t makeMergeArgs(int64_t tokens, uintptr_t out_a, uintptr_t lse_a, uintptr_t out_b, uintptr_t lse_b,
                               uintptr_t out, uintptr_t lse) {
  mla_merge_args_t args = MLA_MERGE_ARGS_INIT;
  args.tokens = tokens;
  args.out_a = toPointer(out_a);
  args.lse_a = toPointer(lse_a);
  args.out_b = toPointer(out_b);
  args.lse_b = toPointer(lse_b);
  args.out = toPointer(out);
  args.lse = toPointer(lse);
  return args;
}

//===----------------------------------------------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------------------------------------------===//

/// A handle that its destroy function ends.
template <typename Handle, void (*Destroy)(Handle *)> struct Plan {
  Handle *handle = nullptr;
  ~Plan() { Destroy(handle); }
};
using DecodePlan = Plan<mla_decode_plan_t, mla_decode_plan_destroy>;
using AppendPlan = Plan<mla_append_plan_t, mla_append_plan_destroy>;
using RopePlan = Plan<mla_rope_plan_t, mla_rope_plan_destroy>;
using PrefillPlan = Plan<mla_prefill_plan_t, mla_prefill_plan_destroy>;
using MergePlan = Plan<mla_merge_plan_t, mla_merge_plan_destroy>;

/// Calls mla_prefill_schedule or mla_prefill_run.
template <mla_status_t (*Call)(const mla_prefill_plan_t *, const mla_prefill_args_t *, void *)>
void callPrefill(const PrefillPlan &plan, int64_t b, int64_t total_q, int64_t total_kv, uintptr_t q, uintptr_t k,
                 uintptr_t k_rope, uintptr_t v, uintptr_t keys, uintptr_t cu_seqlens_q, uintptr_t cu_seqlens_kv,
                 uintptr_t block_table, uintptr_t seq_lens, uintptr_t out, uintptr_t lse, uintptr_t cache_scale,
                 uintptr_t workspace, size_t workspace_size, uintptr_t stream) {
  mla_prefill_args_t args = makePrefillArgs(b, total_q, total_kv, q, k, k_rope, v, keys, cu_seqlens_q, cu_seqlens_kv,
                                            block_table, seq_lens, out, lse, cache_scale, workspace, workspace_size);
  check(Call(plan.handle, &args, toPointer(stream)));
}

/// Loading kernels may assemble PTX, which takes seconds: other threads go on meanwhile.
template <typename PlanType, typename Desc, typename Create>
std::unique_ptr<PlanType> makePlan(Create create, const Package &package, const Desc &desc) {
  auto plan = std::make_unique<PlanType>();
  mla_status_t status;
  {
    nb::gil_scoped_release release;
    status = create(package.handle, &desc, &plan->handle);
  }
  check(status);
  return plan;
}

//===----------------------------------------------------------------------------------------------------------===//
// The compiler library
//===----------------------------------------------------------------------------------------------------------===//

/// Functions of libMLACompiler.so.
struct Compiler {
  void *library = nullptr;
  std::string error;
#define MLA_COMPILER_FUNCTION(name) decltype(&::name) name = nullptr;
#define MLA_COMPILER_FUNCTIONS(F)                                                                                      \
  F(mlaCompilerGetABIVersion)                                                                                          \
  F(mlaCompilerGetVersion)                                                                                             \
  F(mlaCompileOptionsCreate)                                                                                           \
  F(mlaCompileOptionsSet)                                                                                              \
  F(mlaCompileOptionsDestroy)                                                                                          \
  F(mlaCompileIR)                                                                                                      \
  F(mlaArtifactGetBytes)                                                                                               \
  F(mlaArtifactGetSize)                                                                                                \
  F(mlaArtifactDestroy)                                                                                                \
  F(mlaProgramCreate)                                                                                                  \
  F(mlaProgramDestroy)                                                                                                 \
  F(mlaProgramRunDecode)                                                                                               \
  F(mlaProgramRunAppend)                                                                                               \
  F(mlaProgramRunRope)                                                                                                 \
  F(mlaProgramRunPrefill)                                                                                              \
  F(mlaProgramRunMerge)
  MLA_COMPILER_FUNCTIONS(MLA_COMPILER_FUNCTION)
#undef MLA_COMPILER_FUNCTION

  explicit Compiler(const std::string &path) {
    library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
      error = dlerror();
      return;
    }
#define MLA_COMPILER_FUNCTION(name)                                                                                    \
  name = reinterpret_cast<decltype(&::name)>(dlsym(library, #name));                                                   \
  if (!name)                                                                                                           \
    error = path + ": expected the function " #name ", but got none; it is of another release";
    MLA_COMPILER_FUNCTIONS(MLA_COMPILER_FUNCTION)
#undef MLA_COMPILER_FUNCTION
    if (error.empty() && mlaCompilerGetABIVersion() != MLA_COMPILER_ABI_VERSION)
      error = path + ": expected ABI version " + std::to_string(MLA_COMPILER_ABI_VERSION) + ", but got " +
              std::to_string(mlaCompilerGetABIVersion());
  }
};

/// The library at `path`; the first path of a process counts. It is never closed, as its objects may live on.
const Compiler &getCompiler(const std::string &path) {
  static const Compiler compiler(path);
  if (!compiler.error.empty())
    raise(MLA_STATUS_NO_COMPILER, compiler.error.c_str());
  return compiler;
}

/// What the compiler says, one line each.
struct Report {
  std::string errors, all;

  static void add(MlaSeverity severity, const char *message, void *userData) {
    static const char *const names[] = {"note: ", "remark: ", "warning: ", "error: "};
    auto &report = *static_cast<Report *>(userData);
    report.all += std::string(names[severity]) + message + "\n";
    if (severity == MlaSeverityError)
      report.errors += (report.errors.empty() ? "" : "\n") + std::string(message);
  }

  [[noreturn]] void raise(int status) const { ::raise(status, errors.empty() ? all.c_str() : errors.c_str()); }
};

using OptionList = std::vector<std::pair<std::string, std::string>>;

/// Options of the compiler; raises for one that it does not know.
class Options {
public:
  Options(const Compiler &compiler, const nb::dict &values)
      : compiler(compiler), options(compiler.mlaCompileOptionsCreate()) {
    Report report;
    for (auto [name, value] : values)
      if (!compiler.mlaCompileOptionsSet(options, nb::str(name).c_str(), nb::str(value).c_str(), Report::add,
                                         &report)) {
        compiler.mlaCompileOptionsDestroy(options);
        report.raise(MLA_STATUS_INVALID_ARGUMENT);
      }
  }
  Options(const Options &) = delete;
  ~Options() { compiler.mlaCompileOptionsDestroy(options); }
  const MlaCompileOptions *get() const { return options; }

private:
  const Compiler &compiler;
  MlaCompileOptions *options;
};

nb::bytes compileIR(const std::string &library, const std::string &text, const std::string &name,
                    const nb::dict &values) {
  const Compiler &compiler = getCompiler(library);
  Options options(compiler, values);
  Report report;
  MlaArtifact *artifact;
  {
    nb::gil_scoped_release release;
    artifact = compiler.mlaCompileIR(text.data(), text.size(), name.c_str(), options.get(), Report::add, &report);
  }
  if (!artifact)
    report.raise(MLA_STATUS_COMPILE_ERROR);
  nb::bytes bytes(static_cast<const char *>(compiler.mlaArtifactGetBytes(artifact)),
                  compiler.mlaArtifactGetSize(artifact));
  compiler.mlaArtifactDestroy(artifact);
  return bytes;
}

/// Kernels on the interpreter.
class Program {
public:
  Program(const std::string &library, const std::string &text, const std::string &name, const nb::dict &values)
      : compiler(getCompiler(library)) {
    Options options(compiler, values);
    Report report;
    {
      nb::gil_scoped_release release;
      program = compiler.mlaProgramCreate(text.data(), text.size(), name.c_str(), options.get(), Report::add, &report);
    }
    if (!program)
      report.raise(MLA_STATUS_COMPILE_ERROR);
  }
  Program(const Program &) = delete;
  ~Program() { compiler.mlaProgramDestroy(program); }

  const Compiler &getCompiler() const { return compiler; }

  template <typename Run, typename Desc, typename Args>
  void run(Run run, const Desc &desc, const Args &args, int64_t multiprocessors) const {
    Report report;
    bool good;
    {
      nb::gil_scoped_release release;
      good = run(program, &desc, &args, multiprocessors, Report::add, &report);
    }
    if (!good)
      report.raise(MLA_STATUS_INVALID_ARGUMENT);
  }

private:
  const Compiler &getCompiler(const std::string &library) { return ::getCompiler(library); }

  const Compiler &compiler;
  MlaProgram *program = nullptr;
};

//===----------------------------------------------------------------------------------------------------------===//
// The driver, as far as no framework does it
//===----------------------------------------------------------------------------------------------------------===//

/// Its functions; null where there is no driver.
struct Driver {
  void *library = nullptr;
  int (*cuInit)(unsigned) = nullptr;
  int (*cuDeviceGetCount)(int *) = nullptr;
  int (*cuDeviceGet)(int *, int) = nullptr;
  int (*cuDevicePrimaryCtxRetain)(void **, int) = nullptr;
  int (*cuCtxSetCurrent)(void *) = nullptr;

  Driver() {
    const char *path = secure_getenv("MLA_CUDA_DRIVER");
    library = dlopen(path ? path : "libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library)
      return;
    load(cuInit, "cuInit");
    load(cuDeviceGetCount, "cuDeviceGetCount");
    load(cuDeviceGet, "cuDeviceGet");
    load(cuDevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain");
    load(cuCtxSetCurrent, "cuCtxSetCurrent");
  }
  template <typename F> void load(F &function, const char *name) {
    function = reinterpret_cast<F>(dlsym(library, name));
  }
};

/// Makes the primary context of a device current, unless one of that device is. Returns the number of devices; 0 where
/// there is no driver. With `ordinal` < 0 it only counts.
int useDevice(int ordinal) {
  static const Driver driver;
  int count = 0;
  if (!driver.cuInit || !driver.cuDeviceGetCount || driver.cuInit(0) != 0 || driver.cuDeviceGetCount(&count) != 0)
    return 0;
  if (ordinal < 0)
    return count;
  int device = 0;
  void *context = nullptr;
  if (!driver.cuDeviceGet || !driver.cuDevicePrimaryCtxRetain || !driver.cuCtxSetCurrent ||
      driver.cuDeviceGet(&device, ordinal) != 0 || driver.cuDevicePrimaryCtxRetain(&context, device) != 0 ||
      driver.cuCtxSetCurrent(context) != 0)
    raise(MLA_STATUS_DRIVER_ERROR, "the device's context cannot be made current");
  return count;
}

/// (address, shape, strides in elements, DLPack type code, bits, DLPack device type, device number) of anything that
/// speaks DLPack.
nb::tuple describeArray(nb::ndarray<nb::ro> array) {
  nb::list shape, strides;
  for (size_t i = 0; i < array.ndim(); ++i) {
    shape.append(array.shape(i));
    strides.append(array.stride(i));
  }
  return nb::make_tuple(reinterpret_cast<uintptr_t>(array.data()), nb::tuple(shape), nb::tuple(strides),
                        int(array.dtype().code), int(array.dtype().bits), array.device_type(), array.device_id());
}

} // namespace

NB_MODULE(_native, m) {
  // Packages and plans live as long as the process: what is not destroyed at its end is no leak.
  nb::set_leak_warnings(false);
  m.doc() = "Structs, handles and calls of the runtime and the compiler library; use the package mla.";

  m.def("describe_array", &describeArray, "array"_a);
  m.def("use_device", &useDevice, "ordinal"_a);
  m.def("compile_ir", &compileIR, "library"_a, "text"_a, "name"_a, "options"_a);
  m.def(
      "compiler_version", [](const std::string &library) { return getCompiler(library).mlaCompilerGetVersion(); },
      "library"_a);

  nb::class_<Package>(m, "Package").def("info", &getInfo);
  m.def("package_from_bytes", &fromBytes, "bytes"_a);
  m.def(
      "package_jit",
      [](const std::string &text, const std::string &name, std::optional<std::string> cache_folder,
         std::optional<std::string> compiler_library, std::optional<std::string> compile_options,
         std::optional<std::string> ptxas) {
        mla_jit_options_t options = MLA_JIT_OPTIONS_INIT;
        options.cache_folder = cache_folder ? cache_folder->c_str() : nullptr;
        options.compiler_library = compiler_library ? compiler_library->c_str() : nullptr;
        options.compile_options = compile_options ? compile_options->c_str() : nullptr;
        options.ptxas = ptxas ? ptxas->c_str() : nullptr;
        auto package = std::make_unique<Package>();
        mla_status_t status;
        {
          nb::gil_scoped_release release;
          status = mla_package_jit_ir(text.data(), text.size(), name.c_str(), &options, nullptr, &package->handle);
        }
        check(status);
        return package;
      },
      "text"_a, "name"_a, "cache_folder"_a.none(), "compiler_library"_a.none(), "compile_options"_a.none(),
      "ptxas"_a.none());

  nb::class_<DecodeDesc>(m, "DecodeDesc")
      .def("__init__", &makeDecodeDesc, nb::kw_only(), "element"_a, "format"_a, "precision"_a, "causal"_a, "b"_a,
           "s_q"_a, "h_q"_a, "d_latent"_a, "d_rope"_a, "page_size"_a, "num_pages"_a, "block_table_stride"_a,
           "softmax_scale"_a, "rope"_a);
  nb::class_<AppendDesc>(m, "AppendDesc")
      .def("__init__", &makeAppendDesc, nb::kw_only(), "element"_a, "format"_a, "d_latent"_a, "d_rope"_a, "page_size"_a,
           "num_pages"_a, "block_table_stride"_a);
  nb::class_<RopeDesc>(m, "RopeDesc").def("__init__", &makeRopeDesc, nb::kw_only(), "element"_a, "d_rope"_a, "heads"_a);
  nb::class_<PrefillDesc>(m, "PrefillDesc")
      .def("__init__", &makePrefillDesc, nb::kw_only(), "element"_a, "causal"_a, "h_q"_a, "d_nope"_a, "d_rope"_a,
           "d_v"_a, "max_b"_a, "max_total_q"_a, "q_token_stride"_a, "q_head_stride"_a, "k_token_stride"_a,
           "k_head_stride"_a, "k_rope_token_stride"_a, "v_token_stride"_a, "v_head_stride"_a, "softmax_scale"_a);
  nb::class_<PrefillAbsorbedDesc, PrefillDesc>(m, "PrefillAbsorbedDesc")
      .def("__init__", &makePrefillAbsorbedDesc, nb::kw_only(), "element"_a, "format"_a, "causal"_a, "h_q"_a,
           "d_latent"_a, "d_rope"_a, "max_b"_a, "max_total_q"_a, "q_head_stride"_a, "key_stride"_a, "page_size"_a,
           "num_pages"_a, "block_table_stride"_a, "softmax_scale"_a);
  nb::class_<MergeDesc>(m, "MergeDesc")
      .def("__init__", &makeMergeDesc, nb::kw_only(), "element"_a, "heads"_a, "d_v"_a, "heads_first"_a);

  m.def("decode_can_implement",
        [](const Package &package, const DecodeDesc &desc) { check(mla_decode_can_implement(package.handle, &desc)); });
  m.def("append_can_implement",
        [](const Package &package, const AppendDesc &desc) { check(mla_append_can_implement(package.handle, &desc)); });
  m.def("rope_can_implement",
        [](const Package &package, const RopeDesc &desc) { check(mla_rope_can_implement(package.handle, &desc)); });
  m.def("prefill_can_implement", [](const Package &package, const PrefillDesc &desc) {
    check(mla_prefill_can_implement(package.handle, &desc));
  });
  m.def("merge_can_implement",
        [](const Package &package, const MergeDesc &desc) { check(mla_merge_can_implement(package.handle, &desc)); });

  nb::class_<DecodePlan>(m, "DecodePlan")
      .def("workspace_size",
           [](const DecodePlan &plan) {
             size_t size = 0;
             check(mla_decode_plan_workspace_size(plan.handle, &size));
             return size;
           })
      .def("info",
           [](const DecodePlan &plan) {
             mla_decode_plan_info_t info = MLA_DECODE_PLAN_INFO_INIT;
             check(mla_decode_plan_info(plan.handle, &info));
             return nb::make_tuple(info.row_tiles, info.num_parts, info.multiprocessors);
           })
      .def(
          "schedule",
          [](const DecodePlan &plan, uintptr_t seq_lens, uintptr_t workspace, size_t workspace_size, uintptr_t stream) {
            mla_decode_args_t args = makeDecodeArgs(0, 0, 0, seq_lens, 0, 0, workspace, workspace_size, 0, 0);
            check(mla_decode_schedule(plan.handle, &args, toPointer(stream)));
          })
      .def("run", [](const DecodePlan &plan, uintptr_t q, uintptr_t cache, uintptr_t block_table, uintptr_t seq_lens,
                     uintptr_t out, uintptr_t lse, uintptr_t workspace, size_t workspace_size, uintptr_t cache_scale,
                     uintptr_t q_scale, uintptr_t stream) {
        mla_decode_args_t args =
            makeDecodeArgs(q, cache, block_table, seq_lens, out, lse, workspace, workspace_size, cache_scale, q_scale);
        check(mla_decode_run(plan.handle, &args, toPointer(stream)));
      });
  m.def("decode_plan", [](const Package &package, const DecodeDesc &desc) {
    return makePlan<DecodePlan, mla_decode_desc_t>(mla_decode_plan_create, package, desc);
  });

  nb::class_<AppendPlan>(m, "AppendPlan")
      .def("run",
           [](const AppendPlan &plan, int64_t tokens, int64_t s_q, uintptr_t latent, uintptr_t k_rope,
              int64_t latent_stride, int64_t k_rope_stride, uintptr_t slots, uintptr_t positions, uintptr_t block_table,
              uintptr_t seq_lens, uintptr_t weight, uintptr_t cache_scale, uintptr_t cache, uintptr_t stream) {
             mla_append_args_t args = makeAppendArgs(tokens, s_q, latent, k_rope, latent_stride, k_rope_stride, slots,
                                                     positions, block_table, seq_lens, weight, cache_scale, cache);
             check(mla_append_run(plan.handle, &args, toPointer(stream)));
           });
  m.def("append_plan", [](const Package &package, const AppendDesc &desc) {
    return makePlan<AppendPlan, mla_append_desc_t>(mla_append_plan_create, package, desc);
  });

  nb::class_<RopePlan>(m, "RopePlan")
      .def("run",
           [](const RopePlan &plan, int64_t tokens, uintptr_t x, uintptr_t positions, uintptr_t out, uintptr_t stream) {
             mla_rope_args_t args = makeRopeArgs(tokens, x, positions, out);
             check(mla_rope_run(plan.handle, &args, toPointer(stream)));
           });
  m.def("rope_plan", [](const Package &package, const RopeDesc &desc) {
    return makePlan<RopePlan, mla_rope_desc_t>(mla_rope_plan_create, package, desc);
  });

  nb::class_<PrefillPlan>(m, "PrefillPlan")
      .def("workspace_size",
           [](const PrefillPlan &plan) {
             size_t size = 0;
             check(mla_prefill_plan_workspace_size(plan.handle, &size));
             return size;
           })
      .def("schedule", &callPrefill<mla_prefill_schedule>)
      .def("run", &callPrefill<mla_prefill_run>);
  m.def("prefill_plan", [](const Package &package, const PrefillDesc &desc) {
    return makePlan<PrefillPlan, mla_prefill_desc_t>(mla_prefill_plan_create, package, desc);
  });

  nb::class_<MergePlan>(m, "MergePlan")
      .def("run", [](const MergePlan &plan, int64_t tokens, uintptr_t out_a, uintptr_t lse_a, uintptr_t out_b,
                     uintptr_t lse_b, uintptr_t out, uintptr_t lse, uintptr_t stream) {
        mla_merge_args_t args = makeMergeArgs(tokens, out_a, lse_a, out_b, lse_b, out, lse);
        check(mla_merge_run(plan.handle, &args, toPointer(stream)));
      });
  m.def("merge_plan", [](const Package &package, const MergeDesc &desc) {
    return makePlan<MergePlan, mla_merge_desc_t>(mla_merge_plan_create, package, desc);
  });

  nb::class_<Program>(m, "Program")
      .def(nb::init<const std::string &, const std::string &, const std::string &, const nb::dict &>(), "library"_a,
           "text"_a, "name"_a, "options"_a)
      .def("run_decode",
           [](const Program &program, const DecodeDesc &desc, int64_t multiprocessors, uintptr_t q, uintptr_t cache,
              uintptr_t block_table, uintptr_t seq_lens, uintptr_t out, uintptr_t lse, uintptr_t cache_scale,
              uintptr_t q_scale) {
             program.run(program.getCompiler().mlaProgramRunDecode, static_cast<const mla_decode_desc_t &>(desc),
                         makeDecodeArgs(q, cache, block_table, seq_lens, out, lse, 0, 0, cache_scale, q_scale),
                         multiprocessors);
           })
      .def("run_append",
           [](const Program &program, const AppendDesc &desc, int64_t multiprocessors, int64_t tokens, int64_t s_q,
              uintptr_t latent, uintptr_t k_rope, int64_t latent_stride, int64_t k_rope_stride, uintptr_t slots,
              uintptr_t positions, uintptr_t block_table, uintptr_t seq_lens, uintptr_t weight, uintptr_t cache_scale,
              uintptr_t cache) {
             program.run(program.getCompiler().mlaProgramRunAppend, static_cast<const mla_append_desc_t &>(desc),
                         makeAppendArgs(tokens, s_q, latent, k_rope, latent_stride, k_rope_stride, slots, positions,
                                        block_table, seq_lens, weight, cache_scale, cache),
                         multiprocessors);
           })
      .def("run_rope",
           [](const Program &program, const RopeDesc &desc, int64_t multiprocessors, int64_t tokens, uintptr_t x,
              uintptr_t positions, uintptr_t out) {
             program.run(program.getCompiler().mlaProgramRunRope, static_cast<const mla_rope_desc_t &>(desc),
                         makeRopeArgs(tokens, x, positions, out), multiprocessors);
           })
      .def("run_prefill",
           [](const Program &program, const PrefillDesc &desc, int64_t multiprocessors, int64_t b, int64_t total_q,
              int64_t total_kv, uintptr_t q, uintptr_t k, uintptr_t k_rope, uintptr_t v, uintptr_t keys,
              uintptr_t cu_seqlens_q, uintptr_t cu_seqlens_kv, uintptr_t block_table, uintptr_t seq_lens, uintptr_t out,
              uintptr_t lse, uintptr_t cache_scale) {
             program.run(program.getCompiler().mlaProgramRunPrefill, static_cast<const mla_prefill_desc_t &>(desc),
                         makePrefillArgs(b, total_q, total_kv, q, k, k_rope, v, keys, cu_seqlens_q, cu_seqlens_kv,
                                         block_table, seq_lens, out, lse, cache_scale, 0, 0),
                         multiprocessors);
           })
      .def("run_merge",
           [](const Program &program, const MergeDesc &desc, int64_t multiprocessors, int64_t tokens, uintptr_t out_a,
              uintptr_t lse_a, uintptr_t out_b, uintptr_t lse_b, uintptr_t out, uintptr_t lse) {
             program.run(program.getCompiler().mlaProgramRunMerge, static_cast<const mla_merge_desc_t &>(desc),
                         makeMergeArgs(tokens, out_a, lse_a, out_b, lse_b, out, lse), multiprocessors);
           });
}
