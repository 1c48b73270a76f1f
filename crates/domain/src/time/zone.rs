//! The zone in which a recurring task keeps its wall-clock time: a checked name, resolved to rules only where needed.

use serde::Serialize;

use crate::time::ZoneRules;

/// An IANA time-zone name such as `Europe/Berlin`. Holds only the text, so that a row can be loaded without the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TimeZone(String);

/// The text is no IANA time-zone name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an IANA time zone such as UTC or Europe/Berlin")]
pub struct UnknownTimeZone;

impl TimeZone {
    /// Checks a name against the IANA database, upper and lower case as written there.
    ///
    /// # Errors
    /// When the database has no such zone or link.
    pub fn parse(text: &str) -> Result<Self, UnknownTimeZone> {
        ZoneRules::of(text).ok_or(UnknownTimeZone)?;
        Ok(Self(text.to_owned()))
    }

    /// Takes a name that was checked before it was stored.
    #[must_use]
    pub const fn trusted(name: String) -> Self {
        Self(name)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The zone's rules; UTC for a stored name that the database no longer knows, so that an old row stays usable.
    pub(crate) fn rules(&self) -> ZoneRules {
        ZoneRules::of(&self.0).unwrap_or_else(ZoneRules::utc)
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl std::fmt::Display for TimeZone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_database_are_accepted_as_written() {
        for name in [
            "UTC",
            "Etc/UTC",
            "Europe/Berlin",
            "America/Argentina/Ushuaia",
            "US/Pacific",
            "Asia/Kolkata",
        ] {
            assert_eq!(TimeZone::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for name in [
            "",
            "europe/berlin",
            "Europe/Berlin ",
            "Mars/Olympus",
            "+02:00",
            "CEST",
            "UTC\0",
        ] {
            assert_eq!(TimeZone::parse(name), Err(UnknownTimeZone), "{name:?}");
        }
    }

    #[test]
    fn a_stored_name_that_is_unknown_now_counts_as_utc() {
        let noon = "2026-01-31T12:00:00".parse().unwrap();
        let gone = TimeZone::trusted("Gone/Away".to_owned());
        assert_eq!(
            crate::time::format(gone.rules().resolve(noon)),
            "2026-01-31T12:00:00Z"
        );
    }
}
