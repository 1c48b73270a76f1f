//! `package --root DIR --output DIR --rust VERSION [--reference TAG]`: what `cargo xtask package` runs once all is built.

use anyhow::Context;
use chrono::{DateTime, SecondsFormat};
use clap::Parser;
use package::{Crates, Inputs, Manifest};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Debug, Parser)]
struct Args {
    /// The folder of spin.toml and Cargo.lock
    #[arg(long)]
    root: PathBuf,
    /// The folder to write
    #[arg(long)]
    output: PathBuf,
    /// The release of Rust that compiled the components
    #[arg(long)]
    rust: String,
    /// The tag [default: the version of spin.toml]
    #[arg(long)]
    reference: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let file = args.root.join("spin.toml");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let manifest = Manifest::parse(&text)?;
    let mut wasm = BTreeMap::new();
    let mut packages = Vec::new();
    for (id, source) in manifest.sources() {
        let bytes = std::fs::read(args.root.join(source))
            .with_context(|| format!("cannot read {source}"))?;
        wasm.insert(id.to_owned(), bytes);
        packages.extend(Path::new(source).file_stem().and_then(|name| name.to_str()));
    }
    let inputs = Inputs {
        manifest: &manifest,
        wasm: &wasm,
        crates: &Crates::of(&args.root, &packages)?,
        rust: &args.rust,
        reference: args.reference.as_deref().unwrap_or(manifest.version()),
        created: &created(&args.root)?,
    };
    let digest = package::package(&inputs, &args.output)?;
    let size: usize = wasm.values().map(Vec::len).sum();
    println!(
        "{}:{} is {digest}: {} components, {} KB",
        args.output.display(),
        inputs.reference,
        wasm.len(),
        size.div_ceil(1000)
    );
    Ok(())
}

/// The time of the commit, as the same commit is to give the same image; `SOURCE_DATE_EPOCH` says another one, and where there is
/// no commit it is that of the epoch. (https://reproducible-builds.org/specs/source-date-epoch)
fn created(root: &Path) -> anyhow::Result<String> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds,
        Err(_) => {
            let mut git = Command::new("git");
            git.current_dir(root).args(["log", "-1", "--format=%ct"]);
            let output = git.output().ok().filter(|output| output.status.success());
            output.map_or_else(
                || Ok("0".to_owned()),
                |output| String::from_utf8(output.stdout),
            )?
        }
    };
    let seconds = seconds
        .trim()
        .parse()
        .context("SOURCE_DATE_EPOCH is no number of seconds")?;
    let time = DateTime::from_timestamp(seconds, 0).context("SOURCE_DATE_EPOCH is out of range")?;
    Ok(time.to_rfc3339_opts(SecondsFormat::Secs, true))
}
