//! The body of a batch: how much may be in it, and what is none.

use e2e::{assert_problem, error_fields, id_of, user};
use serde_json::json;

use crate::shared::{batch, events, post};

#[test]
fn a_hundred_large_tasks_fit_and_keep_their_order() {
    let user = user();
    let description = "d".repeat(4000);
    let operations: Vec<_> = (0..100)
        .map(|n| json!({"op": "create", "task": {"title": format!("task {n:02}"), "description": description}}))
        .collect();
    let items = batch(&user, &json!(operations));
    let made: Vec<_> = items.iter().map(|item| id_of(&item["task"])).collect();
    let listed = user.list("limit=200&sort=title");
    assert_eq!(listed.iter().map(id_of).collect::<Vec<_>>(), made);
    let told: Vec<_> = events(&user).into_iter().map(|(_, id)| id).collect();
    assert_eq!(told, made);
}

#[test]
fn what_is_wrong_with_its_shape_is_wrong_with_the_whole_and_changes_nothing() {
    let user = user();
    let create = json!({"op": "create", "task": {"title": "x"}});
    for (wrong, field) in [
        (json!({"op": "move", "task_id": "x"}), "op"),
        (json!({"task": {"title": "x"}}), "op"),
        (json!({"op": "create"}), "task"),
        (json!({"op": "create", "task": []}), "task"),
        (json!({"op": "create", "task": {}, "ref": ""}), "ref"),
        (json!({"op": "create", "task": {}, "ref": 1}), "ref"),
        (
            json!({"op": "create", "task": {}, "if_match": 1}),
            "if_match",
        ),
        (
            json!({"op": "create", "task": {}, "task_id": "x"}),
            "task_id",
        ),
        (json!({"op": "patch", "task_id": "x"}), "task"),
        (json!({"op": "patch", "task": {}}), "task_id"),
        (
            json!({"op": "delete", "task_id": "x", "task_ref": "y"}),
            "task_id",
        ),
        (json!({"op": "delete", "task_id": 1}), "task_id"),
        (json!({"op": "delete", "task_id": "x", "ref": "y"}), "ref"),
        (
            json!({"op": "delete", "task_id": "x", "if_match": -1}),
            "if_match",
        ),
        (
            json!({"op": "delete", "task_id": "x", "if_match": 9_007_199_254_740_992_u64}),
            "if_match",
        ),
        (
            json!({"op": "delete", "task_id": "x", "if_match": ""}),
            "if_match",
        ),
        (
            json!({"op": "complete", "task_id": "x", "completed": 1}),
            "completed",
        ),
        (
            json!({"op": "complete", "task_id": "x", "colour": 1}),
            "colour",
        ),
    ] {
        let reply = post(&user, &json!([create, wrong]));
        let expected = format!("operations[1].{field}");
        assert_eq!(error_fields(&reply), [expected].into(), "{wrong}");
    }
    let twice = json!({"op": "create", "ref": "a", "task": {"title": "x"}});
    let reply = post(&user, &json!([twice, twice, 1]));
    let expected = ["operations[1].ref", "operations[2]", "operations[2].op"];
    assert_eq!(error_fields(&reply), expected.map(str::to_owned).into());
    for body in [
        json!({}),
        json!({"operations": []}),
        json!({"operations": {}}),
        json!({"operations": vec![create.clone(); 101]}),
    ] {
        let reply = user.call("POST", "/batch").json(&body).send();
        assert_eq!(error_fields(&reply), ["operations".to_owned()].into());
    }
    let more = json!({"operations": [create], "atomic": true});
    let reply = user.call("POST", "/batch").json(&more).send();
    assert_eq!(error_fields(&reply), ["atomic".to_owned()].into());
    assert_eq!(user.list("status=all").len(), 0);
}

#[test]
fn a_body_that_is_no_batch_at_all_is_refused_as_elsewhere() {
    let user = user();
    let call = |content_type: &str, body: &[u8]| {
        user.call("POST", "/batch").raw(content_type, body).send()
    };
    assert_problem(&call("application/json", b"{"), 400);
    assert_problem(&call("application/json", b"[]"), 400);
    assert_problem(&call("text/plain", b"{}"), 415);
    let mut body = json!({"operations": [{"op": "create", "task": {"title": "x"}}]})
        .to_string()
        .into_bytes();
    body.resize(1024 * 1024, b' ');
    call("application/json", &body).expect(200);
    body.push(b' ');
    assert_problem(&call("application/json", &body), 413);
    assert_problem(&call("application/json", &vec![b' '; 3 * 1024 * 1024]), 413);
    let with_key = user.call("POST", "/batch").header("idempotency-key", "k");
    assert_problem(&with_key.json(&json!({"operations": []})).send(), 400);
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let reply = user.call(method, "/batch").send();
        assert_problem(&reply, 405);
        assert_eq!(reply.must_header("allow"), "POST, OPTIONS");
    }
    assert_eq!(user.list("status=all").len(), 1);
}
