//! Whatever handlers do at once while the task changes, and in whatever order its events come: when each has come once, the
//! reminder is that of the last change.

use chrono::TimeDelta;
use e2e::{Random, User, at_once, id_of};
use serde_json::{Value, json};

use crate::held::{Held, deliver_event, events};
use crate::newer_wins::on_postgres;

/// Changes all that a reminder follows from, and comes back to where it began.
fn change(user: &User, task: &Value) {
    let id = id_of(task);
    user.complete(id);
    user.reopen(id);
    for change in [
        json!({"due_date": "2036-01-01T09:00:00Z"}),
        json!({"title": "typo fixed"}),
        json!({"remind_before_minutes": null}),
        json!({"due_date": task["due_date"], "remind_before_minutes": 1440}),
    ] {
        user.patch(id, &change).expect(200);
    }
    user.delete(id).expect(204);
    user.call("POST", &format!("/{id}/restore"))
        .send()
        .expect(200);
}

fn the_last_change_wins(held: &Held) {
    for (seed, completed) in [(1, false), (2, true)] {
        let user = held.user();
        let (task, _) = user.create_reminded_in(TimeDelta::days(1));
        at_once(4, |n| {
            if n == 0 {
                change(&user, &task);
                change(&user, &task);
                if completed {
                    user.complete(id_of(&task));
                }
                return;
            }
            let mut random = Random::new(seed * 10 + n as u64);
            for _ in 0..20 {
                let events = events(&user, &task);
                deliver_event(&user, &events[random.below(events.len() as u64) as usize]);
            }
        });
        let all = events(&user, &task);
        for event in &all {
            deliver_event(&user, event);
        }
        let set = "remind_at IS NOT NULL AND due_date < '2036-01-01'";
        let expected = i64::from(!completed);
        assert_eq!(held.reminders(&task, set), expected, "{completed}");
        let last = format!("version = {}", all[0]["data"]["version"]);
        assert_eq!(held.reminders(&task, &last), 1, "{last}");
    }
}

#[test]
fn the_last_change_wins_on_sqlite() {
    the_last_change_wins(&Held::on_sqlite("reminders-order"));
}

#[test]
fn the_last_change_wins_on_postgres() {
    the_last_change_wins(&on_postgres());
}
