//! PostgreSQL's errors as the interface has them: the server's own with severity, code, message and detail.

use tokio_postgres::error::DbError as Reported;

use crate::bindings::spin::postgres::postgres::{DbError, Error, QueryError};

/// A statement that failed.
pub(super) fn query_failed(error: &tokio_postgres::Error) -> Error {
    let as_text = format!("{error:?}");
    let Some(reported) = error.as_db_error() else {
        return text(as_text);
    };
    Error::QueryFailed(QueryError::DbError(DbError {
        as_text,
        severity: reported.severity().to_owned(),
        code: reported.code().code().to_owned(),
        message: reported.message().to_owned(),
        detail: reported.detail().map(ToOwned::to_owned),
        extras: extras(reported),
    }))
}

/// A failure that the server did not report, such as a connection that broke.
pub(super) fn text(message: String) -> Error {
    Error::QueryFailed(QueryError::Text(message))
}

/// Whatever else the server told, by the names that Spin gives it.
fn extras(reported: &Reported) -> Vec<(String, String)> {
    let line = reported.line().map(|line| line.to_string());
    let named = [
        ("column", reported.column()),
        ("constraint", reported.constraint()),
        ("routine", reported.routine()),
        ("hint", reported.hint()),
        ("table", reported.table()),
        ("datatype", reported.datatype()),
        ("schema", reported.schema()),
        ("file", reported.file()),
        ("line", line.as_deref()),
        ("where_", reported.where_()),
    ];
    named
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect()
}
