// A folder of one's own templates, and what is said when one is missing, has an unknown place or does not parse.
// RUN: split-file %s %t
// RUN: mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/good | FileCheck %s
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/missing 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/place 2>&1 | FileCheck %s --check-prefix=PLACE
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/open 2>&1 | FileCheck %s --check-prefix=OPEN
// RUN: not mla-opt %t/decode.mlir -convert-mla-to-mla-gpu=template-dir=%t/parse 2>&1 | FileCheck %s --check-prefix=PARSE

// CHECK: mla_gpu.kernel @own(%{{.*}}: !mla_gpu.ptr<bf16>
// MISSING: error: cannot read schedule template '{{.*}}decode_schedule.mlir': No such file or directory
// PLACE: error: schedule template 'decode_schedule': no value for '${elephant}'
// OPEN: error: schedule template 'decode_schedule': '${' without '}'
// PARSE: decode_schedule.mlir:1:1: error:
// PARSE: error: schedule template 'decode_schedule' does not parse with the values given

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
  mla_gpu.kernel @own(%out: !mla_gpu.ptr<${element}> {mla_gpu.bind = #mla_gpu.binding<out>})
      step(schedule) grid(one, one) threads(32) {
    mla_gpu.role "nothing" warps(0 to 1) team(warp) {
    }
  }
}
//--- good/decode_seesaw.mlir

//--- place/decode_schedule.mlir
// ${elephant}
//--- open/decode_schedule.mlir
// ${element
//--- parse/decode_schedule.mlir
this is not IR
