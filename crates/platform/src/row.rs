//! The rows that a statement returned, read column by column.

use crate::{Value, text_time};
use chrono::{DateTime, NaiveDateTime, Utc};
use uuid::Uuid;

/// The rows that a statement returned.
#[derive(Debug, Default)]
pub struct Rows(pub(crate) Vec<Vec<Value>>);

impl Rows {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Rows {
    type Item = Row;
    type IntoIter = std::iter::Map<std::vec::IntoIter<Vec<Value>>, fn(Vec<Value>) -> Row>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|values| Row {
            values: values.into_iter(),
            column: 0,
        })
    }
}

/// A column that is not what the code expects: schema and code are of different versions.
#[derive(Debug, thiserror::Error)]
#[error("column {column} is not a {expected}")]
pub struct RowError {
    column: usize,
    expected: &'static str,
}

/// One row, read from left to right in the order of the statement's columns.
pub struct Row {
    values: std::vec::IntoIter<Value>,
    column: usize,
}

impl Row {
    /// The next column.
    ///
    /// # Errors
    /// [`RowError`] when it is missing or of another type; NULL is only read as an `Option`.
    pub fn read<T: Column>(&mut self) -> Result<T, RowError> {
        self.column += 1;
        let value = self.values.next().unwrap_or(Value::Null);
        T::from_value(value).ok_or(RowError {
            column: self.column,
            expected: std::any::type_name::<T>(),
        })
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// `None` when the value is of another type.
    fn from_value(value: Value) -> Option<Self>;
}

macro_rules! column {
    ($($type:ty: $($pattern:pat => $value:expr),+;)*) => {
        $(impl Column for $type {
            fn from_value(value: Value) -> Option<Self> {
                match value { $($pattern => $value,)+ _ => None }
            }
        })*
    };
}

column! {
    String: Value::Text(x) | Value::Json(x) => Some(x);
    i64: Value::Int(x) => Some(x);
    u32: Value::Int(x) => x.try_into().ok();
    u64: Value::Int(x) => x.try_into().ok();
    bool: Value::Bool(x) => Some(x), Value::Int(x) => Some(x != 0);
    Uuid: Value::Uuid(x) => Some(x), Value::Text(x) => x.parse().ok();
    NaiveDateTime: Value::Time(x) => Some(x),
        Value::Text(x) => text_time::read(&x);
}

impl Column for DateTime<Utc> {
    fn from_value(value: Value) -> Option<Self> {
        NaiveDateTime::from_value(value).map(|time| time.and_utc())
    }
}

impl<T: Column> Column for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}
