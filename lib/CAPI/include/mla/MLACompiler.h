//===- MLACompiler.h - The C face of the compiler -----------------------------------------------------*- C -*-===//
//
// Plain C; the library is libMLACompiler.so, which holds LLVM and needs nothing but libc. It exports these functions
// and nothing else, so that it can live in a process beside another LLVM.
//
// A `Create` or a `Compile` gives an object that the caller ends with its `Destroy`; a `Get` lends what the object
// owns. Where something fails the result is null or false, and the callback has been told why. A callback runs on the
// calling thread, before the function returns, and may be null.
//
// Functions may be called from several threads at once, each with objects of its own. While kernels are translated to
// PTX the process' handlers for SIGSEGV and its like are LLVM's, which turn a crash of its code generator into an
// error.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef MLA_MLACOMPILER_H
#define MLA_MLACOMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Number of this interface. It grows when a declaration changes in a way that a program compiled before would notice;
/// it is also the number in the name of the library, libMLACompiler.so.1.
#define MLA_COMPILER_ABI_VERSION 1

/// What the library exports; all else in it is hidden.
#if defined(__GNUC__)
#define MLA_CAPI_EXPORTED __attribute__((visibility("default")))
#else
#define MLA_CAPI_EXPORTED
#endif

//===----------------------------------------------------------------------------------------------------------===//
// The library
//===----------------------------------------------------------------------------------------------------------===//

/// The MLA_COMPILER_ABI_VERSION that the library was built with.
MLA_CAPI_EXPORTED uint32_t mlaCompilerGetABIVersion(void);

/// For people, e.g. "0.1.0 (LLVM 22.1.8)". Never null.
MLA_CAPI_EXPORTED const char *mlaCompilerGetVersion(void);

/// For caches: two libraries of the same identity make the same kernels of the same input. It is the build id that the
/// linker computed from everything in the library (passes, schedules, LLVM), in lower-case hexadecimal; the file has it
/// in the ELF note NT_GNU_BUILD_ID, where it can be read without loading the library. Never null.
MLA_CAPI_EXPORTED const char *mlaCompilerGetIdentity(void);

//===----------------------------------------------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------------------------------------------===//

typedef enum MlaSeverity {
  MlaSeverityNote = 0, ///< belongs to the diagnostic before it
  MlaSeverityRemark = 1,
  MlaSeverityWarning = 2,
  MlaSeverityError = 3
} MlaSeverity;

/// `message` begins with "file:line:column: " where there is such a place. It is valid during the call.
typedef void (*MlaDiagnosticCallback)(MlaSeverity severity, const char *message, void *userData);

//===----------------------------------------------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------------------------------------------===//

typedef struct MlaCompileOptions MlaCompileOptions;

/// All at their defaults; null if memory is exhausted.
MLA_CAPI_EXPORTED MlaCompileOptions *mlaCompileOptionsCreate(void);

/// Sets one; a later value replaces an earlier one. Names and values are those of mla-compile's flags without the
/// dashes: emit, gpu, ptxas, schedule, schedule-table, target, template-dir.
MLA_CAPI_EXPORTED bool mlaCompileOptionsSet(MlaCompileOptions *options, const char *name, const char *value,
                                            MlaDiagnosticCallback callback, void *userData);

/// Does nothing for null.
MLA_CAPI_EXPORTED void mlaCompileOptionsDestroy(MlaCompileOptions *options);

//===----------------------------------------------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------------------------------------------===//

typedef enum MlaElement { MlaElementBF16 = 0, MlaElementF16 = 1 } MlaElement;

/// How the tokens of a cache are stored; `!mla.paged_cache` has the layouts.
typedef enum MlaCacheFormat {
  MlaCacheFormatBF16 = 0,
  MlaCacheFormatF16 = 1,
  MlaCacheFormatE4M3 = 2,
  MlaCacheFormatE4M3Token = 3,
  MlaCacheFormatE4M3Group = 4
} MlaCacheFormat;

/// In what products are formed.
typedef enum MlaPrecision { MlaPrecisionBF16 = 0, MlaPrecisionE4M3 = 1, MlaPrecisionE4M3Queries = 2 } MlaPrecision;

/// What `mla.decode` computes, by the names of docs/glossary.md.
typedef struct MlaDecodeProblem {
  /// sizeof(MlaDecodeProblem); a program that was compiled when the struct ended with `softmax_scale` is understood,
  /// too: it means a cache of the element type.
  size_t structSize;
  int32_t element; ///< an MlaElement, of queries and output
  int32_t causal;  ///< 0 or 1
  int64_t h_q;     ///< 0: any
  int64_t s_q;     ///< 0: any
  int64_t d_latent, d_rope, page_size;
  float softmax_scale;
  int32_t format;    ///< an MlaCacheFormat
  int32_t precision; ///< an MlaPrecision
} MlaDecodeProblem;

/// What a compilation made: the bytes of a package, unless option emit says otherwise.
typedef struct MlaArtifact MlaArtifact;

/// Compiles a function that decodes `problem`. Null `options` are the defaults.
MLA_CAPI_EXPORTED MlaArtifact *mlaCompileDecode(const MlaDecodeProblem *problem, const MlaCompileOptions *options,
                                                MlaDiagnosticCallback callback, void *userData);

/// Compiles `size` bytes of IR, MLIR's text of any stage, and so any op; `name` stands for it in diagnostics.
MLA_CAPI_EXPORTED MlaArtifact *mlaCompileIR(const char *text, size_t size, const char *name,
                                            const MlaCompileOptions *options, MlaDiagnosticCallback callback,
                                            void *userData);

/// Lent until the artifact is destroyed.
MLA_CAPI_EXPORTED const void *mlaArtifactGetBytes(const MlaArtifact *artifact);
MLA_CAPI_EXPORTED size_t mlaArtifactGetSize(const MlaArtifact *artifact);

/// Does nothing for null.
MLA_CAPI_EXPORTED void mlaArtifactDestroy(MlaArtifact *artifact);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // MLA_MLACOMPILER_H
