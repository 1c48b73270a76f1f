# The registry that a real Spin fetches the application from: it has what `cargo xtask package` made, under the name in
# k8s/app/spinapp.yaml. It serves on the node, CoreDNS names it, and the cluster's authority has signed for it. Sourced, after lib.sh.

application_image() { sed -n 's/^  image: //p' "$ROOT/k8s/app/spinapp.yaml"; }

registry() {
    local image host
    image=$(application_image)
    host=${image%%/*}
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$host" -keyout "$PKI/registry.key" -out "$PKI/registry.csr" 2>/dev/null
    openssl x509 -req -in "$PKI/registry.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -CAcreateserial -days 30 -out "$PKI/registry.crt" \
        -extfile <(echo "subjectAltName=DNS:$host") 2>/dev/null
    # It reads the layout once.
    stop registry
    start registry "$BIN/registry" "$NODE_IP:443" "$PKI/registry.crt" "$PKI/registry.key" "$ROOT/target/package" "${image##*:}" "${image#*/}"
    until_ok 30 'the registry' inside curl -s --cacert "$PKI/ca.crt" --resolve "$host:443:$NODE_IP" "https://$host/v2/"
}

# The authorities that Spin trusts: the operator mounts this Secret, and makes it where it is not there.
authorities() {
    cat "$IMAGES/debian/etc/ssl/certs/ca-certificates.crt" "$PKI/ca.crt" >"$RUN/authorities.crt"
    k -n todo-backend create secret generic spin-ca --from-file=ca-certificates.crt="$RUN/authorities.crt" --dry-run=client -o yaml |
        k apply --server-side --force-conflicts -f - >/dev/null
}
