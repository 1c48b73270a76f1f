//! Values on either side of what a schema allows: its limits, its words, its formats.

use serde_json::{Value, json};

/// What a schema takes and what it does not.
#[derive(Debug, Default)]
pub(crate) struct Examples {
    pub(crate) good: Vec<Value>,
    pub(crate) bad: Vec<Value>,
}

impl Examples {
    /// Those of a schema of `document`.
    pub(crate) fn of(document: &Value, schema: &Value) -> Self {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            return Self::of(document, document.pointer(pointer).expect(reference));
        }
        if let Some(some) = schema["anyOf"].as_array() {
            let good = some.iter().flat_map(|one| Self::of(document, one).good);
            return Self {
                good: good.collect(),
                bad: vec![json!("no\u{0}thing")],
            };
        }
        let mut examples = Self::default();
        let types = match &schema["type"] {
            Value::Array(types) => types.clone(),
            one => vec![one.clone()],
        };
        if types.contains(&json!("null")) {
            examples.good.push(Value::Null);
        } else {
            examples.bad.push(Value::Null);
        }
        match types[0].as_str().unwrap_or_default() {
            "null" => {}
            "boolean" => examples.add(&[json!(true), json!(false)], &[json!("maybe")]),
            "integer" => examples.integers(schema),
            "string" => examples.texts(schema),
            "array" => examples.lists(document, schema),
            other => panic!("no examples of {other}: {schema}"),
        }
        examples
    }

    fn add(&mut self, good: &[Value], bad: &[Value]) {
        self.good.extend_from_slice(good);
        self.bad.extend_from_slice(bad);
    }

    fn integers(&mut self, schema: &Value) {
        let least = schema["minimum"].as_i64().expect("a minimum");
        let most = schema["maximum"].as_i64().expect("a maximum");
        self.add(
            &[json!(least), json!(most)],
            &[json!(least - 1), json!(most + 1), json!("x")],
        );
    }

    fn texts(&mut self, schema: &Value) {
        if let Some(words) = schema["enum"].as_array() {
            let words = words.iter().filter(|word| word.is_string());
            self.good.extend(words.cloned());
            self.bad.push(json!("nonsense"));
            return;
        }
        match schema["format"].as_str() {
            Some("date-time") => self.add(&[json!("2031-01-31T09:00:00Z")], &[json!("tomorrow")]),
            Some("date-time-local") => self.add(&[json!("2031-01-31T09:00")], &[]),
            Some("iana-time-zone") => {
                self.add(&[json!("Europe/Berlin")], &[json!("Mars/Olympus")]);
            }
            Some("recurrence-rule") => self.add(
                &[
                    json!("FREQ=MONTHLY;BYDAY=-1FR"),
                    json!("freq=daily;count=3"),
                ],
                &[json!("weekly"), json!("FREQ=HOURLY"), json!("")],
            ),
            Some("uuid") => {
                let good = json!("00000000-0000-4000-8000-000000000000");
                self.add(&[good], &[json!("1")]);
            }
            Some(other) => panic!("no examples of {other}"),
            None => self.lengths(schema),
        }
    }

    fn lengths(&mut self, schema: &Value) {
        match schema["maxLength"].as_u64() {
            Some(most) => {
                let text = |length| json!("é".repeat(usize::try_from(length).unwrap()));
                // A user's id is ASCII.
                let ascii = schema["pattern"] == "^[!-.0-~]+$";
                let good = json!("a".repeat(usize::try_from(most).unwrap()));
                self.add(&[if ascii { good } else { text(most) }], &[text(most + 1)]);
            }
            None => self.good.push(json!("a")),
        }
        if schema["minLength"].as_u64().is_some() {
            self.bad.push(json!(""));
        }
        if schema["pattern"].is_string() {
            self.bad.push(json!("a\u{0}b"));
        }
    }

    fn lists(&mut self, document: &Value, schema: &Value) {
        let most = schema["maxItems"].as_u64().expect("a limit");
        let numbered = |count| {
            (0..count)
                .map(|n| json!(format!("t{n}")))
                .collect::<Value>()
        };
        self.add(&[numbered(most)], &[numbered(most + 1)]);
        if schema["minItems"].is_u64() {
            self.bad.push(json!([]));
        }
        let items = Self::of(document, &schema["items"]);
        self.good
            .extend(items.good.into_iter().map(|item| json!([item])));
        let bad = items.bad.into_iter().filter(|item| !item.is_null());
        self.bad.extend(bad.map(|item| json!([item])));
    }
}
