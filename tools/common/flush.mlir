// Reads the whole of a buffer, so that the L2 cache holds it and nothing else: what mla-run launches before each timed
// run. The warps of the grid take chunks of 512 elements in turn, a lane 16 of them. The sum of the first warp is
// stored behind the buffer, so the reads are not dead; elements past the last whole chunk are not read.

#lane = #mla_gpu.layout<lane>
!chunk = tensor<512xf32, #lane>

mla_gpu.program @flush {
  mla_gpu.kernel @read(
      %scratch: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
      %elements: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(other) grid(twice_per_multiprocessor, one) threads(256) {
    mla_gpu.role "reader" warps(0 to 8) team(each_warp) {
      %c0 = arith.constant 0 : i32
      %c8 = arith.constant 8 : i32
      %c0_64 = arith.constant 0 : i64
      %c512_64 = arith.constant 512 : i64
      %zeros = arith.constant dense<0.0> : !chunk
      %block = mla_gpu.block_id 0
      %blocks = mla_gpu.grid_size 0
      %warp = mla_gpu.warp_id
      %block8 = arith.muli %block, %c8 : i32
      %first32 = arith.addi %block8, %warp : i32
      %stride32 = arith.muli %blocks, %c8 : i32
      %first = arith.extsi %first32 : i32 to i64
      %stride = arith.extsi %stride32 : i32 to i64
      %chunks = arith.divui %elements, %c512_64 : i64
      %sum = scf.for %i = %first to %chunks step %stride iter_args(%partial = %zeros) -> (!chunk) : i64 {
        %index = arith.muli %i, %c512_64 : i64
        %values = mla_gpu.global.load_lanes %scratch[%index] : !mla_gpu.ptr<f32> -> !chunk
        %next = arith.addf %partial, %values : !chunk
        scf.yield %next : !chunk
      }
      %is_first = arith.cmpi eq, %first32, %c0 : i32
      scf.if %is_first {
        mla_gpu.global.store_lanes %sum, %scratch[%elements] : !chunk, !mla_gpu.ptr<f32>
      }
    }
  }
}
