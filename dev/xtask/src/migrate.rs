//! `cargo xtask migrate`: the crate `migrate`, with its result told.

use crate::cli::MigrateArgs;

/// Applies what is missing, and names it.
pub(crate) fn migrate(args: &MigrateArgs) -> anyhow::Result<()> {
    let applied = migrate::migrate(&args.database_url)?;
    for migration in &applied {
        println!("applied {}", migration.name);
    }
    let version = migrate::MIGRATIONS.last().map_or(0, |last| last.version);
    if applied.is_empty() {
        println!("nothing to do: the database is at version {version}");
    } else {
        println!("the database is now at version {version}");
    }
    Ok(())
}
