//! GET /api/:user_id/tasks: the query parameters, and the cursor to the next page. What has changed is in `changes`.

use crate::{changes, reply};
use domain::{Priority, Time, time};
use http::StatusCode;
use platform::Reply;
use serde::{Deserialize, Serialize};
use storage::task_list::{self, Filter, Position, PositionKey, SortKey};
use uuid::Uuid;
use web::cursor::Page;
use web::{Call, Problem, Query};

const SORTS: [(&str, SortKey); 5] = [
    ("created_at", SortKey::CreatedAt),
    ("updated_at", SortKey::UpdatedAt),
    ("due_date", SortKey::DueDate),
    ("priority", SortKey::Priority),
    ("title", SortKey::Title),
];
const MAX_TEXT: usize = 200;
const MAX_TAGS: usize = 20;

/// What a cursor holds: the sort it belongs to, and the last row of the page before.
#[derive(Deserialize, Serialize)]
struct TaskCursor {
    sort: String,
    descending: bool,
    key: Option<String>,
    id: Uuid,
}

pub(crate) async fn list(call: &Call) -> Result<Reply, Problem> {
    let now = platform::now();
    let mut query = Query::of(call.request.uri());
    // That is another list, with parameters of its own.
    if query.has("changed_since") {
        let since = query.one("changed_since", changes::token);
        query.finish()?;
        return changes::changes(call, since.flatten()).await;
    }
    let wanted = read(&mut query, now);
    query.finish()?;
    // One more than asked for tells whether there is a next page.
    let (limit, sort) = (wanted.limit, wanted.sort);
    let wanted = task_list::Query {
        limit: limit.saturating_add(1),
        ..wanted
    };
    let tasks = task_list::list(&call.store, &call.user, &wanted).await?;
    let page = Page::cut(
        &tasks,
        limit,
        |task| task.view(now),
        |task| cursor(&wanted, &sort.position(task)),
    );
    Ok(reply::read(web::json(StatusCode::OK, &page)))
}

fn read(query: &mut Query, now: Time) -> task_list::Query {
    let sort = query.choice("sort", &SORTS).unwrap_or(SortKey::CreatedAt);
    let descending = query
        .choice("order", &[("asc", false), ("desc", true)])
        .unwrap_or_default();
    let limit = query.limit();
    let after = query.cursor(|cursor: TaskCursor| position(&cursor, sort, descending));
    task_list::Query {
        filter: filter(query, now),
        sort,
        descending,
        after,
        limit,
    }
}

fn filter(query: &mut Query, now: Time) -> Filter {
    let completed = query.choice(
        "status",
        &[
            ("pending", Some(false)),
            ("completed", Some(true)),
            ("all", None),
        ],
    );
    let priorities = [Priority::Low, Priority::Medium, Priority::High].map(|p| (p.as_str(), p));
    let overdue: Option<bool> = query.choice("overdue", &[("true", true), ("false", false)]);
    Filter {
        completed: completed.flatten(),
        priority: query.choice("priority", &priorities),
        tags: tags(query),
        text: query.one("q", text),
        due_after: query.time("due_after"),
        due_before: query.time("due_before"),
        overdue: overdue.map(|overdue| (overdue, now)),
        completed_after: query.time("completed_after"),
        completed_before: query.time("completed_before"),
        series: query.one("series_id", uuid),
    }
}

fn tags(query: &mut Query) -> Vec<String> {
    let tags: Vec<String> = query
        .all("tag")
        .iter()
        .map(|tag| tag.trim().to_lowercase())
        .collect();
    if tags.len() > MAX_TAGS || tags.iter().any(|tag| tag.is_empty() || tag.contains('\0')) {
        query.reject("tag", format!("1 to {MAX_TAGS} tags that are not empty"));
    }
    tags
}

fn text(value: &str) -> Result<String, String> {
    match value.chars().count() {
        1..=MAX_TEXT => Ok(value.to_owned()),
        _ => Err(format!("must have 1 to {MAX_TEXT} characters")),
    }
}

/// A UUID with its hyphens, as answers have it: none of the other forms that the crate reads.
fn uuid(value: &str) -> Result<Uuid, String> {
    let id = value.parse().ok().filter(|_| value.len() == 36);
    id.ok_or_else(|| "must be a UUID".to_owned())
}

fn cursor(query: &task_list::Query, position: &Position) -> TaskCursor {
    let key = match &position.key {
        PositionKey::Time(time) => time.map(time::format),
        PositionKey::Rank(rank) => Some(rank.to_string()),
        PositionKey::Text(text) => Some(text.clone()),
    };
    TaskCursor {
        sort: sort_name(query.sort).to_owned(),
        descending: query.descending,
        key,
        id: position.id,
    }
}

/// The position that a cursor stands for; `None` when it is of another list.
fn position(cursor: &TaskCursor, sort: SortKey, descending: bool) -> Option<Position> {
    if cursor.sort != sort_name(sort) || cursor.descending != descending {
        return None;
    }
    let key = match (sort, &cursor.key) {
        (SortKey::DueDate, None) => PositionKey::Time(None),
        (_, None) => return None,
        (SortKey::Priority, Some(key)) => PositionKey::Rank(key.parse().ok()?),
        (SortKey::Title, Some(key)) if key.contains('\0') => return None,
        (SortKey::Title, Some(key)) => PositionKey::Text(key.clone()),
        (_, Some(key)) => PositionKey::Time(Some(time::parse_utc(key).ok()?)),
    };
    Some(Position { key, id: cursor.id })
}

fn sort_name(sort: SortKey) -> &'static str {
    SORTS
        .iter()
        .find(|(_, key)| *key == sort)
        .map_or("", |(name, _)| name)
}
