//! Brings a PostgreSQL database to the schema of the files in migrations/postgres: the script for it that lies beside them,
//! which the cluster's Job runs too.

use crate::install::ensure_psql;
use crate::process::GivenUp;
use crate::run::output;
use anyhow::Context;
use std::path::Path;
use std::process::Command;

/// Applies what is missing of `root`/migrations/postgres to the database at `url`, and names these files. Safe to repeat,
/// and safe while another one runs. Installs psql where it is missing.
///
/// # Errors
/// What psql or the database said. Files before the one that failed stay applied. No message has the password.
pub fn migrate(root: &Path, url: &str, given_up: GivenUp<'_>) -> anyhow::Result<Vec<String>> {
    let (url, password) = without_password(url)
        .context("the database URL is not valid; it looks like postgres://user:password@host:5432/name?sslmode=require")?;
    let psql = ensure_psql(given_up)?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = psql.parent().map(Path::to_owned).into_iter();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path)))?;
    let mut script = Command::new("sh");
    script
        .arg(root.join("migrations/postgres/apply.sh"))
        .args(["-d", &url])
        .env("PATH", path);
    if let Some(password) = password {
        script.env("PGPASSWORD", password);
    }
    let applied = output(&mut script).context("cannot migrate the database")?;
    let names = applied
        .lines()
        .filter_map(|line| line.strip_prefix("applying "));
    Ok(names.map(str::to_owned).collect())
}

/// `url` without its password, which everyone on this machine could read on a command line; and the password.
fn without_password(url: &str) -> Option<(String, Option<String>)> {
    let (scheme, rest) = url.split_once("://")?;
    if !["postgres", "postgresql"].contains(&scheme) {
        return None;
    }
    // The first slash ends the authority, and the first @ the user's part of it: libpq reads a URL like this.
    let authority = rest.split('/').next()?;
    let Some((user, _)) = authority.split_once('@') else {
        return Some((url.to_owned(), None));
    };
    let Some((name, password)) = user.split_once(':') else {
        return Some((url.to_owned(), None));
    };
    let hosts = rest.get(user.len()..)?;
    let password = percent_encoding::percent_decode_str(password);
    let password = password.decode_utf8().ok()?.into_owned();
    Some((format!("{scheme}://{name}{hosts}"), Some(password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_leaves_the_url_and_nothing_else_does() {
        let split =
            |url| without_password(url).map(|(url, password)| (url, password.unwrap_or_default()));
        let kept = |url: &str| Some((url.to_owned(), String::new()));
        assert_eq!(
            split("postgres://ann:p%40ss:w@h:5432/todo?sslmode=require"),
            Some((
                "postgres://ann@h:5432/todo?sslmode=require".to_owned(),
                "p@ss:w".to_owned()
            ))
        );
        for url in [
            "postgres://ann@h/todo",
            "postgresql://h:5432/todo?user=a@b",
            "postgres:///todo",
        ] {
            assert_eq!(split(url), kept(url));
        }
        assert_eq!(split("postgres:/ann:secret@"), None);
        assert_eq!(split("mysql://ann:secret@h/todo"), None);
    }
}
