// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_queries.mlir | FileCheck %s --check-prefixes=KERNELS,TENSOR
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_token.mlir | FileCheck %s --check-prefixes=KERNELS,TOKEN
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_group_queries.mlir | FileCheck %s --check-prefixes=KERNELS,GROUP
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_group_native.mlir | FileCheck %s --check-prefixes=KERNELS,SPLIT
// RUN: sed -e 's/tensor<?x?x?x/tensor<?x2x8x/' -e 's/tensor<?x?x?xf32>/tensor<?x2x8xf32>/' %examples/decode_e4m3_group_queries.mlir > %t.16.mlir
// RUN: sed -e 's/tensor<?x?x?x/tensor<?x1x64x/' -e 's/tensor<?x?x?xf32>/tensor<?x1x64xf32>/' %examples/decode_e4m3_group_queries.mlir > %t.64.mlir
// RUN: sed -e 's/tensor<?x?x?x/tensor<?x2x64x/' -e 's/tensor<?x?x?xf32>/tensor<?x2x64xf32>/' %examples/decode_e4m3_group_queries.mlir > %t.128.mlir
// RUN: mla-opt --mla-to-mla-gpu-pipeline %t.16.mlir | FileCheck %s --check-prefix=ONLY_16
// RUN: mla-opt --mla-to-mla-gpu-pipeline %t.64.mlir | FileCheck %s --check-prefix=ONLY_64
// RUN: mla-opt --mla-to-mla-gpu-pipeline %t.128.mlir | FileCheck %s --check-prefix=ONLY_128
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_group.mlir | FileCheck %s --check-prefix=DEQUANTIZED

// Requests of few rows have kernels of their own from caches of e4m3, whose scores are tokens × rows of queries. There are all of them where it
// is not known how many rows a request has, else the one that takes them.

// KERNELS: kernel @attend_16(
// KERNELS-SAME: rows(1 to 17)
// KERNELS: wgmma {{.*}} -> !mla_gpu.pending<tensor<64x16xf32, #{{.*}}>>
// KERNELS: smem.store_parts max
// TENSOR: kernel @attend(
// TENSOR-SAME: rows(from 17)
// TOKEN: kernel @attend_32(
// TOKEN-SAME: rows(17 to 33)
// TOKEN: kernel @attend(
// TOKEN-SAME: rows(from 33)
// SPLIT: kernel @attend_64(
// SPLIT-SAME: rows(17 to 65)
// SPLIT: kernel @attend(
// SPLIT-SAME: rows(from 65)

// A token's scales lie between its columns: boxes share lines of L2, which those of one tile of rows must not give up early.
// GROUP-NOT: tma.load {{.*}} evict_first
// GROUP: kernel @attend_32(
// GROUP-SAME: rows(17 to 33)
// GROUP-NOT: tma.load {{.*}} evict_first
// GROUP: kernel @attend_64(
// GROUP-SAME: rows(33 to 65)
// GROUP-NOT: tma.load {{.*}} evict_first
// GROUP: kernel @attend(
// GROUP-SAME: rows(from 65)
// GROUP: tma.load {{.*}} evict_first

// ONLY_16-NOT: kernel @attend{{(_32|_64)?}}(
// ONLY_16: kernel @attend_16(
// ONLY_16-NOT: threads(384) rows
// ONLY_16-NOT: kernel @
// ONLY_64: kernel @attend_64(
// ONLY_64-NOT: threads(384) rows
// ONLY_64-NOT: kernel @
// ONLY_128: kernel @attend(
// ONLY_128-NOT: threads(384) rows
// ONLY_128-NOT: kernel @
// Where groups are dequantised for more rows, few have the error of that without.
// DEQUANTIZED: kernel @attend_16(
// DEQUANTIZED-SAME: rows(1 to 17)
// DEQUANTIZED-NOT: convert_chunks
// DEQUANTIZED: kernel @attend(
// DEQUANTIZED-SAME: rows(from 17)
// DEQUANTIZED: convert_chunks
// DEQUANTIZED-NOT: kernel @
