//! From the interface's values to PostgreSQL's: the parameters of a statement.

use anyhow::{Context as _, Result, bail};
use bytes::{BufMut as _, BytesMut};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::bindings::spin::postgres::postgres::{Interval, ParameterValue};

type Parameter = Box<dyn ToSql + Send + Sync>;
type DynError = Box<dyn std::error::Error + Sync + Send>;

/// The driver's form of a parameter. Fails for text that is no UUID, JSON or number, and for a date that does not exist.
pub(super) fn to_sql(value: &ParameterValue) -> Result<Parameter> {
    Ok(match value {
        ParameterValue::Boolean(value) => Box::new(*value),
        ParameterValue::Int8(value) => Box::new(*value),
        ParameterValue::Int16(value) => Box::new(*value),
        ParameterValue::Int32(value) => Box::new(*value),
        ParameterValue::Int64(value) => Box::new(*value),
        ParameterValue::Floating32(value) => Box::new(*value),
        ParameterValue::Floating64(value) => Box::new(*value),
        ParameterValue::Str(value) => Box::new(value.clone()),
        ParameterValue::Binary(value) => Box::new(value.clone()),
        ParameterValue::Date((year, month, day)) => Box::new(date(*year, *month, *day)?),
        ParameterValue::Time((hour, minute, second, nanosecond)) => {
            Box::new(time(*hour, *minute, *second, *nanosecond)?)
        }
        ParameterValue::Datetime((year, month, day, hour, minute, second, nanosecond)) => {
            Box::new(NaiveDateTime::new(
                date(*year, *month, *day)?,
                time(*hour, *minute, *second, *nanosecond)?,
            ))
        }
        ParameterValue::Timestamp(seconds) => Box::new(timestamp(*seconds)?),
        ParameterValue::Uuid(text) => {
            Box::new(Uuid::parse_str(text).with_context(|| format!("invalid UUID {text}"))?)
        }
        ParameterValue::Jsonb(json) => Box::new(json_value(json)?),
        ParameterValue::Decimal(text) => Box::new(decimal(text)?),
        ParameterValue::ArrayInt32(values) => Box::new(values.clone()),
        ParameterValue::ArrayInt64(values) => Box::new(values.clone()),
        ParameterValue::ArrayStr(values) => Box::new(values.clone()),
        ParameterValue::ArrayDecimal(values) => {
            let values = values
                .iter()
                .map(|value| value.as_deref().map(decimal).transpose());
            Box::new(values.collect::<Result<Vec<_>>>()?)
        }
        ParameterValue::Interval(interval) => Box::new(IntervalParameter(*interval)),
        ParameterValue::DbNull => Box::new(Null),
        ParameterValue::RangeInt32(_)
        | ParameterValue::RangeInt64(_)
        | ParameterValue::RangeDecimal(_) => {
            bail!("devhost does not support ranges")
        }
    })
}

fn date(year: i32, month: u8, day: u8) -> Result<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month.into(), day.into())
        .with_context(|| format!("invalid date y={year}, m={month}, d={day}"))
}

fn time(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Result<NaiveTime> {
    NaiveTime::from_hms_nano_opt(hour.into(), minute.into(), second.into(), nanosecond)
        .with_context(|| format!("invalid time {hour}:{minute}:{second}:{nanosecond}"))
}

fn timestamp(seconds: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
        .with_context(|| format!("invalid epoch timestamp {seconds}"))
}

fn json_value(json: &[u8]) -> Result<serde_json::Value> {
    serde_json::from_slice(json)
        .with_context(|| format!("invalid JSON {}", String::from_utf8_lossy(json)))
}

fn decimal(text: &str) -> Result<Decimal> {
    Decimal::from_str_exact(text).with_context(|| format!("invalid decimal {text}"))
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

#[derive(Debug)]
struct IntervalParameter(Interval);

impl ToSql for IntervalParameter {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, DynError> {
        out.put_i64(self.0.micros);
        out.put_i32(self.0.days);
        out.put_i32(self.0.months);
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::INTERVAL
    }

    to_sql_checked!();
}
