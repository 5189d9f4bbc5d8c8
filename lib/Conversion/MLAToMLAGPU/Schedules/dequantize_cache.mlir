      // The cache as elements of its parts, and where they lie in a page; a schedule whose producer dequantises includes it.
      %cache_latent = mla_gpu.global.view %cache : !mla_gpu.ptr<i8> -> !mla_gpu.ptr<${latent_type}>
      %cache_rope = mla_gpu.global.view %cache : !mla_gpu.ptr<i8> -> !mla_gpu.ptr<${rope_type}>
      %page_bytes = arith.constant ${page_bytes} : i64
      %page_in_latent = arith.constant ${page_in_latent} : i64
      %page_in_rope = arith.constant ${page_in_rope} : i64
      %rope_offset = arith.constant ${rope_offset} : i64
      %column_0 = arith.constant 0 : i64
      %column_1 = arith.constant 64 : i64
      %column_2 = arith.constant 128 : i64
      %column_3 = arith.constant 192 : i64
      %column_4 = arith.constant 256 : i64
      %column_5 = arith.constant 320 : i64
      %column_6 = arith.constant 384 : i64
      %column_7 = arith.constant 448 : i64
      ${when own_scales=1}
      %cache_scales = mla_gpu.global.view %cache : !mla_gpu.ptr<i8> -> !mla_gpu.ptr<f32>
      %page_in_scales = arith.constant ${page_in_scales} : i64
      %scale_0 = arith.constant ${scale_0} : i64
      %scale_1 = arith.constant ${scale_1} : i64
      %scale_2 = arith.constant ${scale_2} : i64
      %scale_3 = arith.constant ${scale_3} : i64
      ${end}
