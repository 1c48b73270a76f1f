//! What each operation gets, and that one that fails keeps no other from being done.

use e2e::{SOON, id_of, user};
use serde_json::json;

use crate::shared::{batch, events, statuses};

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
