//! Kafka away for half a minute: the outbox keeps the events, and reminders wait for them.

use std::time::Duration;

use chrono::TimeDelta;
use e2e::{Stack, Verdict, eventually, id_of, soon_after, under_load};

const AWAY: Duration = Duration::from_secs(30);

#[test]
fn kafka_stopped_for_half_a_minute() {
    let mut stack = Stack::get();
    let user = stack.user();
    let mut reminded = None;
    let ledger = under_load(&stack.urls(), |load| {
        assert!(stack.kafka.stop(), "it had to be killed");
        // Its time passes before the event that schedules it can be delivered.
        reminded = Some(user.create_reminded_in(TimeDelta::seconds(10)));
        load.go_on_for(AWAY);
        stack.kafka.start_again().expect("Kafka");
    });
    ledger.assert_nothing_refused();
    Verdict::of(&stack, "Kafka stopped for 30 s", &ledger);

    let (task, remind_at) = reminded.expect("a task");
    let id = id_of(&task);
    let notified = format!("SELECT count(*) FROM notifications WHERE task_id = '{id}'");
    eventually(soon_after(remind_at), "the late notification", || {
        (stack.count(&notified) == 1).then_some(())
    });
}
