#!/bin/sh
# Resolve requirements/*.in and package.json anew. uv does the Python side, from an environment of its own.
set -eu
tool=var/lock
if [ ! -x "$tool/bin/uv" ]; then
    python=$(sh scripts/find_python.sh)
    mkdir -p var
    "$python" -m venv "$tool"
    "$tool/bin/python" -m pip --disable-pip-version-check -qq --no-input install uv
fi
compile() {
    "$tool/bin/uv" pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --upgrade --no-header \
        --no-emit-index-url --no-emit-find-links "$@"
}
compile requirements/base.in --output-file requirements/base.txt
compile requirements/dev.in --constraint requirements/base.txt --output-file requirements/dev.txt
compile requirements/bench.in --constraint requirements/dev.txt --output-file requirements/bench.txt
compile requirements/node.in --output-file requirements/node.txt
npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
python3 scripts/clean_lock.py package-lock.json
