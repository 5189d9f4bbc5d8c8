//===- MLAGPUOps.td - Operations ----------------------------------------------------------------------------===//
#ifndef DIALECT_MLAGPU_MLAGPUOPS_TD
#define DIALECT_MLAGPU_MLAGPUOPS_TD

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/MLAGPU/MLAGPUTypes.td"

/// Values print under the names of their buffers and barriers.
def MLAGPU_NamedResult : DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>;
def MLAGPU_NamedArguments : DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>;

class MLAGPU_Op<string mnemonic, list<Trait> traits = []> : Op<MLAGPU_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_ProgramOp : MLAGPU_Op<"program", [Symbol, SymbolTable, IsolatedFromAbove, NoTerminator, SingleBlock]> {
  let summary = "the kernels that implement one op of the `mla` dialect";
  let description = [{
    `implements` says which op, for the host; a program without it is a plain collection of kernels.

    C1: kernels bind of the cache what its format has: `cache_map` is for one element type of 16 bits, `cache_scale` for
    format `e4m3`, `cache_scales` and its strides for `e4m3_token` and `e4m3_group`. C2: `cache_latent_map` and
    `cache_rope_map` have the element types of the format. C3: kernels with `rows` are of decode, or of a program
    that does not say what it implements.

    A step may have several kernels, each for other numbers of rows: the host launches the one that has those of the
    request. Packaging demands that for every number of rows, or for the one that the op fixes, there is just one.

    ```mlir
    mla_gpu.program @decode implements #mla_gpu.decode<…> { mla_gpu.kernel @attend(…) … }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<MLAGPU_ImplementsAttr>:$implements);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name (`implements` $implements^)? attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The decode op that the kernels implement; null if it is another one, or none.
    DecodeAttr getDecode() { return ::llvm::dyn_cast_or_null<DecodeAttr>(getImplementsAttr()); }
    PrefillAttr getPrefill() { return ::llvm::dyn_cast_or_null<PrefillAttr>(getImplementsAttr()); }
    AppendAttr getAppend() { return ::llvm::dyn_cast_or_null<AppendAttr>(getImplementsAttr()); }
    RopeAttr getRope() { return ::llvm::dyn_cast_or_null<RopeAttr>(getImplementsAttr()); }
    MergeAttr getMerge() { return ::llvm::dyn_cast_or_null<MergeAttr>(getImplementsAttr()); }
  }];
}

def MLAGPU_KernelOp : MLAGPU_Op<"kernel", [FunctionOpInterface, IsolatedFromAbove, SingleBlock,
                                           NoTerminator, HasParent<"ProgramOp">, MLAGPU_NamedArguments]> {
  let summary = "one kernel: buffers, barriers and roles";
  let description = [{
    The body holds allocations (`smem.alloc`, `mbar.alloc`, `nbar.alloc`) and other uniform set-up, then roles. All
    threads execute the set-up; barriers are initialised and the block synchronised before any role begins.

    Every argument carries `mla_gpu.bind = #mla_gpu.binding<…>`: what the host passes.
    C1: `threads` is a multiple of 32 from 32 to 1024. C2: roles cover disjoint ranges of warps below `threads / 32`.
    C3: every argument has a binding, each binding at most once. C4: a kernel has at least one role. C5: an argument has
    the type of its binding. C6: a kernel returns nothing. C7: nothing but roles follows the first role. C8: the set-up
    holds no op of a team and no distributed tensor, but lanes that each warp makes for itself: constants, words of 32 bits
    that `global.load_lanes` loads, and what ops without regions or memory effects make of them. C9: roles, buffers and
    barriers have names that are not empty and differ within their kind. C10: `smem_bytes` is not negative.

    With `cluster(n)` n blocks that follow one another along dimension 0 of the grid run on neighbouring multiprocessors
    and reach each other's shared memory by ops that are `multicast`; the host rounds the grid down to a multiple of n. Such a block
    goes on from its set-up when all of the cluster have their barriers, and ends when all of it are done.
    C11: `cluster` is from 1 to 8. C12: a cluster of several blocks has a grid of `multiprocessors` or
    `twice_per_multiprocessor` along dimension 0, which can be rounded. C13: `multicast` stands in a kernel with `cluster`.

    With `rows(1 to 17)` the kernel is for requests of 1 to 16 rows (s_q · h_q), with `rows(from 17)` for those of at least
    17, without for all. C14: a kernel with `rows` is of step attend.

    ```mlir
    mla_gpu.kernel @attend(%lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>})
        step(attend) grid(row_tiles, parts) threads(384) {
      mla_gpu.role "producer" warps(8 to 12) team(warp) registers(24) {
      }
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
                       OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs,
                       MLAGPU_StepAttr:$step, MLAGPU_GridAttr:$grid_x, MLAGPU_GridAttr:$grid_y, I32Attr:$threads,
                       OptionalAttr<I32Attr>:$cluster, OptionalAttr<MLAGPU_RowsAttr>:$rows,
                       OptionalAttr<I32Attr>:$smem_bytes);
  let regions = (region AnyRegion:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    /// What argument `index` is bound to; the verifier guarantees it (C3).
    Binding getBinding(unsigned index);
    /// Blocks of a cluster, 1 without.
    int64_t getClusterSize() { return getCluster().value_or(1); }
    /// Whether it is for requests of so many rows; 0 stands for an op whose requests have none.
    bool takesRows(int64_t rows) { return !getRowsAttr() || getRowsAttr().contains(rows); }
    static constexpr ::llvm::StringLiteral kBindAttrName = "mla_gpu.bind";
  }];
}

def MLAGPU_RoleOp : MLAGPU_Op<"role", [NoTerminator, SingleBlock, HasParent<"KernelOp">]> {
  let summary = "the sequential program of a team of threads";
  let description = [{
    Warps `first_warp` to `end_warp` (exclusive) execute the body as `team` says. `registers` is the budget per thread; all
    warps of a warp group set it by one `setmaxnreg` before roles part, those of no role, too.
    C1: a role has at least one warp; a `warp_group` team has four and begins at a multiple of 4. C2: `registers` is a
    multiple of 8 from 24 to 240; a role with it has whole warp groups or lies within one of four warps, whose roles all have the same.
    C3: ops on values in layout lane need a team of one warp if they have regions or touch memory, and any team
    otherwise, as lanes made of lanes are the same in all warps; the other layouts and the tensor cores need a warp
    group; `warp_id` needs `each_warp`.

    ```mlir
    mla_gpu.role "query_producer" warps(8 to 9) team(warp) registers(24) { … }
    mla_gpu.role "producer" warps(9 to 10) team(warp) registers(24) { … }
    ```
  }];
  let arguments = (ins StrAttr:$name, I32Attr:$first_warp, I32Attr:$end_warp, MLAGPU_TeamEnum:$team,
                       OptionalAttr<I32Attr>:$registers);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name `warps` `(` $first_warp `to` $end_warp `)` `team` `(` $team `)` (`registers` `(` $registers^ `)`)?
    attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Warps that execute the body.
    int64_t getNumWarps() { return int64_t(getEndWarp()) - int64_t(getFirstWarp()); }
    /// Threads of one team, which is what a team contributes to a named barrier.
    int64_t getTeamThreads() { return getTeam() == Team::WarpGroup ? 128 : 32; }
    /// Teams that execute the body side by side.
    int64_t getNumTeams() { return getTeam() == Team::EachWarp ? getNumWarps() : 1; }
  }];
}

def MLAGPU_ItemsOp : MLAGPU_Op<"items", [SingleBlockImplicitTerminator<"YieldOp">, MLAGPU_NamedArguments, AttrSizedOperandSegments]> {
  let summary = "the work items of this block's part, as one stream";
  let description = [{
    A *part* is a range of the concatenated steps of all requests; a step is `step_tokens` cache tokens. The records
    `parts[p]` and `parts[p + 1]`, each of four words (request, step, and two that the merge reads), delimit part `p`. For every request that the part touches, in
    order, the body runs once with

    - `request` : i32, the request's index; `length` : i32, its tokens (`lens[request]`, below 0 taken as 0);
    - `first`, `last` : i32, the range of steps [first, last) to process, empty where the length is 0 and where lengths shrank since
      the records were made: no step is past the end of the request;
    - `slot` : i32, where a partial result goes: −1 if the item covers the whole request, `2p` if it continues a request
      that an earlier part began, else `2p + 1`;

    followed by the loop-carried values, which `mla_gpu.yield` passes on.

    With `split_steps` a request of S steps is cut into pieces of size = max(split_steps, ⌈S / most_pieces⌉) steps, the last one
    shorter, so where it is cut depends on its own length alone. Parts begin at pieces, and the body runs once for each piece:
    [first, last) is its steps, and `slot` is −1 if the request is one piece, else `request · most_pieces + piece`, the
    latter below `most_pieces` whatever the records say. A request of length 0 is one piece.

    `records` may give what lies at `parts[p]` and `parts[p + 1]`, eight words in the first lanes, loaded where it pleases: in the set-up,
    say, beside which the block begins. In a role of one warp.

    `mla-gpu-expand-items` rewrites it into `scf.for`, loads and arithmetic.
    C1: `parts` and `lens` point to i32. C2: `step_tokens` and `split_steps` are at least 1. C3: the body has five i32
    arguments and one per initial value, of its type. C4: results and yielded values have the types of the initial values.
    C5: `split_steps` and `most_pieces` come together. C6: `records` are 32 i32 in layout lane.

    ```mlir
    %n = mla_gpu.items %parts[%part] lens(%lens) step_tokens(128) (%request, %length, %first, %last, %slot)
        iter_args(%count = %c0) : i32 {
      …
      mla_gpu.yield %next : i32
    }
    mla_gpu.items %parts[%part] records(%words) lens(%lens) step_tokens(128) split_steps(16) most_pieces(%most)
        (%request, %length, %first, %last, %slot) { … }
    ```
  }];
  let arguments = (ins MLAGPU_PtrToI32:$parts, I32:$part, MLAGPU_PtrToI32:$lens,          // C1
                       ConfinedAttr<I32Attr, [IntPositive]>:$step_tokens,                 // C2
                       OptionalAttr<ConfinedAttr<I32Attr, [IntPositive]>>:$split_steps,   // C2
                       Optional<I32>:$most_pieces,
                       Optional<MLAGPU_LaneTensor>:$records,
                       Variadic<AnyType>:$inits);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Block arguments before the loop-carried ones: request, length, first, last, slot.
    static constexpr unsigned kNumItemArguments = 5;
    ::mlir::Block::BlockArgListType getIterArgs() { return getBody().getArguments().drop_front(kNumItemArguments); }
  }];
}

def MLAGPU_EachWarpOp : MLAGPU_Op<"each_warp", [SingleBlock, NoTerminator, MLAGPU_NamedArguments]> {
  let summary = "the warps of a warp group, each on its own";
  let description = [{
    The body runs once in each of the four warps of a warp-group team, with the warp's number in the team (0 to 3) as
    argument; in it, values in layout lane and what works on them are allowed, and those of a warp group are not.
    C1: the body has one argument, an i32. C2: it stands in a role of team warp_group and in no other `each_warp`. C3: it
    holds no barrier, no tensor-core op and no asynchronous copy.

    ```mlir
    mla_gpu.each_warp (%warp) {
      %lane = mla_gpu.lane.index : tensor<32xi32, #mla_gpu.layout<lane>>
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def MLAGPU_TailOp : MLAGPU_Op<"tail", [SingleBlock, NoTerminator]> {
  let summary = "how a role ends, in machine code that it shares with other roles";
  let description = [{
    Executes the body, whose arguments are the operands. Roles whose tails have the same name execute the same machine code
    there, of which the kernel has one copy: a multiprocessor's instruction cache holds 128 KB, and what goes beyond that is
    fetched anew in every call (docs/performance.md). What differs between the roles comes as operands.
    C1: it is the last op of a role. C2: the body has an argument for each operand, of its type; these are scalars. C3: the body
    uses no other values of its role, and no `warp_id`, which counts from its role's first warp. C4: tails of one name in a
    kernel have equal bodies, and stand in roles of the same team and register budget. (Common subexpression elimination, which
    the pipelines do after this dialect only, would make a tail's constants its role's.)

    ```mlir
    mla_gpu.tail "merge" (%half = %c1 : i32) {
      …
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, Variadic<AnyTypeOf<[I1, I32, I64, F32]>>:$operands);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def MLAGPU_YieldOp : MLAGPU_Op<"yield", [Terminator, Pure, HasParent<"ItemsOp">]> {
  let summary = "passes loop-carried values of `items` on";
  let arguments = (ins Variadic<AnyType>:$operands);
  let assemblyFormat = "($operands^ `:` type($operands))? attr-dict";
  let builders = [OpBuilder<(ins), [{ /* nothing to carry */ }]>];
}

def MLAGPU_BlockIdOp : MLAGPU_Op<"block_id", [Pure]> {
  let summary = "index of this block in the grid, dimension 0 (x) or 1 (y)";
  let arguments = (ins ConfinedAttr<I32Attr, [IntMinValue<0>, IntMaxValue<1>]>:$dimension);
  let results = (outs I32:$result);
  let assemblyFormat = "$dimension attr-dict";
}

def MLAGPU_ClusterRankOp : MLAGPU_Op<"cluster_rank", [Pure]> {
  let summary = "index of this block in its cluster, 0 in a kernel without";
  let results = (outs I32:$result);
  let assemblyFormat = "attr-dict";
}

def MLAGPU_GridSizeOp : MLAGPU_Op<"grid_size", [Pure]> {
  let summary = "number of blocks in the grid along dimension 0 (x) or 1 (y)";
  let arguments = (ins ConfinedAttr<I32Attr, [IntMinValue<0>, IntMaxValue<1>]>:$dimension);
  let results = (outs I32:$result);
  let assemblyFormat = "$dimension attr-dict";
}

def MLAGPU_WarpIdOp : MLAGPU_Op<"warp_id", [Pure]> {
  let summary = "index of this warp within its role, for `each_warp` teams";
  let results = (outs I32:$result);
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_SmemAllocOp : MLAGPU_Op<"smem.alloc", [HasParent<"KernelOp">, MemoryEffects<[MemAlloc]>, MLAGPU_NamedResult]> {
  let summary = "a shared buffer, alive for the whole kernel";
  let description = [{
    `offset` (bytes from the start of dynamic shared memory) is written by `mla-gpu-assign-resources`.
    C1: it is not negative.
    ```mlir
    %k0 = mla_gpu.smem.alloc "k0" : !mla_gpu.smem<64x576xbf16, sw128>
    ```
  }];
  let arguments = (ins StrAttr:$name, OptionalAttr<ConfinedAttr<I32Attr, [IntNonNegative]>>:$offset); // C1
  let results = (outs MLAGPU_SmemType:$result);
  let assemblyFormat = "$name (`at` $offset^)? attr-dict `:` qualified(type($result))";
}

def MLAGPU_SmemViewOp : MLAGPU_Op<"smem.view", [Pure]> {
  let summary = "tiles [first, end) of a swizzled buffer";
  let description = [{
    Moves nothing. The result may give the same bytes another element type or swizzle, or none, and be written and read so:
    `first` and `end` count tiles of the source. C1: 0 ≤ first < end ≤ tiles of the source. C2: the result has as many
    bytes as the tiles.
    ```mlir
    %left = mla_gpu.smem.view %q tiles(0 to 4) : !mla_gpu.smem<64x576xbf16, sw128> -> !mla_gpu.smem<64x256xbf16, sw128>
    %p = mla_gpu.smem.view %q tiles(8 to 9) : !mla_gpu.smem<64x576xbf16, sw128> -> !mla_gpu.smem<64x128xf8E4M3FN, sw64>
    ```
  }];
  let arguments = (ins MLAGPU_SmemType:$source, I32Attr:$first, I32Attr:$end);
  let results = (outs MLAGPU_SmemType:$result);
  let assemblyFormat = "$source `tiles` `(` $first `to` $end `)` attr-dict `:` qualified(type($source)) `->` qualified(type($result))";
  let hasVerifier = 1;
}

def MLAGPU_SmemStoreTileOp : MLAGPU_Op<"smem.store_tile", []> {
  let summary = "store a 16-bit A fragment (stmatrix), chunks, or an accumulator of e4m3, into swizzled tiles";
  let description = [{
    Executed by a warp group; generic-proxy writes. Before wgmma or TMA of any team reads the tile, the writers must
    execute `fence.async` and then a barrier. Bits are stored as they are, so a buffer may pass through a second life with
    another element type. Chunks go in words of 128 bits, without bank conflicts. An accumulator of e4m3 goes to sw64_paired in words of 32 bits without bank conflicts, to the
    other swizzles in words of 16. C1: shapes agree, and elements have the same width. C2: 16-bit elements go to sw128.

    `anew` has the addresses worked out where the op stands, each time: some ten instructions more, but no registers for
    them during the rest of a loop that has none to spare.
    ```mlir
    mla_gpu.smem.store_tile %p_16, %p0 anew : tensor<64x64xf16, #mla_gpu.layout<a_operand>>, !mla_gpu.smem<64x64xf16, sw128>
    ```
  }];
  let arguments = (ins MLAGPU_TileTensor:$value, Arg<MLAGPU_SmemType, "", [MemWrite]>:$target, UnitAttr:$anew);
  let assemblyFormat = "$value `,` $target (`anew` $anew^)? attr-dict `:` type($value) `,` qualified(type($target))";
  let hasVerifier = 1;
}

def MLAGPU_SmemLoadTileOp : MLAGPU_Op<"smem.load_tile", []> {
  let summary = "load swizzled tiles in the layout of an accumulator";
  let description = [{
    result[r, c] = source[r, c], exactly: 16-bit tiles widened to f32 (ldmatrix), those of e4m3 as they are. Executed by a warp
    group; generic-proxy reads.
    C1: shapes agree. C2: the source is of bf16 or f16 in sw128, and the result of f32, or the source is of f8E4M3FN in sw128 or
    sw64, and the result of the same.
    ```mlir
    %q_tile = mla_gpu.smem.load_tile %q_0 : !mla_gpu.smem<64x64xbf16, sw128> -> tensor<64x64xf32, #mla_gpu.layout<acc>>
    %q_rope = mla_gpu.smem.load_tile %q_1 : !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
    ```
  }];
  let arguments = (ins Arg<MLAGPU_SmemType, "", [MemRead]>:$source);
  let results = (outs AnyTypeOf<[MLAGPU_AccTensor, MLAGPU_AccF8], "f32 or f8E4M3FN tensor in layout acc",
                                "::mlir::RankedTensorType">:$result);
  let assemblyFormat = "$source attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_SmemLoadTransposedOp : MLAGPU_Op<"smem.load_transposed", []> {
  let summary = "load 64 columns of an e4m3 view as the rows of an A operand (ldmatrix.trans)";
  let description = [{
    result[m, k] = source[k, first + m]: with a source of tokens × columns the result is columns × tokens. The tensor cores
    transpose no operand of 8 bits, but ldmatrix can, pairs of bytes at a time, and layout a_paired is what comes of it.
    Executed by a warp group; generic-proxy reads.
    C1: the source is of f8E4M3FN in sw128, with 64 rows. C2: `first` is a multiple of 64 with 64 columns of the source behind it. C3:
    the result has 64 columns.
    ```mlir
    %v_t = mla_gpu.smem.load_transposed %k0 from 64
        : !mla_gpu.smem<64x512xf8E4M3FN, sw128> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
    ```
  }];
  let arguments = (ins Arg<MLAGPU_SmemType, "", [MemRead]>:$source, I32Attr:$first);
  let results = (outs MLAGPU_APairedF8:$result);
  let assemblyFormat = "$source `from` $first attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_SmemStoreTransposedOp : MLAGPU_Op<"smem.store_transposed", []> {
  let summary = "store the transpose of an accumulator into a swizzled 16-bit tile, rounding (nearest even)";
  let description = [{
    target[n, m] = value[m, n]; f16 overflows to infinity. Rows of the target past the value's columns stay as they are. In layout
    acc_paired a thread's two rows are neighbours, so it stores words of 32 bits; an accumulator in layout acc goes by stmatrix.trans.
    Neither has bank conflicts. Executed by a warp group; generic-proxy writes, as those of `smem.store_tile`.
    C1: the value has a multiple of 8 columns, of 16 in layout acc, and no more than the target has rows. C2: the target is one tile of bf16 or
    f16 in sw128.
    ```mlir
    mla_gpu.smem.store_transposed %o_t, %stage
        : tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, !mla_gpu.smem<64x64xbf16, sw128>
    ```
  }];
  let arguments = (ins MLAGPU_Accumulator:$value, Arg<MLAGPU_SmemType, "", [MemWrite]>:$target);
  let assemblyFormat = "$value `,` $target attr-dict `:` type($value) `,` qualified(type($target))";
  let hasVerifier = 1;
}

def MLAGPU_SmemLoadColumnsOp : MLAGPU_Op<"smem.load_columns", []> {
  let summary = "load one value per column from an unswizzled buffer";
  let description = [{
    Executed by a warp group; generic-proxy reads. Rows that `smem.store_rows` wrote become the columns of a transposed
    accumulator. C1: at least as many elements, of the same type; the first are loaded.

    With `paired` each 16 values lie in the order of sw64_paired, here and in the op that stores them: value 8h + 2c + i (h, i from 0 to
    1, c from 0 to 3) in place 4c + 2h + i. So what a thread has of them is one access, of 16 bytes or, of f16, 8. C2: then there are a multiple
    of 16. C3: f16 is `paired`.
    ```mlir
    %shrink = mla_gpu.smem.load_columns %stat paired : !mla_gpu.smem<64xf32> -> tensor<64xf32, #mla_gpu.layout<column>>
    ```
  }];
  let arguments = (ins Arg<MLAGPU_SmemType, "", [MemRead]>:$source, UnitAttr:$paired);
  let results = (outs MLAGPU_ColumnReal:$result);
  let assemblyFormat = "$source (`paired` $paired^)? attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_SmemStoreColumnsOp : MLAGPU_Op<"smem.store_columns", []> {
  let summary = "store one value per column into an unswizzled buffer";
  let description = [{
    All warps hold them, and the first one stores them: what `smem.load_rows` loads as rows then. Executed by a warp group;
    generic-proxy writes. C1: at least as many elements, of the same type; the first are stored to.
    ```mlir
    mla_gpu.smem.store_columns %m, %stat : tensor<16xf32, #mla_gpu.layout<column>>, !mla_gpu.smem<64xf32>
    ```
  }];
  let arguments = (ins MLAGPU_ColumnF32:$value, Arg<MLAGPU_SmemType, "", [MemWrite]>:$target);
  let assemblyFormat = "$value `,` $target attr-dict `:` type($value) `,` qualified(type($target))";
  let hasVerifier = 1;
}

def MLAGPU_SmemStorePartsOp : MLAGPU_Op<"smem.store_parts", []> {
  let summary = "reduce each column over the rows of each warp, and store the four warps' results";
  let description = [{
    A column of an accumulator lies in all four warps, which know no more of each other than shared memory tells: target[4c + w] = what the
    reduction makes of column c in rows 16w to 16w + 15. Behind a barrier `smem.load_parts` combines the four. Executed by a warp group; generic-proxy
    writes. Max of f32 ignores NaN. C1: the target is an unswizzled buffer of f32, of four elements a column.
    ```mlir
    mla_gpu.smem.store_parts max %x, %parts : tensor<64x16xf32, #mla_gpu.layout<acc>>, !mla_gpu.smem<64xf32>
    ```
  }];
  let arguments = (ins MLAGPU_ReduceEnum:$kind, MLAGPU_AccTensor:$value, Arg<MLAGPU_SmemType, "", [MemWrite]>:$target);
  let assemblyFormat = "$kind $value `,` $target attr-dict `:` type($value) `,` qualified(type($target))";
  let hasVerifier = 1;
}

def MLAGPU_SmemLoadPartsOp : MLAGPU_Op<"smem.load_parts", []> {
  let summary = "combine what the four warps have of each column";
  let description = [{
    result[c] = the reduction of source[4c] to source[4c + 3], which `smem.store_parts` stored, (0, 1) with (2, 3). Executed by a warp group;
    generic-proxy reads. C1: the source is an unswizzled buffer of f32, of four elements a column.
    ```mlir
    %largest = mla_gpu.smem.load_parts max %parts : !mla_gpu.smem<64xf32> -> tensor<16xf32, #mla_gpu.layout<column>>
    ```
  }];
  let arguments = (ins MLAGPU_ReduceEnum:$kind, Arg<MLAGPU_SmemType, "", [MemRead]>:$source);
  let results = (outs MLAGPU_ColumnF32:$result);
  let assemblyFormat = "$kind $source attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_SmemStoreRowsOp : MLAGPU_Op<"smem.store_rows", []> {
  let summary = "store one value per row into an unswizzled buffer";
  let description = [{
    Executed by a warp group; generic-proxy writes. With `paired` in the order that `smem.load_columns` tells of. C1: 64 rows, same element
    type, or with `paired` f32 to a buffer of f16, to which it is rounded (nearest even; overflows to infinity).
  }];
  let arguments = (ins MLAGPU_RowTensor:$value, Arg<MLAGPU_SmemType, "", [MemWrite]>:$target, UnitAttr:$paired);
  let assemblyFormat = "$value `,` $target (`paired` $paired^)? attr-dict `:` type($value) `,` qualified(type($target))";
  let hasVerifier = 1;
}

def MLAGPU_SmemLoadRowsOp : MLAGPU_Op<"smem.load_rows", []> {
  let summary = "load one value per row from an unswizzled buffer";
  let description = "Executed by a warp group; generic-proxy reads. C1: 64 rows, same element type.";
  let arguments = (ins Arg<MLAGPU_SmemType, "", [MemRead]>:$source);
  let results = (outs MLAGPU_RowTensor:$result);
  let assemblyFormat = "$source attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_SmemLoadOp : MLAGPU_Op<"smem.load", []> {
  let summary = "load a uniform scalar from an unswizzled buffer";
  let description = [{
    Every thread of the team reads element `index`; generic-proxy reads. C1: the buffer is unswizzled and of the scalar's
    type. C2: `index` lies in it.
    ```mlir
    %head = mla_gpu.smem.load %item[1] : !mla_gpu.smem<8xi32> -> i32
    ```
  }];
  let arguments = (ins Arg<MLAGPU_SmemType, "", [MemRead]>:$source, I32Attr:$index);
  let results = (outs AnyTypeOf<[F32, I32]>:$result);
  let assemblyFormat = "$source `[` $index `]` attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_SmemStoreOp : MLAGPU_Op<"smem.store", []> {
  let summary = "store a uniform scalar into an unswizzled buffer, by one lane of the team";
  let description = [{
    target[index] = value; a generic-proxy write. C1: the buffer is unswizzled and of the scalar's type. C2: `index` lies
    in it.

    With `multicast` the value goes to the buffer in every block of the cluster, this one too, and counts four bytes on the barrier
    `signal` of that block, by which it becomes visible there (st.async). The agent goes on at once. C3: `signal` and
    `multicast` come together.
    ```mlir
    mla_gpu.smem.store %head, %item[1] : i32, !mla_gpu.smem<8xi32>
    mla_gpu.smem.store %ticket, %slot[0] signal %slot_full multicast : i32, !mla_gpu.smem<4xi32>
    ```
  }];
  let arguments = (ins AnyTypeOf<[F32, I32]>:$value, Arg<MLAGPU_SmemType, "", [MemWrite]>:$target, I32Attr:$index,
                       Optional<MLAGPU_MbarType>:$bar, UnitAttr:$multicast);
  let assemblyFormat = [{
    $value `,` $target `[` $index `]` (`signal` $bar^)? (`multicast` $multicast^)? attr-dict `:` type($value) `,`
    qualified(type($target))
  }];
  let hasVerifier = 1;
}

def MLAGPU_SmemLoadLanesOp : MLAGPU_Op<"smem.load_lanes", []> {
  let summary = "load consecutive elements of an unswizzled buffer into the lanes of a warp";
  let description = [{
    Element e of the result is source[index + e]; generic-proxy reads. For tensors of a multiple of 128 elements `index` is a
    multiple of four. Elements past the buffer's end are undefined behaviour. C1: the buffer is unswizzled, and it and the result are of f32.
    ```mlir
    %sum = mla_gpu.smem.load_lanes %sums[%at] : !mla_gpu.smem<2048xf32> -> tensor<256xf32, #mla_gpu.layout<lane>>
    ```
  }];
  let arguments = (ins Arg<MLAGPU_SmemType, "", [MemRead]>:$source, I32:$index);
  let results = (outs MLAGPU_LaneTensor:$result);
  let assemblyFormat = "$source `[` $index `]` attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_SmemStoreLanesOp : MLAGPU_Op<"smem.store_lanes", []> {
  let summary = "store the lanes of a warp to consecutive elements of an unswizzled buffer";
  let description = [{
    target[index + e] = value[e]; generic-proxy writes. The warps of an `each_warp` write to different elements; others read
    them after a barrier. For tensors of a multiple of 128 elements `index` is a multiple of four. Elements past the buffer's end
    are undefined behaviour. With `paired` in the order that `smem.load_columns` tells of, and `index` is a multiple of 16. C1: the buffer is
    unswizzled, and it and the value are of f32; with `paired` it may be of f16, to which the value is rounded, as `smem.store_rows` does.
    C2: `paired` needs 32 elements.
    ```mlir
    mla_gpu.smem.store_lanes %sum, %sums[%at] : tensor<256xf32, #mla_gpu.layout<lane>>, !mla_gpu.smem<2048xf32>
    ```
  }];
  let arguments = (ins MLAGPU_LaneTensor:$value, Arg<MLAGPU_SmemType, "", [MemWrite]>:$target, I32:$index, UnitAttr:$paired);
  let assemblyFormat = "$value `,` $target `[` $index `]` (`paired` $paired^)? attr-dict `:` type($value) `,` qualified(type($target))";
  let hasVerifier = 1;
}

def MLAGPU_SmemZeroRowsOp : MLAGPU_Op<"smem.zero_rows", []> {
  let summary = "write 0 to the rows from `first` on of every tile of a view";
  let description = [{
    Executed by all threads of the team; generic-proxy writes, so `fence.async` and a barrier arrival must follow before wgmma reads.
    `first` may be from 0 to the number of rows. C1: the view is swizzled.
  }];
  let arguments = (ins Arg<MLAGPU_SmemType, "", [MemWrite]>:$target, I32:$first);
  let assemblyFormat = "$target `from` $first attr-dict `:` qualified(type($target))";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------------------------------------------===//
// Barriers, fences and launch dependence
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_MbarAllocOp : MLAGPU_Op<"mbar.alloc", [HasParent<"KernelOp">, MemoryEffects<[MemAlloc]>, MLAGPU_NamedResult]> {
  let summary = "an mbarrier whose phase completes after `count` arrivals and all armed bytes";
  let description = "C1: 1 ≤ count ≤ 1023. C2: `offset`, written by `mla-gpu-assign-resources`, is not negative.";
  let arguments = (ins StrAttr:$name, ConfinedAttr<I32Attr, [IntMinValue<1>, IntMaxValue<1023>]>:$count,
                       OptionalAttr<ConfinedAttr<I32Attr, [IntNonNegative]>>:$offset);
  let results = (outs MLAGPU_MbarType:$result);
  let assemblyFormat = "$name `count` `(` $count `)` (`at` $offset^)? attr-dict";
}

def MLAGPU_MbarArmOp : MLAGPU_Op<"mbar.arm", []> {
  let summary = "one arrival that also announces `bytes` of asynchronous copies (arrive.expect_tx)";
  let description = "Executed by one lane of the team. C1: bytes from 4 to 1048575, a multiple of 4.";
  let arguments = (ins Arg<MLAGPU_MbarType, "", [MemRead, MemWrite]>:$bar,
                       ConfinedAttr<I32Attr, [IntMinValue<4>, IntMaxValue<1048575>]>:$bytes);
  let assemblyFormat = "$bar `bytes` `(` $bytes `)` attr-dict";
  let hasVerifier = 1;
}

def MLAGPU_MbarArriveOp : MLAGPU_Op<"mbar.arrive", []> {
  let summary = "one arrival on behalf of the team (release)";
  let description = [{
    Executed by one lane of the team, unless said otherwise. It releases what that lane knows complete: the team's waited-for wgmma, what came
    to it through barriers, and, for one-warp teams, the warp's own memory accesses (the lowering synchronises the warp
    first). Generic accesses of *other* threads of a warp group are not released unless an `nbar.sync` of the group lies
    between.

    With `each_warp` every warp of the team arrives on its own, once its lanes are there: so many arrivals, which together
    release the accesses of all threads, with no barrier of the group. With `each_lane` every thread does, behind its
    own accesses, so many arrivals: compute-sanitizer's racecheck follows threads, and does not see a warp synchronise. Before a
    warp group arrives a second time so, one of its waits must have shown that the first phase is complete: another warp's
    second arrival would stand for a first one.

    With `multicast` the team arrives once at the barrier of every block of the cluster, this one too. It releases to the
    others what it releases here, of accesses to shared memory and of what the tensor cores read; accesses to global
    memory it does not order between blocks. C1: `each_warp`, `each_lane` and `multicast` exclude each other.
  }];
  let arguments = (ins Arg<MLAGPU_MbarType, "", [MemRead, MemWrite]>:$bar, UnitAttr:$each_warp, UnitAttr:$each_lane,
                       UnitAttr:$multicast);
  let assemblyFormat = "$bar (`each_warp` $each_warp^)? (`each_lane` $each_lane^)? (`multicast` $multicast^)? attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// How often a team of so many threads arrives, at one barrier.
    int64_t getArrivals(int64_t teamThreads) {
      constexpr int64_t kWarp = 32;
      return getEachLane() ? teamThreads : getEachWarp() ? teamThreads / kWarp : 1;
    }
  }];
}

def MLAGPU_MbarWaitOp : MLAGPU_Op<"mbar.wait", []> {
  let summary = "wait until the phase with the given parity has completed (acquire)";
  let description = [{
    Executed by all threads of the team. `parity` is 0 for the first, third, … phase, 1 for the second, fourth, …; a wait
    for parity 1 on a barrier that has not completed any phase returns at once.
  }];
  let arguments = (ins Arg<MLAGPU_MbarType, "", [MemRead, MemWrite]>:$bar, I32:$parity);
  let assemblyFormat = "$bar `parity` `(` $parity `)` attr-dict";
}

def MLAGPU_NbarAllocOp : MLAGPU_Op<"nbar.alloc", [HasParent<"KernelOp">, MemoryEffects<[MemAlloc]>, MLAGPU_NamedResult]> {
  let summary = "a named barrier for `threads` threads";
  let description = [{
    It completes when the threads that arrived or synchronised add up to `threads`. `id` (1 to 15; 0 is the block's) is
    written by `mla-gpu-assign-resources`. C1: threads is a multiple of 32 from 64 to 1024. C2: an id is from 1 to 15.
  }];
  let arguments = (ins StrAttr:$name, I32Attr:$threads,
                       OptionalAttr<ConfinedAttr<I32Attr, [IntMinValue<1>, IntMaxValue<15>]>>:$id); // C2
  let results = (outs MLAGPU_NbarType:$result);
  let assemblyFormat = "$name `threads` `(` $threads `)` (`id` $id^)? attr-dict";
  let hasVerifier = 1;
}

def MLAGPU_NbarArriveOp : MLAGPU_Op<"nbar.arrive", []> {
  let summary = "all threads of the team arrive and go on (release)";
  let arguments = (ins Arg<MLAGPU_NbarType, "", [MemRead, MemWrite]>:$bar);
  let assemblyFormat = "$bar attr-dict";
}

def MLAGPU_NbarSyncOp : MLAGPU_Op<"nbar.sync", []> {
  let summary = "all threads of the team arrive and wait for the barrier (release and acquire)";
  let description = [{
    With `all` it tells whether a condition holds for every row, or column, of the team, which a branch of the team wants to know: the barrier
    counts that as threads arrive, so nothing goes through shared memory. C1: there is a result where there is a condition. C2: a barrier
    that tells this is an `nbar.alloc` of 128 threads, those of the warp group that has the condition.
    ```mlir
    mla_gpu.nbar.sync %p_ready
    %stays = mla_gpu.nbar.sync %wg0_ready all %is_unchanged : tensor<64xi1, #mla_gpu.layout<row>> -> i1
    ```
  }];
  let arguments = (ins Arg<MLAGPU_NbarType, "", [MemRead, MemWrite]>:$bar, Optional<MLAGPU_RowOrColumnI1>:$condition);
  let results = (outs Optional<I1>:$holds);
  let assemblyFormat = "$bar (`all` $condition^ `:` type($condition) `->` type($holds))? attr-dict";
  let hasVerifier = 1;
}

def MLAGPU_FenceAsyncOp : MLAGPU_Op<"fence.async", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "order this team's generic shared-memory writes before later asynchronous-proxy reads";
  let description = "`fence.proxy.async.shared::cta` in every thread; a barrier must follow before another team relies on it.";
  let assemblyFormat = "attr-dict";
}

def MLAGPU_GridArriveOp : MLAGPU_Op<"grid.arrive", []> {
  let summary = "count one of `count` teams at a counter in global memory (release, whole device)";
  let description = [{
    Executed by one lane of the team: counters[index] = (counters[index] + 1) mod 2·count. It releases what that lane knows: its completed
    `tma.store`s, what came to it through barriers, and, after an `nbar.sync` of the team, the global stores of all its threads.
    Only kernels that are launched with all blocks resident (more than one part) may wait for other blocks.
    C1 of the protocol: `count` teams arrive in a launch, before any of them leaves.
  }];
  let arguments = (ins Arg<MLAGPU_PtrToI32, "", [MemRead, MemWrite]>:$counters, I64:$index, I32:$count);
  let assemblyFormat = "$counters `[` $index `]` `of` $count attr-dict";
}

def MLAGPU_GridWaitOp : MLAGPU_Op<"grid.wait", []> {
  let summary = "wait until a counter in global memory has reached `count` (acquire, whole device)";
  let description = [{
    One lane of the team polls and returns once counters[index] ≥ count: hundreds of warps that poll one address would hold
    up the arrivals. What was released is known to that lane; to the other threads of a warp group it becomes known by an
    `nbar.sync`, and so is the end of the wait.
  }];
  let arguments = (ins Arg<MLAGPU_PtrToI32, "", [MemRead, MemWrite]>:$counters, I64:$index, I32:$count);
  let assemblyFormat = "$counters `[` $index `]` `reaches` $count attr-dict";
}

def MLAGPU_GridTakeOp : MLAGPU_Op<"grid.take", []> {
  let summary = "add 1 to a counter in global memory and give its old value: a ticket that nobody else gets";
  let description = [{
    Executed by one lane of a one-warp team; all its lanes get the ticket, the old value of counters[index], which becomes (counters[index] + 1)
    mod count. The order is relaxed: nothing is released or acquired. By tickets blocks share out work as they come to it.
    C1 of the protocol: `count` tickets are taken in a launch, so that the counter serves the next one: one for each item, and one by
    which each taker learns that there are no more.
    ```mlir
    %ticket = mla_gpu.grid.take %counters[%zero] of %tickets
    ```
  }];
  let arguments = (ins Arg<MLAGPU_PtrToI32, "", [MemRead, MemWrite]>:$counters, I64:$index, I32:$count);
  let results = (outs I32:$ticket);
  let assemblyFormat = "$counters `[` $index `]` `of` $count attr-dict";
}

def MLAGPU_GridLeaveOp : MLAGPU_Op<"grid.leave", []> {
  let summary = "say that this team will not wait for a counter again";
  let description = [{
    Executed by one lane of the team: counters[index] = (counters[index] + 1) mod 2·count, relaxed. Nobody waits for it: the last team
    leaves 0 behind, for the next launch. C1 of the protocol: as many teams leave as arrive, each after its own `grid.wait`.
  }];
  let arguments = (ins Arg<MLAGPU_PtrToI32, "", [MemRead, MemWrite]>:$counters, I64:$index, I32:$count);
  let assemblyFormat = "$counters `[` $index `]` `of` $count attr-dict";
}

def MLAGPU_PdlWaitOp : MLAGPU_Op<"pdl.wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait until the kernels that this launch depends on have completed (griddepcontrol.wait)";
  let assemblyFormat = "attr-dict";
}

def MLAGPU_PdlTriggerOp : MLAGPU_Op<"pdl.trigger", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "allow dependent kernels to be launched (griddepcontrol.launch_dependents)";
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------------------------------------------===//
// Pace: teams of several blocks that read the same keep step, so that their reads meet in front of L2. Hints: no value
// that leaves the kernel depends on them, and they order nothing.
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_PaceMarkOp : MLAGPU_Op<"pace.mark", []> {
  let summary = "tell others at which time this team is at a step";
  let description = [{
    Executed by a one-warp team. marks[index] becomes the time by the clock that all blocks of the device share, and the step; relaxed.
    The result is the same mark: 24 bits of units of 32 ns above the step modulo 256.
    ```mlir
    %mark = mla_gpu.pace.mark %marks[%own] at %step : !mla_gpu.ptr<i32>
    %ahead = mla_gpu.pace.ahead %marks[%first] of %teams with %mark : !mla_gpu.ptr<i32>
    mla_gpu.pace.hold %ahead most 200
    ```
  }];
  let arguments = (ins Arg<MLAGPU_PtrToI32, "", [MemWrite]>:$marks, I64:$index, I32:$step);
  let results = (outs I32:$mark);
  let assemblyFormat = "$marks `[` $index `]` `at` $step attr-dict `:` qualified(type($marks))";
}

def MLAGPU_PaceAheadOp : MLAGPU_Op<"pace.ahead", []> {
  let summary = "how far this team is ahead of the slowest of others, in ns";
  let description = [{
    Executed by a one-warp team. Of marks[index], … marks[index + teams − 1], of which the first 32 are read, relaxed, those of the step of
    `mark` say how much later than this team theirs was there; one of the step before has not got there, and the result is 2³¹ − 1; others, left
    behind by earlier launches for instance, say nothing. 0 where this team is the slowest. `teams` is at least 1.
  }];
  let arguments = (ins Arg<MLAGPU_PtrToI32, "", [MemRead]>:$marks, I64:$index, I32:$teams, I32:$mark);
  let results = (outs I32:$ahead);
  let assemblyFormat = "$marks `[` $index `]` `of` $teams `with` $mark attr-dict `:` qualified(type($marks))";
}

def MLAGPU_PaceHoldOp : MLAGPU_Op<"pace.hold", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "let as many nanoseconds pass as this team is ahead, at most `most`";
  let description = [{
    Executed by a one-warp team. Less than 64 ns are none: the clock's step is 32. It ends after a bounded number of reads,
    whatever the clock says. C1: `most` is not negative.
  }];
  let arguments = (ins I32:$ahead, I32Attr:$most);
  let assemblyFormat = "$ahead `most` $most attr-dict";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------------------------------------------===//
// Asynchronous copies
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_TmaLoadOp : MLAGPU_Op<"tma.load", [AttrSizedOperandSegments]> {
  let summary = "copy boxes of a tensor into the tiles of a view; completion counts bytes on a barrier";
  let description = [{
    Issued by one lane of the team. Tile t of the view receives the box at `coordinates`, its innermost coordinate
    advanced by t tile widths. Coordinates are in elements, slowest dimension first; what lies outside the tensor reads
    as 0. Bytes are visible to whoever waits for the barrier's phase, in both proxies.

    With `rows_from` a box has some of the tiles' rows and goes to those from `first_row` on, a multiple of its rows. With
    `multicast` every block of the cluster receives the box, at the same place, and its barrier of the same name counts the bytes. With
    `evict_first` what is read is the first that L2 gives up.

    C1: as many coordinates as box dimensions. C2: element type, swizzle and rows of map and view agree; with `rows_from`
    the rows of the view are a multiple of the map's, which are a multiple of 8.
    ```mlir
    mla_gpu.tma.load %q_map[%request, %row, %c0] to %q signal %q_full
        : !mla_gpu.tensor_map<1x64x64xbf16, sw128> -> !mla_gpu.smem<64x576xbf16, sw128>
    mla_gpu.tma.load %k_map[%head, %half_row, %c0] to %k rows_from %half signal %k_full multicast
        : !mla_gpu.tensor_map<1x64x64xbf16, sw128> -> !mla_gpu.smem<128x192xbf16, sw128>
    ```
  }];
  let arguments = (ins MLAGPU_TensorMapType:$map, Variadic<I32>:$coordinates,
                       Arg<MLAGPU_SmemType, "", [MemWrite]>:$target,
                       Arg<MLAGPU_MbarType, "", [MemRead, MemWrite]>:$bar,
                       Optional<I32>:$first_row, UnitAttr:$multicast, UnitAttr:$evict_first);
  let assemblyFormat = [{
    $map `[` $coordinates `]` `to` $target (`rows_from` $first_row^)? `signal` $bar (`multicast` $multicast^)?
    (`evict_first` $evict_first^)? attr-dict `:`
    qualified(type($map)) `->` qualified(type($target))
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Bytes that one block receives.
    int64_t getBytes();
  }];
}

def MLAGPU_TmaStoreOp : MLAGPU_Op<"tma.store", []> {
  let summary = "copy the tiles of a view to boxes of a tensor; completion is waited for by `tma.store_wait`";
  let description = [{
    Issued by one lane of the team, as one group of asynchronous copies that read shared memory. Tile t of the view goes to
    the box at `coordinates`, its innermost coordinate advanced by t tile widths; what lies outside the tensor is not
    written. Generic-proxy writes to the view must have been followed by `fence.async` and a barrier; the view may be
    written again after `tma.store_wait`.
    C1: as many coordinates as box dimensions. C2: element width, swizzle and rows of map and view agree.
    ```mlir
    mla_gpu.tma.store %tile to %out_map[%request, %row, %c0]
        : !mla_gpu.smem<64x256xbf16, sw128> -> !mla_gpu.tensor_map<1x64x64xbf16, sw128>
    ```
  }];
  let arguments = (ins Arg<MLAGPU_SmemType, "", [MemRead]>:$source,
                       Arg<MLAGPU_TensorMapType, "", [MemWrite]>:$map, Variadic<I32>:$coordinates);
  let assemblyFormat = [{
    $source `to` $map `[` $coordinates `]` attr-dict `:` qualified(type($source)) `->` qualified(type($map))
  }];
  let hasVerifier = 1;
}

def MLAGPU_TmaStoreWaitOp : MLAGPU_Op<"tma.store_wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait until this team's `tma.store`s have read their sources or, with `written`, are complete";
  let description = [{
    Executed by the lane that issued them. With `written`, what they wrote is ordered before what that lane releases next
    (`grid.arrive`); to the other threads of a warp group it becomes known by an `nbar.sync`.
  }];
  let arguments = (ins UnitAttr:$written);
  let assemblyFormat = "(`written` $written^)? attr-dict";
}

//===----------------------------------------------------------------------------------------------------------===//
// Tensor cores
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_WgmmaOp : MLAGPU_Op<"wgmma", []> {
  let summary = "D = A·B (+ C) on the tensor cores, asynchronously; all k steps";
  let description = [{
    Executed by a warp group. A is 64×K, from registers (layout a_operand or a_paired) or shared memory (K-major). B is
    K×N, read from a view stored [K][N] (MN-major), or with `transpose_b` from a view stored [N][K] (K-major). C, if given,
    is a tensor or the pending result of an earlier wgmma on the same accumulator; without it the accumulator starts at 0.
    Reads shared memory through the asynchronous proxy until a `wgmma.wait` retires its group.

    | A                             | B                        | D          | K a multiple of |
    |-------------------------------|--------------------------|------------|-----------------|
    | bf16 or f16, a_operand or view | the same; a view of sw128, or K-major of sw64 | acc f32 | 16 |
    | f8E4M3FN, a view of sw128 or sw64 | f8E4M3FN, a K-major view of sw128 or sw64 | acc f32 | 32 |
    | f8E4M3FN, a_paired            | f8E4M3FN, a K-major view of sw64_paired | acc_paired f32 | 32 |
    | f16, a_paired                 | f16, a view of sw128, or K-major of sw64 | acc_paired f32 | 16 |

    The tensor cores add products of e4m3 with fewer bits than an f32 has; the interpreter adds them in f32.
    C1: shapes agree, and A has 64 rows; with `transpose_b` the view of B may have more rows than D has columns, of which the first are
    taken. C2: element types agree, and K is a multiple of the table's. C3: views are
    swizzled; an MN-major B has swizzle sw128. C4: operands of f8E4M3FN are K-major. C5: sw64_paired, a_paired and acc_paired go
    with each other as in the table.
  }];
  let arguments = (ins Arg<AnyTypeOf<[MLAGPU_ATensor, MLAGPU_APairedTensor, MLAGPU_SmemType]>, "", [MemRead]>:$a,
                       Arg<MLAGPU_SmemType, "", [MemRead]>:$b,
                       Optional<AnyTypeOf<[MLAGPU_Accumulator, MLAGPU_PendingType]>>:$c, UnitAttr:$transpose_b);
  let results = (outs MLAGPU_PendingType:$result);
  let assemblyFormat = [{
    $a `,` $b (`transpose_b` $transpose_b^)? (`plus` $c^)? attr-dict `:`
    type($a) `,` qualified(type($b)) (`plus` type($c)^)? `->` qualified(type($result))
  }];
  let hasVerifier = 1;
}

def MLAGPU_WgmmaCommitOp : MLAGPU_Op<"wgmma.commit", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "close the group of wgmma issued since the last commit";
  let assemblyFormat = "attr-dict";
}

def MLAGPU_WgmmaWaitOp : MLAGPU_Op<"wgmma.wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait until at most `pending` groups are in flight; the accumulators given become tensors";
  let description = [{
    Groups retire in the order of their commits. C1: result i has the tensor type of pending operand i. C2: there is at
    least one: what retires can always be named. That the groups
    of the operands are among the retired ones is checked by the interpreter and by `mla-gpu-check-protocol`.
  }];
  let arguments = (ins ConfinedAttr<I32Attr, [IntMinValue<0>, IntMaxValue<7>]>:$pending,
                       Variadic<MLAGPU_PendingType>:$accumulators);
  let results = (outs Variadic<MLAGPU_Accumulator>:$results);
  let assemblyFormat = [{
    `pending` `(` $pending `)` $accumulators attr-dict `:` qualified(type($accumulators)) `->` type($results)
  }];
  let hasVerifier = 1;
}

def MLAGPU_SettleOp : MLAGPU_Op<"settle", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "have a value computed here and not later";
  let description = [{
    The assembler begins a wait as early as it can, also ahead of arithmetic that stands before it so that it runs while
    the tensor cores work. It moves neither a `wgmma.wait` ahead of this op, nor this op ahead of what `value` needs. It
    changes nothing, and costs an addition and a comparison. It holds a few values of rows against the assembler;
    `materialize` holds a whole accumulator against the compiler before it, and costs nothing.
    ```mlir
    mla_gpu.settle %sum : tensor<64xf32, #mla_gpu.layout<row_partial>>
    ```
  }];
  let arguments = (ins AnyTypeOf<[MLAGPU_RowF32, MLAGPU_RowPartial]>:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def MLAGPU_AsPendingOp : MLAGPU_Op<"as_pending", [Pure]> {
  let summary = "an accumulator with nothing in flight, as the initial value of a loop-carried pending";
  let description = "C1: the result is the pending form of the operand's type.";
  let arguments = (ins MLAGPU_Accumulator:$tensor);
  let results = (outs MLAGPU_PendingType:$result);
  let assemblyFormat = "$tensor attr-dict `:` type($tensor) `->` qualified(type($result))";
  let hasVerifier = 1;
}

def MLAGPU_ZeroOp : MLAGPU_Op<"zero", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "an accumulator of zeros, set by this point of the program";
  let description = [{
    A constant is set where it is first used, by an instruction for each register: behind the first scores, where everybody waits for the
    first weights. This op sets it where it stands, such as before a wait; its effects keep it there.
    ```mlir
    %o_first = mla_gpu.zero : tensor<64x256xf32, #mla_gpu.layout<acc>>
    ```
  }];
  let results = (outs MLAGPU_Accumulator:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def MLAGPU_MaterializeOp : MLAGPU_Op<"materialize", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "the same accumulator, A operand or lanes, computed by this point of the program";
  let description = [{
    What makes the value is not moved behind this op, nor behind a `wgmma`, a wait or a barrier that follows. Without it a
    sum of accumulators may be put off to its next use, and the addends then hold registers all that time; and what a wait leaves
    time for may be made behind it. Where the wait shall not come early, `settle` says so.
    ```mlir
    %sum_here = mla_gpu.materialize %sum : tensor<64x64xf32, #mla_gpu.layout<acc_paired>>
    ```
  }];
  let arguments = (ins AnyTypeOf<[MLAGPU_Accumulator, MLAGPU_APairedF16, MLAGPU_LaneTensor]>:$value);
  let results = (outs AnyTypeOf<[MLAGPU_Accumulator, MLAGPU_APairedF16, MLAGPU_LaneTensor]>:$result);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

//===----------------------------------------------------------------------------------------------------------===//
// Rows and fragments of a warp group
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_SplatOp : MLAGPU_Op<"splat", [Pure]> {
  let summary = "a distributed tensor whose elements all equal a uniform scalar";
  let description = "C1: the scalar's type is the tensor's element type.";
  let arguments = (ins AnyTypeOf<[F32, I32, I64, I1]>:$value);
  let results = (outs MLAGPU_AnyDistributed:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_RowIndexOp : MLAGPU_Op<"row.index", [Pure]> {
  let summary = "the row number, 0 to 63";
  let results = (outs MLAGPU_RowI32:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def MLAGPU_RowMaxOp : MLAGPU_Op<"row.max", [Pure]> {
  let summary = "maximum of each row (NaN loses), over all columns; with `magnitude`, of the absolute values";
  let arguments = (ins MLAGPU_AccTensor:$value, UnitAttr:$magnitude);
  let results = (outs MLAGPU_RowF32:$result);
  let assemblyFormat = "$value (`magnitude` $magnitude^)? attr-dict `:` type($value) `->` type($result)";
}

def MLAGPU_RowSumOp : MLAGPU_Op<"row.sum", [Pure]> {
  let summary = "sum of each row over the columns that a thread holds, or of its absolute values; `row.reduce` completes it";
  let description = [{
    Of f32 in f32; with factors, of value[r, c] · factor[c], each product added with one rounding; with `magnitude`, of the
    absolute values. Of e4m3 in f16, two columns
    at a time: its values have 4 significant bits and f16 11, so the sum of the at most 64 that a thread holds is off by
    2⁻¹⁰ or so. C1: factors, where given, are as many as columns, and the value is f32. C2: `magnitude` goes with values of
    f32, and without factors.
    ```mlir
    %sum = mla_gpu.row.sum %p by %scales
        : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<column>> -> tensor<64xf32, #mla_gpu.layout<row_partial>>
    ```
  }];
  let arguments = (ins AnyTypeOf<[MLAGPU_AccTensor, MLAGPU_AccF8]>:$value, Optional<MLAGPU_ColumnF32>:$factor, UnitAttr:$magnitude);
  let results = (outs MLAGPU_RowPartial:$result);
  let assemblyFormat = "$value (`by` $factor^)? (`magnitude` $magnitude^)? attr-dict `:` type($value) (`,` type($factor)^)? `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_RowReduceOp : MLAGPU_Op<"row.reduce", [Pure]> {
  let summary = "add the partial sums of the four lanes of each row";
  let arguments = (ins MLAGPU_RowPartial:$value);
  let results = (outs MLAGPU_RowF32:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
}

def MLAGPU_RowScaleOp : MLAGPU_Op<"row.scale", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "multiply each row by its factor";
  let description = [{
    result[r, c] = value[r, c] · factor[r] (or value[r] for a row_partial value). `skip_unit` asks for a test that skips
    the multiplications of a warp all of whose factors are 1; the result is the same.
  }];
  let arguments = (ins AnyTypeOf<[MLAGPU_AccTensor, MLAGPU_RowPartial]>:$value, MLAGPU_RowF32:$factor,
                       UnitAttr:$skip_unit);
  let results = (outs AnyTypeOf<[MLAGPU_AccTensor, MLAGPU_RowPartial]>:$result);
  let assemblyFormat = "$value `by` $factor (`skip_unit` $skip_unit^)? attr-dict `:` type($value) `,` type($factor) `->` type($result)";
}

def MLAGPU_RowRaiseMaxOp : MLAGPU_Op<"row.raise_max", [Pure, AllTypesMatch<["running", "candidate", "threshold", "result"]>]> {
  let summary = "raise the running maximum where it would grow by more than a threshold";
  let description = [{
    result[r] = candidate[r] if candidate[r] > running[r] + threshold[r], else running[r] (also where the candidate is
    NaN); of each row, or of each column where the accumulators are transposed. With threshold τ the exponentials are bounded by 2^τ instead of 1; τ = 0 is the plain online softmax.
    Values are in log2 units. (FlashAttention-4, lazy rescaling.) A threshold that is NaN raises nothing, and one below 0 lowers the maximum.
  }];
  let arguments = (ins MLAGPU_RowOrColumnF32:$running, MLAGPU_RowOrColumnF32:$candidate,
                       MLAGPU_RowOrColumnF32:$threshold);
  let results = (outs MLAGPU_RowOrColumnF32:$result);
  let assemblyFormat = "$running `,` $candidate `by` $threshold attr-dict `:` type($result)";
}

def MLAGPU_Exp2FmaOp : MLAGPU_Op<"exp2_fma", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "result[r, c] = 2^(value[r, c] · scale − shift[r]), or − shift[c]";
  let description = [{
    One fma and one ex2.approx.ftz per element. A value of −inf gives 0. C1: of columns, as many shifts.
  }];
  let arguments = (ins MLAGPU_AccTensor:$value, F32:$scale, MLAGPU_RowOrColumnF32:$shift);
  let results = (outs MLAGPU_AccTensor:$result);
  let assemblyFormat = "$value `times` $scale `minus` $shift attr-dict `:` type($value) `,` type($shift) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_MaskOp : MLAGPU_Op<"mask", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "where `condition`: −inf in the columns at or past each row's border, or the rows past each column's";
  let description = [{
    Column c of row r is token `first` + c; it is kept if `first` + c < border[r]. With a border of each column, row r is token `first` + r, kept
    in column c if `first` + r < border[c]. If `condition` (uniform) is false the
    value passes unchanged, and the lowering branches around the work. C1: of columns, as many borders.
  }];
  let arguments = (ins MLAGPU_AccTensor:$value, I32:$first, MLAGPU_RowOrColumnI32:$border, I1:$condition);
  let results = (outs MLAGPU_AccTensor:$result);
  let assemblyFormat = "$value `from` $first `border` $border `if` $condition attr-dict `:` type($value) `,` type($border) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_RotateOp : MLAGPU_Op<"rotate", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "turn the first pairs of columns of each row by the angles of the row's position (RoPE)";
  let description = [{
    For pair i of columns (j, k), with φ = position[r] · `turns`[i] · 2⁻⁶⁴ turns, c = magnitude · cos φ and s = magnitude · sin φ:

        result[r, j] = value[r, j] · c − value[r, k] · s
        result[r, k] = value[r, k] · c + value[r, j] · s

    The n `turns` are of the first 2n columns, whose pairs are neighbours or of two halves; columns behind them pass unchanged.
    Executed by a warp group. Both columns of a pair lie in one thread, whichever the pairing, so no data moves between
    threads. The product wraps in 64 bits, of which the upper 32 are the angle as a signed number: off by less than 2⁻³² turns
    at any position, also below 0. Multiplications and additions round to f32 one by one; cos.approx and sin.approx are off by
    at most 2⁻²⁰·⁵. C1: the value has at least twice as many columns as there are pairs. C2: the pairs are a multiple of 4, of 8 if of
    two halves.

    ```mlir
    %turned = mla_gpu.rotate %q_rope at %position by <interleaved = true, magnitude = 1.0 : f64, turns = [1, 2, 3, 4]>
        : tensor<64x8xf32, #mla_gpu.layout<acc>>, tensor<64xi32, #mla_gpu.layout<row>>
    ```
  }];
  let arguments = (ins MLAGPU_AccTensor:$value, MLAGPU_RowI32:$position, MLAGPU_RotationAttr:$rotation);
  let results = (outs MLAGPU_AccTensor:$result);
  let assemblyFormat = "$value `at` $position `by` $rotation attr-dict `:` type($value) `,` type($position)";
  let hasVerifier = 1;
}

def MLAGPU_ToAOperandOp : MLAGPU_Op<"to_a_operand", [Pure]> {
  let summary = "round an accumulator to 16 bits (nearest even) in the layout of a wgmma A operand";
  let description = "No data moves between threads. C1: same shape.";
  let arguments = (ins MLAGPU_AccTensor:$value);
  let results = (outs MLAGPU_ATensor:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------------------------------------------===//
// e4m3, and columns of a transposed accumulator
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_QuantizeOp : MLAGPU_Op<"quantize", [Pure]> {
  let summary = "round an accumulator, or what an earlier rounding left of it, to e4m3 (nearest even)";
  let description = [{
    result = e4m3(value − taken), `taken` being 0 if it is left out: with it, two results of e4m3 add up to the value with
    twice the bits. Values beyond ±448, infinities too, become ±448; NaN stays NaN (of any sign, with all other bits set).
    Below 2⁻⁶ results are multiples of 2⁻⁹. No data moves between threads. C1: same shape. C2: `taken` is of the result's type.
    ```mlir
    %p_8 = mla_gpu.quantize %p : tensor<64x64xf32, #mla_gpu.layout<acc>> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
    %p_rest = mla_gpu.quantize %p less %p_8
        : tensor<64x64xf32, #mla_gpu.layout<acc>> less tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
        -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
    ```
  }];
  let arguments = (ins MLAGPU_AccTensor:$value, Optional<MLAGPU_AccF8>:$taken);
  let results = (outs MLAGPU_AccF8:$result);
  let assemblyFormat = "$value (`less` $taken^)? attr-dict `:` type($value) (`less` type($taken)^)? `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_DequantizeOp : MLAGPU_Op<"dequantize", [Pure]> {
  let summary = "widen an accumulator of e4m3 to f32, exactly";
  let description = [{
    No data moves between threads. C1: same shape.
    ```mlir
    %p_rounded = mla_gpu.dequantize %p_8
        : tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>> -> tensor<64x64xf32, #mla_gpu.layout<acc>>
    ```
  }];
  let arguments = (ins MLAGPU_AccF8:$value);
  let results = (outs MLAGPU_AccTensor:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_ConvertChunksOp : MLAGPU_Op<"convert_chunks", [Pure]> {
  let summary = "chunks as 16-bit numbers, each row by its scale";
  let description = [{
    result[r, c] = value[r, c] · scale[r], rounded to the result's type (nearest even; f16 overflows to infinity). Without
    scales e4m3 becomes 16 bits exactly. The product of e4m3 to f16 is formed in f16: of the significand m of the scale, in two
    terms of f16 (m = hi + lo, 1 ≤ |m| < 2), as fma(value, hi, value · lo), then of its power of two, which is 0 below 2⁻²⁴ and
    infinity from 2¹⁶ on (so 0 becomes NaN there); NaN stays NaN. All others are formed in f32. No data moves between threads. C1: same shape.
    ```mlir
    %k = mla_gpu.convert_chunks %k_8 by %scale
        : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>> by tensor<64xf32, #mla_gpu.layout<chunk_row>>
        -> tensor<64x128xf16, #mla_gpu.layout<chunk>>
    ```
  }];
  let arguments = (ins MLAGPU_ChunkTensor:$value, Optional<MLAGPU_ChunkRow>:$scale);
  let results = (outs MLAGPU_Chunk16:$result);
  let assemblyFormat = "$value (`by` $scale^)? attr-dict `:` type($value) (`by` type($scale)^)? `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_ConvertOperandOp : MLAGPU_Op<"convert_operand", [Pure]> {
  let summary = "an A operand of e4m3 as one of f16, each column by its factor";
  let description = [{
    result[r, c] = value[r, c] · factor[c], rounded to nearest even; overflows to infinity. Without factors exact. With V transposed in
    `value` a column is a token, and the factor one of its scales. No data moves between threads. C1: same shape. C2: as many factors as
    columns.
    ```mlir
    %v_16 = mla_gpu.convert_operand %v by %ratio
        : tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>> by tensor<64xf16, #mla_gpu.layout<column>>
        -> tensor<64x64xf16, #mla_gpu.layout<a_paired>>
    ```
  }];
  let arguments = (ins MLAGPU_APairedF8:$value, Optional<MLAGPU_ColumnF16>:$factor);
  let results = (outs MLAGPU_APairedF16:$result);
  let assemblyFormat = "$value (`by` $factor^)? attr-dict `:` type($value) (`by` type($factor)^)? `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_RowFmaOp : MLAGPU_Op<"row.fma", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "multiply each row by its factor and add to each column its value, or the other way round, rounding once";
  let description = [{
    result[r, c] = value[r, c] · factor[r] + addend[c], or value[r, c] · factor[c] + addend[r]: scores of rows whose queries have scales, and of
    tokens that have others. C1: one of factor and addend is of rows, the other of columns, and as many as there are.
    ```mlir
    %y = mla_gpu.row.fma %s times %to_log2 plus %scale_log2
        : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<row>>, tensor<64xf32, #mla_gpu.layout<column>>
    ```
  }];
  let arguments = (ins MLAGPU_AccTensor:$value, MLAGPU_RowOrColumnF32:$factor, MLAGPU_RowOrColumnF32:$addend);
  let results = (outs MLAGPU_AccTensor:$result);
  let assemblyFormat = "$value `times` $factor `plus` $addend attr-dict `:` type($value) `,` type($factor) `,` type($addend)";
  let hasVerifier = 1;
}

def MLAGPU_ColumnScaleOp : MLAGPU_Op<"column.scale", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "multiply each column by its factor";
  let description = [{
    result[r, c] = value[r, c] · factor[c]. C1: as many factors as columns. A column of an accumulator in layout acc_paired is a
    row of queries; in layout acc it is a token.
    ```mlir
    %o_scaled = mla_gpu.column.scale %o by %shrink
        : tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, tensor<64xf32, #mla_gpu.layout<column>>
    ```
  }];
  let arguments = (ins MLAGPU_Accumulator:$value, MLAGPU_ColumnF32:$factor);
  let results = (outs MLAGPU_Accumulator:$result);
  let assemblyFormat = "$value `by` $factor attr-dict `:` type($value) `,` type($factor)";
  let hasVerifier = 1;
}

def MLAGPU_ColumnFmaOp : MLAGPU_Op<"column.fma", [Pure, AllTypesMatch<["value", "addend", "result"]>]> {
  let summary = "multiply each column by its factor and add an accumulator, rounding once";
  let description = [{
    result[r, c] = value[r, c] · factor[c] + addend[r, c]. C1: as many factors as columns.
    ```mlir
    %o = mla_gpu.column.fma %o_prev times %shrink plus %o_v
        : tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, tensor<64xf32, #mla_gpu.layout<column>>
    ```
  }];
  let arguments = (ins MLAGPU_Accumulator:$value, MLAGPU_ColumnF32:$factor, MLAGPU_Accumulator:$addend);
  let results = (outs MLAGPU_Accumulator:$result);
  let assemblyFormat = "$value `times` $factor `plus` $addend attr-dict `:` type($value) `,` type($factor)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------------------------------------------===//
// Lanes of a warp
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_LaneIndexOp : MLAGPU_Op<"lane.index", [Pure]> {
  let summary = "the lane number, 0 to 31";
  let description = "C1: the result has 32 elements of i32.";
  let results = (outs MLAGPU_LaneTensor:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_LaneReduceOp : MLAGPU_Op<"lane.reduce", [Pure]> {
  let summary = "reduce all elements to a uniform scalar, or those of a few lanes to a value of theirs";
  let description = [{
    A lane that holds n elements combines them in pairs first, element i with element i + ⌈n/2⌉, until one is left; then
    lanes combine in butterfly order (xor 16, 8, 4, 2, 1); where the order does not matter, of i32 and for max, one instruction does that
    for all lanes. Max of f32 ignores NaN, and of nothing but NaN is NaN. With `cluster`, of n elements, element e of the result
    is what the elements ⌊e/n⌋·n to ⌊e/n⌋·n + n − 1 of the value are reduced to (xor n/2, …, 1).
    C1: the scalar has the type of the value's elements. C2: with a cluster the value has 32 elements of f32 or i32
    and the result its type. C3: the cluster is 1, 2, 4, 8, 16 or 32.
    ```mlir
    %most = mla_gpu.lane.reduce max %x : tensor<32xf32, #lane> -> f32
    %most_of_four = mla_gpu.lane.reduce max %x cluster(4) : tensor<32xf32, #lane> -> tensor<32xf32, #lane>
    ```
  }];
  let arguments = (ins MLAGPU_ReduceEnum:$kind, MLAGPU_LaneTensor:$value, OptionalAttr<I32Attr>:$cluster);
  let results = (outs AnyTypeOf<[F32, I32, MLAGPU_LaneTensor]>:$result);
  let assemblyFormat = "$kind $value (`cluster` `(` $cluster^ `)`)? attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether one instruction reduces all lanes: of i32, and of f32 the maximum, as integers of the same order.
    bool isByOneInstruction() {
      return !getCluster() && (getKind() == ReduceKind::Max || getValue().getType().getElementType().isInteger(32));
    }
  }];
}

def MLAGPU_LaneSliceOp : MLAGPU_Op<"lane.slice", [Pure]> {
  let summary = "some consecutive elements of a tensor, which lie in the same lanes";
  let description = [{
    result[e] = value[offset + e]. No data moves. C1: value and result have a multiple of 128 elements of the same type.
    C2: `offset` is a multiple of 128, and the elements are inside the value.
  }];
  let arguments = (ins MLAGPU_LaneTensor:$value, I64Attr:$offset);
  let results = (outs MLAGPU_LaneTensor:$result);
  let assemblyFormat = "$value `from` $offset attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_LaneScanOp : MLAGPU_Op<"lane.scan", [Pure]> {
  let summary = "exclusive prefix sum over 32 lanes";
  let description = "result[l] = Σ_{j<l} value[j]. C1: 32 elements of i32.";
  let arguments = (ins MLAGPU_LaneTensor:$value);
  let results = (outs MLAGPU_LaneTensor:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_LaneExtractOp : MLAGPU_Op<"lane.extract", [Pure]> {
  let summary = "the value of one lane, uniform";
  let description = "`index` is taken modulo 32. C1: the value has 32 elements and the scalar their type.";
  let arguments = (ins MLAGPU_LaneTensor:$value, I32:$index);
  let results = (outs AnyTypeOf<[F32, I32]>:$result);
  let assemblyFormat = "$value `[` $index `]` attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_LaneWeighRowsOp : MLAGPU_Op<"lane.weigh_rows", [Pure, AllTypesMatch<["addend", "result"]>,
    OptionalTypesMatchWith<"weights of the right half have the type of those of the left one", "weights", "right_weights",
                           "$_self">]> {
  let summary = "add up rows, each times the weight that a lane holds";
  let description = [{
    result = addend + Σ_j weights[j] · rows[j], of rows widened to f32, one fused multiply-add after the other, j ascending: of
    all rows, or of the rows `first` to `end` − 1. With `right_weights` the right half of the columns takes those.
    C1: the weights are 32 f32. C2: addend and result are of f32 and have as many elements as a row.
    C3: 0 ≤ first < end ≤ the number of rows. C4: rows with `right_weights` have 128, 256 or 512 columns.
    ```mlir
    %sum = mla_gpu.lane.weigh_rows %rows by %weights plus %before
        : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #lane>, tensor<256xf32, #lane>
    %sum_of_two = mla_gpu.lane.weigh_rows %rows rows(2 to 4) by %left, %right plus %before
        : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #lane>, tensor<256xf32, #lane>
    ```
  }];
  let arguments = (ins MLAGPU_LaneRows:$rows, MLAGPU_LaneTensor:$weights, MLAGPU_LaneTensor:$addend,
                       Optional<MLAGPU_LaneTensor>:$right_weights, OptionalAttr<I32Attr>:$first,
                       OptionalAttr<I32Attr>:$end);
  let results = (outs MLAGPU_LaneTensor:$result);
  let assemblyFormat = [{
    $rows (`rows` `(` $first^ `to` $end `)`)? `by` $weights (`,` $right_weights^)? `plus` $addend attr-dict
    `:` type($rows) `,` type($weights) `,` type($addend)
  }];
  let extraClassDeclaration = [{
    /// The rows that count: `first` to `end`, or all.
    std::pair<int64_t, int64_t> getRowRange();
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------------------------------------------===//
// Global memory
//===----------------------------------------------------------------------------------------------------------===//

def MLAGPU_GlobalViewOp : MLAGPU_Op<"global.view", [Pure]> {
  let summary = "the same memory as elements of another type";
  let description = [{
    For memory that holds elements of several types. Indices count elements of the new type; the address must be aligned
    to them.
  }];
  let arguments = (ins MLAGPU_PtrType:$source);
  let results = (outs MLAGPU_PtrType:$result);
  let assemblyFormat = "$source attr-dict `:` qualified(type($source)) `->` qualified(type($result))";
}

def MLAGPU_GlobalLoadOp : MLAGPU_Op<"global.load", []> {
  let summary = "load a uniform scalar";
  let description = "Every thread reads element `index` of `source`. C1: element types agree.";
  let arguments = (ins Arg<MLAGPU_PtrType, "", [MemRead]>:$source, I64:$index);
  let results = (outs AnyTypeOf<[F32, I32, I64]>:$result);
  let assemblyFormat = "$source `[` $index `]` attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_GlobalStoreOp : MLAGPU_Op<"global.store", []> {
  let summary = "store a uniform scalar, by one lane of the team";
  let description = "target[index] = value. C1: element types agree.";
  let arguments = (ins AnyTypeOf<[F32, I32]>:$value, Arg<MLAGPU_PtrType, "", [MemWrite]>:$target, I64:$index);
  let assemblyFormat = "$value `,` $target `[` $index `]` attr-dict `:` type($value) `,` qualified(type($target))";
  let hasVerifier = 1;
}

def MLAGPU_GlobalLoadLanesOp : MLAGPU_Op<"global.load_lanes", []> {
  let summary = "load consecutive elements into the lanes of a warp";
  let description = [{
    Element e of the result is source[index + e] for e < valid, else 0 (no access). Without `valid` all are read, four
    elements a lane at a time where the tensor has a multiple of 128 elements; then `source + index` must be aligned to four elements
    (16 bytes at most). bf16 and f16 may be widened to f32.
    C1: element types agree or widen. C2: `valid` needs 32 elements.
  }];
  let arguments = (ins Arg<MLAGPU_PtrType, "", [MemRead]>:$source, I64:$index, Optional<I32>:$valid);
  let results = (outs MLAGPU_LaneTensor:$result);
  let assemblyFormat = "$source `[` $index `]` (`valid` $valid^)? attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_GlobalStoreLanesOp : MLAGPU_Op<"global.store_lanes", []> {
  let summary = "store the lanes of a warp to consecutive elements, rounding f32 to the target's type";
  let description = [{
    target[index + e] = value[e]. f32 values may go to f32, bf16, f16 or f8E4M3FN (nearest even; e4m3 saturates at 448,
    infinities too, and NaN becomes 0x7f). For tensors of a multiple of 128 elements `target + index` must be aligned to 4
    elements. With `valid` only elements below it are stored. C1: element types agree or round. C2: `valid` needs 32 elements.
  }];
  let arguments = (ins MLAGPU_LaneTensor:$value, Arg<MLAGPU_PtrType, "", [MemWrite]>:$target, I64:$index, Optional<I32>:$valid);
  let assemblyFormat = [{
    $value `,` $target `[` $index `]` (`valid` $valid^)? attr-dict `:` type($value) `,` qualified(type($target))
  }];
  let hasVerifier = 1;
}

def MLAGPU_GlobalLoadPairsOp : MLAGPU_Op<"global.load_pairs", [AllTypesMatch<["even", "odd"]>]> {
  let summary = "load consecutive pairs of elements, one of them into each lane of a warp";
  let description = [{
    even[l] = source[index + 2l], odd[l] = source[index + 2l + 1], widened to f32, in one access of 4 bytes a lane.
    `index` is even. With `valid` lanes from it on have 0 (no access). C1: the source is of bf16 or f16. C2: the results have 32
    elements of f32.
  }];
  let arguments = (ins Arg<MLAGPU_PtrType, "", [MemRead]>:$source, I64:$index, Optional<I32>:$valid);
  let results = (outs MLAGPU_LaneTensor:$even, MLAGPU_LaneTensor:$odd);
  let assemblyFormat = "$source `[` $index `]` (`valid` $valid^)? attr-dict `:` qualified(type($source)) `->` type($even)";
  let hasVerifier = 1;
}

def MLAGPU_GlobalStorePairsOp : MLAGPU_Op<"global.store_pairs", [AllTypesMatch<["even", "odd"]>]> {
  let summary = "store the pair of elements that each lane of a warp holds to consecutive elements, rounded to nearest even";
  let description = [{
    target[index + 2l] = even[l], target[index + 2l + 1] = odd[l], in one access of a pair a lane. `index` is even. With `valid`
    only lanes below it store theirs.
    C1: the target is of bf16, f16 or f8E4M3FN, which rounds as in `global.store_lanes`. C2: the values have 32 elements of f32.
  }];
  let arguments = (ins MLAGPU_LaneTensor:$even, MLAGPU_LaneTensor:$odd, Arg<MLAGPU_PtrType, "", [MemWrite]>:$target,
                       I64:$index, Optional<I32>:$valid);
  let assemblyFormat = [{
    $even `,` $odd `,` $target `[` $index `]` (`valid` $valid^)? attr-dict `:` type($even) `,` qualified(type($target))
  }];
  let hasVerifier = 1;
}

def MLAGPU_GlobalGatherLanesOp : MLAGPU_Op<"global.gather_lanes", []> {
  let summary = "load each lane's value from its own index, where its mask is set";
  let description = [{
    result[l] = source[index[l]] where mask[l], else 0 (no access).
    C1: 32 elements each, element types of source and result agree, the index is of i32 or i64, the mask of i1.
  }];
  let arguments = (ins Arg<MLAGPU_PtrType, "", [MemRead]>:$source, MLAGPU_LaneTensor:$index, MLAGPU_LaneTensor:$mask);
  let results = (outs MLAGPU_LaneTensor:$result);
  let assemblyFormat = [{
    $source `[` $index `]` `where` $mask attr-dict `:` qualified(type($source)) `,` type($index) `,` type($mask) `->` type($result)
  }];
  let hasVerifier = 1;
}

def MLAGPU_GlobalGatherRowsOp : MLAGPU_Op<"global.gather_rows", []> {
  let summary = "load parts of rows of a matrix, of which each row's number is in a lane";
  let description = [{
    result[j, e] = source[index[j] · row_stride + column + e]. All rows are in flight at once, four elements a lane at a time,
    to which `column` must be aligned. C1: source and result have the same element type. C2: the index has 32 elements of
    i32. C3: `row_stride` is a positive multiple of 4 up to 2^24.
    ```mlir
    %rows = mla_gpu.global.gather_rows %partial[%index, %column] row_stride(512)
        : !mla_gpu.ptr<f16>, tensor<32xi32, #lane> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
    ```
  }];
  let arguments = (ins Arg<MLAGPU_PtrType, "", [MemRead]>:$source, MLAGPU_LaneTensor:$index, I32:$column, I64Attr:$row_stride);
  let results = (outs MLAGPU_LaneRows:$result);
  let assemblyFormat = [{
    $source `[` $index `,` $column `]` `row_stride` `(` $row_stride `)` attr-dict `:` qualified(type($source)) `,` type($index)
    `->` type($result)
  }];
  let hasVerifier = 1;
}

def MLAGPU_GlobalScatterLanesOp : MLAGPU_Op<"global.scatter_lanes", []> {
  let summary = "store each lane's value to its own index, where its mask is set";
  let description = "target[index[l]] = value[l] where mask[l]. C1: 32 elements each, element types of value and target agree.";
  let arguments = (ins MLAGPU_LaneTensor:$value, Arg<MLAGPU_PtrType, "", [MemWrite]>:$target, MLAGPU_LaneTensor:$index,
                       MLAGPU_LaneTensor:$mask);
  let assemblyFormat = [{
    $value `,` $target `[` $index `]` `where` $mask attr-dict `:` type($value) `,` qualified(type($target)) `,` type($index) `,` type($mask)
  }];
  let hasVerifier = 1;
}

def MLAGPU_GlobalLoadTileOp : MLAGPU_Op<"global.load_tile", []> {
  let summary = "load rows of consecutive elements as chunks, the first `valid` rows only";
  let description = [{
    result[r, c] = source[index + r · row_stride + c] for r < valid, else 0 (no access). Executed by a warp group, 16 bytes
    a thread at a time: every row begins at a multiple of 16 bytes. C1: element types agree. C2: `row_stride` is a positive
    multiple of 16 bytes, at most 2²⁴ bytes.
    ```mlir
    %k_8 = mla_gpu.global.load_tile %cache[%token] row_stride 656 valid %tokens
        : !mla_gpu.ptr<f8E4M3FN> -> tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>
    ```
  }];
  let arguments = (ins Arg<MLAGPU_PtrType, "", [MemRead]>:$source, I64:$index, I64Attr:$row_stride, I32:$valid);
  let results = (outs MLAGPU_ChunkTensor:$result);
  let assemblyFormat = "$source `[` $index `]` `row_stride` $row_stride `valid` $valid attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_GlobalLoadRowsOp : MLAGPU_Op<"global.load_rows", []> {
  let summary = "load one value per row, the first `valid` rows only";
  let description = [{
    result[r] = source[index + r · row_stride] for r < valid, else 0 (no access). Executed by a warp group; in layout row the
    four threads that have a row load the same element. C1: element types agree. C2: `row_stride` is positive, at most 2²⁴ bytes.
    ```mlir
    %scale = mla_gpu.global.load_rows %scales[%token] row_stride 164 valid %tokens
        : !mla_gpu.ptr<f32> -> tensor<64xf32, #mla_gpu.layout<chunk_row>>
    ```
  }];
  let arguments = (ins Arg<MLAGPU_PtrType, "", [MemRead]>:$source, I64:$index, I64Attr:$row_stride, I32:$valid);
  let results = (outs MLAGPU_LoadedRows:$result);
  let assemblyFormat = "$source `[` $index `]` `row_stride` $row_stride `valid` $valid attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def MLAGPU_GlobalPrefetchOp : MLAGPU_Op<"global.prefetch", []> {
  let summary = "ask for consecutive bytes to be brought into L2, by one thread of the team";
  let description = [{
    A hint: no value depends on it. But the bytes must exist, and it comes after a `pdl.wait` where a load would. They begin at element `index`, at a multiple of 16
    bytes. C1: `bytes` is positive and a multiple of 16.
    ```mlir
    mla_gpu.global.prefetch %cache[%page] bytes 41984 : !mla_gpu.ptr<i8>
    ```
  }];
  let arguments = (ins Arg<MLAGPU_PtrType, "", [MemRead]>:$source, I64:$index, I32Attr:$bytes);
  let assemblyFormat = "$source `[` $index `]` `bytes` $bytes attr-dict `:` qualified(type($source))";
  let hasVerifier = 1;
}

def MLAGPU_GlobalStoreRowsOp : MLAGPU_Op<"global.store_rows", []> {
  let summary = "store one value per row to consecutive elements, the first `valid` rows only";
  let description = "target[index + r] = value[r] for r < valid. Executed by a warp group. C1: element types agree.";
  let arguments = (ins MLAGPU_RowTensor:$value, Arg<MLAGPU_PtrType, "", [MemWrite]>:$target, I64:$index, I32:$valid);
  let assemblyFormat = "$value `,` $target `[` $index `]` `valid` $valid attr-dict `:` type($value) `,` qualified(type($target))";
  let hasVerifier = 1;
}

def MLAGPU_GlobalStoreTileOp : MLAGPU_Op<"global.store_tile", []> {
  let summary = "store an accumulator row by row, the first `valid` rows only, rounding to the target's type";
  let description = [{
    target[index + r · row_stride + c] = value[r, c] for r < valid. f32 goes to f32, bf16 or f16 (nearest even).
    Executed by a warp group. `index` is a multiple of 2 elements for f32 and of 8 for the 16-bit types (or of 2, if
    `row_stride` is no multiple of 8). C1: element types agree or round.
    C2: `row_stride` is positive and even.
  }];
  let arguments = (ins MLAGPU_AccTensor:$value, Arg<MLAGPU_PtrType, "", [MemWrite]>:$target, I64:$index,
                       I64Attr:$row_stride, I32:$valid);
  let assemblyFormat = "$value `,` $target `[` $index `]` `row_stride` $row_stride `valid` $valid attr-dict `:` type($value) `,` qualified(type($target))";
  let hasVerifier = 1;
}

#endif
