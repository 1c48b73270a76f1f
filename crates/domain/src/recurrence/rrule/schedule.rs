//! The dates of a rule from a start: which days of a period it picks, and the first one after an instant, however far away.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};

use super::parts::{Day, Frequency, Parts};
use crate::time::{Time, ZoneRules};

/// A wall clock may show what it does up to two days from where the calendar alone would have it: a zone can skip or repeat
/// a whole day, and a gap moves a time forward.
const AROUND: Days = Days::new(2);

/// A rule from its start, which stands for what the rule leaves open.
pub(crate) struct Schedule {
    rule: Parts,
    start: NaiveDateTime,
}

impl Parts {
    /// The dates from `start` on, whose time of day they have. Where the rule names no days, they are those that are like the
    /// start: the same weekday, day of the month, month.
    pub(crate) fn from(&self, start: NaiveDateTime) -> Schedule {
        let mut rule = self.clone();
        if rule.days.is_empty() && rule.month_days.is_empty() {
            let day = i32::try_from(start.day()).unwrap_or(1);
            match rule.frequency {
                Frequency::Daily => {}
                Frequency::Weekly => rule.days.push(Day {
                    nth: 0,
                    weekday: start.weekday(),
                }),
                Frequency::Monthly => rule.month_days.push(day),
                Frequency::Yearly => {
                    rule.month_days.push(day);
                    if rule.months.is_empty() {
                        rule.months.extend(i32::try_from(start.month()));
                    }
                }
            }
        }
        Schedule { rule, start }
    }

    /// Whether there is a date at all that fits, from some start on.
    pub(super) fn fits_some_date(&self) -> bool {
        let start = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
        let rule = Self {
            interval: 1,
            ..self.clone()
        };
        let schedule = rule.from(start.into());
        (0..schedule.cycle())
            .filter_map(|k| schedule.days(k))
            .any(|days| !days.is_empty())
    }
}

impl Schedule {
    /// The first date that is later than `after`, as an instant and on the wall clock before a gap moved it. `None` when
    /// there is none up to the year 9999.
    ///
    /// Periods are looked at one after the other from the one of `after` on, for 400 years of a rule without an interval at
    /// most: 146,097 days, whatever the rule.
    pub(crate) fn first_after(
        &self,
        zone: &ZoneRules,
        after: Time,
    ) -> Option<(Time, NaiveDateTime)> {
        let from = zone.local(after)?.date().checked_sub_days(AROUND)?;
        let first = self.index(from).max(0);
        // Those around `after` may be over already.
        let last = first.saturating_add(self.cycle()).saturating_add(4);
        (first..last)
            .map_while(|k| self.days(k))
            .flatten()
            .filter(|day| *day >= from)
            .map(|day| day.and_time(self.start.time()))
            .map(|local| (zone.resolve(local), local))
            .find(|(time, _)| *time > after)
    }

    /// After how many periods the calendar repeats itself, and so does the rule: 400 years, if it has no interval. With one, it
    /// takes as many of its periods at most.
    const fn cycle(&self) -> i64 {
        match self.rule.frequency {
            Frequency::Daily => 146_097,
            Frequency::Weekly => 20_871,
            Frequency::Monthly => 4_800,
            Frequency::Yearly => 400,
        }
    }

    /// The number of the period in which a date is, or of the one before it if the interval leaves that out; the start's is 0.
    fn index(&self, date: NaiveDate) -> i64 {
        let start = self.start.date();
        let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
        let days = |from: NaiveDate| date.signed_duration_since(from).num_days();
        let periods = match self.rule.frequency {
            Frequency::Daily => days(start),
            Frequency::Weekly => self
                .week(start)
                .map_or(0, |monday| days(monday).div_euclid(7)),
            Frequency::Monthly => months(date) - months(start),
            Frequency::Yearly => i64::from(date.year()) - i64::from(start.year()),
        };
        periods.div_euclid(i64::from(self.rule.interval.max(1)))
    }

    /// The days of a period that the rule picks, in order, none before the start. `None` beyond the year 9999.
    fn days(&self, k: i64) -> Option<Vec<NaiveDate>> {
        let (first, length) = self.period(k)?;
        let start = self.start.date();
        let fits = |day: &NaiveDate| self.rule.fits(*day);
        let mut days: Vec<NaiveDate> = first.iter_days().take(length).filter(fits).collect();
        if self.rule.frequency == Frequency::Weekly {
            // The week of the start begins with it, also for BYSETPOS, as in other implementations of the rules.
            days.retain(|day| *day >= start);
        }
        if !self.rule.positions.is_empty() {
            days = self.rule.positioned(&days);
        }
        days.retain(|day| *day >= start);
        Some(days)
    }

    /// The first day of a period and how many it has.
    fn period(&self, k: i64) -> Option<(NaiveDate, usize)> {
        let start = self.start.date();
        let periods = k.checked_mul(i64::from(self.rule.interval))?;
        let days = |days: i64| Some(Days::new(u64::try_from(days).ok()?));
        let months = |months: i64| Some(Months::new(u32::try_from(months).ok()?));
        let (first, length) = match self.rule.frequency {
            Frequency::Daily => (start.checked_add_days(days(periods)?)?, 1),
            Frequency::Weekly => {
                let week = self.week(start)?;
                (week.checked_add_days(days(periods.checked_mul(7)?)?)?, 7)
            }
            Frequency::Monthly => {
                let month = start.with_day(1)?.checked_add_months(months(periods)?)?;
                (month, usize::from(month.num_days_in_month()))
            }
            Frequency::Yearly => {
                let year = start.with_ordinal(1)?;
                let year = year.checked_add_months(months(periods.checked_mul(12)?)?)?;
                (year, if year.leap_year() { 366 } else { 365 })
            }
        };
        (first.year() <= 9999).then_some((first, length))
    }

    /// The first day of the week in which a date is.
    fn week(&self, date: NaiveDate) -> Option<NaiveDate> {
        let gone = date.weekday().days_since(self.rule.week_start);
        date.checked_sub_days(Days::new(gone.into()))
    }
}

impl Parts {
    /// Whether a day is one of BYMONTH, of BYMONTHDAY and of BYDAY, as far as they are there.
    fn fits(&self, day: NaiveDate) -> bool {
        let number = |number: u32| i32::try_from(number).unwrap_or(0);
        // First, because it rules out most days.
        if !self.months.is_empty() && !self.months.contains(&number(day.month())) {
            return false;
        }
        let (of_month, month) = (number(day.day()), i32::from(day.num_days_in_month()));
        let is_month_day = self.month_days.is_empty()
            || self.month_days.contains(&of_month)
            || self.month_days.contains(&(of_month - month - 1));
        is_month_day && (self.days.is_empty() || self.fits_weekday(day, (of_month, month)))
    }

    /// Whether a day is one of BYDAY. Their numbers count within the month, and in a rule of years without BYMONTH within the
    /// year.
    fn fits_weekday(&self, day: NaiveDate, of_month: (i32, i32)) -> bool {
        let (number, length) = if self.frequency == Frequency::Yearly && self.months.is_empty() {
            let year = if day.leap_year() { 366 } else { 365 };
            (i32::try_from(day.ordinal()).unwrap_or(0), year)
        } else {
            of_month
        };
        let (nth, from_end) = ((number + 6) / 7, -((length - number) / 7 + 1));
        self.days.iter().any(|wanted| {
            wanted.weekday == day.weekday() && [0, nth, from_end].contains(&wanted.nth)
        })
    }

    /// Those of a period's days that BYSETPOS picks.
    fn positioned(&self, days: &[NaiveDate]) -> Vec<NaiveDate> {
        let length = i32::try_from(days.len()).unwrap_or(i32::MAX);
        let picked = |index: i32| {
            let position = index + 1;
            self.positions.contains(&position) || self.positions.contains(&(index - length))
        };
        let numbered = (0..length).zip(days);
        numbered
            .filter_map(|(index, day)| picked(index).then_some(*day))
            .collect()
    }
}
