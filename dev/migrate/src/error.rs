//! Why a migration failed, in words that name no password.

/// Why the database could not be migrated.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The URL is not one; it is not repeated, because it may hold a password.
    #[error(
        "the database URL is not valid; it looks like postgres://user:password@host:5432/name ({0})"
    )]
    Url(String),
    /// No connection.
    #[error("cannot connect to {server}: {reason}")]
    Connect {
        /// Host and port.
        server: String,
        /// What the server or the network said.
        reason: String,
    },
    /// A statement failed; the file that it stands in has had no effect.
    #[error("{file}: {reason}")]
    Statement {
        /// The migration's file name, or what was done outside of one.
        file: String,
        /// What the server said.
        reason: String,
    },
    /// Newer code has migrated this database.
    #[error(
        "the database is at version {database}, this code knows versions up to {code}: use newer code"
    )]
    Newer {
        /// The database's version.
        database: i64,
        /// The highest version of this code.
        code: i64,
    },
}

/// The server's own words with its hints; `postgres::Error` alone says "db error".
pub(crate) fn reason(error: &postgres::Error) -> String {
    let Some(server) = error.as_db_error() else {
        return with_sources(error);
    };
    let mut text = format!("{} ({})", server.message(), server.code().code());
    for more in [server.detail(), server.hint()].into_iter().flatten() {
        text.push_str(". ");
        text.push_str(more);
    }
    text
}

fn with_sources(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
