//! GET /api/:user_id/stats: how many events of which type, in all and by day (UTC).

use http::StatusCode;
use platform::Reply;
use serde::Serialize;
use std::collections::BTreeMap;
use storage::history;
use web::{Call, Problem, Query};

type Counts = BTreeMap<String, i64>;

#[derive(Serialize)]
struct Stats {
    total: i64,
    by_type: Counts,
    /// Newest first.
    days: Vec<Day>,
}

#[derive(Serialize)]
struct Day {
    day: String,
    total: i64,
    by_type: Counts,
}

pub(crate) async fn stats(call: &Call) -> Result<Reply, Problem> {
    Query::of(call.request.uri()).finish()?;
    let mut stats = Stats {
        total: 0,
        by_type: Counts::new(),
        days: Vec::new(),
    };
    for (day, event_type, count) in history::counts(&call.store, &call.user).await? {
        stats.add(day, event_type, count);
    }
    Ok(web::json(StatusCode::OK, &stats).into())
}

impl Stats {
    /// Adds a row; the rows of a day come together.
    fn add(&mut self, day: String, event_type: String, count: i64) {
        self.total += count;
        *self.by_type.entry(event_type.clone()).or_default() += count;
        match self.days.last_mut().filter(|last| last.day == day) {
            Some(last) => {
                last.total += count;
                last.by_type.insert(event_type, count);
            }
            None => self.days.push(Day {
                day,
                total: count,
                by_type: Counts::from([(event_type, count)]),
            }),
        }
    }
}
