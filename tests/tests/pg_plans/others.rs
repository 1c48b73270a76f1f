//! The other statements that somebody waits for, each with 100,000 rows that it does not want.

use chrono::{SecondsFormat, TimeDelta, Utc};
use e2e::{Reply, SOON, deliver, eventually, report};

use crate::world::{USER, World, world};

const PURGE: &str = "/jobs/purge-expired";

/// A page of rows, each perhaps in a block of its own, and the way to them.
const FEW_BLOCKS: u64 = 1500;

#[track_caller]
fn assert_good(world: &World, method: &str, path: &str, statement: &str, max_blocks: u64) {
    let (plan, _) = world.plan(method, path, statement);
    report(&format!(
        "{:6.1} ms {:5} blocks  {method} {path:.80}  {}",
        plan.millis,
        plan.blocks(),
        plan.shape()
    ));
    if let Some(complaint) = plan.complaint(max_blocks) {
        panic!("{method} {path}: {complaint}");
    }
}

#[test]
fn the_drain_finds_what_is_pending_among_what_is_published() {
    let world = world();
    let newest = "seq > (SELECT MAX(seq) - 20 FROM outbox)";
    let unpublish = format!("UPDATE outbox SET published_at = NULL WHERE {newest}");
    world.database().sql(&unpublish);
    let pending = "FROM outbox AS o WHERE";
    assert_good(&world, "POST", "/jobs/relay-outbox", pending, FEW_BLOCKS);
}

#[test]
fn a_user_whose_events_wait_does_not_slow_the_drain_down() {
    let world = world();
    let database = world.database();
    // One event of the user was refused, and 5,000 later ones queue up behind it; the planner does not know of them yet.
    database.sql(&format!(
        "UPDATE outbox SET published_at = NULL, attempts = 1 WHERE seq > (SELECT MAX(seq) - 5000 FROM outbox \
         WHERE user_id = '{USER}') AND user_id = '{USER}'"
    ));
    database.sql(&format!(
        "INSERT INTO waiting_users (user_id, until, reason) \
         VALUES ('{USER}', (now() AT TIME ZONE 'utc') + interval '1 hour', 'no leader')"
    ));
    let pending = "FROM outbox AS o WHERE";
    assert_good(&world, "POST", "/jobs/relay-outbox", pending, 25_000);
    database.sql("UPDATE outbox SET published_at = created_at WHERE published_at IS NULL");
    database.sql("DELETE FROM waiting_users");
    // As autovacuum would, sooner or later: other tests read from indexes alone.
    database.sql("VACUUM outbox");
}

#[test]
fn due_reminders_are_found_among_all_reminders() {
    let world = world();
    let due = "FROM reminders AS r JOIN tasks";
    assert_good(
        &world,
        "GET",
        &format!("/api/{USER}/notifications"),
        due,
        10 * FEW_BLOCKS,
    );
    assert_good(
        &world,
        "POST",
        "/jobs/trigger-reminders",
        due,
        10 * FEW_BLOCKS,
    );
}

#[test]
fn notifications_are_paged_by_index() {
    let world = world();
    for query in ["limit=50", "unread=true", "unread=false"] {
        let path = format!("/api/{USER}/notifications?{query}");
        let statement = "FROM notifications WHERE user_id";
        assert_good(&world, "GET", &path, statement, FEW_BLOCKS);
        let (_, reply) = world.plan("GET", &path, statement);
        let next = reply.json()["next_cursor"].as_str().map(str::to_owned);
        let next = next.expect("a next page");
        assert_good(
            &world,
            "GET",
            &format!("{path}&cursor={next}"),
            statement,
            FEW_BLOCKS,
        );
    }
}

#[test]
fn the_history_is_paged_by_index() {
    let world = world();
    let day = |offset: i64| {
        (Utc::now() + TimeDelta::days(offset)).to_rfc3339_opts(SecondsFormat::Secs, true)
    };
    let statement = "SELECT seq, event FROM outbox WHERE user_id";
    for query in [
        "limit=50".to_owned(),
        // One in 2,000, and none.
        "type=task.deleted".to_owned(),
        "type=task.completed".to_owned(),
        format!("before={}", day(-1)),
        format!("after={}", day(1)),
        format!("type=task.completed&after={}", day(-1)),
    ] {
        let path = format!("/api/{USER}/events?{query}");
        assert_good(&world, "GET", &path, statement, 2 * FEW_BLOCKS);
    }
}

/// As often as its program asks, also when nothing has changed.
#[test]
fn the_calendar_is_read_by_indexes() {
    let (world, path) = (world(), format!("/api/{USER}/calendar"));
    let made = world.client().call("POST", &path).send().expect(201).json();
    let url = made["url"].as_str().expect("an address");
    assert_good(&world, "GET", url, "FROM calendars AS c", 4 * FEW_BLOCKS);
}

#[test]
fn the_counts_take_as_long_as_the_days_that_are_counted_not_as_the_events() {
    let world = world();
    let (statement, path) = ("GROUP BY day, type", format!("/api/{USER}/stats"));
    let total = |reply: Reply| reply.json()["total"].as_u64();
    world.database().sql("VACUUM ANALYZE outbox");
    // Nothing is counted yet: the index alone is read.
    world.database().sql("UPDATE counted SET seq = 0");
    assert_good(&world, "GET", &path, statement, 2 * FEW_BLOCKS);
    let before = total(world.client().get(&path));
    let young = "UPDATE outbox SET created_at = now() AT TIME ZONE 'utc' - interval '11 minutes' \
                 WHERE created_at > now() AT TIME ZONE 'utc' - interval '11 minutes'";
    world.database().sql(young);
    let count = "UPDATE counted SET seq";
    assert_good(&world, "POST", PURGE, count, 10 * FEW_BLOCKS);
    let last = "SELECT (SELECT seq FROM counted) = (SELECT MAX(seq) FROM outbox)";
    eventually(SOON, "all counted", || {
        deliver(&world.client(), PURGE, b"").expect(200);
        (world.database().sql(last) == "t").then_some(())
    });
    assert_good(&world, "GET", &path, statement, FEW_BLOCKS);
    assert_eq!(total(world.client().get(&path)), before);
}

/// Nothing of it is due; what is not looked up in an index would read a whole table at each call.
#[test]
fn the_purge_finds_out_by_index_that_nothing_is_due() {
    let world = world();
    // Deleted, restorable: more than a step.
    world.database().sql(&format!(
        "UPDATE tasks SET deleted_at = now() AT TIME ZONE 'utc' - interval '29 days' WHERE user_id <> '{USER}'"
    ));
    world.database().sql(
        "UPDATE notifications SET read_at = now() AT TIME ZONE 'utc' WHERE read_at IS NOT NULL",
    );
    world
        .database()
        .sql("UPDATE notifications SET created_at = now() AT TIME ZONE 'utc'");
    world.database().sql("VACUUM ANALYZE");
    for statement in [
        "DELETE FROM outbox",
        "DELETE FROM reminders",
        "DELETE FROM tasks",
        "SET title = ''",
        "read_at IS NOT NULL AND id =",
        "read_at IS NULL AND id =",
        "DELETE FROM dead_letters",
        "DELETE FROM event_counts",
        "DELETE FROM idempotency_keys",
    ] {
        assert_good(&world, "POST", PURGE, statement, FEW_BLOCKS);
    }
}
