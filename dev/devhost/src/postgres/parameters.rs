//! From the interface's values to PostgreSQL's: the parameters of a statement, of the types that this application passes.

use anyhow::{Context as _, Result, bail};
use bytes::BytesMut;
use chrono::NaiveDate;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::bindings::spin::postgres::postgres::ParameterValue;

type Parameter = Box<dyn ToSql + Send + Sync>;
type DynError = Box<dyn std::error::Error + Sync + Send>;

/// The driver's form of all parameters of a statement.
pub(super) fn all(values: &[ParameterValue]) -> Result<Vec<Parameter>> {
    values.iter().map(to_sql).collect()
}

/// Fails for text that is no UUID or JSON, for a time that does not exist, and for another type.
fn to_sql(value: &ParameterValue) -> Result<Parameter> {
    Ok(match value {
        ParameterValue::Boolean(value) => Box::new(*value),
        ParameterValue::Int64(value) => Box::new(*value),
        ParameterValue::Str(value) => Box::new(value.clone()),
        ParameterValue::Datetime((year, month, day, hour, minute, second, nanosecond)) => {
            let (hour, minute, second) = ((*hour).into(), (*minute).into(), (*second).into());
            let time = NaiveDate::from_ymd_opt(*year, (*month).into(), (*day).into())
                .and_then(|date| date.and_hms_nano_opt(hour, minute, second, *nanosecond));
            Box::new(time.with_context(|| format!("invalid time {value:?}"))?)
        }
        ParameterValue::Uuid(text) => {
            Box::new(Uuid::parse_str(text).with_context(|| format!("invalid UUID {text}"))?)
        }
        ParameterValue::Jsonb(json) => Box::new(
            serde_json::from_slice::<serde_json::Value>(json)
                .with_context(|| format!("invalid JSON {}", String::from_utf8_lossy(json)))?,
        ),
        ParameterValue::DbNull => Box::new(Null),
        other => bail!("devhost does not support the parameter {other:?}"),
    })
}

/// NULL for a column of any type; the driver's own `None` has a type.
#[derive(Debug)]
struct Null;

impl ToSql for Null {
    fn to_sql(&self, _: &Type, _: &mut BytesMut) -> Result<IsNull, DynError> {
        Ok(IsNull::Yes)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
