//! Waiting until nothing is on its way any more, and what the database has then.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::event::Topic;
use stack::{DATABASE, FullStack};

use super::again::Again;
use super::taps::Taps;
use crate::client::Client;
use crate::prove::history::End;
use crate::stack_harness::KafkaEvent;

/// Everything must be at rest by then: the longest waits of retries and of rejoining consumers are below it.
const SETTLED: Duration = Duration::from_secs(180);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(150);

/// Waits until the events of the users have left and had their effects: a fence behind them in every partition has become a
/// dead letter, and nothing new has come since. An error says what was still on its way.
pub(super) fn settle(
    stack: &FullStack,
    users: &[String],
    again: &Again<'_>,
    taps: &Taps,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    let hosts: Vec<Client> = stack
        .replicas
        .iter()
        .map(|one| Client::new(&format!("http://{}", one.address())))
        .collect();
    loop {
        wait(begun, "events and reminders", || {
            // As the cron bindings do, only sooner.
            for host in &hosts {
                for job in ["relay-outbox", "trigger-reminders", "redeliver"] {
                    let _ = host.call("POST", &format!("/jobs/{job}")).try_send();
                }
            }
            waiting(stack, users)
        })?;
        let before = newest(stack, users)?;
        fence(begun, stack, users, again, taps)?;
        if newest(stack, users)? == before && waiting(stack, users)?.is_empty() {
            return Ok(());
        }
    }
}

/// Looks until there is nothing left of what is waited for.
fn wait(
    begun: Instant,
    what: &str,
    mut left: impl FnMut() -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    loop {
        let waiting = left()?;
        if waiting.is_empty() {
            return Ok(());
        }
        if begun.elapsed() > SETTLED {
            anyhow::bail!("after {SETTLED:?} there are {what} on their way: {waiting}");
        }
        thread::sleep(PAUSE);
    }
}

/// Poison behind everything that was published: when it is a dead letter, all before it has been handled.
fn fence(
    begun: Instant,
    stack: &FullStack,
    users: &[String],
    again: &Again<'_>,
    taps: &Taps,
) -> anyhow::Result<()> {
    let mut fences: Vec<(Topic, String)> = Vec::new();
    for (user, topic) in users
        .iter()
        .flat_map(|user| Topic::ALL.iter().map(move |topic| (user, *topic)))
    {
        wait(begun, "fences", || {
            match again.poison(user, topic, "fence") {
                Some(id) => {
                    fences.push((topic, id));
                    Ok(String::new())
                }
                None => Ok(format!("{user} in {topic}")),
            }
        })?;
    }
    let kept = format!(
        "SELECT id FROM dead_letters WHERE user_id IN ({})",
        list(users)
    );
    wait(begun, "fences", || {
        let kept = query(stack, &kept)?;
        let mut seen: BTreeSet<String> = kept.lines().map(str::to_owned).collect();
        let of_us = |event: &KafkaEvent| users.iter().any(|user| user == event.user());
        let dead: BTreeSet<String> = taps
            .dead(of_us)
            .iter()
            .map(|event| event.id().to_owned())
            .collect();
        seen.retain(|id| dead.contains(id));
        for &topic in Topic::ALL {
            let read = taps.records(topic, of_us);
            let read: BTreeSet<&str> = read.iter().map(KafkaEvent::id).collect();
            let missing = |(of, id): &&(Topic, String)| {
                *of == topic && !(read.contains(id.as_str()) && seen.contains(id))
            };
            if let Some((_, id)) = fences.iter().find(missing) {
                return Ok(format!("{id} in {topic}"));
            }
        }
        Ok(String::new())
    })
}

/// What has not left yet, and reminders whose time has come; empty when there is nothing.
fn waiting(stack: &FullStack, users: &[String]) -> anyhow::Result<String> {
    let users = list(users);
    query(
        stack,
        &format!(
            "SELECT 'event ' || seq || ' of ' || user_id FROM outbox
              WHERE user_id IN ({users}) AND published_at IS NULL AND dead_at IS NULL
             UNION ALL
             SELECT 'reminder of ' || r.task_id FROM reminders AS r JOIN tasks AS t ON t.id = r.task_id
              WHERE r.user_id IN ({users}) AND r.fired_at IS NULL AND r.remind_at <= now() AT TIME ZONE 'utc'
                AND NOT t.completed AND t.deleted_at IS NULL
             UNION ALL
             SELECT 'redelivery of ' || event_id FROM redeliveries WHERE user_id IN ({users})
              LIMIT 20"
        ),
    )
}

fn newest(stack: &FullStack, users: &[String]) -> anyhow::Result<String> {
    query(
        stack,
        &format!(
            "SELECT count(*), max(seq) FROM outbox WHERE user_id IN ({})",
            list(users)
        ),
    )
}

/// What the database has of the users.
pub(super) fn end(stack: &FullStack, users: &[String]) -> anyhow::Result<End> {
    let users = list(users);
    let rows = |columns: &str, table: &str, order: &str| {
        format!(
            "(SELECT coalesce(json_agg(row_to_json(r) ORDER BY {order}), '[]') FROM
              (SELECT {columns} FROM {table} WHERE user_id IN ({users})) AS r)"
        )
    };
    let sql = format!(
        "SELECT json_build_object('tasks', {}, 'outbox', {}, 'reminders', {}, 'notifications', {}, 'dead_letters', {})",
        rows("*", "tasks", "id"),
        rows(
            "seq, event_id, user_id, type, event, published_at, dead_at",
            "outbox",
            "seq"
        ),
        rows("task_id, remind_at, fired_at", "reminders", "task_id"),
        rows(
            "task_id, remind_at, due_date, created_at",
            "notifications",
            "task_id"
        ),
        rows("id, user_id, reason", "dead_letters", "id"),
    );
    serde_json::from_str(&query(stack, &sql)?).context("the database's answer")
}

fn query(stack: &FullStack, sql: &str) -> anyhow::Result<String> {
    stack.postgres.query(DATABASE, sql)
}

fn list(users: &[String]) -> String {
    let quoted: Vec<String> = users.iter().map(|user| format!("'{user}'")).collect();
    quoted.join(", ")
}
