#!/bin/sh
# Applies the migrations beside this file with psql: `cargo xtask migrate`, the tests and the Job k8s/app/migrate-job.yaml
# all run it. Where to connect is psql's own environment (PGHOST, PGPASSWORD, PGSSLMODE, ...) or its arguments, which may
# follow. Safe to repeat, and safe while another one runs.
set -eu
folder=$(dirname "$0")
# A migration that waits for a table holds up every writer that comes after it. So it waits for a moment only and comes
# again, for two minutes.
export PGAPPNAME=migrate PGCONNECT_TIMEOUT=10 PGOPTIONS='-c lock_timeout=300ms -c client_min_messages=warning'
tries=120
for file in "$folder"/[0-9]*.sql; do
    latest=$(basename "$file")
    latest=${latest%%_*}
done
for file in "$folder"/[0-9]*.sql; do
    name=$(basename "$file")
    transaction=on
    if [ "$(head -n 1 "$file")" = '-- no-transaction' ]; then
        transaction=off
    fi
    while ! said=$(psql -X -q -w -v ON_ERROR_STOP=1 -v file="$name" -v version="${name%%_*}" -v latest="$latest" \
        -v transaction="$transaction" -f "$folder/apply.sql" "$@" 2>&1); do
        tries=$((tries - 1))
        case $said in
        *'due to lock timeout'*) [ "$tries" -gt 0 ] && sleep 1 && continue ;;
        esac
        printf '%s\n' "$said" >&2
        exit 3
    done
    [ -z "$said" ] || printf '%s\n' "$said"
done
