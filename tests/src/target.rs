//! The host that an `any_*` binary judges: the address in `TODO_BASE_URL`, or one of our own for all its tests.

use std::env;
use std::sync::OnceLock;

use crate::client::Client;
use crate::folder;
use crate::local_host::{Bus, LocalHost};
use crate::user::User;

struct Target {
    client: Client,
    /// Kept for as long as the test process lives; the host dies with it.
    _host: Option<LocalHost>,
}

/// A client of the host under test, which the first caller starts.
#[track_caller]
pub fn client() -> Client {
    // A host that did not start is not tried again by every test.
    static TARGET: OnceLock<Result<Target, String>> = OnceLock::new();
    match TARGET.get_or_init(find_target) {
        Ok(target) => target.client.clone(),
        Err(error) => panic!("no host to test: {error}"),
    }
}

fn find_target() -> Result<Target, String> {
    if let Ok(base) = env::var("TODO_BASE_URL") {
        eprintln!(
            "testing {base}; the host_* tests, which need control of the host, are not for it"
        );
        return Ok(Target {
            client: Client::new(&base),
            _host: None,
        });
    }
    let name = folder::program();
    let host = match env::var("TODO_TEST_DATABASE").as_deref() {
        Err(_) | Ok("sqlite") => LocalHost::try_start(&name, &Bus::Local)?,
        Ok("postgres") => LocalHost::try_start_on_postgres(&format!("{name}-postgres"))?,
        Ok(other) => {
            return Err(format!(
                "TODO_TEST_DATABASE is sqlite or postgres, not {other}"
            ));
        }
    };
    Ok(Target {
        client: host.client(),
        _host: Some(host),
    })
}

/// A new user of the host under test.
#[track_caller]
pub fn user() -> User {
    User::new(client())
}

/// Dapr's token for the machine routes, where the host under test wants one.
pub fn dapr_token() -> Option<String> {
    env::var("TODO_APP_API_TOKEN").ok()
}
