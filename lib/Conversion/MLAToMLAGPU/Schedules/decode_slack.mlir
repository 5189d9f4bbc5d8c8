    // Row r sees length − slack + query(r) tokens, where slack = s_q − 1 under the causal mask; 0 and 0 without.
    %causal = arith.constant ${causal} : i32
    %queries_before_last = arith.subi %queries, %c1 : i32
    %slack = arith.muli %queries_before_last, %causal : i32
