//! The body of a batch. What is wrong with its shape is wrong with the whole call, and told at once; what a task may be is
//! judged operation by operation, when its turn comes.

use domain::{FieldError, FieldErrors};
use http::header::IF_MATCH;
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value};
use std::collections::HashSet;

const MAX_OPERATIONS: usize = 100;
const MAX_REF: usize = 64;

/// The largest whole number that every reader of JSON keeps (RFC 8259, section 6).
const MAX_VERSION: u64 = (1 << 53) - 1;

/// One operation.
pub(super) struct Operation {
    pub(super) action: Action,
    /// `If-Match`, if there is an `if_match`.
    pub(super) conditions: HeaderMap,
}

pub(super) enum Action {
    Create {
        input: Map<String, Value>,
        /// The name under which later operations know the task.
        reference: Option<String>,
    },
    Patch {
        which: Which,
        input: Map<String, Value>,
    },
    Complete {
        which: Which,
        completed: bool,
    },
    Delete {
        which: Which,
    },
}

/// The task that an operation is about.
pub(super) enum Which {
    Id(String),
    /// The `ref` of an earlier create.
    Ref(String),
}

/// The operations of a body; every error of its shape otherwise.
pub(super) fn operations(mut body: Map<String, Value>) -> Result<Vec<Operation>, FieldErrors> {
    let mut errors = Vec::new();
    let list = match body.remove("operations") {
        Some(Value::Array(list)) if (1..=MAX_OPERATIONS).contains(&list.len()) => list,
        _ => {
            let message = format!("must be a list of 1 to {MAX_OPERATIONS} operations");
            errors.push(error("operations", message));
            Vec::new()
        }
    };
    errors.extend(body.keys().map(|name| error(name, "unknown field")));
    let (mut operations, mut refs) = (Vec::new(), HashSet::new());
    for (place, value) in list.into_iter().enumerate() {
        let mut reader = Reader::of(place, value, &mut errors);
        let operation = reader.operation();
        if let Some(Operation {
            action:
                Action::Create {
                    reference: Some(reference),
                    ..
                },
            ..
        }) = &operation
            && !refs.insert(reference.clone())
        {
            reader.error("ref", "is that of an earlier operation too");
        }
        operations.extend(operation);
    }
    if errors.is_empty() {
        Ok(operations)
    } else {
        Err(FieldErrors(errors))
    }
}

fn error(field: &str, message: impl Into<String>) -> FieldError {
    FieldError {
        field: field.to_owned(),
        message: message.into(),
    }
}

/// Takes the fields of one operation.
struct Reader<'a> {
    place: String,
    left: Map<String, Value>,
    errors: &'a mut Vec<FieldError>,
}

impl<'a> Reader<'a> {
    fn of(place: usize, value: Value, errors: &'a mut Vec<FieldError>) -> Self {
        let place = format!("operations[{place}]");
        let left = match value {
            Value::Object(fields) => fields,
            _ => {
                errors.push(error(&place, "must be an object"));
                Map::new()
            }
        };
        Self {
            place,
            left,
            errors,
        }
    }

    fn error(&mut self, field: &str, message: impl Into<String>) {
        let field = format!("{}.{field}", self.place);
        self.errors.push(error(&field, message));
    }

    /// `None` when something is wrong with it, which has been noted.
    fn operation(&mut self) -> Option<Operation> {
        let op = self.left.remove("op");
        let action = match op.as_ref().and_then(Value::as_str) {
            Some("create") => {
                let (input, reference) = (self.task(), self.reference());
                input.map(|input| Action::Create { input, reference })
            }
            Some("patch") => {
                let (which, input) = (self.which(), self.task());
                which
                    .zip(input)
                    .map(|(which, input)| Action::Patch { which, input })
            }
            Some("complete") => {
                let (which, completed) = (self.which(), self.completed());
                which.map(|which| Action::Complete { which, completed })
            }
            Some("delete") => self.which().map(|which| Action::Delete { which }),
            _ => {
                self.error("op", "must be one of create, patch, complete, delete");
                return None;
            }
        };
        let conditions = match op.as_ref().and_then(Value::as_str) {
            Some("create") => HeaderMap::new(),
            _ => self.conditions(),
        };
        for name in std::mem::take(&mut self.left).keys() {
            self.error(name, "unknown field");
        }
        Some(Operation {
            action: action?,
            conditions,
        })
    }

    /// The fields of the task, unread.
    fn task(&mut self) -> Option<Map<String, Value>> {
        match self.left.remove("task") {
            Some(Value::Object(fields)) => Some(fields),
            _ => {
                self.error("task", "must be an object with fields of a task");
                None
            }
        }
    }

    fn which(&mut self) -> Option<Which> {
        match (self.left.remove("task_id"), self.left.remove("task_ref")) {
            (Some(Value::String(id)), None) => Some(Which::Id(id)),
            (None, Some(Value::String(reference))) => Some(Which::Ref(reference)),
            _ => {
                let message = "either this or task_ref must be there, as a string";
                self.error("task_id", message);
                None
            }
        }
    }

    fn reference(&mut self) -> Option<String> {
        match self.left.remove("ref")? {
            Value::String(text) if (1..=MAX_REF).contains(&text.chars().count()) => Some(text),
            _ => {
                let message = format!("must be a string of 1 to {MAX_REF} characters");
                self.error("ref", message);
                None
            }
        }
    }

    fn completed(&mut self) -> bool {
        match self.left.remove("completed") {
            None => true,
            Some(Value::Bool(completed)) => completed,
            Some(_) => {
                self.error("completed", "must be true or false");
                true
            }
        }
    }

    /// A version, or what the header `If-Match` would say.
    fn conditions(&mut self) -> HeaderMap {
        let text = match self.left.remove("if_match") {
            None => return HeaderMap::new(),
            Some(Value::Number(version))
                if version
                    .as_u64()
                    .is_some_and(|version| version <= MAX_VERSION) =>
            {
                format!("\"{version}\"")
            }
            Some(Value::String(text)) => text,
            Some(_) => String::new(),
        };
        match HeaderValue::try_from(text) {
            Ok(value) if !value.is_empty() => HeaderMap::from_iter([(IF_MATCH, value)]),
            _ => {
                self.error("if_match", "must be a version, or a value of If-Match");
                HeaderMap::new()
            }
        }
    }
}
