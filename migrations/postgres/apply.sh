#!/bin/sh
# Applies the migrations beside this file with psql: what `cargo xtask migrate` does, where there is nothing but a
# PostgreSQL image, as in the Job k8s/app/migrate-job.yaml. Where to connect is psql's own environment (PGHOST, ...).
set -eu
cd "$(dirname "$0")"
export PGAPPNAME=migrate PGCONNECT_TIMEOUT=10 PGOPTIONS='-c lock_timeout=60s -c client_min_messages=warning'
for file in [0-9]*.sql; do
    latest=${file%%_*}
done
for file in [0-9]*.sql; do
    psql -X -q -v ON_ERROR_STOP=1 -v file="$file" -v version="${file%%_*}" -v latest="$latest" -f apply.sql
done
