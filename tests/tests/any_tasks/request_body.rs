//! The body as bytes: its type, its size, and JSON that is none.

use e2e::{assert_problem, id_of, user};
use serde_json::json;

const LIMIT: usize = 64 * 1024;

/// A task as JSON of exactly this many bytes.
fn body_of(size: usize) -> Vec<u8> {
    let mut body = br#"{"title": "x"}"#.to_vec();
    body.resize(size, b' ');
    body
}

#[test]
fn a_body_of_64_kib_is_read() {
    user()
        .call("POST", "")
        .raw("application/json", &body_of(LIMIT))
        .send()
        .expect(201);
}

#[test]
fn a_larger_body_is_413() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let one = format!("/{}", id_of(&task));
    let complete = format!("{one}/complete");
    for size in [LIMIT + 1, 1024 * 1024, 3 * 1024 * 1024] {
        for (method, path) in [
            ("POST", ""),
            ("PATCH", &one),
            ("PUT", &one),
            ("POST", &complete),
        ] {
            let reply = user
                .call(method, path)
                .raw("application/json", &body_of(size))
                .send();
            assert_problem(&reply, 413);
        }
    }
    assert_eq!(user.task(id_of(&task)), task);
}

#[test]
fn a_client_that_sends_far_too_much_still_gets_its_answer() {
    let user = user();
    for _ in 0..10 {
        let large = body_of(12 * 1024 * 1024);
        let call = user.call("POST", "").raw("application/json", &large);
        assert_problem(&call.send(), 413);
    }
}

#[test]
fn a_body_that_is_not_json_is_400() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let one = format!("/{}", id_of(&task));
    let complete = format!("{one}/complete");
    let bodies: [&[u8]; 6] = [
        b"",
        b"{",
        b"{\"title\": \"x\"} trailing",
        b"title=x",
        b"\xff\xfe\x00",
        b"{'title': 'x'}",
    ];
    for body in bodies {
        for (method, path) in [
            ("POST", ""),
            ("PATCH", &one),
            ("PUT", &one),
            ("POST", &complete),
        ] {
            if body.is_empty() && path == complete {
                continue; // there the body is optional
            }
            assert_problem(
                &user.call(method, path).raw("application/json", body).send(),
                400,
            );
        }
    }
}

#[test]
fn json_that_is_not_an_object_is_refused() {
    let user = user();
    for body in [
        "[]",
        "null",
        "\"title\"",
        "1",
        "true",
        "[{\"title\": \"x\"}]",
    ] {
        let call = user.call("POST", "");
        let reply = call.raw("application/json", body.as_bytes()).send();
        assert_problem(&reply, 400);
    }
}

#[test]
fn json_nested_without_end_is_refused() {
    let deep = format!(
        "{{\"title\": {}1{}}}",
        "[".repeat(30_000),
        "]".repeat(30_000)
    );
    let user = user();
    let call = user.call("POST", "");
    let reply = call.raw("application/json", deep.as_bytes()).send();
    assert_problem(&reply, 400);
}

#[test]
fn another_content_type_is_415() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let one = format!("/{}", id_of(&task));
    for content_type in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/jsonp",
    ] {
        for (method, path) in [("POST", ""), ("PATCH", &one), ("PUT", &one)] {
            let reply = user
                .call(method, path)
                .raw(content_type, br#"{"title": "y"}"#)
                .send();
            assert_problem(&reply, 415);
        }
    }
    assert_eq!(user.task(id_of(&task)), task);
}

#[test]
fn a_body_under_a_content_coding_is_415() {
    let user = user();
    let send = |coding: &str| {
        let call = user.call("POST", "").header("content-encoding", coding);
        call.raw("application/json", br#"{"title": "x"}"#).send()
    };
    for coding in ["gzip", "br", "identity, gzip"] {
        let reply = send(coding);
        assert_problem(&reply, 415);
        assert_eq!(reply.must_header("accept-encoding"), "identity");
    }
    send("identity").expect(201);
}

#[test]
fn a_number_that_is_too_large_to_read_is_not_called_bad_json() {
    let user = user();
    let call = user.call("POST", "").raw(
        "application/json",
        br#"{"title": "x", "recurring_every": 1e999}"#,
    );
    let problem = assert_problem(&call.send(), 400);
    let detail = problem["detail"].as_str().unwrap();
    assert!(!detail.contains("not JSON"), "{detail}");
}

#[test]
fn a_charset_and_capitals_in_the_content_type_are_fine() {
    let user = user();
    for content_type in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json;charset=UTF-8",
    ] {
        user.call("POST", "")
            .raw(content_type, br#"{"title": "x"}"#)
            .send()
            .expect(201);
    }
}

#[test]
fn merge_patch_has_a_content_type_of_its_own() {
    let user = user();
    let task = user.create(&json!({"title": "x"}));
    let call = user.call("PATCH", &format!("/{}", id_of(&task)));
    let reply = call
        .raw("application/merge-patch+json", br#"{"title": "y"}"#)
        .send()
        .expect(200);
    assert_eq!(reply.json()["title"], "y");
}

#[test]
fn any_text_is_stored_as_it_is() {
    let user = user();
    for title in [
        "'; DROP TABLE tasks; --",
        "\u{1f600} e\u{301} \u{202e}rtl",
        "<b>&amp;</b>",
        "a\"b\\c",
        "%00 %s {}",
    ] {
        let task = user.create(&json!({"title": title, "description": title}));
        let stored = user.task(id_of(&task));
        assert_eq!(
            (&stored["title"], &stored["description"]),
            (&json!(title), &json!(title))
        );
    }
}
