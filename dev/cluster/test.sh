#!/bin/bash
# Judges the application in the cluster that is up: the smoke test, the tests for any server, and what is lost when a pod is killed,
# when the application is rolled out anew, when a broker's pod goes.
. "$(dirname "$0")/lib.sh"
alive holder || fail 'nothing is up: cargo xtask cluster up'
space=todo-backend
address=http://$(k -n $space get service todo-backend -o 'jsonpath={.spec.clusterIP}')
token=$(k -n $space get secret todo-backend-app-token -o 'jsonpath={.data.token}' | base64 -d)
failed=()

# load USER COUNT: makes and completes so many daily tasks, one after the other; prints `COMPLETED REFUSED`.
load() {
    inside python3 "$HERE/load.py" "$address" "$1" "$2"
}
# while_loaded NAME COMMAND...: the command, while calls go on; then every completed task must have its next occurrence.
while_loaded() {
    local name=$1 user=fault-$RANDOM result
    shift
    load "$user" 300 >"$RUN/load" &
    local id=$!
    sleep 3
    "$@" >/dev/null || failed+=("$name")
    wait $id
    result=$(cat "$RUN/load")
    say "$name: $result"
    inside python3 "$HERE/load.py" "$address" "$user" settle "${result%% *}" || failed+=("$name")
}

# Pods that were replaced are gone too, so that the next fault is judged alone.
settled() {
    k -n $space rollout status deployment/todo-backend --timeout=5m >/dev/null
    until_ok 120 'the end of the pods that were replaced' sh -c "[ \$($HERE/kubectl.sh -n $space get pods -l core.spinkube.dev/app-name=todo-backend -o name | wc -l) = \$($HERE/kubectl.sh -n $space get deployment todo-backend -o 'jsonpath={.spec.replicas}') ]"
}

inside "$ROOT/k8s/smoke-test.sh" "$address" || failed+=('smoke test')
inside env TODO_APP_API_TOKEN="$token" "$ROOT/target/debug/xtask" test --base-url "$address" || failed+=('tests for any server')
pod() { k -n $space get pods -l "$1" -o name | head -n 1; }
while_loaded 'a pod is killed' k -n $space delete --wait=false --grace-period=0 --force "$(pod core.spinkube.dev/app-name=todo-backend)"
settled
rolling() { k -n $space rollout restart deployment/todo-backend && k -n $space rollout status deployment/todo-backend --timeout=5m; }
while_loaded 'rolling restart' rolling
settled
k apply --server-side --field-manager=todo-backend -f "$ROOT/k8s/app/drain.yaml" >/dev/null
settled
while_loaded 'rolling restart with drain.yaml' rolling
while_loaded "a broker's pod is deleted" k -n $space delete --wait=false "$(pod strimzi.io/broker-role=true)"
if [ ${#failed[@]} -gt 0 ]; then fail "failed: ${failed[*]}"; fi
say 'all passed'
