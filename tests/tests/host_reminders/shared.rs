//! Time that goes by at once.

use e2e::{LocalHost, User};

/// Makes everything of a user so many hours older, in the host's database file: as if that time had gone by.
#[track_caller]
pub(crate) fn let_hours_pass(host: &LocalHost, user: &User, hours: u32) {
    let older = |column: &str| {
        format!("{column} = strftime('%Y-%m-%dT%H:%M:%f', {column}, '-{hours} hours') || '000'")
    };
    for (table, columns) in [
        (
            "tasks",
            &["due_date", "remind_at", "created_at", "updated_at"][..],
        ),
        ("reminders", &["due_date", "remind_at"]),
    ] {
        let columns: Vec<String> = columns.iter().map(|column| older(column)).collect();
        let sql = format!(
            "UPDATE {table} SET {} WHERE user_id = ?1",
            columns.join(", ")
        );
        host.outbox().execute(&sql, &[&user.id]);
    }
}
