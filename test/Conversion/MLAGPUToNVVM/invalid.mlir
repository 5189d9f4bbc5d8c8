// RUN: mla-opt %s --convert-mla-gpu-to-nvvm --split-input-file --verify-diagnostics

mla_gpu.program @items {
  mla_gpu.kernel @k(%parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                    %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>})
      step(other) grid(one, one) threads(32) {
    %part = mla_gpu.block_id 0
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @+1 {{'mla_gpu.items' op expected items to have been expanded; run mla-gpu-expand-items first}}
      mla_gpu.items %parts[%part] lens(%lens) step_tokens(128) (%request, %length, %first, %last, %slot) {
        mla_gpu.yield
      }
    }
  }
}

// -----

mla_gpu.program @smem_offset {
  mla_gpu.kernel @k() step(other) grid(one, one) threads(32) smem(256) {
    // expected-error @+1 {{'mla_gpu.smem.alloc' op expected an offset; run mla-gpu-assign-resources first}}
    %0 = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}

// -----

mla_gpu.program @mbar_offset {
  mla_gpu.kernel @k() step(other) grid(one, one) threads(32) smem(8) {
    // expected-error @+1 {{'mla_gpu.mbar.alloc' op expected an offset; run mla-gpu-assign-resources first}}
    %0 = mla_gpu.mbar.alloc "bar" count(1)
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}

// -----

mla_gpu.program @nbar_id {
  mla_gpu.kernel @k() step(other) grid(one, one) threads(64) {
    // expected-error @+1 {{'mla_gpu.nbar.alloc' op expected an id; run mla-gpu-assign-resources first}}
    %0 = mla_gpu.nbar.alloc "bar" threads(64)
    mla_gpu.role "r" warps(0 to 2) team(each_warp) { }
  }
}

// -----

mla_gpu.program @smem_bytes {
  // expected-error @+1 {{'mla_gpu.kernel' op expected smem_bytes; run mla-gpu-assign-resources first}}
  mla_gpu.kernel @k() step(other) grid(one, one) threads(32) {
    %0 = mla_gpu.mbar.alloc "bar" count(1) at 0
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}

// -----

mla_gpu.program @branch {
  mla_gpu.kernel @k(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(32) {
    %c0 = arith.constant 0 : i32
    %cond = arith.cmpi eq, %n, %c0 : i32
    // expected-error @+1 {{'scf.if' op expected straight-line code outside roles}}
    %x = scf.if %cond -> (i32) {
      scf.yield %n : i32
    } else {
      scf.yield %c0 : i32
    }
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}

// -----

mla_gpu.program @name {
  // expected-error @+1 {{'mla_gpu.kernel' op expected a name of letters, digits, '_' and '$' that begins with no digit, but got '2 x'}}
  mla_gpu.kernel @"2 x"() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}

// -----

// There is no instruction and no library for it.
mla_gpu.program @no_instruction {
  mla_gpu.kernel @k(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>},
                    %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      // expected-error @+1 {{failed to legalize operation 'math.tan'}}
      %y = math.tan %x : f32
      mla_gpu.global.store %y, %out[%c0] : f32, !mla_gpu.ptr<f32>
    }
  }
}

// -----

// The registers of an A operand hold pairs.
mla_gpu.program @packed {
  mla_gpu.kernel @k(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) smem(8192) {
    %tile = mla_gpu.smem.alloc "tile" at 0 : !mla_gpu.smem<64x64xbf16, sw128>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %s = mla_gpu.splat %x : f32 -> tensor<64x64xf32, #mla_gpu.layout<acc>>
      %a = mla_gpu.to_a_operand %s : tensor<64x64xf32, #mla_gpu.layout<acc>> -> tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
      // expected-error @+1 {{failed to legalize operation 'arith.negf'}}
      %b = arith.negf %a : tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
      mla_gpu.smem.store_tile %b, %tile : tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, !mla_gpu.smem<64x64xbf16, sw128>
    }
  }
}

// -----

// Those of an accumulator of e4m3 hold four.
mla_gpu.program @packed_e4m3 {
  mla_gpu.kernel @k(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) smem(8192) {
    %tile = mla_gpu.smem.alloc "tile" at 0 : !mla_gpu.smem<64x64xf8E4M3FN, sw64>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %s = mla_gpu.splat %x : f32 -> tensor<64x64xf32, #mla_gpu.layout<acc>>
      %p = mla_gpu.quantize %s : tensor<64x64xf32, #mla_gpu.layout<acc>> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
      // expected-error @+1 {{failed to legalize operation 'arith.negf'}}
      %b = arith.negf %p : tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
      mla_gpu.smem.store_tile %b, %tile : tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>, !mla_gpu.smem<64x64xf8E4M3FN, sw64>
    }
  }
}
