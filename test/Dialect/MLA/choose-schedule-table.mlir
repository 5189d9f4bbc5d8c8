// The row of an op's class is the choice; without a row the defaults are.
// RUN: mla-opt %s --mla-choose-schedule="table=%S/Inputs/table.json" | FileCheck %s
// RUN: mla-opt %s --mla-choose-schedule="table=none" | FileCheck %s --check-prefix=NONE
// RUN: mla-opt %s --mla-choose-schedule="gpu=No-such-GPU" | FileCheck %s --check-prefix=NONE
// RUN: mla-opt %s --mla-choose-schedule="table=%S/Inputs/table.json schedule=min_steps=9" | FileCheck %s --check-prefix=OVER

// RUN: not mla-opt %s --mla-choose-schedule="table=%t.absent" 2>&1 | FileCheck %s --check-prefix=ABSENT
// RUN: echo '{"version": 7}' > %t.version.json
// RUN: not mla-opt %s --mla-choose-schedule="table=%t.version.json" 2>&1 | FileCheck %s --check-prefix=VERSION
// RUN: sed 's/item_cost=11/kind=decode_magic/' %S/Inputs/table.json > %t.kind.json
// RUN: not mla-opt %s --mla-choose-schedule="table=%t.kind.json" 2>&1 | FileCheck %s --check-prefix=KIND
// ABSENT: error: {{.*}}.absent: {{[Nn]}}o such file or directory
// VERSION: error: {{.*}}.version.json: expected version 1, but got 7
// KIND: error: expected schedule kind "decode_seesaw", but got "decode_magic"

// NONE-COUNT-7: mla_gpu.chosen_by = "default", mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 8.000000e+00 : f32, item_cost = 1, min_steps = 1, align_steps = 3, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
!cache_f16 = !mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>
!cache_narrow = !mla.paged_cache<f16, page_size = 64, d_latent = 256, d_rope = 64>
!table = tensor<?x?xi32>
!lens = tensor<?xi32>

// What a row leaves out takes the op's defaults.
// CHECK-LABEL: func @any_heads
// CHECK: mla_gpu.chosen_by = "table of Test GPU, row bf16 d_latent=512 page_size=64 rows=any"
// CHECK-SAME: rescale_threshold = 8.000000e+00 : f32, item_cost = 11, min_steps = 1,
// OVER-LABEL: func @any_heads
// OVER: mla_gpu.chosen_by = "table of Test GPU, row bf16 d_latent=512 page_size=64 rows=any; overridden: min_steps=9"
// OVER-SAME: item_cost = 11, min_steps = 9,
func.func @any_heads(%q: tensor<?x1x?x576xbf16>, %cache: !cache, %table: !table, %lens: !lens) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x?x576xbf16>, !cache, !table, !lens) -> (tensor<?x1x?x512xbf16>, tensor<?x1x?xf32>)
  return
}

// CHECK-LABEL: func @any_queries
// CHECK: rows=any"
func.func @any_queries(%q: tensor<?x?x16x576xbf16>, %cache: !cache, %table: !table, %lens: !lens) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x?x16x576xbf16>, !cache, !table, !lens) -> (tensor<?x?x16x512xbf16>, tensor<?x?x16xf32>)
  return
}

// CHECK-LABEL: func @rows_16
// CHECK: rows=1-16"
// CHECK-SAME: item_cost = 12,
func.func @rows_16(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: !table, %lens: !lens) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, !table, !lens) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// Rows are heads times queries.
// CHECK-LABEL: func @rows_32
// CHECK: #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 5.000000e-01 : f32, item_cost = 13, min_steps = 2, align_steps = 4, halve_steps = 1024, merge_in_flight = 8, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
func.func @rows_32(%q: tensor<?x2x16x576xbf16>, %cache: !cache, %table: !table, %lens: !lens) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x2x16x576xbf16>, !cache, !table, !lens) -> (tensor<?x2x16x512xbf16>, tensor<?x2x16xf32>)
  return
}

// CHECK-LABEL: func @rows_128_not_in_table
// CHECK: mla_gpu.chosen_by = "default"
func.func @rows_128_not_in_table(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %table: !table, %lens: !lens) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x128x576xbf16>, !cache, !table, !lens) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return
}

// CHECK-LABEL: func @f16_not_in_table
// CHECK: mla_gpu.chosen_by = "default"
func.func @f16_not_in_table(%q: tensor<?x1x16x576xf16>, %cache: !cache_f16, %table: !table, %lens: !lens) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x576xf16>, !cache_f16, !table, !lens) -> (tensor<?x1x16x512xf16>, tensor<?x1x16xf32>)
  return
}

// CHECK-LABEL: func @f16_narrow
// CHECK: item_cost = 14,
func.func @f16_narrow(%q: tensor<?x1x16x320xf16>, %cache: !cache_narrow, %table: !table, %lens: !lens) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x320xf16>, !cache_narrow, !table, !lens) -> (tensor<?x1x16x256xf16>, tensor<?x1x16xf32>)
  return
}
