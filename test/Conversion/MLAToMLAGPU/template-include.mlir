// Templates that include others, and what is said when that goes wrong.
// RUN: split-file %s %t
// RUN: mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/good | FileCheck %s
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/missing 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/nameless 2>&1 | FileCheck %s --check-prefix=NAMELESS
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/value 2>&1 | FileCheck %s --check-prefix=VALUE
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/key 2>&1 | FileCheck %s --check-prefix=KEY
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/word 2>&1 | FileCheck %s --check-prefix=WORD
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/place 2>&1 | FileCheck %s --check-prefix=PLACE
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/deep 2>&1 | FileCheck %s --check-prefix=DEEP
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/self 2>&1 | FileCheck %s --check-prefix=SELF
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/outer 2>&1 | FileCheck %s --check-prefix=OUTER

// The values at hand and those given go down eight levels; those given end with the include.
// CHECK:      mla_gpu.kernel @own(%{{.*}}: !mla_gpu.ptr<bf16>
// CHECK:      arith.constant 11 : i32
// CHECK:      arith.constant 12 : i32
// CHECK:      arith.constant 13 : i32
// CHECK:      arith.constant 22 : i32
// CHECK:      arith.constant 1 : i32
// MISSING: error: cannot read schedule template '{{.*}}nothing.mlir': No such file or directory
// NAMELESS: error: schedule template 'decode_schedule': expected a name in '${include }'
// VALUE: error: schedule template 'decode_schedule': expected key=value, but got 'a='
// KEY: error: schedule template 'decode_schedule': expected key=value, but got '=7'
// WORD: error: schedule template 'decode_schedule': expected key=value, but got 'seven'
// PLACE: error: schedule template 'part': no value for '${elephant}'
// DEEP: error: schedule template 'eight': expected includes at most 8 deep
// SELF: error: schedule template 'decode_schedule': expected includes at most 8 deep
// OUTER: error: schedule template 'decode_schedule': no value for '${a}'

//--- decode.mlir
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 8.0 : f32, item_cost = 1, min_steps = 1>}
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

//--- good/decode_schedule.mlir
mla_gpu.program @program {
  mla_gpu.kernel @own(%out: !mla_gpu.ptr<${element}> {mla_gpu.bind = #mla_gpu.binding<out>},
                      %ints: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>})
      step(schedule) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %at = arith.constant 0 : i64
${include one  a=11 b=12}      %x = arith.constant ${item_cost} : i32
      mla_gpu.global.store %x, %ints[%at] : i32, !mla_gpu.ptr<i32>
    }
  }
}
//--- good/one.mlir
      %a = arith.constant ${a} : i32
      mla_gpu.global.store %a, %ints[%at] : i32, !mla_gpu.ptr<i32>
      %b = arith.constant ${b} : i32
      mla_gpu.global.store %b, %ints[%at] : i32, !mla_gpu.ptr<i32>
${include two c=13}
//--- good/two.mlir
      %c = arith.constant ${c} : i32
      mla_gpu.global.store %c, %ints[%at] : i32, !mla_gpu.ptr<i32>
${include three a=22}
//--- good/three.mlir
${include four}
//--- good/four.mlir
${include five}
//--- good/five.mlir
${include six}
//--- good/six.mlir
${include seven}
//--- good/seven.mlir
${include eight}
//--- good/eight.mlir
      %d = arith.constant ${a} : i32
      mla_gpu.global.store %d, %ints[%at] : i32, !mla_gpu.ptr<i32>
//--- good/decode_seesaw.mlir

//--- missing/decode_schedule.mlir
// ${include nothing}
//--- nameless/decode_schedule.mlir
// ${include }
//--- value/decode_schedule.mlir
// ${include part a=}
//--- key/decode_schedule.mlir
// ${include part =7}
//--- word/decode_schedule.mlir
// ${include part seven}
//--- place/decode_schedule.mlir
// ${include part}
//--- place/part.mlir
// ${elephant}
//--- deep/decode_schedule.mlir
// ${include one}
//--- deep/one.mlir
// ${include two}
//--- deep/two.mlir
// ${include three}
//--- deep/three.mlir
// ${include four}
//--- deep/four.mlir
// ${include five}
//--- deep/five.mlir
// ${include six}
//--- deep/six.mlir
// ${include seven}
//--- deep/seven.mlir
// ${include eight}
//--- deep/eight.mlir
// ${include nine}
//--- deep/nine.mlir
//--- self/decode_schedule.mlir
// ${include decode_schedule}
//--- outer/decode_schedule.mlir
// ${include part a=1} ${a}
//--- outer/part.mlir
// ${a}
