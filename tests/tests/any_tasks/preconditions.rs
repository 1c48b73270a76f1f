//! What conditions do where they are rarer: If-None-Match on changing, If-Match on reading, and what comes before what.

use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta, Utc};
use e2e::{Reply, User, assert_problem, eventually, id_of, user};
use serde_json::{Value, json};

fn send(user: &User, method: &str, task: &Value, condition: (&str, &str), body: &Value) -> Reply {
    let call = user
        .call(method, &format!("/{}", id_of(task)))
        .header(condition.0, condition.1);
    match method {
        "GET" | "DELETE" => call.send(),
        _ => call.json(body).send(),
    }
}

#[test]
fn a_change_on_condition_that_nothing_is_there_is_412() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for method in ["PATCH", "PUT", "DELETE"] {
        for condition in ["*", "\"1\"", "W/\"1\"", "\"7\", \"1\""] {
            let reply = send(
                &user,
                method,
                &task,
                ("if-none-match", condition),
                &json!({"title": "y"}),
            );
            assert_problem(&reply, 412);
        }
    }
    assert_eq!(user.task(id_of(&task)), task, "a refused call changed it");
    let other = ("if-none-match", "\"2\"");
    send(&user, "PATCH", &task, other, &json!({"title": "y"})).expect(200);
}

#[test]
fn reading_on_condition_of_another_version_is_412() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let get = |condition: &str| send(&user, "GET", &task, ("if-match", condition), &json!(null));
    for condition in ["\"2\"", "W/\"1\"", "\"9\", *"] {
        assert_problem(&get(condition), 412);
    }
    for condition in ["\"1\"", "*", "\"9\", \"1\""] {
        assert_eq!(get(condition).expect(200).json(), task);
    }
}

#[test]
fn a_star_in_a_list_is_no_star() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for method in ["PATCH", "PUT", "DELETE"] {
        let condition = ("if-match", "\"9\", *");
        let reply = send(&user, method, &task, condition, &json!({"title": "y"}));
        assert_problem(&reply, 412);
    }
    send(
        &user,
        "GET",
        &task,
        ("if-none-match", "\"9\", *"),
        &json!(null),
    )
    .expect(200);
}

#[test]
fn a_stale_condition_comes_before_what_is_wrong_with_the_body_and_after_404() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    user.patch(id_of(&task), &json!({"title": "y"})).expect(200);
    let stale = ("if-match", "\"1\"");
    for body in [&task, &json!({"colour": "red"})] {
        for method in ["PATCH", "PUT"] {
            assert_problem(&send(&user, method, &task, stale, body), 412);
        }
    }
    user.delete(id_of(&task)).expect(204);
    for method in ["GET", "PATCH", "PUT", "DELETE"] {
        let reply = send(&user, method, &task, stale, &json!({"title": "z"}));
        assert_problem(&reply, 404);
    }
}

#[test]
fn a_stale_task_sent_back_without_a_condition_says_that_it_changed() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    user.put(id_of(&task), &task).expect(200);
    user.patch(id_of(&task), &json!({"title": "y"})).expect(200);
    let problem = assert_problem(&user.put(id_of(&task), &task), 422);
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2, "{problem}");
    for error in errors {
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("changed since it was read"), "{message}");
    }
}

#[test]
fn a_task_that_became_overdue_is_sent_although_its_version_is_the_same() {
    let user = user();
    let due = (Utc::now() + TimeDelta::seconds(3)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let task = user.create(&json!({"title": "x", "due_date": due}));
    eventually(Duration::from_secs(20), "the task to be overdue", || {
        (user.task(id_of(&task))["overdue"] == true).then_some(())
    });
    let same = ("if-none-match", "\"1\"");
    let reply = send(&user, "GET", &task, same, &json!(null)).expect(200);
    assert_eq!(reply.json()["overdue"], true);
    assert_eq!(reply.must_header("etag"), "\"1\"");
    // A version that was overdue from the start never changes again.
    user.patch(id_of(&task), &json!({"title": "y"})).expect(200);
    let same = ("if-none-match", "\"2\"");
    send(&user, "GET", &task, same, &json!(null)).expect(304);
}
