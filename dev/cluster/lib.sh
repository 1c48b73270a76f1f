# Settings and helpers of the scripts beside this file. Everything that a cluster needs lies under one folder of the cache, and
# everything that it runs is in one network and one mount namespace, held by one sleeping process.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
CLUSTER=${XDG_CACHE_HOME:-$HOME/.cache}/todo-backend/cluster
BIN=$CLUSTER/bin
IMAGES=$CLUSTER/images
# What `down` removes.
RUN=$CLUSTER/run
# Folders of the machine that containerd, the kubelet and the network plugins use whatever they are told; inside, they are empty and others.
SCRATCH=(/run/netns /run/containerd /var/lib/kubelet /var/lib/cni)
NODE_IP=10.199.0.10
API_IP=10.96.0.1
DNS_IP=10.96.0.10
POD_CIDR=10.244.0.0/24
SERVICE_CIDR=10.96.0.0/16
PKI=$RUN/pki
# A real Spin to run the application; devhost does where there is none.
TODO_SPIN=${TODO_SPIN:-}
# By `cargo xtask setup`, where the caller does not say.
PGBOUNCER=${PGBOUNCER:-$(find "${CLUSTER%/*}/tools" -path '*/pgbouncer-*/pgbouncer' 2>/dev/null | head -n 1)}
export PATH=/usr/local/go/bin:$PATH:/usr/sbin:/sbin

say() { echo "cluster: $*" >&2; }
fail() {
    say "$*"
    exit 1
}
holder() { cat "$RUN/holder.pid" 2>/dev/null; }
# alive NAME: whether the process that was started under it still runs, and is not another one of the same number.
alive() {
    local id started
    [ -f "$RUN/$1.pid" ] || return 1
    read -r id started <"$RUN/$1.pid"
    [ "$(cut -d' ' -f22 "/proc/$id/stat" 2>/dev/null)" = "$started" ]
}
remember() { echo "$2 $(cut -d' ' -f22 "/proc/$2/stat")" >"$RUN/$1.pid"; }
inside() {
    local id
    read -r id _ <"$RUN/holder.pid"
    nsenter -t "$id" -n -m -- "$@"
}
# start NAME COMMAND...: inside, once; its output goes to a log.
start() {
    local name=$1
    shift
    alive "$name" && return
    local id
    read -r id _ <"$RUN/holder.pid"
    setsid nsenter -t "$id" -n -m -- "$@" </dev/null >>"$RUN/$name.log" 2>&1 &
    remember "$name" $!
}
# stop NAME: asks it to end, and waits.
stop() {
    alive "$1" || return 0
    local id
    read -r id _ <"$RUN/$1.pid"
    kill "$id" 2>/dev/null || true
    for _ in $(seq 100); do
        alive "$1" || return 0
        sleep 0.1
    done
    kill -9 "$id" 2>/dev/null || true
}
k() { inside "$BIN/control" kubectl --kubeconfig "$RUN/admin.conf" "$@"; }
containers() { inside ctr -a "$RUN/containerd.sock" -n k8s.io "$@"; }
# until_ok SECONDS WHAT COMMAND...: waits until it succeeds.
until_ok() {
    local seconds=$1 what=$2 begin=$SECONDS
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ $((SECONDS - begin)) -lt "$seconds" ] || fail "waited $seconds s for $what"
        sleep 0.5
    done
}
