# The application, as docs/deploy.md says, by one of the overlays. Sourced, after lib.sh.

secrets() {
    local name=todo-backend
    k -n $name get secret todo-backend-secrets >/dev/null 2>&1 && return
    token() { openssl rand -hex 32; }
    k -n $name create secret generic todo-backend-app-token --from-literal=token="$(token)" >/dev/null
    k -n $name create secret generic todo-backend-dapr-token --from-literal=token="$(token)" >/dev/null
    k -n $name create secret generic todo-backend-secrets --from-literal=jwt-secret="$(token)" --from-literal=ops-token="$(token)" >/dev/null
}

# It watches the namespace that it is in.
kafka_operator() {
    local file
    for file in "$CLUSTER"/src/strimzi/packaging/install/cluster-operator/*.yaml; do
        sed 's/namespace: .*/namespace: todo-backend/' "$file"
        echo '---'
    done >"$RUN/strimzi.yaml"
    k apply --server-side -n todo-backend -f "$RUN/strimzi.yaml" >/dev/null
    k -n todo-backend rollout status deployment/strimzi-cluster-operator --timeout=300s >/dev/null
}

# overlay NAME: the folder to apply. What it changes: anyone may call, which the tests for any server want; and where there is no
# shim, the executor of the shape for it runs Spin in an ordinary container too.
overlay() {
    local folder=$RUN/overlay
    mkdir -p "$folder"
    cat >"$folder/kustomization.yaml" <<Y
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
sortOptions: {order: fifo}
resources: [$(realpath --relative-to="$folder" "$ROOT/k8s/overlays/$1")]
patches:
  - target: {kind: SpinApp}
    patch: |
      - {op: test, path: /spec/variables/11/name, value: auth}
      - {op: replace, path: /spec/variables/11/value, value: "off"}
Y
    case $1 in
    */shared-dapr) cat >>"$folder/kustomization.yaml" <<Y ;;
  - target: {kind: SpinAppExecutor, name: todo-backend}
    patch: |
      - {op: replace, path: /spec/deploymentConfig, value: {spinImage: "ghcr.io/spinframework/spin:v3.6.3", installDefaultCACerts: true}}
Y
    esac
    echo "$folder"
}

deploy() {
    k apply -f "$ROOT/k8s/base/namespace.yaml" >/dev/null
    kafka_operator
    secrets
    [ -z "$TODO_SPIN" ] || authorities
    k -n todo-backend delete job todo-backend-migrate --ignore-not-found >/dev/null
    k apply -k "$(overlay "$1")"
    k -n todo-backend wait --for=condition=complete job/todo-backend-migrate --timeout=15m
    until_ok 600 "the operator's Deployment" k -n todo-backend get deployment todo-backend
    k -n todo-backend rollout status deployment/todo-backend --timeout=15m
}
