#!/bin/sh
# Stands for `spin` in an image: takes the arguments of SpinKube's operator, `up --listen ADDRESS -f IMAGE --runtime-config-file FILE`,
# and serves the application that lies in this image.
while [ $# -gt 0 ]; do
    case $1 in
    --listen) listen=$2 && shift ;;
    esac
    shift
done
exec /app/devhost up --listen "${listen:-0.0.0.0:80}" --from /app/spin.toml --state-dir /tmp/state
