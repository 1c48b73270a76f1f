//! The host is killed at random moments between a change and the delivery of its event, and started again: every
//! accepted change has its event published, and every completed recurring task has exactly one next occurrence.
//!
//! In half of the rounds another drain seems to hold the lease of the outbox, so that the kill surely comes before the
//! delivery. In the others it comes before, during or after it, as it happens.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use e2e::{LocalHost, Random, SOON, User, eventually, id_of};
use serde_json::{Value, json};

/// Two series of rounds side by side, each on a host and database of its own.
const ROUNDS: usize = 20;
const TASKS: usize = 6;

/// Nobody drains while another has the leases of all shards.
const SHARDS: usize = 16;
const HOLD: &str = "UPDATE outbox_shards SET owner = 'another', expires_at = '9999-12-31T23:59:59.999999' \
                    WHERE NOT EXISTS (SELECT 1 FROM outbox_shards \
                                      WHERE expires_at >= strftime('%Y-%m-%dT%H:%M:%f', 'now'))";
const LET_GO: &str = "UPDATE outbox_shards SET owner = '', expires_at = '' WHERE owner = 'another'";

/// What a round's client knows to have been accepted.
#[derive(Default)]
struct Accepted {
    created: Vec<Value>,
    completed: Vec<Value>,
}

/// What has to be accepted before the clock of the kill starts.
#[derive(Clone, Copy, PartialEq)]
enum First {
    Creation,
    Completion,
}

/// Creates recurring tasks and completes each at once, until the host is gone.
fn create_and_complete(user: &User, first: First, under_way: &AtomicBool) -> Accepted {
    let mut accepted = Accepted::default();
    for n in 0..TASKS {
        let body = json!({"title": format!("task {n}"), "is_recurring": true, "recurring_interval": "daily",
                          "due_date": "2026-01-31T09:00:00Z"});
        let Ok(reply) = user.call("POST", "").json(&body).try_send() else {
            break;
        };
        let task = reply.expect(201).json();
        accepted.created.push(task.clone());
        under_way.fetch_or(first == First::Creation, Ordering::Release);
        let Ok(reply) = user
            .call("POST", &format!("/{}/complete", id_of(&task)))
            .try_send()
        else {
            break;
        };
        reply.expect(200);
        accepted.completed.push(task);
        under_way.store(true, Ordering::Release);
    }
    accepted
}

/// Kills the host some moments after the first change was accepted.
fn round(host: &mut LocalHost, random: &mut Random) -> (User, Accepted) {
    let user = User::new(host.client());
    let first = if random.below(2) == 0 {
        First::Creation
    } else {
        First::Completion
    };
    let delay = Duration::from_micros(random.below(60_000));
    let under_way = AtomicBool::new(false);
    let accepted = thread::scope(|scope| {
        let client = scope.spawn(|| create_and_complete(&user, first, &under_way));
        eventually(SOON, "the first change", || {
            under_way.load(Ordering::Acquire).then_some(())
        });
        // The moment of the kill is what is varied here; nothing is waited for.
        thread::sleep(delay);
        host.kill();
        client.join().expect("the calls before the kill succeed")
    });
    (user, accepted)
}

/// With reads alone, every accepted completion has its one next occurrence.
fn assert_delivered(user: &User, accepted: &Accepted) {
    eventually(SOON, "every next occurrence", || {
        let pending = user.list("status=pending&limit=200");
        let of = |task: &Value| {
            pending
                .iter()
                .filter(|one| one["series_id"] == task["series_id"])
                .count()
        };
        let complete = accepted.completed.iter().all(|task| of(task) > 0);
        complete.then_some(())
    });
    for task in &accepted.completed {
        let next = user.occurrences_of(&task["series_id"], 2);
        assert_eq!(next.len(), 1, "{next:?}");
        assert_eq!(
            (&next[0]["completed"], &next[0]["due_date"]),
            (&json!(false), &json!("2026-02-01T09:00:00Z"))
        );
    }
}

/// Every accepted change has its event, and all events of the user get published.
fn assert_published(host: &LocalHost, user: &User, accepted: &Accepted) {
    let rows = eventually(SOON, "every event is published", || {
        user.list("status=all&limit=1");
        Some(host.outbox().of_user(&user.id)).filter(|rows| rows.iter().all(|row| row.published))
    });
    for (kind, tasks) in [
        ("task.created", &accepted.created),
        ("task.completed", &accepted.completed),
    ] {
        let in_outbox: BTreeSet<&str> = rows
            .iter()
            .filter(|row| row.kind == kind)
            .filter_map(|row| row.data("task_id").as_str())
            .collect();
        for task in tasks {
            assert!(in_outbox.contains(id_of(task)), "no {kind} for {task}");
        }
    }
    // A change whose answer the kill swallowed may have been made; then it has its event and its effect too.
    for task in user.list("status=completed&limit=200") {
        assert_eq!(
            user.occurrences_of(&task["series_id"], 2).len(),
            1,
            "{task}"
        );
    }
}

fn rounds(name: &str, seed: u64) {
    println!("{name}: seed {seed}");
    let mut random = Random::new(seed);
    let mut host = LocalHost::start(name);
    // The first call makes the database.
    host.client().get("/health/ready").expect(200);
    for number in 1..=ROUNDS {
        let held = number % 2 == 0;
        if held {
            eventually(SOON, "a free lease", || {
                (host.outbox().execute(HOLD, &[]) == SHARDS).then_some(())
            });
        }
        let (mut user, accepted) = round(&mut host, &mut random);
        let left = host.outbox().pending().len();
        println!(
            "{name}: round {number}: {} completed, {left} events left behind",
            accepted.completed.len()
        );
        if held {
            let changes = accepted.created.len() + accepted.completed.len();
            assert!(left >= changes, "{changes} changes were not delivered");
            host.outbox().execute(LET_GO, &[]);
        }
        host.start_again();
        user.client = host.client();
        assert_delivered(&user, &accepted);
        assert_published(&host, &user, &accepted);
    }
}

#[test]
fn a_killed_host_delivers_every_event_after_its_next_start() {
    thread::scope(|scope| {
        for (name, seed) in [("crash-a", 20_261_121), ("crash-b", 7)] {
            scope.spawn(move || rounds(name, seed));
        }
    });
}
