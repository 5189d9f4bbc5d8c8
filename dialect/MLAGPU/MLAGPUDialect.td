//===- MLAGPUDialect.td - Warp-specialised tiles ------------------------------------------------------------===//
#ifndef DIALECT_MLAGPU_MLAGPUDIALECT_TD
#define DIALECT_MLAGPU_MLAGPUDIALECT_TD

include "mlir/IR/OpBase.td"

def MLAGPU_Dialect : Dialect {
  let name = "mla_gpu";
  let cppNamespace = "::mlir::mla_gpu";
  let summary = "Attention kernels as tiles, buffers, barriers and warp-group roles";
  let description = [{
    The level at which a kernel's schedule is written. A `mla_gpu.program` holds the kernels of one attention op; a
    `mla_gpu.kernel` declares shared buffers and barriers and a set of *roles*; a role is the sequential program of a
    *team* of threads (a warp group, or one warp).

    Inside a role

    - a scalar (`i32`, `f32`, `i1`, …) is *uniform*: every thread of the team holds the same value; `arith`, `math` and
      `scf` work on it as usual;
    - a ranked tensor with a `#mla_gpu.layout<…>` encoding is *distributed* over the team: each thread holds a few
      elements in registers. Elementwise `arith` and `math` ops work on it element by element;
    - a `!mla_gpu.smem` value is a shared-memory buffer or a view of one; nothing is loaded until an op says so;
    - a `!mla_gpu.pending` value is an accumulator that the tensor cores may still be writing. Only
      `mla_gpu.wgmma.wait` turns it into a tensor.

    Asynchronous effects (TMA copies, wgmma) are ordered only by the barriers and waits that the IR contains.

    Discardable attributes, each verified wherever it stands; other names with the dialect's prefix are errors:

    - `mla_gpu.bind`, on a kernel argument: `#mla_gpu.binding<…>`;
    - `mla_gpu.schedule`, on an attention op, and for the record on what it became: `#mla_gpu.schedule<…>`;
    - `mla_gpu.chosen_by`, beside it: a string that says where the schedule comes from;
    - `mla_gpu.implements`, on a module of lowered kernels: `#mla_gpu.decode<…>`;
    - `mla_gpu.launch`, on a lowered kernel: a dictionary of `step`, `grid_x`, `grid_y` (strings, as in the enums), `threads`,
      `smem_bytes` (i32), `bindings` (strings), `maps` (for each binding the tensor-map type, or unit) and, if the kernel
      takes part in programmatic dependent launch, `pdl` (bool), if it is for some numbers of rows, `rows`
      (`#mla_gpu.rows<…>`);
    - `mla_gpu.exact`, on an `arith.divf`: unit. A reciprocal is rounded to nearest, not approximated;
    - `mla_gpu.unroll`, on an `scf.for`: unit. `mla-gpu-unroll` replaces the loop by its iterations.
    - `mla_gpu.rolled`, on an `scf.for`: unit. The loop stays one: neither LLVM nor ptxas unrolls it.
    - `mla_gpu.needless`, on an `nbar.sync`: why it stands there though the results do not need it, a string. Mutation tests
      expect that they can do without.
  }];
  let extraClassDeclaration = [{
    static constexpr ::llvm::StringLiteral kExactAttrName = "mla_gpu.exact";
    static constexpr ::llvm::StringLiteral kUnrollAttrName = "mla_gpu.unroll";
    static constexpr ::llvm::StringLiteral kRolledAttrName = "mla_gpu.rolled";
    static constexpr ::llvm::StringLiteral kNeedlessAttrName = "mla_gpu.needless";

    void registerAttributes();
    void registerTypes();
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect"];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
}

#endif
