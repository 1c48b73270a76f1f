//! The values and errors of Spin's PostgreSQL interface. The calls are `host`'s.

use crate::host::postgres::{DbValue, ParameterValue, PgError, QueryError};
use crate::{DbError, Rows, Value};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// The parameters of a statement.
pub(crate) fn parameters(values: &[Value]) -> Vec<ParameterValue> {
    values.iter().map(bind).collect()
}

/// The rows of a result.
pub(crate) fn rows(rows: Vec<Vec<DbValue>>) -> Rows {
    Rows(
        rows.into_iter()
            .map(|row| row.into_iter().map(column).collect())
            .collect(),
    )
}

fn bind(value: &Value) -> ParameterValue {
    match value {
        Value::Null => ParameterValue::DbNull,
        Value::Bool(x) => ParameterValue::Boolean(*x),
        Value::Int(x) => ParameterValue::Int64(*x),
        Value::Text(x) => ParameterValue::Str(x.clone()),
        Value::Json(x) => ParameterValue::Jsonb(x.clone().into_bytes()),
        Value::Uuid(x) => ParameterValue::Uuid(x.to_string()),
        Value::Time(x) => ParameterValue::Datetime(datetime(*x)),
    }
}

fn column(value: DbValue) -> Value {
    match value {
        DbValue::DbNull => Value::Null,
        DbValue::Boolean(x) => Value::Bool(x),
        DbValue::Int64(x) => Value::Int(x),
        DbValue::Int32(x) => Value::Int(i64::from(x)),
        DbValue::Int16(x) => Value::Int(i64::from(x)),
        DbValue::Str(x) => Value::Text(x),
        DbValue::Jsonb(x) => Value::Json(String::from_utf8_lossy(&x).into_owned()),
        DbValue::Uuid(x) => x.parse().map_or(Value::Text(x), Value::Uuid),
        DbValue::Datetime(x) => from_datetime(x).map_or(Value::Null, Value::Time),
        // No column of ours has another type; the row reader reports it.
        _ => Value::Text("unsupported type".to_owned()),
    }
}

/// Year, month, day, hour, minute, second, nanosecond.
type Datetime = (i32, u8, u8, u8, u8, u8, u32);

fn datetime(time: NaiveDateTime) -> Datetime {
    let small = |n: u32| u8::try_from(n).unwrap_or(u8::MAX);
    (
        time.year(),
        small(time.month()),
        small(time.day()),
        small(time.hour()),
        small(time.minute()),
        small(time.second()),
        time.nanosecond(),
    )
}

fn from_datetime(
    (year, month, day, hour, minute, second, nano): Datetime,
) -> Option<NaiveDateTime> {
    NaiveDate::from_ymd_opt(year, month.into(), day.into())?.and_hms_nano_opt(
        hour.into(),
        minute.into(),
        second.into(),
        nano,
    )
}

/// No such schema, table or column; no unique index for `ON CONFLICT`.
const NO_SUCH: [&str; 4] = ["3F000", "42P01", "42703", "42P10"];

pub(crate) fn error(error: PgError) -> DbError {
    match error {
        PgError::QueryFailed(QueryError::DbError(error)) => {
            let text = format!("{} {}", error.code, error.message);
            match error.code.get(..2) {
                _ if NO_SUCH.contains(&error.code.as_str()) => DbError::Schema(text),
                // Connection, transaction rollback, resources, operator intervention, system error.
                Some("08" | "40" | "53" | "57" | "58") => DbError::Unavailable(text),
                _ => DbError::Statement(text),
            }
        }
        // No answer of the server itself: the connection broke.
        PgError::QueryFailed(QueryError::Text(text))
        | PgError::ConnectionFailed(text)
        | PgError::Other(text) => DbError::Unavailable(text),
        PgError::BadParameter(text) | PgError::ValueConversionFailed(text) => {
            DbError::Statement(text)
        }
    }
}
