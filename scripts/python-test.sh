#!/usr/bin/env bash
# Builds the Python package into an environment of its own, build/python-env, and runs its tests there: those that need
# neither a GPU nor PyTorch, unless the environment has them. Results go to build/python-test-results.xml; test.sh calls this.
set -euo pipefail
cd "$(dirname "$0")/.."

results=build/python-test-results.xml
env=build/python-env
rm -f "$results"
[[ -x $env/bin/python ]] || python3 -m venv "$env"
pip=("$env/bin/python" -m pip --disable-pip-version-check install --quiet)
"${pip[@]}" "nanobind>=2.7" "scikit-build-core>=0.10" numpy pytest mypy
echo "==> building the Python package"
"${pip[@]}" --no-build-isolation --no-deps --force-reinstall ./python
"$env/bin/python" -m pytest -q -rs -p no:cacheprovider python/tests --junitxml="$results"
