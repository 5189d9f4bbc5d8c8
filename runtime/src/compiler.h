//===- compiler.h - The compiler library, if there is one ---------------------------------------------*- C -*-===//
//
// The runtime is not linked to the compiler: it takes declarations from its header, which is plain C, and the functions
// from the library, if and when one is needed.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef RUNTIME_SRC_COMPILER_H
#define RUNTIME_SRC_COMPILER_H

#include "mla/MLACompiler.h"
#include "mla/mla_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /// Hexadecimal digits of the longest build id that is taken, and the final zero.
  MLA_MAX_IDENTITY = 129
};

/// What the library is looked for as if nobody names it.
#define MLA_DEFAULT_COMPILER "libMLACompiler.so.1"

/// X(field, function)
#define MLA_COMPILER_SYMBOLS(X)                                                                                        \
  X(get_abi_version, mlaCompilerGetABIVersion)                                                                         \
  X(get_identity, mlaCompilerGetIdentity)                                                                              \
  X(options_create, mlaCompileOptionsCreate)                                                                           \
  X(options_set, mlaCompileOptionsSet)                                                                                 \
  X(options_destroy, mlaCompileOptionsDestroy)                                                                         \
  X(compile_ir, mlaCompileIR)                                                                                          \
  X(artifact_bytes, mlaArtifactGetBytes)                                                                               \
  X(artifact_size, mlaArtifactGetSize)                                                                                 \
  X(artifact_destroy, mlaArtifactDestroy)

typedef struct mla_compiler_t {
#define MLA_FIELD(field, function) __typeof__(function) *field;
  MLA_COMPILER_SYMBOLS(MLA_FIELD)
#undef MLA_FIELD
} mla_compiler_t;

/// The build id of the library at `path`, read from the file: loading it would take longer than everything else that a
/// cache hit does. MLA_STATUS_NO_COMPILER if the file cannot be read or has none.
mla_status_t mla_compiler_read_identity(const char *path, char out_identity[MLA_MAX_IDENTITY]);

/// Loads the library, a path or a name for the loader, for good. Cheap if it is loaded already.
mla_status_t mla_compiler_open(const char *library, mla_compiler_t *out_compiler, char out_identity[MLA_MAX_IDENTITY]);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // RUNTIME_SRC_COMPILER_H
