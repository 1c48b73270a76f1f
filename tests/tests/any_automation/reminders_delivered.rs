//! A reminder that fired and is switched off or moved by its minutes before its event is delivered notifies no more.

use chrono::TimeDelta;
use e2e::{id_of, user};
use serde_json::{Value, json};

use super::reminders_again::triggered;

#[test]
fn its_event_makes_none_for_a_task_that_wants_another_reminder() {
    let user = user();
    let [silenced, earlier, kept] = [(); 3].map(|()| user.create_reminded_in(TimeDelta::days(1)));
    for (task, minutes) in [(&silenced.0, json!(null)), (&earlier.0, json!(1441))] {
        let change = json!({"remind_before_minutes": minutes});
        user.patch(id_of(task), &change).expect(200);
    }
    for (task, remind_at) in [&silenced, &earlier, &kept] {
        triggered(task, *remind_at)
            .deliver_successfully(&user.client, "/api/events/reminders/triggered");
    }
    for (task, _) in [&silenced, &earlier] {
        assert_eq!(user.notifications_of(task), [Value::Null; 0], "{task}");
    }
    // The task alone made the difference.
    assert_eq!(user.notifications_of(&kept.0).len(), 1);
}
