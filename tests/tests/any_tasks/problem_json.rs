//! Hostile and broken requests: always a problem document, never a 500, never anything from inside.

use e2e::{Reply, assert_no_internals, assert_problem, id_of, user};
use serde_json::{Value, json};

fn assert_harmless(reply: &Reply) {
    assert!(reply.status() < 500, "{}", reply.show());
    if reply.status() >= 400 {
        assert_problem(reply, reply.status());
    }
}

#[test]
fn an_error_names_its_type_title_status_and_detail() {
    let user = user();
    assert_problem(&user.get("nothing"), 404);
    assert_problem(&user.call("GET", "?nonsense=1").send(), 400);
    assert_problem(&user.call("POST", "").raw("text/plain", b"x").send(), 415);
    assert_problem(&user.post(&json!({})), 422);
}

#[test]
fn a_detail_is_for_a_reader_and_not_the_same_for_everything() {
    let user = user();
    let detail = |reply: &Reply| {
        reply.json()["detail"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let (one, other) = (user.get("nothing"), user.call("GET", "?nonsense=1").send());
    assert_ne!(detail(&one), detail(&other));
    assert!(!detail(&one).is_empty() && !detail(&other).is_empty());
}

#[test]
fn odd_values_never_reach_an_internal_error() {
    let user = user();
    let odd = [
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("\u{feff}"),
        json!("\u{1f4a9}".repeat(200)),
        json!(1e308),
        json!(-0.0),
        json!(i64::MIN),
        json!(u64::MAX),
        json!([[[[]]]]),
        json!({"$ne": null}),
        json!("9".repeat(4000)),
        json!(""),
        json!("+999999-12-31T23:59:59Z"),
        json!("0000-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59.999999999Z"),
        json!("2031-06-30T23:59:60Z"),
        json!("../../etc/localtime"),
        json!("UTC\u{0}"),
    ];
    let fields = [
        "title",
        "description",
        "priority",
        "tags",
        "due_date",
        "time_zone",
        "is_recurring",
        "recurring_interval",
        "recurring_every",
        "recurrence_rule",
        "recurrence_policy",
        "recurring_until",
        "recurring_count",
        "remind_before_minutes",
    ];
    for field in fields {
        for value in &odd {
            let mut body = json!({"title": "x", "is_recurring": true, "recurring_interval": "yearly",
                                  "due_date": "2031-01-01T00:00:00Z"});
            body[field] = value.clone();
            let reply = user.post(&body);
            assert_harmless(&reply);
            if reply.status() == 201 {
                let task = reply.json();
                assert_harmless(&user.get(id_of(&task)));
                assert_harmless(
                    &user
                        .call("GET", &format!("/{}/occurrences?limit=100", id_of(&task)))
                        .send(),
                );
            }
        }
    }
    assert_harmless(
        &user
            .call("GET", "?status=all&limit=200&sort=due_date")
            .send(),
    );
}

#[test]
fn a_series_that_runs_out_of_calendar_ends_quietly() {
    let user = user();
    let reply = user.post(
        &json!({"title": "x", "is_recurring": true, "recurring_interval": "yearly",
                                  "recurring_every": 999, "due_date": "9999-12-31T00:00:00Z"}),
    );
    assert_harmless(&reply);
    if reply.status() == 201 {
        let task = reply.json();
        assert_harmless(
            &user
                .call("GET", &format!("/{}/occurrences?limit=100", id_of(&task)))
                .send(),
        );
        user.complete(id_of(&task));
        user.wait_until_handled();
        user.call("GET", "?status=all").send().expect(200);
    }
}

#[test]
fn odd_bodies_never_reach_an_internal_error() {
    let user = user();
    let bodies: [&[u8]; 7] = [
        b"\"\\ud800\"",
        b"{\"title\": \"\\ud800\"}",
        b"{\"title\": 1e400}",
        b"{\"title\": \"x\", \"title\": \"y\"}",
        b"\xef\xbb\xbf{\"title\": \"x\"}",
        b"{\"title\": \"\xff\"}",
        b"{\"title\": \"a\nb\"}",
    ];
    for body in bodies {
        assert_harmless(&user.call("POST", "").raw("application/json", body).send());
    }
}

#[test]
fn odd_queries_and_paths_never_reach_an_internal_error() {
    let user = user();
    let long = "x".repeat(4000);
    let tails = [
        format!("?q={long}"),
        "?q=%00".into(),
        "?q=%FF%FE".into(),
        "?q=%".into(),
        "?cursor=%00".into(),
        "?tag=%00".into(),
        "?due_after=%00".into(),
        "?due_after=%2B999999-12-31T23:59:59Z".into(),
        "?limit=99999999999999999999".into(),
        "?&&==&".into(),
        "?status".into(),
        format!("?cursor={long}"),
        "?q=%27%20OR%201=1%20--".into(),
        format!("/{long}"),
        "//".into(),
        "/%00".into(),
        "/%FF".into(),
        "/..%2f..%2fetc".into(),
        "/%27%20OR%201=1%20--".into(),
    ];
    for tail in tails {
        assert_harmless(&user.call("GET", &tail).send());
    }
}

#[test]
fn an_injected_filter_finds_nothing_of_others() {
    let (victim, attacker) = (user(), user());
    victim.create(&json!({"title": "secret"}));
    for query in [
        "q=%27%20OR%20%271%27=%271",
        "tag=%27%20OR%201=1%20--",
        "q=%25",
        "q=_",
        "q=*",
    ] {
        let reply = attacker.call("GET", &format!("?status=all&{query}")).send();
        assert_no_internals(&reply);
        assert!(!reply.text().contains("secret"), "{}", reply.show());
        if reply.status() == 200 {
            assert_eq!(reply.json()["items"], Value::Array(Vec::new()));
        }
    }
}
