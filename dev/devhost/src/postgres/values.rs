//! From PostgreSQL's values to the interface's: the rows of a result, of the types that this application reads. Times are
//! UTC without a zone; a column of `TIMESTAMPTZ` is an error, as it is in Spin 3.6.

use anyhow::{Context as _, Result, bail, ensure};
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use futures::{Stream, TryStreamExt as _};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use crate::bindings::spin::postgres::postgres::{Column, DbDataType, DbValue, RowSet};

/// The most that one result may hold, as in Spin.
const MAX_RESULT_BYTES: usize = 128 << 20;

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
        Type::INT2 => DbDataType::Int16,
        Type::INT4 => DbDataType::Int32,
        Type::INT8 => DbDataType::Int64,
        Type::TEXT | Type::VARCHAR => DbDataType::Str,
        Type::TIMESTAMP => DbDataType::Datetime,
        Type::UUID => DbDataType::Uuid,
        Type::JSONB => DbDataType::Jsonb,
        _ => DbDataType::Other(kind.name().to_owned()),
    }
}

fn value(row: &Row, index: usize) -> Result<DbValue> {
    let column = row.columns().get(index);
    let column = column.context("a column less than announced")?;
    match *column.type_() {
        Type::BOOL => get(row, index, DbValue::Boolean),
        Type::INT2 => get(row, index, DbValue::Int16),
        Type::INT4 => get(row, index, DbValue::Int32),
        Type::INT8 => get(row, index, DbValue::Int64),
        Type::TEXT | Type::VARCHAR => get(row, index, DbValue::Str),
        Type::TIMESTAMP => get(row, index, datetime),
        Type::UUID => get(row, index, |value: Uuid| DbValue::Uuid(value.to_string())),
        Type::JSONB => get(row, index, |value: serde_json::Value| {
            DbValue::Jsonb(value.to_string().into_bytes())
        }),
        ref other => bail!(
            "devhost does not support the type {other} of the column {}",
            column.name()
        ),
    }
}

fn get<'a, T: FromSql<'a>>(
    row: &'a Row,
    index: usize,
    convert: impl FnOnce(T) -> DbValue,
) -> Result<DbValue> {
    let value = row.try_get::<_, Option<T>>(index)?;
    Ok(value.map_or(DbValue::DbNull, convert))
}

fn datetime(value: NaiveDateTime) -> DbValue {
    // Months, hours and the like are below 100.
    let small = |part: u32| u8::try_from(part).unwrap_or(u8::MAX);
    DbValue::Datetime((
        value.year(),
        small(value.month()),
        small(value.day()),
        small(value.hour()),
        small(value.minute()),
        small(value.second()),
        value.nanosecond(),
    ))
}
