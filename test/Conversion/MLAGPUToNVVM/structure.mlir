// RUN: mla-opt %s --convert-mla-gpu-to-nvvm --split-input-file | FileCheck %s

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>

// The decode that a program implements goes over to the module.
// CHECK-LABEL: gpu.module @implements
// CHECK-SAME:  attributes {mla_gpu.implements = #mla_gpu.decode<element = bf16,
// CHECK-NOT:   llvm.mlir.global
mla_gpu.program @implements implements #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64,
    causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // One role of all warps: no dispatch.
  // CHECK-LABEL: llvm.func @one_role
  // CHECK-SAME:  (%{{.*}}: !llvm.ptr<1>, %{{.*}}: i32)
  // CHECK-SAME:  gpu.kernel
  // CHECK-SAME:  mla_gpu.launch = {bindings = ["seq_lens", "batch"], cooperative = false, grid_x = "one", grid_y = "parts", maps = [unit, unit], pdl = false, smem_bytes = 0 : i32, step = "schedule", threads = 64 : i32}
  // CHECK-SAME:  nvvm.kernel, nvvm.minctasm = 1 : i32, nvvm.reqntid = array<i32: 64>
  // CHECK-NOT:   nvvm.shfl
  // CHECK-NOT:   llvm.cond_br
  // CHECK:       llvm.return
  mla_gpu.kernel @one_role(%lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
                           %batch: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(schedule) grid(one, parts) threads(64) {
    mla_gpu.role "all" warps(0 to 2) team(each_warp) { }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>

// CHECK-LABEL: gpu.module @roles
// CHECK:       llvm.mlir.global external @smem_roles() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
// CHECK-LABEL: llvm.func @roles
// CHECK-SAME:  (%[[MAP:.*]]: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant})
// CHECK-SAME:  maps = [!mla_gpu.tensor_map<1x64x64xbf16, sw128>], pdl = true, smem_bytes = 8208 : i32
// Barriers are initialised by one thread, and then the block waits for them.
// CHECK:       %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK:       %[[IS_FIRST:.*]] = llvm.icmp "eq" %[[TID]], %{{.*}} : i32
// CHECK:       llvm.cond_br %[[IS_FIRST]], ^[[INIT:.*]], ^[[JOIN:bb[0-9]+]]
// CHECK:     ^[[INIT]]:
// CHECK:       nvvm.prefetch tensormap, %[[MAP]]
// CHECK:       nvvm.mbarrier.init
// CHECK:       nvvm.mbarrier.init
// CHECK:       nvvm.fence.mbarrier.init
// CHECK:       llvm.br ^[[JOIN]]
// CHECK:     ^[[JOIN]]:
// CHECK:       nvvm.barrier0
// The warp index, the same in all lanes.
// CHECK:       %[[WARP:.*]] = nvvm.shfl.sync idx
// Warps 0 to 3: entry has floor(65536 / 384) = 170 → 168 registers.
// CHECK:       llvm.icmp "ult" %[[WARP]], %{{.*}} : i32
// CHECK:       llvm.cond_br %{{.*}}, ^[[ENTER_A:.*]], ^[[NEXT:.*]]
// CHECK:     ^[[NEXT]]:
// CHECK:       llvm.cond_br %{{.*}}, ^[[ENTER_B:.*]], ^[[NEXT_2:.*]]
// CHECK:     ^[[NEXT_2]]:
// CHECK:       llvm.cond_br %{{.*}}, ^[[SAME:.*]], ^[[EXIT:.*]]
// CHECK:     ^[[ENTER_A]]:
// CHECK-NEXT:  nvvm.setmaxregister increase 240
// CHECK-NEXT:  llvm.br ^[[A:.*]]
// CHECK:     ^[[A]]:
// CHECK-NEXT:  llvm.return
// All warps of a role set the budget; then a team of one warp sends the others home.
// CHECK:     ^[[ENTER_B]]:
// CHECK-NEXT:  nvvm.setmaxregister decrease 24
// CHECK-NEXT:  llvm.br ^[[CHOOSE_B:.*]]
// CHECK:     ^[[CHOOSE_B]]:
// CHECK:       %[[ONE:.*]] = llvm.mlir.constant(1 : i32) : i32
// CHECK:       %[[IS_WARP:.*]] = llvm.icmp "ult" %{{.*}}, %[[ONE]] : i32
// CHECK:       llvm.cond_br %[[IS_WARP]], ^[[B:.*]], ^[[EXIT]]
// CHECK:     ^[[B]]:
// CHECK-NEXT:  nvvm.griddepcontrol wait
// CHECK-NEXT:  llvm.return
// A budget equal to the entry's: nothing to set.
// CHECK:     ^[[SAME]]:
// CHECK-NEXT:  llvm.return
// CHECK:     ^[[EXIT]]:
// CHECK-NEXT:  llvm.return
mla_gpu.program @roles {
  mla_gpu.kernel @roles(%map: !map {mla_gpu.bind = #mla_gpu.binding<q_map>})
      step(attend) grid(one, one) threads(384) smem(8208) {
    %tile = mla_gpu.smem.alloc "tile" at 0 : !tile
    %a = mla_gpu.mbar.alloc "a" count(1) at 8192
    %b = mla_gpu.mbar.alloc "b" count(2) at 8200
    mla_gpu.role "a" warps(0 to 4) team(warp_group) registers(240) { }
    mla_gpu.role "b" warps(4 to 8) team(warp) registers(24) {
      mla_gpu.pdl.wait
    }
    mla_gpu.role "c" warps(8 to 12) team(warp_group) registers(168) { }
  }
}

// -----

// Roles of one warp group: all its warps set the budget, those of no role, too, before they part.
// CHECK-LABEL: llvm.func @shared_group
// CHECK:       %[[WARP:.*]] = nvvm.shfl.sync idx
// CHECK:       %[[FOUR:.*]] = llvm.mlir.constant(4 : i32) : i32
// CHECK:       %[[IN_GROUP:.*]] = llvm.icmp "ult" %{{.*}}, %[[FOUR]] : i32
// CHECK:       llvm.cond_br %[[IN_GROUP]], ^[[GROUP:.*]], ^[[NEXT:.*]]
// CHECK:     ^[[NEXT]]:
// CHECK:       llvm.cond_br %{{.*}}, ^[[A:.*]], ^[[EXIT:.*]]
// CHECK:     ^[[GROUP]]:
// CHECK-NEXT:  nvvm.setmaxregister decrease 24
// CHECK-NEXT:  llvm.br ^[[CHOOSE:.*]]
// CHECK:     ^[[CHOOSE]]:
// CHECK:       llvm.cond_br %{{.*}}, ^[[B:.*]], ^[[OTHERS:.*]]
// CHECK:     ^[[OTHERS]]:
// CHECK:       %[[TWO:.*]] = llvm.mlir.constant(2 : i32) : i32
// CHECK:       %[[IS_C:.*]] = llvm.icmp "ult" %{{.*}}, %[[TWO]] : i32
// CHECK:       llvm.cond_br %[[IS_C]], ^[[C:.*]], ^[[EXIT]]
// CHECK:     ^[[B]]:
// CHECK-NEXT:  nvvm.griddepcontrol wait
// CHECK:     ^[[C]]:
// CHECK-NEXT:  nvvm.griddepcontrol launch_dependents
// CHECK-NOT:   nvvm.setmaxregister
mla_gpu.program @shared_group {
  mla_gpu.kernel @shared_group() step(attend) grid(one, one) threads(256) {
    mla_gpu.role "b" warps(4 to 5) team(warp) registers(24) {
      mla_gpu.pdl.wait
    }
    mla_gpu.role "a" warps(0 to 4) team(warp_group) { }
    mla_gpu.role "c" warps(5 to 7) team(each_warp) registers(24) {
      mla_gpu.pdl.trigger
    }
  }
}

// -----

// A shared group of all warps needs no branch to it.
// CHECK-LABEL: llvm.func @only_group
// CHECK:       nvvm.shfl.sync idx
// CHECK-NEXT:  llvm.br ^[[GROUP:.*]]
// CHECK:     ^[[GROUP]]:
// CHECK-NEXT:  nvvm.setmaxregister decrease 24
mla_gpu.program @only_group {
  mla_gpu.kernel @only_group() step(attend) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 2) team(each_warp) registers(24) { }
    mla_gpu.role "b" warps(2 to 4) team(each_warp) registers(24) { }
  }
}

// -----

// Special registers; set-up values are there for every role; several kernels keep their order.
// CHECK-LABEL: llvm.func @special
// CHECK:       llvm.inline_asm has_side_effects "mov.u32 $0, %ctaid.x;"
// CHECK:       llvm.inline_asm has_side_effects "mov.u32 $0, %ctaid.y;"
// CHECK:       llvm.inline_asm has_side_effects "mov.u32 $0, %nctaid.x;"
// CHECK:       %[[SUM:.*]] = llvm.add
// CHECK:       llvm.inline_asm has_side_effects "mov.u32 $0, %nctaid.y;"
// The warp within its role.
// CHECK:       %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK:       %[[WARP:.*]] = llvm.lshr %[[TID]], %{{.*}} : i32
// CHECK:       %[[MINUS_FIRST:.*]] = llvm.mlir.constant(-2 : i32) : i32
// CHECK:       llvm.add %[[WARP]], %[[MINUS_FIRST]] : i32
// CHECK-LABEL: llvm.func @second
mla_gpu.program @program {
  mla_gpu.kernel @special(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(multiprocessors, twice_per_multiprocessor) threads(128) {
    %x = mla_gpu.block_id 0
    %y = mla_gpu.block_id 1
    %width = mla_gpu.grid_size 0
    %sum = arith.addi %x, %y : i32
    mla_gpu.role "late" warps(2 to 4) team(each_warp) {
      %height = mla_gpu.grid_size 1
      %warp = mla_gpu.warp_id
      %0 = arith.addi %sum, %warp : i32
      %1 = arith.addi %0, %height : i32
      %2 = arith.addi %1, %width : i32
      %index = arith.extsi %2 : i32 to i64
      mla_gpu.global.store %2, %out[%index] : i32, !mla_gpu.ptr<i32>
    }
  }
  mla_gpu.kernel @second() step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}
