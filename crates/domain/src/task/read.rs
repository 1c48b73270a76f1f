//! Reads the editable fields of a client's JSON object and collects everything that is wrong with them.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::validate;
use crate::time::{self, writable};
use crate::{FieldError, recurrence};

/// What the fields of an interval are told where there is a rule instead.
const BESIDE_RULE: &str =
    "must be null with a recurrence_rule, which has its own INTERVAL, UNTIL and COUNT";

/// The object being read, and what was wrong so far.
pub(super) struct Reader<'a> {
    input: &'a Map<String, Value>,
    errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(input: &'a Map<String, Value>) -> Self {
        Self {
            input,
            errors: Vec::new(),
        }
    }

    /// Everything that was wrong, in the order in which it was found.
    pub(super) fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }

    pub(super) fn error(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// `fields` with what the input says about them: an absent field stays, null is the default (RFC 7396: removed).
    pub(super) fn read(&mut self, mut fields: Fields) -> Fields {
        let default = Fields::default();
        self.title(&mut fields.title);
        self.field(
            "description",
            &mut fields.description,
            default.description,
            validate::description,
        );
        self.field(
            "priority",
            &mut fields.priority,
            default.priority,
            validate::priority,
        );
        self.field("tags", &mut fields.tags, default.tags, validate::tags);
        // Before the times: those without an offset are read in the zone that the task will have.
        self.field(
            "time_zone",
            &mut fields.time_zone,
            default.time_zone,
            validate::time_zone,
        );
        let zone = fields.time_zone.clone();
        self.field("due_date", &mut fields.due_date, None, |v| {
            validate::due_date(v, &zone)
        });
        let due_text = self.input.get("due_date").and_then(Value::as_str);
        fields.due_local = due_text.and_then(|text| time::parse_local(text).ok()?);
        self.field(
            "is_recurring",
            &mut fields.is_recurring,
            false,
            validate::flag,
        );
        self.field(
            "recurring_interval",
            &mut fields.recurring_interval,
            None,
            validate::interval,
        );
        self.field("recurring_every", &mut fields.recurring_every, 1, |v| {
            validate::number(v, 1, 999)
        });
        self.field(
            "recurrence_rule",
            &mut fields.recurrence_rule,
            None,
            validate::rule,
        );
        self.field(
            "recurrence_policy",
            &mut fields.recurrence_policy,
            default.recurrence_policy,
            validate::policy,
        );
        self.field("recurring_until", &mut fields.recurring_until, None, |v| {
            validate::time(v, &zone)
        });
        self.field("recurring_count", &mut fields.recurring_count, None, |v| {
            validate::optional_number(v, 1, 100_000)
        });
        self.field(
            "remind_before_minutes",
            &mut fields.remind_before_minutes,
            None,
            |v| validate::optional_number(v, 0, 525_600),
        );
        self.check_together(&fields);
        fields
    }

    /// The only field without a default: an empty one is a task that never had a title.
    fn title(&mut self, title: &mut String) {
        match self.input.get("title") {
            None if title.is_empty() => self.error("title", "is required"),
            None => {}
            Some(value) => match validate::title(value) {
                Ok(text) => *title = text,
                Err(message) => self.error("title", message),
            },
        }
    }

    fn field<T>(
        &mut self,
        name: &str,
        target: &mut T,
        default: T,
        parse: impl FnOnce(&Value) -> Result<T, String>,
    ) {
        match self.input.get(name) {
            None => {}
            Some(Value::Null) => *target = default,
            Some(value) => match parse(value) {
                Ok(value) => *target = value,
                Err(message) => self.error(name, message),
            },
        }
    }

    /// The rules between fields; each only when the fields it compares are right by themselves.
    fn check_together(&mut self, fields: &Fields) {
        let wrong = |name: &str| self.errors.iter().any(|error| error.field == name);
        let no_interval = fields.is_recurring
            && fields.recurring_interval.is_none()
            && fields.recurrence_rule.is_none()
            && !wrong("recurring_interval")
            && !wrong("recurrence_rule");
        // An end that a task kept from a former series does not matter until it recurs again.
        let ends = fields.is_recurring || self.input.contains_key("recurring_until");
        let times_right = !["time_zone", "due_date", "recurring_until"]
            .into_iter()
            .any(wrong);
        let until_before_due = fields
            .recurring_until
            .zip(fields.due_date)
            .is_some_and(|(until, due)| ends && times_right && until < due);
        // Times that come along with the zone have been checked with it already.
        if times_right && self.input.contains_key("time_zone") && leave_the_calendar(fields) {
            self.error(
                "time_zone",
                "takes due_date or recurring_until out of the years 0001 to 9999",
            );
        }
        if no_interval {
            self.error(
                "recurring_interval",
                "is required when is_recurring is true: daily, weekly, monthly or yearly, unless there is a recurrence_rule",
            );
        }
        if until_before_due {
            self.error("recurring_until", "must not be before due_date");
        }
        if fields.is_recurring {
            self.check_rule(fields, times_right);
        }
    }

    /// A rule has its own interval and end, and must go on from the due date.
    fn check_rule(&mut self, fields: &Fields, times_right: bool) {
        let Some(rule) = &fields.recurrence_rule else {
            return;
        };
        for (name, beside) in [
            ("recurring_interval", fields.recurring_interval.is_some()),
            ("recurring_every", fields.recurring_every != 1),
            ("recurring_until", fields.recurring_until.is_some()),
            ("recurring_count", fields.recurring_count.is_some()),
        ] {
            if beside {
                self.error(name, BESIDE_RULE);
            }
        }
        // What has been stored is not judged again: its calendar may be at its end.
        let schedule = ["recurrence_rule", "is_recurring", "due_date", "time_zone"];
        let given = schedule.iter().any(|name| self.input.contains_key(*name));
        let Some(due) = fields.due_date.filter(|_| given && times_right) else {
            return;
        };
        let zone = fields.time_zone.rules();
        let local = fields.due_local.or_else(|| zone.local(due));
        let misfit = local.and_then(|local| recurrence::misfit(rule, due, local, &zone));
        if let Some(message) = misfit {
            self.error("recurrence_rule", message);
        }
    }
}

/// Whether the clocks of the task's zone show one of its times in a year that no client can write.
fn leave_the_calendar(fields: &Fields) -> bool {
    let zone = fields.time_zone.rules();
    let mut times = [fields.due_date, fields.recurring_until]
        .into_iter()
        .flatten();
    times.any(|time| !writable(time, &zone))
}
