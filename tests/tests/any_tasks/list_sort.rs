//! GET of the list: in which order, for every sort, with ties and with tasks that have no due date.

use std::cmp::Ordering;

use e2e::{User, id_of, user};
use serde_json::{Value, json};

const DUE: [Option<&str>; 5] = [
    Some("2031-03-01T00:00:00Z"),
    None,
    Some("2020-01-01T00:00:00Z"),
    Some("2031-03-01T00:00:00Z"),
    None,
];

/// Tasks that differ in everything a list can be sorted by, with ties, in no order.
fn shuffled() -> User {
    let user = user();
    let titles = [
        "pear", "apple", "fig", "apple", "plum", "cherry", "fig", "quince", "lime", "date",
    ];
    for (n, title) in titles.iter().enumerate() {
        let priority = ["high", "low", "medium"][n % 3];
        user.create(&json!({"title": title, "priority": priority, "due_date": DUE[n % DUE.len()]}));
    }
    let all = user.list("status=all&sort=created_at&order=asc");
    for n in [7, 2, 4] {
        user.patch(id_of(&all[n]), &json!({"description": "changed"}))
            .expect(200);
    }
    user
}

/// Follows the cursors to the end, `limit` at a time.
fn page_through(user: &User, sort: &str, order: &str, limit: usize) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    for _ in 0..50 {
        let query = format!("?status=all&sort={sort}&order={order}&limit={limit}{cursor}");
        let page = user.call("GET", &query).send().expect(200);
        let json = page.json();
        let items = json["items"].as_array().unwrap();
        assert!(items.len() <= limit, "{}", page.show());
        all.extend(items.clone());
        match json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
    panic!("the pages of {sort} {order} do not end");
}

/// How two tasks compare in ascending order; one without a due date comes after all that have one.
fn ascending(sort: &str, left: &Value, right: &Value) -> Ordering {
    let rank = |task: &Value| {
        ["low", "medium", "high"]
            .iter()
            .position(|one| task["priority"] == *one)
    };
    match sort {
        "priority" => rank(left).cmp(&rank(right)),
        _ => match (left[sort].as_str(), right[sort].as_str()) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(left), Some(right)) => left.cmp(right),
        },
    }
}

#[track_caller]
fn assert_sorted(tasks: &[Value], sort: &str, order: &str) {
    for pair in tasks.windows(2) {
        let found = ascending(sort, &pair[0], &pair[1]);
        let wrong = if order == "asc" {
            Ordering::Greater
        } else {
            Ordering::Less
        };
        assert_ne!(
            found, wrong,
            "{sort} {order}: {} before {}",
            pair[0][sort], pair[1][sort]
        );
    }
}

#[track_caller]
fn assert_order(sort: &str) {
    let user = shuffled();
    for order in ["asc", "desc"] {
        let whole = page_through(&user, sort, order, 200);
        assert_eq!(whole.len(), 10);
        assert_sorted(&whole, sort, order);
        for limit in [1, 3, 5, 9] {
            let paged = page_through(&user, sort, order, limit);
            let ids = |tasks: &[Value]| {
                tasks
                    .iter()
                    .map(|task| id_of(task).to_owned())
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                ids(&paged),
                ids(&whole),
                "{sort} {order}, {limit} at a time"
            );
        }
    }
}

#[test]
fn by_created_at() {
    assert_order("created_at");
}

#[test]
fn by_updated_at() {
    assert_order("updated_at");
}

#[test]
fn by_due_date() {
    assert_order("due_date");
}

#[test]
fn by_priority() {
    assert_order("priority");
}

#[test]
fn by_title() {
    assert_order("title");
}

#[test]
fn titles_in_which_a_letter_has_two_forms_are_paged_as_they_are_sorted() {
    let user = user();
    for title in [
        "\u{3a3}",
        "\u{3c3}",
        "\u{3c2}",
        "\u{391}\u{3a3}",
        "\u{391}\u{3a3}\u{391}",
        "\u{130}",
        "I",
    ] {
        user.create(&json!({"title": title}));
    }
    for order in ["asc", "desc"] {
        let whole = page_through(&user, "title", order, 200);
        assert_eq!(whole.len(), 7);
        assert_eq!(page_through(&user, "title", order, 1), whole, "{order}");
    }
}

#[test]
fn without_a_due_date_comes_last_ascending_and_first_descending() {
    let user = user();
    user.create(&json!({"title": "none"}));
    user.create(&json!({"title": "far", "due_date": "9000-01-01T00:00:00Z"}));
    user.create(&json!({"title": "near", "due_date": "2020-01-01T00:00:00Z"}));
    let titles = |order: &str| -> Vec<Value> {
        user.list(&format!("status=all&sort=due_date&order={order}"))
            .iter()
            .map(|task| task["title"].clone())
            .collect()
    };
    assert_eq!(titles("asc"), ["near", "far", "none"]);
    assert_eq!(titles("desc"), ["none", "far", "near"]);
}
