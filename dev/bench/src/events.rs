//! Measurements 2 and 3: how long events take to Kafka, how long next occurrences take to the list, and whether any is lost.

use crate::cli::Sizes;
use crate::fleet::Places;
use crate::load::{self, Ask, Load, Turn};
use crate::next::{Probe, probe_sql};
use crate::ours::{Ours, Setting};
use crate::quiet::settle;
use crate::results::EventFigures;
use crate::servers::{seed_sql, seeded};
use crate::stats::{ms, percentile};
use crate::warm::warm_up;
use crate::{ask, timeline};
use hyper::Method;
use stack::Wasi;
use std::path::Path;
use std::time::Duration;

const CONNECTIONS: usize = 32;

/// Each task is of another user. A drain has one event of a user in a call, so a dozen changes per second of each of a few users would
/// measure that.
const TASKS_OF_A_USER: usize = 1;

/// At the same pace before anything is measured: a broker that has just started compiles for a while.
const WARM_UP: Duration = Duration::from_secs(15);

/// Another completion is watched so often.
const PROBE_EVERY: Duration = Duration::from_millis(200);

/// Nothing came into the topic for so long: it was read to its end.
const QUIET: Duration = Duration::from_secs(4);

/// Measures both paces on a new stack, and the higher one on WASI 0.3 too.
pub(crate) fn measure(
    sizes: &Sizes,
    places: &Places,
    host: (&str, &Path),
) -> anyhow::Result<Vec<EventFigures>> {
    let [_, higher] = sizes.paces;
    let mut figures = on(Wasi::V02, &sizes.paces, places, host)?;
    figures.extend(on(Wasi::V03, &[higher], places, host)?);
    Ok(figures)
}

fn on(
    wasi: Wasi,
    paces: &[(f64, Duration)],
    places: &Places,
    (host, program): (&str, &Path),
) -> anyhow::Result<Vec<EventFigures>> {
    let name = match wasi {
        Wasi::V02 => host.to_owned(),
        Wasi::V03 => format!("{host}, WASI 0.3"),
    };
    eprintln!("bench: starting a stack of {name} for the events");
    let ours = Ours::start(&Setting {
        wasi,
        ..places.setting(program, "stack-events")
    })?;
    ours.0.kafka.tools().stamp_by_broker("tasks")?;
    let mut figures = Vec::new();
    for &(pace, time) in paces {
        eprintln!("bench: {pace} changes per second for {time:?}");
        let measured = at_pace(&ours, pace, time)?;
        let measured = EventFigures {
            server: format!("ours, {name}, PostgreSQL"),
            ..measured
        };
        eprintln!(
            "bench: {:.0}/s made, lag p50 {:.1} ms, p99 {:.1} ms, next occurrence p99 {:.1} ms, {} of {} events lost",
            measured.reached,
            measured.lag_p50_ms,
            measured.lag_p99_ms,
            measured.next_p99_ms,
            measured.lost,
            measured.events
        );
        figures.push(measured);
    }
    Ok(figures)
}

fn at_pace(ours: &Ours, pace: f64, time: Duration) -> anyhow::Result<EventFigures> {
    ours.wait_until_delivered()?;
    ours.sql(&seed_sql(TASKS_OF_A_USER))?;
    let probes = (time.as_secs_f64() / PROBE_EVERY.as_secs_f64()).ceil() as usize;
    ours.sql(&probe_sql(probes))?;
    let (address, _) = ours.host()?;
    warm_up(address, CONNECTIONS, WARM_UP, Some(pace))?;
    ours.wait_until_delivered()?;
    settle();
    let first = ours.number("SELECT COALESCE(max(seq), 0) FROM outbox")?;
    let load = Load {
        address,
        connections: CONNECTIONS,
        time,
        pace: Some(pace),
        most: usize::MAX,
    };
    let salt = format!("at {pace}");
    let plan = changes(&salt);
    let (outcome, probe) = std::thread::scope(|scope| {
        let probe = scope.spawn(|| Probe::new(address).run(probes, PROBE_EVERY));
        let outcome = load::run(&load, &plan);
        let probe = probe
            .join()
            .unwrap_or_else(|_| anyhow::bail!("the probe panicked"));
        anyhow::Ok((outcome?, probe?))
    })?;
    ours.wait_until_delivered()?;
    let events = timeline::of_outbox(&ours.sql(&timeline::sql(first))?)?;
    let records = ours.0.kafka.tools().read_all("tasks", QUIET)?;
    let compared = timeline::compare(&events, &records);
    let made = ours.number(&format!(
        "SELECT count(*) FROM outbox WHERE seq > {first} AND event::json ->> 'source' = 'todo-backend'"
    ))?;
    let changes = outcome.count() + probe.len();
    anyhow::ensure!(
        made == changes,
        "{changes} changes were answered, {made} events are in the outbox"
    );
    Ok(EventFigures {
        pace,
        reached: outcome.per_second(),
        seconds: outcome.time.as_secs_f64(),
        changes,
        events: events.len(),
        lost: compared.lost,
        lag_p50_ms: ms(percentile(&compared.lags, 0.5)),
        lag_p99_ms: ms(percentile(&compared.lags, 0.99)),
        lag_max_ms: ms(percentile(&compared.lags, 1.0)),
        next_p50_ms: ms(percentile(&probe, 0.5)),
        next_p99_ms: ms(percentile(&probe, 0.99)),
        next_count: probe.len(),
        call_p99_ms: ms(percentile(&outcome.latencies, 0.99)),
        ..EventFigures::default()
    })
}

/// Of four changes, two create, one patches, one completes (and later reopens).
fn changes(salt: &str) -> impl Fn(Turn) -> Ask + '_ {
    let known = seeded(TASKS_OF_A_USER);
    move |turn| {
        let of_four = match turn.call % 4 {
            0 | 2 => ask::Call::Create,
            1 => ask::Call::Patch,
            _ => ask::Call::Complete,
        };
        // Patches and completions count for themselves, so that each goes through the tasks of its connection.
        let call = match of_four {
            ask::Call::Create => turn.call,
            _ => turn.call / 4,
        };
        let ask = ask::plan(of_four, &known, CONNECTIONS, salt)(Turn { call, ..turn });
        debug_assert!(ask.method != Method::GET, "a change");
        ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_changes_create_and_a_quarter_each_patches_and_completes() {
        let plan = changes("s");
        let kinds = (0..400).map(|call| {
            plan(Turn {
                connection: 3,
                call,
            })
        });
        let mut counts = [0; 3];
        for ask in kinds {
            let kind = match ask.method {
                Method::PATCH => 1,
                _ if ask.path.ends_with("/complete") => 2,
                _ => 0,
            };
            counts[kind] += 1;
        }
        assert_eq!(counts, [200, 100, 100]);
    }
}
