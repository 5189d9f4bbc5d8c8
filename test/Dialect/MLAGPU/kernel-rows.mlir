// Kernels for some numbers of rows.
// RUN: mla-opt %s --verify-roundtrip | FileCheck %s
// RUN: mla-opt %s --mlir-print-op-generic | mla-opt | FileCheck %s

// CHECK-LABEL: mla_gpu.program @decode
mla_gpu.program @decode implements #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // CHECK: mla_gpu.kernel @few() step(attend) grid(row_tiles, parts) threads(32) rows(1 to 17) smem(0) {
  mla_gpu.kernel @few() step(attend) grid(row_tiles, parts) threads(32) rows(1 to 17) smem(0) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
  // CHECK: mla_gpu.kernel @some() step(attend) grid(row_tiles, parts) threads(32) rows(17 to 2147483647) {
  mla_gpu.kernel @some() step(attend) grid(row_tiles, parts) threads(32) rows(17 to 2147483647) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
  // CHECK: mla_gpu.kernel @most() step(attend) grid(multiprocessors, one) threads(32) cluster(2) rows(from 2147483647) {
  mla_gpu.kernel @most() step(attend) grid(multiprocessors, one) threads(32) cluster(2) rows(from 2147483647) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// CHECK-LABEL: mla_gpu.program @template {
mla_gpu.program @template {
  // CHECK: rows(from 1) {
  mla_gpu.kernel @attend() step(attend) grid(row_tiles, parts) threads(32) rows(from 1) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// CHECK-LABEL: func private @attributes
// CHECK-SAME: test.a = #mla_gpu.rows<1 to 2>, test.b = #mla_gpu.rows<from 2>
func.func private @attributes() attributes {test.a = #mla_gpu.rows<1 to 2>, test.b = #mla_gpu.rows<from 2>}

// CHECK-LABEL: func private @launch
// CHECK-SAME: rows = #mla_gpu.rows<from 17>
func.func private @launch(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], rows = #mla_gpu.rows<from 17>}}
