//! GET, POST and DELETE /api/:user_id/calendar: the address of the feed, with the secret in it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{UserId, time};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use platform::Reply;
use serde_json::json;
use sha2::{Digest, Sha256};
use storage::calendars;
use web::{Call, Problem, Query, body, path};

/// 192 bits, which are 32 characters.
const SECRET_BYTES: u64 = 24;

pub(crate) async fn describe(call: &Call) -> Result<Reply, Problem> {
    Query::of(call.request.uri()).finish()?;
    let created_at = calendars::find(&call.store, &call.user).await?;
    let created_at = created_at.ok_or_else(missing)?;
    let view = json!({"created_at": time::format(created_at)});
    Ok(web::json(StatusCode::OK, &view).into())
}

/// A new address; the one before is none any more. This is the only answer that has the secret.
pub(crate) async fn make(call: &Call) -> Result<Reply, Problem> {
    Query::of(call.request.uri()).finish()?;
    let secret = URL_SAFE_NO_PAD.encode(platform::random(SECRET_BYTES));
    let now = platform::now();
    calendars::put(&call.store, &call.user, &hash(&secret), now).await?;
    let home = home(&call.user);
    let view = json!({
        "url": format!("{home}.ics?secret={secret}"),
        "created_at": time::format(now),
    });
    let mut response = web::json(StatusCode::CREATED, &view);
    if let Ok(home) = HeaderValue::try_from(home) {
        response.headers_mut().insert(LOCATION, home);
    }
    Ok(response.into())
}

pub(crate) async fn revoke(call: &Call) -> Result<Reply, Problem> {
    Query::of(call.request.uri()).finish()?;
    calendars::remove(&call.store, &call.user).await?;
    Ok(body::empty(StatusCode::NO_CONTENT).into())
}

/// The same for every reason.
pub(crate) fn missing() -> Problem {
    Problem::not_found("calendar")
}

/// What the database keeps of a secret. It is random, so it needs no salt and no slow hash.
pub(crate) fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

fn home(user: &UserId) -> String {
    format!("/api/{}/calendar", path::encode(user.as_str()))
}
