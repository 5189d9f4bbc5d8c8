//===- Passes.td - Passes on the mla_gpu dialect ------------------------------------------------------------===//
#ifndef LIB_DIALECT_MLAGPU_TRANSFORMS_PASSES_TD
#define LIB_DIALECT_MLAGPU_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def AssignResourcesPass : Pass<"mla-gpu-assign-resources", "::mlir::mla_gpu::KernelOp"> {
  let summary = "place buffers and mbarriers in shared memory and number the named barriers";
  let description = [{
    Swizzled buffers come first, at multiples of 1024 bytes, then rows at multiples of 16, then mbarriers of 8 bytes, each
    at the lowest offset that is free. Named barriers get the lowest ids that are free, from 1. The kernel gets
    `smem(…)`, the bytes that it needs.

    Offsets, ids and a `smem(…)` that the IR has already are kept. It is an error if an offset is not aligned, if two
    pieces of shared memory overlap, if an id is used twice, if there are more named barriers than ids, or if `smem(…)`
    is too small.

    Before:

    ```mlir
    mla_gpu.kernel @k(…) step(other) grid(one, one) threads(256) {
      %stat = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf32>
      %tile = mla_gpu.smem.alloc "tile" : !mla_gpu.smem<64x64xbf16, sw128>
      %full = mla_gpu.mbar.alloc "full" count(1)
      %done = mla_gpu.nbar.alloc "done" threads(256)
    ```

    After:

    ```mlir
    mla_gpu.kernel @k(…) step(other) grid(one, one) threads(256) smem(8456) {
      %stat = mla_gpu.smem.alloc "stat" at 8192 : !mla_gpu.smem<64xf32>
      %tile = mla_gpu.smem.alloc "tile" at 0 : !mla_gpu.smem<64x64xbf16, sw128>
      %full = mla_gpu.mbar.alloc "full" count(1) at 8448
      %done = mla_gpu.nbar.alloc "done" threads(256) id 1
    ```
  }];
}

def CheckProtocolPass : Pass<"mla-gpu-check-protocol", "::mlir::mla_gpu::KernelOp"> {
  let summary = "find roles whose barriers, fences and waits cannot work together";
  let description = [{
    Static rules; every violation is an error at the op, with notes at the other places. What a barrier value can be is
    followed through `arith.select`, `scf.if` and loops; where that fails, the rules about it stay silent. The rules find
    what is wrong on every schedule of the threads; orders, races and deadlocks that depend on more are the interpreter's.

    Barriers

    - R1: an mbarrier that is waited for is armed or arrived at.
    - R2: an mbarrier that is armed or arrived at is waited for.
    - R3: where no arrival at an mbarrier is inside a loop, there are at least `count` of them.
    - R4: an mbarrier that copies signal is armed, and one that is armed is signalled by copies.
    - R5: the teams of the roles that use a named barrier have as many threads together as it waits for.
    - R6: a named barrier that is arrived at is also synchronised with.

    Shared memory

    - R7: a buffer, or tile of one, that is read is written by some role.
    - R8: between a generic write (`smem.store_tile`, `smem.store_transposed`, `smem.zero_rows`) of what some wgmma reads
      and the next arrival at a barrier (`mbar.arm`, `mbar.arrive`, `nbar.arrive`, `nbar.sync`) lies a `fence.async`, on
      every path.

    Tensor cores

    - R9: a `wgmma.wait` comes after the commit of its accumulators' wgmma, and waits for few enough groups to retire
      theirs, on every path.
    - R10: a pending value is used once on every path: chained, waited for, or passed on.
    - R11: the result of a wgmma, and a pending value that a branch or a loop gives or carries, is used.
    - R12: what a loop carries in flight from its last iteration is waited for with `pending(0)`. A wait that leaves younger
      groups in flight is legal PTX there, but ptxas answers by serialising every wgmma of the kernel (C7514). Waiting in
      the iteration that issued, with any number, is fine: rotate the loop.
  }];
}

def CheckResourcesPass : Pass<"mla-gpu-check-resources", "::mlir::mla_gpu::KernelOp"> {
  let summary = "hold a kernel to the limits of a chip";
  let description = [{
    - Shared memory: the bytes in use fit in a block, and in the kernel's `smem(…)`.
    - Named barriers: there are ids for all.
    - Registers of a role: distributed tensors that are live at the same time, with 40 registers for all else, fit in the
      role's budget, or without one in what every thread has at the kernel's entry. A fragment that wgmma reads is live
      until its wait. The error stands at the peak and lists what is live there.
    - Registers of the kernel: budgets times threads, over all warps, fit in a multiprocessor.
    - Bytes: where a barrier is armed and the copies that signal it are issued in one block of code, and nowhere else,
      their bytes are the same.

    `print` reports the figures as remarks that begin with `mla-gpu-resources:`.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"sm_90a\"", "The chip to check against">,
    Option<"print", "print", "bool", "false", "Report what each kernel and role needs">];
}

def ExpandItemsPass : Pass<"mla-gpu-expand-items", "::mlir::mla_gpu::KernelOp"> {
  let summary = "turn the stream of work items into a loop";
  let description = [{
    `mla_gpu.items` becomes loads of the part's two records, or extractions from those given, and an `scf.for` over the requests that the
    part touches. In a warp group the length of the next request is loaded while the current one is processed: it is carried through
    the loop. A warp, which copies, loads each length in the loop's body: beside what the body loads itself, not before it.

    ```mlir
    mla_gpu.items %parts[%part] lens(%lens) step_tokens(128) (%request, %length, %first, %last, %slot) { … }
    ```

    becomes, with (r0, s0) and (r1, s1) the records at `part` and `part + 1`,

    ```mlir
    scf.for %request = %r0 to %end step %c1 iter_args(%loaded = %length0) -> (i32) : i32 {   // end: r1, or r1 + 1 if s1 > 0
      %next = mla_gpu.global.load %lens[…]                                    // min(request + 1, end − 1)
      // length = max(loaded, 0)       steps = ceil(length / step_tokens)
      // first = request == r0 ? s0 : 0                planned = request == r1 ? s1 : steps
      // last = max(min(planned, steps), first)        slot = first == 0 && planned == steps ? −1 : first > 0 ? 2·part : 2·part + 1
      …
      scf.yield %next : i32
    }
    ```

    With `split_steps` a loop over the pieces of the request stands in that loop:

    ```mlir
      // size = max(split_steps, ceil(steps / most_pieces))
      scf.for %begin = %first to %end step %size : i32 {                          // end: max(last, 1)
        // [begin, min(begin + size, last))   slot = the piece is all ? −1 : request·most_pieces + begin / size
        …
      }
    ```
  }];
  let statistics = [Statistic<"numExpanded", "num-expanded", "Streams of items turned into loops">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def UnrollPass : Pass<"mla-gpu-unroll", "::mlir::mla_gpu::KernelOp"> {
  let summary = "replace the loops that ask for it by their iterations";
  let description = [{
    An `scf.for` with `mla_gpu.unroll` becomes a copy of its body per iteration, with a constant in place of the induction
    variable; what it carries goes from copy to copy. Inner loops come first.

    Bounds and step must be constants, and the trip count from 1 to 64. Where that fails, or a loop would become more than
    65536 ops, it is an error at the loop.

    ```mlir
    %sum = scf.for %i = %c0 to %c2 step %c1 iter_args(%acc = %x) -> (i32) : i32 {
      %next = arith.addi %acc, %i : i32
      scf.yield %next : i32
    } {mla_gpu.unroll}
    ```

    becomes

    ```mlir
    %i0 = arith.constant 0 : i32
    %next = arith.addi %x, %i0 : i32
    %i1 = arith.constant 1 : i32
    %sum = arith.addi %next, %i1 : i32
    ```
  }];
  let statistics = [Statistic<"numUnrolled", "num-unrolled", "Loops replaced by their iterations">];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif
