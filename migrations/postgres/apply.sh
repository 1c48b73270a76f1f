#!/bin/sh
# Applies the migrations beside this file with psql: `cargo xtask migrate`, the tests and the Job k8s/app/migrate-job.yaml
# all run it. Where to connect is psql's own environment (PGHOST, PGPASSWORD, PGSSLMODE, ...) or its arguments, which may
# follow. Safe to repeat, and safe while another one runs.
set -eu
cd "$(dirname "$0")"
# A migration that waits for a table holds up everyone who comes after it, so it gives up after a minute.
export PGAPPNAME=migrate PGCONNECT_TIMEOUT=10 PGOPTIONS='-c lock_timeout=60s -c client_min_messages=warning'
for file in [0-9]*.sql; do
    latest=${file%%_*}
done
for file in [0-9]*.sql; do
    transaction=on
    if [ "$(head -n 1 "$file")" = '-- no-transaction' ]; then
        transaction=off
    fi
    psql -X -q -v ON_ERROR_STOP=1 -v file="$file" -v version="${file%%_*}" -v latest="$latest" \
        -v transaction="$transaction" -f apply.sql "$@"
done
