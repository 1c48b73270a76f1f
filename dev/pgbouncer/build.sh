#!/bin/sh
# Builds PgBouncer into the folder $1 from the sources of Debian 13. That of Debian 12 (1.18) cannot prepare statements in
# transaction mode, and Debian 13's program does not run there. apt works on lists of its own, so the machine's stay as
# they are; where Debian's archive is, they say.
set -eu
to=$1
work=$to/work
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb-src [signed-by=$keys] $archive trixie main" >"$work/sources.list"
apt() {
    apt-get -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$work/lists" \
        -o Dir::Cache="$work/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User="$(id -un)" "$@"
}
apt update
cd "$work"
apt source --download-only --only-source pgbouncer
tar xf pgbouncer_*.orig.tar.gz --strip-components=1
./configure --without-cares
make -j"$(nproc)" pgbouncer
mv pgbouncer "$to/pgbouncer"
rm -rf "$work"
