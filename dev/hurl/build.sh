#!/bin/sh
# Builds Hurl into the folder $1, as $1/bin/hurl. `cargo xtask` calls it; it needs the packages that dev/stack/src/install.rs names.
set -eu

# The newest that Rust 1.95 compiles.
version=8.0.1

# A target folder of its own, which cargo removes.
unset CARGO_TARGET_DIR
exec "${CARGO:-cargo}" install "hurl@$version" --locked --root "$1"
