        // What seesaw_dequantize.mlir expects to be on its way when an item begins.
${include dequantize_place page=first_page0 at=first_place}
${include dequantize_fetch_scale n=first_scale0 at=first_place tokens=first_tokens quarter=0}
${include dequantize_fetch n=first_0 at=first_place tokens=first_tokens tile=0}
${include dequantize_fetch n=first_1 at=first_place tokens=first_tokens tile=1}
${include dequantize_fetch_scale n=first_scale1 at=first_place tokens=first_tokens quarter=1}
${include dequantize_fetch n=first_2 at=first_place tokens=first_tokens tile=2}
${include dequantize_fetch n=first_3 at=first_place tokens=first_tokens tile=3}
