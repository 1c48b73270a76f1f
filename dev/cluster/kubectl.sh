#!/bin/bash
# kubectl for the cluster that is up.
. "$(dirname "$0")/lib.sh"
k "$@"
