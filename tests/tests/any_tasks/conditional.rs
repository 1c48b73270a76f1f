//! Conditional requests: If-None-Match on reading, If-Match on changing, and what happens without.

use std::collections::BTreeSet;

use e2e::{User, assert_problem, at_once, id_of, user};
use serde_json::{Value, json};

fn get_if_none_match(user: &User, task: &Value, condition: &str) -> e2e::Reply {
    user.call("GET", &format!("/{}", id_of(task)))
        .header("if-none-match", condition)
        .send()
}

fn change_if_match(
    user: &User,
    method: &str,
    task: &Value,
    condition: &str,
    title: &str,
) -> e2e::Reply {
    let call = user
        .call(method, &format!("/{}", id_of(task)))
        .header("if-match", condition);
    call.json(&json!({"title": title})).send()
}

#[test]
fn get_has_the_version_as_etag() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    assert_eq!(
        user.get(id_of(&task)).expect(200).must_header("etag"),
        "\"1\""
    );
    let changed = user.patch(id_of(&task), &json!({"title": "y"})).expect(200);
    assert_eq!(changed.must_header("etag"), "\"2\"");
    assert_eq!(
        user.get(id_of(&task)).expect(200).must_header("etag"),
        "\"2\""
    );
}

#[test]
fn what_has_an_etag_may_be_kept_and_asked_about_and_nothing_else_may_be_kept() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let word = |reply: e2e::Reply| reply.must_header("cache-control").to_owned();
    assert_eq!(word(user.get(id_of(&task)).expect(200)), "no-cache");
    let same = get_if_none_match(&user, &task, "\"1\"").expect(304);
    assert_eq!(word(same), "no-cache");
    assert_eq!(word(user.call("GET", "").send().expect(200)), "no-store");
    assert_eq!(word(user.get("nothing").expect(404)), "no-store");
}

#[test]
fn a_version_that_the_client_has_is_304_without_a_body() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for condition in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
        let reply = get_if_none_match(&user, &task, condition).expect(304);
        assert_eq!(reply.must_header("etag"), "\"1\"");
        assert_eq!(reply.text(), "");
    }
    user.patch(id_of(&task), &json!({"title": "y"})).expect(200);
    assert_eq!(
        get_if_none_match(&user, &task, "\"1\"").expect(200).json()["title"],
        "y"
    );
}

#[test]
fn a_task_of_another_version_is_sent() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for condition in ["\"2\"", "\"01\"", "\"\"", "nonsense"] {
        get_if_none_match(&user, &task, condition).expect(200);
    }
}

#[test]
fn a_change_on_condition_of_the_present_version_is_made() {
    let user = user();
    for method in ["PATCH", "PUT"] {
        let task = user.create(&json!({"title": "x"}));
        for (condition, title, version) in
            [("\"1\"", "a", 2), ("*", "b", 3), ("\"9\", \"3\"", "c", 4)]
        {
            let changed = change_if_match(&user, method, &task, condition, title)
                .expect(200)
                .json();
            assert_eq!(
                (&changed["title"], &changed["version"]),
                (&json!(title), &json!(version))
            );
        }
    }
}

#[test]
fn a_change_on_condition_of_another_version_is_412() {
    let user = user();
    for method in ["PATCH", "PUT"] {
        let task = user.create(&json!({"title": "x"}));
        // A weak tag never matches here: If-Match compares strongly (RFC 9110, 13.1.1).
        for condition in ["\"2\"", "\"0\"", "W/\"1\"", "\"2\", \"3\""] {
            assert_problem(&change_if_match(&user, method, &task, condition, "y"), 412);
        }
        assert_eq!(
            user.task(id_of(&task)),
            task,
            "a refused {method} changed something"
        );
    }
}

#[test]
fn a_stale_condition_is_412_even_when_nothing_would_change() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    assert_problem(&change_if_match(&user, "PATCH", &task, "\"2\"", "x"), 412);
}

#[test]
fn of_many_changes_on_condition_of_one_version_one_wins() {
    let user = user();
    for method in ["PATCH", "PUT"] {
        let task = user.create(&json!({"title": "x"}));
        let replies = at_once(12, |n| {
            change_if_match(&user, method, &task, "\"1\"", &format!("title {n}"))
        });
        let won: Vec<_> = replies
            .iter()
            .filter(|reply| reply.status() == 200)
            .collect();
        assert_eq!(won.len(), 1, "{method}: not one winner");
        for lost in replies.iter().filter(|reply| reply.status() != 200) {
            assert_problem(lost, 412);
        }
        assert_eq!(user.task(id_of(&task)), won[0].json());
    }
}

#[test]
fn concurrent_changes_without_a_condition_each_get_a_version_of_their_own() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let replies = at_once(12, |n| {
        user.patch(id_of(&task), &json!({"title": format!("title {n}")}))
    });
    let mut versions = BTreeSet::new();
    for reply in replies.iter().filter(|reply| reply.status() != 409) {
        let version = reply.clone().expect(200).json()["version"]
            .as_u64()
            .unwrap();
        assert!(
            versions.insert(version),
            "two changes became version {version}"
        );
    }
    assert!(!versions.is_empty(), "every change conflicted");
    let last = user.task(id_of(&task))["version"].as_u64().unwrap();
    assert_eq!(versions, (2..=last).collect(), "a version is missing");
}

#[test]
fn concurrent_changes_of_different_fields_are_all_kept() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let changes = [
        json!({"title": "new"}),
        json!({"description": "new"}),
        json!({"priority": "high"}),
        json!({"tags": ["new"]}),
    ];
    let replies = at_once(changes.len(), |n| user.patch(id_of(&task), &changes[n]));
    let stored = user.task(id_of(&task));
    for (change, reply) in changes
        .iter()
        .zip(&replies)
        .filter(|(_, reply)| reply.status() == 200)
    {
        for (field, value) in change.as_object().unwrap() {
            assert_eq!(&stored[field], value, "lost\n{}", reply.show());
        }
    }
    assert!(
        replies
            .iter()
            .all(|reply| [200, 409].contains(&reply.status())),
        "{replies:?}"
    );
}
