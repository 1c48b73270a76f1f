//! Reads the editable fields of a client's JSON object and collects everything that is wrong with them.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::validate;
use crate::FieldError;
use crate::time::{self, writable};

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
            && !wrong("recurring_interval");
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
                "is required when is_recurring is true: daily, weekly, monthly or yearly",
            );
        }
        if until_before_due {
            self.error("recurring_until", "must not be before due_date");
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
