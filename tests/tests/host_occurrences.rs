//! The next occurrence when the events come late: while a bus is away the user goes on completing, reopening and editing,
//! and what is there in the end follows from the last word. The events are delivered by hand, in every order.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use e2e::{
    Answer, Bus, Event, LocalHost, Sidecar, User, assert_acknowledged, deliver, eventually, id_of,
};
use serde_json::{Value, json};

const COMPLETED: &str = "/api/events/tasks/completed";

/// A host whose sidecar takes nothing. Both die with the test process.
fn host() -> &'static LocalHost {
    static HOST: OnceLock<(LocalHost, Sidecar)> = OnceLock::new();
    let (host, _) = HOST.get_or_init(|| {
        let sidecar = Sidecar::start(Answer::Refuse);
        let bus = Bus::Dapr(sidecar.url());
        let host = LocalHost::start_closed("occurrences", &bus, &[("auth", "off")]);
        (host, sidecar)
    });
    host
}

#[track_caller]
fn hand_over(user: &User, event: &Value) {
    let reply = deliver(&user.client, COMPLETED, event.to_string().as_bytes());
    assert_acknowledged(&reply, "SUCCESS");
}

/// The completions and reopenings of a task that no handler has seen, oldest first.
#[track_caller]
fn waiting(user: &User, task: &Value) -> Vec<Value> {
    let mut events = user.events_of(task, "task.completed");
    events.reverse();
    events
}

/// A daily task that was completed, reopened, made weekly in summer under another title, and completed again. With `seen`,
/// the first completion had its effect before the rest happened.
#[track_caller]
fn edited_in_between(user: &User, seen: bool) -> (Value, Vec<Value>) {
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    user.complete(id_of(&task));
    let first = waiting(user, &task);
    if seen {
        hand_over(user, &first[0]);
        let next = user.occurrences_of(&task["series_id"], 2);
        assert_eq!(next[0]["due_date"], "2031-01-02T09:00:00Z");
    }
    user.reopen(id_of(&task));
    let edit = json!({"title": "edited", "due_date": "2031-06-01T09:00:00Z", "recurring_interval": "weekly"});
    user.patch(id_of(&task), &edit).expect(200);
    user.complete(id_of(&task));
    let events = waiting(user, &task);
    assert_eq!(events.len(), 3);
    (task, events)
}

#[track_caller]
fn assert_edited(user: &User, task: &Value, order: &[usize]) {
    let next = user.occurrences_of(&task["series_id"], 2);
    assert_eq!(next.len(), 1, "{order:?}: {next:?}");
    let told = ["title", "due_date", "recurring_interval"].map(|field| &next[0][field]);
    assert_eq!(
        told,
        ["edited", "2031-06-08T09:00:00Z", "weekly"],
        "{order:?}"
    );
}

#[test]
fn an_edit_between_two_completions_reaches_the_next_occurrence_in_whatever_order_the_events_come() {
    let orders: [&[usize]; 8] = [
        &[0, 1, 2],
        &[0, 2, 1],
        &[1, 0, 2],
        &[1, 2, 0],
        &[2, 0, 1],
        &[2, 1, 0],
        &[0, 0, 1, 1, 2, 2],
        &[2, 1, 2, 1, 0, 1, 2],
    ];
    for (order, seen) in orders
        .iter()
        .flat_map(|order| [(order, true), (order, false)])
    {
        let user = User::new(host().client());
        let (task, events) = edited_in_between(&user, seen);
        for index in *order {
            hand_over(&user, &events[*index]);
        }
        assert_edited(&user, &task, order);
    }
}

/// The first next occurrence is deleted by its user, before the reopening or after the second completion.
#[test]
fn a_deleted_one_is_replaced_in_whatever_order_the_events_come() {
    let orders: [&[usize]; 6] = [
        &[1, 2],
        &[2, 1],
        &[2],
        &[0, 1, 2],
        &[2, 0, 1, 1],
        &[1, 0, 2, 2, 1, 0],
    ];
    for (order, early) in orders
        .iter()
        .flat_map(|order| [(order, true), (order, false)])
    {
        let user = User::new(host().client());
        let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
        user.complete(id_of(&task));
        hand_over(&user, &waiting(&user, &task)[0]);
        let second = user.occurrences_of(&task["series_id"], 2).remove(0);
        let delete = || user.delete(id_of(&second)).expect(204);
        if early {
            delete();
        }
        user.reopen(id_of(&task));
        user.complete(id_of(&task));
        if !early {
            delete();
        }
        let events = waiting(&user, &task);
        for index in *order {
            hand_over(&user, &events[*index]);
        }
        let next = user.occurrences_of(&task["series_id"], 2);
        assert_eq!(next.len(), 1, "{order:?} {early}: {next:?}");
        assert_ne!(next[0]["id"], second["id"], "{order:?} {early}");
        // Deleting the new one ends the series: no event that comes again brings another.
        user.delete(id_of(&next[0])).expect(204);
        for event in &events {
            hand_over(&user, event);
        }
        let next = user.occurrences_of(&task["series_id"], 2);
        assert_eq!(next, Vec::<Value>::new(), "{order:?} {early}");
    }
}

#[test]
fn one_that_was_restored_stays_in_whatever_order_the_events_come() {
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0]] {
        // Restored before any of the events has come, and after the reopening has withdrawn it.
        for withdrawn in [false, true] {
            let user = User::new(host().client());
            let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
            user.complete(id_of(&task));
            hand_over(&user, &waiting(&user, &task)[0]);
            let second = user.occurrences_of(&task["series_id"], 2).remove(0);
            user.delete(id_of(&second)).expect(204);
            user.reopen(id_of(&task));
            if withdrawn {
                hand_over(&user, &waiting(&user, &task)[1]);
            }
            let restore = user.call("POST", &format!("/{}/restore", id_of(&second)));
            let restored = restore.send().expect(200).json();
            user.complete(id_of(&task));
            let events = waiting(&user, &task);
            for index in order {
                hand_over(&user, &events[index]);
            }
            let next = user.occurrences_of(&task["series_id"], 2);
            assert_eq!(next, [restored], "{order:?} {withdrawn}");
        }
    }
}

#[test]
fn an_occurrence_that_somebody_has_touched_stays_as_it_is() {
    let user = User::new(host().client());
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    user.complete(id_of(&task));
    hand_over(&user, &waiting(&user, &task)[0]);
    let next = user.occurrences_of(&task["series_id"], 2).remove(0);
    let touched = user
        .patch(id_of(&next), &json!({"title": "mine"}))
        .expect(200)
        .json();
    user.reopen(id_of(&task));
    user.complete(id_of(&task));
    for event in waiting(&user, &task) {
        hand_over(&user, &event);
    }
    assert_eq!(user.occurrences_of(&task["series_id"], 2), [touched]);
}

#[test]
fn an_edit_while_the_handler_works_reaches_the_next_occurrence() {
    let host = LocalHost::start_on_postgres("occurrences-edited");
    let user = User::new(host.client());
    let task = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    let change = |what: &str, and: &str| {
        let id = id_of(&task);
        format!(
            "BEGIN; UPDATE tasks SET {what}, version = version + 1, event = NULL WHERE id = '{id}'; {and} COMMIT"
        )
    };
    let now = "now() AT TIME ZONE 'utc'";
    let complete = change(&format!("completed = TRUE, completed_at = {now}"), "");
    host.database().sql(&complete);
    // An edit that is written and not yet committed when the handler comes.
    let edit = change("title = 'edited'", "SELECT pg_sleep(2);");
    thread::scope(|scope| {
        scope.spawn(|| host.database().sql(&edit));
        let running = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        eventually(Duration::from_secs(10), "the edit", || {
            (host.database().sql(running) == "1").then_some(())
        });
        let event = Event::of("task.completed", &user.task(id_of(&task)));
        event.deliver_successfully(&user.client, COMPLETED);
    });
    assert_eq!(
        user.occurrences_of(&task["series_id"], 2)[0]["title"],
        "edited"
    );
}
