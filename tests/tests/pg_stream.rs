//! Streams on PostgreSQL: events that are committed out of order, and what many idle streams cost.

use std::time::{Duration, Instant};

use e2e::{EventsStream, Frame, LocalHost, SOON, User, eventually, report};
use serde_json::json;

const STREAMS: usize = 500;

/// A stream of little use must not cost more than a browser's tab does.
const MOST_KB_EACH: u64 = 4096;

#[test]
fn an_event_that_is_committed_late_is_not_passed_over() {
    let host = LocalHost::start_on_postgres("stream-late");
    let user = User::new(host.client());
    let mut stream = EventsStream::open(&user, "?seconds=30", None);
    assert!(matches!(stream.next_frame(), Some(Frame::Ready(_))));
    let event = json!({"id": "late", "type": "task.deleted"});
    // It has its number two seconds before it is committed.
    let slow = format!(
        "BEGIN; INSERT INTO outbox (event_id, user_id, type, event, published_at) VALUES ('late', '{}', 'task.deleted', '{event}', now()); \
         SELECT pg_sleep(2); COMMIT",
        user.id
    );
    std::thread::scope(|scope| {
        scope.spawn(|| host.database().sql(&slow));
        eventually(SOON, "the transaction", || {
            let running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(2)%' AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()";
            (host.database().sql(running) == "1").then_some(())
        });
        let task = user.create(&json!({"title": "soon"}));
        let ids = [stream.next_event(), stream.next_event()];
        let ids = ids.map(|event| event.unwrap().1);
        assert_eq!(ids[0]["id"], "late");
        assert_eq!(ids[1]["subject"], task["id"]);
    });
}

/// In KB.
fn memory(host: &LocalHost) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", host.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

fn transactions(host: &LocalHost) -> u64 {
    host.database().sql("SELECT pg_stat_clear_snapshot()");
    let sql = "SELECT sum(xact_commit) FROM pg_stat_database";
    host.database().sql(sql).trim().parse().unwrap()
}

#[test]
fn many_idle_streams_take_little() {
    let host = LocalHost::start_on_postgres("stream-many");
    let users: Vec<User> = (0..STREAMS).map(|_| User::new(host.client())).collect();
    users[0].create(&json!({"title": "first, so that everything is loaded"}));
    let empty = memory(&host);
    let mut streams: Vec<EventsStream> = Vec::new();
    for user in &users {
        let mut stream = EventsStream::open(user, "", None);
        assert!(
            matches!(stream.next_frame(), Some(Frame::Ready(_))),
            "{}",
            stream.head()
        );
        streams.push(stream);
    }
    // Their looks are as far apart as they get.
    std::thread::sleep(Duration::from_secs(20));
    let each = (memory(&host) - empty) / STREAMS as u64;
    let (before, begun) = (transactions(&host), Instant::now());
    std::thread::sleep(Duration::from_secs(10));
    let looks = transactions(&host) - before;
    let per_second = looks as f64 / begun.elapsed().as_secs_f64();
    let connections = host
        .database()
        .sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'");

    let begun = Instant::now();
    let task = users[STREAMS - 1].create(&json!({"title": "x"}));
    let created = begun.elapsed();
    let (_, event) = streams[STREAMS - 1].next_event().unwrap();
    report(&format!(
        "{STREAMS} idle streams: {each} KB of the host each, {per_second:.0} transactions/s in all, {connections} connections; \
         a task is created in {created:.0?} and seen after {:.0?}",
        begun.elapsed()
    ));
    assert_eq!(event["subject"], task["id"]);
    assert!(each < MOST_KB_EACH, "{each} KB each");
    // A look is three: prepared, run, and the connection made clean.
    assert!(per_second < STREAMS as f64 * 3.0 / 2.0, "{per_second}");
    drop(streams);
    eventually(
        Duration::from_secs(40),
        "their instances have ended",
        || {
            let before = transactions(&host);
            std::thread::sleep(Duration::from_secs(2));
            (transactions(&host) - before < 60).then_some(())
        },
    );
}
