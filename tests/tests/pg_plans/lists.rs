//! The list of tasks: every filter with every sort, at the start and deep inside.

use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta, Utc};
use e2e::{quantile, report};

use crate::explain::Plan;
use crate::world::{USER, World, world};

const STATEMENT: &str = "FROM tasks WHERE user_id";

/// Less than half of what reading the user's tasks whole would take. A text that many tasks have, and those at the other end
/// of the list, comes near: 12,500 titles have "garden", but none of the last 6,000 of the alphabet.
const MAX_BLOCKS: u64 = 7500;

/// One of the user's, of 200 occurrences: `md5('big series 5')`.
const SERIES: &str = "34d44ed0-6980-ae79-2b40-8ce509e4c5ec";

const SORTS: [(&str, &str); 5] = [
    (
        "created_at",
        "to_char(created_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    ),
    (
        "updated_at",
        "to_char(updated_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    ),
    (
        "due_date",
        "to_char(due_date, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    ),
    ("priority", "priority::text"),
    ("title", "title_key"),
];

/// Common and rare, alone and together; what nothing matches is the hardest.
fn filters() -> Vec<String> {
    let day = |offset: i64| {
        (Utc::now() + TimeDelta::days(offset)).to_rfc3339_opts(SecondsFormat::Secs, true)
    };
    let mut filters: Vec<String> = [
        "status=all",
        "status=pending",
        "status=completed",
        "priority=low",
        "priority=high",
        "tag=home",
        "tag=t7",
        "tag=rare",
        "tag=nothing",
        "tag=t7&tag=t8",
        "q=garden",
        "q=the%20garden",
        "q=xylophone",
        "q=zzzzqq",
        "overdue=true",
        "overdue=false",
        "status=pending&overdue=false",
        "status=pending&priority=high&tag=home",
        "status=pending&q=garden",
        "overdue=true&priority=high",
        "q=garden&tag=rare",
    ]
    .map(str::to_owned)
    .to_vec();
    filters.push(format!("due_after={}", day(0)));
    filters.push(format!("due_before={}", day(-270)));
    filters.push(format!("due_after={}&due_before={}", day(-140), day(-139)));
    filters.push(format!("status=pending&due_before={}", day(7)));
    filters.push(format!("completed_after={}", day(-15)));
    filters.push(format!("completed_before={}", day(-272)));
    filters.push(format!(
        "completed_after={}&completed_before={}",
        day(-140),
        day(-139)
    ));
    filters.push(format!("status=pending&completed_after={}", day(-140)));
    filters.push(format!("series_id={SERIES}"));
    filters
}

/// A cursor to the middle of the list in this order, as the application would have made it.
fn cursor(world: &World, sort: &str, key: &str, descending: bool) -> String {
    let order = if sort == "title" { "title_key" } else { sort };
    world.database().sql(&format!(
        "SELECT translate(encode(convert_to(json_build_object('sort', '{sort}', 'descending', {descending}, 'key', {key}, \
         'id', id)::text, 'utf8'), 'base64'), E'+/=\\n', '-_') FROM tasks \
         WHERE user_id = '{USER}' ORDER BY {order}, id OFFSET 50000 LIMIT 1"
    ))
}

fn page(world: &World, query: &str) -> Plan {
    let path = format!("/api/{USER}/tasks?{query}&limit=50");
    world.plan("GET", &path, STATEMENT).0
}

#[test]
fn no_filter_and_sort_of_the_list_reads_it_whole() {
    let world = world();
    let mut wrong = Vec::new();
    let mut runs: Vec<(String, Plan)> = Vec::new();
    for (sort, key) in SORTS {
        for (order, descending) in [("asc", false), ("desc", true)] {
            let cursor = cursor(&world, sort, key, descending);
            for filter in filters() {
                let query = format!("{filter}&sort={sort}&order={order}");
                for query in [format!("{query}&cursor={cursor}"), query] {
                    let plan = page(&world, &query);
                    if let Some(complaint) = plan.complaint(MAX_BLOCKS) {
                        wrong.push(format!("{query}: {complaint}"));
                    }
                    runs.push((query, plan));
                }
            }
        }
    }
    tell(runs);
    assert!(
        wrong.is_empty(),
        "{} plans are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn tell(mut runs: Vec<(String, Plan)>) {
    let time = |plan: &Plan| Duration::from_secs_f64(plan.millis / 1000.0);
    let times: Vec<Duration> = runs.iter().map(|(_, plan)| time(plan)).collect();
    let sorted = runs.iter().map(|(_, plan)| plan.sorted()).max();
    let blocks = runs.iter().map(|(_, plan)| plan.blocks()).max();
    report(&format!(
        "at most {} rows sorted, {} blocks read",
        sorted.unwrap_or_default(),
        blocks.unwrap_or_default()
    ));
    report(&format!(
        "{} lists of 50 from 100,000: p50 {:.1?}, p90 {:.1?}, p99 {:.1?}, slowest:",
        runs.len(),
        quantile(times.clone(), 0.5),
        quantile(times.clone(), 0.9),
        quantile(times, 0.99),
    ));
    runs.sort_by(|(_, a), (_, b)| b.millis.total_cmp(&a.millis));
    for (query, plan) in runs.iter().take(8) {
        report(&format!(
            "{:6.1} ms {:5} blocks  {query:.90}  {}",
            plan.millis,
            plan.blocks(),
            plan.shape()
        ));
    }
}
