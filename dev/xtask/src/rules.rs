//! The rules for source files that no other tool checks: how a module opens and how long it may be.

use std::path::{Path, PathBuf};

/// The most lines of a file.
const MAX_LINES: usize = 250;

/// Every `.rs` file below `folder`, outside of target directories and hidden folders. Sorted.
pub(crate) fn sources(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                found.extend(sources(&path)?);
            }
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What is wrong with a source file.
pub(crate) fn complaints(text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let opening = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("//!"));
    if opening.is_none_or(|words| words.trim().is_empty()) {
        complaints.push("does not open with `//!`: what it owns, and what not".to_owned());
    }
    let lines = text.lines().count();
    if lines > MAX_LINES {
        complaints.push(format!("has {lines} lines; {MAX_LINES} are the most"));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_opens_with_its_docs() {
        assert!(complaints("//! Owns this.\nfn f() {}\n").is_empty());
        assert_eq!(complaints("use std::fs;\n//! Late.\n").len(), 1);
        assert_eq!(complaints("//!\n").len(), 1);
        assert_eq!(complaints("").len(), 1);
    }

    #[test]
    fn the_line_limit_is_250() {
        let file = |lines: usize| format!("//! Owns this.\n{}", "\n".repeat(lines - 1));
        assert!(complaints(&file(250)).is_empty());
        assert_eq!(complaints(&file(251)).len(), 1);
    }

    #[test]
    fn target_and_hidden_folders_are_no_sources() {
        let folder = tempfile::tempdir().unwrap();
        for place in ["src", "target/debug", ".git"] {
            std::fs::create_dir_all(folder.path().join(place)).unwrap();
            std::fs::write(folder.path().join(place).join("a.rs"), "").unwrap();
        }
        assert_eq!(
            sources(folder.path()).unwrap(),
            [folder.path().join("src/a.rs")]
        );
    }
}
