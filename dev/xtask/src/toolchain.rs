//! The two compilers that can make Wasm components, and how each is called. Installing them is [`crate::setup`].

use crate::paths;
use anyhow::Context;
use std::path::Path;
use std::process::Command;

/// The target of every component.
pub(crate) const TARGET: &str = "wasm32-wasip1";

/// Where cargo looks for the flags of the compiler for it.
const FLAGS: &str = "CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS";

/// For the linker. The memory that an instance begins with: the host clears all of it for each instance, and to let it grow
/// takes a call of the system, so a stack of 256 KiB, not of 1 MiB, and a heap that is enough for most requests from the start.
/// And addresses as short as they can be, not all of them five bytes long.
const LINKING: &str = "-C link-arg=-zstack-size=262144 -C link-arg=--initial-heap=262144 -C link-arg=--compress-relocations";

const DEBIAN_LINKER: &str = "wasm-ld-22";
const DEBIAN_CRT: &str = "/usr/lib/wasm32-wasi/crt1-reactor.o";
const DEBIAN_FILES: [&str; 5] = [
    "/usr/bin/cargo",
    "/usr/bin/rustc",
    "/usr/bin/wasm-ld-22",
    DEBIAN_CRT,
    "/usr/lib/rustlib/src/rust/library/std/Cargo.toml",
];

/// A compiler for wasm32-wasip1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Toolchain {
    /// The active toolchain, with the target's standard library installed.
    Rustup,
    /// Debian's rustc-web in /usr/bin, which builds the standard library from its sources.
    Debian,
}

/// Which of the two is asked for by `TODO_WASM_TOOLCHAIN`; `None` is whichever is there.
pub(crate) fn wanted() -> anyhow::Result<Option<Toolchain>> {
    match std::env::var("TODO_WASM_TOOLCHAIN").as_deref() {
        Err(_) | Ok("") => Ok(None),
        Ok("rustup") => Ok(Some(Toolchain::Rustup)),
        Ok("debian") => Ok(Some(Toolchain::Debian)),
        Ok(other) => anyhow::bail!("TODO_WASM_TOOLCHAIN is rustup or debian, not {other:?}"),
    }
}

impl Toolchain {
    /// Whether it is ready on this machine.
    pub(crate) fn is_installed(self) -> bool {
        match self {
            Self::Rustup => rustup_std_is_there(),
            Self::Debian => DEBIAN_FILES.iter().all(|file| Path::new(file).is_file()),
        }
    }

    /// The release of Rust that it is, such as 1.95.0.
    pub(crate) fn release(self) -> anyhow::Result<String> {
        let mut rustc = Command::new(match self {
            Self::Rustup => "rustc",
            Self::Debian => "/usr/bin/rustc",
        });
        let version = stack::output(rustc.arg("--version"))?;
        let release = version.split(' ').nth(1);
        Ok(release
            .context("rustc does not tell its version")?
            .to_owned())
    }

    /// A `cargo build` for the target; packages and profile are the caller's.
    pub(crate) fn cargo_build(self) -> Command {
        let mut cargo = match self {
            Self::Rustup => rustup_cargo(),
            Self::Debian => debian_cargo(),
        };
        cargo.args(["build", "--target", TARGET]);
        if self == Self::Debian {
            cargo.arg("-Zbuild-std=std,panic_abort");
        }
        cargo
    }
}

fn rustup_std_is_there() -> bool {
    let sysroot = stack::output(Command::new("rustc").args(["--print", "sysroot"]));
    sysroot.is_ok_and(|sysroot| {
        Path::new(&sysroot)
            .join("lib/rustlib")
            .join(TARGET)
            .join("lib")
            .is_dir()
    })
}

fn rustup_cargo() -> Command {
    let mut cargo = paths::cargo();
    cargo.env(FLAGS, LINKING);
    cargo
}

/// Debian's cargo and compiler, kept apart from what rustup and the calling cargo put into the environment.
fn debian_cargo() -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let folder = Path::new(DEBIAN_CRT)
        .parent()
        .unwrap_or(Path::new("/"))
        .display();
    let flags =
        format!("-L native={folder} -C link-self-contained=no -C link-arg={DEBIAN_CRT} {LINKING}");
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo
        .current_dir(paths::root())
        .env("CARGO_TARGET_DIR", paths::target())
        .env("PATH", format!("/usr/bin:{path}"))
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_WASIP1_LINKER", DEBIAN_LINKER)
        .env(FLAGS, flags);
    for name in [
        "CARGO",
        "LD_LIBRARY_PATH",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTUP_TOOLCHAIN",
        "RUSTDOC",
    ] {
        cargo.env_remove(name);
    }
    cargo
}
