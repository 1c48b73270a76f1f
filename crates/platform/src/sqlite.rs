//! The values and errors of Spin's SQLite interface, and its placeholders. The calls are `host`'s.

use crate::host::sqlite::{Error, RowResult, Sql};
use crate::text_time;
use crate::{DbError, Rows, Value};

/// The parameters of a statement.
pub(crate) fn parameters(values: &[Value]) -> Vec<Sql> {
    values.iter().map(bind).collect()
}

/// The rows of a result.
pub(crate) fn rows(rows: Vec<RowResult>) -> Rows {
    Rows(
        rows.into_iter()
            .map(|row| row.values.into_iter().map(column).collect())
            .collect(),
    )
}

/// `$1` is a name to SQLite, numbered by first appearance; `?1` is the number itself.
pub(crate) fn placeholders(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        let parameter = c == '$' && rest.peek().is_some_and(char::is_ascii_digit);
        out.push(if parameter { '?' } else { c });
    }
    out
}

fn bind(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(x) => Sql::Integer(i64::from(*x)),
        Value::Int(x) => Sql::Integer(*x),
        Value::Text(x) | Value::Json(x) => Sql::Text(x.clone()),
        Value::Uuid(x) => Sql::Text(x.to_string()),
        Value::Time(x) => Sql::Text(text_time::write(*x)),
    }
}

fn column(value: Sql) -> Value {
    match value {
        Sql::Null => Value::Null,
        Sql::Integer(x) => Value::Int(x),
        Sql::Text(x) => Value::Text(x),
        // No column of ours has these types; the row reader reports them.
        Sql::Real(_) | Sql::Blob(_) => Value::Text("unsupported type".to_owned()),
    }
}

/// No such table or column, in a query and in an insert; no unique index for `ON CONFLICT`.
const NO_SUCH: [&str; 4] = [
    "no such table",
    "no such column",
    "has no column named",
    "ON CONFLICT clause does not match",
];

/// The interface has one variant, with text, for whatever SQLite itself says.
pub(crate) fn error(error: Error) -> DbError {
    match error {
        Error::Io(text) if NO_SUCH.iter().any(|words| text.contains(words)) => {
            DbError::Schema(text)
        }
        Error::Io(text)
            if ["locked", "busy", "disk", "unable to open", "readonly"]
                .iter()
                .any(|w| text.contains(w)) =>
        {
            DbError::Unavailable(text)
        }
        Error::Io(text) => DbError::Statement(text),
        Error::NoSuchDatabase | Error::AccessDenied => {
            DbError::Unavailable("no access to it".to_owned())
        }
        Error::InvalidConnection | Error::DatabaseFull => {
            DbError::Unavailable("connection lost or disk full".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn only_numbered_parameters_are_rewritten() {
        assert_eq!(
            placeholders("a = $1 AND b = $12 AND j = '$.x'"),
            "a = ?1 AND b = ?12 AND j = '$.x'"
        );
    }
}
