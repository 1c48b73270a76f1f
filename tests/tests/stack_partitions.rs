//! One of two Kafka brokers killed: half of the partitions have no leader. Their users wait, and nobody else does.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use e2e::{KafkaEvent, Stack, User, eventually, first_occurrences, report};
use serde_json::json;

const USERS: usize = 40;

/// Longer than ten attempts would take, so that an event that used them up would be a dead letter.
const AWAY: Duration = Duration::from_secs(25);

/// Until then each user may have had its first failure, which its call to the sidecar shares with others.
const FIRST_FAILURES: Duration = Duration::from_secs(8);

/// How long an event of a user whose partition is well may take, at the median and nearly always.
const MEDIAN: f64 = 1.0;
const NEARLY_ALWAYS: f64 = 5.0;

fn list(users: &[User]) -> String {
    let names: Vec<String> = users.iter().map(|user| format!("'{}'", user.id)).collect();
    names.join(", ")
}

fn wait_until_published(stack: &Stack, users: &[User]) {
    let pending = format!(
        "SELECT count(*) FROM outbox WHERE published_at IS NULL AND user_id IN ({})",
        list(users)
    );
    eventually(Duration::from_secs(120), "an empty outbox", || {
        (stack.count(&pending) == 0).then_some(())
    });
}

#[test]
fn a_partition_without_a_leader_stops_its_own_users_and_nobody_else() {
    let mut stack = Stack::with_brokers(2);
    let users: Vec<User> = (0..USERS).map(|_| stack.user()).collect();
    let work = |n: usize| {
        for user in &users {
            user.create(&json!({"title": format!("task {n}")}));
        }
    };
    work(0);
    wait_until_published(&stack, &users);

    stack.kafka.more()[0].kill();
    let killed = Instant::now();
    let mut counted_from = String::new();
    for n in 1.. {
        if killed.elapsed() > AWAY {
            break;
        }
        if counted_from.is_empty() && killed.elapsed() > FIRST_FAILURES {
            counted_from = stack.sql("SELECT clock_timestamp() AT TIME ZONE 'utc'");
        }
        work(n);
        thread::sleep(Duration::from_millis(500));
    }
    let well = published_during(&stack, &users, &counted_from);
    let ill = USERS - well.len();
    assert!(well.len() >= USERS / 5, "only {} users go on", well.len());
    assert!(
        ill >= USERS / 5,
        "no partition is without a leader: {ill} users wait"
    );
    assert_quick(&stack, &well, &counted_from, ill);

    stack.kafka.more()[0].start_again().expect("the broker");
    wait_until_published(&stack, &users);
    let untouched = format!(
        "SELECT count(*) FROM outbox WHERE user_id IN ({}) AND (attempts > 0 OR dead_at IS NOT NULL)",
        list(&users)
    );
    assert_eq!(stack.count(&untouched), 0, "an outage used up attempts");
    assert_complete_and_in_order(&stack, &users);
}

/// The users of which something was published that they made after `from`.
fn published_during(stack: &Stack, users: &[User], from: &str) -> Vec<String> {
    let published = stack.sql(&format!(
        "SELECT DISTINCT user_id FROM outbox WHERE user_id IN ({}) AND created_at > '{from}' AND published_at IS NOT NULL",
        list(users)
    ));
    published.lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_quick(stack: &Stack, well: &[String], from: &str, ill: usize) {
    let well: Vec<String> = well.iter().map(|user| format!("'{user}'")).collect();
    let lag = stack.sql(&format!(
        "SELECT percentile_cont(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (ORDER BY extract(epoch FROM \
         COALESCE(published_at, clock_timestamp() AT TIME ZONE 'utc') - created_at)) \
         FROM outbox WHERE user_id IN ({}) AND created_at > '{from}'",
        well.join(", ")
    ));
    let lag: Vec<f64> = lag
        .trim_matches(['{', '}'])
        .split(',')
        .map(|number| number.parse().expect("a number"))
        .collect();
    report(&format!(
        "a broker of two killed: {ill} users wait; the events of the other {} left after {:.0} ms, p95 {:.0} ms, at most \
         {:.0} ms",
        well.len(),
        lag[0] * 1e3,
        lag[1] * 1e3,
        lag[2] * 1e3
    ));
    assert!(lag[0] < MEDIAN && lag[1] < NEARLY_ALWAYS, "{lag:?} s");
}

#[track_caller]
fn assert_complete_and_in_order(stack: &Stack, users: &[User]) {
    let events = stack.events("tasks");
    for user in users {
        let of_user: Vec<&KafkaEvent> = events
            .iter()
            .filter(|event| event.user() == user.id)
            .collect();
        let got: Vec<&str> = first_occurrences(&of_user)
            .into_iter()
            .map(KafkaEvent::id)
            .collect();
        let want = stack.sql(&format!(
            "SELECT event_id FROM outbox WHERE user_id = '{}' AND type LIKE 'task.%' ORDER BY seq",
            user.id
        ));
        assert!(
            want.lines().eq(got.iter().copied()),
            "the events of {} are not all there in order",
            user.id
        );
    }
    let partitions: BTreeSet<u32> = events.iter().map(|event| event.record.partition).collect();
    assert!(partitions.len() > 1);
}
