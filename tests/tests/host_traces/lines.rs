//! What the line of a request says.

use e2e::trace::traces;
use e2e::{LocalHost, SOON, eventually};
use serde_json::{Value, json};

use crate::session::{Session, start};

/// A line of the log about a request, with these values.
fn line(host: &LocalHost, wanted: &[(&str, Value)]) -> Value {
    eventually(SOON, &format!("a line with {wanted:?}"), || {
        let traces = traces(&host.log());
        let mut spans = traces.into_values().flatten();
        spans
            .find(|span| wanted.iter().all(|(name, value)| span.line[name] == *value))
            .map(|span| span.line)
    })
}

#[test]
fn the_line_of_a_request_says_what_how_and_how_long() {
    let host = start("traces-line");
    let mut session = Session::new(&host, 1);
    session
        .call("POST", "/tasks", Some(json!({"title": "x"})))
        .expect(201);
    let line_of = |method: &str, status: u16| {
        line(
            &host,
            &[("method", json!(method)), ("status", json!(status))],
        )
    };
    let created = line_of("POST", 201);
    assert_eq!(created["component"], "tasks");
    assert_eq!(created["level"], "INFO");
    assert_eq!(created["route"], "/api/{user_id}/tasks");
    assert!(
        created["duration_ms"]
            .as_f64()
            .is_some_and(|time| time > 0.0),
        "{created}"
    );
    let time = created["time"].as_str().unwrap();
    assert!(
        time.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(time).is_ok(),
        "{time}"
    );

    let verified = line(&host, &[("component", json!("verify-token"))]);
    assert_eq!(verified["status"], 204);
    assert_eq!(verified["trace_id"], created["trace_id"]);
    assert_eq!(verified["parent_span_id"], created["span_id"]);

    // A method that the caller made up, and a body that no handler gets to see.
    session.client.call("SECRET", "/api/user1/tasks").send();
    assert_eq!(line_of("other", 401)["route"], "/api/{user_id}/tasks");
    let large = json!({"title": "x".repeat(3_000_000)});
    session.call("PUT", "/tasks/1", Some(large)).expect(413);
    assert_eq!(line_of("PUT", 413)["route"], "/api/{user_id}/tasks/{id}");
}

#[test]
fn a_dropped_event_says_so_in_its_line_and_in_its_trace() {
    let host = start("traces-dropped");
    let event = json!({"specversion": "1.0", "id": "0", "type": "task.deleted", "source": "todo-backend", "data": {},
                       "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"});
    let client = host.client();
    let call = client
        .call("POST", "/api/events/tasks")
        .header("dapr-api-token", "the sidecar's");
    // The sidecar has a span of its own, of which nobody else knows.
    let call = call.header(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
    );
    call.json(&event).send().expect(200);
    for component in ["task-events", "task-deleted"] {
        let line = line(&host, &[("component", json!(component))]);
        assert_eq!(line["event_status"], "DROP", "{line}");
        assert_eq!(line["event_id"], "0");
        assert_eq!(line["trace_id"], "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(line["parent_span_id"], "b7ad6b7169203331");
    }
    let told = host.log();
    let message = told
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let message = message
        .filter(|line| line["level"] == "ERROR")
        .find(|line| line["message"].is_string());
    assert_eq!(
        message.expect("a message")["trace_id"],
        "0af7651916cd43dd8448eb211c80319c"
    );
}
