# A node and its control plane: what `up` starts first. Sourced, after lib.sh.

namespaces() {
    alive holder && return
    mkdir -p "$RUN"
    # A socket of containerd, mounts and interfaces of its own; the mounts of its pods are seen inside only.
    # What the programs write outside of their state ends with these mounts.
    setsid unshare --net --mount --propagation private -- sh -c 'mount --make-rshared / || exit 1
        for folder; do mkdir -p "$folder" && mount -t tmpfs tmpfs "$folder" || exit 1; done
        exec sleep infinity' sh "${SCRATCH[@]}" </dev/null >/dev/null 2>&1 &
    remember holder $!
    # Until then `inside` is here. In a sandbox the namespaces of process 1 cannot always be read, so ours are compared.
    until_ok 10 'the namespaces' inside sh -c "[ \"\$(readlink /proc/self/ns/net)\" != '$(readlink /proc/self/ns/net)' ]"
    # No dummy device everywhere; half of a pair does as well.
    inside sh -ec "
        ip link set lo up
        ip link add node0 type veth peer name node0p
        ip link set node0p up
        ip addr add $NODE_IP/24 dev node0
        ip link set node0 up
        ip route add default dev node0
        sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.route_localnet=1
        sysctl -qw net.bridge.bridge-nf-call-iptables=1 || true"
}

certificates() {
    [ -f "$RUN/kubelet.conf" ] && return
    mkdir -p "$PKI"
    (
        cd "$PKI"
        openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=kubernetes -keyout ca.key -out ca.crt 2>/dev/null
        openssl genrsa -out sa.key 2048 2>/dev/null
        openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
        sign() { # NAME SUBJECT EXTENSIONS
            openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
            openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out "$1.crt" -extfile <(printf '%b' "$3") 2>/dev/null
        }
        local name=DNS:kubernetes.default.svc
        sign server /CN=kube-apiserver "subjectAltName=DNS:kubernetes,DNS:kubernetes.default,$name,$name.cluster.local,IP:127.0.0.1,IP:$NODE_IP,IP:$API_IP\nextendedKeyUsage=serverAuth"
        sign node /CN=node1 "subjectAltName=DNS:node1,IP:$NODE_IP\nextendedKeyUsage=serverAuth"
        for one in admin:/O=system:masters/CN=admin manager:/CN=system:kube-controller-manager scheduler:/CN=system:kube-scheduler \
            proxy:/CN=system:kube-proxy kubelet:/O=system:nodes/CN=system:node:node1 to-kubelet:/O=system:masters/CN=to-kubelet front:/CN=front; do
            sign "${one%%:*}" "${one#*:}" extendedKeyUsage=clientAuth
        done
        for name in admin manager scheduler proxy kubelet; do
            cat >"$RUN/$name.conf" <<Y
apiVersion: v1
kind: Config
clusters: [{name: local, cluster: {server: "https://$NODE_IP:6443", certificate-authority: $PKI/ca.crt}}]
users: [{name: me, user: {client-certificate: $PKI/$name.crt, client-key: $PKI/$name.key}}]
contexts: [{name: local, context: {cluster: local, user: me}}]
current-context: local
Y
        done
    )
}

control_plane() {
    local store=http://127.0.0.1:2379 peers=http://127.0.0.1:2380
    start etcd "$BIN/control" etcd --data-dir "$RUN/etcd" --unsafe-no-fsync --listen-client-urls $store --advertise-client-urls $store \
        --listen-peer-urls $peers --initial-advertise-peer-urls $peers --initial-cluster default=$peers
    start server "$BIN/control" kube-apiserver --etcd-servers=$store --bind-address=0.0.0.0 --advertise-address=$NODE_IP --allow-privileged=true \
        --tls-cert-file="$PKI/server.crt" --tls-private-key-file="$PKI/server.key" --client-ca-file="$PKI/ca.crt" \
        --kubelet-client-certificate="$PKI/to-kubelet.crt" --kubelet-client-key="$PKI/to-kubelet.key" --kubelet-certificate-authority="$PKI/ca.crt" \
        --kubelet-preferred-address-types=InternalIP --service-account-key-file="$PKI/sa.pub" --service-account-signing-key-file="$PKI/sa.key" \
        --service-account-issuer=https://kubernetes.default.svc.cluster.local --authorization-mode=Node,RBAC \
        --enable-admission-plugins=NodeRestriction --service-cluster-ip-range=$SERVICE_CIDR --requestheader-client-ca-file="$PKI/ca.crt" \
        --requestheader-allowed-names=front --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
        --requestheader-extra-headers-prefix=X-Remote-Extra- --proxy-client-cert-file="$PKI/front.crt" --proxy-client-key-file="$PKI/front.key"
    until_ok 120 'the API server' k get --raw /readyz
    start manager "$BIN/node" kube-controller-manager --kubeconfig="$RUN/manager.conf" --service-account-private-key-file="$PKI/sa.key" \
        --root-ca-file="$PKI/ca.crt" --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" \
        --use-service-account-credentials=true --allocate-node-cidrs=true --cluster-cidr=$POD_CIDR --node-cidr-mask-size=24 \
        --service-cluster-ip-range=$SERVICE_CIDR --leader-elect=false --bind-address=127.0.0.1
    start scheduler "$BIN/node" kube-scheduler --kubeconfig="$RUN/scheduler.conf" --leader-elect=false --bind-address=127.0.0.1
}

node() {
    mkdir -p "$RUN/cni" "$RUN/kubelet"
    cat >"$RUN/cni/10-pods.conflist" <<Y
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
 {"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true, "ipam": {"type": "host-local",
  "ranges": [[{"subnet": "$POD_CIDR"}]], "routes": [{"dst": "0.0.0.0/0"}], "dataDir": "$RUN/addresses"}},
 {"type": "portmap", "capabilities": {"portMappings": true}}]}
Y
    # Without CAP_SYS_RESOURCE, as in some sandboxes, nobody may be made less likely to be killed.
    cat >"$RUN/containerd.toml" <<Y
version = 2
root = "$RUN/containerd"
state = "$RUN/containerd-state"
[grpc]
  address = "$RUN/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"
  enable_unprivileged_ports = true
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$RUN/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
Y
    start containerd containerd -c "$RUN/containerd.toml"
    until_ok 30 containerd containers version
    cat >"$RUN/kubelet.yaml" <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
failSwapOn: false
containerRuntimeEndpoint: unix://$RUN/containerd.sock
clusterDNS: ["$DNS_IP"]
clusterDomain: cluster.local
resolvConf: $RUN/resolv.conf
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $PKI/node.crt
tlsPrivateKeyFile: $PKI/node.key
podLogsDir: $RUN/pod-logs
evictionHard: {memory.available: "200Mi", nodefs.available: "100Mi", imagefs.available: "100Mi"}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
Y
    : >"$RUN/resolv.conf"
    start kubelet "$BIN/node" kubelet --config="$RUN/kubelet.yaml" --kubeconfig="$RUN/kubelet.conf" --root-dir="$RUN/kubelet" --node-ip=$NODE_IP \
        --hostname-override=node1
    # It ends when this changes, also when it is written anew as it was.
    alive proxy || cat >"$RUN/proxy.yaml" <<Y
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: $POD_CIDR
hostnameOverride: node1
clientConnection: {kubeconfig: $RUN/proxy.conf}
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
Y
    start proxy "$BIN/node" kube-proxy --config="$RUN/proxy.yaml"
    until_ok 90 'the node' k wait --for=condition=Ready node/node1 --timeout=1s
}
