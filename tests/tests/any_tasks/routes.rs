//! Which paths and methods there are: 404 and 405 with Allow for the rest.

use std::collections::BTreeSet;

use e2e::{assert_problem, id_of, new_id, user};
use serde_json::json;

/// What follows the task's id, the methods that are allowed there, and some that are not.
const METHODS: [(&str, &[&str], &[&str]); 4] = [
    ("", &["GET", "PATCH", "PUT", "DELETE"], &["POST"]),
    ("/complete", &["POST", "PATCH"], &["GET", "PUT", "DELETE"]),
    ("/restore", &["POST"], &["GET", "PUT", "PATCH", "DELETE"]),
    (
        "/occurrences",
        &["GET"],
        &["POST", "PUT", "PATCH", "DELETE"],
    ),
];

fn assert_405(reply: &e2e::Reply, allowed: &[&str]) {
    assert_problem(reply, 405);
    let allow: BTreeSet<String> = reply
        .must_header("allow")
        .split(',')
        .map(|one| one.trim().to_owned())
        .collect();
    for method in allowed {
        assert!(
            allow.contains(*method),
            "Allow lacks {method}\n{}",
            reply.show()
        );
    }
    assert_eq!(
        allow.contains("HEAD"),
        allow.contains("GET"),
        "HEAD goes with GET\n{}",
        reply.show()
    );
    let extra: Vec<&String> = allow
        .iter()
        .filter(|one| {
            !allowed.contains(&one.as_str()) && !["HEAD", "OPTIONS"].contains(&one.as_str())
        })
        .collect();
    assert!(
        extra.is_empty(),
        "Allow has {extra:?} too\n{}",
        reply.show()
    );
}

/// HEAD is GET without the body (RFC 9110, section 9.3.2).
#[test]
fn head_answers_wherever_get_does() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T00:00:00Z");
    let one = user.path(&format!("/{}", id_of(&task)));
    let beside = |route: &str| format!("/api/{}/{route}", user.id);
    for path in [
        user.path(""),
        user.path("?limit=1"),
        one.clone(),
        format!("{one}/occurrences"),
        beside("notifications"),
        beside("events"),
        beside("stats"),
        "/health/live".to_owned(),
        "/health/ready".to_owned(),
    ] {
        let got = user.client.get(&path).expect(200);
        let head = user.client.call("HEAD", &path).send().expect(200);
        assert_eq!(head.text(), "", "{path}");
        for header in ["content-type", "etag"] {
            assert_eq!(head.header(header), got.header(header), "{path}");
        }
    }
    let missing = user.path(&format!("/{}", new_id()));
    user.client.call("HEAD", &missing).send().expect(404);
    let complete = format!("{one}/complete");
    user.client.call("HEAD", &complete).send().expect(405);
}

#[test]
fn the_collection_takes_get_and_post() {
    let user = user();
    for method in ["PUT", "PATCH", "DELETE"] {
        let reply = user.call(method, "").json(&json!({"title": "x"})).send();
        assert_405(&reply, &["GET", "POST"]);
    }
}

#[test]
fn a_task_and_what_lies_under_it_take_their_methods_only() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for (tail, allowed, refused) in METHODS {
        for method in refused {
            let call = user.call(method, &format!("/{}{tail}", id_of(&task)));
            let call = if ["GET", "DELETE"].contains(method) {
                call
            } else {
                call.json(&json!({"title": "x"}))
            };
            assert_405(&call.send(), allowed);
        }
    }
}

#[test]
fn a_task_that_does_not_exist_is_404_for_every_call() {
    let user = user();
    for id in [
        new_id().as_str(),
        "1",
        "not-a-uuid",
        "%20",
        "00000000-0000-0000-0000-000000000000",
    ] {
        let one = format!("/{id}");
        assert_problem(&user.call("GET", &one).send(), 404);
        assert_problem(
            &user.call("PATCH", &one).json(&json!({"title": "x"})).send(),
            404,
        );
        assert_problem(
            &user.call("PUT", &one).json(&json!({"title": "x"})).send(),
            404,
        );
        assert_problem(&user.call("DELETE", &one).send(), 404);
        assert_problem(&user.call("POST", &format!("{one}/complete")).send(), 404);
        assert_problem(&user.call("POST", &format!("{one}/restore")).send(), 404);
        assert_problem(&user.call("GET", &format!("{one}/occurrences")).send(), 404);
    }
}

#[test]
fn a_path_that_does_not_exist_is_404() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for tail in [
        "/nonsense",
        "/complete/again",
        "/occurrences/1",
        "/restore/now",
    ] {
        assert_problem(
            &user.call("GET", &format!("/{}{tail}", id_of(&task))).send(),
            404,
        );
        assert_problem(
            &user
                .call("POST", &format!("/{}{tail}", id_of(&task)))
                .send(),
            404,
        );
    }
}

#[test]
fn no_user_sees_or_touches_the_tasks_of_another() {
    let (owner, stranger) = (user(), user());
    let task = owner.create_recurring("daily", "2031-01-01T00:00:00Z");
    let one = format!("/{}", id_of(&task));
    assert_problem(&stranger.call("GET", &one).send(), 404);
    assert_problem(
        &stranger
            .call("PATCH", &one)
            .json(&json!({"title": "mine"}))
            .send(),
        404,
    );
    assert_problem(
        &stranger
            .call("PUT", &one)
            .json(&json!({"title": "mine"}))
            .send(),
        404,
    );
    assert_problem(
        &stranger.call("POST", &format!("{one}/complete")).send(),
        404,
    );
    assert_problem(
        &stranger.call("GET", &format!("{one}/occurrences")).send(),
        404,
    );
    assert_problem(&stranger.call("DELETE", &one).send(), 404);
    assert_eq!(stranger.list("status=all").len(), 0);
    assert_eq!(
        owner.task(id_of(&task)),
        task,
        "the owner's task is as it was"
    );
    owner.delete(id_of(&task)).expect(204);
    assert_problem(
        &stranger.call("POST", &format!("{one}/restore")).send(),
        404,
    );
}
