//! Users that wait because the bus did not take an event of theirs, and what comes after the wait.

use e2e::{Answer, Bus, LocalHost, SOON, Sidecar, User, eventually, id_of};
use serde_json::json;

use crate::shared::in_the_shard_of;

/// So many events of another user keep a drain busy, which has long searched behind the first event of the one that waits.
const BUSY: usize = 2000;

#[test]
fn what_came_during_the_wait_is_not_overtaken_by_what_comes_after_it() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = LocalHost::start_with("waiting", &Bus::Dapr(sidecar.url()));
    let waiting = User::new(host.client());
    let other = in_the_shard_of(&waiting, || User::new(host.client()));
    // Makes the database.
    host.client().get("/health/ready").expect(200);
    let wait = "INSERT INTO waiting_users (user_id, until, reason) VALUES (?1, '9999', 'a test')";
    host.outbox().execute(wait, &[&waiting.id]);
    let first = waiting.create(&json!({"title": "during the wait"}));
    other.create(&json!({"title": "one of many"}));
    eventually(SOON, "the other user's event", || {
        let taken = sidecar.published_for(&other.id);
        (!taken.is_empty()).then_some(())
    });
    assert!(sidecar.published_for(&waiting.id).is_empty());

    host.outbox().execute(
        "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?2)
         INSERT INTO outbox (event_id, user_id, type, event)
         SELECT id, user_id, type, json_set(event, '$.id', id)
           FROM (SELECT printf('%08x-0000-7000-8000-000000000000', n) AS id, o.*
                   FROM number, (SELECT user_id, type, event FROM outbox WHERE user_id = ?1 LIMIT 1) AS o)",
        &[&other.id, &BUSY],
    );
    let before = sidecar.calls();
    other.create(&json!({"title": "the one that begins"}));
    eventually(SOON, "a drain at work", || {
        (sidecar.calls() > before + 3).then_some(())
    });
    let end = "DELETE FROM waiting_users WHERE user_id = ?1";
    host.outbox().execute(end, &[&waiting.id]);
    let second = waiting.create(&json!({"title": "after the wait"}));
    assert!(
        !host.outbox().pending().is_empty(),
        "the drain has ended too soon to show anything"
    );

    let both = eventually(SOON, "both events", || {
        let taken = sidecar.published_for(&waiting.id);
        (taken.len() >= 2).then_some(taken)
    });
    let tasks: Vec<_> = both.iter().map(|one| &one.event["subject"]).collect();
    assert_eq!(tasks, [id_of(&first), id_of(&second)]);
}
