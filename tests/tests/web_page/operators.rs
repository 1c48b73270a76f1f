//! The operators' view: a token of its own, the outbox, dead letters and their replay.

use e2e::{Browser, Event, LocalHost, assert_acknowledged};
use serde_json::json;

use crate::assert_quiet;

#[test]
fn a_dead_letter_is_looked_at_and_replayed() {
    let host = LocalHost::start_having("page-operators", &[("ops_token", "the operators'")]);
    let client = host.client();
    for title in ["First", "Second"] {
        let task = json!({"id": e2e::new_id(), "user_id": "ann", "version": 1, "title": title});
        let event = Event::of("task.deleted", &task);
        let reply = client
            .call("POST", "/api/events/dead-letter")
            .json(&event.json)
            .send();
        assert_acknowledged(&reply, "SUCCESS");
    }
    let browser = Browser::start(client.base());
    browser.open("/");
    browser.click(".sign-in button");
    browser.wait_for(".add-title");
    browser.open("/#/operators");
    browser.fill("[name=operator]", "wrong");
    browser.click(".sign-in button");
    browser.wait_text(".form-error", "operator token");
    browser.fill("[name=operator]", "the operators'");
    browser.click(".sign-in button");
    browser.wait_text(".lag", "Everything is published.");
    browser.wait_text(".rows", "task.deleted");
    assert_eq!(browser.count(".rows .row"), 2);
    browser.click(".rows .raw summary");
    browser.wait_text(".rows pre", "specversion");
    browser.screenshot("operators");

    browser.click(".rows .row [data-action=replay]");
    browser.wait_text("#toasts", "Published again.");
    e2e::eventually(e2e::SOON, "one letter less", || {
        (browser.count(".rows .row") == 1).then_some(())
    });
    browser.click(".view-head .button:not(.quiet)");
    browser.wait_text("#toasts", "1 event would be published again");
    browser.click("#toasts .button");
    browser.wait_text(".empty", "No dead letters");
    browser.choose("[name=letter_state]", "replayed");
    e2e::eventually(e2e::SOON, "both replayed", || {
        (browser.count(".rows .row") == 2).then_some(())
    });
    assert_quiet(&browser);
}

#[test]
fn closed_routes_are_told_of() {
    let host = LocalHost::start("page-no-operators");
    let browser = Browser::start(host.client().base());
    browser.open("/");
    browser.click(".sign-in button");
    browser.wait_for(".add-title");
    browser.open("/#/operators");
    browser.fill("[name=operator]", "any");
    browser.click(".sign-in button");
    browser.wait_text(".form-error", "closed");
}
