        // A sequence's last tile may have fewer rows. What lies behind them is the next sequence's.
        %is_whole = arith.cmpi sge, %valid_rows, %c64 : i32
        scf.if %is_whole {
${include prefill_absorbed_store_tile}        } else {
          %d_latent64 = arith.constant ${d_latent} : i64
          %half_column64 = arith.extsi %half_column : i32 to i64
          %out_row = arith.muli %q_row64, %d_latent64 : i64
          %out_at = arith.addi %out_row, %half_column64 : i64
          ${when convert=0}
          // Where queries were converted, the barrier after that has said that all threads know the item.
          mla_gpu.nbar.sync %wg${wg}_ready
          ${end}
          mla_gpu.global.store_tile %o_norm, %out[%out_at] row_stride ${d_latent} valid %valid_rows : !o, !mla_gpu.ptr<!element>
        }
