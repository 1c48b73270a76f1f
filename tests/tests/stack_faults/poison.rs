//! An event in which nothing is wrong and that its component cannot handle: its partition goes on in less than a minute, and
//! it is delivered again until the cause is gone, or is a dead letter after a bounded number of times.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use e2e::{SOON, Stack, User, as_operator, eventually, id_of, report};
use serde_json::{Value, json};

/// What it may cost others of its partition.
const HELD: Duration = Duration::from_secs(60);

/// More than there are partitions.
const USERS: usize = 30;

/// While it lives, no reminder of this user can be written.
struct Refused<'a> {
    stack: &'a Stack,
}

impl<'a> Refused<'a> {
    fn reminders_of(stack: &'a Stack, user: &User) -> Self {
        stack.sql(&format!(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'refused by a test'; END $$; \
             CREATE TRIGGER refuse BEFORE INSERT ON reminders FOR EACH ROW \
             WHEN (NEW.user_id = '{}') EXECUTE FUNCTION refuse()",
            user.id
        ));
        Self { stack }
    }
}

impl Drop for Refused<'_> {
    fn drop(&mut self) {
        self.stack.sql("DROP FUNCTION refuse CASCADE");
    }
}

fn create_reminded(user: &User) -> Value {
    user.create(&json!({"title": "reminded", "due_date": "2036-03-03T09:00:00Z", "remind_before_minutes": 60}))
}

fn down(stack: &Stack, user: &User) -> u64 {
    stack.count(&format!(
        "SELECT count(*) FROM redeliveries WHERE user_id = '{}'",
        user.id
    ))
}

fn dead(stack: &Stack, user: &User) -> String {
    stack.sql(&format!(
        "SELECT id, reason FROM dead_letters WHERE user_id = '{}'",
        user.id
    ))
}

#[track_caller]
fn wait_for_reminder(stack: &Stack, task: &Value) {
    let reminder = format!(
        "SELECT count(*) FROM reminders WHERE task_id = '{}'",
        id_of(task)
    );
    eventually(SOON, "the reminder", || {
        (stack.count(&reminder) == 1).then_some(())
    });
}

/// Two users of one partition, and one of another; each with a recurring task.
fn neighbours(stack: &Stack) -> [(User, Value); 3] {
    let create = |user: User| {
        let task = user.create_recurring("daily", "2026-01-01T09:00:00Z");
        (user, task)
    };
    let users: Vec<(User, Value)> = (0..USERS).map(|_| create(stack.user())).collect();
    users.iter().for_each(|(user, _)| user.wait_until_handled());
    let events = stack.events("tasks");
    let mut partitions: BTreeMap<u32, Vec<(User, Value)>> = BTreeMap::new();
    for (user, task) in users {
        let event = events
            .iter()
            .find(|event| event.user() == user.id)
            .expect("its event");
        partitions
            .entry(event.record.partition)
            .or_default()
            .push((user, task));
    }
    let shared = partitions
        .iter()
        .find(|(_, users)| users.len() > 1)
        .expect("two of one partition");
    let shared = *shared.0;
    let mut pair = partitions
        .remove(&shared)
        .expect("they are there")
        .into_iter();
    let other = partitions
        .into_values()
        .flatten()
        .next()
        .expect("another partition");
    [pair.next().expect("one"), pair.next().expect("two"), other]
}

/// Completes the task of each at the same time; how long their next occurrences took.
fn next_occurrences(users: [&(User, Value); 2]) -> [Duration; 2] {
    let begun = Instant::now();
    users
        .iter()
        .for_each(|(user, task)| drop(user.complete(id_of(task))));
    // The first should come soon: it is not to wait for the second.
    users.map(|(user, task)| {
        user.wait_for_occurrence(task, 2, HELD);
        begun.elapsed()
    })
}

#[test]
fn one_that_can_never_be_handled_holds_its_partition_for_less_than_a_minute_and_ends_as_a_dead_letter()
 {
    let stack = Stack::get();
    let [(bad, _), neighbour, elsewhere] = neighbours(&stack);
    let refused = Refused::reminders_of(&stack, &bad);
    let task = create_reminded(&bad);
    let published = format!(
        "SELECT count(*) FROM outbox WHERE user_id = '{}' AND published_at IS NULL",
        bad.id
    );
    eventually(SOON, "its publication", || {
        (stack.count(&published) == 0).then_some(())
    });
    let [others, held] = next_occurrences([&elsewhere, &neighbour]);
    report(&format!(
        "beside an event that fails for ever: {held:.1?} in its partition, {others:.1?} in another"
    ));
    assert!(held < HELD, "{held:?}");
    assert!(others < SOON && others < held, "{others:?}");

    eventually(SOON, "its redelivery", || {
        (down(&stack, &bad) == 1).then_some(())
    });
    assert_eq!(dead(&stack, &bad), "");
    // All its attempts without the pauses between them.
    let now = format!(
        "UPDATE redeliveries SET next_attempt_at = created FROM (SELECT now() AT TIME ZONE 'utc' AS created) AS n \
         WHERE user_id = '{}'",
        bad.id
    );
    let letter = eventually(Duration::from_secs(90), "the dead letter", || {
        stack.sql(&now);
        Some(dead(&stack, &bad)).filter(|letter| !letter.is_empty())
    });
    let (id, reason) = letter.split_once('|').expect("two columns");
    assert!(
        reason.contains("6 redeliveries: the database does not answer"),
        "{reason}"
    );
    stack.wait_for_alert(id);
    eventually(SOON, "no further redelivery", || {
        (down(&stack, &bad) == 0).then_some(())
    });

    drop(refused);
    let path = format!("/ops/dead-letters/{id}/replay");
    as_operator(&bad.client, "POST", &path).send().expect(200);
    wait_for_reminder(&stack, &task);
}

#[test]
fn one_whose_cause_passes_is_handled_without_an_operator() {
    let stack = Stack::get();
    let user = stack.user();
    let refused = Refused::reminders_of(&stack, &user);
    let task = create_reminded(&user);
    eventually(HELD, "its redelivery", || {
        (down(&stack, &user) == 1).then_some(())
    });
    drop(refused);
    wait_for_reminder(&stack, &task);
    eventually(SOON, "no further redelivery", || {
        (down(&stack, &user) == 0).then_some(())
    });
    assert_eq!(dead(&stack, &user), "");
}
