#!/usr/bin/env bash
# Builds, then compiles examples/decode.mlir and runs it, on the GPU if there is one, else on the interpreter, and compares
# the result with the double-precision reference.
set -euo pipefail
cd "$(dirname "$0")/.."

./scripts/setup.sh

echo "==> the op, in examples/decode.mlir"
grep -A 2 'mla.decode' examples/decode.mlir
echo "==> compiling it to kernels: build/decode.mlapkg"
build/bin/mla-compile examples/decode.mlir --timing -o build/decode.mlapkg
echo "==> running it, and comparing with the reference"
build/bin/mla-run examples/decode.mlir
echo "==> done; build/bin/mla-compile examples/decode.mlir --emit=mla-gpu shows the kernels, README.md says more"
