//! The address: made, replaced and revoked by the user; and only who knows its secret reads the calendar.

use e2e::{User, assert_problem, user};
use serde_json::json;

use crate::{fetched, secret};

#[test]
fn an_address_is_made_described_and_revoked() {
    let user = user();
    assert_problem(&user.call_own("GET", "/calendar"), 404);
    let reply = user.call_own("POST", "/calendar").expect(201);
    assert_eq!(reply.must_header("cache-control"), "no-store");
    let path = format!("/api/{}/calendar", user.id);
    assert_eq!(reply.must_header("location"), path);
    let made = reply.json();
    let url = made["url"].as_str().unwrap();
    assert!(secret(url).len() == 32 && url.starts_with(&format!("{path}.ics?")));
    let expected = json!({"created_at": made["created_at"]});
    assert_eq!(
        user.call_own("GET", "/calendar").expect(200).json(),
        expected
    );
    let calendar = fetched(&user, url).expect(200);
    assert_eq!(
        calendar.must_header("content-type"),
        "text/calendar; charset=utf-8"
    );
    assert_eq!(calendar.must_header("cache-control"), "private, no-cache");
    for _ in 0..2 {
        user.call_own("DELETE", "/calendar").expect(204);
        assert_problem(&user.call_own("GET", "/calendar"), 404);
        assert_problem(&fetched(&user, url), 404);
    }
}

#[test]
fn a_new_address_revokes_the_one_before() {
    let user = user();
    let (first, second) = (user.new_calendar(), user.new_calendar());
    assert_ne!(secret(&first), secret(&second));
    assert_problem(&fetched(&user, &first), 404);
    fetched(&user, &second).expect(200);
}

/// What an answer says, without what differs between any two.
fn told(user: &User, tail: &str) -> (u16, String) {
    let reply = fetched(user, &format!("/api/{}/calendar.ics{tail}", user.id));
    assert!(reply.header("etag").is_none());
    (reply.status(), reply.text())
}

#[test]
fn every_wrong_secret_gets_the_same_answer_whether_there_is_a_calendar_or_not() {
    let (owner, other, without) = (user(), user(), user());
    owner.create(&json!({"title": "a"}));
    without.create(&json!({"title": "b"}));
    let (url, others) = (owner.new_calendar(), other.new_calendar());
    let right = secret(&url);
    let expected = told(&without, "");
    assert_eq!(expected.0, 404);
    let swapped: String = right
        .chars()
        .map(|c| {
            if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    let wrong = [
        "".to_owned(),
        "?secret".to_owned(),
        "?secret=".to_owned(),
        "?secret=%25".to_owned(),
        format!("?secret={swapped}"),
        format!("?secret={}", &right[1..]),
        format!("?secret={right}A"),
        format!("?secret={}", secret(&others)),
    ];
    for tail in &wrong {
        for user in [&owner, &without] {
            assert_eq!(told(user, tail), expected, "{tail}");
        }
    }
    assert_eq!(told(&without, &format!("?secret={right}")), expected);
    fetched(&owner, &url).expect(200);
}

#[test]
fn other_parameters_methods_and_paths_are_refused() {
    let user = user();
    let url = user.new_calendar();
    let (path, secret) = url.split_once('?').unwrap();
    for tail in [
        format!("?{secret}&x=1"),
        format!("?{secret}&{secret}"),
        "?secret=%00".to_owned(),
    ] {
        assert_problem(&fetched(&user, &format!("{path}{tail}")), 400);
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "BREW"] {
        assert_problem(&user.client.call(method, &url).send(), 405);
    }
    // Where no component is, the host answers.
    for other in [
        format!("{path}/x?{secret}"),
        format!("/api/{}/calendar/ics?{secret}", user.id),
    ] {
        user.client.get(&other).expect(404);
    }
    for method in ["PUT", "PATCH"] {
        assert_problem(&user.call_own(method, "/calendar"), 405);
    }
    assert_problem(&user.client.get("/api/a%20b/calendar.ics"), 422);
    fetched(&user, &url).expect(200);
}

#[test]
fn the_address_of_every_user_leads_to_the_calendar() {
    for tail in [
        ".ics",
        "%7C",
        "%25",
        "%3Fsecret=x",
        "%23",
        "~'{",
        "calendar.ics",
    ] {
        let user = User {
            id: format!("{}{tail}", e2e::unique_user_id()),
            ..user()
        };
        let url = user.new_calendar();
        assert!(url.is_ascii() && !url.contains('#'), "{url}");
        fetched(&user, &url).expect(200);
    }
}

#[test]
fn a_calendar_that_has_not_changed_is_not_sent_again() {
    let user = user();
    let task = user.create_recurring("weekly", "2031-01-31T09:00:00Z");
    let url = user.new_calendar();
    let tag = fetched(&user, &url)
        .expect(200)
        .must_header("etag")
        .to_owned();
    let again = |tag: &str| {
        user.client
            .call("GET", &url)
            .header("if-none-match", tag)
            .send()
    };
    let unchanged = again(&tag).expect(304);
    assert_eq!(unchanged.must_header("etag"), tag);
    assert_eq!(unchanged.must_header("cache-control"), "private, no-cache");
    assert_eq!(unchanged.text(), "");
    user.client.call("HEAD", &url).send().expect(200);
    user.patch(e2e::id_of(&task), &json!({"title": "another"}))
        .expect(200);
    let changed = again(&tag).expect(200);
    assert_ne!(changed.must_header("etag"), tag);
    // Who has no secret learns nothing by the ETag of one.
    let (path, _) = url.split_once('?').unwrap();
    let guess = user.client.call("GET", path).header("if-none-match", "*");
    assert_problem(&guess.send(), 404);
}
