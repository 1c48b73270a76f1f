//! User ids in paths: 1-128 visible ASCII characters without a slash, percent-encoded or not, and one reserved.

use e2e::{User, assert_acknowledged, assert_problem, client, unique_user_id, user};
use serde_json::json;

fn named(id: &str) -> User {
    User {
        id: id.to_owned(),
        client: client(),
    }
}

#[track_caller]
fn assert_refused(id: &str, status: u16) {
    for reply in [
        named(id).post(&json!({"title": "x"})),
        named(id).call("GET", "").send(),
    ] {
        assert_problem(&reply, status);
    }
}

#[test]
fn a_user_id_may_have_128_characters() {
    let mut id = unique_user_id();
    id.push_str(&"u".repeat(128 - id.len()));
    named(&id).create(&json!({"title": "x"}));
    assert_refused(&format!("{id}u"), 422);
}

#[test]
fn a_user_id_may_be_of_any_visible_ascii() {
    let id = format!("{}!$&'()*+,;=:@._~-", unique_user_id());
    let task = named(&id).create(&json!({"title": "x"}));
    assert_eq!(task["user_id"], id.as_str());
}

#[test]
fn percent_encoding_does_not_make_another_user() {
    let plain = user();
    let task = plain.create(&json!({"title": "x"}));
    let encoded: String = plain
        .id
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    assert_eq!(named(&encoded).list("status=all"), vec![task.clone()]);
    assert_eq!(task["user_id"], plain.id.as_str());
}

#[test]
fn a_percent_sign_and_a_question_mark_can_be_part_of_it_when_encoded() {
    let id = unique_user_id();
    let task = named(&format!("{id}%25%3F%23")).create(&json!({"title": "x"}));
    assert_eq!(task["user_id"], format!("{id}%?#"));
}

#[test]
fn what_is_not_visible_ascii_or_is_a_slash_is_refused() {
    let id = unique_user_id();
    for bad in ["%20", "%09", "%00", "%0A", "%7F", "%2F", "%C3%A9"] {
        assert_refused(&format!("{id}{bad}"), 422);
    }
    // No text at all.
    assert_refused(&format!("{id}%FF"), 400);
}

#[test]
fn a_percent_sign_that_encodes_nothing_is_400() {
    for stray in ["%zz", "%", "%4"] {
        let id = format!("{}{stray}", unique_user_id());
        assert_problem(&named(&id).post(&json!({"title": "x"})), 400);
        assert_problem(&user().get(stray), 400);
    }
}

/// Addresses have no such segments: clients take them out, encoded ones too.
#[test]
fn dots_alone_are_reserved() {
    for id in ["%2e", "%2E%2e", ".%2E"] {
        assert_refused(id, 422);
    }
}

#[test]
fn what_is_wrong_with_a_user_id_is_not_said_of_the_body() {
    let user = named(&"u".repeat(129));
    for reply in [
        user.post(&json!({"title": "x"})),
        user.call("GET", "").send(),
    ] {
        let problem = assert_problem(&reply, 422);
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.contains("path") && !detail.contains("body"),
            "{detail}"
        );
        assert_eq!(problem["errors"][0]["field"], "user_id");
    }
}

#[test]
fn events_is_reserved() {
    // `/api/events/tasks` itself is a machine route; below it, a task of such a user would lie.
    for id in ["events", "%65vents"] {
        for tail in [
            "/019a0000-0000-7000-8000-000000000000",
            "/019a0000-0000-7000-8000-000000000000/complete",
        ] {
            let reply = named(id)
                .call("POST", tail)
                .json(&json!({"completed": true}))
                .send();
            assert_problem(&reply, 422);
        }
    }
    let event = client().post("/api/events/tasks", &json!({"title": "x"}));
    assert_acknowledged(&event, "DROP");
    assert_refused("%65vents", 422);
}
