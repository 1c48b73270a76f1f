//! What an operator finds in the log.

use e2e::{Event, SOON, deliver, eventually, id_of};
use serde_json::json;

use crate::shared::{host, user};

#[track_caller]
fn wait_for_line(what: &str, matches: impl Fn(&str) -> bool) {
    eventually(SOON, what, || {
        host().log().lines().any(&matches).then_some(())
    });
}

#[test]
fn a_dropped_event_says_why() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let event = Event::of("task.completed", &task).without_data("task_id");
    event.deliver(&user.client, "/api/events/tasks").expect(200);
    let id = event.json["id"].as_str().unwrap().to_owned();
    wait_for_line("a line with the event's id and the missing field", |line| {
        line.contains(&id) && line.contains("task_id")
    });
}

#[test]
fn a_body_that_is_no_event_is_logged_too() {
    // Nothing else in this program sends what is not JSON.
    let lines = || {
        host()
            .log()
            .lines()
            .filter(|line| line.contains("JSON"))
            .count()
    };
    let before = lines();
    deliver(&host().client(), "/api/events/tasks", b"certainly not").expect(200);
    eventually(SOON, "a line about it", || (lines() > before).then_some(()));
}

#[test]
fn no_component_traps_while_events_go_round() {
    let user = user();
    let task = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    user.complete(id_of(&task));
    user.wait_until_handled();
    let log = host().log();
    for word in ["panicked", "wasm trap", "unreachable"] {
        assert!(!log.contains(word), "the log has {word:?}");
    }
}
