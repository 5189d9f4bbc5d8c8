#!/usr/bin/env bash
# Builds, then runs every test that this machine can run. The last line is the total of all suites.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

results=build/test-results.xml
rm -f "$results"
status=0
./scripts/setup.sh && cmake --build --preset check || status=$?

python3 - "$results" <<'PY'
import os, sys
import xml.etree.ElementTree as tree

passed, failed, skipped = 0, 0, 0
if os.path.exists(sys.argv[1]):
    for suite in tree.parse(sys.argv[1]).getroot().iter("testsuite"):
        tests, bad, left = (int(suite.get(key)) for key in ("tests", "failures", "skipped"))
        passed, failed, skipped = passed + tests - bad - left, failed + bad, skipped + left
else:
    failed = 1
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0 or passed == 0)
PY
totals=$?
exit $((status != 0 ? status : totals))
