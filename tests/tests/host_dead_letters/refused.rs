//! An event that the bus refuses for good becomes a dead letter and lets the later ones pass.

use e2e::{Answer, Bus, Sidecar, User, deliver, eventually, id_of};
use serde_json::json;

use crate::shared::{SOON, letter, replay, start, wait_for_alerts, wait_for_letter};

#[test]
fn after_ten_refusals_it_is_a_dead_letter_and_the_later_ones_go_on() {
    let port = stack::free_port();
    let host = start("dead-letters-refused", &Bus::Dapr(Sidecar::url(port)), &[]);
    let (user, other) = (User::new(host.client()), User::new(host.client()));
    // Nothing listens yet, so both stay in the outbox; one of them has been refused nine times.
    let task = user.create(&json!({"title": "refused"}));
    other.create(&json!({"title": "taken"}));
    let sql = "UPDATE outbox SET attempts = 9 WHERE user_id = ?1";
    assert_eq!(host.outbox().execute(sql, &[&user.id]), 1);
    let sidecar = Sidecar::start(port, Answer::RefuseKey(user.id.clone()));
    let event = user.events_of(&task, "task.created").remove(0);

    let kept = eventually(SOON, "the dead letter", || {
        deliver(&user.client, "/jobs/relay-outbox", b"");
        letter(&user.client, "open", id_of(&event))
    });
    assert_eq!(
        (&kept["event"], &kept["type"]),
        (&event, &json!("task.created"))
    );
    assert_eq!(
        (&kept["reason"], &kept["topic"]),
        (&json!("refused"), &json!("tasks"))
    );
    let alert = wait_for_alerts(&host, id_of(&event), 1);
    for part in [
        "task.created",
        "\"tasks\"",
        "refused",
        "manual review required",
    ] {
        assert!(alert.contains(part), "no {part} in {alert}");
    }
    assert_eq!(sidecar.published_for(&other.id).len(), 1);

    sidecar.answer(Answer::Accept);
    user.complete(id_of(&task));
    eventually(SOON, "the later event", || {
        let published = sidecar.published_for(&user.id);
        published
            .iter()
            .any(|one| one.event["type"] == "task.completed")
            .then_some(())
    });
    replay(&user.client, id_of(&event)).expect(200);
    eventually(SOON, "the replayed event", || {
        let published = sidecar.published_for(&user.id);
        published
            .iter()
            .any(|one| one.event["id"] == event["id"])
            .then_some(())
    });
    assert!(letter(&user.client, "open", id_of(&event)).is_none());
}

#[test]
fn refused_again_after_its_replay_it_is_open_again() {
    let port = stack::free_port();
    let host = start("dead-letters-again", &Bus::Dapr(Sidecar::url(port)), &[]);
    let user = User::new(host.client());
    let task = user.create(&json!({"title": "refused"}));
    let event = user.events_of(&task, "task.created").remove(0);
    let die = "UPDATE outbox SET attempts = 10, last_error = 'too large', dead_at = '2026-01-01T00:00:00.000000' \
               WHERE event_id = ?1";
    for _ in 0..2 {
        assert_eq!(host.outbox().execute(die, &[&id_of(&event)]), 1);
        wait_for_letter(&user.client, id_of(&event));
        replay(&user.client, id_of(&event)).expect(200);
        assert!(letter(&user.client, "open", id_of(&event)).is_none());
        let sql = "SELECT attempts FROM outbox WHERE event_id = ?1 AND dead_at IS NULL";
        assert_eq!(host.outbox().number(sql, &[&id_of(&event)]), 0);
    }
}
