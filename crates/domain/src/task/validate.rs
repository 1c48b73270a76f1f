//! The rule of each single field: a JSON value in, the field's value or what to tell the client out.

use serde_json::Value;

use crate::time::{self, Time};
use crate::{Interval, Priority, RecurrencePolicy, RecurrenceRule, TimeZone};

/// The field's value, or the rule that it breaks.
type Checked<T> = Result<T, String>;

const TITLE: &str = "must be a string of 1 to 200 characters without control characters";
const DESCRIPTION: &str =
    "must be null or a string of up to 4000 characters without control characters";
const TAGS: &str =
    "must be a list of up to 10 strings, each of 1 to 50 characters without control characters";

pub(super) fn title(value: &Value) -> Checked<String> {
    let title = value.as_str().ok_or(TITLE)?.trim();
    plain(title, 200)
        .then(|| title.to_owned())
        .ok_or_else(|| TITLE.to_owned())
}

/// Stored as given; line breaks and tabs are the only control characters a text may have.
pub(super) fn description(value: &Value) -> Checked<Option<String>> {
    let text = value.as_str().ok_or(DESCRIPTION)?;
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().count() > 4000 || text.contains(control) {
        return Err(DESCRIPTION.to_owned());
    }
    Ok(Some(text.to_owned()))
}

pub(super) fn tags(value: &Value) -> Checked<Vec<String>> {
    let given = value.as_array().ok_or(TAGS)?;
    if given.len() > 10 {
        return Err(TAGS.to_owned());
    }
    let mut tags: Vec<String> = Vec::new();
    for value in given {
        let tag = value.as_str().ok_or(TAGS)?.trim().to_lowercase();
        if !plain(&tag, 50) {
            return Err(TAGS.to_owned());
        }
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

pub(super) fn priority(value: &Value) -> Checked<Priority> {
    value
        .as_str()
        .and_then(Priority::parse)
        .ok_or_else(|| "must be one of low, medium, high".to_owned())
}

pub(super) fn interval(value: &Value) -> Checked<Option<Interval>> {
    let interval = value.as_str().and_then(Interval::parse);
    interval
        .map(Some)
        .ok_or_else(|| "must be null or one of daily, weekly, monthly, yearly".to_owned())
}

pub(super) fn rule(value: &Value) -> Checked<Option<RecurrenceRule>> {
    let rule = RecurrenceRule::parse(value.as_str().unwrap_or_default());
    rule.map(Some).map_err(|error| error.to_string())
}

pub(super) fn policy(value: &Value) -> Checked<RecurrencePolicy> {
    let policy = value.as_str().and_then(RecurrencePolicy::parse);
    policy.ok_or_else(|| "must be one of each, skip_missed, from_completion".to_owned())
}

pub(super) fn time_zone(value: &Value) -> Checked<TimeZone> {
    TimeZone::parse(value.as_str().unwrap_or_default()).map_err(|error| error.to_string())
}

/// A time; one without an offset is read in `zone`.
pub(super) fn time(value: &Value, zone: &TimeZone) -> Checked<Option<Time>> {
    let time = time::parse(value.as_str().unwrap_or_default(), zone);
    time.map(Some).map_err(|error| error.to_string())
}

/// The same for the due date, which has one instant less.
pub(super) fn due_date(value: &Value, zone: &TimeZone) -> Checked<Option<Time>> {
    match time(value, zone)? {
        Some(due) if !time::can_be_due(due) => {
            Err("must be before 9999-12-31T23:59:59.999999Z".to_owned())
        }
        due => Ok(due),
    }
}

pub(super) fn flag(value: &Value) -> Checked<bool> {
    value
        .as_bool()
        .ok_or_else(|| "must be true or false".to_owned())
}

/// A whole number from `min` to `max`.
pub(super) fn number(value: &Value, min: u32, max: u32) -> Checked<u32> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    number
        .filter(|number| (min..=max).contains(number))
        .ok_or_else(|| format!("must be a whole number from {min} to {max}"))
}

/// The same, where null is allowed too.
pub(super) fn optional_number(value: &Value, min: u32, max: u32) -> Checked<Option<u32>> {
    number(value, min, max)
        .map(Some)
        .map_err(|_| format!("must be null or a whole number from {min} to {max}"))
}

/// 1 to `max` characters, none of them a control character (PostgreSQL cannot even store NUL).
fn plain(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.chars().count()) && !text.contains(char::is_control)
}
