          // The four quarters' sum; decode_e4m3_few_scores.mlir includes it.
          %${sum}_01 = arith.addf %${terms}0, %${terms}1 : !st
          %${sum}_23 = arith.addf %${terms}2, %${terms}3 : !st
          %${sum} = arith.addf %${sum}_01, %${sum}_23 : !st
