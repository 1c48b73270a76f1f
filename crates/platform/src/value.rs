//! Values in and out of either database.

use chrono::{DateTime, NaiveDateTime, Utc};
use uuid::Uuid;

/// A parameter or a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A truth value; 0 or 1 in SQLite.
    Bool(bool),
    /// A whole number; PostgreSQL columns are `bigint`.
    Int(i64),
    /// Text.
    Text(String),
    /// JSON text; `jsonb` in PostgreSQL.
    Json(String),
    /// An identifier; `uuid` in PostgreSQL, text in SQLite.
    Uuid(Uuid),
    /// A time without a zone, UTC unless the column says otherwise; `timestamp` in PostgreSQL, ISO text in SQLite.
    Time(NaiveDateTime),
}

macro_rules! into_value {
    ($($from:ty => |$x:ident| $value:expr;)*) => {
        $(impl From<$from> for Value { fn from($x: $from) -> Self { $value } })*
    };
}

into_value! {
    bool => |x| Self::Bool(x);
    i64 => |x| Self::Int(x);
    u32 => |x| Self::Int(i64::from(x));
    &str => |x| Self::Text(x.to_owned());
    String => |x| Self::Text(x);
    Uuid => |x| Self::Uuid(x);
    NaiveDateTime => |x| Self::Time(x);
    DateTime<Utc> => |x| Self::Time(x.naive_utc());
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
