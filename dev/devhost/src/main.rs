//! devhost runs this repository's `spin.toml` where the Spin CLI is not installed. It provides what this application uses,
//! behaves as Spin 3.6 does where it provides something, and is no replacement for Spin.
//!
//! From the outside in: `startup` reads `manifest` and `runtime_config` and loads the components (`engine`, with the crate
//! `componentize` for core modules); `server` routes a request (`routes`, `headers`) to `executor`, which runs it in an
//! `instance`: one of its own for a component of WASI 0.2, one that serves others too (`reuse`) for a component of WASI 0.3,
//! as Spin 4 does. That reaches the world through `outbound` (what its `component` may, then `chaining` or
//! `outbound_client`), `sqlite`, `postgres`, `variables` and `stdio`. No two modules depend on each other.
//!
//! Known differences from Spin 3.6: no TLS in either direction, no HTTP/2, no key-value, Redis or MySQL, of PostgreSQL's
//! types only those that this application uses, of its errors only code, severity, message and detail, no requests to
//! oneself; a request chained to a component that does not exist fails with an internal error where Spin traps the caller.
//! A manifest or a runtime configuration that asks for more than devhost has is refused.

mod allowed_hosts;
mod bindings;
mod chaining;
mod cli;
mod component;
mod engine;
mod executor;
mod headers;
mod instance;
mod log;
mod manifest;
mod outbound;
mod outbound_client;
mod postgres;
mod reuse;
mod routes;
mod runtime_config;
mod server;
mod sqlite;
mod startup;
mod stdio;
mod template;
mod variables;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let result = runtime.block_on(async {
        // Before anything else: a signal during the start must end it too.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = startup::run(cli) => result,
            _ = interrupt.recv() => Ok(()),
            _ = terminate.recv() => Ok(()),
        }
    });
    let code = result.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS);
    // As Spin does: what still runs after its response dies here. The outbox is what makes that safe.
    runtime.shutdown_background();
    code
}

fn failed(error: &anyhow::Error) -> ExitCode {
    log::error(format_args!("{error:#}"));
    ExitCode::FAILURE
}
