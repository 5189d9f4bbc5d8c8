          // The units of both quarters of them; decode_e4m3_results.mlir includes it.
          ${when half=0}
${include decode_partial_units quarter_array=1 unit=mean_scale}          ${end}
          ${when half=1}
${include decode_partial_units quarter_array=3 unit=mean_scale}          ${end}
