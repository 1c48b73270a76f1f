//! The counters, and that the history has every change once.

use std::collections::BTreeSet;

use chrono::Utc;
use e2e::{Random, SOON, User, id_of, user};
use serde_json::{Value, json};

/// Those that a call of the user caused.
fn by_user(events: &[Value]) -> Vec<&Value> {
    let own = events
        .iter()
        .filter(|event| event["source"] == "todo-backend");
    own.collect()
}

/// One change of a task: what was done, as its event type.
fn change(user: &User, task: &Value, kind: u64, n: u64) -> &'static str {
    let id = id_of(task);
    match kind {
        0 => {
            user.patch(id, &json!({"title": format!("title {n}")}))
                .expect(200);
            "task.updated"
        }
        1 if user.task(id)["completed"] == true => {
            user.reopen(id);
            "task.completed"
        }
        1 => {
            user.complete(id);
            "task.completed"
        }
        _ => {
            user.delete(id).expect(204);
            user.call("POST", &format!("/{id}/restore"))
                .send()
                .expect(200);
            "task.deleted"
        }
    }
}

#[test]
fn a_hundred_mixed_changes_are_a_hundred_entries_and_counters_that_add_up() {
    let user = user();
    let mut random = Random::new(5);
    let (mut want, mut tasks) = (Vec::new(), Vec::new());
    while want.len() < 99 {
        if tasks.is_empty() || random.below(3) == 0 {
            tasks.push(user.create(&json!({"title": "x"})));
            want.push("task.created");
            continue;
        }
        let task = &tasks[usize::try_from(random.below(tasks.len() as u64)).expect("small")];
        let kind = change(&user, task, random.below(3), want.len() as u64);
        want.push(kind);
        if kind == "task.deleted" {
            // The restore after it.
            want.push("task.updated");
        }
    }
    while want.len() < 100 {
        user.create(&json!({"title": "the last"}));
        want.push("task.created");
    }
    let events = user.all_items("/events?limit=30");
    let ids: BTreeSet<&str> = events.iter().map(|event| id_of(event)).collect();
    assert_eq!(
        (events.len(), ids.len(), by_user(&events).len()),
        (100, 100, 100)
    );
    want.reverse();
    let kinds: Vec<&Value> = events.iter().map(|event| &event["type"]).collect();
    assert_eq!(kinds, want, "newest first");

    let stats = user.stats();
    assert_eq!(stats["total"], 100);
    for kind in [
        "task.created",
        "task.updated",
        "task.completed",
        "task.deleted",
    ] {
        let count = want.iter().filter(|one| **one == kind).count();
        assert!(count > 0, "the seed made none of {kind}");
        assert_eq!(stats["by_type"][kind], count, "{kind} in {stats}");
        assert_eq!(
            user.all_items(&format!("/events?limit=200&type={kind}"))
                .len(),
            count
        );
    }
    assert_days_add_up(&stats);
}

/// The days are newest first, and their counters add up to those of all time.
#[track_caller]
fn assert_days_add_up(stats: &Value) {
    let days = stats["days"].as_array().expect("days");
    let names: Vec<&str> = days.iter().filter_map(|day| day["day"].as_str()).collect();
    assert!(names.windows(2).all(|two| two[0] > two[1]), "{names:?}");
    let today = Utc::now().format("%Y-%m-%d").to_string();
    assert!(
        names.len() == days.len() && *names[0] <= *today,
        "{names:?}"
    );
    let total: u64 = days.iter().filter_map(|day| day["total"].as_u64()).sum();
    assert_eq!(stats["total"], total, "{stats}");
    for (kind, count) in stats["by_type"].as_object().expect("by type") {
        let by_day = days.iter().filter_map(|day| day["by_type"][kind].as_u64());
        assert_eq!(*count, by_day.sum::<u64>(), "{kind} in {stats}");
    }
    for day in days {
        let types = day["by_type"].as_object().expect("by type");
        let sum: u64 = types.values().filter_map(Value::as_u64).sum();
        assert_eq!(day["total"], sum, "{day}");
    }
}

#[test]
fn what_changes_nothing_leaves_nothing() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    user.patch(id_of(&task), &json!({"title": "x"})).expect(200);
    user.reopen(id_of(&task));
    user.post(&json!({"title": ""})).expect(422);
    assert_eq!(user.items("/events").len(), 1);
    assert_eq!(user.stats()["total"], 1);
}

#[test]
fn every_completion_of_a_series_is_counted() {
    let user = user();
    let mut task = user.create_recurring("daily", "2026-01-01T09:00:00Z");
    for number in 2..=6 {
        user.complete(id_of(&task));
        task = user.wait_for_occurrence(&task, number, SOON);
    }
    let stats = user.stats();
    assert_eq!(stats["by_type"]["task.completed"], 5);
    assert_eq!(stats["by_type"]["task.created"], 6);
    let events = user.items("/events?limit=200");
    assert_eq!(by_user(&events).len(), 6, "one created, five completed");
    let created = user.items("/events?type=task.created");
    assert_eq!(
        created
            .iter()
            .filter(|event| event["source"] == "handler")
            .count(),
        5
    );
    assert_days_add_up(&stats);
}
