//! A schedule on the real stack: sessions and faults at once, then healing, then rest, then what was seen.

mod again;
mod body;
mod faults;
mod known;
mod session;
mod settle;
mod taps;

use std::thread;
use std::time::Instant;

use anyhow::Context;
use domain::event::Topic;
use stack::{DATABASE, FullStack};

use super::check::check;
use super::history::{History, POISON};
use super::schedule::{HOSTS, SESSIONS, Schedule, USERS};
use super::violation::Violation;
use crate::stack_harness::{KafkaEvent, start_stack};
use crate::user::unique_user_id;
use again::Again;
use session::Users;
use taps::Taps;

/// Brokers of the stack: the second one may be lost.
const BROKERS: u32 = 2;

/// A stack on which schedules run one after the other, each with users of its own.
pub struct Prover {
    taps: Taps,
    stack: FullStack,
}

/// What became of one schedule.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was seen.
    pub history: History,
    /// What is wrong with it.
    pub violations: Vec<Violation>,
    /// How long the calls and faults took, and how long it then took to come to rest, in seconds.
    pub seconds: (f64, f64),
}

impl Prover {
    /// Starts PostgreSQL, two brokers, and two hosts with their sidecars.
    pub fn start() -> anyhow::Result<Self> {
        let mut stack = start_stack(BROKERS)?;
        while stack.replicas.len() < HOSTS {
            stack.add_replica()?;
        }
        let folder = stack.folder().join("followed");
        let taps = Taps::start(stack.kafka.tools(), &folder)?;
        Ok(Self { taps, stack })
    }

    /// Runs a schedule and judges it. An error is a stack that could not be made whole, or that cannot be read.
    pub fn prove(&mut self, schedule: &Schedule) -> anyhow::Result<Outcome> {
        let names: Vec<String> = (0..USERS).map(|_| unique_user_id()).collect();
        let of_us = |event: &KafkaEvent| names.iter().any(|name| name == event.user());
        let sidecars: Vec<String> = self
            .stack
            .replicas
            .iter_mut()
            .map(|one| one.daprd().url())
            .collect();
        let hosts: Vec<String> = self
            .stack
            .replicas
            .iter()
            .map(|one| format!("http://{}", one.address()))
            .collect();
        let users = Users::new(&hosts, &names, Again::new(&self.taps, &hosts, &sidecars));
        let begun = Instant::now();
        thread::scope(|scope| {
            for session in 0..SESSIONS {
                let users = &users;
                scope.spawn(move || users.run(schedule, session));
            }
            faults::run(&mut self.stack, &schedule.faults, || users.elapsed())
        })
        .context("the stack could not be made whole")?;
        let run = begun.elapsed().as_secs_f64();
        let settled = settle::settle(&self.stack, &names, users.again(), &self.taps);
        let poison = users.again().poisoned();
        let history = History {
            calls: users.into_calls(),
            tasks: self.taps.records(Topic::Tasks, of_us),
            reminders: self.taps.records(Topic::Reminders, of_us),
            dead: self
                .taps
                .dead(|event| of_us(event) || !event.id().starts_with(POISON)),
            poison,
            end: settle::end(&self.stack, &names)?,
            unsettled: settled
                .err()
                .map(|error| format!("{error:#}"))
                .unwrap_or_default(),
        };
        let violations = check(&history);
        Ok(Outcome {
            history,
            violations,
            seconds: (run, begun.elapsed().as_secs_f64() - run),
        })
    }

    /// Ends the stack in good order.
    pub fn stop(self) -> anyhow::Result<()> {
        drop(self.taps);
        self.stack.stop()
    }

    /// Runs statements on the application's database, past the application.
    pub fn sql(&self, sql: &str) -> anyhow::Result<String> {
        self.stack.postgres.query(DATABASE, sql)
    }
}
