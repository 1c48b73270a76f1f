//! What the tests of a batch share: the call, its items, and the events that follow.

use e2e::{Reply, User, assert_no_internals};
use serde_json::{Value, json};

pub(crate) fn post(user: &User, operations: &Value) -> Reply {
    let body = json!({"operations": operations});
    user.call("POST", "/batch").json(&body).send()
}

/// The items of the answer.
#[track_caller]
pub(crate) fn batch(user: &User, operations: &Value) -> Vec<Value> {
    let reply = post(user, operations).expect(200);
    assert_no_internals(&reply);
    let items = reply.json()["items"].as_array().expect("items").clone();
    assert_eq!(
        items.len(),
        operations.as_array().expect("a list").len(),
        "{}",
        reply.show()
    );
    for item in &items {
        // Each has what its status says.
        let status = item["status"].as_u64().expect("a status");
        assert_eq!(
            item["task"].is_object(),
            [200, 201].contains(&status),
            "{item}"
        );
        assert_eq!(item["problem"].is_object(), status >= 400, "{item}");
        if status >= 400 {
            assert_eq!(item["problem"]["status"], status, "{item}");
            assert!(item["problem"]["detail"].is_string(), "{item}");
        }
    }
    items
}

pub(crate) fn statuses(items: &[Value]) -> Vec<u64> {
    let status = |item: &Value| item["status"].as_u64().expect("a status");
    items.iter().map(status).collect()
}

/// The types of the user's events about tasks, oldest first, with the titles of their tasks' ids.
pub(crate) fn events(user: &User) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut all = user.items("/events?limit=200");
    all.retain(|event| text(&event["type"]).starts_with("task.") && event["source"] != "handler");
    all.reverse();
    all.iter()
        .map(|event| (text(&event["type"]), text(&event["data"]["task_id"])))
        .collect()
}
