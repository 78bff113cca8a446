#!/bin/sh
# Print the first Python that is new enough and can make a virtual environment.
for name in python3.11 python3.12 python3.13 python3 python; do
    found=$(command -v "$name" 2>/dev/null) || continue
    if "$found" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
        echo "$found"
        exit 0
    fi
done
{
    echo "OpenVIS needs Python 3.11, 3.12 or 3.13 with its venv module. Found:"
    for name in python3.11 python3.12 python3.13 python3 python; do
        command -v "$name" >/dev/null 2>&1 && echo "  $name: $("$name" --version 2>&1 | head -1)"
    done
    echo "On Debian or Ubuntu: apt-get install python3 python3-venv"
} >&2
exit 1
