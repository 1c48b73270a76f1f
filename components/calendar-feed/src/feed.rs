//! GET /api/:user_id/calendar.ics

use crate::address::{hash, missing};
use crate::calendar;
use chrono::TimeDelta;
use domain::{Time, UserId};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use platform::{Reply, Request, Response};
use storage::{Store, calendars};
use web::{Problem, Query, conditional};

const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// For how long a completed task is shown.
const COMPLETED_DAYS: i64 = 30;

/// The calendar, for whoever knows its secret. Programs ask every few minutes: mostly nothing has changed since, and then they
/// get no body.
pub(crate) async fn read(request: &Request, user: &UserId) -> Result<Reply, Problem> {
    let mut query = Query::of(request.uri());
    let secret = query.one("secret", |secret| Ok(secret.to_owned()));
    query.finish()?;
    let secret = secret.ok_or_else(missing)?;
    let now = platform::now();
    let today = start_of_day(now);
    let since = today - TimeDelta::days(COMPLETED_DAYS);
    let store = Store::open();
    let tasks = calendars::tasks(&store, user, &hash(&secret), since).await?;
    let calendar = calendar::write(&tasks.ok_or_else(missing)?, now, today);
    Ok(answer(request, calendar).into())
}

fn answer(request: &Request, calendar: String) -> Response {
    let version = conditional::fingerprint(calendar.as_bytes());
    let mut response = conditional::file(request.headers(), calendar, MEDIA_TYPE, version);
    let private = HeaderValue::from_static("private, no-cache");
    response.headers_mut().insert(CACHE_CONTROL, private);
    response
}

/// What the calendar holds is counted in whole days, so that it does not change with every second.
fn start_of_day(now: Time) -> Time {
    now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc()
}
