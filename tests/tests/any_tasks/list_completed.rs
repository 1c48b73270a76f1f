//! GET of the list: by the time of completion, and by series.

use std::collections::BTreeSet;

use e2e::{SOON, User, assert_problem, id_of, user};
use serde_json::{Value, json};

/// Three tasks, completed one after the other, and an open one. Returns when each was completed.
fn three_completed() -> (User, Vec<String>) {
    let user = user();
    user.create(&json!({"title": "open"}));
    let times = ["one", "two", "three"].map(|title| {
        let task = user.create(&json!({"title": title, "tags": [title]}));
        let done = user.complete(id_of(&task));
        done["completed_at"].as_str().unwrap().to_owned()
    });
    (user, times.to_vec())
}

#[track_caller]
fn assert_found(user: &User, query: &str, want: &[&str]) {
    let found = user.list(query);
    let titles: Vec<&str> = found.iter().filter_map(|t| t["title"].as_str()).collect();
    assert_eq!(titles, want, "?{query}");
}

#[test]
fn completed_after_includes_its_time_and_completed_before_does_not() {
    let (user, times) = three_completed();
    let at = |n: usize| times[n].as_str();
    assert_found(
        &user,
        &format!("completed_after={}", at(1)),
        &["two", "three"],
    );
    assert_found(&user, &format!("completed_before={}", at(1)), &["one"]);
    let between = format!("completed_after={}&completed_before={}", at(1), at(2));
    assert_found(&user, &between, &["two"]);
    let empty = format!("completed_after={0}&completed_before={0}", at(1));
    assert_found(&user, &empty, &[]);
}

#[test]
fn an_open_task_was_not_completed_at_any_time() {
    let (user, _) = three_completed();
    let (after, before) = (
        "completed_after=2020-01-01T00:00:00Z",
        "completed_before=2999-01-01T00:00:00Z",
    );
    for query in [after, before] {
        assert_found(&user, query, &["one", "two", "three"]);
        assert_found(
            &user,
            &format!("{query}&status=completed"),
            &["one", "two", "three"],
        );
        assert_found(&user, &format!("{query}&status=pending"), &[]);
    }
    let one = &user.list("status=completed")[0];
    user.reopen(id_of(one));
    assert_found(&user, after, &["two", "three"]);
}

#[test]
fn a_time_of_completion_may_have_an_offset() {
    let (user, _) = three_completed();
    let now = chrono::Utc::now().with_timezone(&chrono::FixedOffset::east_opt(7200).unwrap());
    let later = (now + chrono::TimeDelta::hours(1))
        .to_rfc3339()
        .replace('+', "%2B");
    assert_found(&user, &format!("completed_after={later}"), &[]);
    assert_found(
        &user,
        &format!("completed_before={later}"),
        &["one", "two", "three"],
    );
}

#[test]
fn the_other_filters_and_the_pages_narrow_it_further() {
    let (user, times) = three_completed();
    let after = format!("completed_after={}", times[0]);
    assert_found(&user, &format!("{after}&tag=two"), &["two"]);
    assert_found(&user, &format!("{after}&q=three&overdue=false"), &["three"]);
    let query = format!("{after}&sort=title&order=desc&limit=1");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for _ in 0..3 {
        let page = user
            .call("GET", &format!("?{query}{cursor}"))
            .send()
            .expect(200)
            .json();
        seen.push(page["items"][0]["title"].as_str().unwrap().to_owned());
        cursor = format!(
            "&cursor={}",
            page["next_cursor"].as_str().unwrap_or_default()
        );
    }
    assert_eq!(seen, ["two", "three", "one"]);
    assert_eq!(cursor, "&cursor=");
    let other = user
        .call("GET", "?sort=title&limit=1")
        .send()
        .expect(200)
        .json();
    let other = other["next_cursor"].as_str().unwrap();
    assert_problem(
        &user.call("GET", &format!("?{query}&cursor={other}")).send(),
        400,
    );
}

#[test]
fn a_series_is_all_its_occurrences_and_nothing_else() {
    let user = user();
    let first = user.create_recurring("daily", "2031-01-01T09:00:00Z");
    user.create_recurring("daily", "2031-01-01T09:00:00Z");
    let done = user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&done, 2, SOON);
    let series = first["series_id"].as_str().unwrap();
    let ids = |query: &str| -> BTreeSet<String> {
        let found = user.list(query);
        found.iter().map(|task| id_of(task).to_owned()).collect()
    };
    let of = |tasks: &[&Value]| tasks.iter().map(|task| id_of(task).to_owned()).collect();
    assert_eq!(ids(&format!("series_id={series}")), of(&[&first, &second]));
    assert_eq!(
        ids(&format!("series_id={series}&status=completed")),
        of(&[&first])
    );
    let due = format!("series_id={series}&due_after=2031-01-02T00:00:00Z");
    assert_eq!(ids(&due), of(&[&second]));
    assert_eq!(
        ids(&format!("series_id={}", series.to_uppercase())),
        of(&[&first, &second])
    );
    assert_eq!(
        ids("series_id=00000000-0000-4000-8000-000000000000"),
        of(&[])
    );
    user.delete(id_of(&second)).expect(204);
    assert_eq!(ids(&format!("series_id={series}")), of(&[&first]));
}

#[test]
fn a_series_of_another_user_is_empty() {
    let (owner, stranger) = (user(), user());
    let task = owner.create_recurring("daily", "2031-01-01T09:00:00Z");
    let query = format!("series_id={}", task["series_id"].as_str().unwrap());
    assert_eq!(owner.list(&query).len(), 1);
    assert_eq!(stranger.list(&query), [] as [Value; 0]);
}

#[test]
fn what_is_no_time_or_no_uuid_is_400() {
    let user = user();
    for query in [
        "completed_after=yesterday",
        "completed_after=",
        "completed_before=2031-02-30T00:00:00Z",
        "completed_before=2031-01-01",
        "completed_after=2031-01-01T00:00:00Z&completed_after=2031-01-01T00:00:00Z",
        "series_id=1",
        "series_id=",
        "series_id=%7B00000000-0000-4000-8000-000000000000%7D",
        "series_id=00000000000040008000000000000000",
        "series_id=00000000-0000-4000-8000-00000000000g",
    ] {
        assert_problem(&user.call("GET", &format!("?{query}")).send(), 400);
    }
}
