//! A real PostgreSQL: starting, stopping, crashing, and what is left after each.

#![allow(clippy::unwrap_used, reason = "a helper of a test panics to fail it")]

use stack::Postgres;

#[test]
fn rows_survive_a_restart_and_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let mut postgres = Postgres::for_test(folder.path()).unwrap();
    postgres.create_database("todo").unwrap();
    assert!(
        postgres
            .url("todo")
            .ends_with(&format!("127.0.0.1:{}/todo", postgres.port()))
    );
    postgres
        .query("todo", "create table t (n int); insert into t values (1)")
        .unwrap();

    postgres.restart().unwrap();
    postgres.query("todo", "insert into t values (2)").unwrap();

    postgres.kill();
    assert!(
        postgres.query("todo", "select 1").is_err(),
        "it still answers"
    );
    postgres.start_again().unwrap();
    assert_eq!(
        postgres
            .query("todo", "select n from t order by n")
            .unwrap(),
        "1\n2"
    );
}

#[test]
fn it_starts_again_on_a_folder_that_has_data_and_serves_in_utc() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Postgres::for_test(folder.path()).unwrap();
    first.create_database("kept").unwrap();
    first.stop().unwrap();
    drop(first);

    let second = Postgres::for_test(folder.path()).unwrap();
    let names = "select datname from pg_database where datname = 'kept'";
    assert_eq!(second.query("postgres", names).unwrap(), "kept");
    let settings = "select current_setting('timezone'), current_setting('fsync'), current_setting('max_connections')";
    assert_eq!(second.query("postgres", settings).unwrap(), "UTC|off|200");
}

#[test]
fn a_statement_that_fails_is_an_error_that_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = Postgres::for_test(folder.path()).unwrap();
    let error = postgres
        .query("postgres", "select * from nowhere")
        .unwrap_err()
        .to_string();
    assert!(error.contains("nowhere"), "{error}");
}
