//! With `dead_letter_order = wait`, later events of a task wait behind its dead letter; those of other tasks do not.

use e2e::{
    Answer, Bus, Event, LocalHost, SOON, Sidecar, TOO_LARGE, User, deliver, eventually, id_of,
};
use serde_json::{Value, json};

use crate::shared::{TOKEN, deliver_dead, give_up, letter, replay, start, wait_for_letter};

const WAIT: (&str, &str) = ("dead_letter_order", "wait");

/// The versions of a task in the events that the sidecar took, in their order.
fn versions(sidecar: &Sidecar, user: &User, task: &Value) -> Vec<u64> {
    let published = sidecar.published_for(&user.id);
    let of_task = published
        .iter()
        .filter(|one| one.event["subject"] == task["id"]);
    of_task
        .map(|one| one.event["data"]["version"].as_u64().expect("a version"))
        .collect()
}

fn relay(user: &User) {
    deliver(&user.client, "/jobs/relay-outbox", b"").expect(200);
}

/// Calls the relay until these versions of a task were published.
#[track_caller]
fn wait_for(sidecar: &Sidecar, user: &User, task: &Value, expected: &[u64]) {
    eventually(SOON, &format!("{expected:?}"), || {
        relay(user);
        (versions(sidecar, user, task) == expected).then_some(())
    });
}

/// Changes the task twice, and another one after it. What could leave has left when the events of that one have.
#[track_caller]
fn change(sidecar: &Sidecar, user: &User, task: &Value) {
    user.complete(id_of(task));
    user.reopen(id_of(task));
    let other = user.create(&json!({"title": "another one"}));
    user.complete(id_of(&other));
    wait_for(sidecar, user, &other, &[1, 2]);
}

/// Refuses the first event of a task for good.
fn refused(sidecar: &Sidecar, host: &LocalHost, execute: impl Fn(&str)) -> (User, Value, String) {
    let (user, other) = (User::new(host.client()), User::new(host.client()));
    let task = user.create(&json!({"title": "refused"}));
    other.create(&json!({"title": "taken"}));
    execute(&format!(
        "UPDATE outbox SET attempts = 9 WHERE user_id = '{}'",
        user.id
    ));
    // Read by the drain together with the first one.
    user.patch(id_of(&task), &json!({"title": "later"}))
        .expect(200);
    sidecar.answer(Answer::RefuseKeyBecause(user.id.clone(), TOO_LARGE.into()));
    let event = user.events_of(&task, "task.created").remove(0);
    let id = id_of(&event).to_owned();
    eventually(SOON, "the dead letter", || {
        relay(&user);
        letter(&user.client, "open", &id)
    });
    sidecar.answer(Answer::Accept);
    (user, task, id)
}

#[track_caller]
fn assert_waits_and_follows(sidecar: &Sidecar, host: &LocalHost, execute: impl Fn(&str)) {
    let (user, task, id) = refused(sidecar, host, execute);
    change(sidecar, &user, &task);
    assert_eq!(versions(sidecar, &user, &task), [0; 0]);
    // Refused once more, it is still the first.
    sidecar.answer(Answer::RefuseKey(user.id.clone()));
    replay(&user.client, &id).expect(200);
    relay(&user);
    sidecar.answer(Answer::Accept);
    wait_for(sidecar, &user, &task, &[1, 2, 3, 4]);
    user.complete(id_of(&task));
    wait_for(sidecar, &user, &task, &[1, 2, 3, 4, 5]);
}

#[test]
fn behind_a_refused_event_until_its_replay_has_left() {
    let sidecar = Sidecar::start(Answer::Refuse);
    let host = start("order-refused", &Bus::Dapr(sidecar.url()), &[WAIT]);
    assert_waits_and_follows(&sidecar, &host, |sql| {
        host.outbox().execute(sql, &[]);
    });
}

#[test]
fn on_postgres_too_also_with_an_event_whose_json_it_cannot_read() {
    let sidecar = Sidecar::start(Answer::Refuse);
    let bus = Bus::Dapr(sidecar.url());
    let variables = [("ops_token", TOKEN), WAIT];
    let host = LocalHost::start_on_postgres_and("order-postgres", &bus, &variables);
    assert_waits_and_follows(&sidecar, &host, |sql| {
        host.database().sql(sql);
    });
    let user = User::new(host.client());
    let task = json!({"id": e2e::new_id(), "user_id": user.id, "version": 1});
    for _ in 0..2 {
        let event = Event::of("task.created", &task).with_data("title", json!("a\u{0}b"));
        let event = event.without_data("task_id").json;
        deliver_dead(&user.client, "tasks", event.to_string().as_bytes()).expect(200);
        replay(&user.client, id_of(&event)).expect(200);
    }
    wait_for(&sidecar, &user, &task, &[1, 1]);
    let deep = "[".repeat(200_000);
    let reply = deliver_dead(&user.client, "tasks", deep.as_bytes());
    assert_eq!(reply.expect(200).json()["outcome"], "kept");
}

/// A drain searches a thousand numbers behind the last event that it has found: what a replay releases may be further behind.
#[test]
fn also_when_the_first_of_them_is_far_behind_the_last() {
    let sidecar = Sidecar::start(Answer::Refuse);
    let host = start("order-far", &Bus::Dapr(sidecar.url()), &[WAIT]);
    let (user, task, id) = refused(&sidecar, &host, |sql| {
        host.outbox().execute(sql, &[]);
    });
    let skip = "UPDATE sqlite_sequence SET seq = seq + 5000 WHERE name = 'outbox'";
    assert_eq!(host.outbox().execute(skip, &[]), 1);
    change(&sidecar, &user, &task);
    // The drain holds the shard for half a second after each of these.
    let other = user.create(&json!({"title": "keeps the drain at it"}));
    replay(&user.client, &id).expect(200);
    eventually(SOON, "all of them", || {
        user.patch(id_of(&other), &json!({"title": e2e::new_id()}))
            .expect(200);
        (versions(&sidecar, &user, &task).len() == 4).then_some(())
    });
    assert_eq!(versions(&sidecar, &user, &task), [1, 2, 3, 4]);
}

#[test]
fn without_the_setting_they_go_on() {
    let sidecar = Sidecar::start(Answer::Refuse);
    let host = start("order-go-on", &Bus::Dapr(sidecar.url()), &[]);
    let (user, task, id) = refused(&sidecar, &host, |sql| {
        host.outbox().execute(sql, &[]);
    });
    change(&sidecar, &user, &task);
    assert_eq!(versions(&sidecar, &user, &task), [2, 3, 4]);
    replay(&user.client, &id).expect(200);
    wait_for(&sidecar, &user, &task, &[2, 3, 4, 1]);
}

#[test]
fn behind_every_event_that_was_not_handled() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = start("order-not-handled", &Bus::Dapr(sidecar.url()), &[WAIT]);
    let user = User::new(host.client());
    let task = user.create(&json!({"title": "not handled"}));
    user.patch(id_of(&task), &json!({"title": "nor this"}))
        .expect(200);
    wait_for(&sidecar, &user, &task, &[1, 2]);
    let published = sidecar.published_for(&user.id);
    for one in &published {
        let body = one.event.to_string();
        deliver_dead(&user.client, "tasks", body.as_bytes()).expect(200);
    }
    give_up(&host);
    let ids: Vec<&str> = published.iter().map(|one| id_of(&one.event)).collect();
    ids.iter().for_each(|id| {
        wait_for_letter(&user.client, id);
    });
    change(&sidecar, &user, &task);
    assert_eq!(versions(&sidecar, &user, &task), [1, 2]);
    // The second one is behind the first, and everything else is behind both.
    replay(&user.client, ids[1]).expect(200);
    let other = user.create(&json!({"title": "after the replay"}));
    wait_for(&sidecar, &user, &other, &[1]);
    assert_eq!(versions(&sidecar, &user, &task), [1, 2]);
    replay(&user.client, ids[0]).expect(200);
    wait_for(&sidecar, &user, &task, &[1, 2, 1, 2, 3, 4]);
}

#[test]
fn with_the_local_bus_also_those_of_the_same_batch() {
    let host = start("order-local", &Bus::Local, &[WAIT]);
    let user = User::new(host.client());
    let task = user.create(&json!({"title": "x"}));
    user.wait_until_handled();
    let event = |version: u64| {
        let task = json!({"id": id_of(&task), "user_id": user.id, "version": version});
        Event::of("task.updated", &task)
    };
    let events = [
        event(2).without_data("task_id").json,
        event(3).with_data("changed_fields", json!([])).json,
    ];
    let id = id_of(&events[0]);
    let values = events.clone().map(|event| {
        let json = event.to_string();
        format!(
            "('{}', '{}', 'task.updated', '{json}')",
            id_of(&event),
            user.id
        )
    });
    let sql = format!(
        "INSERT INTO outbox (event_id, user_id, type, event) VALUES {}",
        values.join(", ")
    );
    assert_eq!(host.outbox().execute(&sql, &[]), 2);
    relay(&user);
    wait_for_letter(&user.client, id);
    let other = user.create(&json!({"title": "another one"}));
    eventually(SOON, "the event of another task", || {
        let rows = host.outbox().of_task(&user.id, id_of(&other));
        rows.iter().all(|row| row.published).then_some(())
    });
    let pending = host.outbox().pending();
    let pending: Vec<&str> = pending.iter().map(|row| row.event_id.as_str()).collect();
    assert_eq!(pending, [id_of(&events[1])]);
}
