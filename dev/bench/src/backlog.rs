//! Measurement 4: events that have piled up, published from the moment at which publishing goes on.

use crate::ask::{self, Call};
use crate::fleet::Places;
use crate::load::{self, Load};
use crate::ours::Ours;
use crate::quiet::settle;
use crate::results::Backlog;
use std::path::Path;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 32;

/// Creates `rows` tasks by the API while publishing is held, and times what comes then.
pub(crate) fn measure(
    rows: usize,
    places: &Places,
    host: (&str, &Path),
) -> anyhow::Result<Backlog> {
    let (name, program) = host;
    eprintln!("bench: starting a stack of {name} for the backlog");
    let ours = Ours::start(&places.setting(program, "stack-backlog"))?;
    let (address, _) = ours.host()?;
    ours.hold_publishing()?;
    let load = Load {
        address,
        connections: CONNECTIONS,
        time: Duration::MAX,
        pace: None,
        most: rows.div_ceil(CONNECTIONS),
    };
    let outcome = load::run(
        &load,
        // Creations need no task that is there.
        &ask::plan(Call::Create, &[], CONNECTIONS, "backlog"),
    )?;
    let users =
        ours.number("SELECT count(DISTINCT user_id) FROM outbox WHERE published_at IS NULL")?;
    settle();
    let begun = Instant::now();
    ours.release_publishing()?;
    ours.wait_until_delivered()?;
    let backlog = Backlog {
        server: format!("ours, {name}, PostgreSQL"),
        rows: outcome.count(),
        users,
        seconds: begun.elapsed().as_secs_f64(),
    };
    eprintln!(
        "bench: {} events published in {:.1} s",
        backlog.rows, backlog.seconds
    );
    Ok(backlog)
}
