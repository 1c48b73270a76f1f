//! However often a completion is asked for or delivered, one next occurrence follows.

use e2e::{Event, SOON, at_once, id_of, user};
use serde_json::Value;

const ROUTES: [&str; 2] = ["/api/events/tasks/completed", "/api/events/tasks"];

#[test]
fn fifty_concurrent_completions_and_twenty_deliveries_leave_one_next_occurrence() {
    let user = user();
    let task = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    let completed = at_once(50, |_| user.complete(id_of(&task)));
    assert!(
        completed.iter().all(|one| one["version"] == 2),
        "completed more than once"
    );
    let event = Event::of("task.completed", &completed[0]);
    for n in 0..20 {
        event.deliver_successfully(&user.client, ROUTES[n % 2]);
    }
    user.wait_until_handled();
    assert_eq!(user.occurrences_of(&task["series_id"], 2).len(), 1);
    assert_eq!(user.occurrences_of(&task["series_id"], 3).len(), 0);
}

#[test]
fn twenty_deliveries_at_once_leave_one_next_occurrence() {
    let user = user();
    let task = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    let completed = user.complete(id_of(&task));
    let event = Event::of("task.completed", &completed);
    at_once(20, |n| {
        event.deliver_successfully(&user.client, ROUTES[n % 2])
    });
    user.wait_until_handled();
    assert_eq!(user.occurrences_of(&task["series_id"], 2).len(), 1);
}

#[test]
fn the_same_completion_in_events_of_different_ids_leaves_one() {
    let user = user();
    let task = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    let completed = user.complete(id_of(&task));
    at_once(10, |n| {
        Event::of("task.completed", &completed).deliver_successfully(&user.client, ROUTES[n % 2])
    });
    user.wait_for_occurrence(&task, 2, SOON);
}

#[test]
fn a_late_delivery_does_not_touch_the_next_occurrence() {
    let user = user();
    let task = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    let completed = user.complete(id_of(&task));
    let next = user.wait_for_occurrence(&task, 2, SOON);
    let changed = user
        .patch(id_of(&next), &serde_json::json!({"title": "mine"}))
        .expect(200)
        .json();
    Event::of("task.completed", &completed).deliver_successfully(&user.client, ROUTES[0]);
    assert_eq!(user.task(id_of(&next)), changed);
}

#[test]
fn a_late_delivery_does_not_bring_back_what_the_user_deleted() {
    let user = user();
    let task = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    let completed = user.complete(id_of(&task));
    let next = user.wait_for_occurrence(&task, 2, SOON);
    user.delete(id_of(&next)).expect(204);
    for _ in 0..5 {
        Event::of("task.completed", &completed).deliver_successfully(&user.client, ROUTES[0]);
    }
    assert_eq!(
        user.occurrences_of(&task["series_id"], 2),
        Vec::<Value>::new()
    );
}

#[test]
fn every_event_of_a_tasks_life_may_come_again_in_any_order() {
    let user = user();
    let created = user.create_recurring("daily", "2026-01-31T09:00:00Z");
    let updated = user
        .patch(id_of(&created), &serde_json::json!({"title": "renamed"}))
        .expect(200)
        .json();
    let completed = user.complete(id_of(&created));
    let next = user.wait_for_occurrence(&created, 2, SOON);
    let events = [
        Event::of("task.completed", &completed),
        Event::of("task.updated", &updated),
        Event::of("task.created", &created),
        Event::of("task.updated", &updated),
        Event::of("task.completed", &completed),
        Event::of("task.created", &created),
    ];
    for event in events {
        event.deliver_successfully(&user.client, "/api/events/tasks");
    }
    assert_eq!(user.task(id_of(&created)), completed);
    assert_eq!(user.list("status=pending"), vec![next]);
}
