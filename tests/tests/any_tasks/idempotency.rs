//! POST of a task with an Idempotency-Key: one task, one event, one answer, however often it comes.

use e2e::{Reply, User, assert_problem, at_once, id_of, user};
use serde_json::{Value, json};

fn post(user: &User, key: &str, body: &Value) -> Reply {
    user.call("POST", "")
        .header("idempotency-key", key)
        .json(body)
        .send()
}

/// What a client can tell two answers by.
fn shown(reply: &Reply) -> (u16, String, String, String, String) {
    let header = |name| reply.must_header(name).to_owned();
    (
        reply.status(),
        reply.text(),
        header("location"),
        header("etag"),
        header("content-type"),
    )
}

fn created_events(user: &User) -> usize {
    user.items("/events?limit=200&type=task.created").len()
}

#[test]
fn the_first_answer_comes_again_whatever_became_of_the_task() {
    let user = user();
    let body = json!({"title": "buy milk, \"fresh\" \\ \u{1F95B}", "description": "two\nlines",
                      "due_date": "2031-01-31T09:00:00Z"});
    let first = post(&user, "key-1", &body).expect(201);
    let task = first.json();
    let location = first.must_header("location");
    assert!(location.ends_with(&user.path(&format!("/{}", id_of(&task)))));
    assert_eq!(user.task(id_of(&task)), task);
    assert_eq!(shown(&post(&user, "key-1", &body)), shown(&first));
    user.patch(id_of(&task), &json!({"title": "another"}))
        .expect(200);
    assert_eq!(shown(&post(&user, "key-1", &body)), shown(&first));
    user.delete(id_of(&task)).expect(204);
    assert_eq!(shown(&post(&user, "key-1", &body)), shown(&first));
    assert_eq!(user.list("status=all").len(), 0);
    assert_eq!(created_events(&user), 1);
}

#[test]
fn fifty_at_once_make_one_task_and_one_event_and_get_one_answer() {
    let user = user();
    let replies = at_once(50, |_| post(&user, "at-once", &json!({"title": "x"})));
    for reply in &replies {
        assert_eq!(reply.status(), 201, "{}", reply.show());
        assert_eq!(shown(reply), shown(&replies[0]));
    }
    assert_eq!(user.list("status=all").len(), 1);
    assert_eq!(created_events(&user), 1);
}

#[test]
fn the_same_request_in_other_words_is_the_same() {
    let user = user();
    let first = post(
        &user,
        "words",
        &json!({"title": "x", "tags": ["home"], "due_date": "2031-07-01T07:00:00Z"}),
    );
    let again = post(
        &user,
        "words",
        &json!({"due_date": "2031-07-01T09:00:00+02:00", "tags": [" Home"], "priority": "medium", "title": " x "}),
    );
    assert_eq!(shown(&again), shown(&first));
}

#[test]
fn another_request_under_the_key_is_422_and_changes_nothing() {
    let user = user();
    let first = post(&user, "other", &json!({"title": "x"})).expect(201);
    for body in [
        json!({"title": "y"}),
        json!({"title": "x", "priority": "high"}),
        json!({"title": "x", "due_date": "2031-01-31T09:00:00Z"}),
    ] {
        assert_problem(&post(&user, "other", &body), 422);
    }
    // A request that is wrong by itself is told so.
    let wrong = assert_problem(&post(&user, "other", &json!({})), 422);
    assert_eq!(wrong["errors"][0]["field"], "title");
    assert_eq!(
        shown(&post(&user, "other", &json!({"title": "x"}))),
        shown(&first)
    );
    assert_eq!(user.list("status=all").len(), 1);
}

#[test]
fn a_request_that_was_refused_does_not_take_the_key() {
    let user = user();
    assert_problem(&post(&user, "refused", &json!({"title": ""})), 422);
    post(&user, "refused", &json!({"title": "x"})).expect(201);
}

#[test]
fn a_key_belongs_to_a_user() {
    let (ann, bob) = (user(), user());
    let of_ann = post(&ann, "shared", &json!({"title": "x"})).expect(201);
    let of_bob = post(&bob, "shared", &json!({"title": "y"})).expect(201);
    assert_ne!(id_of(&of_ann.json()), id_of(&of_bob.json()));
}

#[test]
fn keys_differ_in_case_and_quotation_marks_around_them_do_not_count() {
    let user = user();
    let first = post(&user, "\"abc\"", &json!({"title": "x"})).expect(201);
    assert_eq!(
        shown(&post(&user, "abc", &json!({"title": "x"}))),
        shown(&first)
    );
    post(&user, "ABC", &json!({"title": "y"})).expect(201);
    for key in ["a,b", "a'b", "a\"b", "\\", "~!#$%&()*+", &"k".repeat(255)] {
        let reply = post(
            &user,
            key,
            &json!({"title": key.chars().take(9).collect::<String>()}),
        );
        let again = post(
            &user,
            key,
            &json!({"title": key.chars().take(9).collect::<String>()}),
        );
        assert_eq!(shown(&again), shown(&reply.expect(201)), "{key}");
    }
}

#[test]
fn a_malformed_key_is_400() {
    let user = user();
    for key in [
        "",
        "\"\"",
        "a b",
        "a\tb",
        "schl\u{fc}ssel",
        &"k".repeat(256),
    ] {
        assert_problem(&post(&user, key, &json!({"title": "x"})), 400);
    }
    let twice = user.call("POST", "").header("idempotency-key", "a");
    let twice = twice.header("idempotency-key", "a");
    assert_problem(&twice.json(&json!({"title": "x"})).send(), 400);
    assert_eq!(user.list("status=all").len(), 0);
}
