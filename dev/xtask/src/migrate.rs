//! `cargo xtask migrate`: the script of migrations/postgres, with its result told.

use crate::cli::MigrateArgs;
use crate::{cmd, paths};

/// Applies what is missing, and names it.
pub(crate) fn migrate(args: &MigrateArgs) -> anyhow::Result<()> {
    let applied = stack::migrate(&paths::root(), &args.database_url, &cmd::interrupted)?;
    for name in &applied {
        println!("applied {name}");
    }
    if applied.is_empty() {
        println!("nothing to do: the database is up to date");
    }
    Ok(())
}
