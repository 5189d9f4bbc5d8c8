#!/usr/bin/env bash
# Puts what scripts/python-gpu-check.sh needs into one folder: the wheel (Python 3.12 and newer, glibc 2.36 and newer, no LLVM
# needed), that of the drop-in, and a driver that records. Usage: scripts/python-carry.sh [FOLDER] [FLASHMLA-TESTS]
# FLASHMLA-TESTS is the folder tests/ of a checkout of deepseek-ai/FlashMLA, whose test of dense decoding is then run, too.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-build-python-carry}
env=build/python-carry-env
rm -rf "$folder"
mkdir -p "$folder"
[[ -x $env/bin/python ]] || "${PYTHON:-python3.12}" -m venv "$env"
pip=("$env/bin/python" -m pip --disable-pip-version-check --quiet)
"${pip[@]}" install "nanobind>=2.7" "scikit-build-core>=0.10" setuptools wheel
"${pip[@]}" wheel --no-build-isolation --no-deps --wheel-dir "$folder" ./python ./python/dropin
cmake --build build --target fake-cuda-12.0
cp build/lib/fake-cuda-12.0.so "$folder"
if [[ -n ${2:-} ]]; then
  cp -r "$2" "$folder/flashmla-tests"
fi
du -sh "$folder"
