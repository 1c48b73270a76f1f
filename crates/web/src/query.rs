//! Query parameters: each is taken by name, what nobody took is an error, and every error is reported at once.

use crate::{Problem, cursor};
use domain::{FieldError, Time, time};
use http::Uri;
use serde::de::DeserializeOwned;

/// The parameters of a request that nobody has taken yet, and what was wrong with those taken.
#[derive(Debug, Default)]
pub struct Query {
    left: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Query {
    /// Reads the query of a URI.
    #[must_use]
    pub fn of(uri: &Uri) -> Self {
        let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self {
            left: pairs.into_owned().collect(),
            errors: Vec::new(),
        }
    }

    /// Whether nobody has taken this parameter yet.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.left.iter().any(|(given, _)| given == name)
    }

    /// Takes every value of a parameter.
    pub fn all(&mut self, name: &str) -> Vec<String> {
        let (taken, left) = std::mem::take(&mut self.left)
            .into_iter()
            .partition(|(given, _)| given == name);
        self.left = left;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// Takes the only value of a parameter and reads it; what `read` rejects with a message is an error.
    pub fn one<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let values = self.all(name);
        let result = match values.as_slice() {
            [] => return None,
            [value] if value.contains('\0') => Err("contains a NUL character".to_owned()),
            [value] => read(value),
            _ => Err("is given more than once".to_owned()),
        };
        result.map_err(|message| self.reject(name, message)).ok()
    }

    /// Takes a parameter that is one of some words.
    pub fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        self.one(name, |value| {
            let found = choices.iter().find(|(word, _)| *word == value);
            found.map(|(_, choice)| *choice).ok_or_else(|| {
                let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
                format!("must be one of {}", words.join(", "))
            })
        })
    }

    /// Takes a whole number within a range.
    pub fn number(&mut self, name: &str, range: std::ops::RangeInclusive<usize>) -> Option<usize> {
        self.one(name, |value| {
            let number = value.parse().ok().filter(|number| range.contains(number));
            number.ok_or_else(|| {
                format!(
                    "must be a whole number from {} to {}",
                    range.start(),
                    range.end()
                )
            })
        })
    }

    /// Takes an RFC 3339 time with an offset. A plus sign that the client did not encode has become a space.
    pub fn time(&mut self, name: &str) -> Option<Time> {
        self.one(name, |value| {
            time::parse_utc(&value.replace(' ', "+")).map_err(|error| error.to_string())
        })
    }

    /// Takes a cursor; what `read` does not recognise is not one of this list.
    pub fn cursor<P: DeserializeOwned, T>(
        &mut self,
        read: impl FnOnce(P) -> Option<T>,
    ) -> Option<T> {
        self.one("cursor", |text| {
            let place = cursor::decode(text).and_then(read);
            place.ok_or_else(|| "is not a cursor of this list in this order".to_owned())
        })
    }

    /// Takes the size of a page.
    pub fn limit(&mut self) -> usize {
        self.number("limit", 1..=cursor::MAX_LIMIT)
            .unwrap_or(cursor::DEFAULT_LIMIT)
    }

    /// Notes an error.
    pub fn reject(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError {
            field: name.to_owned(),
            message: message.into(),
        });
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// 400 with every error, and every parameter that nobody took.
    pub fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in std::mem::take(&mut self.left) {
            self.reject(&name, "unknown parameter");
        }
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::bad_query(self.errors))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query::of(&format!("/x?{text}").parse().unwrap())
    }

    #[test]
    fn values_are_decoded_and_taken_once() {
        let mut query = query("tag=a+b&tag=%C3%A9&limit=7");
        assert_eq!(query.all("tag"), ["a b", "é"]);
        assert_eq!(query.number("limit", 1..=200), Some(7));
        assert!(query.finish().is_ok());
    }

    #[test]
    fn every_error_is_reported() {
        let mut query = query("limit=0&order=up&order=down&nope=1&q=%00");
        query.number("limit", 1..=200);
        query.choice("order", &[("asc", 1), ("desc", 2)]);
        query.one("q", |text| Ok(text.to_owned()));
        let body = query.finish().unwrap_err().into_response().into_body();
        let text = String::from_utf8(body).unwrap();
        for name in ["limit", "order", "nope", "q"] {
            assert!(text.contains(&format!("\"field\":\"{name}\"")), "{text}");
        }
    }
}
