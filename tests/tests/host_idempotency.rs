//! Idempotency keys as the database keeps them: expired ones are used anew and purged, and a call without a key costs what it did.

use e2e::{LocalHost, Reply, SOON, User, assert_problem, deliver, eventually, id_of};
use serde_json::json;

fn post(user: &User, key: &str, title: &str) -> Reply {
    let call = user.call("POST", "").header("idempotency-key", key);
    call.json(&json!({"title": title})).send()
}

/// Runs SQL in the database of the host.
type Execute<'a> = &'a dyn Fn(&str);
/// Asks it for a number.
type Number<'a> = &'a dyn Fn(&str) -> i64;

#[test]
fn keys_expire_on_sqlite() {
    let host = LocalHost::start("idempotency");
    let execute = |sql: &str| {
        host.outbox().execute(sql, &[]);
    };
    keys_expire(&host, &execute, &|sql| host.outbox().number(sql, &[]));
}

#[test]
fn keys_expire_on_postgres() {
    let host = LocalHost::start_on_postgres("idempotency-postgres");
    let execute = |sql: &str| {
        host.database().sql(sql);
    };
    let number = |sql: &str| host.database().sql(sql).parse().expect("a number");
    keys_expire(&host, &execute, &number);
}

fn keys_expire(host: &LocalHost, execute: Execute<'_>, number: Number<'_>) {
    let user = User::new(host.client());
    let first = post(&user, "a", "x").expect(201).json();
    post(&user, "b", "x").expect(201);
    let age = |key: &str, time: &str| {
        execute(&format!(
            "UPDATE idempotency_keys SET expires_at = '{time}' WHERE key = '{key}'"
        ));
    };
    let kept = || number("SELECT count(*) FROM idempotency_keys");
    let riding = || number("SELECT count(*) FROM tasks WHERE idempotency IS NOT NULL");
    assert_eq!((kept(), riding()), (2, 0));
    let in_a_day = "SELECT count(*) FROM idempotency_keys WHERE expires_at > ";
    let soon = (chrono::Utc::now() + chrono::TimeDelta::hours(23)).format("%Y-%m-%dT%H:%M:%S");
    let late = (chrono::Utc::now() + chrono::TimeDelta::hours(25)).format("%Y-%m-%dT%H:%M:%S");
    assert_eq!(number(&format!("{in_a_day}'{soon}'")), 2);
    assert_eq!(number(&format!("{in_a_day}'{late}'")), 0);

    // An expired one is free, also for another request, and is kept anew.
    age("a", "2025-01-01T00:00:00.000000");
    let second = post(&user, "a", "y").expect(201).json();
    assert_ne!(id_of(&second), id_of(&first));
    assert_eq!(post(&user, "a", "y").expect(201).json(), second);
    assert_problem(&post(&user, "a", "x"), 422);
    assert_eq!(number(&format!("{in_a_day}'{soon}'")), 2);

    age("b", "2025-01-01T00:00:00.000000");
    deliver(&host.client(), "/jobs/purge-expired", b"").expect(200);
    let line = "1 expired idempotency keys removed";
    eventually(SOON, line, || host.log().contains(line).then_some(()));
    assert_eq!((kept(), riding()), (1, 0));
    assert_eq!(user.list("status=all").len(), 3);
}

#[test]
fn one_statement_makes_a_task_with_or_without_a_key() {
    let host = LocalHost::start_on_postgres("idempotency-statements");
    let user = User::new(host.client());
    let database = host.database();
    database.log_statements();
    eventually(SOON, "a connection", || {
        (user.call("GET", "").send().status() == 200).then_some(())
    });
    let log = || std::fs::read_to_string(database.log()).expect("the log");
    // Statements on the tables that matter; a drain and the event components do their own.
    let statements = |job: &dyn Fn()| {
        let before = log().len();
        job();
        let log = log();
        let new = log.get(before..).unwrap_or_default();
        ["INSERT INTO tasks (", "FROM idempotency_keys WHERE user_id"]
            .map(|part| new.matches(part).count())
    };
    let without = statements(&|| drop(user.create(&json!({"title": "x"}))));
    assert_eq!(without, [1, 0]);
    let with = statements(&|| drop(post(&user, "a", "x").expect(201)));
    assert_eq!(with, [1, 0]);
    let again = statements(&|| drop(post(&user, "a", "x").expect(201)));
    assert_eq!(again, [1, 1]);
}
