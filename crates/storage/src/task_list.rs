//! The list of a user's tasks: filters, sorts and keyset paging in one statement.

use crate::params::params;
use crate::sql::Sql;
use crate::task_row::{FIELDS, fold, read, title_key};
use crate::words::{DUE, NO_DUE_DATE};
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
    /// Completed at this time or later.
    pub completed_after: Option<Time>,
    /// Completed before this time.
    pub completed_before: Option<Time>,
    /// An occurrence of this series.
    pub series: Option<Uuid>,
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
pub async fn list(store: &Store, user: &UserId, query: &Query) -> Result<Vec<Task>, DbError> {
    let mut sql = Sql::new(
        &format!(
            "SELECT id, user_id, {FIELDS} FROM tasks WHERE user_id = $ AND deleted_at IS NULL"
        ),
        params![user.as_str()],
    );
    filter(store, &mut sql, &query.filter);
    let key = match query.sort {
        SortKey::CreatedAt => "created_at",
        SortKey::UpdatedAt => "updated_at",
        SortKey::DueDate => DUE,
        SortKey::Priority => "priority",
        SortKey::Title => "title_key",
    };
    let key = if query.filter.completed_after.is_some() || query.filter.completed_before.is_some() {
        &unindexed(store, key)
    } else {
        key
    };
    let after = query.after.as_ref();
    let after = after.map(|position| params![bound(&position.key), position.id]);
    let (sql, params) = sql.page(&[key, "id"], query.descending, after, query.limit);
    store.all(&sql, params, read).await
}

fn filter(store: &Store, sql: &mut Sql, filter: &Filter) {
    match filter.completed {
        Some(true) => sql.and("completed", params![]),
        Some(false) => sql.and("NOT completed", params![]),
        None => {}
    }
    sql.and_some("priority = $", filter.priority.map(Priority::rank));
    if !filter.tags.is_empty() {
        let marks = vec!["$"; filter.tags.len()].join(", ");
        let any_tag = store
            .either(
                &format!("EXISTS (SELECT 1 FROM json_each(tags) WHERE value IN ({marks}))"),
                &format!("(tags ?| ARRAY[{marks}])"),
            )
            .to_owned();
        let tags = filter.tags.iter().map(|tag| tag.as_str().into()).collect();
        sql.and(&any_tag, tags);
    }
    sql.and_some(
        r"search LIKE $ ESCAPE '\'",
        filter.text.as_deref().map(pattern),
    );
    due_between(sql, filter);
    overdue(sql, filter);
    completed_between(sql, filter);
    // No task in a list is withdrawn; saying so opens the index of the occurrences.
    sql.and_some("NOT withdrawn AND series_id = $", filter.series);
}

/// By the expression of the indexes, not by the column: so a narrow range is read from its index, and a wide one is checked
/// inside the others. Only real due dates lie before [`NO_DUE_DATE`].
fn due_between(sql: &mut Sql, filter: &Filter) {
    sql.and_some(&format!("{DUE} >= $"), filter.due_after);
    sql.and_some(&format!("{DUE} < $"), filter.due_before);
    if filter.due_after.is_some() && filter.due_before.is_none() {
        sql.and(&format!("{DUE} < '{NO_DUE_DATE}'"), params![]);
    }
}

fn overdue(sql: &mut Sql, filter: &Filter) {
    let Some((overdue, now)) = filter.overdue else {
        return;
    };
    let condition = if overdue {
        format!("NOT completed AND {DUE} < $")
    } else if filter.completed == Some(false) {
        // The same as below for a pending task, in the form that an index can use.
        format!("{DUE} >= $")
    } else {
        format!("(completed OR {DUE} >= $)")
    };
    sql.and(&condition, params![now]);
}

fn completed_between(sql: &mut Sql, filter: &Filter) {
    let bounded = filter.completed_after.is_some() || filter.completed_before.is_some();
    if bounded && filter.completed == Some(false) {
        // Nothing fits. The range would be read to its end to find that out.
        return sql.and("FALSE", params![]);
    }
    sql.and_some("completed_at >= $", filter.completed_after);
    sql.and_some("completed_at < $", filter.completed_before);
}

/// A sort key that no index has, so that the tasks completed within a range are read from the index of these times and sorted.
/// In order of the sort key the database would look at each completed task, and old tasks are together at one end of it.
fn unindexed(store: &Store, key: &str) -> String {
    format!("{}({key})", store.either("+", "GREATEST"))
}

/// The `LIKE` pattern that finds `text` anywhere.
fn pattern(text: &str) -> String {
    let escaped = fold(text)
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    format!("%{escaped}%")
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
