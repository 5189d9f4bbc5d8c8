        // Sequences are whole tiles.
${include prefill_absorbed_store_tile}