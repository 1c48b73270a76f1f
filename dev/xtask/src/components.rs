//! Which packages become components.

use crate::paths;
use anyhow::{Context, bail};
use stack::Wasi;

/// devhost's tests run this component; it has no part in the application.
pub(crate) const fn guest(wasi: Wasi) -> &'static str {
    match wasi {
        Wasi::V02 => "devhost-guest",
        Wasi::V03 => "devhost-guest-p3",
    }
}

/// The packages to compile to Wasm: those named, or all (the test guest of this version included). Sorted.
pub(crate) fn select(named: &[String], wasi: Wasi) -> anyhow::Result<Vec<String>> {
    let mut all = application()?;
    all.push(guest(wasi).to_owned());
    all.sort();
    if named.is_empty() {
        return Ok(all);
    }
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        bail!("no component {unknown:?}; there are: {}", all.join(", "));
    }
    Ok(all
        .into_iter()
        .filter(|name| named.contains(name))
        .collect())
}

/// Every component of the application: a folder of `components/` has the name of its package.
pub(crate) fn application() -> anyhow::Result<Vec<String>> {
    let folder = paths::root().join("components");
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_component_is_an_error_that_lists_them() {
        let error = select(&["nope".to_owned()], Wasi::V02)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("nope") && error.contains("task-completed"),
            "{error}"
        );
    }

    #[test]
    fn every_component_of_the_manifest_has_a_folder_and_every_folder_a_component() {
        let manifest = std::fs::read_to_string(paths::root().join("spin.toml")).unwrap();
        let mut in_manifest: Vec<&str> = manifest
            .lines()
            .filter_map(|line| {
                line.strip_prefix("source = \"target/components/")?
                    .strip_suffix(".wasm\"")
            })
            .collect();
        in_manifest.sort_unstable();
        assert_eq!(application().unwrap(), in_manifest);
    }

    fn read(file: &str) -> String {
        std::fs::read_to_string(paths::root().join(file)).unwrap()
    }

    /// The variables of the application.
    fn variables() -> Vec<String> {
        let manifest = read("spin.toml");
        let section = manifest.split("\n[variables]\n").nth(1).unwrap();
        let settings = section.lines().take_while(|line| !line.starts_with("[["));
        let names = settings.filter_map(|line| Some(line.split_once(" = {")?.0.to_owned()));
        let names: Vec<String> = names.collect();
        assert!(names.contains(&"database_url".to_owned()), "{names:?}");
        names
    }

    #[track_caller]
    fn names_all(document: &str, wanted: impl Iterator<Item = String>) {
        let text = read(document);
        let missing: Vec<_> = wanted.filter(|name| !text.contains(name)).collect();
        assert!(missing.is_empty(), "{document} does not name {missing:?}");
    }

    #[test]
    fn the_documents_name_every_component_and_every_variable() {
        let components = application().unwrap().into_iter();
        names_all(
            "README.md",
            components.map(|name| format!("(components/{name})")),
        );
        let variables = variables().into_iter();
        names_all(
            "docs/configuration.md",
            variables.map(|name| format!("`{name}`")),
        );
    }

    /// The command lines after `cargo xtask` in the indented blocks of the documents.
    fn commands_shown() -> Vec<String> {
        ["README.md", "docs/deploy.md", "docs/configuration.md"]
            .iter()
            .flat_map(|document| {
                let text = read(document);
                let commands = text
                    .lines()
                    .filter_map(|line| line.strip_prefix("    cargo xtask "));
                let commands = commands.map(|line| line.split('#').next().unwrap().to_owned());
                commands.collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn every_command_shown_is_one() {
        let commands = commands_shown();
        assert!(commands.len() >= 3, "{commands:?}");
        for command in commands {
            let words = std::iter::once("xtask").chain(command.split_whitespace());
            let parsed = <crate::cli::Cli as clap::Parser>::try_parse_from(words);
            assert!(parsed.is_ok(), "cargo xtask {command}");
        }
    }

    #[test]
    fn the_deployment_shows_every_variable_and_needs_no_authority_for_the_database() {
        let app = read("k8s/app/spinapp.yaml");
        let entries: Vec<(&str, &str)> = app
            .lines()
            .map(|line| line.trim_start_matches([' ', '#']))
            .zip(app.lines().skip(1))
            .filter_map(|(line, next)| Some((line.strip_prefix("- name: ")?, next.trim())))
            .collect();
        let place = |name: &str| entries.iter().position(|entry| entry.0 == name);
        let missing: Vec<_> = variables()
            .into_iter()
            .filter(|name| place(name).is_none())
            .collect();
        assert!(missing.is_empty(), "k8s/app/spinapp.yaml lacks {missing:?}");
        // Kubernetes replaces only what an earlier entry has set.
        let (_, url) = entries[place("database_url").unwrap()];
        for part in ["database_user", "database_password", "database_name"] {
            assert!(place(part).unwrap() < place("database_url").unwrap());
            let variable = format!("$(SPIN_VARIABLE_{})", part.to_uppercase());
            assert!(url.contains(&variable), "{url}");
        }
        let (_, host) = entries[place("database_host").unwrap()];
        let host = host.strip_prefix("value: ").unwrap();
        assert!(url.contains(&format!("@{host}/")), "{url}");
        assert!(url.ends_with("?sslmode=disable"), "{url}");
    }
}
