//===- jit.c - Compiling a package on first use ---------------------------------------------------------------===//
//
// Whatever the op, what is compiled is IR: ir.c writes it for the problems of the header. So one function of the
// compiler serves all, and so does one form of key.
//
// An entry of the cache is named by a hash of its key: everything that the package depends on, as text. The compiler
// takes part by its build id, the assembler by its path, size and time of change. Both are read from files, so that a
// hit neither loads the one nor runs the other.
//
// The file on disk and the library in memory may differ, where the library was replaced while the process runs. What is
// in memory compiles, so before it does, the key is made again with its identity.
//
//===----------------------------------------------------------------------------------------------------------===//
#define _GNU_SOURCE // asprintf, secure_getenv
#include "cache.h"
#include "compiler.h"
#include "ir.h"
#include "package.h"
#include "status.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_OPTIONS = 16, MAX_DIAGNOSTICS = 4096 };

/// One flag of the compiler; both point into `request_t.option_text`.
typedef struct option_t {
  const char *name, *value;
} option_t;

/// What is to be compiled. The caller owns everything.
typedef struct source_t {
  /// For diagnostics.
  const char *name;
  const char *text;
  size_t size;
  /// The op that the text was written for, its info, and how it turns; MLA_OP_NONE for a text of the caller's.
  mla_op_t op;
  const void *problem;
  const mla_rope_parameters_t *rope;
} source_t;

/// A call, with all defaults filled in.
typedef struct request_t {
  const source_t *source;
  const char *library;
  /// Null: no cache.
  char *folder;
  /// The ptxas to run, "none", or null where the compiler shall say what is wrong with $MLA_PTXAS.
  char *ptxas;
  /// Its line in the key.
  char *ptxas_identity;
  char *option_text;
  size_t num_options;
  option_t options[MAX_OPTIONS];
} request_t;

static void clear_request(request_t *request) {
  free(request->folder);
  free(request->ptxas);
  free(request->ptxas_identity);
  free(request->option_text);
}

//===----------------------------------------------------------------------------------------------------------===//
// What is asked for
//===----------------------------------------------------------------------------------------------------------===//

/// Splits "name=value name=value".
static mla_status_t read_compile_options(const char *text, request_t *out) {
  // What is not in the key, or belongs to the runtime.
  static const char *const refused[] = {"emit", "ptxas", "schedule-table", "template-dir"};
  mla_status_t status = MLA_STATUS_OK;
  char *rest = NULL;
  out->option_text = strdup(text ? text : "");
  MLA_CHECK(out->option_text, MLA_STATUS_OUT_OF_MEMORY, "no memory for the options");
  for (char *word = strtok_r(out->option_text, " \t\r\n", &rest); word; word = strtok_r(NULL, " \t\r\n", &rest)) {
    char *equals = strchr(word, '=');
    MLA_CHECK(equals && equals != word, MLA_STATUS_INVALID_ARGUMENT,
              "compile_options: expected name=value, but got '%s'", word);
    MLA_CHECK(out->num_options < MAX_OPTIONS, MLA_STATUS_INVALID_ARGUMENT,
              "compile_options: expected at most %d options, but got more", MAX_OPTIONS);
    *equals = 0;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); ++i)
      MLA_CHECK(strcmp(word, refused[i]) != 0, MLA_STATUS_INVALID_ARGUMENT,
                "compile_options: expected an option of the schedule, but got '%s'", word);
    out->options[out->num_options++] = (option_t){word, equals + 1};
  }
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// The assembler
//===----------------------------------------------------------------------------------------------------------===//

static int is_program(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

/// `folder`[0, length)/`below` if it is a program. False if there is no memory.
static int try_folder(const char *folder, size_t length, const char *below, char **out_path) {
  int enough = 1;
  if (!*out_path && length > 0) {
    if (asprintf(out_path, "%.*s/%s", (int)length, folder, below) < 0) {
      *out_path = NULL;
      enough = 0;
    } else if (!is_program(*out_path)) {
      free(*out_path);
      *out_path = NULL;
    }
  }
  return enough;
}

/// Looks for ptxas where the compiler does (lib/Target/PTX/Assemble.cpp), and hands it what was found: two searches
/// could find two programs.
static mla_status_t find_ptxas(const char *named, request_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  struct stat info;
  const char *variable = secure_getenv("MLA_PTXAS"), *home = secure_getenv("CUDA_HOME");
  int enough = 1, is_named = (named && *named) || (variable && *variable);
  if (named && *named) {
    enough = (out->ptxas = strdup(named)) != NULL;
  } else if (is_named) {
    // A variable that names no program is the compiler's to complain about.
    enough = !is_program(variable) || (out->ptxas = strdup(variable)) != NULL;
  } else {
    const char *folders = secure_getenv("PATH");
    while (folders && *folders && enough) {
      size_t length = strcspn(folders, ":");
      enough = try_folder(folders, length, "ptxas", &out->ptxas);
      folders += length + (folders[length] == ':');
    }
    if (home && enough)
      enough = try_folder(home, strlen(home), "bin/ptxas", &out->ptxas);
    if (enough)
      enough = try_folder("/usr/local/cuda", strlen("/usr/local/cuda"), "bin/ptxas", &out->ptxas);
    if (enough && !out->ptxas)
      enough = (out->ptxas = strdup("none")) != NULL;
  }
  if (enough) {
    const char *path = out->ptxas ? out->ptxas : variable;
    int printed = strcmp(path, "none") != 0 && stat(path, &info) == 0
                      ? asprintf(&out->ptxas_identity, "%s %" PRId64 " %" PRId64 ".%09ld", path, (int64_t)info.st_size,
                                 (int64_t)info.st_mtim.tv_sec, (long)info.st_mtim.tv_nsec)
                      : asprintf(&out->ptxas_identity, "%s", path);
    if (printed < 0) {
      out->ptxas_identity = NULL;
      enough = 0;
    }
  }
  MLA_CHECK(enough, MLA_STATUS_OUT_OF_MEMORY, "no memory for the path of ptxas");
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// The cache
//===----------------------------------------------------------------------------------------------------------===//

/// The place of the package that a compiler of `identity` makes. Lines, in this order; docs/runtime.md has them.
static mla_status_t find_place(const request_t *request, const char *identity, char **out_path) {
  mla_status_t status = MLA_STATUS_OK;
  char *key = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&key, &size);
  *out_path = NULL;
  MLA_CHECK(stream, MLA_STATUS_OUT_OF_MEMORY, "no memory for the key of an entry");
  fprintf(stream, "mla package 4\ncompiler %s\nptxas %s\n", identity, request->ptxas_identity);
  for (size_t i = 0; i < request->num_options; ++i)
    fprintf(stream, "option %s=%s\n", request->options[i].name, request->options[i].value);
  fprintf(stream, "ir\n");
  fwrite(request->source->text, 1, request->source->size, stream);
  int failed = ferror(stream);
  failed |= fclose(stream) != 0;
  MLA_CHECK(!failed, MLA_STATUS_OUT_OF_MEMORY, "no memory for the key of an entry");
  MLA_TRY(mla_cache_path(request->folder, key, size, out_path));
done:
  free(key);
  return status;
}

/// Whether the package turns as `rope` says, as far as its frequencies need not be computed; null: not at all.
static int has_rotation(const mla_rotation_t *rotation, const mla_rope_parameters_t *rope, int64_t d_rope) {
  return rope ? rotation->pairs == d_rope / 2 && rotation->interleaved == rope->interleaved : rotation->pairs == 0;
}

static int is_decode(const mla_decode_info_t *info, const source_t *source) {
  const mla_decode_info_t *problem = source->problem;
  return info->element == problem->element && info->causal == problem->causal && info->h_q == problem->h_q &&
         info->s_q == problem->s_q && info->d_latent == problem->d_latent && info->d_rope == problem->d_rope &&
         info->page_size == problem->page_size && info->softmax_scale == problem->softmax_scale &&
         info->format == problem->format && info->precision == problem->precision &&
         has_rotation(&info->rotation, source->rope, info->d_rope);
}

static int is_prefill(const mla_prefill_info_t *info, const source_t *source) {
  const mla_prefill_info_t *problem = source->problem;
  return info->element == problem->element && info->causal == problem->causal && info->h_q == problem->h_q &&
         info->d_nope == problem->d_nope && info->d_rope == problem->d_rope && info->d_v == problem->d_v &&
         info->softmax_scale == problem->softmax_scale && info->form == problem->form &&
         info->page_size == problem->page_size && (problem->page_size == 0 || info->format == problem->format);
}

static int is_append(const mla_append_info_t *info, const source_t *source) {
  const mla_append_info_t *problem = source->problem;
  return info->element == problem->element && info->format == problem->format && info->d_latent == problem->d_latent &&
         info->d_rope == problem->d_rope && info->page_size == problem->page_size &&
         info->s_q == (problem->slot_bits ? 0 : problem->s_q) && info->slot_bits == problem->slot_bits &&
         info->position_bits == problem->position_bits && info->norm == problem->norm &&
         (!problem->norm || info->eps == problem->eps) && has_rotation(&info->rotation, source->rope, info->d_rope);
}

static int is_rope(const mla_rope_info_t *info, const source_t *source) {
  const mla_rope_info_t *problem = source->problem;
  return info->element == problem->element && info->d_rope == problem->d_rope && info->heads == problem->heads &&
         info->position_bits == problem->position_bits && has_rotation(&info->rotation, source->rope, info->d_rope);
}

static int is_merge(const mla_merge_info_t *info, const source_t *source) {
  const mla_merge_info_t *problem = source->problem;
  return info->element == problem->element && info->heads == problem->heads && info->d_v == problem->d_v &&
         info->heads_first == problem->heads_first;
}

/// Whether the package implements the very problem: a hash says little to a file that was given another's name. What a
/// text of the caller's means only the compiler knows.
static mla_status_t check_problem(const mla_package_t *package, const source_t *source) {
  mla_status_t status = MLA_STATUS_OK;
  int is_same = source->op == MLA_OP_NONE || package->op == source->op;
  if (is_same) {
    switch (source->op) {
    case MLA_OP_NONE:
    case MLA_OP_COUNT:
      break;
    case MLA_OP_DECODE:
      is_same = is_decode(&package->decode, source);
      break;
    case MLA_OP_PREFILL:
      is_same = is_prefill(&package->prefill, source);
      break;
    case MLA_OP_APPEND:
      is_same = is_append(&package->append, source);
      break;
    case MLA_OP_ROPE:
      is_same = is_rope(&package->rope, source);
      break;
    case MLA_OP_MERGE:
      is_same = is_merge(&package->merge, source);
      break;
    }
  }
  MLA_CHECK(is_same, MLA_STATUS_CORRUPT_PACKAGE,
            "package '%s': expected the problem that was asked for, but got another", package->name);
done:
  return status;
}

/// Takes the package from `path`. Where there is none that can be used, this is no failure, and `info` says why.
static mla_status_t look_up(const request_t *request, const char *path, mla_jit_info_t *info,
                            mla_package_t **out_package) {
  mla_status_t status = mla_cache_load(path, out_package);
  if (status == MLA_STATUS_OK && *out_package) {
    status = check_problem(*out_package, request->source);
    info->hit = status == MLA_STATUS_OK;
    if (!info->hit) {
      mla_package_destroy(*out_package);
      *out_package = NULL;
    }
  }
  if (status != MLA_STATUS_OK && status != MLA_STATUS_OUT_OF_MEMORY) {
    snprintf(info->cache_message, sizeof(info->cache_message), "%s", mla_last_error_message());
    status = MLA_STATUS_OK;
  }
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------------------------------------------===//

/// What the compiler said, as one sentence.
typedef struct diagnostics_t {
  char text[MAX_DIAGNOSTICS];
  size_t size;
  /// Whether notes belong to an error.
  int in_error;
} diagnostics_t;

static void collect(MlaSeverity severity, const char *message, void *user_data) {
  diagnostics_t *diagnostics = user_data;
  if (severity != MlaSeverityNote)
    diagnostics->in_error = severity == MlaSeverityError;
  if (diagnostics->in_error && diagnostics->size < sizeof(diagnostics->text) - 1) {
    size_t room = sizeof(diagnostics->text) - diagnostics->size;
    int count = snprintf(diagnostics->text + diagnostics->size, room, "%s%s", diagnostics->size ? "; " : "", message);
    diagnostics->size += count < 0 ? 0 : (size_t)count < room ? (size_t)count : room - 1;
  }
}

/// Compiles the package and loads it; `*out_artifact` has its bytes.
static mla_status_t compile(const request_t *request, const mla_compiler_t *compiler, MlaArtifact **out_artifact,
                            mla_package_t **out_package) {
  mla_status_t status = MLA_STATUS_OK;
  const source_t *source = request->source;
  diagnostics_t *diagnostics = calloc(1, sizeof(*diagnostics));
  MlaCompileOptions *options = compiler->options_create();
  MLA_CHECK(diagnostics && options, MLA_STATUS_OUT_OF_MEMORY, "no memory to compile");
  for (size_t i = 0; i < request->num_options; ++i)
    MLA_CHECK(compiler->options_set(options, request->options[i].name, request->options[i].value, collect, diagnostics),
              MLA_STATUS_INVALID_ARGUMENT, "compile_options: %s", diagnostics->text);
  if (request->ptxas)
    MLA_CHECK(compiler->options_set(options, "ptxas", request->ptxas, collect, diagnostics), MLA_STATUS_COMPILE_ERROR,
              "%s", diagnostics->text);
  *out_artifact = compiler->compile_ir(source->text, source->size, source->name, options, collect, diagnostics);
  MLA_CHECK(*out_artifact, MLA_STATUS_COMPILE_ERROR, "cannot compile the problem: %s",
            diagnostics->size ? diagnostics->text : "the compiler says nothing");
  MLA_TRY(mla_package_load_from_memory(compiler->artifact_bytes(*out_artifact), compiler->artifact_size(*out_artifact),
                                       out_package));
  MLA_TRY(check_problem(*out_package, source));
done:
  if (options)
    compiler->options_destroy(options);
  free(diagnostics);
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// The call
//===----------------------------------------------------------------------------------------------------------===//

/// Fills `*out`, which has a source and is else all zeros. That there is no folder for the cache goes to `info`.
static mla_status_t read_request(const mla_jit_options_t *options, mla_jit_info_t *info, request_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  mla_jit_options_t defaults = MLA_JIT_OPTIONS_INIT;
  if (!options)
    options = &defaults;
  MLA_CHECK(options->struct_size == sizeof(*options), MLA_STATUS_INVALID_ARGUMENT,
            "options: expected struct_size %zu, but got %zu", sizeof(*options), options->struct_size);
  MLA_TRY(read_compile_options(options->compile_options, out));
  MLA_TRY(find_ptxas(options->ptxas, out));
  out->library = options->compiler_library;
  if (!out->library || !*out->library)
    out->library = secure_getenv("MLA_COMPILER_LIBRARY");
  if (!out->library || !*out->library)
    out->library = MLA_DEFAULT_COMPILER;
  if (options->cache_folder && !*options->cache_folder) {
    info->cache_status = MLA_STATUS_UNSUPPORTED;
    snprintf(info->cache_message, sizeof(info->cache_message), "cache: switched off by the call");
  } else if (options->cache_folder) {
    out->folder = strdup(options->cache_folder);
    MLA_CHECK(out->folder, MLA_STATUS_OUT_OF_MEMORY, "no memory for the path of the cache");
  } else {
    info->cache_status = mla_cache_default_folder(&out->folder);
    if (info->cache_status == MLA_STATUS_OUT_OF_MEMORY)
      status = info->cache_status;
    else if (info->cache_status != MLA_STATUS_OK)
      snprintf(info->cache_message, sizeof(info->cache_message), "%s", mla_last_error_message());
  }
done:
  return status;
}

/// Everything behind the writing of the text: takes the package from the cache, or compiles it.
static mla_status_t get_package(const source_t *source, const mla_jit_options_t *options, mla_jit_info_t *out_info,
                                mla_package_t **out_package) {
  mla_status_t status = MLA_STATUS_OK;
  mla_compiler_t compiler;
  MlaArtifact *artifact = NULL;
  mla_package_t *package = NULL;
  mla_jit_info_t info = MLA_JIT_INFO_INIT;
  request_t request = {.source = source};
  char identity[MLA_MAX_IDENTITY] = "", loaded_identity[MLA_MAX_IDENTITY] = "";
  char *path = NULL;
  MLA_TRY(read_request(options, &info, &request));

  // A name must be loaded to know which file it stands for.
  if (request.folder && strchr(request.library, '/')) {
    MLA_TRY(mla_compiler_read_identity(request.library, identity));
    MLA_TRY(find_place(&request, identity, &path));
    MLA_TRY(look_up(&request, path, &info, &package));
  }
  if (!package) {
    MLA_TRY(mla_compiler_open(request.library, &compiler, loaded_identity));
    if (request.folder && strcmp(identity, loaded_identity) != 0) {
      free(path);
      MLA_TRY(find_place(&request, loaded_identity, &path));
      MLA_TRY(look_up(&request, path, &info, &package));
    }
  }
  if (!package) {
    MLA_TRY(compile(&request, &compiler, &artifact, &package));
    if (request.folder)
      info.cache_status =
          mla_cache_store(request.folder, path, compiler.artifact_bytes(artifact), compiler.artifact_size(artifact));
    if (request.folder && info.cache_status != MLA_STATUS_OK)
      snprintf(info.cache_message, sizeof(info.cache_message), "%s", mla_last_error_message());
  }
  *out_package = package;
  package = NULL;
done:
  if (artifact)
    compiler.artifact_destroy(artifact);
  mla_package_destroy(package);
  clear_request(&request);
  free(path);
  if (out_info && status == MLA_STATUS_OK)
    *out_info = info;
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// The calls
//===----------------------------------------------------------------------------------------------------------===//

/// What all calls give where they fail.
static mla_status_t clear_outputs(mla_jit_info_t *out_info, mla_package_t **out_package) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(out_package, MLA_STATUS_INVALID_ARGUMENT, "out_package: expected a pointer, but got null");
  *out_package = NULL;
  MLA_CHECK(!out_info || out_info->struct_size == sizeof(*out_info), MLA_STATUS_INVALID_ARGUMENT,
            "out_info: expected struct_size %zu, but got %zu", sizeof(*out_info), out_info->struct_size);
  if (out_info)
    *out_info = (mla_jit_info_t)MLA_JIT_INFO_INIT;
done:
  return status;
}

/// A problem, the info of `op`, as a string to free.
static mla_status_t write_ir(mla_op_t op, const void *problem, const mla_rope_parameters_t *rope, char **out_text) {
  switch (op) {
  case MLA_OP_NONE:
  case MLA_OP_COUNT:
    break;
  case MLA_OP_DECODE:
    return mla_ir_decode(problem, rope, out_text);
  case MLA_OP_APPEND:
    return mla_ir_append(problem, rope, out_text);
  case MLA_OP_ROPE:
    return mla_ir_rope(problem, rope, out_text);
  case MLA_OP_PREFILL:
    return mla_ir_prefill(problem, out_text);
  case MLA_OP_MERGE:
    return mla_ir_merge(problem, out_text);
  }
  return mla_fail(MLA_STATUS_UNSUPPORTED, "expected an op that has a problem");
}

/// What the calls for problems do: they differ in the problem's type, and in whether it turns.
static mla_status_t get_package_for(mla_op_t op, const void *problem, const mla_rope_parameters_t *rope,
                                    const mla_jit_options_t *options, mla_jit_info_t *out_info,
                                    mla_package_t **out_package) {
  mla_status_t status = MLA_STATUS_OK;
  source_t source = {mla_op_name(op), NULL, 0, op, problem, rope};
  char *text = NULL;
  MLA_TRY(clear_outputs(out_info, out_package));
  MLA_TRY(write_ir(op, problem, rope, &text));
  source.text = text;
  source.size = strlen(text);
  MLA_TRY(get_package(&source, options, out_info, out_package));
done:
  free(text);
  return status;
}

mla_status_t mla_package_jit_decode(const mla_decode_info_t *problem, const mla_rope_parameters_t *rope,
                                    const mla_jit_options_t *options, mla_jit_info_t *out_info,
                                    mla_package_t **out_package) {
  return get_package_for(MLA_OP_DECODE, problem, rope, options, out_info, out_package);
}

mla_status_t mla_package_jit_prefill(const mla_prefill_info_t *problem, const mla_jit_options_t *options,
                                     mla_jit_info_t *out_info, mla_package_t **out_package) {
  return get_package_for(MLA_OP_PREFILL, problem, NULL, options, out_info, out_package);
}

mla_status_t mla_package_jit_append(const mla_append_info_t *problem, const mla_rope_parameters_t *rope,
                                    const mla_jit_options_t *options, mla_jit_info_t *out_info,
                                    mla_package_t **out_package) {
  return get_package_for(MLA_OP_APPEND, problem, rope, options, out_info, out_package);
}

mla_status_t mla_package_jit_rope(const mla_rope_info_t *problem, const mla_rope_parameters_t *rope,
                                  const mla_jit_options_t *options, mla_jit_info_t *out_info,
                                  mla_package_t **out_package) {
  return get_package_for(MLA_OP_ROPE, problem, rope, options, out_info, out_package);
}

mla_status_t mla_package_jit_merge(const mla_merge_info_t *problem, const mla_jit_options_t *options,
                                   mla_jit_info_t *out_info, mla_package_t **out_package) {
  return get_package_for(MLA_OP_MERGE, problem, NULL, options, out_info, out_package);
}

mla_status_t mla_package_jit_ir(const char *text, size_t size, const char *name, const mla_jit_options_t *options,
                                mla_jit_info_t *out_info, mla_package_t **out_package) {
  mla_status_t status = MLA_STATUS_OK;
  source_t source = {name ? name : "ir", text, size, MLA_OP_NONE, NULL, NULL};
  MLA_TRY(clear_outputs(out_info, out_package));
  MLA_CHECK(text, MLA_STATUS_INVALID_ARGUMENT, "text: expected a pointer, but got null");
  MLA_TRY(get_package(&source, options, out_info, out_package));
done:
  return status;
}
