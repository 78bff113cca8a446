#!/bin/sh
# All tests: those in Chromium one by one, then the others on two processes. The last line is pytest's own.
#     sh scripts/run_tests.sh MARKERS    ("not slow", or "" for everything)
set -u
markers=$1
and=${markers:+" and $markers"}
status=0
.venv/bin/pytest -q -m "browser$and" -o faulthandler_timeout=300 tests/browser || status=1
.venv/bin/pytest -q -m "not browser$and" -n 2 --dist loadfile --no-loadscope-reorder -o faulthandler_timeout=300 || status=1
exit $status
