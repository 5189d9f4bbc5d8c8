#!/usr/bin/env bash
# All of the Python package that needs a GPU, in under ten minutes, from the folder that scripts/python-carry.sh made: PyTorch
# ops, FlashMLA's interface (and its own test, where the folder has it), transformers, host times. Needs python3 with PyTorch,
# transformers and pytest; nothing is fetched. Every step has its own time limit and its own log. Usage:
#   scripts/python-gpu-check.sh [FOLDER]               the checks
#   scripts/python-gpu-check.sh FOLDER figures [ARGS]  the benchmark figures; ARGS go to benchmarks/figures.py
# Results go to ${OUT:-gpu-check-out}, the closing line says how many steps passed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

folder=${1:-build-python-carry}
mode=${2:-checks}
out=${OUT:-gpu-check-out}
if ! compgen -G "$folder/mla-*.whl" >/dev/null; then
  echo "python-gpu-check.sh: expected $folder/mla-*.whl, but got none; make it with scripts/python-carry.sh where the build is" >&2
  exit 2
fi
mkdir -p "$out"
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
python3 -m pip --disable-pip-version-check install -q --no-index --no-deps --no-compile --target "$site/mla" "$folder"/mla-*.whl || exit
python3 -m pip --disable-pip-version-check install -q --no-index --no-deps --no-compile --target "$site/dropin" "$folder"/mla_flash_mla-*.whl || exit
export PYTHONPATH=$site/mla PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TOKENIZERS_PARALLELISM=false HF_HUB_OFFLINE=1
export PATH=$PATH:/usr/local/cuda/bin MLA_FAKE_DRIVER=$PWD/$folder/fake-cuda-12.0.so

if [[ $mode == figures ]]; then
  shift 2
  exec timeout 590 python3 benchmarks/figures.py --output "$out" --limit 500 "$@"
fi

source scripts/steps.sh
run_tests() {
  step "$1" "$2" python3 -m pytest -q -rs -p no:cacheprovider "${@:3}"
}

python3 - <<'PY' | tee "$out/versions.log"
import mla, torch, transformers
print(torch.cuda.get_device_name(), "torch", torch.__version__, "transformers", transformers.__version__, "mla", mla.__version__)
PY
step demo 60 python3 -m mla.demo
run_tests calls 90 python/tests/test_calls.py python/tests/test_errors.py
run_tests torch 120 -s python/tests/test_torch.py
grep -h "host time" "$out/torch.log"
run_tests flash_mla 90 python/tests/test_flash_mla.py
run_tests transformers 120 -s python/tests/test_transformers.py
grep -h "parts at token" "$out/transformers.log"
step table 90 python3 -m mla.transformers
grep -h "^|" "$out/table.log"
if [[ -d $folder/flashmla-tests ]]; then
  PYTHONPATH=$site/dropin:$site/mla:$folder/flashmla-tests \
    step flashmla-dense-decoding 240 python3 "$folder/flashmla-tests/test_flash_mla_dense_decoding.py"
fi

echo "$passed passed, $failed failed, 0 skipped"
((failed == 0))
