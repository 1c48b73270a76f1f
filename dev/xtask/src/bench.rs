//! `cargo xtask bench`: builds the application and its peers, then has the program of dev/bench measure them.

use crate::cli::BenchArgs;
use crate::{build, cmd, paths, setup, toolchain};
use std::path::PathBuf;

/// The workspace of the peers.
const PEERS: &str = "bench/peers/Cargo.toml";

/// Builds what is measured, and measures.
pub(crate) fn bench(args: &BenchArgs) -> anyhow::Result<()> {
    let only_text = ["--render", "--help", "-h"];
    let measures = !args
        .args
        .iter()
        .any(|word| only_text.contains(&word.as_str()));
    if measures {
        setup::postgres()?;
        setup::full_stack()?;
        let requirements = paths::root().join("bench/peers/fastapi/requirements.txt");
        stack::ensure_python("fastapi", &requirements, &cmd::interrupted)?;
        build::build_strictly()?;
        build::build_for_wasi_03()?;
        // Also where the Spin CLI is on the PATH: the two hosts are compared.
        let mut devhost = paths::cargo();
        devhost.args(["build", "--release", "-p", "devhost"]);
        cmd::run(devhost)?;
        peers()?;
    }
    let mut bench = paths::cargo();
    bench.args(["run", "--release", "-p", "bench", "--"]);
    bench.args(&args.args);
    // A backtrace for each error that anyhow makes, also where nobody looks at it, is a tenth of what a host does.
    bench.env("RUST_BACKTRACE", "0");
    cmd::run(bench)
}

fn peers() -> anyhow::Result<()> {
    let mut native = paths::cargo();
    native.args(["build", "--release", "--manifest-path", PEERS]);
    native.args(["-p", "peer-axum"]);
    cmd::run(native)?;
    let mut wasm = setup::wasm_toolchain()?.cargo_build();
    wasm.args(["--profile", "component", "--manifest-path", PEERS]);
    wasm.args(["-p", "peer-bare"]);
    cmd::run(wasm)?;
    let mut componentize = paths::cargo();
    componentize.args(["run", "--quiet", "--release", "-p", "componentize", "--"]);
    componentize
        .arg(compiled("peer_bare"))
        .arg(paths::root().join("target/peers/peer-bare.wasm"));
    cmd::run(componentize)
}

fn compiled(name: &str) -> PathBuf {
    paths::target()
        .join(toolchain::TARGET)
        .join("component")
        .join(format!("{name}.wasm"))
}
