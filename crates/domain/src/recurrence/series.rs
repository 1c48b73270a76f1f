//! The arithmetic of a series: from a position in it to the next one, in a handful of steps however far away it is.

use chrono::{Datelike, Days, Months, NaiveDateTime};

use super::Next;
use super::rrule::Parts;
use crate::time::ZoneRules;
use crate::time::{Time, can_be_due, truncate, writable};
use crate::{Interval, RecurrencePolicy, Task};

/// How many candidates are looked at on either side of the computed one: the right one is at most one away, or two where
/// a zone skipped or repeated a whole day.
const WINDOW: i64 = 2;

/// What a series' dates follow from.
pub(super) struct Series {
    zone: ZoneRules,
    dates: Dates,
    policy: RecurrencePolicy,
    until: Option<Time>,
    count: Option<u32>,
}

/// Where in the series an occurrence stands.
pub(super) struct Position {
    due: Option<Time>,
    anchor: Option<NaiveDateTime>,
    occurrence: u32,
}

/// Where the dates of a series come from.
enum Dates {
    Interval(Step),
    Rule(Parts),
}

/// The distance between two occurrences. Days and months do not convert into each other.
#[derive(Clone, Copy)]
enum Step {
    Days(i64),
    Months(i64),
}

impl Position {
    pub(super) fn of(task: &Task) -> Self {
        Self {
            due: task.due_date,
            anchor: task.anchor,
            occurrence: task.occurrence.unwrap_or(1),
        }
    }
}

impl From<Next> for Position {
    fn from(next: Next) -> Self {
        Self {
            due: Some(next.due_date),
            anchor: Some(next.anchor),
            occurrence: next.occurrence,
        }
    }
}

impl Series {
    /// `None` for a task that does not recur.
    pub(super) fn of(task: &Task) -> Option<Self> {
        if !task.is_recurring {
            return None;
        }
        let (dates, count) = match &task.recurrence_rule {
            Some(rule) => {
                let rule = rule.parts()?;
                let count = rule.count;
                (Dates::Rule(rule), count)
            }
            None => {
                let step = Step::new(task.recurring_interval?, task.recurring_every);
                (Dates::Interval(step), None)
            }
        };
        Some(Self {
            zone: task.time_zone.rules(),
            dates,
            policy: task.recurrence_policy,
            until: task.recurring_until,
            count: count.or(task.recurring_count),
        })
    }

    /// The occurrence after `at`, or `None` where the series or the calendar ends.
    pub(super) fn next(&self, at: &Position, completed_at: Time) -> Option<Next> {
        let occurrence = at.occurrence.checked_add(1)?;
        if self.count.is_some_and(|count| occurrence > count) {
            return None;
        }
        let (due_date, local, anchor) = match (self.policy, at.due) {
            (RecurrencePolicy::FromCompletion, _) | (_, None) => {
                self.after_completion(completed_at)?
            }
            (RecurrencePolicy::Each, Some(due)) => self.along_series(at.anchor, due, due)?,
            (RecurrencePolicy::SkipMissed, Some(due)) => {
                self.along_series(at.anchor, due, due.max(completed_at))?
            }
        };
        let ended = self.until.is_some_and(|until| due_date > until)
            || matches!(&self.dates, Dates::Rule(rule) if rule.ended_before(due_date, local));
        let possible = writable(due_date, &self.zone) && can_be_due(due_date);
        (!ended && possible).then_some(Next {
            due_date,
            occurrence,
            anchor,
        })
    }

    /// The first date of the series after `after`, as an instant and on the wall clock, and the anchor of the series: it starts
    /// there, or at `due` without one.
    fn along_series(
        &self,
        anchor: Option<NaiveDateTime>,
        due: Time,
        after: Time,
    ) -> Option<(Time, NaiveDateTime, NaiveDateTime)> {
        let anchor = anchor.or_else(|| self.zone.local(due))?;
        let (due_date, local) = self.first_after(anchor, after)?;
        Some((due_date, local, anchor))
    }

    /// The first date of a series that starts with the completion, from where it is counted from now on: one interval after it,
    /// or the next one of the rule.
    fn after_completion(&self, completed_at: Time) -> Option<(Time, NaiveDateTime, NaiveDateTime)> {
        let completed_at = truncate(completed_at);
        let start = self.zone.local(completed_at)?;
        let (due_date, local) = self.first_after(start, completed_at)?;
        Some((due_date, local, local))
    }

    /// The first date of a series from `anchor` that is later than `after`: as an instant and on the wall clock.
    fn first_after(&self, anchor: NaiveDateTime, after: Time) -> Option<(Time, NaiveDateTime)> {
        match &self.dates {
            Dates::Interval(step) => self.first_step_after(*step, anchor, after),
            Dates::Rule(rule) => rule.from(anchor).first_after(&self.zone, after),
        }
    }

    /// The first date `anchor + k * step`, k >= 1, that is later than `after`.
    fn first_step_after(
        &self,
        step: Step,
        anchor: NaiveDateTime,
        after: Time,
    ) -> Option<(Time, NaiveDateTime)> {
        let near = step.between(anchor, self.zone.local(after)?);
        let from = near.saturating_sub(WINDOW).max(1);
        (from..=from.saturating_add(2 * WINDOW)).find_map(|k| {
            let local = step.times(k, anchor)?;
            let time = self.zone.resolve(local);
            (time > after).then_some((time, local))
        })
    }
}

impl Step {
    fn new(interval: Interval, every: u32) -> Self {
        let every = i64::from(every.max(1));
        match interval {
            Interval::Daily => Self::Days(every),
            Interval::Weekly => Self::Days(every.saturating_mul(7)),
            Interval::Monthly => Self::Months(every),
            Interval::Yearly => Self::Months(every.saturating_mul(12)),
        }
    }

    /// How many whole steps lie between two dates, give or take one; times of day do not count.
    fn between(self, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
        let months = |date: NaiveDateTime| i64::from(date.year()) * 12 + i64::from(date.month0());
        match self {
            Self::Days(days) => to
                .date()
                .signed_duration_since(from.date())
                .num_days()
                .div_euclid(days),
            Self::Months(step) => months(to).saturating_sub(months(from)).div_euclid(step),
        }
    }

    /// `k` steps after `anchor`; a day that the month does not have becomes its last.
    fn times(self, k: i64, anchor: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Self::Days(days) => {
                anchor.checked_add_days(Days::new(u64::try_from(k.checked_mul(days)?).ok()?))
            }
            Self::Months(step) => {
                anchor.checked_add_months(Months::new(u32::try_from(k.checked_mul(step)?).ok()?))
            }
        }
    }
}
