//! A batch on PostgreSQL: how many statements it is, and what becomes of it when the database goes away in the middle.

use e2e::{LocalHost, SOON, User, eventually};
use serde_json::{Value, json};

/// The connection of whoever creates a task with this title is cut.
const CUT: &str = "
    CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid());
        RETURN NEW;
    END
    $$;
    CREATE TRIGGER cut BEFORE INSERT ON tasks FOR EACH ROW WHEN (NEW.title = 'cut') EXECUTE FUNCTION cut()";

fn create(title: &str) -> Value {
    json!({"op": "create", "task": {"title": title}})
}

fn batch(user: &User, operations: &[Value]) -> Vec<Value> {
    let body = json!({"operations": operations});
    let reply = user.call("POST", "/batch").json(&body).send().expect(200);
    reply.json()["items"].as_array().expect("items").clone()
}

#[test]
fn what_was_done_before_the_database_went_away_is_told_and_nothing_more_is_tried() {
    let host = LocalHost::start_on_postgres("batch-away");
    host.database().sql(CUT);
    let user = User::new(host.client());
    let mut operations = vec![create("a"), create("b"), create("cut")];
    operations.extend((0..97).map(|_| create("later")));
    let items = batch(&user, &operations);
    let statuses: Vec<_> = items.iter().map(|item| item["status"].clone()).collect();
    assert_eq!(statuses[..3], [201, 201, 503]);
    assert!(statuses[3..].iter().all(|status| *status == 503));
    let detail = |place: usize| {
        items[place]["problem"]["detail"]
            .as_str()
            .expect("a detail")
    };
    // Of the first it is not known what became of it.
    assert!(detail(2).contains("may have been made"), "{}", detail(2));
    for place in 3..100 {
        assert!(detail(place).contains("not tried"), "{}", detail(place));
    }
    let titles = |tasks: &[Value]| -> Vec<Value> {
        tasks.iter().map(|task| task["title"].clone()).collect()
    };
    assert_eq!(titles(&user.list("sort=title")), ["a", "b"]);
    // The events of those that were done leave as always.
    eventually(SOON, "both events published", || {
        let sql =
            "SELECT count(*) FROM outbox WHERE type = 'task.created' AND published_at IS NOT NULL";
        (host.database().sql(sql) == "2").then_some(())
    });
}

#[test]
fn a_batch_is_as_many_statements_as_its_single_calls_and_one_drain() {
    let host = LocalHost::start_on_postgres("batch-statements");
    let user = User::new(host.client());
    let database = host.database();
    database.log_statements();
    eventually(SOON, "a connection", || {
        (user.call("GET", "").send().status() == 200).then_some(())
    });
    let log = || std::fs::read_to_string(database.log()).expect("the log");
    let before = log().len();
    let mut operations: Vec<Value> = (0..10).map(|n| create(&format!("task {n}"))).collect();
    operations.push(json!({"op": "create", "ref": "a", "task": {"title": "a"}}));
    operations.push(json!({"op": "patch", "task_ref": "a", "task": {"title": "b"}}));
    operations.push(json!({"op": "complete", "task_ref": "a"}));
    operations.push(json!({"op": "delete", "task_ref": "a"}));
    batch(&user, &operations);
    let log = log();
    let new = log.get(before..).unwrap_or_default();
    let count = |part: &str| new.matches(part).count();
    assert_eq!(count("INSERT INTO tasks ("), 11);
    assert_eq!(count("FROM tasks WHERE id = $1 AND user_id"), 3);
    assert_eq!(count("UPDATE tasks AS t SET"), 3);
    let pending = "SELECT count(*) FROM outbox WHERE published_at IS NULL";
    eventually(SOON, "everything published", || {
        (database.sql(pending) == "0").then_some(())
    });
}
