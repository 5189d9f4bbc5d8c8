#!/usr/bin/env bash
# Installs what is missing (Debian bookworm), configures and builds into build/. demo.sh and test.sh begin with it.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  ccache clang-22 cmake libgtest-dev libjansson-dev libmlir-22-dev libxxhash-dev libzstd-dev lld-22 llvm-22-dev llvm-22-tools
  mlir-22-tools ninja-build python3 python3-dev python3-venv zlib1g-dev
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if ((${#missing[@]})); then
  if ! command -v apt-get >/dev/null; then
    echo "expected a Debian system with apt-get to install ${missing[*]}; install them by other means, then run cmake --preset dev" >&2
    exit 1
  fi
  echo "==> installing ${missing[*]}"
  sudo=()
  if ((EUID != 0)); then
    sudo=(sudo)
  fi
  "${sudo[@]}" apt-get update
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
fi

echo "==> configuring"
cmake --preset dev --log-level=WARNING
echo "==> building on $(nproc) cores"
cmake --build --preset dev --parallel "$(nproc)"
