//! The list of notifications, and marking them as read.

use chrono::{DateTime, TimeDelta, Utc};
use e2e::{Event, User, api_time, assert_problem, id_of, new_id, user};
use serde_json::{Value, json};

/// Makes `count` notifications, oldest first, by events as the bus would deliver them.
fn notify(user: &User, count: usize) -> Vec<Value> {
    (0..count)
        .map(|n| {
            let (task, remind_at) = user.create_reminded_in(TimeDelta::days(1));
            let event = Event::of("reminder.triggered", &task)
                .with_data("remind_at", json!(api_time(remind_at)))
                .with_data("task_title", json!(format!("task {n}")))
                .with_data("due_date", task["due_date"].clone());
            event.deliver_successfully(&user.client, "/api/events/reminders/triggered");
            task
        })
        .collect()
}

fn read(user: &User, id: &str) -> e2e::Reply {
    user.call_own("POST", &format!("/notifications/{id}/read"))
}

#[test]
fn nobody_has_any_at_first() {
    let list = user().call_own("GET", "/notifications").expect(200).json();
    assert_eq!(list, json!({"items": [], "next_cursor": null}));
}

#[test]
fn one_has_these_fields() {
    let user = user();
    let task = notify(&user, 1).remove(0);
    let list = user.call_own("GET", "/notifications").expect(200).json();
    assert_eq!(list["next_cursor"], Value::Null);
    let item = list["items"][0].as_object().expect("an item");
    let mut names: Vec<&str> = item.keys().map(String::as_str).collect();
    names.sort_unstable();
    let want = [
        "created_at",
        "due_date",
        "id",
        "read",
        "read_at",
        "remind_at",
        "task_id",
        "task_title",
    ];
    assert_eq!(names, want);
    assert_eq!(item["task_id"], task["id"]);
    assert_eq!(item["task_title"], "task 0");
    assert_eq!(item["due_date"], task["due_date"]);
    assert_eq!(
        (&item["read"], &item["read_at"]),
        (&json!(false), &Value::Null)
    );
    for time in ["created_at", "due_date", "remind_at"] {
        let text = item[time].as_str().expect("a time");
        assert!(
            text.ends_with('Z') && text.parse::<DateTime<Utc>>().is_ok(),
            "{item:?}"
        );
    }
}

#[test]
fn they_come_newest_first_and_page_by_page() {
    let user = user();
    let mut tasks: Vec<Value> = notify(&user, 7)
        .iter()
        .map(|task| task["id"].clone())
        .collect();
    tasks.reverse();
    for limit in [1, 3, 7, 200] {
        let all = user.all_items(&format!("/notifications?limit={limit}"));
        let ids: Vec<Value> = all.iter().map(|one| one["task_id"].clone()).collect();
        assert_eq!(ids, tasks, "by {limit}");
    }
    let page = user
        .call_own("GET", "/notifications?limit=7")
        .expect(200)
        .json();
    assert_eq!(page["next_cursor"], Value::Null, "there is nothing more");
}

#[test]
fn a_page_is_stable_while_new_ones_come() {
    let user = user();
    let tasks = notify(&user, 3);
    let page = user
        .call_own("GET", "/notifications?limit=2")
        .expect(200)
        .json();
    let cursor = page["next_cursor"]
        .as_str()
        .expect("a next page")
        .to_owned();
    notify(&user, 2);
    let rest = user.items(&format!("/notifications?limit=2&cursor={cursor}"));
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert_eq!(rest[0]["task_id"], tasks[0]["id"]);
}

#[test]
fn one_is_marked_as_read_once() {
    let user = user();
    notify(&user, 3);
    let second = user.items("/notifications")[1].clone();
    let marked = read(&user, id_of(&second)).expect(200).json();
    assert_eq!(marked["id"], second["id"]);
    assert_eq!(marked["read"], true);
    assert!(marked["read_at"].is_string(), "{marked}");
    assert_eq!(
        read(&user, id_of(&second)).expect(200).json(),
        marked,
        "again"
    );
    assert_eq!(user.items("/notifications")[1], marked);
    let unread = user.items("/notifications?unread=true");
    assert_eq!(unread.len(), 2);
    assert!(unread.iter().all(|one| one["read"] == false), "{unread:?}");
    assert_eq!(user.items("/notifications?unread=false"), [marked]);
    assert_eq!(user.all_items("/notifications?unread=true&limit=1"), unread);
}

#[test]
fn all_are_marked_as_read() {
    let user = user();
    let other = e2e::user();
    notify(&user, 3);
    notify(&other, 1);
    read(&user, id_of(&user.items("/notifications")[0])).expect(200);
    let mark = || {
        user.call_own("POST", "/notifications/read")
            .expect(200)
            .json()
    };
    assert_eq!(mark(), json!({"marked": 2}));
    assert_eq!(mark(), json!({"marked": 0}));
    assert!(user.items("/notifications?unread=true").is_empty());
    assert_eq!(
        other.items("/notifications?unread=true").len(),
        1,
        "another user's"
    );
}

#[test]
fn anothers_and_unknown_ones_are_not_found() {
    let (owner, other) = (user(), user());
    notify(&owner, 1);
    let id = id_of(&owner.items("/notifications")[0]).to_owned();
    for id in [id.as_str(), &new_id(), "x", "%00"] {
        assert_problem(&read(&other, id), 404);
    }
    assert!(other.items("/notifications").is_empty());
    assert_eq!(owner.items("/notifications")[0]["read"], false);
}

#[test]
fn other_methods_and_routes_are_told_apart() {
    let user = user();
    for (tail, allowed, wrong) in [
        (
            "/notifications",
            "GET, HEAD, OPTIONS",
            ["POST", "PUT", "DELETE"],
        ),
        (
            "/notifications/read",
            "POST, OPTIONS",
            ["GET", "PUT", "DELETE"],
        ),
        (
            "/notifications/x/read",
            "POST, OPTIONS",
            ["GET", "PATCH", "DELETE"],
        ),
    ] {
        for method in wrong {
            let reply = user.call_own(method, tail);
            assert_problem(&reply, 405);
            assert_eq!(reply.header("allow"), Some(allowed), "{}", reply.show());
        }
    }
    for tail in [
        "/notifications/x",
        "/notifications/x/unread",
        "/notifications/x/read/y",
    ] {
        assert_problem(&user.call_own("GET", tail), 404);
    }
}

#[test]
fn a_query_that_makes_no_sense_is_refused() {
    let user = user();
    for query in [
        "nope=1",
        "unread=yes",
        "unread=true&unread=true",
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=x",
        "cursor=",
    ] {
        assert_problem(
            &user.call_own("GET", &format!("/notifications?{query}")),
            400,
        );
    }
}
