//! Migrating real databases: from empty, twice, at once, into an error, from newer code, and by the script for containers.

#![allow(clippy::unwrap_used, reason = "a helper of a test panics to fail it")]

mod support;

use migrate::{MIGRATIONS, MigrateError, Migration, migrate, migrate_with};
use support::Server;

const VERSIONS: &str =
    "select string_agg(version::text, ',' order by version) from schema_migrations";

fn all() -> String {
    let versions: Vec<String> = MIGRATIONS.iter().map(|m| m.version.to_string()).collect();
    versions.join(",")
}

const SAMPLE: [Migration; 3] = [
    Migration {
        version: 1,
        name: "0001_a.sql",
        sql: "CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY); CREATE TABLE a (n INT);",
    },
    Migration {
        version: 2,
        name: "0002_b.sql",
        sql: "CREATE TABLE b (n INT); INSERT INTO nowhere VALUES (1);",
    },
    Migration {
        version: 3,
        name: "0003_c.sql",
        sql: "CREATE TABLE c (n INT);",
    },
];

#[test]
fn a_second_run_has_nothing_to_do() {
    let server = Server::start();
    let url = server.database("twice");
    assert_eq!(migrate(&url).unwrap().len(), MIGRATIONS.len());
    assert_eq!(server.query("twice", VERSIONS), all());
    assert!(migrate(&url).unwrap().is_empty());
    assert_eq!(server.query("twice", VERSIONS), all());
}

#[test]
fn runs_at_once_apply_every_file_once() {
    let server = Server::start();
    let url = server.database("at_once");
    let applied: Vec<usize> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| migrate(&url))).collect();
        runs.into_iter()
            .map(|run| run.join().unwrap().unwrap().len())
            .collect()
    });
    assert_eq!(
        applied.iter().sum::<usize>(),
        MIGRATIONS.len(),
        "{applied:?}"
    );
    assert_eq!(server.query("at_once", VERSIONS), all());
}

#[test]
fn a_file_that_fails_leaves_no_trace_and_the_ones_before_it_stay() {
    let server = Server::start();
    let url = server.database("failing");
    let error = migrate_with(&url, &SAMPLE).unwrap_err().to_string();
    assert!(
        error.contains("0002_b.sql") && error.contains("nowhere"),
        "{error}"
    );
    assert_eq!(server.query("failing", VERSIONS), "1");
    let tables =
        "select to_regclass('a') is not null, to_regclass('b') is null, to_regclass('c') is null";
    assert_eq!(server.query("failing", tables), "t|t|t");
}

#[test]
fn a_database_of_newer_code_is_refused_and_left_alone() {
    let server = Server::start();
    let url = server.database("newer");
    migrate(&url).unwrap();
    server.query(
        "newer",
        "insert into schema_migrations (version) values (99)",
    );
    let error = migrate(&url).unwrap_err();
    assert!(
        matches!(error, MigrateError::Newer { database: 99, .. }),
        "{error}"
    );
}

#[test]
fn the_owner_of_the_database_need_not_be_a_superuser() {
    let server = Server::start();
    server.query("postgres", "create role todo login");
    let url = server.database("owned");
    server.query("postgres", "alter database owned owner to todo");
    migrate(&url.replace("postgres@", "todo@")).unwrap();
    let owner = "select tableowner from pg_tables where tablename = 'tasks'";
    assert_eq!(server.query("owned", owner), "todo");
}

#[test]
fn no_error_has_the_password() {
    let server = Server::start();
    let port = server.port();
    for url in [
        "postgres://todo:s3cret@127.0.0.1:1/todo".to_owned(),
        "postgres://todo:s3cret@127.0.0.1:port/todo".to_owned(),
        "postgres:/todo:s3cret@".to_owned(),
        format!("postgres://nobody:s3cret@127.0.0.1:{port}/todo"),
        format!("postgres://postgres:s3cret@127.0.0.1:{port}/missing"),
    ] {
        let error = migrate(&url).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains("s3cret"), "{text}");
        assert!(
            text.contains("127.0.0.1") || text.contains("postgres://user"),
            "{text}"
        );
    }
}

#[test]
fn the_script_for_containers_does_the_same_and_both_know_of_each_other() {
    let server = Server::start();
    let url = server.database("script");
    let output = server.script("script").unwrap();
    assert_eq!(output.lines().count(), MIGRATIONS.len(), "{output}");
    assert_eq!(server.query("script", VERSIONS), all());
    assert!(migrate(&url).unwrap().is_empty());
    assert_eq!(server.script("script").unwrap(), "");

    let url = server.database("library");
    migrate(&url).unwrap();
    assert_eq!(server.script("library").unwrap(), "");
    server.query(
        "library",
        "insert into schema_migrations (version) values (99)",
    );
    let error = server.script("library").unwrap_err();
    assert!(error.contains("the database is at version 99"), "{error}");
}

#[test]
fn the_script_and_the_library_at_once_apply_every_file_once() {
    let server = Server::start();
    let url = server.database("both");
    std::thread::scope(|scope| {
        let script = scope.spawn(|| server.script("both"));
        let library = scope.spawn(|| migrate(&url));
        let applied = script.join().unwrap().unwrap().lines().count()
            + library.join().unwrap().unwrap().len();
        assert_eq!(applied, MIGRATIONS.len());
    });
}

#[test]
fn the_config_map_has_every_file() {
    let folder = support::folder();
    let list = std::fs::read_to_string(folder.join("kustomization.yaml")).unwrap();
    let mut listed: Vec<&str> = list
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- "))
        .filter(|entry| !entry.contains(':'))
        .collect();
    listed.sort_unstable();
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "kustomization.yaml")
        .collect();
    files.sort();
    assert_eq!(listed, files);
}
