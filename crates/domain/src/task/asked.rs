//! What a new task was asked to be, to tell a repeated request from another one.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::time::{self, Time};
use crate::{Interval, Priority, RecurrencePolicy, RecurrenceRule, Task, TimeZone};

/// The fields that a client sets, after their normalisation and with their defaults: equal for two requests that mean the
/// same, however they are written.
#[derive(Debug, Serialize)]
pub struct Asked<'a> {
    title: &'a str,
    description: Option<&'a str>,
    priority: Priority,
    tags: &'a [String],
    #[serde(serialize_with = "time::serialize_option")]
    due_date: Option<Time>,
    /// A due date without an offset that a gap of the zone moved has an anchor of its own.
    anchor: Option<String>,
    time_zone: &'a TimeZone,
    is_recurring: bool,
    recurring_interval: Option<Interval>,
    recurring_every: u32,
    recurrence_rule: Option<&'a RecurrenceRule>,
    recurrence_policy: RecurrencePolicy,
    #[serde(serialize_with = "time::serialize_option")]
    recurring_until: Option<Time>,
    recurring_count: Option<u32>,
    remind_before_minutes: Option<u32>,
}

impl Task {
    /// What this new task was asked to be.
    #[must_use]
    pub fn asked(&self) -> Asked<'_> {
        Asked {
            title: &self.title,
            description: self.description.as_deref(),
            priority: self.priority,
            tags: &self.tags,
            due_date: self.due_date,
            anchor: self.anchor.map(|anchor| anchor.to_string()),
            time_zone: &self.time_zone,
            is_recurring: self.is_recurring,
            recurring_interval: self.recurring_interval,
            recurring_every: self.recurring_every,
            recurrence_rule: self.recurrence_rule.as_ref(),
            recurrence_policy: self.recurrence_policy,
            recurring_until: self.recurring_until,
            recurring_count: self.recurring_count,
            remind_before_minutes: self.remind_before_minutes,
        }
    }
}

impl Asked<'_> {
    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether `earlier`, which [`Asked::to_json`] has written, asked for the same. A field that only one of them has was added
    /// by a release between the two, and is not compared.
    #[must_use]
    pub fn same_as(&self, earlier: &str) -> bool {
        let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).ok();
        let (Some(earlier), Some(now)) = (read(earlier), read(&self.to_json())) else {
            return false;
        };
        now.iter()
            .all(|(field, value)| earlier.get(field).is_none_or(|other| other == value))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::task;
    use serde_json::{Value, json};

    fn same(first: Value, again: Value) -> bool {
        task(again).asked().same_as(&task(first).asked().to_json())
    }

    #[test]
    fn requests_that_mean_the_same_are_the_same() {
        for (first, again) in [
            (
                json!({}),
                json!({"priority": "medium", "tags": [], "description": null}),
            ),
            (json!({"title": " x "}), json!({"title": "x"})),
            (
                json!({"tags": ["Home"]}),
                json!({"tags": [" home", "HOME"]}),
            ),
            (
                json!({"due_date": "2031-07-01T09:00:00", "time_zone": "America/New_York"}),
                json!({"due_date": "2031-07-01T15:00:00+02:00", "time_zone": "America/New_York"}),
            ),
            (
                json!({"recurrence_rule": "FREQ=WEEKLY;BYDAY=MO,TU"}),
                json!({"recurrence_rule": "freq=weekly;interval=1;byday=tu,mo"}),
            ),
        ] {
            assert!(same(first.clone(), again.clone()), "{first} {again}");
        }
    }

    #[test]
    fn each_field_makes_another_request() {
        let full = json!({
            "description": "d", "priority": "high", "tags": ["a"], "due_date": "2031-01-31T09:00:00Z",
            "time_zone": "Europe/Berlin", "is_recurring": true, "recurring_interval": "daily", "recurring_every": 2,
            "recurrence_policy": "skip_missed", "recurring_until": "2040-01-01T00:00:00Z", "recurring_count": 3,
            "remind_before_minutes": 5,
        });
        for field in full.as_object().unwrap().keys() {
            let mut other = full.clone();
            other[field] = match field.as_str() {
                // Needs its interval.
                "recurring_interval" => json!("weekly"),
                "due_date" => json!("2031-01-31T09:00:01Z"),
                _ => Value::Null,
            };
            assert!(!same(full.clone(), other.clone()), "{field}");
        }
        assert!(!same(full.clone(), json!({"title": "another"})));
        let ruled = |rule: &str| json!({"is_recurring": true, "recurrence_rule": rule});
        assert!(!same(ruled("FREQ=DAILY"), ruled("FREQ=WEEKLY")));
    }

    /// 02:30 is not on the clock that night and becomes 03:30, but the series goes on at 02:30.
    #[test]
    fn two_series_that_differ_after_their_first_date_are_not_the_same() {
        let daily = |due: &str| json!({"due_date": due, "time_zone": "America/New_York", "is_recurring": true, "recurring_interval": "daily"});
        let (in_gap, after) = (daily("2026-03-08T02:30:00"), daily("2026-03-08T03:30:00"));
        assert!(!same(in_gap, after));
    }

    #[test]
    fn a_field_that_another_release_has_is_not_compared() {
        let now = task(json!({}));
        let with = |change: &dyn Fn(&mut Value)| {
            let mut earlier = serde_json::from_str(&now.asked().to_json()).unwrap();
            change(&mut earlier);
            now.asked().same_as(&earlier.to_string())
        };
        assert!(with(&|earlier| drop(
            earlier.as_object_mut().unwrap().remove("tags")
        )));
        assert!(with(&|earlier| earlier["colour"] = json!("red")));
        assert!(!with(&|earlier| earlier["tags"] = json!(["red"])));
        assert!(!now.asked().same_as("not JSON"));
    }
}
