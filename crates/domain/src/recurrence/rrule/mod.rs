//! Recurrence rules in the text form of RFC 5545 (section 3.3.10), as far as they are about days: a series has one time of day.
//!
//! The text of a task is checked when it is written. Only what works out dates takes it apart, so a component that just
//! reads tasks does not carry that.

mod parse;
mod parts;
mod schedule;
mod values;

use chrono::NaiveDateTime;
use serde::Serialize;

use crate::time::{Time, ZoneRules};

pub(super) use parts::Parts;

/// A checked rule such as `FREQ=MONTHLY;BYDAY=-1FR`, in one spelling for all that mean the same: in capitals, the parts in
/// one order, lists sorted, defaults left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RecurrenceRule(String);

/// Why a text is no rule that a series can follow. Each says what the client would have to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Not `NAME=value` after `NAME=value`, or too long.
    #[error(
        "must be a recurrence rule of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO,WE, of up to {} characters",
        parse::MAX_LENGTH
    )]
    Form,
    /// A part that RFC 5545 or 7529 has and this does not.
    #[error("{0} is not supported; {parts} are", parts = parse::SUPPORTED.join(", "))]
    Unsupported(&'static str),
    /// A part that nobody has.
    #[error("has an unknown part; those supported are {}", parse::SUPPORTED.join(", "))]
    Unknown,
    /// The same part again.
    #[error("{0} must be there only once")]
    Twice(&'static str),
    /// A part whose value is none of its kind.
    #[error("{0} must be {1}")]
    Value(&'static str, &'static str),
    /// Two ends.
    #[error("COUNT and UNTIL must not both be there")]
    TwoEnds,
    /// A day of the month in a rule of weeks (RFC 5545 forbids it).
    #[error("BYMONTHDAY must not be there with FREQ=WEEKLY")]
    MonthDayOfWeek,
    /// A numbered weekday where nothing counts it.
    #[error("BYDAY may have numbers such as 1MO or -1FR with FREQ=MONTHLY and FREQ=YEARLY only")]
    NumberedDay,
    /// A choice with nothing to choose from.
    #[error("BYSETPOS needs BYMONTH, BYMONTHDAY or BYDAY")]
    PositionOfNothing,
    /// No calendar has such a day.
    #[error("there is no date that fits this rule")]
    Never,
}

impl RecurrenceRule {
    /// Reads a rule, upper or lower case, with or without `RRULE:` before it.
    ///
    /// # Errors
    /// When it is none, has a part that is not supported, or no date can ever fit it.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let parts = parse::parse(text)?;
        if parts.fits_some_date() {
            Ok(Self(parts.to_string()))
        } else {
            Err(RuleError::Never)
        }
    }

    /// Takes a rule that was checked before it was stored.
    #[must_use]
    pub const fn trusted(text: String) -> Self {
        Self(text)
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it says. `None` for a stored text that is no rule, so that an odd row ends its series and does no harm.
    pub(super) fn parts(&self) -> Option<Parts> {
        parse::parse(&self.0).ok()
    }
}

/// What is wrong with a rule for a series with its first date at `due`, if anything is. `local` is that date on the wall clock
/// of the zone.
pub(crate) fn misfit(
    rule: &RecurrenceRule,
    due: Time,
    local: NaiveDateTime,
    zone: &ZoneRules,
) -> Option<&'static str> {
    let parts = rule.parts()?;
    if parts.ended_before(due, local) {
        return Some("UNTIL must not be before due_date");
    }
    let next = parts.from(local).first_after(zone, due);
    next.is_none()
        .then_some("has no date after due_date, from which it counts")
}

#[cfg(test)]
mod tests;
