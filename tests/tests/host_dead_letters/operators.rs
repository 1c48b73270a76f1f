//! The operators' routes: who may call them, and how the list is cut and paged.

use std::collections::BTreeSet;

use e2e::{LocalHost, assert_problem, id_of};
use serde_json::Value;

use crate::shared::{
    deliver_dead, harmless, host, letter, letters, ops, poison, replay, user, wait_for_letter,
};

const ROUTES: [(&str, &str); 4] = [
    ("GET", "/ops/dead-letters"),
    ("GET", "/ops/dead-letters/x"),
    ("POST", "/ops/dead-letters/x/replay"),
    ("POST", "/ops/dead-letters/replay"),
];

#[test]
fn without_a_token_in_the_configuration_they_are_closed() {
    let closed = LocalHost::start("dead-letters-closed");
    let client = closed.client();
    for (method, path) in ROUTES {
        for given in [None, Some("Bearer "), Some("Bearer x")] {
            let mut call = client.call(method, path);
            if let Some(given) = given {
                call = call.header("authorization", given);
            }
            assert_problem(&call.send(), 403);
        }
    }
}

#[test]
fn another_token_is_refused() {
    let client = host().client();
    for (method, path) in ROUTES {
        assert_problem(&client.call(method, path).send(), 401);
        for given in [
            "Bearer",
            "Bearer x",
            "Bearer the operators' toke",
            "Basic the operators' token",
            "the operators' token",
        ] {
            let reply = client
                .call(method, path)
                .header("authorization", given)
                .send();
            assert_problem(&reply, 401);
            assert!(
                reply.must_header("www-authenticate").starts_with("Bearer"),
                "{}",
                reply.show()
            );
        }
    }
}

#[test]
fn the_list_answers_head() {
    let client = host().client();
    let reply = ops(&client, "HEAD", "").send().expect(200);
    assert_eq!(reply.text(), "");
}

#[test]
fn the_list_is_cut_by_state() {
    let client = host().client();
    let [open, replayed] = [(); 2].map(|()| {
        let event = harmless(&user());
        deliver_dead(&client, "tasks", event.to_string().as_bytes()).expect(200);
        wait_for_letter(&client, id_of(&event))
    });
    replay(&client, id_of(&replayed)).expect(200);
    for (state, has_open, has_replayed) in [
        ("open", true, false),
        ("replayed", false, true),
        ("all", true, true),
    ] {
        assert_eq!(
            letter(&client, state, id_of(&open)).is_some(),
            has_open,
            "{state}"
        );
        let found = letter(&client, state, id_of(&replayed));
        assert_eq!(found.is_some(), has_replayed, "{state}");
        if let Some(found) = found {
            assert_eq!(found["state"], "replayed");
            assert!(found["replayed_at"].is_string(), "{found}");
        }
    }
    let default = ops(&client, "GET", "?limit=200").send().expect(200).json();
    let ids = |list: &[Value]| -> BTreeSet<String> {
        list.iter().map(|one| id_of(one).to_owned()).collect()
    };
    assert!(ids(default["items"].as_array().expect("items")).contains(id_of(&open)));
}

#[test]
fn the_list_carries_no_events_and_one_letter_does() {
    let client = host().client();
    let mut event = harmless(&user());
    event["data"]["note"] = "x".repeat(300_000).into();
    deliver_dead(&client, "tasks", event.to_string().as_bytes()).expect(200);
    let of_user = format!(
        "?user_id={}",
        event["partitionkey"].as_str().expect("a user")
    );
    let list = ops(&client, "GET", &of_user).send().expect(200);
    assert!(list.text().len() < 2_000, "{} bytes", list.text().len());
    let listed = &list.json()["items"][0];
    assert_eq!(listed["id"], event["id"]);
    assert_eq!(listed["user_id"], event["partitionkey"]);
    assert_eq!(listed.get("event"), None);

    let path = format!("/{}", id_of(&event));
    let mut one = ops(&client, "GET", &path).send().expect(200).json();
    let carried = one.as_object_mut().and_then(|one| one.remove("event"));
    assert_eq!(carried, Some(event));
    assert_eq!(&one, listed);
    ops(&client, "HEAD", &path).send().expect(200);
}

#[test]
fn the_list_is_filtered_by_type_user_and_time() {
    let (client, ann, bob) = (host().client(), user(), user());
    let kept = [poison(&ann), harmless(&ann), harmless(&bob)].map(|event| {
        deliver_dead(&client, "tasks", event.to_string().as_bytes()).expect(200);
        wait_for_letter(&client, id_of(&event))
    });
    let found = |query: &str| -> Vec<usize> {
        let path = format!("?state=all&limit=200&{query}");
        let list = ops(&client, "GET", &path).send().expect(200).json();
        let ids: Vec<Value> = list["items"].as_array().expect("items").clone();
        (0..3)
            .filter(|n| ids.iter().any(|one| one["id"] == kept[*n]["id"]))
            .collect()
    };
    assert_eq!(found(&format!("user_id={}", ann.id)), [0, 1]);
    assert_eq!(
        found(&format!("user_id={}&type=task.archived", ann.id)),
        [1]
    );
    let second = kept[1]["received_at"].as_str().expect("a time");
    assert_eq!(found(&format!("user_id={}&after={second}", ann.id)), [1]);
    assert_eq!(found(&format!("user_id={}&before={second}", ann.id)), [0]);
    assert_eq!(found(&format!("after={second}&type=task.archived")), [1, 2]);
}

#[test]
fn the_list_comes_newest_first_and_page_by_page() {
    let client = host().client();
    let mut want: Vec<String> = (0..5)
        .map(|_| {
            let event = poison(&user());
            deliver_dead(&client, "tasks", event.to_string().as_bytes()).expect(200);
            id_of(&event).to_owned()
        })
        .collect();
    want.reverse();
    let (mut found, mut cursor) = (Vec::new(), String::new());
    // Other tests add some too, so ours need not be on the first pages.
    for _ in 0..200 {
        let query = format!("?state=all&limit=2{cursor}");
        let page = ops(&client, "GET", &query).send().expect(200).json();
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= 2, "{page}");
        found.extend(items.iter().map(|item| id_of(item).to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let unique: BTreeSet<&String> = found.iter().collect();
    assert_eq!(unique.len(), found.len(), "one is on two pages");
    found.retain(|id| want.contains(id));
    assert_eq!(found, want);
    let times: Vec<String> = letters(&client, "all")
        .iter()
        .map(|one| one["received_at"].as_str().expect("a time").to_owned())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let client = host().client();
    for query in [
        "?nope=1",
        "?state=closed",
        "?state=open,replayed",
        "?limit=0",
        "?limit=201",
        "?cursor=x",
        // {"received_at":"2026-01-01T00:00:00Z","id":"a\u0000b"}
        "?cursor=eyJyZWNlaXZlZF9hdCI6IjIwMjYtMDEtMDFUMDA6MDA6MDBaIiwiaWQiOiJhXHUwMDAwYiJ9",
        "?type=a%00b",
        "?user_id=a%00b",
        "?user_id=a%20b",
        "?after=yesterday",
        "?before=2026-01-01",
    ] {
        assert_problem(&ops(&client, "GET", query).send(), 400);
    }
    for (method, tail, allowed) in [
        ("POST", "", "GET, HEAD"),
        ("DELETE", "", "GET, HEAD"),
        ("DELETE", "/x", "GET, HEAD"),
        ("PUT", "/replay", "POST"),
        ("GET", "/replay", "POST"),
        ("GET", "/x/replay", "POST"),
        ("PUT", "/x/replay", "POST"),
    ] {
        let reply = ops(&client, method, tail).send();
        assert_problem(&reply, 405);
        assert_eq!(reply.header("allow"), Some(allowed), "{}", reply.show());
    }
    for (method, tail) in [
        ("GET", "/x"),
        ("GET", "/%00"),
        ("POST", "/x/y"),
        ("POST", "/x/replay/y"),
        ("POST", "/x/replay"),
    ] {
        assert_problem(&ops(&client, method, tail).send(), 404);
    }
    assert_problem(&replay(&client, &e2e::new_id()), 404);
    assert_problem(&replay(&client, "%00"), 404);
}
