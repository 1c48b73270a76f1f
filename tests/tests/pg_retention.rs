//! Retention on PostgreSQL, where every replica calls it: replicas at it at once are in nobody's way.

use std::fs;

use e2e::{LocalHost, SOON, User, at_once, deliver, eventually, id_of};

const EVENTS: u64 = 20_000;

/// Of many users, each with events all over the outbox.
fn fill() -> String {
    format!(
        "INSERT INTO outbox (event_id, user_id, type, event, created_at, published_at) \
         SELECT 'old-' || n, 'user-' || (n * 7919 % 101), 'task.updated', '{{}}', past, past \
         FROM generate_series(1, {EVENTS}) AS n, (SELECT now() AT TIME ZONE 'utc' - interval '40 days' AS past) AS t"
    )
}

#[test]
fn replicas_that_remove_at_once_do_not_meet() {
    let host = LocalHost::start_on_postgres("pg_retention");
    host.database().sql(&fill());
    let left = || host.database().sql("SELECT count(*) FROM outbox");
    eventually(SOON, "an outbox without old events", || {
        at_once(8, |_| {
            deliver(&host.client(), "/jobs/purge-expired", b"").expect(200);
        });
        (left() == "0").then_some(())
    });
    let counted = "SELECT sum(count) FROM event_counts";
    assert_eq!(host.database().sql(counted), EVENTS.to_string());
    let log = fs::read_to_string(host.database().log()).expect("the log");
    assert!(!log.contains("deadlock detected"), "{log}");
    assert!(!host.log().contains("old events not removed"));
}

/// As host_purge has it on SQLite: the statements differ.
#[test]
fn an_erased_occurrence_does_not_come_back_by_a_late_event() {
    let host = LocalHost::start_on_postgres("pg_retention-series");
    let user = User::new(host.client());
    let sql = |sql: &str| host.database().sql(sql);
    let first = user.create_recurring("daily", "2026-01-01T08:00:00Z");
    user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&first, 2, SOON);
    let event = user.events_of(&first, "task.completed").remove(0);
    let (first, second) = (id_of(&first), id_of(&second));
    let erase = |id: &str, then: &str, what: &str| {
        user.delete(id).expect(204);
        user.wait_until_handled();
        sql(&format!(
            "UPDATE tasks SET deleted_at = deleted_at - interval '31 days' WHERE id = '{id}'"
        ));
        deliver(&host.client(), "/jobs/purge-expired", b"").expect(200);
        let rows = format!(
            "SELECT string_agg(occurrence || ':' || title || ';', ' ' ORDER BY occurrence) FROM tasks WHERE series_id = '{first}'"
        );
        eventually(SOON, what, || (sql(&rows) == then).then_some(()));
    };
    erase(second, "1:water the plants; 2:;", "a tombstone");
    let reminder = format!("SELECT count(*) FROM reminders WHERE task_id = '{second}'");
    assert_eq!(sql(&reminder), "0");
    let again = || {
        let body = event.to_string();
        let reply = deliver(
            &host.client(),
            "/api/events/tasks/completed",
            body.as_bytes(),
        );
        reply.expect(200).json()["outcome"].clone()
    };
    assert_eq!(again(), "duplicate");
    erase(first, "", "nothing");
    assert_eq!(again(), "task gone");
}
