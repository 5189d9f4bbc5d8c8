//===- MLAInterpreter.h - Calls of the runtime, executed on the host -----------------------------------*- C -*-===//
//
// Runs the kernels of an op on the interpreter, with every check that it makes, in place of a GPU. A call takes the
// very structs that the runtime takes (mla_runtime.h), with pointers into host memory, so that a program can do without
// a GPU what it does with one. It takes seconds where a GPU takes microseconds: for small shapes.
//
// The functions are in libMLACompiler.so. Conventions are those of MLACompiler.h.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef MLA_MLAINTERPRETER_H
#define MLA_MLAINTERPRETER_H

#include "mla/MLACompiler.h"
#include "mla/mla_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Kernels of one op as the interpreter executes them. Several threads may run one program; they take turns.
typedef struct MlaProgram MlaProgram;

/// Compiles `size` bytes of IR, MLIR's text of any stage up to mla_gpu, that hold one op; `name` stands for it in
/// diagnostics. Of `options`, which may be null, emit is not looked at.
MLA_CAPI_EXPORTED MlaProgram *mlaProgramCreate(const char *text, size_t size, const char *name,
                                               const MlaCompileOptions *options, MlaDiagnosticCallback callback,
                                               void *userData);

/// Does nothing for null.
MLA_CAPI_EXPORTED void mlaProgramDestroy(MlaProgram *program);

/// As mla_decode_schedule and mla_decode_run one after the other, on a device of `multiprocessors`. The workspace is
/// not looked at; `cache` must hold all of `desc->num_pages` pages. False where the program does not implement `desc`,
/// where the extents are more than the interpreter is for, where a token lies on no page of the cache, or where it
/// finds a fault: the callback is told each.
MLA_CAPI_EXPORTED bool mlaProgramRunDecode(const MlaProgram *program, const mla_decode_desc_t *desc,
                                           const mla_decode_args_t *args, int64_t multiprocessors,
                                           MlaDiagnosticCallback callback, void *userData);

/// As mla_append_run.
MLA_CAPI_EXPORTED bool mlaProgramRunAppend(const MlaProgram *program, const mla_append_desc_t *desc,
                                           const mla_append_args_t *args, int64_t multiprocessors,
                                           MlaDiagnosticCallback callback, void *userData);

/// As mla_rope_run.
MLA_CAPI_EXPORTED bool mlaProgramRunRope(const MlaProgram *program, const mla_rope_desc_t *desc,
                                         const mla_rope_args_t *args, int64_t multiprocessors,
                                         MlaDiagnosticCallback callback, void *userData);

/// As mla_prefill_schedule and mla_prefill_run, in either form.
MLA_CAPI_EXPORTED bool mlaProgramRunPrefill(const MlaProgram *program, const mla_prefill_desc_t *desc,
                                            const mla_prefill_args_t *args, int64_t multiprocessors,
                                            MlaDiagnosticCallback callback, void *userData);

/// As mla_merge_run; `out` and `lse` may be those of one of the parts here, too.
MLA_CAPI_EXPORTED bool mlaProgramRunMerge(const MlaProgram *program, const mla_merge_desc_t *desc,
                                          const mla_merge_args_t *args, int64_t multiprocessors,
                                          MlaDiagnosticCallback callback, void *userData);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // MLA_MLAINTERPRETER_H
