#!/usr/bin/env bash
# Puts what scripts/gpu-check.sh needs into one folder: the tools (linked statically, so they run on a machine without
# LLVM), compressed, and the packages. Usage: scripts/carry.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-build-carry}
rm -rf "$folder"
mkdir -p "$folder/packages"
for example in decode_any decode_any_f16 decode_no_mask decode_e4m3{,_token,_group}{,_native,_queries}; do
  build/bin/mla-compile "examples/$example.mlir" -o "$folder/packages/$example.mlapkg"
done
# Fewer RoPE columns than a tile has.
sed 's/512/256/g; s/576/288/g; s/d_rope = 64/d_rope = 32/' examples/decode_any.mlir |
  build/bin/mla-compile - -o "$folder/packages/narrow_288.mlapkg"
sed 's/576/520/g; s/d_rope = 64/d_rope = 8/' examples/decode_any_f16.mlir |
  build/bin/mla-compile - -o "$folder/packages/narrow_520.mlapkg"
build/bin/mla-compile --model=minicpm3-4b --fuse-rope -o "$folder/packages/narrow_minicpm3_rope.mlapkg"
sed 's/576/520/g; s/d_rope = 64/d_rope = 8/; s/xbf16>/xf16>/g; s/cache<bf16/cache<f16/' examples/decode_rope.mlir |
  build/bin/mla-compile - -o "$folder/packages/narrow_520_rope.mlapkg"
# Every whole step read as those of long pieces are.
build/bin/mla-compile examples/decode_any.mlir --schedule=evict_first=1 -o "$folder/packages/evicts_decode_any.mlapkg"
# Pages that are no tiles.
for size in 8 16 96 128; do
  for example in decode_any decode_e4m3_queries; do
    sed "s/page_size = 64/page_size = $size/" "examples/$example.mlir" |
      build/bin/mla-compile - -o "$folder/packages/pages_${size}_$example.mlapkg"
  done
  sed "s/page_size = 64/page_size = $size/" test/Integration/Inputs/prefill_absorbed_paged.mlir |
    build/bin/mla-compile - -o "$folder/packages/pages_${size}_prefill_absorbed.mlapkg"
done
# Pieces of a fixed size: small ones, so that what is drawn has several.
for example in decode_any decode_any_f16 decode_e4m3{,_token}{,_native,_queries} decode_e4m3_group_{native,queries}; do
  build/bin/mla-compile "examples/$example.mlir" --schedule=split_steps=2 -o "$folder/packages/split_$example.mlapkg"
done
# 128 heads, for the scoreboard; and the tests' few.
for example in prefill prefill_no_mask prefill_absorbed prefill_absorbed_paged; do
  build/bin/mla-compile "examples/$example.mlir" -o "$folder/packages/scoreboard_$example.mlapkg"
done
for format in e4m3 e4m3_token e4m3_group; do
  build/bin/mla-compile --model=deepseek-v3 --op=prefill_absorbed --block-table --cache-format=$format \
    -o "$folder/packages/scoreboard_prefill_absorbed_paged_$format.mlapkg"
done
for input in test/Integration/Inputs/{prefill,merge}*.mlir examples/merge.mlir; do
  build/bin/mla-compile "$input" -o "$folder/packages/$(basename "$input" .mlir).mlapkg"
done
for example in decode_e4m3 decode_e4m3_native decode_e4m3_queries; do
  sed 's/xbf16>/xf16>/g' "examples/$example.mlir" | build/bin/mla-compile - -o "$folder/packages/${example}_f16.mlapkg"
done
# Every format of the cache, both ways to say where a token goes, both pairings, both element types.
for example in append append_pages rope; do
  build/bin/mla-compile "examples/$example.mlir" -o "$folder/packages/$example.mlapkg"
done
build/bin/mla-compile --model=deepseek-v3 --op=append --cache-format=e4m3 -o "$folder/packages/append_e4m3.mlapkg"
build/bin/mla-compile --model=deepseek-v2-lite --op=append --cache-format=e4m3_token -o "$folder/packages/append_token.mlapkg"
build/bin/mla-compile --model=kimi-k2 --op=append --cache-format=e4m3_group -o "$folder/packages/append_group.mlapkg"
build/bin/mla-compile --model=kimi-linear-48b --op=append --element=f16 -o "$folder/packages/append_f16.mlapkg"
for op in append rope; do
  build/bin/mla-compile --model=minicpm3-4b --op=$op -o "$folder/packages/${op}_minicpm3.mlapkg"
done
for input in append rope; do
  build/bin/mla-compile "test/Integration/interpreter/Inputs/${input}_half_split.mlir" \
    -o "$folder/packages/${input}_half_split.mlapkg"
done
build/bin/mla-compile test/Integration/Inputs/decode_e4m3_rope.mlir -o "$folder/packages/decode_e4m3_rope.mlapkg"
build/bin/mla-compile examples/decode_rope.mlir -o "$folder/packages/decode_rope.mlapkg"
sed 's/interleaved/half_split/; s/xbf16>/xf16>/g; s/cache<bf16/cache<f16/' examples/decode_rope.mlir |
  build/bin/mla-compile - -o "$folder/packages/decode_rope_f16.mlapkg"
build/bin/mla-compile examples/decode_any.mlir --ptxas=none -o "$folder/packages/decode_ptx.mlapkg"
# The tools hold the same libraries: in one window of xz they are a third of what gzip makes of them.
stripped=$(mktemp -d)
trap 'rm -rf "$stripped"' EXIT
for tool in mla-compile mla-run mla-tune mla-interpreter-test; do
  strip -o "$stripped/$tool" "build/bin/$tool"
done
tar -C "$stripped" -cf - . | xz --lzma2=preset=2,dict=128MiB >"$folder/tools.tar.xz"
du -sh "$folder"
