// Lines that are there for one value only, places in places, and what is said when the marks are wrong.
// RUN: split-file %s %t
// RUN: mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/good | FileCheck %s
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/open 2>&1 | FileCheck %s --check-prefix=OPEN
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/nested 2>&1 | FileCheck %s --check-prefix=NESTED
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/end 2>&1 | FileCheck %s --check-prefix=END
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/unknown 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/inner 2>&1 | FileCheck %s --check-prefix=INNER
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/value 2>&1 | FileCheck %s --check-prefix=VALUE

// A key given by an include decides like any other; what is dropped may hold places without a value.
// CHECK-NOT:  arith.constant 1 : i32
// CHECK:      arith.constant 2 : i32
// CHECK-NOT:  arith.constant 3 : i32
// CHECK:      arith.constant 4 : i32
// CHECK:      arith.constant 7 : i32
// INNER: error: schedule template 'decode_schedule': no value for '${elephant}'
// OPEN: error: schedule template 'decode_schedule': expected '${end}' after '${when item_cost=1}'
// NESTED: error: schedule template 'decode_schedule': expected '${end}' after '${when item_cost=1}'
// END: error: schedule template 'decode_schedule': '${end}' without '${when key=value}'
// UNKNOWN: error: schedule template 'decode_schedule': expected a known key and a value in '${when elephant=1}'
// VALUE: error: schedule template 'decode_schedule': expected a known key and a value in '${when item_cost=}'

//--- decode.mlir
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", item_cost = 1>}
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

//--- good/decode_schedule.mlir
mla_gpu.program @program {
  mla_gpu.kernel @own(%ints: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>})
      step(schedule) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %at = arith.constant 0 : i64
${include part side=right seven_right=7}
    }
  }
}
//--- good/part.mlir
      ${when side=left}
      %a = arith.constant 1 : i32
      mla_gpu.global.store %a, %ints[%at] : i32, !mla_gpu.ptr<i32>
      ${elephant}
      ${end}
      ${when side=right}
      %b = arith.constant 2 : i32
      mla_gpu.global.store %b, %ints[%at] : i32, !mla_gpu.ptr<i32>
      ${end}
      ${when item_cost=2}
      %c = arith.constant 3 : i32
      mla_gpu.global.store %c, %ints[%at] : i32, !mla_gpu.ptr<i32>
      ${end}
      %d = arith.constant 4 : i32
      mla_gpu.global.store %d, %ints[%at] : i32, !mla_gpu.ptr<i32>
${include store value=${seven_${side}}}
//--- good/store.mlir
      %e = arith.constant ${value} : i32
      mla_gpu.global.store %e, %ints[%at] : i32, !mla_gpu.ptr<i32>
//--- good/decode_seesaw.mlir

//--- inner/decode_schedule.mlir
// ${include part side=${elephant}}
//--- open/decode_schedule.mlir
// ${when item_cost=1}
//--- nested/decode_schedule.mlir
// ${when item_cost=1} ${when item_cost=2} ${end} ${end}
//--- end/decode_schedule.mlir
// ${end} ${when item_cost=1} ${end}
//--- unknown/decode_schedule.mlir
// ${when elephant=1} ${end}
//--- value/decode_schedule.mlir
// ${when item_cost=} ${end}
