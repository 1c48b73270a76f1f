//! POST of a batch: what each operation gets, and that one that fails keeps no other from being done.

use e2e::{Reply, SOON, User, assert_no_internals, assert_problem, error_fields, id_of, user};
use serde_json::{Value, json};

fn post(user: &User, operations: &Value) -> Reply {
    let body = json!({"operations": operations});
    user.call("POST", "/batch").json(&body).send()
}

/// The items of the answer.
#[track_caller]
fn batch(user: &User, operations: &Value) -> Vec<Value> {
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

fn statuses(items: &[Value]) -> Vec<u64> {
    let status = |item: &Value| item["status"].as_u64().expect("a status");
    items.iter().map(status).collect()
}

/// The types of the user's events about tasks, oldest first, with the titles of their tasks' ids.
fn events(user: &User) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut all = user.items("/events?limit=200");
    all.retain(|event| text(&event["type"]).starts_with("task.") && event["source"] != "handler");
    all.reverse();
    all.iter()
        .map(|event| (text(&event["type"]), text(&event["data"]["task_id"])))
        .collect()
}

#[test]
fn each_operation_is_what_the_single_call_is_and_has_its_event_in_order() {
    let user = user();
    let old = user.create(&json!({"title": "old"}));
    let old = id_of(&old);
    let items = batch(
        &user,
        &json!([
            {"op": "create", "task": {"title": "new", "due_date": "2031-01-31T09:00:00Z", "tags": ["Home"]}},
            {"op": "patch", "task_id": old, "task": {"priority": "high"}},
            {"op": "complete", "task_id": old},
            {"op": "complete", "task_id": old, "completed": false},
            {"op": "delete", "task_id": old},
        ]),
    );
    assert_eq!(statuses(&items), [201, 200, 200, 200, 204]);
    let new = &items[0]["task"];
    assert_eq!(user.task(id_of(new)), *new, "GET shows something else");
    assert_eq!(items[1]["task"]["priority"], "high");
    assert_eq!(items[2]["task"]["completed"], true);
    assert_eq!(items[3]["task"]["version"], 4);
    assert_eq!(items[4], json!({"status": 204}));
    user.get(old).expect(404);
    let expected = [
        ("task.created", old),
        ("task.created", id_of(new)),
        ("task.updated", old),
        ("task.completed", old),
        ("task.completed", old),
        ("task.deleted", old),
    ];
    let expected = expected.map(|(kind, id)| (kind.to_owned(), id.to_owned()));
    assert_eq!(events(&user), expected);
}

#[test]
fn an_operation_that_fails_keeps_no_other_from_being_done() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let none = "019a0000-0000-7000-8000-000000000000";
    let items = batch(
        &user,
        &json!([
            {"op": "create", "task": {"title": "", "priority": "urgent"}},
            {"op": "create", "task": {"title": "a"}},
            {"op": "patch", "task_id": none, "task": {"title": "y"}},
            {"op": "patch", "task_id": "no-uuid", "task": {"title": "y"}},
            {"op": "patch", "task_id": id_of(&task), "task": {"version": 7}},
            {"op": "delete", "task_id": none},
            {"op": "create", "task": {"title": "b"}},
        ]),
    );
    assert_eq!(statuses(&items), [422, 201, 404, 404, 422, 404, 201]);
    let fields: Vec<_> = items[0]["problem"]["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["field"].clone())
        .collect();
    assert_eq!(fields, ["title", "priority"]);
    assert_eq!(user.list("status=all").len(), 3);
    assert_eq!(user.task(id_of(&task)), task);
}

#[test]
fn a_task_created_earlier_in_the_batch_is_named_by_its_ref() {
    let user = user();
    let items = batch(
        &user,
        &json!([
            {"op": "create", "ref": "a", "task": {"title": "a"}},
            {"op": "create", "ref": "b", "task": {"title": ""}},
            {"op": "create", "ref": "c", "task": {"title": "c"}},
            {"op": "patch", "task_ref": "a", "task": {"title": "a2"}},
            {"op": "complete", "task_ref": "a", "if_match": 2},
            {"op": "complete", "task_ref": "b"},
            {"op": "delete", "task_ref": "nobody"},
            {"op": "delete", "task_ref": "later"},
            {"op": "delete", "task_ref": "c"},
            {"op": "create", "ref": "later", "task": {"title": "d"}},
        ]),
    );
    assert_eq!(
        statuses(&items),
        [201, 422, 201, 200, 200, 424, 422, 422, 204, 201]
    );
    let done = &items[4]["task"];
    assert_eq!(
        (&done["id"], &done["title"], &done["version"]),
        (&items[0]["task"]["id"], &json!("a2"), &json!(3))
    );
    assert_eq!(items[6]["problem"]["errors"][0]["field"], "task_ref");
    user.get(id_of(&items[2]["task"])).expect(404);
}

#[test]
fn a_condition_that_does_not_hold_is_412_for_its_operation() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let id = id_of(&task);
    let items = batch(
        &user,
        &json!([
            {"op": "patch", "task_id": id, "if_match": 2, "task": {"title": "y"}},
            {"op": "patch", "task_id": id, "if_match": 1, "task": {"title": "y"}},
            {"op": "complete", "task_id": id, "if_match": "\"1\""},
            {"op": "complete", "task_id": id, "if_match": "\"9\", \"2\""},
            {"op": "delete", "task_id": id, "if_match": 1},
            {"op": "delete", "task_id": id, "if_match": "*"},
        ]),
    );
    assert_eq!(statuses(&items), [412, 200, 412, 200, 412, 204]);
}

#[test]
fn a_second_completion_changes_nothing_and_has_no_event() {
    let user = user();
    let items = batch(
        &user,
        &json!([
            {"op": "create", "ref": "a", "task": {"title": "x"}},
            {"op": "complete", "task_ref": "a"},
            {"op": "complete", "task_ref": "a"},
        ]),
    );
    assert_eq!(statuses(&items), [201, 200, 200]);
    assert_eq!(items[1], items[2]);
    assert_eq!(events(&user).len(), 2);
}

#[test]
fn completing_a_recurring_task_of_the_batch_makes_its_next_occurrence_once() {
    let user = user();
    let items = batch(
        &user,
        &json!([
            {"op": "create", "ref": "plants", "task": {"title": "water", "is_recurring": true,
             "recurring_interval": "daily", "due_date": "2031-01-31T09:00:00Z"}},
            {"op": "complete", "task_ref": "plants"},
            {"op": "complete", "task_ref": "plants"},
        ]),
    );
    let next = user.wait_for_occurrence(&items[0]["task"], 2, SOON);
    assert_eq!(next["due_date"], "2031-02-01T09:00:00Z");
    user.wait_until_handled();
    assert_eq!(
        user.occurrences_of(&items[0]["task"]["series_id"], 2),
        [next]
    );
}

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
        assert_eq!(reply.must_header("allow"), "POST");
    }
    assert_eq!(user.list("status=all").len(), 1);
}

#[test]
fn nobody_changes_a_task_of_another_by_a_batch() {
    let (ann, bob) = (user(), user());
    let task = ann.create(&json!({"title": "x"}));
    let items = batch(
        &bob,
        &json!([
            {"op": "patch", "task_id": id_of(&task), "task": {"title": "y"}},
            {"op": "complete", "task_id": id_of(&task)},
            {"op": "delete", "task_id": id_of(&task)},
            {"op": "create", "task": {"title": "z", "user_id": ann.id}},
        ]),
    );
    assert_eq!(statuses(&items), [404, 404, 404, 422]);
    assert_eq!(ann.task(id_of(&task)), task);
}
