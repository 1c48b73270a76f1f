//! What PostgreSQL would refuse as text or in an index is kept there too: else it would come again for ever, and hold up
//! every dead letter after it.

use e2e::{
    Answer, Bus, Event, LocalHost, Sidecar, User, assert_acknowledged, assert_problem, id_of,
};
use serde_json::{Value, json};

use crate::bulk::bulk;
use crate::shared::{TOKEN, deliver_dead, deliver_record, harmless, letter, ops, replay};

#[test]
fn a_nul_in_the_record_or_in_the_event_is_kept() {
    let host = LocalHost::start_on_postgres("dead-letters-postgres");
    let (client, task) = (host.client(), json!({"id": e2e::new_id(), "version": 1}));
    let event = |user: String| {
        Event::of("task.created", &task)
            .without("partitionkey")
            .with_data("user_id", json!(user))
            .json
            .to_string()
    };
    let records = [
        b"\0 is no text\xff".to_vec(),
        b"nor is \0 this".to_vec(),
        event("a\u{0}b".to_owned()).into_bytes(),
        event("long".repeat(4000)).into_bytes(),
    ];
    for record in &records {
        let reply = deliver_dead(&client, "tasks", record);
        assert_acknowledged(&reply, "SUCCESS");
    }
    let kept = host.database().sql("SELECT count(*) FROM dead_letters");
    assert_eq!(kept, records.len().to_string());
}

#[test]
fn the_operators_calls_are_answered_there_too() {
    let sidecar = Sidecar::start(Answer::Accept);
    let bus = Bus::Dapr(sidecar.url());
    let variables = [("ops_token", TOKEN)];
    let host = LocalHost::start_on_postgres_and("dead-letters-operators", &bus, &variables);
    let (client, user) = (host.client(), User::new(host.client()));
    // {"received_at":"2026-01-01T00:00:00Z","id":"a\u0000b"}
    let nul = "?cursor=eyJyZWNlaXZlZF9hdCI6IjIwMjYtMDEtMDFUMDA6MDA6MDBaIiwiaWQiOiJhXHUwMDAwYiJ9";
    assert_problem(&ops(&client, "GET", nul).send(), 400);
    assert_problem(&ops(&client, "GET", "?type=%00").send(), 400);
    assert_problem(&ops(&client, "GET", "/%00").send(), 404);
    assert_problem(&replay(&client, "%00"), 404);

    let events = [harmless(&user), harmless(&user)];
    let outcome = |n: usize, offset| {
        let reply = deliver_record(&client, offset, events[n].to_string().as_bytes());
        reply.expect(200).json()["outcome"].clone()
    };
    assert_eq!(
        [outcome(0, 1), outcome(1, 2), outcome(1, 2)],
        ["kept", "kept", "duplicate"]
    );
    let first = letter(&client, "open", id_of(&events[0])).expect("it is open");
    assert_eq!(first["event"], events[0]);
    let query = format!(
        "?user_id={}&type=task.archived&after={time}&limit=1",
        user.id,
        time = first["received_at"].as_str().expect("a time")
    );
    let page = ops(&client, "GET", &query).send().expect(200).json();
    assert_eq!(page["items"][0]["id"], events[1]["id"]);
    let next = format!(
        "{query}&cursor={}",
        page["next_cursor"].as_str().expect("a cursor")
    );
    let page = ops(&client, "GET", &next).send().expect(200).json();
    assert_eq!(
        (&page["items"][0]["id"], &page["next_cursor"]),
        (&first["id"], &Value::Null)
    );

    let mut body = json!({"user_id": user.id, "type": "task.archived", "after": first["received_at"],
                          "before": "2100-01-01T00:00:00Z", "ids": [events[0]["id"], events[1]["id"]],
                          "dry_run": true, "limit": 1});
    assert_eq!(bulk(&client, &body).expect(200).json()["remaining"], 2);
    body["dry_run"] = json!(false);
    let report = bulk(&client, &body).expect(200).json();
    assert_eq!(
        (&report["replayed"], &report["remaining"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(outcome(0, 1), "duplicate");
    assert!(letter(&client, "replayed", id_of(&events[0])).is_some());
    assert_eq!(outcome(0, 9), "kept");
    assert_eq!(
        letter(&client, "open", id_of(&events[0])).expect("again")["failed_again"],
        1
    );
}
