          mla_gpu.fence.async
          mla_gpu.mbar.arrive %${full} each_warp
