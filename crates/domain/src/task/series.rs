//! How a task joins a series, and the anchor that the series' dates are counted from.

use chrono::NaiveDateTime;

use crate::Task;
use crate::time::Time;
use crate::time::ZoneRules;

/// Puts a recurring task into its series and sets the anchor that the series' dates are counted from. Series and
/// number stay once assigned; the anchor follows the due date only when the schedule itself changed. `due_local` is the due
/// date as it was given, if that was without an offset.
pub(super) fn join_series(
    task: &mut Task,
    before: Option<&Task>,
    due_local: Option<NaiveDateTime>,
) {
    if !task.is_recurring {
        task.anchor = None;
        return;
    }
    task.series_id = task.series_id.or(Some(task.id));
    task.occurrence = task.occurrence.or(Some(1));
    let same_schedule = before.is_some_and(|before| {
        before.is_recurring
            && before.due_date == task.due_date
            && before.time_zone == task.time_zone
            && before.recurring_interval == task.recurring_interval
            && before.recurring_every == task.recurring_every
            && before.recurrence_rule == task.recurrence_rule
    });
    if !same_schedule {
        let former = before.and_then(|before| before.anchor);
        task.anchor = task
            .due_date
            .and_then(|due| anchor(due, &task.time_zone.rules(), due_local, former));
    }
}

/// What the clock shows at `due`, or what it would show if no gap had moved the time forward: as it was given now, or as
/// the series had it. Otherwise one day with a gap would move all later ones.
fn anchor(
    due: Time,
    zone: &ZoneRules,
    given: Option<NaiveDateTime>,
    former: Option<NaiveDateTime>,
) -> Option<NaiveDateTime> {
    let shown = zone.local(due)?;
    let kept = former.map(|anchor| shown.date().and_time(anchor.time()));
    given
        .or(kept)
        .filter(|asked| zone.resolve(*asked) == due)
        .or(Some(shown))
}
