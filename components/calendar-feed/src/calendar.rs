//! Tasks as iCalendar (RFC 5545): a VTODO each, and a VEVENT for each time at which one is due. No RRULE: which date comes next
//! is for the application to say, so each occurrence is a component of its own.

use crate::lines::Lines;
use crate::occurrences::{Occurrence, soonest};
use crate::zones::{self, Zones};
use domain::{Priority, Task, Time};

/// What a program is told of how often to ask.
const REFRESH: &str = "PT1H";

/// For the programs that show no VTODO, an event has a length.
const LENGTH: &str = "PT30M";

/// Beyond this many bytes nothing is added: what is due later is left out.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The calendar of these tasks. `today` is when the day of `now` began, in UTC.
pub(crate) fn write(tasks: &[Task], now: Time, today: Time) -> String {
    let (mut zones, mut components) = (Zones::default(), Lines::default());
    for task in tasks {
        if components.len() < MOST_BYTES {
            todo(&mut components, &mut zones, task);
        }
    }
    for occurrence in soonest(tasks, now, today) {
        if components.len() < MOST_BYTES {
            event(&mut components, &mut zones, &occurrence);
        }
    }
    let mut lines = Lines::default();
    lines.begin("VCALENDAR");
    lines.line("VERSION:", "2.0");
    lines.line("PRODID:", "-//todo-backend//calendar-feed//EN");
    lines.line("CALSCALE:", "GREGORIAN");
    for name in ["NAME:", "X-WR-CALNAME:"] {
        lines.text(name, "Tasks");
    }
    for refresh in ["REFRESH-INTERVAL;VALUE=DURATION:", "X-PUBLISHED-TTL:"] {
        lines.line(refresh, REFRESH);
    }
    zones.write(&mut lines);
    if components.len() == 0 {
        // There must be a component (section 3.4).
        zones::write_utc(&mut lines);
    }
    lines.extend(&components);
    lines.end("VCALENDAR");
    lines.into_text()
}

fn todo<'a>(lines: &mut Lines, zones: &mut Zones<'a>, task: &'a Task) {
    lines.begin("VTODO");
    lines.line("UID:", &task.id.to_string());
    stamps(lines, task);
    lines.line("SEQUENCE:", &task.version.saturating_sub(1).to_string());
    if let Some(due) = task.due_date {
        zones.time(lines, "DUE", due, &task.time_zone);
    }
    texts(lines, task);
    if let Some(completed_at) = task.completed_at {
        lines.line("STATUS:", "COMPLETED");
        lines.instant("COMPLETED:", completed_at);
        lines.line("PERCENT-COMPLETE:", "100");
    } else {
        lines.line("STATUS:", "NEEDS-ACTION");
        alarm(lines, task);
    }
    lines.end("VTODO");
}

/// The reminder, of a task that has one.
fn alarm(lines: &mut Lines, task: &Task) {
    let (Some(minutes), Some(_)) = (task.remind_before_minutes, task.due_date) else {
        return;
    };
    lines.begin("VALARM");
    lines.line("ACTION:", "DISPLAY");
    lines.text("DESCRIPTION:", &task.title);
    // The end of a VTODO is when it is due.
    lines.line("TRIGGER;RELATED=END:", &format!("-PT{minutes}M"));
    lines.end("VALARM");
}

fn event<'a>(lines: &mut Lines, zones: &mut Zones<'a>, occurrence: &Occurrence<'a>) {
    let task = occurrence.task;
    lines.begin("VEVENT");
    lines.line("UID:", &occurrence.uid());
    stamps(lines, task);
    zones.time(lines, "DTSTART", occurrence.due, &task.time_zone);
    lines.line("DURATION:", LENGTH);
    // It takes no time of whoever has the calendar.
    lines.line("TRANSP:", "TRANSPARENT");
    texts(lines, task);
    lines.end("VEVENT");
}

/// Without a METHOD, DTSTAMP is when the component was changed (section 3.8.7.2); so the calendar is the same until a task is not.
fn stamps(lines: &mut Lines, task: &Task) {
    lines.instant("DTSTAMP:", task.updated_at);
    lines.instant("CREATED:", task.created_at);
    lines.instant("LAST-MODIFIED:", task.updated_at);
}

fn texts(lines: &mut Lines, task: &Task) {
    lines.text("SUMMARY:", &task.title);
    if let Some(description) = &task.description {
        lines.text("DESCRIPTION:", description);
    }
    // 1 to 4 are high, 5 is medium, 6 to 9 are low (section 3.8.1.9).
    let priority = match task.priority {
        Priority::High => "1",
        Priority::Medium => "5",
        Priority::Low => "9",
    };
    lines.line("PRIORITY:", priority);
    if !task.tags.is_empty() {
        lines.texts("CATEGORIES:", &task.tags);
    }
}
