//! `cargo xtask package`: the components as an OCI image layout, by dev/package.

use crate::cli::{BuildArgs, PackageArgs};
use crate::{build, cmd, components, paths, setup};

/// Builds, and writes the layout, by default to `target/package`.
pub(crate) fn package(args: &PackageArgs) -> anyhow::Result<()> {
    let components = components::application()?;
    build::build(&BuildArgs {
        components,
        ..BuildArgs::default()
    })?;
    let output = match &args.output {
        Some(folder) => std::path::absolute(folder)?,
        None => paths::root().join("target/package"),
    };
    let mut cargo = paths::cargo();
    cargo.args(["run", "--quiet", "--package", "package", "--"]);
    cargo.arg("--root").arg(paths::root());
    cargo.arg("--output").arg(output);
    cargo.arg("--rust").arg(setup::wasm_toolchain()?.release()?);
    if let Some(reference) = &args.reference {
        cargo.args(["--reference", reference]);
    }
    cmd::run(cargo)
}

/// A tag as the distribution specification has it. The registry's part of a name is chosen by whoever pushes the layout.
pub(crate) fn tag(text: &str) -> Result<String, String> {
    let word = |one: char| one.is_ascii_alphanumeric() || one == '_';
    let tag = text.len() <= 128
        && text.starts_with(word)
        && text
            .chars()
            .all(|one| word(one) || one == '.' || one == '-');
    tag.then(|| text.to_owned())
        .ok_or_else(|| "wanted: a tag, such as 0.1.0".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::Parser;

    #[test]
    fn the_name_of_a_packaged_image_is_a_tag() {
        let of = |name| Cli::try_parse_from(["xtask", "package", "--reference", name]);
        for good in ["0.1.0", "latest", "_a-b.c"] {
            assert!(of(good).is_ok(), "{good}");
        }
        for wrong in ["", ".a", "a:b", "example.com/a", &"a".repeat(129)] {
            assert!(
                of(wrong).unwrap_err().to_string().contains("0.1.0"),
                "{wrong}"
            );
        }
    }
}
