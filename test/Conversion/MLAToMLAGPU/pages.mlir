// RUN: sed 's/page_size = 64/page_size = 16/' %examples/decode_any.mlir > %t.16.mlir
// RUN: mla-opt --mla-choose-schedule --convert-mla-to-mla-gpu %t.16.mlir | FileCheck %s --check-prefixes=BOXES,SMALL
// RUN: sed 's/page_size = 64/page_size = 96/' %examples/decode_any.mlir > %t.96.mlir
// RUN: mla-opt --mla-choose-schedule --convert-mla-to-mla-gpu %t.96.mlir | FileCheck %s --check-prefixes=BOXES,THREE
// RUN: sed 's/page_size = 64/page_size = 128/' %examples/decode_e4m3_queries.mlir > %t.128.mlir
// RUN: mla-opt --mla-choose-schedule --convert-mla-to-mla-gpu %t.128.mlir | FileCheck %s --check-prefixes=BOXES,LARGE
// RUN: mla-opt --mla-choose-schedule --convert-mla-to-mla-gpu %examples/decode_any.mlir | FileCheck %s --check-prefix=TILE

// Pages that are tiles are copied as they are; others box by box, to rows of a tile.

// SMALL: !mla_gpu.tensor_map<1x16x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_map>}
// THREE: !mla_gpu.tensor_map<1x32x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_map>}
// LARGE: !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>}
// BOXES: mla_gpu.role "producer"
// BOXES: mla_gpu.global.load_lanes
// BOXES: scf.for %[[BOX:.*]] = %{{.*}} to %[[BOXES:[a-z0-9_]+]] step %{{[a-z0-9_]+}} : i32 {
// BOXES: %[[ROW:.*]] = arith.muli %[[BOX]], %[[TOKENS:.*]] : i32
// BOXES: arith.muli %{{.*}}, %[[BOXES]] : i32
// BOXES: %[[INDEX:.*]] = arith.addi %{{.*}}, %[[BOX]] : i32
// BOXES: %[[ENTRY:.*]] = arith.divui %[[INDEX]], %[[OF_PAGE:.*]] : i32
// BOXES: %[[PLACE:.*]] = arith.subi %[[ENTRY]]
// BOXES: %[[READ:.*]] = mla_gpu.lane.extract %{{.*}}[%[[PLACE]]]
// BOXES: %[[PAGE:.*]] = arith.select %{{.*}}, %[[READ]], %
// BOXES: %[[IN_PAGE:.*]] = arith.remui %[[INDEX]], %[[OF_PAGE]] : i32
// BOXES: %[[SLOT:.*]] = arith.muli %[[IN_PAGE]], %[[TOKENS]] : i32
// BOXES: mla_gpu.tma.load %{{.*}}[%[[PAGE]], %[[SLOT]], %{{.*}}] to %{{.*}} rows_from %[[ROW]]
// TILE-NOT: rows_from
