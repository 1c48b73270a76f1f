//! A rule's text into its parts, or the first thing that is wrong with it.

use chrono::Weekday;

use super::RuleError;
use super::parts::{Day, FREQUENCIES, Frequency, Parts, Until, WEEKDAYS, named};
use super::values::{IN_YEAR, day, until};

/// The longest text, in bytes. The longest rule that means something is shorter.
pub(super) const MAX_LENGTH: usize = 500;

/// In the order in which they are written.
pub(super) const SUPPORTED: [&str; 9] = [
    "FREQ",
    "INTERVAL",
    "BYMONTH",
    "BYMONTHDAY",
    "BYDAY",
    "BYSETPOS",
    "WKST",
    "COUNT",
    "UNTIL",
];

/// What RFC 5545 has besides, and RFC 7529.
const UNSUPPORTED: [&str; 7] = [
    "BYSECOND",
    "BYMINUTE",
    "BYHOUR",
    "BYYEARDAY",
    "BYWEEKNO",
    "RSCALE",
    "SKIP",
];

/// How many of a weekday a month has at most.
const IN_MONTH: u32 = 5;

pub(super) fn parse(text: &str) -> Result<Parts, RuleError> {
    if text.len() > MAX_LENGTH {
        return Err(RuleError::Form);
    }
    let text = text.to_ascii_uppercase();
    let given = Given::split(text.strip_prefix("RRULE:").unwrap_or(&text))?;
    let parts = Parts {
        frequency: given.frequency()?,
        interval: given
            .number("INTERVAL", 999, "a whole number from 1 to 999")?
            .unwrap_or(1),
        months: given.numbers("BYMONTH", "months from 1 to 12", |n| (1..=12).contains(&n))?,
        month_days: given.numbers("BYMONTHDAY", "days from 1 to 31 or from -1 to -31", |n| {
            (1..=31).contains(&n.unsigned_abs())
        })?,
        days: given.days()?,
        positions: given.numbers(
            "BYSETPOS",
            "numbers from 1 to 366 or from -1 to -366",
            |n| (1..=366).contains(&n.unsigned_abs()),
        )?,
        week_start: given.week_start()?,
        count: given.number("COUNT", 100_000, "a whole number from 1 to 100000")?,
        until: given.until()?,
    };
    check_together(&parts)?;
    Ok(parts)
}

/// What RFC 5545 forbids of parts that are right by themselves.
fn check_together(parts: &Parts) -> Result<(), RuleError> {
    const DAY: RuleError = RuleError::Value(
        "BYDAY",
        "weekdays such as MO, with numbers up to 53 in a year and up to 5 in a month: 1MO, -1FR",
    );
    let no_months = parts.months.is_empty();
    let highest = match parts.frequency {
        Frequency::Daily | Frequency::Weekly => 0,
        Frequency::Yearly if no_months => IN_YEAR,
        Frequency::Monthly | Frequency::Yearly => IN_MONTH,
    };
    let numbered = parts.days.iter().map(|day| day.nth.unsigned_abs()).max();
    if numbered.is_some_and(|nth| nth > highest) {
        return Err(if highest == 0 {
            RuleError::NumberedDay
        } else {
            DAY
        });
    }
    if parts.count.is_some() && parts.until.is_some() {
        return Err(RuleError::TwoEnds);
    }
    if parts.frequency == Frequency::Weekly && !parts.month_days.is_empty() {
        return Err(RuleError::MonthDayOfWeek);
    }
    let chosen_from = !(no_months && parts.month_days.is_empty() && parts.days.is_empty());
    if !parts.positions.is_empty() && !chosen_from {
        return Err(RuleError::PositionOfNothing);
    }
    Ok(())
}

/// The values by their names.
struct Given<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Given<'a> {
    fn split(text: &'a str) -> Result<Self, RuleError> {
        let mut given: Vec<(&'static str, &'a str)> = Vec::new();
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or(RuleError::Form)?;
            if let Some(name) = UNSUPPORTED.into_iter().find(|known| *known == name) {
                return Err(RuleError::Unsupported(name));
            }
            let known = SUPPORTED.into_iter().find(|known| *known == name);
            let name = known.ok_or(RuleError::Unknown)?;
            if given.iter().any(|(before, _)| *before == name) {
                return Err(RuleError::Twice(name));
            }
            given.push((name, value));
        }
        Ok(Self(given))
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find_map(|(given, value)| (*given == name).then_some(*value))
    }

    fn frequency(&self) -> Result<Frequency, RuleError> {
        let text = self.get("FREQ").unwrap_or_default();
        named(&FREQUENCIES, text).ok_or(RuleError::Value(
            "FREQ",
            "there, and DAILY, WEEKLY, MONTHLY or YEARLY; hours and less are not supported",
        ))
    }

    fn number(
        &self,
        name: &'static str,
        max: u32,
        rule: &'static str,
    ) -> Result<Option<u32>, RuleError> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let number = text.parse().ok();
        number
            .filter(|number| (1..=max).contains(number))
            .map(Some)
            .ok_or(RuleError::Value(name, rule))
    }

    fn numbers(
        &self,
        name: &'static str,
        rule: &'static str,
        allowed: impl Fn(i32) -> bool,
    ) -> Result<Vec<i32>, RuleError> {
        let number = |text: &str| text.parse().ok().filter(|number| allowed(*number));
        let mut numbers = self.list(name, rule, number)?;
        numbers.sort_by_key(|number| (*number < 0, *number));
        numbers.dedup();
        Ok(numbers)
    }

    fn days(&self) -> Result<Vec<Day>, RuleError> {
        let mut days = self.list("BYDAY", "weekdays such as MO, 1MO or -1FR", day)?;
        days.sort_by_key(|day| (day.nth < 0, day.nth, day.weekday.num_days_from_monday()));
        days.dedup();
        Ok(days)
    }

    fn week_start(&self) -> Result<Weekday, RuleError> {
        match self.get("WKST") {
            None => Ok(Weekday::Mon),
            Some(text) => {
                named(&WEEKDAYS, text).ok_or(RuleError::Value("WKST", "a weekday such as MO"))
            }
        }
    }

    fn until(&self) -> Result<Option<Until>, RuleError> {
        match self.get("UNTIL") {
            None => Ok(None),
            Some(text) => until(text).map(Some).ok_or(RuleError::Value(
                "UNTIL",
                "a time such as 20310131T090000Z, or without Z one of time_zone, or a day such as 20310131",
            )),
        }
    }

    fn list<T>(
        &self,
        name: &'static str,
        rule: &'static str,
        item: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, RuleError> {
        let items = self.get(name).map(|text| text.split(',').map(item));
        let items: Option<Vec<T>> = items.into_iter().flatten().collect();
        items.ok_or(RuleError::Value(name, rule))
    }
}
