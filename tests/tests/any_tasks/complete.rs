//! Completing and reopening a task.

use e2e::{assert_problem, at_once, error_fields, id_of, user};
use serde_json::{Value, json};

#[test]
fn a_post_or_a_patch_without_a_body_completes() {
    let user = user();
    for method in ["POST", "PATCH"] {
        let task = user.create(&json!({"title": "x"}));
        let reply = user
            .call(method, &format!("/{}/complete", id_of(&task)))
            .send()
            .expect(200);
        assert_eq!(reply.must_header("etag"), "\"2\"");
        let completed = reply.json();
        assert_eq!(
            (&completed["completed"], &completed["version"]),
            (&json!(true), &json!(2))
        );
        assert!(
            completed["completed_at"].as_str().unwrap().ends_with('Z'),
            "{completed}"
        );
        assert_eq!(
            user.task(id_of(&task)),
            completed,
            "GET shows something else"
        );
    }
}

#[test]
fn the_body_says_which_state() {
    let user = user();
    for method in ["POST", "PATCH"] {
        let task = user.create(&json!({"title": "x"}));
        let set = |body: &Value| {
            user.call(method, &format!("/{}/complete", id_of(&task)))
                .json(body)
                .send()
                .expect(200)
                .json()
        };
        assert_eq!(set(&json!({"completed": true}))["completed"], true);
        let reopened = set(&json!({"completed": false}));
        assert_eq!(
            (&reopened["completed"], &reopened["completed_at"]),
            (&json!(false), &Value::Null)
        );
        assert_eq!(reopened["version"], 3);
        assert_eq!(set(&json!({}))["completed"], true, "true is the default");
    }
}

#[test]
fn completing_a_completed_task_changes_nothing() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let completed = user.complete(id_of(&task));
    assert_eq!(user.complete(id_of(&task)), completed);
}

#[test]
fn reopening_a_pending_task_changes_nothing() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    assert_eq!(user.reopen(id_of(&task)), task);
}

#[test]
fn completing_at_once_completes_once() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let completed = at_once(20, |_| user.complete(id_of(&task)));
    for one in &completed {
        assert_eq!(
            one["version"], 2,
            "a second completion changed something: {one}"
        );
        assert_eq!(one["completed_at"], completed[0]["completed_at"]);
    }
}

#[test]
fn another_value_is_refused() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let path = format!("/{}/complete", id_of(&task));
    for value in [json!("yes"), json!(1), json!([])] {
        let reply = user
            .call("POST", &path)
            .json(&json!({"completed": value}))
            .send();
        assert_eq!(error_fields(&reply), ["completed".to_owned()].into());
    }
    assert_problem(
        &user
            .call("POST", &path)
            .raw("application/json", b"{")
            .send(),
        400,
    );
    assert_eq!(user.task(id_of(&task)), task);
}
