//! The other pure functions of the page's modules: forms, sessions, calls, the outbox.

use serde_json::{Value, json};

use crate::words::assert_all;

#[test]
fn a_form_sends_what_has_changed() {
    let before = json!({"title": "a", "tags": "x", "due_date": "2031-01-31T09:00", "time_zone": "UTC", "recurring_interval": "", "recurring_count": "",
        "recurring_until": "", "description": ""});
    let mut cases = Vec::new();
    for (change, body) in [
        (json!({}), json!({})),
        (json!({"title": "b"}), json!({"title": "b"})),
        (json!({"tags": "x, y,,"}), json!({"tags": ["x", "y"]})),
        (json!({"due_date": ""}), json!({"due_date": null})),
        (
            json!({"recurring_interval": "weekly"}),
            json!({"recurring_interval": "weekly", "is_recurring": true}),
        ),
        // Another zone is another moment.
        (
            json!({"time_zone": "Asia/Tokyo"}),
            json!({"time_zone": "Asia/Tokyo", "due_date": "2031-01-31T09:00"}),
        ),
        (
            json!({"recurring_count": "5"}),
            json!({"recurring_count": 5}),
        ),
        (json!({"description": " "}), json!({"description": null})),
    ] {
        let mut after = before.clone();
        after
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        cases.push((format!("m.body({before}, {after})"), body));
    }
    cases.push((
        "m.body({recurring_interval: 'daily'}, {recurring_interval: ''})".to_owned(),
        json!({"recurring_interval": null, "is_recurring": false}),
    ));
    // What both have changed alike is no conflict.
    cases.push((
        "m.conflicts({a: '1', b: '1', c: '1', d: '1'}, {a: '2', b: '1', c: '3', d: '4'}, {a: '1', b: '5', c: '3', d: '6'})".to_owned(),
        json!([["a", "2", "1"], ["b", "1", "5"], ["d", "4", "6"]]),
    ));
    assert_all("fields", &cases);
}

#[test]
fn the_owner_of_a_token_is_its_subject() {
    let token = |claims: &Value| e2e::tokens::signed("secret", None, claims);
    assert_all(
        "session",
        &[
            (
                format!("m.subjectOf({:?})", token(&json!({"sub": "jürgen"}))),
                json!("jürgen"),
            ),
            (format!("m.subjectOf({:?})", token(&json!({}))), Value::Null),
            ("m.subjectOf('x.y.z')".to_owned(), Value::Null),
            ("m.subjectOf('')".to_owned(), Value::Null),
        ],
    );
}

#[test]
fn queries_and_paths_are_escaped() {
    assert_all(
        "api",
        &[
            (
                "m.query({a: 1, b: '', c: null, d: ['x', 'y z'], e: false})".to_owned(),
                json!("?a=1&d=x&d=y+z&e=false"),
            ),
            ("m.query({})".to_owned(), json!("")),
            (
                "m.userPath('a%/b', '/tasks')".to_owned(),
                json!("/api/a%25%2Fb/tasks"),
            ),
            (
                "/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(m.newTrace().traceparent)".to_owned(),
                json!(true),
            ),
        ],
    );
}

#[test]
fn the_state_of_the_outbox_is_told_in_words() {
    let lag = |pending, oldest: Value, waiting| {
        format!(
            "m.verdict({{pending: {pending}, oldest_seconds: {oldest}, waiting_users: {waiting}}})"
        )
    };
    assert_all(
        "lag",
        &[
            (
                lag(0, Value::Null, 0),
                json!(["good", "Everything is published."]),
            ),
            (
                lag(1, json!(0.25), 0),
                json!(["good", "1 event waits, the oldest for 0.3 s."]),
            ),
            (
                lag(30, json!(12), 2),
                json!([
                    "slow",
                    "30 events wait, the oldest for 12 s; 2 users wait for the bus."
                ]),
            ),
            (
                lag(30, json!(600), 1),
                json!([
                    "bad",
                    "30 events wait, the oldest for 10 minutes; 1 user waits for the bus."
                ]),
            ),
        ],
    );
}
