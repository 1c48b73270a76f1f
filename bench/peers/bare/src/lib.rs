//! A Spin component that does as little as possible for a task API: a small JSON, one statement, an answer. What it reaches is
//! the most that the platform gives.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use spin_sdk::http::{IntoResponse, Method, Request, Response};
use spin_sdk::http_component;
use spin_sdk::pg4::{Connection, DbValue, ParameterValue};
use spin_sdk::variables;
use uuid::Uuid;

const COLUMNS: &str = "id, user_id, title, description, priority, tags, due_date, completed, version, created_at, updated_at";

#[derive(Deserialize)]
struct NewTask {
    title: String,
    description: Option<String>,
    #[serde(default)]
    priority: String,
    #[serde(default)]
    tags: Vec<String>,
}

#[http_component]
fn handle(request: Request) -> anyhow::Result<impl IntoResponse> {
    let path = request.path().to_owned();
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (request.method(), segments.as_slice()) {
        (Method::Post, ["api", user, "tasks"]) => create(user, request.body(), false),
        (Method::Post, ["event", "api", user, "tasks"]) => create(user, request.body(), true),
        (Method::Get, ["api", user, "tasks"]) => list(user),
        (Method::Get, ["api", user, "tasks", id]) => one(user, id),
        (Method::Get, ["health"]) => Ok(Response::new(200, "ok")),
        _ => Ok(Response::new(404, "")),
    }
}

fn open() -> anyhow::Result<Connection> {
    Ok(Connection::open(&variables::get("database_url")?)?)
}

fn text(text: &str) -> ParameterValue {
    ParameterValue::Str(text.to_owned())
}

/// With an event, the table's trigger writes it to the outbox too.
fn create(user: &str, body: &[u8], with_event: bool) -> anyhow::Result<Response> {
    let new: NewTask = serde_json::from_slice(body)?;
    let id = Uuid::now_v7().to_string();
    let rank = match new.priority.as_str() {
        "low" => 0,
        "high" => 2,
        _ => 1,
    };
    let title_key = new.title.to_lowercase();
    let description = new.description.as_deref().unwrap_or_default();
    let task = json!({
        "id": id, "user_id": user, "title": new.title, "description": new.description,
        "priority": new.priority, "tags": new.tags, "completed": false, "version": 1,
    });
    let event = with_event.then(|| event(user, &id, &task));
    let params = [
        ParameterValue::Uuid(id.clone()),
        text(user),
        text(&new.title),
        text(description),
        ParameterValue::Int64(rank),
        ParameterValue::Jsonb(serde_json::to_vec(&new.tags)?),
        text(&title_key),
        text(&format!("{title_key}\n{}", description.to_lowercase())),
        event.map_or(ParameterValue::DbNull, ParameterValue::Str),
    ];
    open()?.execute(
        "INSERT INTO tasks (id, user_id, title, description, priority, tags, time_zone, is_recurring, recurring_every,
                            recurrence_policy, completed, version, created_at, updated_at, title_key, search, event)
         VALUES ($1, $2, $3, $4, $5, $6, 'UTC', FALSE, 1, 'each', FALSE, 1, now() AT TIME ZONE 'utc',
                 now() AT TIME ZONE 'utc', $7, $8, $9)",
        &params,
    )?;
    answer(201, &task)
}

/// About as long as the application's.
fn event(user: &str, id: &str, task: &Value) -> String {
    json!({
        "specversion": "1.0", "id": Uuid::now_v7().to_string(), "type": "task.created", "source": "todo-backend",
        "subject": id, "time": "2026-01-01T00:00:00.000000Z", "datacontenttype": "application/json",
        "partitionkey": user, "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data": {"task_id": id, "user_id": user, "version": 1, "timestamp": "2026-01-01T00:00:00.000000Z", "task": task},
    })
    .to_string()
}

fn list(user: &str) -> anyhow::Result<Response> {
    let sql = format!(
        "SELECT {COLUMNS} FROM tasks WHERE user_id = $1 AND deleted_at IS NULL ORDER BY created_at, id LIMIT 50"
    );
    let found = open()?.query(&sql, &[text(user)])?;
    let tasks: Vec<Task> = found.rows.into_iter().filter_map(read).collect();
    answer(200, &tasks)
}

fn one(user: &str, id: &str) -> anyhow::Result<Response> {
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE id = $1 AND user_id = $2");
    let found = open()?.query(&sql, &[ParameterValue::Uuid(id.to_owned()), text(user)])?;
    match found.rows.into_iter().next().and_then(read) {
        Some(task) => answer(200, &task),
        None => Ok(Response::new(404, "")),
    }
}

#[derive(Serialize)]
struct Task {
    id: String,
    user_id: String,
    title: String,
    description: Option<String>,
    priority: i64,
    tags: Box<RawValue>,
    due_date: Option<String>,
    completed: bool,
    version: i64,
    created_at: Option<String>,
    updated_at: Option<String>,
}

/// `None` when a column has another type than the schema says.
fn read(row: Vec<DbValue>) -> Option<Task> {
    let columns: [DbValue; 11] = row.try_into().ok()?;
    let [
        DbValue::Uuid(id),
        DbValue::Str(user_id),
        DbValue::Str(title),
        description,
        DbValue::Int64(priority),
        DbValue::Jsonb(tags),
        due_date,
        DbValue::Boolean(completed),
        DbValue::Int64(version),
        created_at,
        updated_at,
    ] = columns
    else {
        return None;
    };
    Some(Task {
        id,
        user_id,
        title,
        description: match description {
            DbValue::Str(description) => Some(description),
            _ => None,
        },
        priority,
        tags: RawValue::from_string(String::from_utf8(tags).ok()?).ok()?,
        due_date: time(&due_date),
        completed,
        version,
        created_at: time(&created_at),
        updated_at: time(&updated_at),
    })
}

fn time(value: &DbValue) -> Option<String> {
    match value {
        DbValue::Datetime((year, month, day, hour, minute, second, nanos)) => Some(format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:06}Z",
            nanos / 1000
        )),
        _ => None,
    }
}

fn answer(status: u16, content: &impl Serialize) -> anyhow::Result<Response> {
    Ok(Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(serde_json::to_vec(content)?)
        .build())
}
