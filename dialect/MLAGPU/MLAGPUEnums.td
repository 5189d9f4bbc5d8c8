//===- MLAGPUEnums.td - Layouts, swizzles, teams and the launch contract's names -----------------------------===//
#ifndef DIALECT_MLAGPU_MLAGPUENUMS_TD
#define DIALECT_MLAGPU_MLAGPUENUMS_TD

include "mlir/IR/EnumAttr.td"
include "dialect/MLAGPU/MLAGPUDialect.td"

class MLAGPU_I32Enum<string name, string summary, list<I32EnumAttrCase> cases> : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::mlir::mla_gpu";
  let genSpecializedAttr = 0;
}

/// Enums that are only ever written inside an op, as a keyword: `team(warp)`, `lane.reduce max`.
class MLAGPU_KeywordEnum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::mlir::mla_gpu";
}

/// How a distributed tensor lies in the registers of a team. With `t` the thread in the warp group, `w = t / 32` its
/// warp and `l = t % 32` its lane:
///
/// | layout      | shape  | per thread                | element                                                      |
/// |-------------|--------|---------------------------|--------------------------------------------------------------|
/// | acc         | 64 × N | N / 2 × 32 bit            | i: row 16w + l/4 + 8·((i/2)&1), column 8·(i/4) + 2·(l%4) + (i&1) |
/// | a_operand   | 64 × K | K / 4 registers of 2 × 16 bit | register r packs acc elements 2r (low half) and 2r + 1    |
/// | acc, e4m3   | 64 × N | N / 8 registers of 4 × 8 bit | register 2u + h: row 16w + l/4 + 8h, columns 16u + 2·(l%4) + {0, 1, 8, 9} |
/// | a_paired    | 64 × K | K / 8 registers of 4 × 8 bit | register 4s + j: row 16w + 2·(l/4) + (j&1), columns 32s + 16·(j>>1) + 2·(l%4) + {0, 1, 8, 9} |
/// | a_paired, f16 | 64 × K | K / 4 registers of 2 × 16 bit | register 4s + j: row 16w + 2·(l/4) + (j&1), columns 16s + 8·(j>>1) + 2·(l%4) + {0, 1} |
/// | acc_paired  | 64 × N | N / 2 × 32 bit            | i: row 16w + 2·(l/4) + ((i/2)&1), column 8·(i/4) + 2·(l%4) + (i&1) |
/// | column      | N      | N / 4                     | i: column 8·(i/2) + 2·(l%4) + (i&1); all warps, and lanes of equal l%4, hold copies; of f16 two to a register |
/// | row         | 64     | 2                         | i: row 16w + l/4 + 8·i; the four lanes of a quad hold copies |
/// | row_partial | 64     | 2                         | as row, but the row's value is the *sum* over the quad       |
/// | chunk       | 64 × C | C / 2 elements in registers of 32 bit | e: row t/4 + 32·(e / (C/4)), column 64·((e mod (C/4)) / 16) + 16·(t%4) + e%16 |
/// | chunk_row   | 64     | 2                         | i: row t/4 + 32·i; the four threads of a row hold copies |
/// | lane        | N      | N / 32, team is one warp  | N = 32: element l. N a multiple of 128: i: 128·(i/4) + 4·l + i%4 |
/// | lane_rows   | R × N  | R · N / 64 registers of 2 × 16 bit, team is one warp | row after row, of each what `lane` gives a lane of N elements, two to a register |
///
/// (PTX ISA, "Register Fragments for wgmma.mma_async.m64nNk16" and "…m64nNk32".) The five rows above `row` serve e4m3,
/// whose A operand the tensor cores take as four neighbouring columns of k in a register. The k of a product may be permuted
/// as long as both operands are: `a_paired` is the hardware's A operand with each 16 columns of k in the order of
/// `sw64_paired`, in which an accumulator's pairs of columns lie side by side; of f16 it has k in its own order. Its rows, and those of
/// `acc_paired`, the accumulator that it gives, are permuted too: a thread's two rows are neighbours.
///
/// `chunk` is for what passes from global to shared memory through registers: a thread has 16 neighbouring columns of a row, which
/// it loads, and stores into a swizzled tile, 16 bytes at a time; four threads have 64 columns of a row.
def MLAGPU_LayoutEnum : MLAGPU_I32Enum<"Layout", "register layout of a distributed tensor", [
    I32EnumAttrCase<"Acc", 0, "acc">,
    I32EnumAttrCase<"AOperand", 1, "a_operand">,
    I32EnumAttrCase<"Row", 2, "row">,
    I32EnumAttrCase<"RowPartial", 3, "row_partial">,
    I32EnumAttrCase<"Lane", 4, "lane">,
    I32EnumAttrCase<"APaired", 5, "a_paired">,
    I32EnumAttrCase<"AccPaired", 6, "acc_paired">,
    I32EnumAttrCase<"Column", 7, "column">,
    I32EnumAttrCase<"Chunk", 8, "chunk">,
    I32EnumAttrCase<"ChunkRow", 9, "chunk_row">,
    I32EnumAttrCase<"LaneRows", 10, "lane_rows">]>;

/// Shared-memory swizzle; the low two bits are the wgmma descriptor's layout field (PTX ISA, "Matrix descriptor").
def MLAGPU_SwizzleEnum : MLAGPU_I32Enum<"Swizzle", "shared-memory swizzle", [
    I32EnumAttrCase<"None", 0, "none">,
    I32EnumAttrCase<"B128", 1, "sw128">,
    I32EnumAttrCase<"B64", 2, "sw64">,
    I32EnumAttrCase<"B64Paired", 6, "sw64_paired">]>;    // to the hardware sw64, with columns in another order

/// Who executes a role.
def MLAGPU_TeamEnum : MLAGPU_KeywordEnum<"Team", "the threads that execute a role together", [
    I32EnumAttrCase<"WarpGroup", 0, "warp_group">,   // the role's four warps as one team
    I32EnumAttrCase<"Warp", 1, "warp">,              // the role's first warp; the others idle
    I32EnumAttrCase<"EachWarp", 2, "each_warp">]>;   // every warp of the role is a team of its own

def MLAGPU_ReduceEnum : MLAGPU_KeywordEnum<"ReduceKind", "reduction", [
    I32EnumAttrCase<"Add", 0, "add">,
    I32EnumAttrCase<"Max", 1, "max">]>;

/// What the host passes for a kernel argument. The runtime knows each name; see docs/runtime.md for the meaning.
def MLAGPU_BindingEnum : MLAGPU_I32Enum<"Binding", "what a kernel argument is bound to at launch", [
    I32EnumAttrCase<"QMap", 0, "q_map">,                 // tensor map over q   [b, rows, d_qk]
    I32EnumAttrCase<"CacheMap", 1, "cache_map">,         // tensor map over a cache of 16-bit elements [pages, page_size, d_qk]
    I32EnumAttrCase<"BlockTable", 2, "block_table">,     // i32 [b, block_table_stride]
    I32EnumAttrCase<"SeqLens", 3, "seq_lens">,           // i32 [b], tokens
    I32EnumAttrCase<"Out", 4, "out">,                    // element [b, rows, d_v]
    I32EnumAttrCase<"Lse", 5, "lse">,                    // f32 [b, rows], natural log
    I32EnumAttrCase<"Parts", 6, "parts">,                // i32 [num_parts + 1, 4], workspace: (request, step, first part, parts that share it) where a part begins
    I32EnumAttrCase<"Counters", 7, "counters">,          // i32 [num_parts, row_tiles], workspace: arrivals and departures, zero between calls
    I32EnumAttrCase<"PartialOut", 8, "partial_out">,     // f16 [2 * num_parts, rows, d_v], workspace
    I32EnumAttrCase<"PartialLse", 9, "partial_lse">,     // f32 [5, 2 * num_parts, rows], workspace: log2 of the sum; units of the quarters of partial_out's columns
    I32EnumAttrCase<"Batch", 10, "batch">,               // i32, b
    I32EnumAttrCase<"Rows", 11, "rows">,                 // i32, s_q * h_q
    I32EnumAttrCase<"Heads", 12, "heads">,               // i32, h_q
    I32EnumAttrCase<"Queries", 13, "queries">,           // i32, s_q
    I32EnumAttrCase<"BlockTableStride", 14, "block_table_stride">, // i32, elements from one request's row to the next
    I32EnumAttrCase<"NumPages", 15, "num_pages">,        // i32, pages in the cache
    I32EnumAttrCase<"NumParts", 16, "num_parts">,        // i32
    I32EnumAttrCase<"ScaleLog2", 17, "scale_log2">,      // f32, softmax scale * log2(e)
    I32EnumAttrCase<"Scratch", 18, "scratch">,           // a buffer of the caller's, for programs that are not attention
    I32EnumAttrCase<"ScratchElements", 19, "scratch_elements">, // i64, its number of elements
    I32EnumAttrCase<"OutMap", 20, "out_map">,            // tensor map over out  [b, rows, d_v]
    I32EnumAttrCase<"PartialMap", 21, "partial_map">,    // tensor map over partial_out [2 * num_parts, rows, d_v]
    I32EnumAttrCase<"CacheLatentMap", 22, "cache_latent_map">, // tensor map over the latent parts [pages, page_size, d_latent]
    I32EnumAttrCase<"CacheRopeMap", 23, "cache_rope_map">, // tensor map over the RoPE columns [pages, page_size, d_rope]
    I32EnumAttrCase<"Cache", 24, "cache">,               // i8, the cache's bytes
    I32EnumAttrCase<"CachePageStride", 25, "cache_page_stride">, // i32, bytes from one page to the next
    I32EnumAttrCase<"CacheScale", 26, "cache_scale">,    // f32, the scale of the whole cache
    I32EnumAttrCase<"CacheScales", 27, "cache_scales">,  // f32, the first scale of the first token of the first page
    I32EnumAttrCase<"CacheScalePageStride", 28, "cache_scale_page_stride">,    // i32, elements of cache_scales from page to page
    I32EnumAttrCase<"CacheScaleTokenStride", 29, "cache_scale_token_stride">, // i32, the same from token to token
    I32EnumAttrCase<"Latent", 30, "latent">,             // element, tokens of d_latent elements
    I32EnumAttrCase<"KRope", 31, "k_rope">,              // element, tokens of d_rope elements
    I32EnumAttrCase<"NormWeight", 32, "norm_weight">,    // element [d_latent]
    I32EnumAttrCase<"Positions", 33, "positions">,       // i32 or i64 [tokens]
    I32EnumAttrCase<"Slots", 34, "slots">,               // i32 or i64 [tokens]
    I32EnumAttrCase<"Tokens", 35, "tokens">,             // i32, number of new tokens
    I32EnumAttrCase<"RopeX", 36, "rope_x">,              // element [tokens, heads, d_rope]
    I32EnumAttrCase<"LatentStride", 37, "latent_stride">, // i32, elements from one token's latent to the next
    I32EnumAttrCase<"KRopeStride", 38, "k_rope_stride">, // i32, the same of k_rope
    // Of prefill. Its q_map is over q [h_q, total_q, d_qk], its out is [total_q, h_q, d_v], its lse [h_q, total_q], and it has
    // one pair of counters.
    I32EnumAttrCase<"KMap", 40, "k_map">,                // tensor map over k    [h_q, total_kv, d_nope, or d_qk without k_rope]
    I32EnumAttrCase<"KRopeMap", 41, "k_rope_map">,       // tensor map over k_rope [total_kv, d_rope]
    I32EnumAttrCase<"VMap", 42, "v_map">,                // tensor map over v    [h_q, total_kv, d_v]
    I32EnumAttrCase<"CuSeqlensQ", 43, "cu_seqlens_q">,   // i32 [b + 1], where the queries of each sequence begin
    I32EnumAttrCase<"CuSeqlensKv", 44, "cu_seqlens_kv">, // i32 [b + 1], the same of keys and values
    I32EnumAttrCase<"Work", 45, "work">,                 // i32 [1 + items, 8], workspace: the number of items, then the items in their order
    I32EnumAttrCase<"TotalQ", 46, "total_q">,            // i32, query tokens of all sequences
    // Of prefill in absorbed form. Its q_map is over q [total_q * h_q, d_qk], its out_map over out [total_q * h_q, d_v], its
    // lse is [total_q, h_q], and its cache_map shows latent vectors that lie one after the other as one page.
    I32EnumAttrCase<"TotalKv", 47, "total_kv">,          // i32, tokens of all sequences
    // Of merge, with `tokens`, `out` (element [tokens, heads, d_v]) and `lse`.
    I32EnumAttrCase<"OutA", 48, "out_a">,                // element [tokens, heads, d_v]
    I32EnumAttrCase<"LseA", 49, "lse_a">,                // f32 [tokens, heads] or [heads, tokens]
    I32EnumAttrCase<"OutB", 50, "out_b">,                // as out_a
    I32EnumAttrCase<"LseB", 51, "lse_b">,               // as lse_a
    // Of decode with queries of e4m3.
    I32EnumAttrCase<"QRopeMap", 52, "q_rope_map">,       // as q_map, with boxes for the RoPE columns
    I32EnumAttrCase<"QScale", 53, "q_scale">,            // f32, the scale of queries of e4m3
    // Of decode with `split_steps`, where partial results have b * most_pieces slots in place of 2 * num_parts.
    I32EnumAttrCase<"MostPieces", 54, "most_pieces">,    // i32, slots of a request: min(64, ceil(steps of the block table's width / split_steps))
    // Of decode.
    I32EnumAttrCase<"Marks", 55, "marks">]>;             // i32 [num_parts, row_tiles], workspace: when each block was at which step; may hold anything

/// One extent of a launch grid, in blocks.
def MLAGPU_GridEnum : MLAGPU_I32Enum<"Grid", "extent of a launch grid", [
    I32EnumAttrCase<"One", 0, "one">,
    I32EnumAttrCase<"RowTiles", 1, "row_tiles">,         // ceil(rows / 64)
    I32EnumAttrCase<"Parts", 2, "parts">,                // num_parts = max(1, multiprocessors / row_tiles)
    I32EnumAttrCase<"Multiprocessors", 3, "multiprocessors">,
    I32EnumAttrCase<"TwicePerMultiprocessor", 4, "twice_per_multiprocessor">]>;

/// Which step of a call a kernel is.
def MLAGPU_StepEnum : MLAGPU_I32Enum<"Step", "which step of a call a kernel is", [
    I32EnumAttrCase<"Schedule", 0, "schedule">,          // once per change of the lengths
    I32EnumAttrCase<"Attend", 1, "attend">,              // once per layer
    I32EnumAttrCase<"Other", 2, "other">,
    I32EnumAttrCase<"Append", 3, "append">,              // once per layer, before attend: new tokens into the cache
    I32EnumAttrCase<"Rope", 4, "rope">,                  // a call of mla.rope
    I32EnumAttrCase<"Merge", 5, "merge">]>;              // a call of mla.merge

#endif
