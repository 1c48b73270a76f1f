# The operators, from the manifests that they publish. Sourced, after lib.sh.

# module PATH@VERSION: its folder.
module() { (cd "$CLUSTER" && go mod download -json "$1" | sed -nE 's/.*"Dir": "(.*)",?/\1/p'); }

# apply_in NAMESPACE: what says of itself no other namespace goes there, as `helm install` has it.
apply_in() {
    sed "s/context: {/context: {namespace: $1, /" "$RUN/admin.conf" >"$RUN/$1.conf"
    inside "$BIN/control" kubectl --kubeconfig "$RUN/$1.conf" apply --server-side --force-conflicts -f - >/dev/null
}

cloudnative_pg() {
    local folder
    folder=$(module github.com/cloudnative-pg/cloudnative-pg@v1.30.0)
    # The image is here already, and nowhere else.
    sed 's/imagePullPolicy: Always/imagePullPolicy: IfNotPresent/' "$folder/releases/cnpg-1.30.0.yaml" | apply_in cnpg-system
}

dapr() {
    local folder
    folder=$(module github.com/dapr/dapr@v1.18.1)/charts/dapr
    k create namespace dapr-system --dry-run=client -o yaml | k apply -f - >/dev/null
    k apply --server-side --force-conflicts -f "$folder/crds" >/dev/null
    printf 'global: {tag: 1.18.1}\ndapr_scheduler: {cluster: {inMemoryStorage: true}}\n' >"$RUN/dapr-values.yaml"
    "$BIN/helm-template" "$folder" dapr dapr-system "$RUN/dapr-values.yaml" | apply_in dapr-system
}

# Its chart wants cert-manager; here its certificate is made by hand.
spin_operator() {
    local folder work=$RUN/spin-operator
    folder=$(module github.com/spinkube/spin-operator@v0.6.1)
    k create namespace spin-operator --dry-run=client -o yaml | k apply -f - >/dev/null
    k apply --server-side --force-conflicts -f "$folder/config/crd/bases" >/dev/null
    if [ ! -d "$work" ]; then
        mkdir -p "$work"
        local host=spin-operator-webhook-service.spin-operator.svc
        openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
            -keyout "$work/tls.key" -out "$work/tls.crt" 2>/dev/null
    fi
    k -n spin-operator create secret tls webhook-server-cert --cert="$work/tls.crt" --key="$work/tls.key" --dry-run=client -o yaml | k apply -f - >/dev/null
    "$BIN/helm-template" "$folder/charts/spin-operator" spin-operator spin-operator |
        python3 "$HERE/without_cert_manager.py" "$work/tls.crt" | apply_in spin-operator
}

dns() {
    local image
    image=$(application_image)
    sed "s/REGISTRY/$NODE_IP ${image%%/*}/" "$HERE/coredns.yaml" | k apply -f - >/dev/null
    local number
    for number in 1 2 3 4; do
        mkdir -p "$RUN/volumes/$number"
        k apply -f - >/dev/null <<Y
apiVersion: v1
kind: PersistentVolume
metadata: {name: volume-$number}
spec:
  capacity: {storage: 20Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  hostPath: {path: $RUN/volumes/$number}
Y
        chmod 777 "$RUN/volumes/$number"
    done
}

operators() {
    dns
    k -n kube-system rollout status deployment/coredns --timeout=120s >/dev/null
    cloudnative_pg
    dapr
    spin_operator
    local one
    for one in cnpg-system/deployment/cnpg-controller-manager spin-operator/deployment/spin-operator-controller-manager \
        dapr-system/deployment/dapr-operator dapr-system/deployment/dapr-sentry dapr-system/deployment/dapr-sidecar-injector \
        dapr-system/statefulset/dapr-placement-server dapr-system/statefulset/dapr-scheduler-server; do
        k -n "${one%%/*}" rollout status "${one#*/}" --timeout=300s >/dev/null || fail "$one does not come up"
    done
}
