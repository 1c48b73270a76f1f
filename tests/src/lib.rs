//! The harness of the end-to-end suite: what a black-box test over HTTP needs, and nothing about the components' code.
//!
//! The tests themselves are the binaries in `tests/tests/`. Their names say what they need:
//!
//! * `any_*` run against any running host. With `TODO_BASE_URL` set they use that address (with
//!   `TODO_APP_API_TOKEN` as Dapr's token on the machine routes, when that is set too); otherwise each binary starts
//!   one host on SQLite (on a PostgreSQL of its own with `TODO_TEST_DATABASE=postgres`) and the local bus, shared by all
//!   its tests and ended with the test process.
//! * `host_*` start, stop and configure hosts of their own and read their SQLite file, so they always run against
//!   such hosts: leave them out when another address is to be judged (`cargo test -p e2e --test 'any_*'`).
//!
//! * `stack_*` run the components on PostgreSQL, Kafka and daprd, all real and started by the test; they do harm to them.
//! * `web_*` look at the page of a host in a real browser.
//! * `pg_*` start a host on a PostgreSQL of their own, fill it, and read the server's log.
//! * `others` has programs of other people judge hosts of its own and the contracts.
//!
//! Every answer that the client gets is judged by `docs/openapi.json`, in every test: see `contract`.
//!
//! Every test has users of its own, so that tests share a host, and a database that is not empty does no harm.

mod automation;
mod browser;
mod checkout;
mod client;
pub mod contract;
mod database;
mod event;
mod events_stream;
mod folder;
mod hurl;
mod key_server;
mod local_host;
mod outbox;
mod pooled;
mod problem;
pub mod prove;
mod random;
mod reply;
mod sidecar;
mod spoiled;
mod stack_harness;
mod stand_in;
mod target;
pub mod tokens;
pub mod trace;
mod upgrade;
mod user;
mod wait;
mod webhook;

pub use automation::{api_time, in_time, soon_after};
pub use browser::{Browser, Look};
pub use checkout::{read, root, routes};
pub use client::{Call, Client};
pub use database::Database;
pub use event::{Event, assert_acknowledged, deliver, new_id};
pub use events_stream::{EventsStream, Frame};
pub use hurl::{Hurl, hurl_files};
pub use key_server::KeyServer;
pub use local_host::{Bus, LocalHost};
pub use outbox::{Outbox, Row};
pub use pooled::Pooled;
pub use problem::{assert_no_internals, assert_problem, error_fields};
pub use random::Random;
pub use reply::Reply;
pub use sidecar::{Answer, Published, Sidecar, TOO_LARGE};
pub use spoiled::{Answered, Question, Spoiled};
pub use stack_harness::{
    Change, KafkaEvent, Ledger, Progress, Refusal, Stack, Verdict, as_operator, first_occurrences,
    quantile, report, under_load,
};
pub use target::{client, user};
pub use user::{User, id_of, unique_user_id};
pub use wait::{SOON, at_once, eventually};
pub use webhook::{Alert, Webhook};
