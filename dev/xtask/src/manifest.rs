//! The manifest of the components for WASI 0.3, made from `spin.toml`: the same application, from another folder.

use anyhow::{Context, ensure};
use stack::Wasi;
use std::fs;
use std::path::Path;

/// Writes it below the root of the repository.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    let from = Wasi::V02.manifest(root);
    let text = fs::read_to_string(&from).with_context(|| format!("no {}", from.display()))?;
    let to = Wasi::V03.manifest(root);
    fs::write(&to, for_wasi_03(&text)?).with_context(|| format!("cannot write {}", to.display()))
}

/// Its sources are relative to `target`, where it lies.
fn for_wasi_03(manifest: &str) -> anyhow::Result<String> {
    let mut made = "# Made from spin.toml by `cargo xtask build --wasi 0.3`.\n".to_owned();
    made += manifest;
    for (old, new) in [
        ("source = \"target/components/", "source = \"components-p3/"),
        (
            "command = \"cargo xtask build\"",
            "command = \"cargo xtask build --wasi 0.3\"",
        ),
    ] {
        ensure!(made.contains(old), "spin.toml has no `{old}`");
        made = made.replace(old, new);
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sources_and_the_build_differ() {
        let manifest = fs::read_to_string(Wasi::V02.manifest(&crate::paths::root())).unwrap();
        let made = for_wasi_03(&manifest).unwrap();
        let differ = made.lines().skip(1).zip(manifest.lines());
        let differ: Vec<_> = differ.filter(|(new, old)| new != old).collect();
        let components = crate::components::application().unwrap().len();
        assert_eq!(differ.len(), components + 1);
        for (new, _) in differ {
            let expected =
                new.starts_with("source = \"components-p3/") || new.contains("--wasi 0.3");
            assert!(expected, "{new}");
        }
    }
}
