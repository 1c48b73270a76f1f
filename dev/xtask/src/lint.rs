//! `cargo xtask lint`: format, clippy, and the rules of [`crate::rules`]. Runs all of them, then says what failed.

use crate::{cmd, paths, rules};
use anyhow::bail;
use std::process::Command;

type Check = fn() -> anyhow::Result<()>;

/// Runs every check; an error names those that failed.
pub(crate) fn lint() -> anyhow::Result<()> {
    for tool in ["fmt", "clippy"] {
        if stack::output(paths::cargo().args([tool, "--version"])).is_err() {
            bail!("`cargo {tool}` is missing: rustup component add rustfmt clippy");
        }
    }
    let checks: [(&str, Check); 3] = [
        ("format", format),
        ("clippy", clippy),
        ("source rules", source_rules),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        println!("\n== {name}\n");
        if let Err(error) = check() {
            if cmd::interrupted() {
                return Err(error);
            }
            eprintln!("{error:#}");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    println!("\nall checks passed");
    Ok(())
}

fn format() -> anyhow::Result<()> {
    cmd::run(cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> anyhow::Result<()> {
    cmd::run(cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn source_rules() -> anyhow::Result<()> {
    let root = paths::root();
    let sources = rules::sources(&root)?;
    let mut wrong = 0;
    for path in &sources {
        let shown = path.strip_prefix(&root).unwrap_or(path).display();
        for complaint in rules::complaints(&std::fs::read_to_string(path)?) {
            eprintln!("{shown} {complaint}");
            wrong += 1;
        }
    }
    if wrong > 0 {
        bail!("{wrong} complaints about source files");
    }
    println!("{} source files keep the rules", sources.len());
    Ok(())
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = paths::cargo();
    cargo.args(arguments);
    cargo
}
