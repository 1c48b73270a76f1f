#!/bin/bash
# Brings the cluster up, with the application in it, by the overlay $1. What runs already is left as it is.
. "$(dirname "$0")/lib.sh"
. "$HERE/node.sh"
. "$HERE/images.sh"
. "$HERE/registry.sh"
. "$HERE/operators.sh"
. "$HERE/application.sh"
begin=$SECONDS
step() { # WHAT COMMAND...
    local since=$SECONDS
    "${@:2}"
    say "$1: $((SECONDS - since)) s"
}
mkdir -p "$RUN" "$IMAGES"
step 'namespaces' namespaces
step 'certificates' certificates
step 'control plane' control_plane
step 'node' node
step 'images' images
[ -z "$TODO_SPIN" ] || step 'registry' registry
step 'operators' operators
step "overlay $1" deploy "$1"
say "up after $((SECONDS - begin)) s; kubectl is $HERE/kubectl.sh"
