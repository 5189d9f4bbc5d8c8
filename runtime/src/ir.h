//===- ir.h - Problems as text for the compiler -------------------------------------------------------*- C -*-===//
//
// What a package shall implement, as MLIR's text of a function of one op. The compiler takes it, and the cache knows a
// package by it, so that neither has an interface of its own for each op. What cannot be written is refused here; the
// rest is the compiler's to judge.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef RUNTIME_SRC_IR_H
#define RUNTIME_SRC_IR_H

#include "mla/mla_runtime.h"

/// Each checks its arguments, of which `rope` may be null but for `mla.rope`, and gives a string to free.
mla_status_t mla_ir_decode(const mla_decode_info_t *problem, const mla_rope_parameters_t *rope, char **out_text);
mla_status_t mla_ir_prefill(const mla_prefill_info_t *problem, char **out_text);
mla_status_t mla_ir_append(const mla_append_info_t *problem, const mla_rope_parameters_t *rope, char **out_text);
mla_status_t mla_ir_rope(const mla_rope_info_t *problem, const mla_rope_parameters_t *rope, char **out_text);
mla_status_t mla_ir_merge(const mla_merge_info_t *problem, char **out_text);

#endif // RUNTIME_SRC_IR_H
