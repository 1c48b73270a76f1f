//! A snapshot that stays open, as of a backup: PostgreSQL keeps the index entries of everything published since, and the search
//! for pending events must not pass over them.

use std::thread;

use e2e::{SOON, eventually, report};
use serde_json::Value;

use crate::world::world;

/// Long enough for what the test does meanwhile, on a machine that is busy with other work.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM leases; SELECT pg_sleep(40); COMMIT";

const OPEN: &str = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(40)%' AND pid <> pg_backend_pid()";

/// The search as it would be without the mark.
const FROM_THE_BEGINNING: &str = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT seq FROM outbox \
     WHERE published_at IS NULL AND dead_at IS NULL AND seq > 0 ORDER BY seq LIMIT 1";

/// A page or two of each index, and the small tables.
const FEW_BLOCKS: u64 = 100;

#[test]
fn an_open_snapshot_does_not_slow_the_search_for_pending_events_down() {
    let world = world();
    let database = world.database();
    thread::scope(|scope| {
        scope.spawn(|| database.sql(SNAPSHOT));
        eventually(SOON, "an open snapshot", || {
            (database.sql(OPEN) == "1").then_some(())
        });
        for n in 0..10 {
            database.sql(&format!(
                "INSERT INTO outbox (event_id, user_id, type, event) \
                 SELECT 'flood-{n}-' || i, 'flood-' || i % 50, 'task.created', '{{}}' FROM generate_series(1, 10000) AS i"
            ));
            database.sql("UPDATE outbox SET published_at = created_at WHERE published_at IS NULL");
        }
        // The mark moves in two calls: the first notes where to.
        for _ in 0..2 {
            world.plan("POST", "/jobs/relay-outbox", "UPDATE outbox_low_water");
        }
        let (plan, _) = world.plan("POST", "/jobs/relay-outbox", "FROM outbox AS o WHERE");
        let before = blocks_of(&database.sql(FROM_THE_BEGINNING));
        assert_eq!(database.sql(OPEN), "1", "the snapshot was closed too early");
        report(&format!(
            "{} blocks for what is pending behind 100,000 events published under a snapshot, {before} without the mark",
            plan.blocks()
        ));
        assert!(before > 10 * FEW_BLOCKS, "{before}: nothing to pass over");
        assert!(plan.blocks() <= FEW_BLOCKS, "{}", plan.blocks());
    });
    database.sql("DELETE FROM outbox WHERE user_id LIKE 'flood-%'");
    database.sql("VACUUM outbox");
}

fn blocks_of(explained: &str) -> u64 {
    let plan: Value = serde_json::from_str(explained).expect("a plan");
    let node = &plan[0]["Plan"];
    let count = |name: &str| node[name].as_u64().unwrap_or_default();
    count("Shared Hit Blocks") + count("Shared Read Blocks")
}
