// RUN: sed 's/page_size = 64/page_size = 16/' %examples/decode_any.mlir > %t.16.mlir
// RUN: mla-opt --mla-choose-schedule --convert-mla-to-mla-gpu %t.16.mlir | FileCheck %s --check-prefixes=BOXES,SMALL
// RUN: sed 's/page_size = 64/page_size = 96/' %examples/decode_any.mlir > %t.96.mlir
// RUN: mla-opt --mla-choose-schedule --convert-mla-to-mla-gpu %t.96.mlir | FileCheck %s --check-prefixes=BOXES,THREE
// RUN: sed 's/page_size = 64/page_size = 128/' %examples/decode_e4m3_queries.mlir > %t.128.mlir
// RUN: mla-opt --mla-choose-schedule --convert-mla-to-mla-gpu %t.128.mlir | FileCheck %s --check-prefixes=BOXES,LARGE
// RUN: mla-opt --mla-choose-schedule --convert-mla-to-mla-gpu %examples/decode_any.mlir | FileCheck %s --check-prefix=TILE

// Pages that are tiles are copied as they are; others box by box, to rows of a tile. Boxes of a block, tokens of a box, boxes of a page:
// 4, 16, 1; 2, 32, 3; 1, 64, 2.

// SMALL: !mla_gpu.tensor_map<1x16x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_map>}
// THREE: !mla_gpu.tensor_map<1x32x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_map>}
// LARGE: !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>}
// BOXES: mla_gpu.role "producer"
// SMALL-DAG: %[[TOKENS_OF_BOX:.*]] = arith.constant dense<16> : tensor<32xi32, #lane>
// SMALL-DAG: %[[BOXES_OF_PAGE:.*]] = arith.constant dense<1> : tensor<32xi32, #lane>
// THREE-DAG: %[[TOKENS_OF_BOX:.*]] = arith.constant dense<32> : tensor<32xi32, #lane>
// THREE-DAG: %[[BOXES_OF_PAGE:.*]] = arith.constant dense<3> : tensor<32xi32, #lane>
// LARGE-DAG: %[[TOKENS_OF_BOX:.*]] = arith.constant dense<64> : tensor<32xi32, #lane>
// LARGE-DAG: %[[BOXES_OF_PAGE:.*]] = arith.constant dense<2> : tensor<32xi32, #lane>
// BOXES: %[[EXISTS:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : tensor<32xi32, #lane>
// BOXES: %[[FITS:.*]] = arith.cmpi ult, %{{.*}}, %{{.*}} : tensor<32xi32, #lane>
// BOXES: %[[KNOWN:.*]] = arith.andi %[[EXISTS]], %[[FITS]]
// BOXES: mla_gpu.global.gather_lanes %{{.*}}[%{{.*}}] where %[[KNOWN]]
// BOXES: %[[PAGES:.*]] = arith.select %[[KNOWN]]
// SMALL: scf.for %[[BOX:.*]] = %c0_i32 to %c4_i32{{[_0-9]*}} step %c1_i32 : i32 {
// SMALL: %[[ROW:.*]] = arith.muli %[[BOX]], %c16_i32{{.*}} : i32
// THREE: scf.for %[[BOX:.*]] = %c0_i32 to %c2_i32{{[_0-9]*}} step %c1_i32 : i32 {
// THREE: %[[ROW:.*]] = arith.muli %[[BOX]], %c32_i32{{.*}} : i32
// LARGE: scf.for %[[BOX:.*]] = %c0_i32 to %c1_i32{{[_0-9]*}} step %c1_i32 : i32 {
// LARGE: %[[ROW:.*]] = arith.muli %[[BOX]], %c64_i32{{.*}} : i32
// BOXES: %[[PAGE:.*]] = mla_gpu.lane.extract
// BOXES: %[[SLOT:.*]] = mla_gpu.lane.extract
// BOXES: mla_gpu.tma.load %{{.*}}[%[[PAGE]], %[[SLOT]], %{{.*}}] to %{{.*}} rows_from %[[ROW]]
// BOXES: } {mla_gpu.rolled}
// TILE-NOT: rows_from
