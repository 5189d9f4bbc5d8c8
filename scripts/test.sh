#!/usr/bin/env bash
# Builds, then runs every test that this machine can run. The last line is the total of all suites.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

results=(build/test-results.xml build/python-test-results.xml)
rm -f "${results[@]}"
status=0
./scripts/setup.sh && cmake --build --preset check || status=$?
./scripts/python-test.sh || status=$?

python3 - "${results[@]}" <<'PY'
import os, sys
import xml.etree.ElementTree as tree

passed, failed, skipped = 0, 0, 0
for path in sys.argv[1:]:
    if not os.path.exists(path):
        failed += 1
        continue
    for suite in tree.parse(path).getroot().iter("testsuite"):
        tests, bad, errors, left = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
        bad += errors
        passed, failed, skipped = passed + tests - bad - left, failed + bad, skipped + left
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0 or passed == 0)
PY
totals=$?
exit $((status != 0 ? status : totals))
