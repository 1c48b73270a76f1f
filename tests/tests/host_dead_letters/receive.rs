//! What comes from the dead-letter topic is kept whole, with its reason, and alerted once.

use e2e::{Event, assert_acknowledged, at_once, id_of};
use serde_json::{Value, json};

use crate::shared::{
    alerts, deliver_dead, host, letter, poison, publish, replay, user, wait_for_alerts,
    wait_for_letter, whole_letters,
};

/// Standard base64 with padding, as the sidecar encodes a raw record.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |n: usize| u32::from(*chunk.get(n).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for n in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * n)) as usize & 63];
            text.push(if n > chunk.len() { '=' } else { digit.into() });
        }
    }
    text
}

/// What the sidecar makes of a record that is no CloudEvent: an event of its own around it, with a fresh id each time.
fn wrapped(record: &[u8]) -> String {
    json!({"specversion": "1.0", "id": e2e::new_id(), "type": "com.dapr.event.sent", "source": "todo-backend",
           "datacontenttype": "application/octet-stream", "topic": "tasks-dlq", "pubsubname": "kafka-pubsub",
           "data_base64": base64(record)})
    .to_string()
}

#[test]
fn a_plain_event_is_kept_whole_with_its_reason_and_one_alert() {
    let (client, event) = (host().client(), poison(&user()));
    let reply = deliver_dead(&client, "tasks", event.to_string().as_bytes());
    assert_acknowledged(&reply, "SUCCESS");
    let kept = wait_for_letter(&client, id_of(&event));
    assert_eq!(kept["event"], event);
    assert_eq!(
        (&kept["type"], &kept["topic"]),
        (&json!("task.completed"), &json!("tasks"))
    );
    assert_eq!(
        (&kept["state"], &kept["replayed_at"]),
        (&json!("open"), &Value::Null)
    );
    assert_eq!(kept["reason"], "data.task_id is missing or mistyped");
    assert!(kept["received_at"].is_string(), "{kept}");
    let alert = wait_for_alerts(host(), id_of(&event), 1);
    for part in [
        "task.completed",
        "\"tasks\"",
        "data.task_id is missing",
        "manual review required",
    ] {
        assert!(alert.contains(part), "no {part} in {alert}");
    }
}

#[test]
fn a_raw_record_is_the_event_inside() {
    let (client, event) = (host().client(), poison(&user()));
    let record = event.to_string();
    // Wrapped again for another delivery, under another id.
    for _ in 0..3 {
        let reply = deliver_dead(&client, "tasks", wrapped(record.as_bytes()).as_bytes());
        assert_acknowledged(&reply, "SUCCESS");
    }
    let kept = wait_for_letter(&client, id_of(&event));
    assert_eq!((&kept["event"], &kept["type"]), (&event, &event["type"]));
    assert_eq!(kept["topic"], "tasks");
    wait_for_alerts(host(), id_of(&event), 1);
}

#[test]
fn delivered_twenty_times_at_once_it_is_kept_and_alerted_once() {
    let (client, event) = (host().client(), poison(&user()));
    at_once(20, |_| {
        deliver_dead(&client, "tasks", event.to_string().as_bytes()).expect(200)
    });
    wait_for_letter(&client, id_of(&event));
    deliver_dead(&client, "tasks", event.to_string().as_bytes()).expect(200);
    wait_for_alerts(host(), id_of(&event), 1);
}

#[test]
fn what_is_no_event_is_kept_as_it_came() {
    let client = host().client();
    let text = format!("not an event, {}", e2e::new_id());
    for _ in 0..2 {
        deliver_dead(&client, "tasks", wrapped(text.as_bytes()).as_bytes()).expect(200);
    }
    let mut kept = whole_letters(&client, "open");
    kept.retain(|letter| letter["event"] == text.as_str());
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0]["reason"], "not JSON");
    wait_for_alerts(host(), id_of(&kept[0]), 1);
    // Without the wrapper, and with what is no text at all.
    let bytes = [&[0, 0xff][..], text.as_bytes()].concat();
    deliver_dead(&client, "reminders", &bytes).expect(200);
    let whole = format!("data:application/octet-stream;base64,{}", base64(&bytes));
    let mut kept = whole_letters(&client, "open");
    kept.retain(|letter| letter["topic"] == "reminders" && letter["event"] == whole.as_str());
    assert_eq!(kept.len(), 1, "{kept:?}");
}

#[test]
fn whatever_stands_in_the_place_of_the_user_it_is_kept() {
    let client = host().client();
    for user in [
        json!("a\u{0}b"),
        json!("x".repeat(12_000)),
        json!(7),
        json!(""),
    ] {
        let event = Event::of("task.created", &json!({"id": e2e::new_id(), "version": 1}))
            .without("partitionkey")
            .with_data("user_id", user)
            .json;
        let reply = deliver_dead(&client, "tasks", event.to_string().as_bytes());
        assert_acknowledged(&reply, "SUCCESS");
        let kept = wait_for_letter(&client, id_of(&event));
        assert_eq!(kept["event"], event);
        assert_eq!(kept["reason"], "data.user_id is missing or mistyped");
    }
}

#[test]
fn another_event_with_the_id_of_a_kept_one_is_kept_beside_it() {
    let (client, event) = (host().client(), poison(&user()));
    let other = Event {
        json: event.clone(),
    }
    .with("source", json!("elsewhere"))
    .json;
    let same = Event {
        json: event.clone(),
    }
    .with("topic", json!("tasks"))
    .json;
    for event in [&event, &other, &same, &other] {
        let reply = deliver_dead(&client, "tasks", event.to_string().as_bytes());
        assert_acknowledged(&reply, "SUCCESS");
    }
    assert_eq!(wait_for_letter(&client, id_of(&event))["event"], event);
    let mut beside = whole_letters(&client, "open");
    beside.retain(|letter| letter["event"] == other);
    assert_eq!(beside.len(), 1, "{beside:?}");
    assert_eq!(alerts(host(), id_of(&event)).len(), 2);
    let refused = replay(&client, id_of(&beside[0])).expect(409);
    assert!(refused.text().contains("cannot be published"));

    // The first is replayed and fails again; the second leaves it alone.
    replay(&client, id_of(&event)).expect(200);
    deliver_dead(&client, "tasks", other.to_string().as_bytes()).expect(200);
    assert!(letter(&client, "open", id_of(&event)).is_none_or(|letter| letter["event"] == event));
}

#[test]
fn the_reason_says_what_is_wrong() {
    let (client, owner, stranger) = (host().client(), user(), user());
    let task = owner.create(&json!({"title": "x"}));
    let good = Event::of("task.completed", &task);
    let stolen = good
        .clone()
        .with("partitionkey", json!(stranger.id))
        .with_data("user_id", json!(stranger.id));
    let cases = [
        (
            good.clone().with_data("completed", json!("yes")),
            "data.completed is missing or mistyped",
        ),
        (
            good.clone().with_data("version", json!(0)),
            "data.version is missing or mistyped",
        ),
        (
            good.clone().with_data("user_id", json!(stranger.id)),
            "data.user_id differs from partitionkey",
        ),
        (stolen, "data.user_id is not the owner of the task"),
        (good, "not handled within the retries"),
    ];
    for (event, reason) in cases {
        let event = event.with("id", json!(e2e::new_id())).json;
        deliver_dead(&client, "tasks", event.to_string().as_bytes()).expect(200);
        assert_eq!(
            wait_for_letter(&client, id_of(&event))["reason"],
            reason,
            "{event}"
        );
    }
}

#[test]
fn poison_in_the_outbox_ends_there_and_holds_nobody_up() {
    let (client, user) = (host().client(), user());
    let event = poison(&user);
    publish(host(), &user.id, &event);
    user.wait_until_handled();
    let kept = wait_for_letter(&client, id_of(&event));
    assert_eq!((&kept["event"], &kept["topic"]), (&event, &json!("tasks")));
    wait_for_alerts(host(), id_of(&event), 1);
    let rows = host().outbox().of_user(&user.id);
    assert!(
        rows.iter()
            .any(|row| row.event_id == id_of(&event) && row.published)
    );
    assert!(letter(&client, "replayed", id_of(&event)).is_none());
}
