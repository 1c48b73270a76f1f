//! Well-formed events on the machine routes: what is done, and what is acknowledged without doing anything.

use e2e::{Event, User, assert_acknowledged, assert_problem, client, deliver, id_of, new_id, user};
use serde_json::{Value, json};

/// The type of an event and the route of its component.
const COMPONENTS: [(&str, &str); 4] = [
    ("task.created", "/api/events/tasks/created"),
    ("task.updated", "/api/events/tasks/updated"),
    ("task.completed", "/api/events/tasks/completed"),
    ("task.deleted", "/api/events/tasks/deleted"),
];

/// A completed task that recurs and has no next occurrence yet: it was made recurring when it was completed already.
fn completed_without_a_next(user: &User) -> Value {
    let task = user.create(&json!({"title": "x", "due_date": "2031-01-01T09:00:00Z"}));
    user.complete(id_of(&task));
    user.wait_until_handled();
    let recurring = json!({"is_recurring": true, "recurring_interval": "daily"});
    let task = user.patch(id_of(&task), &recurring).expect(200).json();
    user.wait_until_handled();
    assert_eq!(
        user.occurrences_of(&task["series_id"], 2),
        Vec::<Value>::new()
    );
    task
}

#[test]
fn every_type_is_acknowledged_by_its_component_and_by_the_common_route() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    for (kind, route) in COMPONENTS {
        Event::of(kind, &task).deliver_successfully(&user.client, route);
        Event::of(kind, &task).deliver_successfully(&user.client, "/api/events/tasks");
    }
    assert_eq!(
        user.task(id_of(&task)),
        task,
        "an event of a task changed the task"
    );
}

#[test]
fn an_event_that_a_handler_caused_creates_nothing() {
    for route in ["/api/events/tasks", "/api/events/tasks/completed"] {
        let user = user();
        let task = completed_without_a_next(&user);
        let before = user.list("status=all&limit=200");
        let event = Event::of("task.completed", &task);
        event
            .clone()
            .with("source", json!("handler"))
            .deliver_successfully(&user.client, route);
        assert_eq!(user.list("status=all&limit=200"), before);
        // The source alone made the difference.
        event.deliver_successfully(&user.client, route);
        assert_eq!(user.occurrences_of(&task["series_id"], 2).len(), 1);
    }
}

#[test]
fn handler_events_of_every_type_are_skipped() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    for (kind, route) in COMPONENTS {
        let event = Event::of(kind, &task).with("source", json!("handler"));
        event.deliver_successfully(&user.client, route);
        event.deliver_successfully(&user.client, "/api/events/tasks");
    }
    assert_eq!(user.list("status=all"), vec![task]);
}

#[test]
fn an_unknown_type_is_acknowledged() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    for kind in [
        "task.archived",
        "TASK.CREATED",
        "something",
        "com.example.order.placed",
    ] {
        Event::of(kind, &task).deliver_successfully(&user.client, "/api/events/tasks");
    }
    // An event of a stranger has none of our data.
    let foreign = json!({"specversion": "1.0", "id": new_id(), "type": "com.example.other", "source": "elsewhere",
                         "data": {"anything": 1}});
    let reply = deliver(
        &user.client,
        "/api/events/tasks",
        foreign.to_string().as_bytes(),
    );
    assert_acknowledged(&reply, "SUCCESS");
}

#[test]
fn an_event_of_a_task_that_is_gone_is_acknowledged() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    let completed = user.complete(id_of(&task));
    user.wait_until_handled();
    user.delete(id_of(&task)).expect(204);
    for (kind, route) in COMPONENTS {
        Event::of(kind, &completed).deliver_successfully(&user.client, route);
        let mut never = completed.clone();
        never["id"] = json!(new_id());
        Event::of(kind, &never).deliver_successfully(&user.client, route);
    }
}

#[test]
fn plain_json_is_taken_as_a_content_type_too() {
    let user = user();
    let event = Event::of("task.created", &user.create(&json!({"title": "x"})));
    let call = user.client.call("POST", "/api/events/tasks");
    assert_acknowledged(&call.json(&event.json).send(), "SUCCESS");
}

#[test]
fn what_dapr_adds_to_an_event_does_no_harm() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let event = Event::of("task.created", &task)
        .with("topic", json!("tasks"))
        .with("pubsubname", json!("kafka-pubsub"))
        .with(
            "traceid",
            json!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        )
        .with("tracestate", json!(""))
        .with("expiration", json!("2031-01-01T00:00:00Z"));
    event.deliver_successfully(&user.client, "/api/events/tasks");
    event.deliver_successfully(&user.client, "/api/events/tasks/created");
}

#[test]
fn a_field_that_a_later_version_adds_does_no_harm() {
    let user = user();
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    for (kind, route) in COMPONENTS {
        let event = Event::of(kind, &task)
            .with_data("colour", json!("red"))
            .with("futureattribute", json!(1));
        event.deliver_successfully(&user.client, route);
    }
}

#[test]
fn the_machine_routes_take_post_only() {
    for (_, route) in COMPONENTS.iter().chain(&[("", "/api/events/tasks")]) {
        for method in ["GET", "PUT", "DELETE"] {
            let reply = client().call(method, route).send();
            assert_problem(&reply, 405);
            assert_eq!(
                reply.header("allow"),
                Some("POST, OPTIONS"),
                "{}",
                reply.show()
            );
        }
    }
}

#[test]
fn the_relay_can_be_called_at_any_time() {
    for _ in 0..3 {
        deliver(&client(), "/jobs/relay-outbox", b"").expect(200);
    }
    // Dapr looks with OPTIONS whether the application wants the calls of a binding; a 404 would mean no.
    let client = client();
    let probe = client.call("OPTIONS", "/jobs/relay-outbox");
    probe.send().expect(200);
}
