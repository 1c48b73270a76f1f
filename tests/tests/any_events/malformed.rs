//! Malformed events: acknowledged with DROP on every route, so that they are never retried, and without any effect.

use e2e::{Event, User, assert_acknowledged, deliver, id_of, user};
use serde_json::{Value, json};

const COMMON: &str = "/api/events/tasks";
const COMPLETED: &str = "/api/events/tasks/completed";
const ROUTES: [&str; 5] = [
    COMMON,
    "/api/events/tasks/created",
    "/api/events/tasks/updated",
    COMPLETED,
    "/api/events/tasks/deleted",
];

/// The type that the component of a route expects.
fn kind_of(route: &str) -> String {
    format!(
        "task.{}",
        route
            .strip_prefix("/api/events/tasks/")
            .unwrap_or("completed")
    )
}

fn recurring(user: &User) -> Value {
    user.create_recurring("daily", "2031-01-01T09:00:00Z")
}

/// Delivers what `spoil` makes of a good event to every route, and expects DROP from each.
#[track_caller]
fn assert_dropped(spoil: impl Fn(Event) -> Event) {
    let user = user();
    let task = recurring(&user);
    for route in ROUTES {
        let event = spoil(Event::of(&kind_of(route), &task));
        assert_acknowledged(&event.deliver(&user.client, route), "DROP");
    }
    assert_eq!(
        user.list("status=all"),
        vec![task],
        "a dropped event had an effect"
    );
}

#[test]
fn a_body_that_is_not_json() {
    let user = user();
    let bodies: [&[u8]; 8] = [
        b"",
        b"{",
        b"not json",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"\"text\"",
        b"{}",
    ];
    for route in ROUTES {
        for body in bodies {
            let reply = deliver(&user.client, route, body);
            assert_acknowledged(&reply, "DROP");
        }
    }
}

#[test]
fn no_id() {
    assert_dropped(|event| event.without("id"));
    assert_dropped(|event| event.with("id", json!(1)));
    assert_dropped(|event| event.with("id", json!("")));
}

#[test]
fn no_type() {
    assert_dropped(|event| event.without("type"));
    assert_dropped(|event| event.with("type", json!(["task.completed"])));
}

#[test]
fn no_source() {
    assert_dropped(|event| event.without("source"));
    assert_dropped(|event| event.with("source", json!(null)));
}

#[test]
fn no_data() {
    assert_dropped(|event| event.without("data"));
    assert_dropped(|event| event.with("data", json!(null)));
    assert_dropped(|event| event.with("data", json!("text")));
    assert_dropped(|event| event.with("data", json!([])));
}

#[test]
fn no_task_id() {
    assert_dropped(|event| event.without_data("task_id"));
    assert_dropped(|event| event.with_data("task_id", json!(7)));
    assert_dropped(|event| event.with_data("task_id", json!("not-a-uuid")));
}

#[test]
fn no_user_id() {
    assert_dropped(|event| event.without_data("user_id"));
    assert_dropped(|event| event.with_data("user_id", json!(7)));
    assert_dropped(|event| event.with_data("user_id", json!("")));
}

#[test]
fn no_version() {
    assert_dropped(|event| event.without_data("version"));
    assert_dropped(|event| event.with_data("version", json!("1")));
    assert_dropped(|event| event.with_data("version", json!(-1)));
}

#[test]
fn no_timestamp() {
    assert_dropped(|event| event.without_data("timestamp"));
    assert_dropped(|event| event.with_data("timestamp", json!("yesterday")));
}

#[test]
fn a_completion_without_the_new_state() {
    let user = user();
    let task = user.complete(id_of(&user.create(&json!({"title": "x"}))));
    let good = Event::of("task.completed", &task);
    let bad = [
        good.clone().without_data("completed"),
        good.clone().with_data("completed", json!("true")),
        good.clone().with_data("completed", json!(1)),
        good.with_data("is_recurring", json!("no")),
    ];
    for event in bad {
        for route in [COMMON, COMPLETED] {
            assert_acknowledged(&event.deliver(&user.client, route), "DROP");
        }
    }
}

#[test]
fn an_update_without_its_changed_fields() {
    let user = user();
    let event = Event::of("task.updated", &recurring(&user));
    for bad in [
        event.clone().without_data("changed_fields"),
        event.with_data("changed_fields", json!(7)),
    ] {
        for route in [COMMON, "/api/events/tasks/updated"] {
            assert_acknowledged(&bad.deliver(&user.client, route), "DROP");
        }
    }
}

#[test]
fn a_user_who_is_not_the_partition_key() {
    assert_dropped(|event| event.with("partitionkey", json!("somebody-else")));
}

#[test]
fn a_user_who_is_not_the_owner_of_the_task() {
    let (owner, stranger) = (user(), user());
    let task = owner.create_recurring("daily", "2031-01-01T09:00:00Z");
    let completed = owner.complete(id_of(&task));
    owner.wait_until_handled();
    let event = Event::of("task.completed", &completed)
        .with_data("user_id", json!(stranger.id))
        .with("partitionkey", json!(stranger.id));
    for route in [COMMON, COMPLETED] {
        assert_acknowledged(&event.deliver(&owner.client, route), "DROP");
    }
    assert_eq!(stranger.list("status=all"), Vec::<Value>::new());
    assert_eq!(owner.occurrences_of(&task["series_id"], 2).len(), 1);
}
