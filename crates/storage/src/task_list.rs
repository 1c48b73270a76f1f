//! The list of a user's tasks: filters, sorts and keyset paging in one statement.

use crate::sql::{DUE, NO_DUE_DATE, Sql};
use crate::task_row::{COLUMNS, fold, read, title_key};
use crate::{DbError, Store};
use domain::{Priority, Task, Time, UserId};
use platform::Value;
use uuid::Uuid;

/// What to list. `None` and empty mean: do not filter by it.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Done or not.
    pub completed: Option<bool>,
    /// Exactly this priority.
    pub priority: Option<Priority>,
    /// Any of these tags.
    pub tags: Vec<String>,
    /// Part of the title or the description, in any case.
    pub text: Option<String>,
    /// Due at this time or later.
    pub due_after: Option<Time>,
    /// Due before this time.
    pub due_before: Option<Time>,
    /// Overdue at this time or, with `false`, not.
    pub overdue: Option<(bool, Time)>,
}

/// What the list is sorted by; ties go by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// When the task was created.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// When it is due; a task without a due date comes after all others.
    DueDate,
    /// Low, medium, high.
    Priority,
    /// The title in lower case, by code point.
    Title,
}

/// The place of a task in a sorted list: the page after it starts behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// The value of the sort key.
    pub key: PositionKey,
    /// Breaks ties.
    pub id: Uuid,
}

/// The value of a sort key.
#[derive(Clone, Debug, PartialEq)]
pub enum PositionKey {
    /// Of `created_at`, `updated_at`, `due_date`; `None` is a task without a due date.
    Time(Option<Time>),
    /// Of `priority`.
    Rank(i64),
    /// Of `title`.
    Text(String),
}

/// One page of a user's tasks.
#[derive(Clone, Debug)]
pub struct Query {
    /// What to list.
    pub filter: Filter,
    /// Sorted by what.
    pub sort: SortKey,
    /// Largest first.
    pub descending: bool,
    /// Only what comes after this place.
    pub after: Option<Position>,
    /// How many at most.
    pub limit: usize,
}

impl SortKey {
    /// The place of `task` in a list sorted by this key.
    #[must_use]
    pub fn position(self, task: &Task) -> Position {
        let key = match self {
            Self::CreatedAt => PositionKey::Time(Some(task.created_at)),
            Self::UpdatedAt => PositionKey::Time(Some(task.updated_at)),
            Self::DueDate => PositionKey::Time(task.due_date),
            Self::Priority => PositionKey::Rank(task.priority.rank()),
            Self::Title => PositionKey::Text(title_key(task)),
        };
        Position { key, id: task.id }
    }
}

/// The tasks of `user` that fit `query`, deleted ones left out.
///
/// # Errors
/// [`DbError`].
pub async fn list(store: &Store, user: &UserId, query: &Query) -> Result<Vec<Task>, DbError> {
    let sql = store
        .sql()
        .push("SELECT ")
        .push(COLUMNS)
        .push(" FROM tasks WHERE user_id = ")
        .bind(user.as_str());
    let sql = filter(sql.push(" AND deleted_at IS NULL"), &query.filter);
    let sql = page(sql, query)
        .push(" LIMIT ")
        .push(&query.limit.to_string());
    store.all(sql, read).await
}

fn filter(mut sql: Sql, filter: &Filter) -> Sql {
    if let Some(completed) = filter.completed {
        sql = sql.push(if completed {
            " AND completed"
        } else {
            " AND NOT completed"
        });
    }
    if let Some(priority) = filter.priority {
        sql = sql.push(" AND priority = ").bind(priority.rank());
    }
    if !filter.tags.is_empty() {
        sql = sql.either(
            " AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value IN (",
            " AND (tags ?| ARRAY[",
        );
        sql = sql
            .bind_all(filter.tags.iter().map(String::as_str))
            .either("))", "])");
    }
    if let Some(text) = &filter.text {
        sql = sql
            .push(" AND search LIKE ")
            .bind(pattern(text))
            .push(r" ESCAPE '\'");
    }
    overdue(due_between(sql, filter), filter)
}

/// By the expression of the index, not by the column: so narrow ranges are read from it, and wide ones are told by the
/// other indexes. Only real due dates lie before [`NO_DUE_DATE`].
fn due_between(sql: Sql, filter: &Filter) -> Sql {
    let sql = match filter.due_after {
        Some(time) => sql.push(&format!(" AND {DUE} >= ")).bind(time),
        None => sql,
    };
    match (filter.due_before, filter.due_after) {
        (Some(time), _) => sql.push(&format!(" AND {DUE} < ")).bind(time),
        (None, Some(_)) => sql.push(&format!(" AND {DUE} < '{NO_DUE_DATE}'")),
        (None, None) => sql,
    }
}

fn overdue(sql: Sql, filter: &Filter) -> Sql {
    match filter.overdue {
        Some((true, now)) => sql
            .push(&format!(" AND NOT completed AND {DUE} < "))
            .bind(now),
        // The same for a pending task as below, in words that an index understands.
        Some((false, now)) if filter.completed == Some(false) => {
            sql.push(&format!(" AND {DUE} >= ")).bind(now)
        }
        Some((false, now)) => sql
            .push(&format!(" AND (completed OR {DUE} >= "))
            .bind(now)
            .push(")"),
        None => sql,
    }
}

/// The `LIKE` pattern that finds `text` anywhere.
fn pattern(text: &str) -> String {
    let escaped = fold(text)
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    format!("%{escaped}%")
}

fn page(sql: Sql, query: &Query) -> Sql {
    let key = match query.sort {
        SortKey::CreatedAt => "created_at",
        SortKey::UpdatedAt => "updated_at",
        SortKey::DueDate => DUE,
        SortKey::Priority => "priority",
        SortKey::Title => "title_key",
    };
    let (compare, direction) = if query.descending {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    let sql = match &query.after {
        Some(position) => sql
            .push(&format!(" AND ({key}, id) {compare} ("))
            .bind(bound(&position.key))
            .push(", ")
            .bind(position.id)
            .push(")"),
        None => sql,
    };
    sql.push(&format!(" ORDER BY {key} {direction}, id {direction}"))
}

fn bound(key: &PositionKey) -> Value {
    match key {
        PositionKey::Time(Some(time)) => (*time).into(),
        PositionKey::Time(None) => no_due_date().into(),
        PositionKey::Rank(rank) => (*rank).into(),
        PositionKey::Text(text) => text.as_str().into(),
    }
}

fn no_due_date() -> Option<chrono::NaiveDateTime> {
    NO_DUE_DATE.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_text_is_literal() {
        assert_eq!(pattern(r"50%_\ Off"), r"%50\%\_\\ off%");
    }

    #[test]
    fn a_task_without_a_due_date_has_a_place_of_its_own() {
        let place = no_due_date().unwrap().and_utc();
        assert!(!domain::time::can_be_due(place));
        assert!(domain::time::can_be_due(
            place - chrono::TimeDelta::microseconds(1)
        ));
    }
}
