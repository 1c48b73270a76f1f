#!/bin/bash
# Builds what the cluster runs, once each; an hour on two cores when nothing is there yet. What needs root or Debian's packages comes first.
. "$(dirname "$0")/lib.sh"
mkdir -p "$BIN/dapr" "$IMAGES" "$CLUSTER/src" "$CLUSTER/logs"
[ "$(id -u)" = 0 ] || fail 'it wants root, on a Debian machine'
needed=()
for pair in containerd:containerd runc:runc iptables:iptables conntrack:conntrack debootstrap:debootstrap unzip:unzip git:git mvn:maven \
    javac:openjdk-17-jdk-headless; do
    command -v "${pair%%:*}" >/dev/null || needed+=("${pair#*:}")
done
[ -x /usr/lib/cni/bridge ] || needed+=(containernetworking-plugins)
if [ ${#needed[@]} -gt 0 ]; then
    say "installing ${needed[*]}"
    # Nothing of it is to run on its own.
    [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d && trap 'rm -f /usr/sbin/policy-rc.d' EXIT; }
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${needed[@]}" >"$CLUSTER/logs/packages.log" 2>&1
fi
# made FILE WHAT COMMAND...: unless it is there.
made() {
    local file=$1 what=$2 since=$SECONDS
    shift 2
    [ -e "$file" ] && return
    say "building $what"
    # A job of its own, because in a list with || a function would go on after a command that failed.
    (renice -n 10 -p "$BASHPID"; "$@") >"$CLUSTER/logs/build.log" 2>&1 &
    wait "$!" || fail "building $what failed: $CLUSTER/logs/build.log"
    say "building $what took $((SECONDS - since)) s"
}
export CGO_ENABLED=0
V=k8s.io/component-base/version.git
program() { (cd "$HERE/$1" && go build -trimpath -ldflags "$4" ${5:+-tags "$5"} -o "$BIN/$2" "./$3"); }
of_module() { # MODULE NAME FOLDER FLAGS: Go builds a module with the versions of its own go.mod only where it stands alone.
    local folder=$CLUSTER/src/$2
    rm -rf "$folder"
    cp -r "$(cd "$CLUSTER" && go mod download -json "$1" | sed -nE 's/.*"Dir": "(.*)",?/\1/p')" "$folder"
    chmod -R u+w "$folder"
    (cd "$folder" && go build -trimpath -ldflags "-s -w $4" -o "$BIN/$2" "$3")
}
release="-s -w -X ${V}Version=v1.34.0 -X ${V}Major=1 -X ${V}Minor=34 -X k8s.io/client-go/pkg/version.gitVersion=v1.34.0"
for name in control node; do made "$BIN/$name" "Kubernetes ($name)" program kubernetes $name $name "$release"; done
made "$BIN/pause" pause program pause pause . '-s -w'
# One that was built before it could name a host.
"$BIN/coredns" -plugins 2>/dev/null | grep -q hosts || rm -f "$BIN/coredns"
made "$BIN/coredns" CoreDNS program coredns coredns . '-s -w'
[ -z "$TODO_SPIN" ] || made "$BIN/registry" 'a registry' program registry registry . '-s -w'
made "$BIN/helm-template" 'a renderer of charts' program helm helm-template . '-s -w'
for name in daprd sentry injector operator placement scheduler; do
    made "$BIN/dapr/$name" "Dapr's $name" program dapr dapr/$name $name '-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=1.18.1' stablecomponents
done
made "$BIN/spin-operator" "SpinKube's operator" of_module github.com/spinkube/spin-operator@v0.6.1 spin-operator ./cmd ''
made "$BIN/cnpg-manager" CloudNativePG of_module github.com/cloudnative-pg/cloudnative-pg@v1.30.0 cnpg-manager ./cmd/manager \
    '-X github.com/cloudnative-pg/cloudnative-pg/pkg/versions.buildVersion=1.30.0'
strimzi() {
    local source=$CLUSTER/src/strimzi
    local quiet='-B -ntp -q -Dcheckstyle.skip -Dspotbugs.skip -Dmaven.javadoc.skip -Dmdep.analyze.skip'
    [ -d "$source" ] || git -c advice.detachedHead=false clone -q --depth 1 --branch 1.2.0 "${TODO_STRIMZI_SOURCE:-https://github.com/strimzi/strimzi-kafka-operator}" "$source"
    cd "$source"
    # For Java 17, which Debian 12 has; and the newest clients whose parts are all published.
    sed -i 's#<maven.compiler.release>21<#<maven.compiler.release>17<#; s#>7\.8\.0<#>7.7.0<#' pom.xml
    sed -i 's/certChain.getLast()/certChain.get(certChain.size() - 1)/' operator-common/src/main/java/io/strimzi/operator/common/ca/CertificateUtils.java
    sed -i 's/newVirtualThreadPerTaskExecutor()/newCachedThreadPool()/' cluster-operator/src/main/java/io/strimzi/operator/cluster/operator/resource/KafkaRoller.java
    # Tests need what is not published; others need the tests of the first ones.
    perl -0pi -e 's#\s*<dependency>(?:(?!</dependency>).)*?<(?:artifactId>strimzi-test-container|groupId>io.strimzi.strimzi-test-connectors)<.*?</dependency>##gs' \
        topic-operator/pom.xml cluster-operator/pom.xml user-operator/pom.xml
    # shellcheck disable=SC2086
    mvn $quiet -DskipTests -pl kafka-agent,tracing-agent,operator-common,config-model-generator,mockkube -am install
    # shellcheck disable=SC2086
    mvn $quiet -Dmaven.test.skip=true -pl certificate-issuer,topic-operator install
    # shellcheck disable=SC2086
    mvn $quiet -Dmaven.test.skip=true -pl cluster-operator,user-operator,kafka-init package
}
made "$CLUSTER/src/strimzi/docker-images/artifacts/binaries/kafka-init-1.2.0-dist.zip" "Strimzi's operators" strimzi
kafka() {
    rm -rf "$CLUSTER/kafka.unfinished"
    mvn -B -q -ntp dependency:copy-dependencies -DincludeScope=runtime -f "$HERE/kafka.xml" -DoutputDirectory="$CLUSTER/kafka.unfinished"
    mv "$CLUSTER/kafka.unfinished" "$CLUSTER/kafka"
}
made "$CLUSTER/kafka" Kafka kafka
debian() {
    rm -rf "$IMAGES/debian.unfinished"
    debootstrap --variant=minbase --include=ca-certificates,curl,jq,openssl,postgresql-15,openjdk-17-jre-headless,libevent-2.1-7,tini,procps,net-tools,gawk \
        bookworm "$IMAGES/debian.unfinished"
    rm -rf "$IMAGES"/debian.unfinished/{var/cache/apt/archives/*.deb,usr/share/doc,usr/share/man,var/lib/apt/lists/*}
    mv "$IMAGES/debian.unfinished" "$IMAGES/debian"
    touch "$IMAGES/debian.once"
}
made "$IMAGES/debian" "the images' Debian" debian
say 'everything is built'
