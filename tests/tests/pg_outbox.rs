//! What a drain notes on PostgreSQL: a refusal with a reason that PostgreSQL cannot keep, the last one, and a replay.

use e2e::{Answer, Bus, LocalHost, SOON, Sidecar, TOO_LARGE, User, deliver, eventually, id_of};
use serde_json::json;

/// Calls the relay until `sql` answers so.
#[track_caller]
fn wait_for(host: &LocalHost, sql: &str, answer: &str) {
    eventually(SOON, &format!("{answer} of {sql}"), || {
        deliver(&host.client(), "/jobs/relay-outbox", b"").expect(200);
        (host.database().sql(sql) == answer).then_some(())
    });
}

#[test]
fn a_refusal_is_noted_whatever_its_reason_and_a_replay_is_published() {
    let sidecar = Sidecar::start(Answer::Refuse);
    let bus = Bus::Dapr(sidecar.url());
    let host = LocalHost::start_on_postgres_with("pg_outbox", &bus);
    let (user, other) = (User::new(host.client()), User::new(host.client()));
    // Everything is refused at first, so that both wait and go in one call.
    let task = user.create(&json!({"title": "refused"}));
    other.create(&json!({"title": "taken"}));
    let reason = format!("{TOO_LARGE} no\0where");
    sidecar.answer(Answer::RefuseKeyBecause(user.id.clone(), reason));
    let of_user = |what: &str| format!("SELECT {what} FROM outbox WHERE user_id = '{}'", user.id);
    wait_for(
        &host,
        &of_user("attempts || last_error"),
        &format!("1{TOO_LARGE} nowhere"),
    );
    // The other was refused at first too, and waits for its next attempt.
    let published = format!(
        "SELECT published_at IS NOT NULL FROM outbox WHERE user_id = '{}'",
        other.id
    );
    wait_for(&host, &published, "t");
    assert_eq!(sidecar.published_for(&other.id).len(), 1);

    let last = "UPDATE outbox SET attempts = 9 WHERE published_at IS NULL";
    host.database().sql(last);
    other.create(&json!({"title": "taken"}));
    wait_for(&host, &of_user("dead_at IS NOT NULL"), "t");
    let event = user.events_of(&task, "task.created").remove(0);
    let letter = format!(
        "SELECT reason FROM dead_letters WHERE event_id = '{}'",
        id_of(&event)
    );
    assert_eq!(host.database().sql(&letter), format!("{TOO_LARGE} nowhere"));

    sidecar.answer(Answer::Accept);
    host.database()
        .sql("UPDATE dead_letters SET replayed_at = received_at");
    wait_for(
        &host,
        &of_user("replays || ' ' || (published_at IS NOT NULL)"),
        "1 true",
    );
    assert_eq!(sidecar.published_for(&user.id).len(), 1);
}

/// A sequence that nobody has used says 1, which is the number that the first event will get.
#[test]
fn the_first_event_of_a_database_is_published_however_often_the_relay_was_called_before() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = LocalHost::start_on_postgres_with("pg_outbox_first", &Bus::Dapr(sidecar.url()));
    for _ in 0..4 {
        let leases = || {
            host.database()
                .sql("SELECT MAX(expires_at) FROM outbox_shards")
        };
        let before = leases();
        deliver(&host.client(), "/jobs/relay-outbox", b"").expect(200);
        eventually(SOON, "the relay has looked", || {
            (leases() != before).then_some(())
        });
    }
    let user = User::new(host.client());
    user.create(&json!({"title": "first"}));
    assert_eq!(host.database().sql("SELECT MIN(seq) FROM outbox"), "1");
    let published = "SELECT published_at IS NOT NULL FROM outbox WHERE seq = 1";
    wait_for(&host, published, "t");
    assert_eq!(sidecar.published_for(&user.id).len(), 1);

    // What an earlier version left behind, the migration puts before the mark.
    let left_behind = "UPDATE outbox SET published_at = NULL; UPDATE outbox_low_water SET seq = 1";
    host.database().sql(left_behind);
    host.database().sql(include_str!(
        "../../migrations/postgres/0010_first_event.sql"
    ));
    wait_for(&host, published, "t");
}
