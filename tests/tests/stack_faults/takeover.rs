//! A replica that dies while it holds leases: the users of its shards wait for little more than a lease.

use std::thread;
use std::time::{Duration, Instant};

use e2e::{Stack, User, eventually, report};
use serde_json::json;

/// A lease, the time until the next relay, and what a busy machine adds.
const SILENCE: Duration = Duration::from_secs(2);

/// What else the machine does may meet one attempt.
const ATTEMPTS: usize = 4;

#[test]
fn a_replica_killed_with_its_leases_silences_nobody_for_long() {
    let mut stack = Stack::get();
    stack.add_replica().expect("a second replica");
    let mut took = Vec::new();
    for _ in 0..ATTEMPTS {
        took.push(silence(&mut stack));
        if took.last().is_some_and(|took| *took < SILENCE) {
            break;
        }
    }
    report(&format!(
        "after the replica that held the leases was killed, the next event left after {took:.0?}"
    ));
    assert!(took.iter().any(|took| *took < SILENCE), "{took:?}");
}

/// How long an event takes that is made by the other replica right after the one that holds the leases was killed.
fn silence(stack: &mut Stack) -> Duration {
    let user = stack.user();
    user.create(&json!({"title": "the drain of this one holds the shard"}));
    let held = "SELECT count(*) FROM outbox_shards WHERE expires_at > now() AT TIME ZONE 'utc'";
    let deadline = Instant::now() + Duration::from_secs(10);
    while stack.count(held) == 0 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
    }
    stack.replicas[0].kill_host();
    let other = User {
        client: stack.client_of(1),
        id: user.id.clone(),
    };
    other.create(&json!({"title": "after the kill"}));
    let begun = Instant::now();
    let pending = format!(
        "SELECT count(*) FROM outbox WHERE user_id = '{}' AND published_at IS NULL",
        user.id
    );
    eventually(Duration::from_secs(60), "the event after the kill", || {
        (stack.count(&pending) == 0).then_some(())
    });
    let took = begun.elapsed();
    stack.replicas[0].start_host().expect("the host");
    took
}
