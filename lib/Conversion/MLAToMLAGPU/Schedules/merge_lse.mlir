        // The log-sum-exp of row ${t}; merge.mlir includes it.
        scf.if %exists_${t} {
          mla_gpu.global.store %lse_${t}, %lse[%lse_at_${t}] : f32, !mla_gpu.ptr<f32>
        }
