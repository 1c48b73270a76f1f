//! An upgrade: a database of the first version of the schema, with data in it, is brought to today's, and everything goes on.

use std::{fs, thread};

use e2e::{Database, LocalHost, SOON, User, deliver, eventually, root};

const DATA: &str = include_str!("../fixtures/landed.sql");
const OPERATOR: &str = "operator";
const PENDING: &str = "019a0000-0000-7000-8000-000000000001";
const REMINDED: &str = "019a0000-0000-7000-8000-000000000002";
const DELETED: &str = "019a0000-0000-7000-8000-000000000003";
const LETTER: &str = "019a0000-0000-7000-8000-0000000000e2";

const VARIABLES: [(&str, &str); 1] = [("ops_token", OPERATOR)];

#[test]
fn a_sqlite_file_of_the_first_version_goes_on() {
    let host = LocalHost::start_landed("upgrade", DATA, &VARIABLES);
    goes_on(&host);
    let version = host.outbox().number("PRAGMA user_version", &[]);
    let recorded = "SELECT MAX(version) FROM schema_migrations";
    let recorded = host.outbox().number(recorded, &[]);
    // A step may be PostgreSQL's alone.
    let (sqlite, postgres) = (newest("sqlite"), newest("postgres"));
    assert_eq!((recorded, version), (sqlite, sqlite.max(postgres)));
}

/// The number of the newest migration of a database.
fn newest(database: &str) -> i64 {
    let files = fs::read_dir(root().join("migrations").join(database)).expect("migrations");
    let names = files.map(|file| {
        file.expect("a file")
            .file_name()
            .into_string()
            .expect("a name")
    });
    let numbers = names.filter_map(|name| name.split('_').next()?.parse().ok());
    numbers.max().expect("a migration")
}

#[test]
fn a_postgres_of_the_first_version_goes_on() {
    let host = LocalHost::start_landed_on_postgres("upgrade-postgres", DATA, &VARIABLES);
    goes_on(&host);
    let invalid = "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid";
    assert_eq!(host.database().sql(invalid), "");
}

/// A migration has to wait for a statement that is at work on the table; those who come after it must not wait for both.
#[test]
fn writers_go_on_while_a_postgres_is_upgraded() {
    let database = Database::landed("upgrade-writers", DATA);
    let running = |what: &str| {
        let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE {what}");
        database.sql(&sql) != "0"
    };
    let slow = "query LIKE 'UPDATE tasks SET version%' AND state = 'active'";
    let waiting = "application_name = 'migrate' AND wait_event_type = 'Lock'";
    thread::scope(|scope| {
        scope.spawn(|| database.sql("UPDATE tasks SET version = version; SELECT pg_sleep(4)"));
        eventually(SOON, "a slow writer", || running(slow).then_some(()));
        let upgrade = scope.spawn(|| database.upgrade());
        eventually(SOON, "a migration that waits", || {
            running(waiting).then_some(())
        });
        let mut writes = 0;
        while running(slow) {
            // A lock that is not to be had within a second is an error.
            database.sql("SET lock_timeout = '1s'; UPDATE reminders SET version = version; \
                          INSERT INTO outbox (event_id, user_id, type, event) \
                          VALUES (gen_random_uuid(), 'bob', 'task.updated', '{}'); \
                          INSERT INTO tasks SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), \
                          'series_id', NULL, 'event', NULL))).* FROM tasks AS t LIMIT 1");
            writes += 1;
        }
        assert!(writes > 0, "the slow writer was too fast");
        upgrade.join().expect("the upgrade");
    });
    let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    assert_eq!(database.sql(invalid), "0");
}

fn goes_on(host: &LocalHost) {
    let client = host.client();
    client.get("/health/ready").expect(200);
    let ann = User {
        id: "ann".to_owned(),
        client: client.clone(),
    };
    let stats = ann.stats();
    assert_eq!(stats["by_type"]["task.updated"], 7, "{stats}");
    let all = ann.list("status=all");
    assert!(all.iter().any(|task| task["id"] == REMINDED), "{all:?}");
    ann.get(DELETED).expect(404);

    // What was not published before is published now.
    let next = ann.wait_for_occurrence(&ann.task(PENDING), 2, SOON);
    assert_eq!(next["due_date"], "2025-03-02T08:00:00Z");
    // The reminder that was due meanwhile fires, once.
    let reminded = ann.task(REMINDED);
    eventually(SOON, "the notification", || {
        (ann.notifications_of(&reminded).len() == 1).then_some(())
    });
    // A new change has its event.
    ann.complete(REMINDED);
    ann.wait_until_handled();
    // The dead letter is there, and can be replayed.
    let path = format!("/ops/dead-letters/{LETTER}/replay");
    let replay = client.call("POST", &path);
    replay
        .header("authorization", &format!("Bearer {OPERATOR}"))
        .send()
        .expect(200);
    // What is too old by now goes, and holds up nothing.
    deliver(&client, "/jobs/purge-expired", b"").expect(200);
    eventually(SOON, "a log line", || {
        host.log()
            .contains("1 deleted tasks older than 30 days removed")
            .then_some(())
    });
    let read = "1 read notifications older than 90 days removed";
    eventually(SOON, read, || host.log().contains(read).then_some(()));
    // The two of them, the next occurrence, and what the waiting made.
    assert_eq!(ann.list("status=all").len(), 5);
}
