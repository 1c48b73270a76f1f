//! Links and paths: nothing leads nowhere.

use std::path::Path;

use e2e::{read, root};

use crate::ALL;

/// What a document names of this checkout: targets of its links, and files of these folders in its text.
fn places(document: &str) -> Vec<String> {
    let links = document
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.starts_with("http") && !link.starts_with('#'));
    links
        .filter_map(|link| link.split('#').next())
        .map(str::to_owned)
        .collect()
}

/// Files of these folders that the text or a command names by their place in the checkout.
fn named(document: &str) -> Vec<String> {
    let word = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    document
        .split(|character| !word(character))
        .filter(|word| {
            ["k8s/", "migrations/", "dev/", "crates/", "tests/"]
                .iter()
                .any(|folder| word.starts_with(folder))
        })
        .map(|word| word.trim_end_matches('.').to_owned())
        .collect()
}

#[test]
fn every_link_leads_to_a_file() {
    for file in ALL {
        let folder = root().join(file);
        let folder = folder.parent().unwrap_or(Path::new("."));
        for link in places(&read(file)) {
            assert!(folder.join(&link).exists(), "{file} links to {link}");
        }
    }
}

#[test]
fn every_path_is_there() {
    for file in ALL {
        for path in named(&read(file)) {
            assert!(root().join(&path).exists(), "{file} names {path}");
        }
    }
}
