//! The steps of a script, and what each answers.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use spin_sdk::variables;

use crate::databases::{Postgres, PostgresStep, Sqlite, SqliteStep};
use crate::fetch::{self, Fetch};

/// What a request asks for. Connections stay open until the script ends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Script {
    pub steps: Vec<Step>,
    pub after: Vec<Step>,
    pub no_response: bool,
    #[serde(skip)]
    sqlite: HashMap<String, Sqlite>,
    #[serde(skip)]
    postgres: HashMap<String, Postgres>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Variable(String),
    Fetch(Fetch),
    Sqlite(SqliteStep),
    Postgres(PostgresStep),
    Print(String),
    SleepMs(u64),
    Trap(String),
}

impl Script {
    /// `{"ok": ...}` or `{"error": "..."}`.
    pub fn run(&mut self, step: Step) -> Value {
        let result = match step {
            Step::Variable(name) => variables::get(&name)
                .map(Value::from)
                .map_err(|e| json!(format!("{e:?}"))),
            Step::Fetch(fetch) => fetch::run(&fetch).map_err(Value::from),
            Step::Sqlite(step) => Sqlite::run(&mut self.sqlite, step).map_err(Value::from),
            Step::Postgres(step) => Postgres::run(&mut self.postgres, step),
            Step::Print(text) => {
                println!("{text}");
                Ok(Value::Null)
            }
            Step::SleepMs(duration) => {
                std::thread::sleep(Duration::from_millis(duration));
                Ok(Value::Null)
            }
            Step::Trap(message) => panic!("{message}"),
        };
        result.map_or_else(
            |error| json!({ "error": error }),
            |value| json!({ "ok": value }),
        )
    }
}
