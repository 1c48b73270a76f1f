//! What a call costs, counted, because times are noisy: statements, events and their bytes, instances of components. On PostgreSQL with
//! Dapr's bus and no sidecar, so that no job comes, and while another drain has all leases, so that the call stands alone.

use e2e::{Bus, LocalHost, SOON, User, deliver, eventually, id_of};
use serde_json::json;

/// What one call cost.
#[derive(Debug, PartialEq)]
struct Cost {
    statements: usize,
    events: u64,
    instances: usize,
}

impl Cost {
    /// One instance, which is what a call without a token has.
    const fn new(statements: usize, events: u64) -> Self {
        Self {
            statements,
            events,
            instances: 1,
        }
    }
}

/// A host whose statements are logged, and which finds every shard of the outbox in the hands of another drain.
struct Meter {
    host: LocalHost,
    user: User,
}

impl Meter {
    fn new() -> Self {
        let host =
            LocalHost::start_on_postgres_with("cost", &Bus::Dapr("http://127.0.0.1:9".into()));
        let user = User::new(host.client());
        let database = host.database();
        database.sql("UPDATE outbox_shards SET owner = 'test', expires_at = 'infinity'");
        database.log_statements();
        eventually(SOON, "a connection", || {
            (user.call("GET", "").send().status() == 200).then_some(())
        });
        Self { host, user }
    }

    fn statements(&self) -> usize {
        let log = std::fs::read_to_string(self.host.database().log()).expect("the log");
        // Simple statements are this test's own.
        log.matches("LOG:  execute ").count()
    }

    fn instances(&self) -> usize {
        self.host.log().matches("\"duration_ms\":").count()
    }

    fn events(&self) -> u64 {
        let count = self.host.database().sql("SELECT count(*) FROM outbox");
        count.parse().expect("a number")
    }

    #[track_caller]
    fn cost<T>(&self, call: impl FnOnce(&User) -> T) -> (T, Cost) {
        let before = (self.statements(), self.events(), self.instances());
        let answer = call(&self.user);
        // An instance writes its line when it has answered.
        eventually(SOON, "the call's line in the log", || {
            (self.instances() > before.2).then_some(())
        });
        let cost = Cost {
            statements: self.statements() - before.0,
            events: self.events() - before.1,
            instances: self.instances() - before.2,
        };
        (answer, cost)
    }

    fn last_event(&self) -> String {
        let sql = "SELECT event FROM outbox ORDER BY seq DESC LIMIT 1";
        self.host.database().sql(sql)
    }
}

#[test]
fn a_call_is_one_statement_to_read_and_one_to_write() {
    let meter = Meter::new();
    let body = json!({"title": "Water the plants"});
    let (task, cost) = meter.cost(|user| user.create(&body));
    assert_eq!(cost, Cost::new(1, 1), "create");
    let id = id_of(&task);
    let event = meter.last_event();
    let bytes = event.len();
    let task_bytes = task.to_string().len();
    assert!(
        bytes < task_bytes + 700,
        "an event of {bytes} bytes for a task of {task_bytes}"
    );

    let (_, cost) = meter.cost(|user| {
        deliver(&user.client, "/api/events/tasks/created", event.as_bytes()).expect(200)
    });
    assert_eq!(
        cost,
        Cost::new(0, 0),
        "the event of a task without a reminder"
    );

    let (_, cost) = meter.cost(|user| user.call("GET", &format!("/{id}")).send().expect(200));
    assert_eq!(cost, Cost::new(1, 0), "get");
    let (list, cost) = meter.cost(|user| user.list("limit=50"));
    assert_eq!((list.len(), cost), (1, Cost::new(1, 0)), "list");
    let patch = json!({"title": "Water them all"});
    let (_, cost) = meter.cost(|user| user.patch(id, &patch).expect(200));
    assert_eq!(cost, Cost::new(2, 1), "patch");
    let (_, cost) = meter.cost(|user| user.patch(id, &patch).expect(200));
    assert_eq!(cost, Cost::new(1, 0), "a patch that changes nothing");
    let (_, cost) = meter.cost(|user| user.complete(id));
    assert_eq!(cost, Cost::new(2, 1), "complete");
    let event = meter.last_event();
    let (_, cost) = meter.cost(|user| {
        deliver(
            &user.client,
            "/api/events/tasks/completed",
            event.as_bytes(),
        )
        .expect(200)
    });
    assert_eq!(cost, Cost::new(0, 0), "the event of a task on its own");
    let (_, cost) = meter.cost(|user| user.delete(id).expect(204));
    assert_eq!(cost, Cost::new(2, 1), "delete");
}
