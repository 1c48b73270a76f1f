//! Many reminders that are due at once on PostgreSQL, where every replica's cron binding calls the job: they fire once, soon,
//! and in calls that the sidecar does not give up.

use std::fs;
use std::time::{Duration, Instant};

use e2e::{Answer, Bus, Client, LocalHost, Sidecar, User, at_once, deliver, report, root};
use serde_json::{Value, json};
use stack::{Host, HostOptions};

const REMINDERS: usize = 20_000;
const REPLICAS: usize = 4;
/// From the first call until the last reminder has fired.
const ALL_FIRED: Duration = Duration::from_secs(20);
/// The sidecar gives a call up after 30 seconds.
const ONE_CALL: Duration = Duration::from_secs(20);

/// Copies of a task whose reminder has been due for a while, of users whose names begin so.
fn fill(like: &Value, users: &str, count: usize) -> String {
    format!(
        "WITH copies AS (
            INSERT INTO tasks SELECT made.* FROM tasks AS model, generate_series(1, {count}) AS n,
                LATERAL jsonb_populate_record(model, jsonb_build_object(
                    'id', gen_random_uuid(), 'user_id', '{users}' || n % 100, 'event', NULL)) AS made
             WHERE model.id = '{}' RETURNING *)
         INSERT INTO reminders (task_id, user_id, version, remind_at, due_date)
         SELECT id, user_id, version, remind_at, due_date FROM copies",
        e2e::id_of(like)
    )
}

/// A task whose reminder has long been due, and which has none itself: the model of the others.
#[track_caller]
fn due_task(host: &LocalHost) -> Value {
    let due = e2e::api_time(chrono::Utc::now() + chrono::TimeDelta::days(2));
    let task = User::new(host.client()).create(&json!({"title": "Call back", "due_date": due}));
    let id = e2e::id_of(&task);
    host.database().sql(&format!(
        "UPDATE tasks SET due_date = due_date - interval '36 hours', remind_at = remind_at - interval '36 hours'
          WHERE id = '{id}'"
    ));
    task
}

/// Another replica: a host on the same database and with the same sidecar.
#[track_caller]
fn replica(first: &LocalHost, sidecar: &Sidecar, number: usize) -> Host {
    let folder = first.database().log().parent().expect("a folder");
    let root = root();
    let mut variables = first.database().variables();
    variables.push(("event_bus".into(), "dapr".into()));
    variables.push(("dapr_url".into(), sidecar.url()));
    let options = HostOptions {
        listen: None,
        log: folder.join(format!("host-{number}.log")),
        state_dir: folder.join(format!("state-{number}")),
        runtime_config: Some(root.join("runtime-config.toml")),
        root,
        wasi: None,
        program: None,
        variables,
    };
    Host::start(&options).unwrap_or_else(|error| panic!("no replica: {error:#}"))
}

#[test]
fn twenty_thousand_due_reminders_fire_once_while_four_replicas_call() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = LocalHost::start_on_postgres_with("pg_reminders", &Bus::Dapr(sidecar.url()));
    let others: Vec<Host> = (1..REPLICAS)
        .map(|number| replica(&host, &sidecar, number))
        .collect();
    let mut clients = vec![host.client()];
    clients.extend(others.iter().map(|other| Client::new(&other.url(""))));
    let database = host.database();
    database.sql(&fill(&due_task(&host), "many-", REMINDERS));
    let count = |sql: &str| -> usize { database.sql(sql).parse().expect("a number") };
    let left = "SELECT count(*) FROM reminders WHERE fired_at IS NULL AND remind_at IS NOT NULL";
    assert!(count(left) >= REMINDERS);

    let begun = Instant::now();
    let due = "SELECT count(*) FROM reminders WHERE fired_at IS NULL AND user_id LIKE 'many-%'";
    let mut longest = Duration::ZERO;
    while count(due) > 0 {
        let calls = at_once(REPLICAS, |n| {
            let begun = Instant::now();
            deliver(&clients[n], "/jobs/trigger-reminders", b"").expect(200);
            begun.elapsed()
        });
        longest = longest.max(calls.into_iter().max().unwrap_or_default());
        assert!(begun.elapsed() < ALL_FIRED, "{} are left", count(due));
    }
    let all = begun.elapsed();
    report(&format!(
        "{REMINDERS} reminders fired within {all:.1?}, the longest call took {longest:.1?}"
    ));
    assert!(all < ALL_FIRED, "{all:?}");
    assert!(longest < ONE_CALL, "{longest:?}");
    let events = "SELECT count(*) || ' ' || count(DISTINCT event::json ->> 'subject') FROM outbox
                   WHERE type = 'reminder.triggered' AND user_id LIKE 'many-%'";
    assert_eq!(database.sql(events), format!("{REMINDERS} {REMINDERS}"));
    let log = fs::read_to_string(database.log()).expect("the log");
    assert!(!log.contains("deadlock detected"), "{log}");
}

#[test]
fn whoever_reads_waits_for_a_part_of_what_is_due() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = LocalHost::start_on_postgres_with("pg_reminders-read", &Bus::Dapr(sidecar.url()));
    host.database()
        .sql(&fill(&due_task(&host), "reader-", REMINDERS));
    let read = || host.client().get("/api/reader-7/notifications").expect(200);
    let fired =
        "SELECT count(*) FROM reminders WHERE fired_at IS NOT NULL AND user_id = 'reader-7'";
    let of_user = REMINDERS / 100;
    read();
    let first: usize = host.database().sql(fired).parse().expect("a number");
    assert!(first > 0 && first < of_user, "{first} of {of_user}");
    // Readers and the job at once fire the rest.
    for _ in 0..20 {
        at_once(6, |n| {
            if n < 2 {
                deliver(&host.client(), "/jobs/trigger-reminders", b"").expect(200);
            } else {
                read();
            }
        });
    }
    assert_eq!(host.database().sql(fired), of_user.to_string());
    let events = "SELECT count(*) || ' ' || count(DISTINCT event::json ->> 'subject') FROM outbox
                   WHERE type = 'reminder.triggered' AND user_id = 'reader-7'";
    assert_eq!(host.database().sql(events), format!("{of_user} {of_user}"));
    let log = fs::read_to_string(host.database().log()).expect("the log");
    assert!(!log.contains("deadlock detected"), "{log}");
}
