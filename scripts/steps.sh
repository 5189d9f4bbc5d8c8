# Sourced by the scripts that check on a GPU: runs their steps and counts them in $passed and $failed. Logs go to $out.
# shellcheck shell=bash
passed=0 failed=0

# step NAME SECONDS COMMAND…: runs the command, keeps its output, shows the end of it.
step() {
  local name=$1 seconds=$2 start=$SECONDS
  shift 2
  echo "==> $name: $*"
  if timeout "$seconds" "$@" >"$out/$name.log" 2>&1; then
    ((++passed))
    echo "    passed in $((SECONDS - start)) s: $(tail -n 1 "$out/$name.log")"
  else
    local status=$?
    ((++failed))
    echo "    FAILED with status $status after $((SECONDS - start)) s (124: time limit), $out/$name.log ends with"
    tail -n 40 "$out/$name.log" | sed 's/^/    | /'
  fi
}
