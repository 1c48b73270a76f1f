//! The event history: what is in it, and how it is cut and paged.

use chrono::Utc;
use e2e::{assert_problem, id_of, user};
use serde_json::{Value, json};

#[test]
fn an_entry_is_the_event_itself() {
    let user = user();
    let task = user.create(&json!({"title": "x", "tags": ["a"]}));
    let event = user.items("/events").remove(0);
    for (attribute, value) in [
        ("specversion", json!("1.0")),
        ("type", json!("task.created")),
        ("source", json!("todo-backend")),
        ("subject", task["id"].clone()),
        ("datacontenttype", json!("application/json")),
        ("partitionkey", json!(user.id)),
    ] {
        assert_eq!(event[attribute], value, "{event}");
    }
    for field in ["title", "tags", "version", "user_id", "priority"] {
        assert_eq!(event["data"][field], task[field], "{event}");
    }
    assert_eq!(event["data"]["task_id"], task["id"]);
}

#[test]
fn it_is_cut_by_time() {
    let user = user();
    let first = user.create(&json!({"title": "first"}));
    // The database's clock may tick in milliseconds, so the two are well apart, and the moment well between them.
    let apart = chrono::TimeDelta::milliseconds(20);
    let middle = e2e::eventually(e2e::SOON, "the clock goes on", || {
        let now = Utc::now();
        let made = first["created_at"]
            .as_str()?
            .parse::<chrono::DateTime<Utc>>()
            .ok()?;
        (now > made + apart).then(|| e2e::api_time(now - apart / 2))
    });
    let second = user.create(&json!({"title": "second"}));
    let subjects = |query: &str| -> Vec<Value> {
        let events = user.items(&format!("/events?{query}"));
        events
            .iter()
            .map(|event| event["subject"].clone())
            .collect()
    };
    assert_eq!(subjects(&format!("after={middle}")), [second["id"].clone()]);
    assert_eq!(subjects(&format!("before={middle}")), [first["id"].clone()]);
    assert_eq!(
        subjects(&format!("after={middle}&before={middle}")),
        [Value::Null; 0]
    );
    assert_eq!(
        subjects(&format!("before={middle}&type=task.deleted")),
        [Value::Null; 0]
    );
    assert_eq!(subjects("after=2020-01-01T00:00:00%2B02:00").len(), 2);
}

#[test]
fn a_page_is_stable_while_new_ones_come() {
    let user = user();
    let tasks: Vec<Value> = (0..3)
        .map(|n| user.create(&json!({"title": format!("{n}")})))
        .collect();
    let page = user.call_own("GET", "/events?limit=2").expect(200).json();
    let cursor = page["next_cursor"]
        .as_str()
        .expect("a next page")
        .to_owned();
    user.complete(id_of(&tasks[2]));
    let rest = user.items(&format!("/events?limit=2&cursor={cursor}"));
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert_eq!(rest[0]["subject"], tasks[0]["id"]);
}

#[test]
fn nobody_sees_anothers() {
    let (owner, other) = (user(), user());
    owner.create(&json!({"title": "x"}));
    assert!(other.items("/events").is_empty());
    assert_eq!(
        other.stats(),
        json!({"total": 0, "by_type": {}, "days": []})
    );
}

#[test]
fn a_query_that_makes_no_sense_is_refused() {
    let user = user();
    for tail in [
        "/events?nope=1",
        "/events?type=nope",
        "/events?after=yesterday",
        "/events?before=2031-01-01T00:00:00",
        "/events?limit=0",
        "/events?limit=201",
        "/events?cursor=x",
        "/events?type=task.created&type=task.updated",
        "/stats?day=1",
    ] {
        assert_problem(&user.call_own("GET", tail), 400);
    }
}

#[test]
fn it_is_read_only() {
    let user = user();
    for tail in ["/events", "/stats"] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let reply = user.call_own(method, tail);
            assert_problem(&reply, 405);
            assert_eq!(
                reply.header("allow"),
                Some("GET, HEAD, OPTIONS"),
                "{}",
                reply.show()
            );
        }
    }
}
