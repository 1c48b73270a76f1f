//! The history: an event from the call to its effect, with the trace of the call.

use serde_json::Value;

use crate::{assert_quiet, host, signed_in};

#[test]
fn a_completion_is_followed_to_the_next_occurrence() {
    let (browser, user) = signed_in(host());
    user.create_recurring("weekly", "2031-01-31T09:00:00Z");
    browser.click(".rows .check");
    browser.wait_text(".rows .facts", "7 Feb 2031");
    // The second action of the message; the first is to undo it.
    browser.wait_text("#toasts", "See its events");
    browser.click("#toasts .button:nth-of-type(2)");
    browser.wait_text("h1", "One journey");
    browser.wait_text(".journey-title", "A task was completed water the plants");
    let stations = browser.wait_text(
        ".travel:nth-of-type(1) .stations",
        "Occurrence 2 was made, due 7 Feb 2031 09:00",
    );
    for part in [
        &format!("Call by {}", user.id),
        "Outbox committed",
        &format!("Topic tasks, key {}", user.id),
        "Component task-completed",
    ] {
        assert!(stations.contains(part), "{stations}");
    }
    let caused = browser.text(".travel");
    assert!(caused.contains("task-created skips it"), "{caused}");
    browser.screenshot("journey");

    let events: Value = user.client.get(&format!("/api/{}/events", user.id)).json();
    let traces = events["items"].as_array().unwrap().iter();
    let completed = traces
        .clone()
        .find(|event| event["type"] == "task.completed")
        .unwrap();
    let trace = completed["traceparent"]
        .as_str()
        .unwrap()
        .split('-')
        .nth(1)
        .unwrap();
    assert_eq!(browser.text(".trace code"), trace);
    assert_quiet(&browser);
}

#[test]
fn events_of_a_type_are_shown_alone() {
    let (browser, user) = signed_in(host());
    let task = user.create_recurring("daily", "2031-01-31T09:00:00Z");
    user.delete(e2e::id_of(&task)).expect(204);
    browser.open("/#/history");
    browser.wait_text(".journeys", "A task was created");
    browser.wait_text(".counts", "task.deleted");
    browser.choose("[name=event_type]", "task.deleted");
    e2e::eventually(e2e::SOON, "the deletion alone", || {
        (browser.count(".journeys > li") == 1).then_some(())
    });
    assert!(browser.text(".journeys").contains("A task was deleted"));
}
