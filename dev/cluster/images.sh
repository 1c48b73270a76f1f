# The images, made of what build.sh has built: layers are folders below $IMAGES, images.py writes them. Sourced, after lib.sh.

layer() { # NAME: an empty folder
    rm -rf "${IMAGES:?}/$1"
    mkdir -p "$IMAGES/$1"
}

# One small image for each program that needs nothing else.
programs() {
    local name
    for name in coredns pause spin-operator; do
        layer "$name"
        cp "$BIN/$name" "$IMAGES/$name/"
    done
    for name in daprd sentry injector operator placement scheduler; do
        layer "dapr-$name"
        cp "$BIN/dapr/$name" "$IMAGES/dapr-$name/"
    done
    mv "$IMAGES/spin-operator/spin-operator" "$IMAGES/spin-operator/manager"
    layer cnpg
    mkdir "$IMAGES/cnpg/operator"
    cp "$BIN/cnpg-manager" "$IMAGES/cnpg/operator/manager_amd64"
    ln -s operator/manager_amd64 "$IMAGES/cnpg/manager"
}

# CloudNativePG's pods run as 26, and initdb wants to know who that is.
postgres() {
    layer cnpg-user
    mkdir "$IMAGES/cnpg-user/etc"
    sed 's/^postgres:x:[0-9]*:[0-9]*:/postgres:x:26:26:/' "$IMAGES/debian/etc/passwd" >"$IMAGES/cnpg-user/etc/passwd"
    sed 's/^postgres:x:[0-9]*:/postgres:x:26:/' "$IMAGES/debian/etc/group" >"$IMAGES/cnpg-user/etc/group"
    layer pgbouncer
    mkdir -p "$IMAGES/pgbouncer/usr/bin"
    cp "$PGBOUNCER" "$IMAGES/pgbouncer/usr/bin/"
}

# Spin, or else the application on devhost, which takes what SpinKube's operator would tell Spin.
application() {
    layer spin
    mkdir -p "$IMAGES/spin/usr/bin"
    if [ -n "$TODO_SPIN" ]; then
        install -m755 "$TODO_SPIN" "$IMAGES/spin/usr/bin/spin"
        return
    fi
    mkdir -p "$IMAGES/spin/app/target/components"
    cp "$ROOT/target/release/devhost" "$ROOT/spin.toml" "$IMAGES/spin/app/"
    cp "$ROOT"/target/components/*.wasm "$IMAGES/spin/app/target/components/"
    rm -f "$IMAGES/spin/app/target/components/devhost-guest.wasm"
    install -m755 "$HERE/spin.sh" "$IMAGES/spin/usr/bin/spin"
}

# Strimzi's two images: its operators, and Kafka with its scripts. Kafka's own scripts only call its classes.
strimzi() {
    local source=$CLUSTER/src/strimzi folder name
    layer strimzi
    folder=$IMAGES/strimzi/opt/strimzi
    mkdir -p "$folder/bin"
    for name in cluster-operator user-operator topic-operator kafka-init; do
        unzip -qo "$source/docker-images/artifacts/binaries/$name-1.2.0-dist.zip" -d "$folder"
    done
    cp "$source"/docker-images/operator/scripts/* "$folder/bin/"
    chmod +x "$folder"/bin/*
    # What may be set of this Kafka: the operator looks for it in its own jar.
    java -cp "$source/config-model-generator/target/classes:$source/config-model/target/classes:$CLUSTER/kafka/*" \
        io.strimzi.build.kafka.metadata.KafkaConfigModelGenerator "$RUN/kafka-4.3.1-config-model.json" 2>/dev/null
    jar uf "$folder"/lib/io.strimzi.cluster-operator-1.2.0.jar -C "$RUN" kafka-4.3.1-config-model.json
    layer kafka
    folder=$IMAGES/kafka/opt/kafka
    mkdir -p "$folder/bin" "$folder/plugins"
    cp "$source"/docker-images/kafka-based/kafka/scripts/* "$folder/"
    chmod +x "$folder"/*.sh
    cp -r "$CLUSTER/kafka" "$folder/libs"
    cp "$source"/kafka-agent/target/kafka-agent-1.2.0.jar "$source"/tracing-agent/target/tracing-agent-1.2.0.jar "$folder/libs/"
    for name in kafka-server-start:kafka.Kafka kafka-storage:kafka.tools.StorageTool; do
        cat >"$folder/bin/${name%%:*}.sh" <<B
#!/bin/bash
exec java \$KAFKA_HEAP_OPTS \$KAFKA_JVM_PERFORMANCE_OPTS \$KAFKA_LOG4J_OPTS \$KAFKA_OPTS -cp '/opt/kafka/libs/*' ${name#*:} "\$@"
B
    done
    chmod +x "$folder"/bin/*.sh
}

listing() {
    cat <<L
localhost/coredns:1 coredns entrypoint=/coredns
registry.k8s.io/pause:3.10 pause entrypoint=/pause user=65535
ghcr.io/spinframework/spin-operator:v0.6.1 spin-operator entrypoint=/manager user=65532
ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0 cnpg entrypoint=/manager user=65532
ghcr.io/cloudnative-pg/postgresql:15 debian,cnpg-user user=26
ghcr.io/cloudnative-pg/pgbouncer:1.25.1 debian,cnpg-user,pgbouncer user=26
ghcr.io/spinframework/spin:v3.6.3 debian,spin entrypoint=/usr/bin/spin
localhost/tools:1 debian cmd=sleep,infinity
quay.io/strimzi/operator:1.2.0 debian,strimzi user=1001 workdir=/opt/strimzi env=STRIMZI_HOME=/opt/strimzi env=STRIMZI_VERSION=1.2.0
quay.io/strimzi/kafka:1.2.0-kafka-4.3.1 debian,kafka user=1001 workdir=/opt/kafka env=KAFKA_HOME=/opt/kafka env=KAFKA_VERSION=4.3.1 env=STRIMZI_VERSION=1.2.0
L
    local name
    for name in daprd sentry injector operator placement scheduler; do
        echo "ghcr.io/dapr/$name:1.18.1 dapr-$name entrypoint=/$name user=65532"
    done
}

images() {
    programs
    postgres
    application
    strimzi
    listing >"$IMAGES/list"
    python3 "$HERE/images.py" "$IMAGES/list" "$IMAGES" | containers images import - >/dev/null
    # The Debian below all of them is kept for the next time.
    find "$IMAGES" -maxdepth 1 -name '*.layer' ! -name debian.layer -delete
}
