//! DELETE /ops/users/:user_id: everything of one user goes, on either database, and nothing of others.

use std::thread;

use e2e::{LocalHost, SOON, User, assert_problem, eventually, id_of, new_id};
use serde_json::json;

const OPERATOR: &str = "operator";
const VARIABLES: [(&str, &str); 1] = [("ops_token", OPERATOR)];
const TABLES: [&str; 8] = [
    "tasks",
    "reminders",
    "notifications",
    "dead_letters",
    "outbox",
    "event_counts",
    "idempotency_keys",
    "calendars",
];

#[test]
fn a_user_is_erased_from_sqlite() {
    let host = LocalHost::start_having("erasure", &VARIABLES);
    let execute = |sql: &str| {
        host.outbox().execute(sql, &[]);
    };
    let number = |sql: &str| host.outbox().number(sql, &[]);
    erases(&host, &execute, &number);
}

#[test]
fn a_user_is_erased_from_postgres() {
    let host = LocalHost::start_on_postgres_having("erasure-postgres", &VARIABLES);
    let execute = |sql: &str| {
        host.database().sql(sql);
    };
    let number = |sql: &str| host.database().sql(sql).parse().expect("a number");
    erases(&host, &execute, &number);
}

fn erases(host: &LocalHost, execute: &dyn Fn(&str), number: &dyn Fn(&str) -> i64) {
    let (gone, other) = (User::new(host.client()), User::new(host.client()));
    for user in [&gone, &other] {
        // Both use the same key.
        user.call("POST", "")
            .header("idempotency-key", "key")
            .json(&json!({"title": "x", "due_date": "2999-01-02T00:00:00Z"}))
            .send()
            .expect(201);
        user.call_own("POST", "/calendar").expect(201);
        let deleted = user.create(&json!({"title": "deleted"}));
        user.delete(id_of(&deleted)).expect(204);
        user.wait_until_handled();
        let id = &user.id;
        execute(&format!(
            "INSERT INTO notifications (id, user_id, task_id, remind_at, task_title, due_date, created_at) \
             VALUES ('{}', '{id}', '{}', '2025-01-01T00:00:00', 'x', '2025-01-01T00:00:00', '2025-01-01T00:00:00')",
            new_id(),
            id_of(&deleted),
        ));
        execute(&format!(
            "INSERT INTO dead_letters (id, user_id, type, topic, event, reason, received_at) \
                          VALUES ('{id}', '{id}', '', '', '', '', '2025-01-01T00:00:00')"
        ));
        execute(&format!(
            "INSERT INTO event_counts (user_id, day, type, count) VALUES ('{id}', '2025-01-01', 'task.created', 1)"
        ));
    }
    // Many, of which one was never published; more than one step.
    let id = &gone.id;
    execute(&format!(
        "INSERT INTO outbox (event_id, user_id, type, event, published_at) \
                      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2600) \
                      SELECT '{id}-' || i, '{id}', 'task.updated', '{{}}', '2025-01-01T00:00:00' FROM n"
    ));
    execute(&format!(
        "INSERT INTO outbox (event_id, user_id, type, event, dead_at) \
                      VALUES ('{id}-0', '{id}', 'task.updated', '{{}}', '2025-01-01T00:00:00')"
    ));
    let rows = |user: &User| {
        TABLES.map(|table| {
            number(&format!(
                "SELECT count(*) FROM {table} WHERE user_id = '{}'",
                user.id
            ))
        })
    };
    let (before, others) = (rows(&gone), rows(&other));
    assert!(
        before.iter().chain(&others).all(|rows| *rows > 0),
        "{before:?} {others:?}"
    );

    let path = format!("/ops/users/{}", gone.id);
    let client = host.client();
    assert_problem(&client.call("DELETE", &path).send(), 401);
    let call = |method: &str, path: &str| {
        client
            .call(method, path)
            .header("authorization", &format!("Bearer {OPERATOR}"))
            .send()
    };
    assert_problem(&call("GET", &path), 405);
    assert_problem(&call("DELETE", "/ops/users/a%20b"), 422);
    assert_eq!(rows(&gone), before);
    eventually(SOON, "204", || {
        let reply = call("DELETE", &path);
        assert!([202, 204].contains(&reply.status()), "{}", reply.show());
        (reply.status() == 204).then_some(())
    });
    assert_eq!((rows(&gone), rows(&other)), ([0; 8], others));
    call("DELETE", &path).expect(204);
    assert!(!host.log().contains(&gone.id), "the log names the user");
    assert_eq!(gone.list("status=all").len(), 0);
}

/// A lock takes the time that otherwise many rows would.
#[test]
fn a_call_that_did_not_end_says_so_and_the_next_one_goes_on() {
    let host = LocalHost::start_on_postgres_having("erasure-steps", &VARIABLES);
    let user = User::new(host.client());
    user.create(&json!({"title": "x"}));
    user.wait_until_handled();
    let path = format!("/ops/users/{}", user.id);
    let erase = || {
        let call = host.client();
        let call = call.call("DELETE", &path);
        call.header("authorization", &format!("Bearer {OPERATOR}"))
            .send()
    };
    thread::scope(|scope| {
        let lock = "UPDATE event_counts SET count = 1; UPDATE tasks SET version = version; SELECT pg_sleep(7)";
        scope.spawn(|| host.database().sql(lock));
        let locked = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'UPDATE event_counts%' AND state = 'active'";
        eventually(SOON, "a lock", || {
            (host.database().sql(locked) != "0").then_some(())
        });
        let reply = erase().expect(202);
        assert!(
            reply.json()["erased"].as_u64() > Some(0),
            "{}",
            reply.show()
        );
    });
    erase().expect(204);
}
