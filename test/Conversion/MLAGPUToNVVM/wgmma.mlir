// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

!half = !mla_gpu.smem<64x256xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!tile_f16 = !mla_gpu.smem<64x64xf16, sw128>
!two = !mla_gpu.smem<64x128xbf16, sw128>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!o = tensor<64x256xf32, #mla_gpu.layout<acc>>
!s_pending = !mla_gpu.pending<!s>
!o_pending = !mla_gpu.pending<!o>
!p = tensor<64x64xf16, #mla_gpu.layout<a_operand>>

mla_gpu.program @program {
  // S = Q·Kᵀ, both from shared memory, both K-major: high word 0x40000040 = swizzle 128 B, stride 1024 B.
  // CHECK-LABEL: llvm.func @shared_by_transposed
  mla_gpu.kernel @shared_by_transposed() step(other) grid(one, one) threads(128) smem(32768) {
    %q = mla_gpu.smem.alloc "q" at 0 : !two
    %k = mla_gpu.smem.alloc "k" at 16384 : !two
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[A:.*]] = llvm.ptrtoint
      // CHECK:      %[[B:.*]] = llvm.ptrtoint
      // CHECK-NEXT: %[[ASM:.*]] = llvm.inline_asm has_side_effects "{
      // CHECK-SAME:   setp.ne.b32 zero, 0, 0;
      // CHECK-SAME:   wgmma.fence.sync.aligned;
      // CHECK-SAME:   shr.b32 a, $32, 4;{{\\0A}}or.b32 a, a, 65536;
      // CHECK-SAME:   shr.b32 b, $33, 4;{{\\0A}}or.b32 b, b, 65536;
      // The first step ignores what the registers held.
      // CHECK-SAME:   add.s32 t, a, 0;{{\\0A}}mov.b64 da, {t, 1073741888};
      // CHECK-SAME:   add.s32 t, b, 0;{{\\0A}}mov.b64 db, {t, 1073741888};
      // CHECK-SAME:   wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {$0, $1, {{[^}]*}}, $31}, da, db, zero, 1, 1, 0, 0;
      // Steps of 32 bytes, then the next tile at 8192.
      // CHECK-SAME:   add.s32 t, a, 2;
      // CHECK-SAME:   da, db, plus, 1, 1, 0, 0;
      // CHECK-SAME:   add.s32 t, a, 6;
      // CHECK-SAME:   add.s32 t, a, 512;
      // CHECK-SAME:   add.s32 t, b, 518;
      // CHECK-NOT:    wgmma.fence
      // CHECK-SAME:   "=f,=f,{{.*}},=f,r,r,~{memory}" %[[A]], %[[B]] : (i32, i32) -> !llvm.struct<(f32, f32,
      %s = mla_gpu.wgmma %q, %k transpose_b : !two, !two -> !s_pending
      // CHECK: llvm.extractvalue %[[ASM]][0]
      // CHECK: %[[S31:.*]] = llvm.extractvalue %[[ASM]][31]
      // CHECK: nvvm.wgmma.commit.group.sync.aligned
      mla_gpu.wgmma.commit
      // The accumulators pass through the wait.
      // CHECK: %[[WAIT:.*]] = llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 1;", "=f,{{.*}}0,1,2,{{.*}},30,31,~{memory}" %{{.*}}, %[[S31]] :
      // CHECK: %[[T31:.*]] = llvm.extractvalue %[[WAIT]][31]
      %t = mla_gpu.wgmma.wait pending(1) %s : !s_pending -> !s
      // A tensor or a pending result to add to: tied registers, and every step adds.
      // CHECK: llvm.inline_asm has_side_effects "{{.*}}shr.b32 a, $32, 4;
      // CHECK-NOT:  zero, 1, 1
      // CHECK-SAME: "=f,{{.*}},=f,r,r,0,1,2,{{.*}},30,31,~{memory}" %{{.*}}, %[[T31]] :
      %u = mla_gpu.wgmma %q, %k transpose_b plus %t : !two, !two plus !s -> !s_pending
      // CHECK: llvm.inline_asm {{.*}}r,r,0,1,2,{{.*}}
      %v = mla_gpu.wgmma %q, %k transpose_b plus %u : !two, !two plus !s_pending -> !s_pending
      %w = mla_gpu.wgmma.wait pending(0) %v : !s_pending -> !s
    }
  }

  // O += P·V: A from shared memory K-major, V MN-major. Its tiles lie 8192 bytes apart (512 << 16), a step is 16 rows.
  // CHECK-LABEL: llvm.func @shared_by_plain
  mla_gpu.kernel @shared_by_plain() step(other) grid(one, one) threads(128) smem(40960) {
    %p = mla_gpu.smem.alloc "p" at 0 : !tile
    %v = mla_gpu.smem.alloc "v" at 8192 : !half
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !o
      %start = mla_gpu.as_pending %zero : !o -> !o_pending
      // CHECK:      shr.b32 b, $129, 4;{{\\0A}}or.b32 b, b, 33554432;
      // CHECK-SAME: add.s32 t, a, 2;
      // CHECK-SAME: add.s32 t, b, 128;{{\\0A}}mov.b64 db, {t, 1073741888};
      // CHECK-SAME: wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16 {{.*}}, da, db, plus, 1, 1, 0, 1;
      %o = mla_gpu.wgmma %p, %v plus %start : !tile, !half plus !o_pending -> !o_pending
      mla_gpu.wgmma.commit
    }
  }

  // A from registers, four per step; f16. Two accumulators in one wait.
  // CHECK-LABEL: llvm.func @registers_by_plain
  mla_gpu.kernel @registers_by_plain() step(other) grid(one, one) threads(128) smem(8192) {
    %v = mla_gpu.smem.alloc "v" at 0 : !tile_f16
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<1.0> : !p
      // CHECK:      wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16 {$0, {{[^}]*}}, $31}, {$32, $33, $34, $35}, db, zero, 1, 1, 1;
      // CHECK-SAME: {$44, $45, $46, $47}, db, plus, 1, 1, 1;
      // CHECK-SAME: "=f,{{.*}},=f,r,r,r,r,r,r,r,r,r,r,r,r,r,r,r,r,r,~{memory}"
      %a = mla_gpu.wgmma %p, %v : !p, !tile_f16 -> !s_pending
      %b = mla_gpu.wgmma %p, %v : !p, !tile_f16 -> !s_pending
      mla_gpu.wgmma.commit
      // CHECK:      llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 0;", "=f,{{.*}},62,63,~{memory}"
      // CHECK-COUNT-64: llvm.extractvalue
      // CHECK-NOT:  llvm.extractvalue
      %x, %y = mla_gpu.wgmma.wait pending(0) %a, %b : !s_pending, !s_pending -> !s, !s
    }
  }

  // Tiles of 128 rows lie 16384 bytes apart: as K of the next 64 columns (1024), as N in the leading offset (1024 << 16).
  // CHECK-LABEL: llvm.func @tall
  mla_gpu.kernel @tall() step(other) grid(one, one) threads(128) smem(81920) {
    %q = mla_gpu.smem.alloc "q" at 0 : !two
    %k = mla_gpu.smem.alloc "k" at 16384 : !mla_gpu.smem<128x128xbf16, sw128>
    %v = mla_gpu.smem.alloc "v" at 49152 : !mla_gpu.smem<128x128xbf16, sw128>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      or.b32 b, b, 65536;
      // CHECK-SAME: add.s32 t, a, 512;
      // CHECK-SAME: add.s32 t, b, 1024;{{\\0A}}mov.b64 db, {t, 1073741888};
      // CHECK-SAME: wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {{.*}}, da, db, plus, 1, 1, 0, 0;
      %s = mla_gpu.wgmma %q, %k transpose_b : !two, !mla_gpu.smem<128x128xbf16, sw128> -> !mla_gpu.pending<tensor<64x128xf32, #mla_gpu.layout<acc>>>
      // CHECK:      or.b32 b, b, 67108864;
      // CHECK-SAME: add.s32 t, b, 896;{{\\0A}}mov.b64 db, {t, 1073741888};
      // CHECK-SAME: wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {{.*}}, db, plus, 1, 1, 0, 1;
      %o = mla_gpu.wgmma %q, %v : !two, !mla_gpu.smem<128x128xbf16, sw128> -> !mla_gpu.pending<tensor<64x128xf32, #mla_gpu.layout<acc>>>
      mla_gpu.wgmma.commit
    }
  }

  // CHECK-LABEL: llvm.func @settle
  mla_gpu.kernel @settle() step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !s
      %sum = mla_gpu.row.sum %x : !s -> tensor<64xf32, #mla_gpu.layout<row_partial>>
      // CHECK: llvm.inline_asm has_side_effects "{{.*}}add.rn.f32 sum, $0, $1;{{.*}}setp.eq.u32 never, bits, 0x7f800001;{{.*}}@never trap;{{.*}}", "f,f,~{memory}" %{{.*}}, %{{.*}} : (f32, f32) -> ()
      mla_gpu.settle %sum : tensor<64xf32, #mla_gpu.layout<row_partial>>
    }
  }
}
