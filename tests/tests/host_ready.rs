//! Readiness on PostgreSQL: a replica that would refuse every call of a user's gets none.

use e2e::{Event, LocalHost, User, assert_problem, id_of};
use serde_json::json;

#[test]
fn a_database_without_the_schema_is_not_ready() {
    let host = LocalHost::start_on_postgres("ready");
    let (client, database) = (host.client(), host.database());
    client.get("/health/ready").expect(200);
    database.sql("ALTER SCHEMA public RENAME TO elsewhere");
    client.get("/api/somebody/tasks").expect(503);
    client.get("/health/ready").expect(503);
    client.get("/health/live").expect(200);
    database.sql("ALTER SCHEMA elsewhere RENAME TO public");
    client.get("/health/ready").expect(200);
}

#[test]
fn a_database_of_an_older_version_is_not_ready_and_one_of_a_newer_version_is() {
    let host = LocalHost::start_on_postgres("ready-version");
    let (client, database) = (host.client(), host.database());
    let newest = database.sql("SELECT MAX(version) FROM schema_migrations");
    let newest = newest.parse::<i64>().expect("a version");
    let set = |version: i64| {
        database.sql(&format!(
            "UPDATE schema_migrations SET version = {version} WHERE version >= {newest}"
        ));
    };
    database.sql(&format!(
        "DELETE FROM schema_migrations WHERE version < {newest}"
    ));
    database.sql(&format!(
        "INSERT INTO schema_migrations (version) VALUES ({})",
        newest - 2
    ));
    client.get("/health/ready").expect(200);
    database.sql(&format!(
        "DELETE FROM schema_migrations WHERE version = {newest}"
    ));
    let reply = client.get("/health/ready");
    assert_problem(&reply, 503);
    assert!(reply.header("retry-after").is_some(), "{}", reply.show());
    let line = format!(
        "the database is at version {}, this code needs {newest}",
        newest - 2
    );
    assert!(host.log().contains(&line), "{line}");
    database.sql(&format!(
        "INSERT INTO schema_migrations (version) VALUES ({newest})"
    ));
    set(newest + 1);
    client.get("/health/ready").expect(200);
}

/// As before a migration: whoever waits for the answer may come again, and an event is not lost.
#[test]
fn a_missing_column_is_an_outage() {
    let host = LocalHost::start_on_postgres("ready-column");
    let database = host.database();
    let user = User::new(host.client());
    let task = user.create(&json!({"title": "x", "due_date": "2999-01-01T00:00:00Z"}));
    user.wait_until_handled();
    database.sql("ALTER TABLE tasks RENAME COLUMN anchor TO later");
    // One that has something to say in that column.
    let recurring = json!({
        "title": "y", "due_date": "2999-01-01T00:00:00Z", "is_recurring": true, "recurring_interval": "daily",
    });
    for reply in [user.get(id_of(&task)), user.post(&recurring)] {
        assert_problem(&reply, 503);
        assert!(reply.header("retry-after").is_some(), "{}", reply.show());
    }
    let event = Event::of("task.completed", &task);
    let reply = event
        .deliver(&host.client(), "/api/events/tasks/completed")
        .expect(500);
    assert_eq!(reply.json()["status"], "RETRY", "{}", reply.show());
    database.sql("ALTER TABLE tasks RENAME COLUMN later TO anchor");
    assert_eq!(user.task(id_of(&task))["title"], "x");
    user.post(&recurring).expect(201);
    event.deliver_successfully(&host.client(), "/api/events/tasks/completed");
}
