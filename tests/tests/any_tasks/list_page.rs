//! GET of the list: pages, cursors and limits.

use std::collections::BTreeSet;

use e2e::{Reply, User, assert_problem, id_of, user};
use serde_json::{Value, json};

fn with_tasks(count: usize) -> User {
    let user = user();
    for n in 0..count {
        user.create(&json!({"title": format!("task {n:03}")}));
    }
    user
}

fn page(user: &User, query: &str, cursor: Option<&str>) -> Reply {
    let cursor = cursor
        .map(|cursor| format!("&cursor={cursor}"))
        .unwrap_or_default();
    user.call("GET", &format!("?status=all&{query}{cursor}"))
        .send()
}

fn titles(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["title"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_page_has_50_tasks_unless_a_limit_says_otherwise() {
    let user = with_tasks(52);
    let first = page(&user, "sort=title&order=asc", None).expect(200).json();
    assert_eq!(titles(&first).len(), 50);
    let rest = page(&user, "sort=title&order=asc", first["next_cursor"].as_str())
        .expect(200)
        .json();
    assert_eq!(titles(&rest), ["task 050", "task 051"]);
    assert_eq!(rest["next_cursor"], Value::Null);
    for limit in [1, 51, 52, 200] {
        let limited = page(&user, &format!("limit={limit}"), None)
            .expect(200)
            .json();
        assert_eq!(titles(&limited).len(), limit.min(52));
        assert_eq!(
            limited["next_cursor"].is_null(),
            limit >= 52,
            "limit {limit}: {}",
            limited["next_cursor"]
        );
    }
}

#[test]
fn a_limit_is_from_1_to_200() {
    let user = user();
    for limit in ["1", "200"] {
        page(&user, &format!("limit={limit}"), None).expect(200);
    }
    for limit in ["0", "201", "-1", "1.5", "", "ten", "4294967297"] {
        assert_problem(&page(&user, &format!("limit={limit}"), None), 400);
    }
}

#[test]
fn pages_stay_whole_while_tasks_are_added_and_deleted() {
    let user = with_tasks(9);
    for (sort, order) in [
        ("created_at", "asc"),
        ("created_at", "desc"),
        ("title", "asc"),
        ("title", "desc"),
        ("priority", "asc"),
    ] {
        let query = format!("sort={sort}&order={order}&limit=3");
        let before: BTreeSet<String> = user
            .list("status=all&limit=200")
            .iter()
            .map(|task| id_of(task).to_owned())
            .collect();
        let (mut seen, mut cursor) = (Vec::new(), None);
        for round in 0.. {
            assert!(round < 60, "the pages do not end");
            let json = page(&user, &query, cursor.as_deref()).expect(200).json();
            seen.extend(
                json["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|task| id_of(task).to_owned()),
            );
            if round < 2 {
                // Before, among and after the page just read.
                user.create(&json!({"title": "a first"}));
                user.create(&json!({"title": format!("task 00{round}")}));
                user.create(&json!({"title": "z last"}));
                user.delete(&seen[0]);
            }
            match json["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        let unique: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(
            unique.len(),
            seen.len(),
            "{sort} {order}: a task was shown twice"
        );
        assert!(
            unique.is_superset(&before),
            "{sort} {order}: a task was left out"
        );
    }
}

#[test]
fn a_cursor_is_of_the_filters_too() {
    let user = with_tasks(6);
    for task in user
        .list("status=all&sort=title&order=asc")
        .iter()
        .step_by(2)
    {
        user.complete(id_of(task));
    }
    let first = user
        .call("GET", "?status=pending&sort=title&order=asc&limit=2")
        .send()
        .expect(200)
        .json();
    let next = first["next_cursor"].as_str().unwrap();
    let path = format!("?status=pending&sort=title&order=asc&limit=2&cursor={next}");
    let rest = user.call("GET", &path).send().expect(200).json();
    assert_eq!(titles(&rest), ["task 005"]);
}

#[test]
fn a_cursor_that_is_none_is_400() {
    let user = with_tasks(3);
    let good = page(&user, "limit=1", None).json()["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let cut = &good[..good.len() / 2];
    for bad in [
        "nonsense",
        "",
        "e30",
        "bnVsbA",
        "%00",
        "AAAA",
        cut,
        &format!("{good}AAAA"),
    ] {
        assert_problem(&page(&user, "limit=1", Some(bad)), 400);
    }
}

#[test]
fn a_cursor_of_another_order_is_400() {
    let user = with_tasks(3);
    let cursor = page(&user, "sort=title&order=asc&limit=1", None).json()["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    for query in [
        "sort=title&order=desc&limit=1",
        "sort=due_date&order=asc&limit=1",
        "sort=priority&order=asc&limit=1",
    ] {
        assert_problem(&page(&user, query, Some(&cursor)), 400);
    }
    page(&user, "sort=title&order=asc&limit=2", Some(&cursor)).expect(200);
}

#[test]
fn a_cursor_of_another_user_shows_nothing_of_theirs() {
    let (owner, stranger) = (with_tasks(3), with_tasks(3));
    let cursor = page(&owner, "sort=title&order=asc&limit=1", None).json()["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let reply = page(&stranger, "sort=title&order=asc&limit=1", Some(&cursor));
    if reply.status() == 200 {
        assert!(
            reply.json()["items"]
                .as_array()
                .unwrap()
                .iter()
                .all(|task| task["user_id"] == stranger.id.as_str())
        );
    } else {
        assert_problem(&reply, 400);
    }
}
