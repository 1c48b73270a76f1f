//! PostgreSQL's errors as the interface has them: the server's own with severity, code, message and detail.

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
        extras: Vec::new(),
    }))
}

/// A failure that the server did not report, such as a connection that broke.
pub(super) fn text(message: String) -> Error {
    Error::QueryFailed(QueryError::Text(message))
}
