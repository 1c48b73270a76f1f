//! A task call with daprd hung is as fast as with daprd healthy.

use std::thread;
use std::time::{Duration, Instant};

use e2e::{Stack, User, eventually, id_of, quantile, report};
use serde_json::json;

/// Healthy and hung in turn, so that what else the machine does meets both.
const ROUNDS: usize = 6;
const CALLS_PER_ROUND: usize = 40;

/// What else the machine does may still meet one of the two alone; a call that waits for daprd is slow in every attempt.
const ATTEMPTS: usize = 4;

/// Leaves the machine to the work after the response, which only a healthy sidecar makes.
const PAUSE: Duration = Duration::from_millis(25);

/// Medians of some milliseconds differ by this much on a shared machine with nothing changed at all.
const NOISE: Duration = Duration::from_millis(2);

fn calls(user: &User, task: &str, round: usize) -> Vec<Duration> {
    let calls = (0..CALLS_PER_ROUND).map(|n| {
        thread::sleep(PAUSE);
        let body = json!({"title": format!("round {round}, call {n}, {:?}", Instant::now())});
        let begun = Instant::now();
        user.patch(task, &body).expect(200);
        begun.elapsed()
    });
    calls.collect()
}

fn wait_until_published(stack: &Stack) {
    let pending = "SELECT count(*) FROM outbox WHERE published_at IS NULL";
    eventually(Duration::from_secs(60), "an empty outbox", || {
        (stack.count(pending) == 0).then_some(())
    });
}

/// The medians with daprd healthy and with it hung.
fn medians(stack: &mut Stack, user: &User, task: &str) -> (Duration, Duration) {
    let (mut healthy, mut hung) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        wait_until_published(stack);
        healthy.extend(calls(user, task, round));
        wait_until_published(stack);
        let daprd = stack.replicas[0].daprd().process().expect("it runs");
        daprd.pause();
        hung.extend(calls(user, task, round));
        daprd.resume();
    }
    let (p99_healthy, p99_hung) = (
        quantile(healthy.clone(), 0.99),
        quantile(hung.clone(), 0.99),
    );
    let (healthy, hung) = (quantile(healthy, 0.5), quantile(hung, 0.5));
    report(&format!(
        "a task call: median {healthy:.2?} with daprd healthy, {hung:.2?} with it hung (p99 {p99_healthy:.1?}, {p99_hung:.1?}), \
         {} calls each",
        ROUNDS * CALLS_PER_ROUND
    ));
    (healthy, hung)
}

#[test]
fn a_call_with_daprd_hung_is_as_fast_as_with_daprd_healthy() {
    let mut stack = Stack::get();
    let user = stack.user();
    let task = user.create(&json!({"title": "the one"}));
    let task = id_of(&task);
    calls(&user, task, 0);
    let as_fast = (0..ATTEMPTS).any(|_| {
        let (healthy, hung) = medians(&mut stack, &user, task);
        hung <= (healthy * 6 / 5).max(healthy + NOISE)
    });
    assert!(as_fast, "in none of {ATTEMPTS} attempts");
    wait_until_published(&stack);
}
