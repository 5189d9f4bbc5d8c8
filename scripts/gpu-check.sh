#!/usr/bin/env bash
# All that needs a GPU, from the folder that scripts/carry.sh made: no LLVM, no build. Every step has its own time limit and
# its own log. Usage: scripts/gpu-check.sh [FOLDER [PART]], where PART is "checks" (numbers and sanitizers),
# "speed" or "all"; results go to ${OUT:-gpu-check-out}, the closing line says how many steps passed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

folder=${1:-build-carry}
part=${2:-all}
out=${OUT:-gpu-check-out}
if [[ ! -f $folder/tools.tar.xz ]]; then
  echo "gpu-check.sh: expected $folder/tools.tar.xz, but got none; make it with scripts/carry.sh where the build is" >&2
  exit 2
fi
if [[ $part != all && $part != checks && $part != speed ]]; then
  echo "gpu-check.sh: expected PART to be all, checks or speed, but got '$part'" >&2
  exit 2
fi
mkdir -p "$out"
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
if ! tar -C "$tools" -xf "$folder/tools.tar.xz"; then
  echo "gpu-check.sh: expected $folder/tools.tar.xz to be an archive that tar, with xz, unpacks" >&2
  exit 2
fi
PATH=$tools:$PATH:/usr/local/cuda/bin
any="$folder/packages/decode_any.mlapkg $folder/packages/decode_any_f16.mlapkg"
e4m3=
for package in decode_e4m3 decode_e4m3_native decode_e4m3_queries; do
  e4m3="$e4m3 $folder/packages/$package.mlapkg $folder/packages/${package}_f16.mlapkg"
done
lists=test/Integration/sm90
source scripts/steps.sh

# Whether the part of this name is wanted.
wants() { [[ $part == all || $part == "$1" ]]; }

step device 10 nvidia-smi --query-gpu=name,driver_version,clocks.max.sm,power.limit --format=csv,noheader
if wants checks; then
  # shellcheck disable=SC2086 # the packages are several words
  step configs 80 mla-run $any --target=gpu --configs $lists/configs.json
  # shellcheck disable=SC2086
  step e4m3-configs 40 mla-run $e4m3 --target=gpu --configs $lists/e4m3-configs.json
  step e4m3-scales-configs 30 mla-run "$folder"/packages/decode_e4m3_{token,group}{,_native,_queries}.mlapkg --target=gpu \
    --configs $lists/e4m3-scales-configs.json
  step not-causal 20 mla-run "$folder/packages/decode_no_mask.mlapkg" --target=gpu --configs $lists/configs-not-causal.json
  step rope-decode 30 mla-run "$folder"/packages/decode_rope*.mlapkg --target=gpu --configs $lists/rope-decode-configs.json
  # New tokens into a cache of every format, and RoPE.
  step prefill 60 mla-run "$folder"/packages/prefill*.mlapkg --target=gpu --configs $lists/prefill-configs.json
  step prefill-long 60 mla-run "$folder/packages/prefill.mlapkg" --target=gpu --configs $lists/prefill-configs-long.json
  step prefill-absorbed 60 mla-run "$folder"/packages/prefill_absorbed*.mlapkg --target=gpu --configs $lists/prefill-absorbed-configs.json
  step prefill-absorbed-e4m3 60 mla-run "$folder"/packages/prefill_absorbed_{e4m3,token,group}*.mlapkg --target=gpu \
    --configs $lists/prefill-absorbed-e4m3-configs.json
  step prefill-absorbed-long 60 mla-run "$folder"/packages/prefill_absorbed{,_paged}.mlapkg --target=gpu \
    --configs $lists/prefill-absorbed-configs-long.json
  for package in "$folder"/packages/merge*.mlapkg; do
    step "$(basename "$package" .mlapkg)" 20 mla-run "$package" --target=gpu --configs $lists/merge-configs.json
  done
  step append 20 mla-run examples/append.mlir --target=gpu --configs $lists/append-configs.json
  step append-pages 20 mla-run examples/append_pages.mlir --target=gpu --configs $lists/append-pages-configs.json
  step rope 20 mla-run examples/rope.mlir --target=gpu --configs $lists/rope-configs.json
  for format in e4m3 e4m3_token e4m3_group; do
    step "compile-$format" 20 mla-compile --model=deepseek-v3 --op=append --cache-format=$format -o "$out/append-$format.mlapkg"
    step "append-$format" 20 mla-run "$out/append-$format.mlapkg" --target=gpu --configs $lists/append-configs.json
  done
  # What seeds draw; a line below each failure repeats it.
  # shellcheck disable=SC2086
  step random 90 mla-run $any "$folder"/packages/{evicts_decode_any,decode_{no_mask,rope,rope_f16}}.mlapkg --target=gpu --random=250
  # shellcheck disable=SC2086
  step random-e4m3 90 mla-run $e4m3 "$folder"/packages/decode_e4m3_{rope,{token,group}{,_native,_queries}}.mlapkg --target=gpu --random=250
  step random-narrow 40 mla-run "$folder"/packages/narrow_*.mlapkg --target=gpu --random=60
  step random-pages 60 mla-run "$folder"/packages/pages_*_decode_*.mlapkg --target=gpu --random=120
  step random-pages-prefill 40 mla-run "$folder"/packages/pages_*_prefill_absorbed.mlapkg --target=gpu --random=60
  step random-alone 90 mla-run "$folder"/packages/split_*.mlapkg --target=gpu --random=60 --alone
  step split-configs 80 mla-run "$folder"/packages/split_decode_any*.mlapkg --target=gpu --configs $lists/configs.json
  step random-others 60 mla-run "$folder"/packages/{append,rope,prefill,merge}*.mlapkg --target=gpu --random=200
  # The compiler there and then, and PTX that the driver assembles.
  step compile 20 mla-run examples/decode.mlir --target=gpu
  step driver-assembled 20 mla-run "$folder/packages/decode_ptx.mlapkg" --target=gpu
  # Kernels written in mla_gpu, whose results the interpreter also has.
  step e4m3 30 mla-interpreter-test test/Interpreter/e4m3.mlir --gpu=0
  # memcheck: the runtime asks the driver for one kernel parameter too many to learn their number, an API error by design.
  # shellcheck disable=SC2086
  step memcheck 40 compute-sanitizer --tool memcheck --report-api-errors no --error-exitcode 1 \
    mla-run $any --target=gpu --configs $lists/sanitizer-configs.json
  # shellcheck disable=SC2086
  step racecheck 40 compute-sanitizer --tool racecheck --error-exitcode 1 \
    mla-run $any --target=gpu --configs $lists/sanitizer-configs.json
  # Pieces long enough for the loop of whole steps, and tiles that keep step in it.
  long="$folder/packages/evicts_decode_any.mlapkg $folder/packages/decode_any_f16.mlapkg"
  # shellcheck disable=SC2086
  step memcheck-long 40 compute-sanitizer --tool memcheck --report-api-errors no --error-exitcode 1 \
    mla-run $long --target=gpu --configs $lists/sanitizer-configs.json
  # shellcheck disable=SC2086
  step racecheck-long 40 compute-sanitizer --tool racecheck --error-exitcode 1 \
    mla-run $long --target=gpu --configs $lists/sanitizer-configs.json
  step memcheck-e4m3 60 compute-sanitizer --tool memcheck --report-api-errors no --error-exitcode 1 \
    mla-run "$folder"/packages/decode_e4m3{_queries,_token_queries,_native}.mlapkg --target=gpu --configs $lists/sanitizer-e4m3-configs.json
  step racecheck-e4m3 60 compute-sanitizer --tool racecheck --error-exitcode 1 \
    mla-run "$folder"/packages/decode_e4m3{_queries,_token_queries,_native}.mlapkg --target=gpu --configs $lists/sanitizer-e4m3-configs.json
  step memcheck-scales 60 compute-sanitizer --tool memcheck --report-api-errors no --error-exitcode 1 \
    mla-run "$folder"/packages/decode_e4m3_{group_queries,group,token}.mlapkg --target=gpu --configs $lists/sanitizer-scales-configs.json
  step racecheck-scales 60 compute-sanitizer --tool racecheck --error-exitcode 1 \
    mla-run "$folder"/packages/decode_e4m3_{group_queries,group,token}.mlapkg --target=gpu --configs $lists/sanitizer-scales-configs.json
  step tune 40 mla-tune examples/decode_any.mlir examples/decode_any_f16.mlir --candidates='align_steps=0,3;merge_in_flight=8,16' --rounds=2 \
    --configs $lists/sanitizer-configs.json --output "$out/table.json" --raw "$out/tuning.jsonl"
fi
if wants speed; then
  step merge-time 90 mla-run "$folder/packages/merge.mlapkg" --target=gpu --tokens=16384
  step append-time 20 mla-run examples/append.mlir --target=gpu --tokens=16384
  step append-latency 20 mla-run examples/append.mlir --target=gpu --tokens=128
  step append-latency-waited 20 mla-run examples/append.mlir --target=gpu --tokens=128 --wait-each
  step scoreboard-prefill 60 mla-run "$folder"/packages/scoreboard_prefill*.mlapkg --target=gpu --scoreboard benchmarks/scoreboard.json \
    --mode=prefill-bf16 --output "$out/scoreboard-prefill.jsonl"
  for mode in prefill_absorbed prefill_absorbed_paged; do
    step "scoreboard-$mode" 90 mla-run "$folder"/packages/scoreboard_$mode.mlapkg --target=gpu --scoreboard benchmarks/scoreboard.json \
      --mode=$mode-bf16 --repeat=11 --output "$out/scoreboard-$mode.jsonl"
  done
  for format in e4m3 e4m3_token e4m3_group; do
    step "scoreboard-prefill_absorbed_paged-$format" 90 mla-run "$folder/packages/scoreboard_prefill_absorbed_paged_$format.mlapkg" \
      --target=gpu --scoreboard benchmarks/scoreboard.json --mode=prefill_absorbed_paged-$format --repeat=11 \
      --output "$out/scoreboard-prefill_absorbed_paged-$format.jsonl"
  done
  step scoreboard-fp8 60 mla-run "$folder/packages/decode_e4m3_queries.mlapkg" --target=gpu --scoreboard benchmarks/scoreboard.json \
    --mode=decode-e4m3-e4m3_queries --output "$out/scoreboard-fp8.jsonl"
  step scoreboard-e4m3 60 mla-run "$folder/packages/decode_e4m3_native.mlapkg" --target=gpu --scoreboard benchmarks/scoreboard.json \
    --mode=decode-e4m3-e4m3 --output "$out/scoreboard-e4m3.jsonl"
  for format in token group; do
    step "scoreboard-$format" 60 mla-run "$folder/packages/decode_e4m3_$format.mlapkg" --target=gpu \
      --scoreboard benchmarks/scoreboard.json --mode=decode-e4m3_$format --output "$out/scoreboard-$format.jsonl"
  done
  for format in token group; do
    step "scoreboard-${format}_native" 60 mla-run "$folder/packages/decode_e4m3_${format}_native.mlapkg" --target=gpu \
      --scoreboard benchmarks/scoreboard.json --mode=decode-e4m3_$format-e4m3 --output "$out/scoreboard-${format}_native.jsonl"
    step "scoreboard-${format}_queries" 60 mla-run "$folder/packages/decode_e4m3_${format}_queries.mlapkg" --target=gpu \
      --scoreboard benchmarks/scoreboard.json --mode=decode-e4m3_$format-e4m3_queries \
      --output "$out/scoreboard-${format}_queries.jsonl"
  done
  # What turning the queries costs, beside the step that follows.
  step scoreboard-rope 80 mla-run "$folder/packages/decode_rope.mlapkg" --target=gpu --scoreboard benchmarks/scoreboard.json \
    --output "$out/scoreboard-rope.jsonl"
  # What other pages cost, beside the step that follows.
  for size in 16 128; do
    step "scoreboard-pages-$size" 80 mla-run "$folder/packages/pages_${size}_decode_any.mlapkg" --target=gpu --scoreboard benchmarks/scoreboard.json \
      --output "$out/scoreboard-pages-$size.jsonl"
  done
  step scoreboard 80 mla-run "$folder/packages/decode_any.mlapkg" --target=gpu --scoreboard benchmarks/scoreboard.json \
    --output "$out/scoreboard.jsonl"
fi

echo "$passed passed, $failed failed, 0 skipped"
((failed == 0))
