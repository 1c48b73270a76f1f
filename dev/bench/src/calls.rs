//! Measurement 1: the same calls at the application and at the peers, in turn.

use crate::ask::{Call, plan};
use crate::cli::{Cli, Sizes};
use crate::fleet::{Fleet, Places};
use crate::load::{self, Ask, Load, Outcome};
use crate::ours::Ours;
use crate::proc;
use crate::quiet::{settle, watch_memory};
use crate::report::COMPARED_AT;
use crate::results::{CallRound, Memory};
use crate::servers::{Kind, Server};
use crate::stats::{ms, percentile};
use crate::warm;
use anyhow::Context;
use std::time::{Duration, Instant};

/// Before each call is measured for the first time: connections are opened, and code is warm.
const WARM_UP: Duration = Duration::from_millis(300);

/// Measures every call of every server, round after round.
pub(crate) fn measure(
    cli: &Cli,
    sizes: &Sizes,
    places: &Places,
) -> anyhow::Result<(Vec<CallRound>, Vec<Memory>)> {
    let wanted = cli.server.as_deref().unwrap_or_default();
    let mut fleet = Fleet::start(places, wanted)?;
    settle();
    let mut memory = idle(&fleet);
    warm_up(&fleet, sizes.slice * 2)?;
    let mut rounds = Vec::new();
    for round in 1..=sizes.rounds {
        for call in Call::ALL {
            if cli
                .call
                .as_deref()
                .is_some_and(|wanted| wanted != call.name())
            {
                continue;
            }
            for &connections in &sizes.connections {
                let slice = Slice {
                    call,
                    connections,
                    round,
                    time: match call {
                        // What is published after the last call weighs less.
                        Call::Create => sizes.slice * 5 / 2,
                        _ => sizes.slice,
                    },
                };
                for at in 0..fleet.servers.len() {
                    let Some(measured) = slice.measure(&mut fleet, at, &mut memory)? else {
                        continue;
                    };
                    rounds.push(measured);
                }
            }
        }
    }
    Ok((rounds, memory))
}

/// Lets the brokers compile what they run often.
fn warm_up(fleet: &Fleet, time: Duration) -> anyhow::Result<()> {
    for server in fleet
        .servers
        .iter()
        .filter(|server| server.kind.publishes())
    {
        warm::warm_up(server.address, 16, time, None).context(server.name.clone())?;
        settle();
    }
    Ok(())
}

fn idle(fleet: &Fleet) -> Vec<Memory> {
    let idle = |server: &Server| {
        let idle_mb = proc::memory_mb(server.process);
        Memory {
            server: server.name.clone(),
            idle_mb,
            peak_mb: idle_mb,
        }
    };
    fleet.servers.iter().map(idle).collect()
}

/// One call with so many connections, at each server.
struct Slice {
    call: Call,
    connections: usize,
    round: u32,
    time: Duration,
}

impl Slice {
    /// `None` when the server does not have this call.
    fn measure(
        &self,
        fleet: &mut Fleet,
        at: usize,
        memory: &mut [Memory],
    ) -> anyhow::Result<Option<CallRound>> {
        let kind = fleet.servers.get(at).context("no such server")?.kind;
        // This host shares its database with others, which has not enough connections for all at once.
        let too_many = kind == Kind::OursWithTokens && self.connections > COMPARED_AT;
        if !kind.calls().contains(&self.call) || too_many {
            return Ok(None);
        }
        let salt = format!("{}-{}-{at}", self.round, self.connections);
        if self.call.writes() {
            fleet.reset(at, &salt)?;
        }
        let server = fleet.servers.get(at).context("no such server")?;
        let ours = server.database.and_then(|(stack, _)| fleet.ours.get(stack));
        let held = self.call == Call::CreateHeld;
        if let (Some(ours), true) = (ours, held) {
            ours.hold_publishing()?;
        }
        let (measured, peak) = watch_memory(server.process, || self.run(server, ours, &salt));
        let measured = measured.with_context(|| {
            format!(
                "{}: {} failed at {} connections",
                server.name,
                self.call.name(),
                self.connections
            )
        })?;
        if let (Some(ours), true) = (ours, held) {
            ours.sql("TRUNCATE outbox")?;
            ours.release_publishing()?;
        }
        if let Some(memory) = memory.get_mut(at) {
            memory.peak_mb = memory.peak_mb.max(peak);
        }
        tell(&measured);
        Ok(Some(measured))
    }

    fn run(&self, server: &Server, ours: Option<&Ours>, salt: &str) -> anyhow::Result<CallRound> {
        let plan = plan(self.call, &server.known, self.connections, salt);
        let plan = |turn| {
            let ask = plan(turn);
            Ask {
                token: server.token(&ask.path),
                ..ask
            }
        };
        let mut load = Load {
            address: server.address,
            connections: self.connections,
            time: WARM_UP,
            pace: None,
            most: usize::MAX,
        };
        // A change must not be made twice, so only calls that can be repeated warm up.
        if !matches!(self.call, Call::Patch | Call::Complete) {
            load::run(&load, &plan)?;
        }
        settle();
        let postgres = ours
            .and_then(|ours| ours.0.postgres.process())
            .map(stack::Process::id);
        let before = (proc::cpu(server.process), postgres.map(proc::cpu));
        load.time = self.time;
        let begun = Instant::now();
        let outcome = load::run(&load, &plan)?;
        let after = (proc::cpu(server.process), postgres.map(proc::cpu));
        let delivered = match (ours, server.kind) {
            (Some(ours), Kind::OursOnPostgres | Kind::OursOnWasi03)
                if self.call.writes() && self.call != Call::CreateHeld =>
            {
                ours.wait_until_delivered()?;
                Some(outcome.count() as f64 / begun.elapsed().as_secs_f64())
            }
            _ => None,
        };
        let each = |before: Duration, after: Duration| {
            after.saturating_sub(before).as_secs_f64() * 1000.0 / outcome.count().max(1) as f64
        };
        Ok(CallRound {
            cpu_ms: each(before.0, after.0),
            postgres_cpu_ms: before
                .1
                .zip(after.1)
                .map(|(before, after)| each(before, after)),
            delivered_per_second: delivered,
            ..self.figures(server, &outcome)
        })
    }

    fn figures(&self, server: &Server, outcome: &Outcome) -> CallRound {
        CallRound {
            server: server.name.clone(),
            call: self.call.name().to_owned(),
            connections: self.connections,
            round: self.round,
            count: outcome.count(),
            per_second: outcome.per_second(),
            p50_ms: ms(percentile(&outcome.latencies, 0.5)),
            p99_ms: ms(percentile(&outcome.latencies, 0.99)),
            ..CallRound::default()
        }
    }
}

fn tell(round: &CallRound) {
    eprintln!(
        "bench: round {}, {} x {}, {}: {:.0}/s, p50 {:.2} ms, p99 {:.2} ms, {:.2} ms CPU each",
        round.round,
        round.connections,
        round.call,
        round.server,
        round.per_second,
        round.p50_ms,
        round.p99_ms,
        round.cpu_ms
    );
}
