          // The stage of step number %step: the two blocks and what says that they are full.
          %stage_number = arith.andi %step, %c1 : i32
          %is_b = arith.cmpi ne, %stage_number, %c0 : i32
          %round = arith.shrui %step, %c1 : i32
          %parity = arith.andi %round, %c1 : i32
          %full0 = arith.select %is_b, %full0_b, %full0_a : !mla_gpu.mbar
          %full1 = arith.select %is_b, %full1_b, %full1_a : !mla_gpu.mbar
          ${when frees=stage}
          %free = arith.select %is_b, %free_b, %free_a : !mla_gpu.mbar
          ${end}
          %stage = arith.select %is_b, %stage_b, %stage_a : !stage
          ${when scales_by=consumers}
          %pages = arith.select %is_b, %pages_b, %pages_a : !pages
          ${end}
          %k0 = mla_gpu.smem.view %stage tiles(0 to ${tiles_half}) : !stage -> !latent
          %k1 = mla_gpu.smem.view %stage tiles(${tiles_half} to ${tiles_latent}) : !stage -> !latent
          ${when own_scales=0}
          %ropes = mla_gpu.smem.view %stage tiles(${tiles_latent} to ${tiles_all}) : !stage -> !ropes
          %rope0 = mla_gpu.smem.view %ropes tiles(0 to 1) : !ropes -> !rope
          %rope1 = mla_gpu.smem.view %ropes tiles(1 to 2) : !ropes -> !rope
          ${end}
