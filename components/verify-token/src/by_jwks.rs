//! The keys of the identity provider at `jwks_url`. An instance lives for one request, so they are kept in the database, and
//! whoever needs newer ones asks the provider for all.

use crate::jwk::{self, Jwk};
use crate::token::{Refused, Rules, Token};
use http::StatusCode;
use http::header::ACCEPT;
use platform::log;
use std::time::{Duration, Instant};
use storage::{DbError, Store, jwks};
use web::Problem;

/// For the provider's answer.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How long to wait while another request is asking, and how often to look.
const PATIENCE: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(50);

/// A token that is in order.
pub(crate) struct Verified {
    pub(crate) subject: String,
    /// Whether the keys should be asked for again, which nobody needs to wait for.
    pub(crate) keys_are_old: bool,
}

/// Verifies a token with the provider's keys. When the one it names is not among them the provider is asked, at most once a
/// minute.
pub(crate) async fn verify(
    token: &Token<'_>,
    rules: &Rules,
    url: &str,
) -> Result<Verified, Problem> {
    let store = Store::open();
    let start = Instant::now();
    let mut asked = false;
    loop {
        let found = jwks::find(&store, url).await?;
        let keys = found.as_ref().and_then(|found| found.keys.as_deref());
        let keys: Option<Vec<Jwk>> = keys.and_then(|keys| serde_json::from_str(keys).ok());
        let (is_old, is_awaited) =
            found.map_or((false, false), |found| (found.is_old, found.is_awaited));
        match jwk::verify(keys.as_deref().unwrap_or_default(), token, rules) {
            Err(Refused::UnknownKey) => {}
            Err(refused) => return Err(Problem::invalid_token(&refused.to_string())),
            Ok(subject) => {
                return Ok(Verified {
                    subject,
                    keys_are_old: is_old,
                });
            }
        }
        if !asked && !is_awaited {
            asked = true;
            if jwks::claim(&store, url).await? {
                ask(&store, url).await?;
            }
        } else if is_awaited && start.elapsed() < PATIENCE {
            platform::sleep(PAUSE).await;
        } else if keys.is_some() {
            return Err(Problem::invalid_token(&Refused::UnknownKey.to_string()));
        } else {
            return Err(Problem::unverifiable());
        }
    }
}

/// The work after an answer for which the keys were old: asks for newer ones, unless somebody has.
pub(crate) async fn refresh(url: String) {
    let refreshed = async {
        let store = Store::open();
        if jwks::claim(&store, &url).await? {
            ask(&store, &url).await?;
        }
        Ok::<_, DbError>(())
    };
    if let Err(error) = refreshed.await {
        log::warn(format!("jwks_url: the keys are not refreshed: {error}"));
    }
}

/// Asks the provider and keeps what it answers; the keys that are kept stay when it does not.
async fn ask(store: &Store, url: &str) -> Result<(), DbError> {
    match fetch(url).await {
        Ok(keys) => {
            log::info(format!("jwks_url: {} usable keys", keys.len()));
            let keys = serde_json::to_string(&keys).unwrap_or_default();
            jwks::keep(store, url, &keys).await
        }
        Err(error) => {
            log::error(format!("jwks_url: {error}"));
            jwks::give_up(store, url).await
        }
    }
}

async fn fetch(url: &str) -> Result<Vec<Jwk>, String> {
    let request = http::Request::get(url)
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|error| error.to_string())?;
    let answer = platform::send(request, TIMEOUT)
        .await
        .map_err(|error| error.to_string())?;
    if answer.status() != StatusCode::OK {
        return Err(format!("the provider answered {}", answer.status()));
    }
    jwk::usable(answer.body()).ok_or_else(|| "the answer is no JWK Set".to_owned())
}
