//! An upgrade: a database of the first version of the schema, with data in it, is brought to today's, and everything goes on.

use e2e::{LocalHost, SOON, User, deliver, eventually};

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
    let newest = "SELECT MAX(version) FROM schema_migrations";
    assert_eq!(version, host.outbox().number(newest, &[]));
    assert!(version >= 6, "{version}");
}

#[test]
fn a_postgres_of_the_first_version_goes_on() {
    let host = LocalHost::start_landed_on_postgres("upgrade-postgres", DATA, &VARIABLES);
    goes_on(&host);
    let invalid = "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid";
    assert_eq!(host.database().sql(invalid), "");
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
