//===- contract.h - How a kernel is launched ----------------------------------------------------------*- C -*-===//
//
// The names that a package uses for kernel arguments, grids and steps; they are those of the `mla_gpu` dialect.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef RUNTIME_SRC_CONTRACT_H
#define RUNTIME_SRC_CONTRACT_H

#include "mla/mla_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What a kernel argument is bound to; names and order are those of `mla_gpu.binding`.
#define MLA_BINDINGS(X)                                                                                                \
  X(Q_MAP, "q_map")                                                                                                    \
  X(CACHE_MAP, "cache_map")                                                                                            \
  X(BLOCK_TABLE, "block_table")                                                                                        \
  X(SEQ_LENS, "seq_lens")                                                                                              \
  X(OUT, "out")                                                                                                        \
  X(LSE, "lse")                                                                                                        \
  X(PARTS, "parts")                                                                                                    \
  X(COUNTERS, "counters")                                                                                              \
  X(PARTIAL_OUT, "partial_out")                                                                                        \
  X(PARTIAL_LSE, "partial_lse")                                                                                        \
  X(BATCH, "batch")                                                                                                    \
  X(ROWS, "rows")                                                                                                      \
  X(HEADS, "heads")                                                                                                    \
  X(QUERIES, "queries")                                                                                                \
  X(BLOCK_TABLE_STRIDE, "block_table_stride")                                                                          \
  X(NUM_PAGES, "num_pages")                                                                                            \
  X(NUM_PARTS, "num_parts")                                                                                            \
  X(SCALE_LOG2, "scale_log2")                                                                                          \
  X(SCRATCH, "scratch")                                                                                                \
  X(SCRATCH_ELEMENTS, "scratch_elements")                                                                              \
  X(OUT_MAP, "out_map")                                                                                                \
  X(PARTIAL_MAP, "partial_map")                                                                                        \
  X(CACHE_LATENT_MAP, "cache_latent_map")                                                                              \
  X(CACHE_ROPE_MAP, "cache_rope_map")                                                                                  \
  X(CACHE, "cache")                                                                                                    \
  X(CACHE_PAGE_STRIDE, "cache_page_stride")                                                                            \
  X(CACHE_SCALE, "cache_scale")                                                                                        \
  X(CACHE_SCALES, "cache_scales")                                                                                      \
  X(CACHE_SCALE_PAGE_STRIDE, "cache_scale_page_stride")                                                                \
  X(CACHE_SCALE_TOKEN_STRIDE, "cache_scale_token_stride")                                                              \
  X(LATENT, "latent")                                                                                                  \
  X(K_ROPE, "k_rope")                                                                                                  \
  X(NORM_WEIGHT, "norm_weight")                                                                                        \
  X(POSITIONS, "positions")                                                                                            \
  X(SLOTS, "slots")                                                                                                    \
  X(TOKENS, "tokens")                                                                                                  \
  X(ROPE_X, "rope_x")                                                                                                  \
  X(LATENT_STRIDE, "latent_stride")                                                                                    \
  X(K_ROPE_STRIDE, "k_rope_stride")                                                                                    \
  X(K_MAP, "k_map")                                                                                                    \
  X(K_ROPE_MAP, "k_rope_map")                                                                                          \
  X(V_MAP, "v_map")                                                                                                    \
  X(CU_SEQLENS_Q, "cu_seqlens_q")                                                                                      \
  X(CU_SEQLENS_KV, "cu_seqlens_kv")                                                                                    \
  X(WORK, "work")                                                                                                      \
  X(TOTAL_Q, "total_q")                                                                                                \
  X(TOTAL_KV, "total_kv")                                                                                              \
  X(OUT_A, "out_a")                                                                                                    \
  X(LSE_A, "lse_a")                                                                                                    \
  X(OUT_B, "out_b")                                                                                                    \
  X(LSE_B, "lse_b")                                                                                                    \
  X(Q_ROPE_MAP, "q_rope_map")                                                                                          \
  X(Q_SCALE, "q_scale")                                                                                                \
  X(MOST_PIECES, "most_pieces")                                                                                        \
  X(MARKS, "marks")

typedef enum mla_binding_t {
#define MLA_BINDING_CASE(name, text) MLA_BINDING_##name,
  MLA_BINDINGS(MLA_BINDING_CASE)
#undef MLA_BINDING_CASE
      MLA_BINDING_COUNT
} mla_binding_t;

const char *mla_binding_name(mla_binding_t binding);

typedef enum mla_grid_t {
  MLA_GRID_ONE,
  MLA_GRID_ROW_TILES,
  MLA_GRID_PARTS,
  MLA_GRID_MULTIPROCESSORS,
  MLA_GRID_TWICE_PER_MULTIPROCESSOR,
  MLA_GRID_COUNT
} mla_grid_t;

typedef enum mla_step_t {
  MLA_STEP_SCHEDULE,
  MLA_STEP_ATTEND,
  MLA_STEP_OTHER,
  MLA_STEP_APPEND,
  MLA_STEP_ROPE,
  MLA_STEP_MERGE,
  MLA_STEP_COUNT
} mla_step_t;

#ifdef __cplusplus
} // extern "C"
#endif

#endif // RUNTIME_SRC_CONTRACT_H
