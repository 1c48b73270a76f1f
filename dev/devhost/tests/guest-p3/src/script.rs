//! The steps of a script, and what each answers.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use platform::{Database, DbError, Request};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a request asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Script {
    pub steps: Vec<Step>,
    pub after: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Which instance this is, and how many requests it has served.
    Instance,
    Traceparent,
    Variable(String),
    Sql(Sql),
    Fetch(Fetch),
    Log(String),
    SleepMs(u64),
    Trap(String),
}

#[derive(Deserialize)]
pub struct Sql {
    /// Empty is SQLite.
    #[serde(default)]
    address: String,
    sql: String,
}

#[derive(Deserialize)]
pub struct Fetch {
    url: String,
    /// Sent by POST, as JSON.
    body: Option<Value>,
    timeout_ms: u64,
}

static INSTANCE: OnceLock<String> = OnceLock::new();
static REQUESTS: AtomicU64 = AtomicU64::new(0);

impl Step {
    /// `{"ok": ...}` or `{"error": "..."}`.
    pub async fn run(self) -> Value {
        let result = match self {
            Step::Instance => Ok(json!({
                "name": INSTANCE.get_or_init(|| platform::new_id().to_string()),
                "requests": REQUESTS.fetch_add(1, Ordering::Relaxed) + 1,
            })),
            Step::Traceparent => Ok(platform::trace::traceparent().into()),
            Step::Variable(name) => Ok(platform::variables::get(&name).into()),
            Step::Sql(step) => step.run().await.map_err(|error| match error {
                DbError::Unavailable(_) => "unavailable".to_owned(),
                other => other.to_string(),
            }),
            Step::Fetch(fetch) => fetch.run().await,
            Step::Log(text) => {
                platform::log::info(text);
                Ok(Value::Null)
            }
            Step::SleepMs(time) => {
                platform::sleep(Duration::from_millis(time)).await;
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

impl Sql {
    /// The first column of all rows, which is a number.
    async fn run(self) -> Result<Value, DbError> {
        let database = Database::at(&self.address);
        let rows = database.query(&self.sql, &[]).await?;
        let numbers: Result<Vec<i64>, _> = rows.into_iter().map(|mut row| row.read()).collect();
        Ok(numbers?.into())
    }
}

impl Fetch {
    /// The body of the answer.
    async fn run(self) -> Result<Value, String> {
        let mut request = Request::default();
        *request.uri_mut() = self.url.parse().expect("a URL");
        if let Some(body) = self.body {
            *request.method_mut() = http::Method::POST;
            *request.body_mut() = body.to_string().into_bytes();
        }
        let timeout = Duration::from_millis(self.timeout_ms);
        let answer = platform::send(request, timeout).await;
        let answer = answer.map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::from(text));
        Ok(json!({ "status": answer.status().as_u16(), "body": body }))
    }
}
