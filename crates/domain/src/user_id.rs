//! Whose task it is: the path segment that names a user, and the partition key of every event.

use serde::Serialize;

/// A user's id: 1 to 128 visible ASCII characters without `/`, and neither `events`, `.` nor `..`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct UserId(String);

/// Why a text is no user id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserIdError {
    /// Empty, too long, or a character that may not be in it.
    #[error("user_id must be 1 to 128 visible ASCII characters without `/`")]
    Characters,
    /// `events` would collide with the route `/api/events`; `.` and `..` are no segments of their own in an address, not
    /// even percent-encoded (RFC 3986, section 5.2.4; the URL standard), so clients could not name such a user.
    #[error("user_id must not be `events`, `.` or `..`: they are reserved")]
    Reserved,
}

impl UserId {
    /// Longest user id, in characters.
    pub const MAX: usize = 128;

    /// Checks a decoded path segment or an event's field.
    ///
    /// # Errors
    /// When the text breaks the rule of [`UserId`].
    pub fn parse(text: &str) -> Result<Self, UserIdError> {
        let visible = |byte: u8| (0x21..=0x7e).contains(&byte) && byte != b'/';
        if text.is_empty() || text.len() > Self::MAX || !text.bytes().all(visible) {
            return Err(UserIdError::Characters);
        }
        if ["events", ".", ".."].contains(&text) {
            return Err(UserIdError::Reserved);
        }
        Ok(Self(text.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for UserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visible_ascii_up_to_128_characters_is_accepted() {
        let longest = "a".repeat(128);
        for text in [
            "a",
            "user@example.com",
            "auth0|5f7c",
            "!~",
            "Events",
            "events2",
            "...",
            ".a",
            &longest,
        ] {
            assert_eq!(UserId::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let too_long = "a".repeat(129);
        for text in [
            "",
            "a/b",
            "a b",
            "tab\t",
            "nul\0",
            "jos\u{e9}",
            "\u{7f}",
            &too_long,
        ] {
            assert_eq!(
                UserId::parse(text),
                Err(UserIdError::Characters),
                "{text:?}"
            );
        }
        for text in ["events", ".", ".."] {
            assert_eq!(UserId::parse(text), Err(UserIdError::Reserved), "{text}");
        }
    }
}
