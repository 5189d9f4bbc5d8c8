          scf.if %leaves {
${include decode_e4m3_partial_units}          }
