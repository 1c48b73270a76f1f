//! An event that the bus refuses for good becomes a dead letter and lets the later ones pass.

use e2e::{Answer, Bus, SOON, Sidecar, TOO_LARGE, User, Webhook, deliver, eventually, id_of};
use serde_json::json;

use crate::shared::{letter, replay, start, wait_for_alerts};

#[test]
fn after_ten_refusals_it_is_a_dead_letter_and_the_later_ones_go_on() {
    let sidecar = Sidecar::start(Answer::Refuse);
    let host = start("dead-letters-refused", &Bus::Dapr(sidecar.url()), &[]);
    let (user, other) = (User::new(host.client()), User::new(host.client()));
    // While everything is refused, both stay in the outbox; one of them has been refused nine times.
    let task = user.create(&json!({"title": "refused"}));
    other.create(&json!({"title": "taken"}));
    let sql = "UPDATE outbox SET attempts = 9 WHERE user_id = ?1";
    assert_eq!(host.outbox().execute(sql, &[&user.id]), 1);
    sidecar.answer(Answer::RefuseKeyBecause(user.id.clone(), TOO_LARGE.into()));
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
        (&json!(TOO_LARGE), &json!("tasks"))
    );
    let alert = wait_for_alerts(&host, id_of(&event), 1);
    for part in [
        "DLQ ALERT",
        "task.created",
        "\"tasks\"",
        TOO_LARGE,
        "manual review required",
    ] {
        assert!(alert.contains(part), "no {part} in {alert}");
    }
    // It was refused at first too, and waits for its next attempt.
    eventually(SOON, "the other's event", || {
        deliver(&user.client, "/jobs/relay-outbox", b"");
        (sidecar.published_for(&other.id).len() == 1).then_some(())
    });

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
fn refused_again_after_its_replay_it_is_open_again_with_an_alert_each_time() {
    let sidecar = Sidecar::start(Answer::Refuse);
    let webhook = Webhook::start(204);
    let (url, path) = (webhook.url(), format!("{}/alerts", webhook.url()));
    let variables = [
        ("alert_webhook_url", path.as_str()),
        ("alert_webhook_host", url.as_str()),
    ];
    let bus = Bus::Dapr(sidecar.url());
    let host = start("dead-letters-again", &bus, &variables);
    let (user, other) = (User::new(host.client()), User::new(host.client()));
    let task = user.create(&json!({"title": "refused"}));
    let event = user.events_of(&task, "task.created").remove(0);
    sidecar.answer(Answer::RefuseKeyBecause(user.id.clone(), TOO_LARGE.into()));
    let last_attempt = "UPDATE outbox SET attempts = 9 WHERE event_id = ?1 AND dead_at IS NULL";
    for count in 1..=2 {
        assert_eq!(host.outbox().execute(last_attempt, &[&id_of(&event)]), 1);
        other.create(&json!({"title": "taken"}));
        eventually(SOON, "the dead letter", || {
            deliver(&user.client, "/jobs/relay-outbox", b"");
            letter(&user.client, "open", id_of(&event))
        });
        wait_for_alerts(&host, id_of(&event), count);
        eventually(SOON, "the call of the webhook", || {
            (webhook.alerts().len() == count).then_some(())
        });
        assert_eq!(webhook.alerts()[count - 1].json["reason"], TOO_LARGE);
        replay(&user.client, id_of(&event)).expect(200);
        assert!(letter(&user.client, "open", id_of(&event)).is_none());
    }
}
