//! A bus that is away, hangs or refuses: task calls neither fail nor slow down, and no event is lost.

use std::time::{Duration, Instant};

use e2e::{Answer, Bus, LocalHost, Published, SOON, Sidecar, User, deliver, eventually, id_of};
use serde_json::json;

/// How long the events may take to arrive once the bus works again: a lease, a publish timeout and a retry delay.
const RECOVERY: Duration = Duration::from_secs(40);
const CALLS: usize = 25;
/// How long the drain waits for a bus that hangs; a call that took as long would have waited with it.
const GIVES_UP: Duration = Duration::from_secs(5);

/// Each user creates, changes and completes tasks; every call must succeed. Returns how long each call took.
fn work(users: &[User]) -> Vec<Duration> {
    let mut took = Vec::new();
    for n in 0..CALLS {
        let user = &users[n % users.len()];
        let start = Instant::now();
        let task = user.create(&json!({"title": format!("task {n}")}));
        took.push(start.elapsed());
        let start = Instant::now();
        user.patch(id_of(&task), &json!({"priority": "high"}))
            .expect(200);
        took.push(start.elapsed());
    }
    took
}

fn median(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took[took.len() / 2]
}

fn users(host: &LocalHost, count: usize) -> Vec<User> {
    let client = host.client();
    (0..count).map(|_| User::new(client.clone())).collect()
}

#[track_caller]
fn assert_fast(broken: Vec<Duration>, healthy: Duration) {
    let (slowest, middle) = (
        broken.iter().max().copied().unwrap_or_default(),
        median(broken),
    );
    println!("median {middle:?}, slowest {slowest:?}, healthy median {healthy:?}");
    // Noise of the machine is far below both, and a call that waits for a bus that hangs is far above.
    assert!(
        middle < (healthy * 5).max(GIVES_UP / 10),
        "slow with a broken bus: {middle:?} against {healthy:?}"
    );
    assert!(slowest < GIVES_UP, "one call took {slowest:?}");
}

/// Wakes the relay, as its cron binding would, until something is true.
#[track_caller]
pub(crate) fn wait_waking_the_relay(host: &LocalHost, what: &str, done: impl Fn() -> bool) {
    let client = host.client();
    let mut woken = Instant::now();
    eventually(RECOVERY, what, || {
        if woken.elapsed() > Duration::from_secs(1) {
            deliver(&client, "/jobs/relay-outbox", b"");
            woken = Instant::now();
        }
        done().then_some(())
    });
}

#[track_caller]
fn wait_until_delivered(host: &LocalHost) {
    wait_waking_the_relay(host, "the outbox is empty", || {
        host.outbox().pending().is_empty()
    });
}

/// Everything that a user's outbox holds has been taken, keyed by the user, first occurrences in order.
#[track_caller]
fn assert_all_taken(host: &LocalHost, sidecar: &Sidecar, user: &User) {
    let rows = host.outbox().of_user(&user.id);
    let mut first: Vec<Published> = Vec::new();
    for one in sidecar.published_for(&user.id) {
        assert_eq!(
            (one.key.as_deref(), one.topic.as_str()),
            (Some(user.id.as_str()), "tasks")
        );
        assert_eq!(
            one.content_type.split(';').next(),
            Some("application/cloudevents+json")
        );
        if first.iter().all(|seen| seen.event["id"] != one.event["id"]) {
            first.push(one);
        }
    }
    let want: Vec<_> = rows.iter().map(|row| row.event_id.as_str()).collect();
    let got: Vec<_> = first
        .iter()
        .filter_map(|one| one.event["id"].as_str())
        .collect();
    assert!(!want.is_empty());
    assert_eq!(got, want, "not every event once and in order");
    for (row, mut one) in rows.iter().zip(first) {
        // What Dapr wants beside the traceparent; it would replace both otherwise.
        let trace = one
            .event
            .as_object_mut()
            .and_then(|event| event.remove("traceid"));
        assert!(trace.is_none_or(|trace| trace == row.event["traceparent"]));
        assert_eq!(one.event, row.event, "published otherwise than kept");
    }
}

/// Works while the sidecar is healthy, and gives the median of that.
fn healthy_median(host: &LocalHost, sidecar: &Sidecar) -> Duration {
    let users = users(host, 2);
    let healthy = median(work(&users));
    wait_until_delivered(host);
    for user in &users {
        assert_all_taken(host, sidecar, user);
    }
    healthy
}

#[test]
fn nothing_listens() {
    // Below the ports of outgoing connections, so that none takes it while nothing listens there.
    let sidecar = Sidecar::start_on(stack::free_port(), Answer::Accept);
    let host = LocalHost::start_with("bus-away", &Bus::Dapr(sidecar.url()));
    let healthy = healthy_median(&host, &sidecar);
    let port = sidecar.stop();
    let users = users(&host, 3);
    assert_fast(work(&users), healthy);
    assert_eq!(
        host.outbox().pending().len(),
        2 * CALLS,
        "events of a bus that is away stay pending"
    );
    let sidecar = Sidecar::start_on(port, Answer::Accept);
    wait_until_delivered(&host);
    for user in &users {
        assert_all_taken(&host, &sidecar, user);
    }
}

#[test]
fn somebody_listens_and_never_answers() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = LocalHost::start_with("bus-hangs", &Bus::Dapr(sidecar.url()));
    let healthy = healthy_median(&host, &sidecar);
    sidecar.answer(Answer::Hang);
    let before = sidecar.calls();
    let users = users(&host, 3);
    assert_fast(work(&users), healthy);
    // The second call shows that the first was given up, and what became of its events then.
    wait_waking_the_relay(&host, "a publish call after one that hung", || {
        sidecar.calls() >= before + 2
    });
    assert_eq!(
        host.outbox().pending().len(),
        2 * CALLS,
        "events of a bus that hangs stay pending"
    );
    sidecar.answer(Answer::Accept);
    wait_until_delivered(&host);
    for user in &users {
        assert_all_taken(&host, &sidecar, user);
    }
}

#[test]
fn everything_is_refused() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = LocalHost::start_with("bus-refuses", &Bus::Dapr(sidecar.url()));
    let healthy = healthy_median(&host, &sidecar);
    sidecar.answer(Answer::Refuse);
    let users = users(&host, 3);
    assert_fast(work(&users), healthy);
    assert_eq!(
        host.outbox().pending().len(),
        2 * CALLS,
        "refused events stay pending"
    );
    sidecar.answer(Answer::Accept);
    wait_until_delivered(&host);
    for user in &users {
        assert_all_taken(&host, &sidecar, user);
    }
}

#[test]
fn an_event_of_a_healthy_bus_leaves_at_once() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = LocalHost::start_with("bus-healthy", &Bus::Dapr(sidecar.url()));
    let user = User::new(host.client());
    for n in 1..=10 {
        user.create(&json!({"title": "x"}));
        // No relay is called here: what was created is published by the call that created it.
        eventually(SOON, "the event is published", || {
            (sidecar.published().len() >= n).then_some(())
        });
    }
    eventually(SOON, "it is marked", || {
        host.outbox().pending().is_empty().then_some(())
    });
    assert_all_taken(&host, &sidecar, &user);
    assert_eq!(
        sidecar.published().len(),
        10,
        "a healthy bus got an event twice"
    );
}

#[test]
fn what_an_event_component_makes_leaves_at_once_whatever_the_user_is_called() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = LocalHost::start_with("bus-any-user", &Bus::Dapr(sidecar.url()));
    let mut user = User::new(host.client());
    // Characters that separate parameters, where the relay is told of the user.
    user.id = format!("a&b+c=d-{}", user.id);
    let task = user.create_recurring("daily", "2036-01-31T09:00:00Z");
    user.complete(id_of(&task));
    let of_type = |kind: &str, source: &str| {
        let mut events = sidecar.published_for(&user.id);
        events.retain(|one| one.event["type"] == kind && one.event["source"] == source);
        events.pop()
    };
    let completed = eventually(SOON, "the completion", || {
        of_type("task.completed", "todo-backend")
    });
    // The drain of the calls above waits for more; only when it has ended is it the component that has to wake another.
    let held = "SELECT count(*) FROM outbox_shards WHERE owner <> ''";
    eventually(SOON, "free shards", || {
        (host.outbox().number(held, &[]) == 0).then_some(())
    });
    let event = completed.event.to_string();
    deliver(
        &user.client,
        "/api/events/tasks/completed",
        event.as_bytes(),
    )
    .expect(200);
    eventually(SOON, "the next occurrence's event", || {
        of_type("task.created", "handler")
    });
}
