//! Readiness on PostgreSQL: a replica that would refuse every call of a user's gets none.

use e2e::LocalHost;

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
