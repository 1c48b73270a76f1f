//! The purge: what is kept for some days goes then, with its texts, and a late event brings none of it back. Makes things old
//! in the host's database file.

use e2e::{Bus, LocalHost, SOON, User, deliver, eventually, id_of};
use serde_json::{Value, json};

fn start(name: &str, more: &[(&str, &str)]) -> LocalHost {
    LocalHost::start_closed(name, &Bus::Local, &[&[("auth", "off")], more].concat())
}

/// SQL of the time so many days ago, as the database writes it.
fn days_ago(days: u32) -> String {
    format!("strftime('%Y-%m-%dT%H:%M:%f', 'now', '-{days} days') || '000'")
}

/// Makes deleted tasks with this title so many days old.
#[track_caller]
fn age_deleted(host: &LocalHost, id: &str, days: u32) {
    let sql = format!(
        "UPDATE tasks SET deleted_at = {} WHERE id = ?1 AND deleted_at IS NOT NULL",
        days_ago(days)
    );
    assert_eq!(host.outbox().execute(&sql, &[&id]), 1);
}

fn count(host: &LocalHost, sql: &str, value: &str) -> i64 {
    host.outbox()
        .number(&format!("SELECT count(*) FROM {sql} = ?1"), &[&value])
}

/// Calls the purge and waits until it has logged this.
#[track_caller]
fn purge_until(host: &LocalHost, line: &str) {
    let before = host.log().len();
    deliver(&host.client(), "/jobs/purge-expired", b"").expect(200);
    eventually(SOON, line, || {
        host.log()
            .get(before..)
            .is_some_and(|log| log.contains(line))
            .then_some(())
    });
}

/// Completes the task and waits for the occurrence that follows.
#[track_caller]
fn next_of(user: &User, task: &Value) -> Value {
    user.complete(id_of(task));
    let number = task["occurrence"].as_u64().expect("an occurrence") + 1;
    user.wait_for_occurrence(task, number, SOON)
}

#[track_caller]
fn redeliver(user: &User, task: &Value, kind: &str) -> String {
    let event = user.events_of(task, kind).remove(0);
    let route = format!("/api/events/tasks/{}", kind.trim_start_matches("task."));
    let reply = deliver(&user.client, &route, event.to_string().as_bytes()).expect(200);
    reply.json()["outcome"]
        .as_str()
        .expect("an outcome")
        .to_owned()
}

#[test]
fn a_task_that_cannot_be_restored_any_more_is_erased_with_its_reminder() {
    let host = start("purge-deleted", &[]);
    let user = User::new(host.client());
    let task = |title: &str| {
        user.create(
            &json!({"title": title, "description": "between us", "due_date": "2999-01-01T00:00:00Z",
                            "remind_before_minutes": 10}),
        )
    };
    let (old, young, kept) = (task("old"), task("young"), task("kept"));
    for task in [&old, &young] {
        user.delete(id_of(task)).expect(204);
    }
    user.wait_until_handled();
    age_deleted(&host, id_of(&old), 31);
    age_deleted(&host, id_of(&young), 29);
    assert_eq!(count(&host, "reminders WHERE task_id", id_of(&old)), 1);
    purge_until(&host, "1 deleted tasks older than 30 days removed");

    for (task, left) in [(&old, 0), (&young, 1), (&kept, 1)] {
        assert_eq!(count(&host, "tasks WHERE id", id_of(task)), left);
        assert_eq!(count(&host, "reminders WHERE task_id", id_of(task)), left);
    }
    user.call("POST", &format!("/{}/restore", id_of(&old)))
        .send()
        .expect(404);
    user.call("POST", &format!("/{}/restore", id_of(&young)))
        .send()
        .expect(200);
    // An event that comes only now finds no task.
    assert_eq!(redeliver(&user, &old, "task.created"), "task gone");
}

#[test]
fn an_erased_occurrence_does_not_come_back_by_a_late_event() {
    let host = start("purge-series", &[]);
    let user = User::new(host.client());
    let first = user.create_recurring("daily", "2026-01-01T08:00:00Z");
    let second = next_of(&user, &first);
    let third = next_of(&user, &second);
    // The third too, but it goes whole: its predecessor is as old.
    for task in [&second, &third] {
        user.delete(id_of(task)).expect(204);
        user.wait_until_handled();
        age_deleted(&host, id_of(task), 31);
    }
    purge_until(&host, "2 deleted tasks older than 30 days removed");
    assert_eq!(
        count(
            &host,
            "tasks WHERE title = '' AND search = '' AND tags = '[]' AND event IS NULL AND id",
            id_of(&second)
        ),
        1
    );
    assert_eq!(count(&host, "tasks WHERE id", id_of(&third)), 0);

    assert_eq!(redeliver(&user, &first, "task.completed"), "duplicate");
    assert_eq!(
        redeliver(&user, &second, "task.completed"),
        "no further occurrence"
    );
    let series = id_of(&first);
    assert_eq!(count(&host, "tasks WHERE series_id", series), 2);
    user.get(id_of(&second)).expect(404);
    user.call("POST", &format!("/{}/restore", id_of(&second)))
        .send()
        .expect(404);

    // With its predecessor goes the tombstone.
    user.delete(series).expect(204);
    user.wait_until_handled();
    age_deleted(&host, series, 31);
    purge_until(&host, "2 deleted tasks older than 30 days removed");
    assert_eq!(count(&host, "tasks WHERE series_id", series), 0);
    assert_eq!(redeliver(&user, &first, "task.completed"), "task gone");
}

#[test]
fn a_withdrawn_occurrence_goes_whole_and_the_series_goes_on() {
    let host = start("purge-withdrawn", &[]);
    let user = User::new(host.client());
    let first = user.create_recurring("daily", "2026-01-01T08:00:00Z");
    let withdrawn = next_of(&user, &first);
    user.reopen(id_of(&first));
    eventually(SOON, "a withdrawal", || {
        (user.get(id_of(&withdrawn)).status() == 404).then_some(())
    });
    user.wait_until_handled();
    age_deleted(&host, id_of(&withdrawn), 31);
    purge_until(&host, "1 deleted tasks older than 30 days removed");
    assert_eq!(count(&host, "tasks WHERE id", id_of(&withdrawn)), 0);
    next_of(&user, &first);
}

#[test]
fn notifications_letters_and_counts_go_when_their_time_has_come() {
    let host = start(
        "purge-others",
        &[
            ("notification_retention_days", "10"),
            ("dead_letter_retention_days", "9"),
            ("unread_notification_retention_days", "20"),
            ("stats_retention_days", "40"),
        ],
    );
    let user = User::new(host.client());
    assert_eq!(user.stats()["total"], 0);
    for (id, created, read) in [
        ("a", 30, Some(11)),
        ("b", 30, Some(9)),
        ("c", 21, None),
        ("d", 19, None),
    ] {
        let sql = format!(
            "INSERT INTO notifications (id, user_id, task_id, remind_at, task_title, due_date, created_at, read_at) \
                           VALUES (?1, ?2, ?1, '2025', 'x', '2025', {}, {})",
            days_ago(created),
            read.map_or("NULL".to_owned(), days_ago)
        );
        host.outbox().execute(&sql, &[&id, &user.id]);
    }
    for (id, replayed) in [("a", Some(10)), ("b", Some(8)), ("c", None)] {
        let sql = format!(
            "INSERT INTO dead_letters (id, user_id, type, topic, event, reason, received_at, replayed_at) \
                           VALUES (?1, ?2, '', '', '', '', {}, {})",
            days_ago(99),
            replayed.map_or("NULL".to_owned(), days_ago)
        );
        host.outbox().execute(&sql, &[&id, &user.id]);
    }
    for days in [39, 42] {
        let sql = format!(
            "INSERT INTO event_counts VALUES (?1, substr({}, 1, 10), 'task.created', 3)",
            days_ago(days)
        );
        host.outbox().execute(&sql, &[&user.id]);
    }
    purge_until(&host, "1 days of counts older than 40 days removed");
    for line in [
        "1 read notifications older than 10 days removed",
        "1 unread notifications older than 20 days removed",
        "1 replayed dead letters older than 9 days removed",
    ] {
        assert!(host.log().contains(line), "{line}");
    }
    let left = |table: &str| {
        host.outbox().number(
            &format!("SELECT count(*) FROM {table} WHERE id IN ('b', 'c', 'd')"),
            &[],
        )
    };
    assert_eq!((left("notifications"), left("dead_letters")), (2, 2));
    assert_eq!(count(&host, "notifications WHERE user_id", &user.id), 2);
    assert_eq!(count(&host, "dead_letters WHERE user_id", &user.id), 2);
    assert_eq!(user.stats()["total"], 3);
}

#[test]
fn a_setting_that_is_not_valid_is_the_default() {
    let host = start(
        "purge-invalid",
        &[
            ("deleted_task_retention_days", "0"),
            ("event_retention_days", "soon"),
        ],
    );
    let user = User::new(host.client());
    let task = user.create(&json!({"title": "x"}));
    user.delete(id_of(&task)).expect(204);
    user.wait_until_handled();
    age_deleted(&host, id_of(&task), 29);
    purge_until(
        &host,
        "deleted_task_retention_days is not a number of days, 30 or more: 30 are taken",
    );
    assert!(
        host.log()
            .contains("event_retention_days is not a number of days, 1 or more: 30 are taken")
    );
    age_deleted(&host, id_of(&task), 31);
    purge_until(&host, "1 deleted tasks older than 30 days removed");
}
