//! Which dead letters a bulk replay is about: the body of the call, with everything that is wrong reported at once.

use domain::{FieldError, FieldErrors, Time, UserId, time};
use serde_json::{Map, Value};
use storage::dead_letters::LetterFilter;
use web::Problem;

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;
const MAX_IDS: usize = 1000;

/// What the body says.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) filter: LetterFilter,
    /// Only count.
    pub(crate) dry_run: bool,
    /// How many to replay at most.
    pub(crate) limit: usize,
}

impl Selection {
    /// Reads a body; a field that is absent or null is not asked for.
    ///
    /// # Errors
    /// 422 with every field that is unknown or breaks its rule.
    pub(crate) fn of(body: Map<String, Value>) -> Result<Self, Problem> {
        let mut fields = Fields {
            left: body,
            errors: Vec::new(),
        };
        let selection = Self {
            filter: LetterFilter {
                replayed: Some(false),
                event_type: fields.take("type", text),
                user_id: fields.take("user_id", user),
                after: fields.take("after", instant),
                before: fields.take("before", instant),
                ids: fields.take("ids", ids),
            },
            dry_run: fields.take("dry_run", flag).unwrap_or_default(),
            limit: fields.take("limit", limit).unwrap_or(DEFAULT_LIMIT),
        };
        fields.finish()?;
        Ok(selection)
    }
}

struct Fields {
    left: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    fn take<T>(&mut self, name: &str, read: fn(&Value) -> Result<T, String>) -> Option<T> {
        let value = self.left.remove(name).filter(|value| !value.is_null())?;
        read(&value)
            .map_err(|message| self.reject(name, message))
            .ok()
    }

    fn reject(&mut self, field: &str, message: String) {
        let field = field.to_owned();
        self.errors.push(FieldError { field, message });
    }

    fn finish(mut self) -> Result<(), FieldErrors> {
        for name in std::mem::take(&mut self.left).keys() {
            self.reject(name, "unknown field".to_owned());
        }
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(FieldErrors(self.errors))
        }
    }
}

fn text(value: &Value) -> Result<String, String> {
    let text = value.as_str().filter(|text| !text.contains('\0'));
    text.map(str::to_owned)
        .ok_or_else(|| "must be a text without NUL characters".to_owned())
}

fn user(value: &Value) -> Result<String, String> {
    let user = UserId::parse(value.as_str().unwrap_or_default());
    user.map(|user| user.to_string())
        .map_err(|error| error.to_string())
}

fn instant(value: &Value) -> Result<Time, String> {
    time::parse_utc(value.as_str().unwrap_or_default()).map_err(|error| error.to_string())
}

fn ids(value: &Value) -> Result<Vec<String>, String> {
    let ids: Option<Vec<String>> = value
        .as_array()
        .filter(|ids| (1..=MAX_IDS).contains(&ids.len()))
        .and_then(|ids| ids.iter().map(|id| text(id).ok()).collect());
    ids.ok_or_else(|| format!("must be a list of 1 to {MAX_IDS} ids"))
}

fn flag(value: &Value) -> Result<bool, String> {
    value
        .as_bool()
        .ok_or_else(|| "must be true or false".to_owned())
}

fn limit(value: &Value) -> Result<usize, String> {
    let limit = value.as_u64().and_then(|limit| usize::try_from(limit).ok());
    limit
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or_else(|| format!("must be a whole number from 1 to {MAX_LIMIT}"))
}
