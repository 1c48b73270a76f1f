//! The page on the full stack: what a newcomer sees there has gone through daprd and Kafka.

use e2e::{Browser, Stack};
use serde_json::json;

#[test]
fn the_next_occurrence_arrives_through_kafka_without_a_reload() {
    let stack = Stack::get();
    let user = stack.user();
    let browser = Browser::start(user.client.base());
    browser.open("/");
    browser.fill("input[name=user]", &user.id);
    browser.click(".sign-in button");
    browser.wait_text(".connection", "Up to date");
    browser.eval("window.mark = 'not loaded again';");
    browser.fill(".add-title", "Water the plants");
    browser.choose("#add-repeat", "weekly");
    browser.choose("#add-due", "2031-01-31T09:00");
    browser.click(".add button.primary");
    browser.wait_text(".rows .facts", "next: 7 Feb 2031");
    browser.click(".rows .check");
    browser.wait_text(".rows .facts", "7 Feb 2031 09:00");
    browser.screenshot("next-occurrence-through-kafka");
    browser.click("#toasts .button:nth-of-type(2)");
    browser.wait_text(".stations", "Occurrence 2 was made, due 7 Feb 2031 09:00");
    assert_eq!(browser.eval("return window.mark;"), "not loaded again");
    // The sidecar has handled it: its own record is in the topic.
    let topic = stack.events("tasks");
    let of_user = topic
        .iter()
        .filter(|event| event.json["partitionkey"] == json!(user.id));
    assert!(
        of_user.count() >= 3,
        "created, completed, and created by the component"
    );
}
