//! migrations/postgres/apply.sh on real databases: from empty, twice, at once, into an error, from newer files, and outside
//! of a transaction.

#![allow(clippy::unwrap_used, reason = "a helper of a test panics to fail it")]

use stack::{NEVER, Postgres, migrate, wait_until};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(20);
const FIRST: &str =
    "CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY); CREATE TABLE a (n INT);";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A server, and a repository with migrations of the test's own.
struct Bench {
    postgres: Postgres,
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let postgres = Postgres::for_test(folder.path()).unwrap();
        let bench = Self { postgres, folder };
        fs::create_dir_all(bench.files()).unwrap();
        for name in ["apply.sh", "apply.sql"] {
            let from = repository().join("migrations/postgres").join(name);
            fs::copy(from, bench.files().join(name)).unwrap();
        }
        bench
    }

    fn files(&self) -> PathBuf {
        self.folder.path().join("migrations/postgres")
    }

    fn file(&self, name: &str, sql: &str) -> &Self {
        fs::write(self.files().join(name), sql).unwrap();
        self
    }

    /// The URL of a new, empty database.
    fn database(&self, name: &str) -> String {
        self.postgres.create_database(name).unwrap();
        self.postgres.url(name)
    }

    /// Applies the test's own migrations; the error as text.
    fn migrate(&self, url: &str) -> Result<Vec<String>, String> {
        migrate(self.folder.path(), url, NEVER).map_err(|error| format!("{error:#}"))
    }

    fn versions(&self, database: &str) -> String {
        self.query(
            database,
            "select string_agg(version::text, ',' order by version) from schema_migrations",
        )
    }

    fn query(&self, database: &str, sql: &str) -> String {
        self.postgres.query(database, sql).unwrap()
    }
}

fn real(url: &str) -> anyhow::Result<Vec<String>> {
    migrate(&repository(), url, NEVER)
}

#[test]
fn a_second_run_has_nothing_to_do_and_the_owner_need_not_be_a_superuser() {
    let bench = Bench::new();
    bench.query("postgres", "create role todo login");
    let url = bench.database("owned").replace("postgres@", "todo@");
    bench.query("postgres", "alter database owned owner to todo");
    let names = real(&url).unwrap();
    assert!(names.contains(&"0001_init.sql".to_owned()), "{names:?}");
    let count = "select count(*) from schema_migrations";
    assert_eq!(bench.query("owned", count), names.len().to_string());
    assert!(real(&url).unwrap().is_empty());
    let owner = "select tableowner from pg_tables where tablename = 'tasks'";
    assert_eq!(bench.query("owned", owner), "todo");
}

#[test]
fn runs_at_once_apply_every_file_once() {
    let bench = Bench::new();
    // Waiting runs must not hold up the index, which waits for every older transaction.
    let index = "-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE INDEX CONCURRENTLY i ON a (n);\n";
    bench
        .file("0001_a.sql", FIRST)
        .file(
            "0002_b.sql",
            &index.replace("CREATE", "SELECT pg_sleep(1);\nCREATE"),
        )
        .file("0003_c.sql", "CREATE TABLE c (n INT);");
    let url = bench.database("at_once");
    let mut applied: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| bench.migrate(&url)))
            .collect();
        let results = runs.into_iter().map(|run| run.join().unwrap().unwrap());
        results.flatten().collect()
    });
    applied.sort();
    assert_eq!(applied, ["0001_a.sql", "0002_b.sql", "0003_c.sql"]);
    let valid = "select indisvalid from pg_index where indexrelid = 'i'::regclass";
    assert_eq!(bench.query("at_once", valid), "t");
}

#[test]
fn a_file_that_fails_leaves_no_trace_and_the_ones_before_it_stay() {
    let bench = Bench::new();
    bench
        .file("0001_a.sql", FIRST)
        .file(
            "0002_b.sql",
            "CREATE TABLE b (n INT); INSERT INTO nowhere VALUES (1);",
        )
        .file("0003_c.sql", "CREATE TABLE c (n INT);");
    let url = bench.database("failing");
    let error = bench.migrate(&url).unwrap_err();
    assert!(
        error.contains("0002_b.sql") && error.contains("nowhere"),
        "{error}"
    );
    assert_eq!(bench.versions("failing"), "1");
    let tables =
        "select to_regclass('a') is not null, to_regclass('b') is null, to_regclass('c') is null";
    assert_eq!(bench.query("failing", tables), "t|t|t");
}

#[test]
fn a_file_outside_of_a_transaction_that_failed_runs_again() {
    let bench = Bench::new();
    bench
        .file("0001_a.sql", &format!("{FIRST} INSERT INTO a VALUES (1), (1);"))
        .file(
            "0002_unique.sql",
            "-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE UNIQUE INDEX CONCURRENTLY i ON a (n);\n",
        );
    let url = bench.database("again");
    let error = bench.migrate(&url).unwrap_err();
    assert!(error.contains("could not create unique index"), "{error}");
    let valid = "select indisvalid from pg_index where indexrelid = 'i'::regclass";
    assert_eq!(bench.query("again", valid), "f", "what the failure left");
    assert_eq!(bench.versions("again"), "1");
    bench.query("again", "delete from a");
    assert_eq!(bench.migrate(&url).unwrap(), ["0002_unique.sql"]);
    assert_eq!(bench.query("again", valid), "t");
    assert_eq!(bench.versions("again"), "1,2");
}

#[test]
fn the_index_waits_for_an_older_transaction_and_holds_up_nobody() {
    let bench = Bench::new();
    bench.file("0001_a.sql", FIRST);
    let url = bench.database("older");
    bench.migrate(&url).unwrap();
    bench.file(
        "0002_i.sql",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (n);\n",
    );
    let count = |state: &str| {
        let sql = format!("select count(*) from pg_stat_activity where {state}");
        bench.query("postgres", &sql)
    };
    std::thread::scope(|scope| {
        let open = "begin; insert into a values (1); select pg_sleep(3); commit";
        let older = scope.spawn(|| bench.query("older", open));
        let sleeping = "wait_event = 'PgSleep' and application_name = 'psql'";
        wait_until(SOON, "the older transaction", || count(sleeping) == "1").unwrap();
        let migration = scope.spawn(|| bench.migrate(&url));
        let waiting = "application_name = 'migrate' and wait_event_type = 'Lock'";
        wait_until(SOON, "the wait of the index", || count(waiting) == "1").unwrap();
        bench.query("older", "insert into a values (2)");
        assert!(!older.is_finished(), "too late to say");
        older.join().unwrap();
        assert_eq!(migration.join().unwrap().unwrap(), ["0002_i.sql"]);
    });
}

#[test]
fn a_database_of_newer_files_is_refused_and_left_alone() {
    let bench = Bench::new();
    let url = bench.database("newer");
    real(&url).unwrap();
    bench.query(
        "newer",
        "insert into schema_migrations (version) values (99)",
    );
    let error = format!("{:#}", real(&url).unwrap_err());
    assert!(error.contains("the database is at version 99"), "{error}");
}

#[test]
fn no_error_has_the_password() {
    let bench = Bench::new();
    let port = bench.postgres.port();
    for url in [
        "postgres://todo:s3cret@127.0.0.1:1/todo".to_owned(),
        "postgres://todo:s3cret@127.0.0.1:port/todo".to_owned(),
        "postgres:/todo:s3cret@".to_owned(),
        format!("postgres://nobody:s3cret@127.0.0.1:{port}/todo"),
        format!("postgres://postgres:s3cret@127.0.0.1:{port}/missing"),
    ] {
        let error = format!("{:?}", real(&url).unwrap_err());
        assert!(!error.contains("s3cret"), "{error}");
        assert!(
            error.contains("psql") || error.contains("postgres://user"),
            "{error}"
        );
    }
}

#[test]
fn a_server_without_tls_is_refused_when_the_url_requires_it() {
    let bench = Bench::new();
    bench.file("0001_a.sql", FIRST);
    let url = format!("{}?sslmode=require", bench.database("plain"));
    let error = bench.migrate(&url).unwrap_err();
    assert!(error.contains("SSL"), "{error}");
}

#[test]
fn the_config_map_has_every_file() {
    let folder = repository().join("migrations/postgres");
    let text = fs::read_to_string(folder.join("kustomization.yaml")).unwrap();
    let list: serde_json::Value = yaml_serde::from_str(&text).unwrap();
    let listed = list["configMapGenerator"][0]["files"].as_array().unwrap();
    let mut listed: Vec<&str> = listed.iter().map(|name| name.as_str().unwrap()).collect();
    listed.sort_unstable();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<String> = files.map(|entry| name(entry.unwrap())).collect();
    files.retain(|name| name != "kustomization.yaml");
    files.sort();
    assert_eq!(listed, files);
    // Versions follow one another.
    let numbers = files.iter().filter_map(|name| name.get(..4)?.parse().ok());
    let numbers: Vec<usize> = numbers.collect();
    assert_eq!(numbers, (1..=files.len() - 2).collect::<Vec<_>>());
}
