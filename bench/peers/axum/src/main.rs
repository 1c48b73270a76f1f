//! A task API on axum and tokio-postgres: what native Rust does with the same table. `peer-axum ADDRESS DATABASE_URL`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use chrono::NaiveDateTime;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use serde::{Deserialize, Serialize};
use tokio_postgres::{NoTls, Row};
use uuid::Uuid;

/// Two cores keep no more of them busy.
const CONNECTIONS: usize = 16;

const COLUMNS: &str = "id, user_id, title, description, priority, tags, due_date, completed, version, created_at, updated_at";

#[derive(Deserialize)]
struct NewTask {
    title: String,
    description: Option<String>,
    #[serde(default)]
    priority: Priority,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Priority {
    Low,
    #[default]
    Medium,
    High,
}

#[derive(Serialize)]
struct Task {
    id: Uuid,
    user_id: String,
    title: String,
    description: Option<String>,
    priority: Priority,
    tags: serde_json::Value,
    due_date: Option<NaiveDateTime>,
    completed: bool,
    version: i64,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

struct Failure(String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl axum::response::IntoResponse for Failure {
    fn into_response(self) -> axum::response::Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0).into_response()
    }
}

fn read(row: &Row) -> Task {
    Task {
        id: row.get(0),
        user_id: row.get(1),
        title: row.get(2),
        description: row.get(3),
        priority: match row.get::<_, i64>(4) {
            0 => Priority::Low,
            1 => Priority::Medium,
            _ => Priority::High,
        },
        tags: row.get(5),
        due_date: row.get(6),
        completed: row.get(7),
        version: row.get(8),
        created_at: row.get(9),
        updated_at: row.get(10),
    }
}

async fn create(
    State(pool): State<Pool>,
    Path(user): Path<String>,
    Json(new): Json<NewTask>,
) -> Result<(StatusCode, Json<Task>), Failure> {
    let title_key = new.title.to_lowercase();
    let search = format!(
        "{title_key}\n{}",
        new.description.as_deref().unwrap_or("").to_lowercase()
    );
    let client = pool.get().await?;
    let sql = format!(
        "INSERT INTO tasks (id, user_id, title, description, priority, tags, time_zone, is_recurring, recurring_every,
                            recurrence_policy, completed, version, created_at, updated_at, title_key, search)
         VALUES ($1, $2, $3, $4, $5, $6, 'UTC', FALSE, 1, 'each', FALSE, 1, now() AT TIME ZONE 'utc',
                 now() AT TIME ZONE 'utc', $7, $8)
         RETURNING {COLUMNS}"
    );
    let insert = client.prepare_cached(&sql).await?;
    let rank = new.priority as i64;
    let tags = serde_json::Value::from(new.tags);
    let row = client
        .query_one(
            &insert,
            &[
                &Uuid::now_v7(),
                &user,
                &new.title,
                &new.description,
                &rank,
                &tags,
                &title_key,
                &search,
            ],
        )
        .await?;
    Ok((StatusCode::CREATED, Json(read(&row))))
}

async fn list(
    State(pool): State<Pool>,
    Path(user): Path<String>,
) -> Result<Json<Vec<Task>>, Failure> {
    let client = pool.get().await?;
    let sql = format!(
        "SELECT {COLUMNS} FROM tasks WHERE user_id = $1 AND deleted_at IS NULL ORDER BY created_at, id LIMIT 50"
    );
    let list = client.prepare_cached(&sql).await?;
    let rows = client.query(&list, &[&user]).await?;
    Ok(Json(rows.iter().map(read).collect()))
}

async fn one(
    State(pool): State<Pool>,
    Path((user, id)): Path<(String, Uuid)>,
) -> Result<Result<Json<Task>, StatusCode>, Failure> {
    let client = pool.get().await?;
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE id = $1 AND user_id = $2");
    let one = client.prepare_cached(&sql).await?;
    let row = client.query_opt(&one, &[&id, &user]).await?;
    Ok(row.map(|row| Json(read(&row))).ok_or(StatusCode::NOT_FOUND))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(address), Some(url)) = (words.next(), words.next()) else {
        return Err("usage: peer-axum ADDRESS DATABASE_URL".into());
    };
    let fast = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = Manager::from_config(url.parse()?, NoTls, fast);
    let pool = Pool::builder(manager).max_size(CONNECTIONS).build()?;
    let app = Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/api/{user}/tasks", get(list).post(create))
        .route("/api/{user}/tasks/{id}", get(one))
        .with_state(pool);
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, app).await?;
    Ok(())
}
