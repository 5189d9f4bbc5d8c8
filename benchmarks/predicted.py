#!/usr/bin/env python3
"""Predicted against measured times, as a table in Markdown.

Usage: predicted.py PREDICTED.jsonl MEASURED.jsonl

Rows of `mla-run --timing --scoreboard` and of `mla-run --scoreboard` on a GPU, joined by their ids. Cells that differ by
more than 15 % are bold. "Kernels" are those of a layer call, without their launches. "Waits most" are the greatest waits of the attention kernel's warp groups, as shares of its time.
"""

import json
import math
import sys

LIMIT = 0.15


def read(path):
    with open(path, encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}


def describe_waits(kernel, count=2):
    waits = [stall for stall in kernel["stalls"] if stall["role"] != "producer"]
    return ", ".join(
        f"{stall['role']}: {stall['at']} {100 * stall['cycles'] / kernel['cycles']:.0f} %" for stall in waits[:count]
    )


def main(predicted_path, measured_path):
    predicted, measured = read(predicted_path), read(measured_path)
    cells = [cell for cell in predicted if cell in measured]
    print("| Cell | predicted µs | measured µs | difference | kernels µs | tensor cores | DRAM | waits most |")
    print("|---|---|---|---|---|---|---|---|")
    logs, off = [], 0
    for cell in cells:
        row = predicted[cell]
        ratio = row["ms"] / measured[cell]["ms"]
        logs.append(math.log(ratio))
        text = f"{100 * (ratio - 1):+.1f} %"
        if abs(ratio - 1) > LIMIT:
            off += 1
            text = f"**{text}**"
        kernels = [
            f"{each['cycles'] / row['clock_mhz']:.1f}" for each in row["kernels"] if each["kernel"] != "schedule"
        ]
        # The kernel that most of the tensor cores' work lies in.
        kernel = max(row["kernels"], key=lambda each: each["tensor_busy"] * each["cycles"])
        print(
            f"| {cell} | {1e3 * row['ms']:.1f} | {1e3 * measured[cell]['ms']:.1f} | {text} | {' + '.join(kernels)} "
            f"| {100 * kernel['tensor_busy']:.0f} % | {100 * kernel['dram_busy']:.0f} % | {describe_waits(kernel)} |"
        )
    if logs:
        mean = math.exp(sum(logs) / len(logs)) - 1
        spread = math.exp(sum(map(abs, logs)) / len(logs)) - 1
        print(
            f"\n{off} of {len(cells)} cells differ by more than {100 * LIMIT:.0f} %; geometric mean {100 * mean:+.1f} %, "
            f"mean distance {100 * spread:.1f} %."
        )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
