    // How blocks of 64 tokens are copied where pages are not tiles: in how many boxes, of how many tokens.
    ${when pages=boxes}
    %c_boxes = arith.constant ${boxes} : i32
    %c_box_tokens = arith.constant ${box_tokens} : i32
    ${end}
