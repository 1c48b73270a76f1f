//! Retention on PostgreSQL, where every replica calls it: replicas at it at once are in nobody's way.

use std::fs;

use e2e::{LocalHost, SOON, at_once, deliver, eventually};

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
