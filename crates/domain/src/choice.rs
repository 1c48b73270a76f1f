//! The closed sets of values that a task's fields may take, under the names they have in JSON and in the database.

/// An enum with one fixed text per variant: `as_str`, `parse`, `Display` and serde all speak that text.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text of this value in JSON and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value with exactly this text (case-sensitive).
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use choice;

choice! {
    /// How important a task is. Ordered: low is less than high.
    #[derive(PartialOrd, Ord, Default)]
    Priority {
        /// Can wait.
        Low = "low",
        /// The default.
        #[default]
        Medium = "medium",
        /// First.
        High = "high",
    }
}

impl Priority {
    /// The number a database sorts by: 0 (low) to 2 (high).
    #[must_use]
    pub const fn rank(self) -> i64 {
        match self {
            Self::Low => 0,
            Self::Medium => 1,
            Self::High => 2,
        }
    }

    /// The priority with this rank; `None` outside 0 to 2.
    #[must_use]
    pub const fn from_rank(rank: i64) -> Option<Self> {
        match rank {
            0 => Some(Self::Low),
            1 => Some(Self::Medium),
            2 => Some(Self::High),
            _ => None,
        }
    }
}

choice! {
    /// The calendar unit of a recurring task; `recurring_every` says how many of it lie between two occurrences.
    Interval {
        /// Calendar days.
        Daily = "daily",
        /// Seven calendar days.
        Weekly = "weekly",
        /// Calendar months, on the series' original day or the month's last.
        Monthly = "monthly",
        /// Twelve calendar months.
        Yearly = "yearly",
    }
}

choice! {
    /// Which date the occurrence after a completed one gets.
    #[derive(Default)]
    RecurrencePolicy {
        /// The date of the series after this due date, even when it is past already.
        #[default]
        Each = "each",
        /// The first date of the series after both the due date and the completion.
        SkipMissed = "skip_missed",
        /// The completion time plus the interval.
        FromCompletion = "from_completion",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_parses_back_from_its_text() {
        for value in Priority::ALL {
            assert_eq!(Priority::parse(value.as_str()), Some(*value));
            assert_eq!(Priority::from_rank(value.rank()), Some(*value));
        }
        for value in Interval::ALL {
            assert_eq!(Interval::parse(value.as_str()), Some(*value));
        }
        for value in RecurrencePolicy::ALL {
            assert_eq!(RecurrencePolicy::parse(value.as_str()), Some(*value));
            assert_eq!(serde_json::to_value(value).unwrap(), value.as_str());
        }
    }

    #[test]
    fn other_texts_and_ranks_are_refused() {
        for text in ["", "High", "high ", "urgent"] {
            assert_eq!(Priority::parse(text), None, "{text}");
        }
        assert_eq!(Priority::from_rank(-1), None);
        assert_eq!(Priority::from_rank(3), None);
    }

    #[test]
    fn priorities_sort_by_importance() {
        assert!(Priority::Low < Priority::Medium && Priority::Medium < Priority::High);
    }
}
