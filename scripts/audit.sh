#!/bin/sh
# Ask the services that pip and npm are set to whether a locked package has a known weakness.
#     sh scripts/audit.sh
# 0: none known. 1: one is known, or the question could not be asked (it says which).
set -u
status=0
ask() {
    echo "== $1"
    shift
    said=$("$@" 2>&1)
    result=$?
    echo "$said"
    [ $result -eq 0 ] && return
    status=1
    case $said in
    *onnection* | *ENOTFOUND* | *ECONNREFUSED* | *ETIMEDOUT* | *EAI_AGAIN* | *"403"* | *"404"* | *"endpoint"* | *"could not be audited"*)
        echo "   Not asked: the service does not answer from here. Run this where the network allows it." ;;
    esac
}
for lock in base dev; do
    ask "Python, requirements/$lock.txt" .venv/bin/pip-audit --strict --progress-spinner off --disable-pip --require-hashes --requirement "requirements/$lock.txt"
done
PATH="$PWD/.venv/bin:$PATH" ask "Front end, package-lock.json" npm audit --package-lock-only --audit=true
exit $status
