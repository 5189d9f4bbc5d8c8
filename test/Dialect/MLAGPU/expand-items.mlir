// RUN: mla-opt %s --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-expand-items)))' | FileCheck %s

mla_gpu.program @p {
  // CHECK-LABEL: mla_gpu.kernel @plain(
  // CHECK-SAME: %[[PARTS:[^:]*]]: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>}, %[[LENS:[^:]*]]: !mla_gpu.ptr<i32>
  mla_gpu.kernel @plain(%parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                        %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
                        %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(attend) grid(row_tiles, parts) threads(128) {
    // CHECK: %[[PART:.*]] = mla_gpu.block_id 1
    %part = mla_gpu.block_id 1
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %at = arith.constant 7 : i64
      // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : i32
      // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : i32
      // CHECK: %[[RECORD:.*]] = arith.addi %[[PART]], %[[PART]] : i32
      // CHECK: %[[WORD:.*]] = arith.addi %[[RECORD]], %[[RECORD]] : i32
      // CHECK: %[[I0:.*]] = arith.extsi %[[WORD]] : i32 to i64
      // CHECK: %[[R0:.*]] = mla_gpu.global.load %[[PARTS]][%[[I0]]]
      // CHECK: arith.constant 1 : i64
      // CHECK: %[[S0:.*]] = mla_gpu.global.load %[[PARTS]]
      // CHECK: arith.constant 4 : i64
      // CHECK: %[[R1:.*]] = mla_gpu.global.load %[[PARTS]]
      // CHECK: arith.constant 5 : i64
      // CHECK: %[[S1:.*]] = mla_gpu.global.load %[[PARTS]]
      // CHECK: %[[HAS_TAIL:.*]] = arith.cmpi sgt, %[[S1]], %[[C0]] : i32
      // CHECK: %[[PAST_R1:.*]] = arith.addi %[[R1]], %[[C1]] : i32
      // CHECK: %[[END:.*]] = arith.select %[[HAS_TAIL]], %[[PAST_R1]], %[[R1]] : i32
      // CHECK: %[[M1:.*]] = arith.constant -1 : i32
      // CHECK: %[[LAST_INDEX:.*]] = arith.addi %[[END]], %[[M1]] : i32
      // An empty part may begin at request b, and end at request 0.
      // CHECK: %[[MIN:.*]] = arith.minsi %[[R0]], %[[LAST_INDEX]] : i32
      // CHECK: %[[FIRST_INDEX:.*]] = arith.maxsi %[[MIN]], %[[C0]] : i32
      // CHECK: %[[FIRST_INDEX_64:.*]] = arith.extsi %[[FIRST_INDEX]]
      // CHECK: %[[LENGTH0:.*]] = mla_gpu.global.load %[[LENS]][%[[FIRST_INDEX_64]]]

      // CHECK: scf.for %[[REQUEST:.*]] = %[[R0]] to %[[END]] step %[[C1]] iter_args(%[[LOADED:.*]] = %[[LENGTH0]]) -> (i32) : i32 {
      // CHECK: %[[NEXT:.*]] = arith.addi %[[REQUEST]], %[[C1]] : i32
      // CHECK: %[[NEXT_INDEX:.*]] = arith.minsi %[[NEXT]], %[[LAST_INDEX]] : i32
      // CHECK: %[[NEXT_INDEX_64:.*]] = arith.extsi %[[NEXT_INDEX]]
      // CHECK: %[[NEXT_LENGTH:.*]] = mla_gpu.global.load %[[LENS]][%[[NEXT_INDEX_64]]]
      // CHECK: %[[LENGTH:.*]] = arith.maxsi %[[LOADED]], %[[C0]] : i32
      // CHECK: %[[C127:.*]] = arith.constant 127 : i32
      // CHECK: %[[ROUNDED:.*]] = arith.addi %[[LENGTH]], %[[C127]] : i32
      // CHECK: %[[C128:.*]] = arith.constant 128 : i32
      // CHECK: %[[STEPS:.*]] = arith.divui %[[ROUNDED]], %[[C128]] : i32
      // CHECK: %[[IS_R0:.*]] = arith.cmpi eq, %[[REQUEST]], %[[R0]] : i32
      // CHECK: %[[FIRST:.*]] = arith.select %[[IS_R0]], %[[S0]], %[[C0]] : i32
      // CHECK: %[[IS_R1:.*]] = arith.cmpi eq, %[[REQUEST]], %[[R1]] : i32
      // CHECK: %[[PLANNED:.*]] = arith.select %[[IS_R1]], %[[S1]], %[[STEPS]] : i32
      // CHECK: %[[INSIDE:.*]] = arith.minsi %[[PLANNED]], %[[STEPS]] : i32
      // CHECK: %[[LAST:.*]] = arith.maxsi %[[INSIDE]], %[[FIRST]] : i32
      // CHECK: %[[FROM_START:.*]] = arith.cmpi eq, %[[FIRST]], %[[C0]] : i32
      // CHECK: %[[TO_END:.*]] = arith.cmpi eq, %[[PLANNED]], %[[STEPS]] : i32
      // CHECK: %[[WHOLE:.*]] = arith.andi %[[FROM_START]], %[[TO_END]] : i1
      // CHECK: %[[ODD:.*]] = arith.addi %[[RECORD]], %[[C1]] : i32
      // CHECK: %[[PARTIAL:.*]] = arith.select %[[FROM_START]], %[[ODD]], %[[RECORD]] : i32
      // CHECK: %[[WHOLE_SLOT:.*]] = arith.constant -1 : i32
      // CHECK: %[[SLOT:.*]] = arith.select %[[WHOLE]], %[[WHOLE_SLOT]], %[[PARTIAL]] : i32
      // CHECK-NEXT: mla_gpu.global.store %[[REQUEST]],
      // CHECK-NEXT: mla_gpu.global.store %[[LENGTH]],
      // CHECK-NEXT: mla_gpu.global.store %[[FIRST]],
      // CHECK-NEXT: mla_gpu.global.store %[[LAST]],
      // CHECK-NEXT: mla_gpu.global.store %[[SLOT]],
      // CHECK-NEXT: scf.yield %[[NEXT_LENGTH]] : i32
      // CHECK-NEXT: }
      // CHECK-NOT: mla_gpu.items
      mla_gpu.items %parts[%part] lens(%lens) step_tokens(128) (%request, %length, %first, %last, %slot) {
        mla_gpu.global.store %request, %out[%at] : i32, !mla_gpu.ptr<i32>
        mla_gpu.global.store %length, %out[%at] : i32, !mla_gpu.ptr<i32>
        mla_gpu.global.store %first, %out[%at] : i32, !mla_gpu.ptr<i32>
        mla_gpu.global.store %last, %out[%at] : i32, !mla_gpu.ptr<i32>
        mla_gpu.global.store %slot, %out[%at] : i32, !mla_gpu.ptr<i32>
      }
    }
  }

  // Values that the user carries come before the length; the results are the user's.
  // CHECK-LABEL: mla_gpu.kernel @carried(
  mla_gpu.kernel @carried(%parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                          %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
                          %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(attend) grid(row_tiles, parts) threads(128) {
    %part = mla_gpu.block_id 1
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK: %[[C0:.*]] = arith.constant 0 : i32
      %c0 = arith.constant 0 : i32
      // CHECK: %[[X:.*]] = arith.constant 0.000000e+00 : f32
      %x = arith.constant 0.0 : f32
      %at = arith.constant 7 : i64
      // CHECK: %[[END:.*]]:3 = scf.for {{.*}} iter_args(%[[N:.*]] = %[[C0]], %[[M:.*]] = %[[X]], %{{.*}} = %{{.*}}) -> (i32, f32, i32) : i32 {
      // CHECK: arith.constant 1 : i32
      // CHECK: arith.divui
      // CHECK: %[[SUM:.*]] = arith.addi %[[N]],
      // CHECK: scf.yield %[[SUM]], %[[M]], %{{.*}} : i32, f32, i32
      %n_end, %m_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(2) (%request, %length, %first, %last, %slot)
          iter_args(%n = %c0, %m = %x) : i32, f32 {
        %sum = arith.addi %n, %length : i32
        mla_gpu.yield %sum, %m : i32, f32
      }
      // CHECK: mla_gpu.global.store %[[END]]#0,
      mla_gpu.global.store %n_end, %out[%at] : i32, !mla_gpu.ptr<i32>
    }
  }

  // A stream inside a stream.
  // CHECK-LABEL: mla_gpu.kernel @nested(
  // CHECK: scf.for
  // CHECK: scf.for
  // CHECK-NOT: mla_gpu.items
  mla_gpu.kernel @nested(%parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                         %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>})
      step(attend) grid(row_tiles, parts) threads(32) {
    %part = mla_gpu.block_id 1
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.items %parts[%part] lens(%lens) step_tokens(1) (%request, %length, %first, %last, %slot) {
        mla_gpu.items %parts[%request] lens(%lens) step_tokens(2147483647) (%r, %l, %f, %e, %s) {
        }
      }
    }
  }

  // With split_steps, a loop over the pieces of each request.
  // CHECK-LABEL: mla_gpu.kernel @pieces(
  // CHECK-SAME: %[[MOST:[^:]*]]: i32 {mla_gpu.bind = #mla_gpu.binding<most_pieces>}
  mla_gpu.kernel @pieces(%parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                         %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
                         %most: i32 {mla_gpu.bind = #mla_gpu.binding<most_pieces>},
                         %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(attend) grid(row_tiles, parts) threads(128) {
    %part = mla_gpu.block_id 1
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK: %[[AT:.*]] = arith.constant 7 : i64
      %at = arith.constant 7 : i64
      // CHECK: %[[ZERO:.*]] = arith.constant 0 : i32
      // CHECK: %[[C0:.*]] = arith.constant 0 : i32
      // CHECK: %[[C1:.*]] = arith.constant 1 : i32
      %zero = arith.constant 0 : i32
      // CHECK: %[[SPLIT:.*]] = arith.constant 16 : i32
      // CHECK: %[[MOST_MINUS_1:.*]] = arith.subi %[[MOST]], %[[C1]] : i32
      // CHECK: %[[END:.*]]:2 = scf.for %[[REQUEST:.*]] = %{{.*}} iter_args(%[[N:.*]] = %[[ZERO]], %{{.*}} = %{{.*}}) -> (i32, i32) : i32 {
      // CHECK: %[[NEXT_LENGTH:.*]] = mla_gpu.global.load
      // CHECK: %[[STEPS:.*]] = arith.divui
      // CHECK: %[[FIRST:.*]] = arith.select %{{.*}}, %{{.*}}, %[[C0]] : i32
      // CHECK: %[[PLANNED:.*]] = arith.select %{{.*}}, %{{.*}}, %[[STEPS]] : i32
      // CHECK: %[[INSIDE:.*]] = arith.minsi %[[PLANNED]], %[[STEPS]] : i32
      // CHECK: %[[LAST:.*]] = arith.maxsi %[[INSIDE]], %[[FIRST]] : i32
      // CHECK: %[[STEPS_UP:.*]] = arith.addi %[[STEPS]], %[[MOST_MINUS_1]] : i32
      // CHECK: %[[LEAST:.*]] = arith.divui %[[STEPS_UP]], %[[MOST]] : i32
      // CHECK: %[[SIZE:.*]] = arith.maxsi %[[SPLIT]], %[[LEAST]] : i32
      // CHECK: %[[FIRST_SLOT:.*]] = arith.muli %[[REQUEST]], %[[MOST]] : i32
      // CHECK: %[[PIECES_END:.*]] = arith.maxsi %[[LAST]], %[[C1]] : i32
      // CHECK: %[[N_END:.*]] = scf.for %[[BEGIN:.*]] = %[[FIRST]] to %[[PIECES_END]] step %[[SIZE]] iter_args(%[[N_PIECE:.*]] = %[[N]]) -> (i32) : i32 {
      // CHECK: %[[BEGIN_NEXT:.*]] = arith.addi %[[BEGIN]], %[[SIZE]] : i32
      // CHECK: %[[PIECE_LAST:.*]] = arith.minsi %[[BEGIN_NEXT]], %[[LAST]] : i32
      // CHECK: %[[PIECE:.*]] = arith.divui %[[BEGIN]], %[[SIZE]] : i32
      // CHECK: %[[FROM_START:.*]] = arith.cmpi eq, %[[BEGIN]], %[[C0]] : i32
      // CHECK: %[[TO_END:.*]] = arith.cmpi eq, %[[PIECE_LAST]], %[[STEPS]] : i32
      // CHECK: %[[WHOLE:.*]] = arith.andi %[[FROM_START]], %[[TO_END]] : i1
      // CHECK: %[[PARTIAL:.*]] = arith.addi %[[FIRST_SLOT]], %[[PIECE]] : i32
      // CHECK: %[[SLOT:.*]] = arith.select %[[WHOLE]], %{{.*}}, %[[PARTIAL]] : i32
      // CHECK-NEXT: %[[SUM:.*]] = arith.addi %[[N_PIECE]], %[[SLOT]] : i32
      // CHECK-NEXT: mla_gpu.global.store %[[BEGIN]],
      // CHECK-NEXT: mla_gpu.global.store %[[PIECE_LAST]],
      // CHECK-NEXT: scf.yield %[[SUM]] : i32
      // CHECK-NEXT: }
      // CHECK-NEXT: scf.yield %[[N_END]], %[[NEXT_LENGTH]] : i32, i32
      %n_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(128) split_steps(16) most_pieces(%most)
          (%request, %length, %first, %last, %slot) iter_args(%n = %zero) : i32 {
        %sum = arith.addi %n, %slot : i32
        mla_gpu.global.store %first, %out[%at] : i32, !mla_gpu.ptr<i32>
        mla_gpu.global.store %last, %out[%at] : i32, !mla_gpu.ptr<i32>
        mla_gpu.yield %sum : i32
      }
      // CHECK: mla_gpu.global.store %[[END]]#0,
      mla_gpu.global.store %n_end, %out[%at] : i32, !mla_gpu.ptr<i32>
      // Nothing is carried.
      // CHECK: scf.for
      // CHECK: scf.for
      // CHECK: mla_gpu.global.store
      // CHECK-NEXT: }
      // CHECK-NEXT: scf.yield %{{.*}} : i32
      mla_gpu.items %parts[%part] lens(%lens) step_tokens(128) split_steps(1) most_pieces(%most)
          (%request, %length, %first, %last, %slot) {
        mla_gpu.global.store %slot, %out[%at] : i32, !mla_gpu.ptr<i32>
      }
    }
  }

  // A warp loads each length in the loop's body, and takes records that it is given.
  // CHECK-LABEL: mla_gpu.kernel @one_warp(
  // CHECK-SAME: %[[PARTS:[^:]*]]: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>}, %[[LENS:[^:]*]]: !mla_gpu.ptr<i32>
  mla_gpu.kernel @one_warp(%parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                           %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
                           %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(attend) grid(row_tiles, parts) threads(32) {
    %part = mla_gpu.block_id 1
    %c0_64 = arith.constant 0 : i64
    %c8 = arith.constant 8 : i32
    // CHECK: %[[WORDS:.*]] = mla_gpu.global.load_lanes %[[PARTS]]
    %words = mla_gpu.global.load_lanes %parts[%c0_64] valid %c8 : !mla_gpu.ptr<i32> -> tensor<32xi32, #mla_gpu.layout<lane>>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : i32
      // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : i32
      // CHECK: %[[WORD0:.*]] = arith.constant 0 : i32
      // CHECK-NEXT: %[[R0:.*]] = mla_gpu.lane.extract %[[WORDS]][%[[WORD0]]]
      // CHECK-NEXT: %[[WORD1:.*]] = arith.constant 1 : i32
      // CHECK-NEXT: %[[S0:.*]] = mla_gpu.lane.extract %[[WORDS]][%[[WORD1]]]
      // CHECK: %[[C4:.*]] = arith.constant 4 : i32
      // CHECK: %[[R1:.*]] = mla_gpu.lane.extract %[[WORDS]][%[[C4]]]
      // CHECK: %[[C5:.*]] = arith.constant 5 : i32
      // CHECK: %[[S1:.*]] = mla_gpu.lane.extract %[[WORDS]][%[[C5]]]
      // CHECK: %[[END:.*]] = arith.select %{{.*}}, %{{.*}}, %[[R1]] : i32
      // CHECK-NOT: mla_gpu.global.load
      // CHECK: scf.for %[[REQUEST:.*]] = %[[R0]] to %[[END]] step %{{.*}} : i32 {
      // CHECK-NEXT: %[[INDEX:.*]] = arith.extsi %[[REQUEST]]
      // CHECK-NEXT: %[[LOADED:.*]] = mla_gpu.global.load %[[LENS]][%[[INDEX]]]
      // CHECK-NEXT: %[[LENGTH:.*]] = arith.maxsi %[[LOADED]]
      // CHECK: mla_gpu.global.store %[[LENGTH]]
      // CHECK-NEXT: }
      mla_gpu.items %parts[%part] records(%words) lens(%lens) step_tokens(128) (%request, %length, %first, %last, %slot) {
        mla_gpu.global.store %length, %out[%c0_64] : i32, !mla_gpu.ptr<i32>
      }
      // CHECK: %[[N_END:.*]] = scf.for %{{.*}} iter_args(%[[N:.*]] = %{{.*}}) -> (i32) : i32 {
      // CHECK: scf.yield %{{.*}} : i32
      %zero = arith.constant 0 : i32
      %n_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(128) (%request, %length, %first, %last, %slot)
          iter_args(%n = %zero) : i32 {
        %sum = arith.addi %n, %length : i32
        mla_gpu.yield %sum : i32
      }
      // CHECK: mla_gpu.global.store %[[N_END]]
      mla_gpu.global.store %n_end, %out[%c0_64] : i32, !mla_gpu.ptr<i32>
    }
  }
}
