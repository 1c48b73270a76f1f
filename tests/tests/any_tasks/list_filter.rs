//! GET of the list: which tasks it shows. By completion and series: list_completed.rs.

use std::collections::BTreeSet;

use e2e::{User, assert_problem, id_of, user};
use serde_json::{Value, json};

fn titles(tasks: &[Value]) -> BTreeSet<&str> {
    tasks
        .iter()
        .map(|task| task["title"].as_str().unwrap())
        .collect()
}

#[track_caller]
fn assert_found(user: &User, query: &str, want: &[&str]) {
    let found = user.list(query);
    assert_eq!(titles(&found), want.iter().copied().collect(), "?{query}");
    assert_eq!(found.len(), want.len(), "something twice in ?{query}");
}

/// low, medium and high; two of them dated, one of these completed.
fn three_tasks() -> User {
    let user = user();
    user.create(&json!({"title": "milk", "description": "from the Shop", "priority": "low", "tags": ["shop", "home"],
                        "due_date": "2020-05-01T12:00:00Z"}));
    user.create(&json!({"title": "rent", "priority": "high", "tags": ["money"]}));
    let done = user.create(
        &json!({"title": "letter", "description": "100% _sure_", "tags": ["home"],
                                   "due_date": "2031-05-01T12:00:00Z"}),
    );
    user.complete(id_of(&done));
    user
}

#[test]
fn a_new_user_has_an_empty_list() {
    let page = user().call("GET", "").send().expect(200);
    assert_eq!(page.json(), json!({"items": [], "next_cursor": null}));
}

#[test]
fn an_item_is_the_task_as_get_shows_it() {
    let user = three_tasks();
    for item in user.list("status=all") {
        assert_eq!(item, user.task(id_of(&item)));
    }
}

#[test]
fn by_status() {
    let user = three_tasks();
    assert_found(&user, "status=pending", &["milk", "rent"]);
    assert_found(&user, "status=completed", &["letter"]);
    assert_found(&user, "status=all", &["milk", "rent", "letter"]);
}

#[test]
fn by_priority() {
    let user = three_tasks();
    assert_found(&user, "status=all&priority=low", &["milk"]);
    assert_found(&user, "status=all&priority=medium", &["letter"]);
    assert_found(&user, "status=all&priority=high", &["rent"]);
}

#[test]
fn by_tag_any_of_those_given() {
    let user = three_tasks();
    assert_found(&user, "status=all&tag=home", &["milk", "letter"]);
    assert_found(&user, "status=all&tag=shop&tag=money", &["milk", "rent"]);
    assert_found(&user, "status=all&tag=shop&tag=home", &["milk", "letter"]);
    assert_found(&user, "status=all&tag=hom", &[]);
}

#[test]
fn by_text_in_title_or_description() {
    let user = three_tasks();
    assert_found(&user, "status=all&q=milk", &["milk"]);
    assert_found(&user, "status=all&q=the%20Sh", &["milk"]);
    assert_found(&user, "status=all&q=the%20sHOP", &["milk"]);
    assert_found(&user, "status=all&q=e", &["rent", "letter", "milk"]);
    assert_found(&user, "status=all&q=nothing", &[]);
}

/// Lower case has two sigmas, one for the end of a word.
#[test]
fn a_sigma_is_found_wherever_it_stands() {
    let user = user();
    let street = "\u{39f}\u{394}\u{39f}\u{3a3}";
    let walker = "\u{39f}\u{394}\u{39f}\u{3a3}\u{39f}\u{3a6}\u{39f}\u{3a3}";
    user.create(&json!({"title": street}));
    user.create(&json!({"title": walker}));
    for query in [
        "%CE%9F%CE%94%CE%9F%CE%A3",
        "%CE%BF%CE%B4%CE%BF%CF%82",
        "%CE%BF%CE%B4%CE%BF%CF%83",
    ] {
        assert_found(&user, &format!("q={query}"), &[street, walker]);
    }
}

#[test]
fn percent_and_underscore_in_the_text_are_themselves() {
    let user = three_tasks();
    assert_found(&user, "status=all&q=100%25", &["letter"]);
    assert_found(&user, "status=all&q=%25", &["letter"]);
    assert_found(&user, "status=all&q=_", &["letter"]);
    assert_found(&user, "status=all&q=%5C", &[]);
}

#[test]
fn by_due_date() {
    let user = three_tasks();
    assert_found(
        &user,
        "status=all&due_after=2025-01-01T00:00:00Z",
        &["letter"],
    );
    assert_found(
        &user,
        "status=all&due_before=2025-01-01T00:00:00Z",
        &["milk"],
    );
    assert_found(
        &user,
        "status=all&due_after=2020-01-01T00:00:00Z&due_before=2032-01-01T00:00:00Z",
        &["milk", "letter"],
    );
    assert_found(&user, "status=all&due_after=2032-01-01T00:00:00Z", &[]);
}

#[test]
fn a_due_date_may_have_an_offset() {
    let user = three_tasks();
    assert_found(
        &user,
        "status=all&due_before=2020-05-01T13:30:00%2B02:00",
        &[],
    );
    assert_found(
        &user,
        "status=all&due_before=2020-05-01T14:30:00%2B02:00",
        &["milk"],
    );
}

#[test]
fn the_overdue_ones() {
    assert_found(&three_tasks(), "overdue=true", &["milk"]);
}

#[test]
fn filters_narrow_each_other() {
    let user = three_tasks();
    assert_found(&user, "status=pending&tag=home", &["milk"]);
    assert_found(
        &user,
        "status=completed&tag=home&q=sure&priority=medium",
        &["letter"],
    );
    assert_found(&user, "status=pending&tag=home&priority=high", &[]);
}

#[test]
fn an_unknown_parameter_or_value_is_400() {
    let user = three_tasks();
    let bad = [
        "colour=red",
        "status=done",
        "status=",
        "priority=urgent",
        "overdue=maybe",
        "due_after=tomorrow",
        "due_before=2031-02-30T00:00:00Z",
        "sort=colour",
        "order=up",
        "Status=all",
        "limit=ten",
        "status=all&colour=red",
    ];
    for query in bad {
        assert_problem(&user.call("GET", &format!("?{query}")).send(), 400);
    }
}
