//! Measurement 5: lists of 50 from many tasks of one user.

use crate::cli::Sizes;
use crate::fleet::Places;
use crate::load::{self, Ask, Load};
use crate::ours::Ours;
use crate::quiet::settle;
use crate::results::ListFigure;
use crate::stats::{median, ms, percentile};
use anyhow::Context;
use hyper::Method;
use std::path::Path;
use std::time::Duration;

/// The longest that one round of the lists of one kind may take.
const LIMIT: Duration = Duration::from_secs(4);

/// Medians of so many: the slowest two of 200 calls are those during which the machine did something else.
const ROUNDS: usize = 3;

/// What is asked: filters and sorts, alone and together, with many results and with few.
const QUERIES: [&str; 14] = [
    "",
    "sort=created_at&order=desc",
    "sort=updated_at&order=desc",
    "sort=due_date",
    "sort=priority&order=desc",
    "sort=title",
    "status=pending&sort=due_date",
    "status=completed&sort=title",
    "priority=high&sort=due_date&order=desc",
    "tag=home",
    "tag=rare&sort=title",
    "q=water",
    "q=needle&sort=due_date",
    "overdue=true&priority=low&sort=priority",
];

/// Tasks of one user: of all priorities, a third completed, due over two years, one in 1,000 with a rare tag, one in 2,000 with a
/// rare word.
fn rows_sql(from: usize, to: usize) -> String {
    format!(
        "INSERT INTO tasks (id, user_id, title, description, priority, tags, due_date, time_zone, is_recurring, recurring_every,
                            recurrence_policy, remind_version, completed, completed_at, version, created_at, updated_at, title_key, search)
         SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'many', title, NULL, n % 3, tags::jsonb, due, 'UTC',
                FALSE, 1, 'each', 1, n % 3 = 1, CASE WHEN n % 3 = 1 THEN made END, 1, made, made, title, title
           FROM (SELECT n, (ARRAY['water', 'feed', 'call', 'mend', 'paint'])[1 + n % 5] || ' the '
                           || (ARRAY['plants', 'cat', 'office', 'bicycle', 'fence', 'door', 'roof'])[1 + n % 7]
                           || CASE WHEN n % 2000 = 7 THEN ' needle' ELSE '' END || ' ' || n AS title,
                        CASE WHEN n % 1000 = 3 THEN '[\"rare\"]' WHEN n % 2 = 0 THEN '[\"home\"]' ELSE '[]' END AS tags,
                        '2026-01-01'::timestamp + (n::bigint * 7919 % 1051200) * interval '1 minute' AS due,
                        '2025-01-01'::timestamp + n * interval '10 seconds' AS made
                   FROM generate_series({from}, {to} - 1) AS n) AS made_up"
    )
}

/// Measures every list at every size on a new stack.
pub(crate) fn measure(
    sizes: &Sizes,
    places: &Places,
    host: (&str, &Path),
) -> anyhow::Result<Vec<ListFigure>> {
    let (name, program) = host;
    eprintln!("bench: starting a stack of {name} for the lists");
    let ours = Ours::start(&places.setting(program, "stack-lists"))?;
    let (address, _) = ours.host()?;
    let mut figures = Vec::new();
    let mut there = 0;
    for &tasks in &sizes.lists {
        eprintln!("bench: inserting the tasks up to {tasks}");
        ours.sql(&rows_sql(there, tasks))?;
        there = tasks;
        ours.sql("VACUUM ANALYZE tasks")?;
        settle();
        for query in QUERIES {
            let load = Load {
                address,
                connections: 1,
                time: LIMIT,
                pace: None,
                most: sizes.list_calls,
            };
            let ask = |_| Ask {
                method: Method::GET,
                path: format!("/api/many/tasks?limit=50&{query}"),
                status: 200,
                ..Ask::default()
            };
            let what = || format!("the list {query:?} of {tasks} tasks");
            // Pages are read into memory first, as they are after some use.
            load::run(&Load { most: 5, ..load }, &ask).with_context(what)?;
            let mut outcomes = Vec::new();
            for _ in 0..ROUNDS {
                outcomes.push(load::run(&load, &ask).with_context(what)?);
            }
            let median_of = |at| {
                let rounds = outcomes.iter().map(|round| &round.latencies);
                median(rounds.map(|latencies| ms(percentile(latencies, at)))).context("no round")
            };
            let figure = ListFigure {
                server: format!("ours, {name}, PostgreSQL"),
                tasks,
                query: query.to_owned(),
                p50_ms: median_of(0.5)?,
                p99_ms: median_of(0.99)?,
            };
            eprintln!(
                "bench: {tasks} tasks, {query:?}: p50 {:.2} ms, p99 {:.2} ms",
                figure.p50_ms, figure.p99_ms
            );
            figures.push(figure);
        }
    }
    Ok(figures)
}
