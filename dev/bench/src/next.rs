//! How long it takes from the answer to a completion until the next occurrence is in the list.

use crate::load::{self, Ask};
use anyhow::bail;
use hyper::Method;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use ureq::Agent;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(5);

const LIMIT: Duration = Duration::from_secs(30);

/// A daily task for each of so many users, who have nothing else.
pub(crate) fn probe_sql(users: usize) -> String {
    format!(
        "INSERT INTO tasks (id, user_id, title, priority, tags, due_date, time_zone, is_recurring, recurring_interval,
                            recurring_every, recurrence_policy, remind_version, completed, series_id, occurrence, anchor,
                            version, created_at, updated_at, title_key, search)
         SELECT id, 'probe-' || n, 'Water the plants', 1, '[]', '2026-01-01 09:00:00', 'UTC', TRUE, 'daily', 1, 'each', 1,
                FALSE, id, 1, '2026-01-01 09:00:00', 1, '2026-01-01', '2026-01-01', 'water the plants', 'water the plants'
           FROM (SELECT n, ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
                   FROM generate_series(0, {users} - 1) AS n) AS probes"
    )
}

/// Completes the tasks of [`probe_sql`] one after the other, and looks.
#[derive(Debug)]
pub(crate) struct Probe {
    address: SocketAddr,
    agent: Agent,
}

impl Probe {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let config = Agent::config_builder().timeout_global(Some(LIMIT)).build();
        Self {
            address,
            agent: config.into(),
        }
    }

    /// The times in microseconds, sorted.
    pub(crate) fn run(&self, users: usize, every: Duration) -> anyhow::Result<Vec<u32>> {
        let begun = Instant::now();
        let mut times = Vec::new();
        for user in 0..users {
            let due = every.saturating_mul(u32::try_from(user)?);
            std::thread::sleep(due.saturating_sub(begun.elapsed()));
            times.push(u32::try_from(self.one(user)?.as_micros())?);
        }
        times.sort_unstable();
        Ok(times)
    }

    fn one(&self, user: usize) -> anyhow::Result<Duration> {
        let complete = Ask {
            method: Method::POST,
            path: format!("/api/probe-{user}/tasks/00000000-0000-7000-9000-{user:012x}/complete"),
            body: r#"{"completed":true}"#.to_owned(),
            status: 200,
            ..Ask::default()
        };
        load::once(self.address, &complete)?;
        let answered = Instant::now();
        let list = format!(
            "http://{}/api/probe-{user}/tasks?status=pending&limit=1",
            self.address
        );
        while answered.elapsed() < LIMIT {
            let answer = self.agent.get(&list).call()?.body_mut().read_to_string()?;
            if answer.contains("\"occurrence\":2") {
                return Ok(answered.elapsed());
            }
            std::thread::sleep(LOOK);
        }
        bail!("the next occurrence of probe-{user} is not there after {LIMIT:?}")
    }
}
