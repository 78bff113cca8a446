#!/bin/sh
# Run a command with DATABASE_URL on a throw-away server of Debian's PostgreSQL 15: the oldest version we promise.
#     sh scripts/on_debian_postgres.sh COMMAND …
set -eu
bin=/usr/lib/postgresql/15/bin
if [ ! -x $bin/initdb ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    # Only the programs: the package would otherwise start a cluster of its own.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get -qq update && apt-get -qq -y install --no-install-recommends postgresql-15 >/dev/null || true
fi
if [ ! -x $bin/initdb ]; then
    echo "PostgreSQL 15 of Debian is not here: its round of tests is left out."
    exit 0
fi
folder=$(mktemp -d /tmp/openvis-pg15.XXXXXX)
as_owner() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as_owner() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
fi
stop() {
    as_owner $bin/pg_ctl --pgdata="$folder/data" --mode=immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
as_owner $bin/initdb --pgdata="$folder/data" --auth=trust --username=openvis --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as_owner $bin/pg_ctl --pgdata="$folder/data" --log="$folder/log" --wait \
    --options="-c listen_addresses='' -c unix_socket_directories=$folder -c fsync=off" start >/dev/null
echo "On $($bin/postgres --version):"
DATABASE_URL="postgresql://openvis@/postgres?host=$folder" "$@"
