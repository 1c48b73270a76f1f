//! The medians of the rounds, and how numbers are written.

use crate::results::{CallRound, Results};
use crate::stats::median;

/// The connections at which servers are compared, where that was measured.
pub(crate) const COMPARED_AT: usize = 16;

/// The results, asked for one figure at a time.
pub(crate) struct Figures<'a> {
    pub(crate) results: &'a Results,
}

/// Medians of one call at one server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Medians {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) cpu_ms: f64,
    pub(crate) postgres_cpu_ms: Option<f64>,
    pub(crate) delivered_per_second: Option<f64>,
}

impl<'a> Figures<'a> {
    pub(crate) fn new(results: &'a Results) -> Self {
        Self { results }
    }

    pub(crate) fn medians(&self, server: &str, call: &str, connections: usize) -> Option<Medians> {
        let rounds: Vec<&CallRound> = self
            .results
            .calls
            .iter()
            .filter(|round| {
                (&*round.server, &*round.call, round.connections) == (server, call, connections)
            })
            .collect();
        let of = |value: fn(&CallRound) -> Option<f64>| {
            median(rounds.iter().filter_map(|round| value(round)))
        };
        Some(Medians {
            per_second: of(|round| Some(round.per_second))?,
            p50_ms: of(|round| Some(round.p50_ms))?,
            p99_ms: of(|round| Some(round.p99_ms))?,
            cpu_ms: of(|round| Some(round.cpu_ms))?,
            postgres_cpu_ms: of(|round| round.postgres_cpu_ms),
            delivered_per_second: of(|round| round.delivered_per_second),
        })
    }

    /// The medians at the number of connections at which servers are compared.
    pub(crate) fn compared(&self, server: &str, call: &str) -> Option<Medians> {
        self.medians(server, call, self.compared_at()?)
    }

    /// The calls per second of [`Self::compared`].
    pub(crate) fn rate(&self, server: &str, call: &str) -> Option<f64> {
        self.compared(server, call)
            .map(|medians| medians.per_second)
    }

    /// In the order of the measurement, each once.
    pub(crate) fn servers(&self) -> Vec<&'a str> {
        distinct(self.results.calls.iter().map(|round| &*round.server))
    }

    pub(crate) fn calls(&self) -> Vec<&'a str> {
        distinct(self.results.calls.iter().map(|round| &*round.call))
    }

    pub(crate) fn connections(&self) -> Vec<usize> {
        distinct(self.results.calls.iter().map(|round| round.connections))
    }

    /// At which number of connections servers are compared.
    pub(crate) fn compared_at(&self) -> Option<usize> {
        let all = self.connections();
        let usual = all.iter().find(|connections| **connections == COMPARED_AT);
        usual.or(all.last()).copied()
    }

    /// The application on PostgreSQL and the bare component, on the product's own host where it was measured.
    pub(crate) fn ours_and_bare(&self) -> (&'static str, &'static str) {
        if self.servers().contains(&"ours, Spin, PostgreSQL") {
            ("ours, Spin, PostgreSQL", "bare component, Spin")
        } else {
            ("ours, devhost, PostgreSQL", "bare component, devhost")
        }
    }

    /// Calls per second of each server that has one of these calls.
    pub(crate) fn bars_of_calls(&self, calls: &[&str]) -> Vec<(String, f64)> {
        let Some(connections) = self.compared_at() else {
            return Vec::new();
        };
        let mut bars = Vec::new();
        for server in self.servers() {
            for call in calls {
                if let Some(medians) = self.medians(server, call, connections) {
                    // Of "create with event" beside "create", what it has more.
                    let first = calls.first().copied().unwrap_or_default();
                    let more = call.strip_prefix(first).unwrap_or(call);
                    let label = match more.trim_start_matches([',', ' ']) {
                        "" => server.to_owned(),
                        more => format!("{server}: {more}"),
                    };
                    bars.push((label, medians.per_second));
                }
            }
        }
        bars
    }
}

fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// With three digits that count, and commas between thousands.
pub(crate) fn number(value: f64) -> String {
    let digits = match value.abs() {
        x if x >= 99.95 => 0,
        x if x >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{value:.digits$}");
    let (whole, rest) = text
        .split_once('.')
        .map_or((&*text, None), |(a, b)| (a, Some(b)));
    let mut grouped = String::new();
    for (at, digit) in whole.char_indices() {
        let left = whole.len() - at;
        if at > 0 && left.is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match rest {
        Some(rest) => format!("{grouped}.{rest}"),
        None => grouped,
    }
}

/// The same of what may be missing.
pub(crate) fn optional(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_that_count() {
        let cases = [
            (0.0, "0.00"),
            (1.234, "1.23"),
            (9.999, "10.0"),
            (12.34, "12.3"),
            (99.96, "100"),
            (1234.5, "1,234"),
            (1_234_567.0, "1,234,567"),
            (-123.4, "-123"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected, "{value}");
        }
    }

    #[test]
    fn a_median_is_of_the_rounds_of_one_call_alone() {
        let round = |call: &str, connections, per_second| CallRound {
            server: "s".into(),
            call: call.into(),
            connections,
            per_second,
            ..CallRound::default()
        };
        let results = Results {
            calls: vec![
                round("get", 16, 3.0),
                round("get", 16, 1.0),
                round("get", 16, 2.0),
                round("get", 1, 100.0),
                round("list", 16, 100.0),
            ],
            ..Results::default()
        };
        let figures = Figures::new(&results);
        let medians = figures.medians("s", "get", 16).unwrap();
        assert_eq!((medians.per_second, medians.postgres_cpu_ms), (2.0, None));
        assert_eq!(figures.medians("s", "get", 64), None);
        assert_eq!(figures.connections(), [16, 1]);
        assert_eq!(figures.bars_of_calls(&["get"]), [("s".to_owned(), 2.0)]);
    }
}
