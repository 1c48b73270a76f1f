//! What every error answer must look like (RFC 9457, and the API's own `errors` list), and what it must never show.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::reply::Reply;

/// Text that only comes from inside: SQL, the database, the runtime, source paths.
const INTERNALS: [&str; 14] = [
    "sqlite",
    "postgres",
    "select ",
    "insert into",
    "update tasks",
    "panicked",
    "backtrace",
    "wasm",
    "spin-",
    ".rs:",
    "/root",
    "/home/",
    "/src/",
    "constraint",
];

/// Checks that the answer is a problem document with this status, and returns it.
#[track_caller]
pub fn assert_problem(reply: &Reply, status: u16) -> Value {
    assert!(
        reply.status() == status,
        "expected a problem with status {status}\n{}",
        reply.show()
    );
    let content_type = reply.must_header("content-type");
    assert!(
        content_type.starts_with("application/problem+json"),
        "not a problem\n{}",
        reply.show()
    );
    let problem = reply.json();
    assert!(problem["type"].is_string(), "no type\n{}", reply.show());
    assert!(
        problem["title"]
            .as_str()
            .is_some_and(|title| !title.is_empty()),
        "no title\n{}",
        reply.show()
    );
    assert_eq!(
        problem["status"],
        status,
        "the status in the body differs\n{}",
        reply.show()
    );
    assert!(problem["detail"].is_string(), "no detail\n{}", reply.show());
    assert_no_internals(reply);
    problem
}

/// Checks that nothing internal leaks.
#[track_caller]
pub fn assert_no_internals(reply: &Reply) {
    let text = reply.text().to_lowercase();
    for internal in INTERNALS {
        assert!(
            !text.contains(internal),
            "the answer shows {internal:?}\n{}",
            reply.show()
        );
    }
}

/// The fields that a 422 names.
#[track_caller]
pub fn error_fields(reply: &Reply) -> BTreeSet<String> {
    let problem = assert_problem(reply, 422);
    let errors = problem["errors"]
        .as_array()
        .unwrap_or_else(|| panic!("no errors list\n{}", reply.show()));
    assert!(!errors.is_empty(), "an empty errors list\n{}", reply.show());
    errors
        .iter()
        .map(|error| {
            let message = error["message"].as_str().unwrap_or_default();
            assert!(
                !message.is_empty(),
                "an error without a message\n{}",
                reply.show()
            );
            let field = error["field"]
                .as_str()
                .unwrap_or_else(|| panic!("no field\n{}", reply.show()));
            field.to_owned()
        })
        .collect()
}
