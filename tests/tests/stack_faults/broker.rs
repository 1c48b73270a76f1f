//! Kafka away for half a minute: the outbox keeps the events, and reminders wait for them.

use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta, Utc};
use e2e::{SOON, Stack, Verdict, eventually, id_of, under_load};
use serde_json::json;

const AWAY: Duration = Duration::from_secs(30);

#[test]
fn kafka_stopped_for_half_a_minute() {
    let mut stack = Stack::get();
    let user = stack.user();
    let mut reminded = None;
    let ledger = under_load(&stack.urls(), |load| {
        assert!(stack.kafka.stop(), "it had to be killed");
        // Its time passes before the event that schedules it can be delivered.
        let due = Utc::now() + TimeDelta::hours(24) + TimeDelta::seconds(10);
        let due = due.to_rfc3339_opts(SecondsFormat::Millis, true);
        reminded = Some(user.create(&json!({"title": "remind me", "due_date": due})));
        load.go_on_for(AWAY);
        stack.kafka.start_again().expect("Kafka");
    });
    ledger.assert_nothing_refused();
    Verdict::of(&stack, "Kafka stopped for 30 s", &ledger);

    let task = reminded.expect("a task");
    let id = id_of(&task);
    let notified = format!("SELECT count(*) FROM notifications WHERE task_id = '{id}'");
    eventually(SOON, "the late notification", || {
        (stack.count(&notified) == 1).then_some(())
    });
}
