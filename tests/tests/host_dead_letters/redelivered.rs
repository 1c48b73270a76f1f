//! An event in which nothing is wrong, from the dead-letter topic: it is delivered again before it is a dead letter.

use e2e::{Answer, Bus, Event, LocalHost, Sidecar, User, deliver, id_of, new_id};
use serde_json::{Value, json};

use crate::shared::{alerts, deliver_record, give_up, letter, replay, start};

fn host(name: &str) -> (LocalHost, Sidecar) {
    let sidecar = Sidecar::start(Answer::Accept);
    (start(name, &Bus::Dapr(sidecar.url()), &[]), sidecar)
}

/// A `task.created` that has not been handled, as no other component of this host takes events from the sidecar.
fn created(user: &User) -> Value {
    let task = user.create(
        &json!({"title": "x", "due_date": "2036-03-03T09:00:00Z", "remind_before_minutes": 60}),
    );
    Event::of("task.created", &task)
        .with("id", json!(new_id()))
        .json
}

fn dead(user: &User, event: &Value) {
    deliver_record(&user.client, 1, event.to_string().as_bytes()).expect(200);
}

fn redeliver(host: &LocalHost) {
    host.outbox().execute(
        "UPDATE redeliveries SET next_attempt_at = '2000-01-01T00:00:00.000000'",
        &[],
    );
    deliver(&host.client(), "/jobs/redeliver", b"").expect(200);
}

#[test]
fn it_is_handled_and_no_dead_letter() {
    let (host, _sidecar) = host("redelivered-handled");
    let user = User::new(host.client());
    let event = created(&user);
    dead(&user, &event);
    dead(&user, &event);
    redeliver(&host);
    let handled = format!("handled by redelivery 1: {}: reminder set", id_of(&event));
    assert!(host.log().contains(&handled), "{}", host.log());
    redeliver(&host);
    assert_eq!(host.log().matches("handled by redelivery").count(), 1);
    assert!(letter(&user.client, "all", id_of(&event)).is_none());
}

#[test]
fn six_failures_are_a_dead_letter_with_one_alert_and_its_record_is_known_after_a_replay() {
    let (host, _sidecar) = host("redelivered-failed");
    let user = User::new(host.client());
    let event = created(&user);
    host.outbox().execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON reminders BEGIN SELECT RAISE(ABORT, 'refused by a test'); END",
        &[],
    );
    dead(&user, &event);
    for _ in 1..6 {
        redeliver(&host);
        assert!(letter(&user.client, "all", id_of(&event)).is_none());
    }
    redeliver(&host);
    let kept = letter(&user.client, "open", id_of(&event)).expect("a dead letter");
    let reason = "not handled within the retries and 6 redeliveries: the database does not answer";
    assert_eq!(
        (&kept["reason"], &kept["topic"]),
        (&json!(reason), &json!("tasks"))
    );
    // Open, it is not delivered again, however often its record comes.
    dead(&user, &event);
    redeliver(&host);
    assert_eq!(alerts(&host, id_of(&event)).len(), 1);

    replay(&user.client, id_of(&event)).expect(200);
    dead(&user, &event);
    give_up(&host);
    let again = letter(&user.client, "replayed", id_of(&event));
    assert!(again.is_some(), "its old record is no new failure");
    assert_eq!(alerts(&host, id_of(&event)).len(), 1);
}

#[test]
fn one_that_its_component_drops_is_a_dead_letter_at_once() {
    let (host, _sidecar) = host("redelivered-dropped");
    let user = User::new(host.client());
    let event = created(&user);
    dead(&user, &event);
    let other = "UPDATE tasks SET user_id = 'somebody-else' WHERE user_id = ?1";
    host.outbox().execute(other, &[&user.id]);
    redeliver(&host);
    let kept = letter(&user.client, "open", id_of(&event)).expect("a dead letter");
    assert_eq!(kept["reason"], "data.user_id is not the owner of the task");
}
