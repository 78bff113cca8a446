#!/bin/sh
# Chromium for the browser tests and gettext for the check of the translations: by Debian's packages when we may.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v xgettext >/dev/null 2>&1 || missing="$missing gettext"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "System packages:$missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 -- the names are separate words
    if apt-get -qq update && apt-get -qq -y install --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
echo "Not found:$missing. Tests that need it are skipped. As root on Debian or Ubuntu: apt-get install$missing" >&2
