//! `componentize IN OUT [IN OUT ...]`: writes each core module as a component, unless the file is that already.

use anyhow::Context as _;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    for pair in files.chunks(2) {
        let [from, to] = pair else {
            anyhow::bail!("usage: componentize IN OUT [IN OUT ...]");
        };
        let module = std::fs::read(from).with_context(|| format!("cannot read {from}"))?;
        let component = componentize::componentize(&module).with_context(|| from.clone())?;
        replace(Path::new(to), &component)?;
    }
    Ok(())
}

/// Writes a file unless it has these bytes already. A host that reads it meanwhile sees the old or the new one, whole.
fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let folder = path.parent().context("a file without a folder")?;
    std::fs::create_dir_all(folder)?;
    let new = path.with_extension("wasm.new");
    std::fs::write(&new, bytes)?;
    std::fs::rename(&new, path).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_only_written_when_it_changed() {
        let folder = std::env::temp_dir().join(format!("componentize-{}", std::process::id()));
        let file = folder.join("deep/a.wasm");
        replace(&file, b"one").unwrap();
        let written = || std::fs::metadata(&file).unwrap().modified().unwrap();
        let first = written();
        replace(&file, b"one").unwrap();
        assert_eq!(written(), first);
        replace(&file, b"two").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"two");
        assert_eq!(
            std::fs::read_dir(file.parent().unwrap()).unwrap().count(),
            1
        );
        std::fs::remove_dir_all(folder).unwrap();
    }
}
