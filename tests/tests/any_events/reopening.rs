//! Reopening a completed recurring task withdraws its next occurrence, unless somebody has touched it.

use e2e::{Event, SOON, User, eventually, id_of, user};
use serde_json::{Value, json};

/// A completed daily task and its next occurrence.
fn completed(user: &User) -> (Value, Value) {
    let first = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    let first = user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&first, 2, SOON);
    (first, second)
}

fn wait_until_withdrawn(user: &User, next: &Value) {
    eventually(SOON, "the next occurrence is withdrawn", || {
        (user.get(id_of(next)).status() == 404).then_some(())
    });
    assert_eq!(
        user.occurrences_of(&next["series_id"], 2),
        Vec::<Value>::new()
    );
}

#[test]
fn an_untouched_next_occurrence_is_withdrawn() {
    let user = user();
    let (first, second) = completed(&user);
    let reopened = user.reopen(id_of(&first));
    wait_until_withdrawn(&user, &second);
    assert_eq!(user.list("status=all"), vec![reopened]);
}

#[test]
fn a_touched_one_is_kept() {
    for touch in [
        json!({"title": "mine"}),
        json!({"due_date": "2031-01-05T09:00:00Z"}),
        json!({"tags": ["mine"]}),
    ] {
        let user = user();
        let (first, second) = completed(&user);
        let touched = user.patch(id_of(&second), &touch).expect(200).json();
        user.reopen(id_of(&first));
        user.wait_until_handled();
        assert_eq!(user.task(id_of(&second)), touched, "{touch}");
    }
}

#[test]
fn one_that_is_completed_itself_is_kept() {
    let user = user();
    let (first, second) = completed(&user);
    user.complete(id_of(&second));
    user.wait_for_occurrence(&first, 3, SOON);
    user.reopen(id_of(&first));
    user.wait_until_handled();
    assert_eq!(user.task(id_of(&second))["completed"], true);
    assert_eq!(user.occurrences_of(&first["series_id"], 3).len(), 1);
}

#[test]
fn completing_again_brings_exactly_one_back() {
    let user = user();
    let (first, second) = completed(&user);
    for _ in 0..3 {
        let next = user.wait_for_occurrence(&first, 2, SOON);
        assert_eq!(
            (&next["due_date"], &next["completed"]),
            (&second["due_date"], &json!(false))
        );
        user.reopen(id_of(&first));
        wait_until_withdrawn(&user, &next);
        user.complete(id_of(&first));
    }
    user.wait_for_occurrence(&first, 2, SOON);
}

#[test]
fn completing_again_after_a_touched_one_was_kept_adds_none() {
    let user = user();
    let (first, second) = completed(&user);
    let touched = user
        .patch(id_of(&second), &json!({"title": "mine"}))
        .expect(200)
        .json();
    user.reopen(id_of(&first));
    user.complete(id_of(&first));
    user.wait_until_handled();
    assert_eq!(user.occurrences_of(&first["series_id"], 2), vec![touched]);
}

#[test]
fn changes_made_while_it_was_reopened_reach_the_one_brought_back() {
    let user = user();
    let (first, second) = completed(&user);
    user.reopen(id_of(&first));
    wait_until_withdrawn(&user, &second);
    user.patch(
        id_of(&first),
        &json!({"title": "renamed", "due_date": "2031-02-01T09:00:00Z"}),
    )
    .expect(200);
    user.complete(id_of(&first));
    let next = user.wait_for_occurrence(&first, 2, SOON);
    assert_eq!(
        (&next["title"], &next["due_date"]),
        (&json!("renamed"), &json!("2031-02-02T09:00:00Z"))
    );
}

#[test]
fn a_completion_that_arrives_after_the_reopening_brings_nothing() {
    let user = user();
    let (first, second) = completed(&user);
    user.reopen(id_of(&first));
    wait_until_withdrawn(&user, &second);
    Event::of("task.completed", &first)
        .deliver_successfully(&user.client, "/api/events/tasks/completed");
    assert_eq!(
        user.occurrences_of(&first["series_id"], 2),
        Vec::<Value>::new(),
        "the completion of version 2 is history"
    );
}

#[test]
fn a_reopening_that_arrives_after_the_next_completion_withdraws_nothing() {
    let user = user();
    let (first, second) = completed(&user);
    let reopened = user.reopen(id_of(&first));
    wait_until_withdrawn(&user, &second);
    user.complete(id_of(&first));
    let next = user.wait_for_occurrence(&first, 2, SOON);
    Event::of("task.completed", &reopened)
        .deliver_successfully(&user.client, "/api/events/tasks/completed");
    assert_eq!(user.task(id_of(&next)), next);
}

#[test]
fn flipping_it_back_and_forth_settles_on_the_last_word() {
    let user = user();
    let (first, _) = completed(&user);
    for _ in 0..5 {
        user.reopen(id_of(&first));
        user.complete(id_of(&first));
    }
    user.wait_until_handled();
    assert_eq!(user.occurrences_of(&first["series_id"], 2).len(), 1);
    user.reopen(id_of(&first));
    user.wait_until_handled();
    assert_eq!(
        user.occurrences_of(&first["series_id"], 2),
        Vec::<Value>::new()
    );
}

/// Deletes the task, which its user may do at any time.
#[track_caller]
fn delete(user: &User, task: &Value) {
    user.delete(id_of(task)).expect(204);
}

#[test]
fn a_series_goes_on_after_its_next_occurrence_was_deleted_and_the_one_before_completed_again() {
    let user = user();
    let (first, second) = completed(&user);
    delete(&user, &second);
    user.reopen(id_of(&first));
    user.wait_until_handled();
    user.complete(id_of(&first));
    let next = user.wait_for_occurrence(&first, 2, SOON);
    assert_ne!(next["id"], second["id"]);
    assert_eq!(next["due_date"], second["due_date"]);
}

#[test]
fn a_touched_one_that_is_deleted_after_the_reopening_holds_nothing_up_either() {
    let user = user();
    let (first, second) = completed(&user);
    user.patch(id_of(&second), &json!({"title": "mine"}))
        .expect(200);
    user.reopen(id_of(&first));
    user.wait_until_handled();
    delete(&user, &second);
    user.complete(id_of(&first));
    user.wait_for_occurrence(&first, 2, SOON);
}

#[test]
fn a_deleted_next_occurrence_alone_brings_none() {
    let user = user();
    let (first, second) = completed(&user);
    delete(&user, &second);
    // The completion that it stems from, again, after an edit of the completed task.
    user.patch(id_of(&first), &json!({"title": "renamed"}))
        .expect(200);
    Event::of("task.completed", &first)
        .deliver_successfully(&user.client, "/api/events/tasks/completed");
    assert_eq!(
        user.occurrences_of(&first["series_id"], 2),
        Vec::<Value>::new()
    );
}

#[test]
fn one_that_was_withdrawn_can_be_restored_while_its_number_is_free() {
    let user = user();
    let (first, second) = completed(&user);
    delete(&user, &second);
    user.reopen(id_of(&first));
    user.wait_until_handled();
    let restored = user.call("POST", &format!("/{}/restore", id_of(&second)));
    let restored = restored.send().expect(200).json();
    user.complete(id_of(&first));
    user.wait_until_handled();
    assert_eq!(user.occurrences_of(&first["series_id"], 2), vec![restored]);
}

#[test]
fn one_whose_number_has_been_taken_cannot_be_restored() {
    let user = user();
    let (first, second) = completed(&user);
    delete(&user, &second);
    user.reopen(id_of(&first));
    user.complete(id_of(&first));
    let next = user.wait_for_occurrence(&first, 2, SOON);
    let restored = user.call("POST", &format!("/{}/restore", id_of(&second)));
    restored.send().expect(404);
    assert_eq!(user.occurrences_of(&first["series_id"], 2), vec![next]);
}
