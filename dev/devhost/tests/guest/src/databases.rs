//! SQL steps. Connections are kept by name for the rest of the script, so that a transaction can span steps.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Deserialize;
use serde_json::{Value, json};
use spin_sdk::pg4::{
    Connection as PostgresConnection, DbValue, ParameterValue, PgError, QueryError,
};
use spin_sdk::sqlite3::{Connection as SqliteConnection, Value as SqliteValue};

pub type Sqlite = SqliteConnectionOwner;
pub type Postgres = PostgresConnectionOwner;

#[derive(Deserialize)]
pub struct SqliteStep {
    #[serde(default = "default_database")]
    database: String,
    sql: String,
    #[serde(default)]
    parameters: Vec<Value>,
    /// Another name is another connection to the same database.
    #[serde(default)]
    connection: String,
}

fn default_database() -> String {
    "default".to_owned()
}

pub struct SqliteConnectionOwner(SqliteConnection);

impl SqliteConnectionOwner {
    /// Rows, columns, and what the connection counted.
    pub fn run(open: &mut HashMap<String, Self>, step: SqliteStep) -> Result<Value, String> {
        let connection = match open.entry(format!("{}/{}", step.database, step.connection)) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let opened =
                    SqliteConnection::open(&step.database).map_err(|e| format!("{e:?}"))?;
                entry.insert(Self(opened))
            }
        };
        let parameters: Vec<_> = step.parameters.into_iter().map(to_sqlite).collect();
        let result = connection
            .0
            .execute(&step.sql, &parameters)
            .map_err(|e| format!("{e:?}"))?;
        let rows = result
            .rows
            .into_iter()
            .map(|row| row.values.into_iter().map(from_sqlite).collect::<Vec<_>>());
        Ok(json!({
            "columns": result.columns,
            "rows": rows.collect::<Vec<_>>(),
            "changes": connection.0.changes(),
            "last_insert_rowid": connection.0.last_insert_rowid(),
        }))
    }
}

fn to_sqlite(value: Value) -> SqliteValue {
    match value {
        Value::Null => SqliteValue::Null,
        Value::Number(number) => match number.as_i64() {
            Some(integer) => SqliteValue::Integer(integer),
            None => SqliteValue::Real(number.as_f64().expect("a number")),
        },
        Value::String(text) => SqliteValue::Text(text),
        Value::Array(bytes) => SqliteValue::Blob(to_bytes(&bytes)),
        other => panic!("no SQLite value: {other}"),
    }
}

fn from_sqlite(value: SqliteValue) -> Value {
    match value {
        SqliteValue::Null => Value::Null,
        SqliteValue::Integer(value) => value.into(),
        SqliteValue::Real(value) => value.into(),
        SqliteValue::Text(value) => value.into(),
        SqliteValue::Blob(value) => value.into(),
    }
}

fn to_bytes(values: &[Value]) -> Vec<u8> {
    values
        .iter()
        .map(|byte| {
            byte.as_u64()
                .and_then(|byte| byte.try_into().ok())
                .expect("a byte")
        })
        .collect()
}

#[derive(Deserialize)]
pub struct PostgresStep {
    address: String,
    sql: String,
    /// Each `{"<kind>": value}`.
    #[serde(default)]
    parameters: Vec<Value>,
    /// Only the count of changed rows.
    #[serde(default)]
    execute: bool,
}

pub struct PostgresConnectionOwner(PostgresConnection);

impl PostgresConnectionOwner {
    /// Rows by their debug text, or the number of changed rows; an error by its parts.
    pub fn run(open: &mut HashMap<String, Self>, step: PostgresStep) -> Result<Value, Value> {
        let connection = match open.entry(step.address.clone()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Self(
                PostgresConnection::open(&step.address).map_err(from_error)?,
            )),
        };
        let parameters: Vec<_> = step.parameters.into_iter().map(to_postgres).collect();
        if step.execute {
            return connection
                .0
                .execute(&step.sql, &parameters)
                .map(Value::from)
                .map_err(from_error);
        }
        let result = connection
            .0
            .query(&step.sql, &parameters)
            .map_err(from_error)?;
        let row = |row: Vec<DbValue>| {
            row.into_iter()
                .map(|value| format!("{value:?}"))
                .collect::<Vec<_>>()
        };
        let columns = result
            .columns
            .into_iter()
            .map(|column| format!("{} {:?}", column.name, column.data_type));
        Ok(json!({
            "columns": columns.collect::<Vec<_>>(),
            "rows": result.rows.into_iter().map(row).collect::<Vec<_>>(),
        }))
    }
}

fn from_error(error: PgError) -> Value {
    match error {
        PgError::QueryFailed(QueryError::DbError(error)) => json!({
            "kind": "db-error", "severity": error.severity, "code": error.code, "message": error.message,
            "detail": error.detail, "extras": error.extras,
        }),
        PgError::QueryFailed(QueryError::Text(text)) => {
            json!({ "kind": "query-failed", "message": text })
        }
        PgError::ConnectionFailed(text) => json!({ "kind": "connection-failed", "message": text }),
        PgError::BadParameter(text) => json!({ "kind": "bad-parameter", "message": text }),
        PgError::ValueConversionFailed(text) => {
            json!({ "kind": "value-conversion-failed", "message": text })
        }
        PgError::Other(text) => json!({ "kind": "other", "message": text }),
    }
}

fn to_postgres(parameter: Value) -> ParameterValue {
    let Value::Object(map) = parameter else {
        return ParameterValue::DbNull;
    };
    let (kind, value) = map.into_iter().next().expect("a kind");
    let integer = |value: &Value| value.as_i64().expect("an integer");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let part = |index: usize| u8::try_from(integer(&value[index])).expect("a small number");
    match kind.as_str() {
        "boolean" => ParameterValue::Boolean(value.as_bool().expect("a boolean")),
        "int64" => ParameterValue::Int64(integer(&value)),
        "float64" => ParameterValue::Floating64(value.as_f64().expect("a number")),
        "str" => ParameterValue::Str(text(&value)),
        "uuid" => ParameterValue::Uuid(text(&value)),
        "jsonb" => ParameterValue::Jsonb(value.to_string().into_bytes()),
        "datetime" => {
            let nanosecond = u32::try_from(integer(&value[6])).expect("nanoseconds");
            ParameterValue::Datetime((
                integer(&value[0]).try_into().expect("a year"),
                part(1),
                part(2),
                part(3),
                part(4),
                part(5),
                nanosecond,
            ))
        }
        other => panic!("no parameter kind {other}"),
    }
}
