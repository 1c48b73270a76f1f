//! `docs/openapi.json` and `docs/asyncapi.json` say what the code does: they are compared with the code's own types, with the
//! routes of `spin.toml`, and with what a host answers. That every answer of every other test is judged by them too is
//! `e2e::contract`'s.

mod events;
mod examples;
mod fields;
mod paths;
mod queries;
mod served;

use std::sync::OnceLock;

use e2e::{Call, Client, LocalHost};

const OPS_TOKEN: &str = "the operators' token";

/// One whose operators' routes are open to [`OPS_TOKEN`].
fn host() -> &'static LocalHost {
    static HOST: OnceLock<LocalHost> = OnceLock::new();
    HOST.get_or_init(|| LocalHost::start_having("contracts", &[("ops_token", OPS_TOKEN)]))
}

/// A call with the operators' token, which no other route minds.
fn call<'a>(client: &'a Client, method: &str, path: &str) -> Call<'a> {
    let token = format!("Bearer {OPS_TOKEN}");
    client.call(method, path).header("authorization", &token)
}
