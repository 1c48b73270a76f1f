//! Cursors: the place where the next page starts, opaque to clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The largest page.
pub const MAX_LIMIT: usize = 200;
/// The page of a client that does not ask for a size.
pub const DEFAULT_LIMIT: usize = 50;

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one starts; `null` on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of up to `limit` rows; `rows` has one more when there is a next page, which starts behind the last
    /// row shown.
    pub fn cut<'a, R, P: Serialize>(
        rows: &'a [R],
        limit: usize,
        item: impl Fn(&'a R) -> T,
        place: impl Fn(&'a R) -> P,
    ) -> Self {
        let shown = rows.get(..limit).unwrap_or(rows);
        let last = shown.last().filter(|_| rows.len() > limit);
        Self {
            items: shown.iter().map(item).collect(),
            next_cursor: last.map(|row| encode(&place(row))),
        }
    }
}

/// Packs a place.
pub fn encode(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

/// Unpacks a place; `None` when it is not one of ours. Ours has no NUL, which PostgreSQL refuses in a text.
#[must_use]
pub fn decode<T: DeserializeOwned>(cursor: &str) -> Option<T> {
    let place = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    if has_nul(&place) {
        return None;
    }
    serde_json::from_value(place).ok()
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.values().any(has_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_page_with_a_successor_has_a_cursor() {
        let page = |rows: &[i64]| Page::cut(rows, 2, |row| row * 10, |row| *row);
        assert_eq!(page(&[1, 2]).next_cursor, None);
        let first = page(&[1, 2, 3]);
        assert_eq!(first.items, [10, 20]);
        assert_eq!(decode::<i64>(&first.next_cursor.unwrap()), Some(2));
    }

    #[test]
    fn a_place_with_a_nul_is_none() {
        for place in [json!(["a\0b"]), json!({"id": "\0"})] {
            assert_eq!(decode::<Value>(&encode(&place)), None, "{place}");
        }
        let place = json!({"id": "a"});
        assert_eq!(decode(&encode(&place)), Some(place));
    }

    #[test]
    fn a_foreign_cursor_is_none() {
        for text in ["", "!", "AAAA", "bnVsbA"] {
            assert_eq!(decode::<i64>(text), None, "{text}");
        }
    }
}
