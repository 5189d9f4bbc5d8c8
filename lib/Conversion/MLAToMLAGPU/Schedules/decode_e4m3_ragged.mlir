          // A sequence's last block may be ragged, and slots past its end hold anything. Their weights are 0, and so must be their
          // values, for 0 · NaN is NaN.
          %tokens_raw = arith.subi %length, %token : i32
          %tokens_low = arith.maxsi %tokens_raw, %c0 : i32
          %tokens = arith.minsi %tokens_low, %c64 : i32
          %ragged = arith.cmpi slt, %tokens, %c64 : i32
          scf.if %ragged {
            mla_gpu.smem.zero_rows %k${own} from %tokens : !latent
            ${when values=f16}
            // The warp group reads its own V before the barrier that follows.
            mla_gpu.fence.async
            mla_gpu.nbar.sync %${wg}_ready
            ${end}
          }
