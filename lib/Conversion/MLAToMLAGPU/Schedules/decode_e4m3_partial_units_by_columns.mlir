          // Of what left only; behind decode_e4m3_partial_store_by_columns.mlir.
          scf.if %leaves {
${include decode_e4m3_partial_units}          }
