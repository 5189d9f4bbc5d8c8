          // What seesaw_load.mlir does, for a cache of e4m3: the producer, a warp group, brings a step's two blocks from memory to
          // registers and stores them as 16-bit numbers, times their scales. 64 columns are converted at a time, while the next
          // four times 64 are on their way, the first (%ahead_0 to %ahead_3) since the step before; their pages were asked into
          // L2 a step ahead. Block i begins in page %pagei and has %tokensi tokens; slots past them, and pages that do not exist,
          // become zeros without being read. Of the next step that is %next_page0, %next_tokens0 and so on.
          %known0 = arith.cmpi ult, %page0, %num_pages : i32
          %known1 = arith.cmpi ult, %page1, %num_pages : i32
          %next_known0 = arith.cmpi ult, %next_page0, %num_pages : i32
          %next_known1 = arith.cmpi ult, %next_page1, %num_pages : i32
          %valid0 = arith.select %known0, %tokens0, %c0 : i32
          %valid1 = arith.select %known1, %tokens1, %c0 : i32
          %next_valid0 = arith.select %next_known0, %next_tokens0, %c0 : i32
          %next_valid1 = arith.select %next_known1, %next_tokens1, %c0 : i32
${include dequantize_place page=page0 at=place0}
${include dequantize_place page=page1 at=place1}
${include dequantize_place page=next_page0 at=next_place}
          mla_gpu.mbar.wait %k0_left_free parity(%free_parity)
${include dequantize_put n=ahead_0 scale=ahead_scale0 to=k0_0}
${include dequantize_fetch_scale n=scale0_2 at=place0 tokens=valid0 quarter=2}
${include dequantize_fetch n=fetched0_4 at=place0 tokens=valid0 tile=4}
${include dequantize_put n=ahead_1 scale=ahead_scale0 to=k0_1}
${include dequantize_fetch n=fetched0_5 at=place0 tokens=valid0 tile=5}
${include dequantize_hand_on full=k0_full_a}
${include dequantize_put n=ahead_2 scale=ahead_scale1 to=k0_2}
${include dequantize_fetch_scale n=scale0_3 at=place0 tokens=valid0 quarter=3}
${include dequantize_fetch n=fetched0_6 at=place0 tokens=valid0 tile=6}
${include dequantize_put n=ahead_3 scale=ahead_scale1 to=k0_3}
${include dequantize_fetch n=fetched0_7 at=place0 tokens=valid0 tile=7}
${include dequantize_hand_on full=k0_full_b}
          mla_gpu.mbar.wait %k0_right_free parity(%free_parity)
${include dequantize_put n=fetched0_4 scale=scale0_2 to=k0_4}
${include dequantize_put n=fetched0_5 scale=scale0_2 to=k0_5}
${include dequantize_fetch_rope n=k0_rope at=place0 tokens=valid0}
${include dequantize_hand_on full=k0_full_c}
${include dequantize_put n=fetched0_6 scale=scale0_3 to=k0_6}
${include dequantize_fetch_scale n=scale1_2 at=place1 tokens=valid1 quarter=2}
${include dequantize_fetch n=fetched1_4 at=place1 tokens=valid1 tile=4}
${include dequantize_put n=fetched0_7 scale=scale0_3 to=k0_7}
${include dequantize_fetch n=fetched1_5 at=place1 tokens=valid1 tile=5}
${include dequantize_put_rope n=k0_rope to=p0}
${include dequantize_fetch_scale n=scale1_3 at=place1 tokens=valid1 quarter=3}
${include dequantize_fetch n=fetched1_6 at=place1 tokens=valid1 tile=6}
${include dequantize_fetch n=fetched1_7 at=place1 tokens=valid1 tile=7}
${include dequantize_hand_on full=k0_full_d}
${include dequantize_prefetch page=next_page0 tokens=next_valid0}
${include dequantize_prefetch page=next_page1 tokens=next_valid1}
          mla_gpu.mbar.wait %k1_right_free parity(%free_parity)
${include dequantize_put n=fetched1_4 scale=scale1_2 to=k1_4}
${include dequantize_fetch_scale n=scale1_0 at=place1 tokens=valid1 quarter=0}
${include dequantize_fetch n=fetched1_0 at=place1 tokens=valid1 tile=0}
${include dequantize_put n=fetched1_5 scale=scale1_2 to=k1_5}
${include dequantize_fetch n=fetched1_1 at=place1 tokens=valid1 tile=1}
${include dequantize_hand_on full=k1_full_c}
${include dequantize_put n=fetched1_6 scale=scale1_3 to=k1_6}
${include dequantize_fetch_scale n=scale1_1 at=place1 tokens=valid1 quarter=1}
${include dequantize_fetch n=fetched1_2 at=place1 tokens=valid1 tile=2}
${include dequantize_put n=fetched1_7 scale=scale1_3 to=k1_7}
${include dequantize_fetch n=fetched1_3 at=place1 tokens=valid1 tile=3}
${include dequantize_hand_on full=k1_full_d}
          mla_gpu.mbar.wait %k1_left_free parity(%free_parity)
${include dequantize_put n=fetched1_0 scale=scale1_0 to=k1_0}
${include dequantize_put n=fetched1_1 scale=scale1_0 to=k1_1}
${include dequantize_fetch_rope n=k1_rope at=place1 tokens=valid1}
${include dequantize_hand_on full=k1_full_a}
${include dequantize_put n=fetched1_2 scale=scale1_1 to=k1_2}
${include dequantize_fetch_scale n=next_scale0 at=next_place tokens=next_valid0 quarter=0}
${include dequantize_fetch n=next_0 at=next_place tokens=next_valid0 tile=0}
${include dequantize_put n=fetched1_3 scale=scale1_1 to=k1_3}
${include dequantize_fetch n=next_1 at=next_place tokens=next_valid0 tile=1}
${include dequantize_put_rope n=k1_rope to=p1}
${include dequantize_fetch_scale n=next_scale1 at=next_place tokens=next_valid0 quarter=1}
${include dequantize_fetch n=next_2 at=next_place tokens=next_valid0 tile=2}
${include dequantize_fetch n=next_3 at=next_place tokens=next_valid0 tile=3}
${include dequantize_hand_on full=k1_full_b}
