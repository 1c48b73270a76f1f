//! From PostgreSQL's values to the interface's: the rows of a result. Times are UTC without a zone; a column of
//! `TIMESTAMPTZ` is an error, as it is in Spin 3.6.

use anyhow::{Context as _, Result, ensure};
use bytes::Buf as _;
use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use futures::{Stream, TryStreamExt as _};
use rust_decimal::Decimal;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use crate::bindings::spin::postgres::postgres::{Column, DbDataType, DbValue, Interval, RowSet};

/// The most that one result may hold, as in Spin.
const MAX_RESULT_BYTES: usize = 128 << 20;

type DynError = Box<dyn std::error::Error + Sync + Send>;

/// Reads all rows. Without any there are no columns either, as in Spin.
pub(super) async fn row_set(rows: impl Stream<Item = Result<Row>>) -> Result<RowSet> {
    let mut rows = std::pin::pin!(rows);
    let mut result = RowSet {
        columns: Vec::new(),
        rows: Vec::new(),
    };
    let mut size = 0;
    while let Some(row) = rows.try_next().await? {
        if result.columns.is_empty() {
            result.columns = row.columns().iter().map(column).collect();
        }
        size += row.raw_size_bytes() + row.len() * size_of::<DbValue>();
        ensure!(
            size <= MAX_RESULT_BYTES,
            "query result exceeds limit of {MAX_RESULT_BYTES} bytes"
        );
        result.rows.push(
            (0..row.len())
                .map(|index| value(&row, index))
                .collect::<Result<_>>()?,
        );
    }
    Ok(result)
}

fn column(column: &tokio_postgres::Column) -> Column {
    Column {
        name: column.name().to_owned(),
        data_type: data_type(column.type_()),
    }
}

fn data_type(kind: &Type) -> DbDataType {
    match *kind {
        Type::BOOL => DbDataType::Boolean,
        Type::BYTEA => DbDataType::Binary,
        Type::FLOAT4 => DbDataType::Floating32,
        Type::FLOAT8 => DbDataType::Floating64,
        Type::INT2 => DbDataType::Int16,
        Type::INT4 => DbDataType::Int32,
        Type::INT8 => DbDataType::Int64,
        Type::TEXT | Type::VARCHAR | Type::BPCHAR => DbDataType::Str,
        Type::TIMESTAMP | Type::TIMESTAMPTZ => DbDataType::Datetime,
        Type::DATE => DbDataType::Date,
        Type::TIME => DbDataType::Time,
        Type::UUID => DbDataType::Uuid,
        Type::JSONB => DbDataType::Jsonb,
        Type::NUMERIC => DbDataType::Decimal,
        Type::INT4_ARRAY => DbDataType::ArrayInt32,
        Type::INT8_ARRAY => DbDataType::ArrayInt64,
        Type::NUMERIC_ARRAY => DbDataType::ArrayDecimal,
        Type::TEXT_ARRAY | Type::VARCHAR_ARRAY | Type::BPCHAR_ARRAY => DbDataType::ArrayStr,
        Type::INTERVAL => DbDataType::Interval,
        _ => DbDataType::Other(kind.name().to_owned()),
    }
}

fn value(row: &Row, index: usize) -> Result<DbValue> {
    let kind = row
        .columns()
        .get(index)
        .context("a column less than announced")?
        .type_();
    match *kind {
        Type::BOOL => get(row, index, DbValue::Boolean),
        Type::BYTEA => get(row, index, DbValue::Binary),
        Type::FLOAT4 => get(row, index, DbValue::Floating32),
        Type::FLOAT8 => get(row, index, DbValue::Floating64),
        Type::INT2 => get(row, index, DbValue::Int16),
        Type::INT4 => get(row, index, DbValue::Int32),
        Type::INT8 => get(row, index, DbValue::Int64),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR => get(row, index, DbValue::Str),
        Type::TIMESTAMP | Type::TIMESTAMPTZ => try_get(row, index, datetime),
        Type::DATE => try_get(row, index, date),
        Type::TIME => try_get(row, index, time),
        Type::UUID => get(row, index, |value: Uuid| DbValue::Uuid(value.to_string())),
        Type::JSONB => try_get(row, index, |value: serde_json::Value| {
            Ok(DbValue::Jsonb(serde_json::to_vec(&value)?))
        }),
        Type::NUMERIC => get(row, index, |value: Decimal| {
            DbValue::Decimal(value.to_string())
        }),
        Type::INT4_ARRAY => get(row, index, DbValue::ArrayInt32),
        Type::INT8_ARRAY => get(row, index, DbValue::ArrayInt64),
        Type::NUMERIC_ARRAY => get(row, index, |values: Vec<Option<Decimal>>| {
            DbValue::ArrayDecimal(
                values
                    .iter()
                    .map(|value| value.map(|value| value.to_string()))
                    .collect(),
            )
        }),
        Type::TEXT_ARRAY | Type::VARCHAR_ARRAY | Type::BPCHAR_ARRAY => {
            get(row, index, DbValue::ArrayStr)
        }
        Type::INTERVAL => try_get(row, index, |raw: Raw| interval(&raw.0)),
        _ => get(row, index, |raw: Raw| DbValue::Unsupported(raw.0)),
    }
}

fn get<'a, T: FromSql<'a>>(
    row: &'a Row,
    index: usize,
    convert: impl FnOnce(T) -> DbValue,
) -> Result<DbValue> {
    try_get(row, index, |value| Ok(convert(value)))
}

fn try_get<'a, T: FromSql<'a>>(
    row: &'a Row,
    index: usize,
    convert: impl FnOnce(T) -> Result<DbValue>,
) -> Result<DbValue> {
    row.try_get::<_, Option<T>>(index)?
        .map_or(Ok(DbValue::DbNull), convert)
}

fn datetime(value: NaiveDateTime) -> Result<DbValue> {
    let (year, month, day) = date_parts(value.date())?;
    let (hour, minute, second, nanosecond) = time_parts(value.time())?;
    Ok(DbValue::Datetime((
        year, month, day, hour, minute, second, nanosecond,
    )))
}

fn date(value: NaiveDate) -> Result<DbValue> {
    date_parts(value).map(DbValue::Date)
}

fn time(value: NaiveTime) -> Result<DbValue> {
    time_parts(value).map(DbValue::Time)
}

fn date_parts(value: NaiveDate) -> Result<(i32, u8, u8)> {
    Ok((
        value.year(),
        value.month().try_into()?,
        value.day().try_into()?,
    ))
}

fn time_parts(value: NaiveTime) -> Result<(u8, u8, u8, u32)> {
    Ok((
        value.hour().try_into()?,
        value.minute().try_into()?,
        value.second().try_into()?,
        value.nanosecond(),
    ))
}

fn interval(mut raw: &[u8]) -> Result<DbValue> {
    ensure!(raw.len() == 16, "an interval of {} bytes", raw.len());
    Ok(DbValue::Interval(Interval {
        micros: raw.get_i64(),
        days: raw.get_i32(),
        months: raw.get_i32(),
    }))
}

/// The bytes of a value of any type.
struct Raw(Vec<u8>);

impl FromSql<'_> for Raw {
    fn from_sql(_: &Type, raw: &[u8]) -> Result<Self, DynError> {
        Ok(Self(raw.to_owned()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
