#!/bin/bash
# Ends everything that `up` started, and removes what it left: processes, pods, mounts, interfaces, cgroups, state. What was built stays.
. "$(dirname "$0")/lib.sh"
if alive holder; then
    stop kubelet
    stop proxy
    if alive containerd; then
        for task in $(containers tasks ls -q 2>/dev/null); do containers tasks kill -s SIGKILL "$task" >/dev/null 2>&1 || true; done
        for _ in $(seq 50); do
            containers tasks ls 2>/dev/null | grep -q RUNNING || break
            sleep 0.2
        done
        for task in $(containers tasks ls -q 2>/dev/null); do containers tasks rm -f "$task" >/dev/null 2>&1 || true; done
        for one in $(containers containers ls -q 2>/dev/null); do containers containers rm "$one" >/dev/null 2>&1 || true; done
    fi
    for name in registry scheduler manager server etcd containerd; do stop $name; done
    # What is left of this containerd's shims: the address of its socket is among their arguments.
    for entry in /proc/[0-9]*; do
        words=$({ tr '\0' ' ' <"$entry/cmdline"; } 2>/dev/null) || continue
        case $words in *containerd-shim*"$RUN/containerd.sock"*) kill -9 "${entry#/proc/}" 2>/dev/null || true ;; esac
    done
    # The network namespace, its interfaces, and all mounts end with their holder.
    stop holder
fi
for folder in /sys/fs/cgroup/*/kubepods /sys/fs/cgroup/kubepods; do
    [ ! -d "$folder" ] || find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || true
done
# `rm` of a folder with something mounted in it would reach what is mounted.
if grep -q " $RUN/" /proc/mounts; then fail "something is still mounted below $RUN"; fi
rm -rf "$RUN"
# Where the mounts were; a machine that uses one has something in it.
rmdir "${SCRATCH[@]}" 2>/dev/null || true
say 'down'
