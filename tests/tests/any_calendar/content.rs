//! What the calendar holds: which tasks and which occurrences, and each under a UID of its own that stays.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, TimeDelta, Utc};
use e2e::{SOON, User, id_of, user};
use serde_json::{Value, json};

use crate::file::{Component, all, components};

/// The morning of a day so many days from now.
fn morning(days: u64) -> DateTime<Utc> {
    let day = Utc::now().date_naive() + Days::new(days);
    day.and_hms_opt(9, 0, 0).unwrap().and_utc()
}

/// A time of the API as the calendar has it.
fn written(time: &Value) -> String {
    let time: DateTime<Utc> = time.as_str().unwrap().parse().unwrap();
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

fn uids(of: &[Component]) -> BTreeSet<String> {
    let uids: Vec<_> = of
        .iter()
        .map(|one| one.get("UID").unwrap().to_owned())
        .collect();
    let set: BTreeSet<_> = uids.iter().cloned().collect();
    assert_eq!(set.len(), uids.len(), "twice: {uids:?}");
    set
}

fn starts(user: &User, url: &str) -> Vec<(String, String)> {
    let events = all(user, url, "VEVENT");
    uids(&events);
    let pair = |one: &Component| ["DTSTART", "UID"].map(|name| one.get(name).unwrap().to_owned());
    events
        .iter()
        .map(pair)
        .map(|[start, uid]| (start, uid))
        .collect()
}

#[test]
fn a_task_has_its_fields() {
    let user = user();
    let url = user.new_calendar();
    let task = user.create(
        &json!({"title": "Buy milk; bread, eggs", "description": "a\\b\r\nc", "priority": "high",
        "tags": ["shop", "a,b"], "due_date": "2031-07-31T09:00", "time_zone": "Europe/Berlin",
        "remind_before_minutes": 90}),
    );
    let [todo] = &all(&user, &url, "VTODO")[..] else {
        panic!("not one")
    };
    let changed = written(&task["updated_at"]);
    for (name, expected) in [
        ("UID", id_of(&task)),
        ("DTSTAMP", &changed),
        ("CREATED", &changed),
        ("LAST-MODIFIED", &changed),
        ("SEQUENCE", "0"),
        ("SUMMARY", "Buy milk\\; bread\\, eggs"),
        ("DESCRIPTION", "a\\\\b\\nc"),
        ("DUE", "20310731T090000"),
        ("PRIORITY", "1"),
        ("CATEGORIES", "shop,a\\,b"),
        ("STATUS", "NEEDS-ACTION"),
    ] {
        assert_eq!(todo.get(name), Some(expected), "{name}");
    }
    assert_eq!(todo.key("DUE"), Some("DUE;TZID=Europe/Berlin"));
    let [alarm] = &all(&user, &url, "VALARM")[..] else {
        panic!("not one")
    };
    assert_eq!(alarm.get("TRIGGER"), Some("-PT90M"));
    let [event] = &all(&user, &url, "VEVENT")[..] else {
        panic!("not one")
    };
    assert_eq!(
        event.get("UID"),
        Some(format!("{}-1", id_of(&task)).as_str())
    );
    assert_eq!(event.key("DTSTART"), Some("DTSTART;TZID=Europe/Berlin"));
    assert_eq!(event.get("TRANSP"), Some("TRANSPARENT"));
    let [zone] = &all(&user, &url, "VTIMEZONE")[..] else {
        panic!("not one")
    };
    assert_eq!(zone.get("TZID"), Some("Europe/Berlin"));
    let [summer] = &all(&user, &url, "DAYLIGHT")[..] else {
        panic!("not one")
    };
    let expected = ["20310330T020000", "+0100", "+0200", "CEST"].map(Some);
    assert_eq!(
        ["DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"].map(|name| summer.get(name)),
        expected
    );
    assert_eq!(all(&user, &url, "STANDARD").len(), 0);
}

/// RFC 5545 has no calendar without a component.
#[test]
fn without_a_task_there_is_a_component_all_the_same() {
    let user = user();
    let found = components(&user, &user.new_calendar());
    let names: Vec<_> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["VCALENDAR", "VTIMEZONE", "STANDARD"]);
}

#[test]
fn a_completed_task_is_shown_as_such_and_a_deleted_one_is_not() {
    let user = user();
    let url = user.new_calendar();
    let [done, gone] = ["done", "gone"]
        .map(|title| user.create(&json!({"title": title, "due_date": "2031-01-01T00:00:00Z"})));
    let done = user.complete(id_of(&done));
    user.delete(id_of(&gone)).expect(204);
    let [todo] = &all(&user, &url, "VTODO")[..] else {
        panic!("not one")
    };
    let completed_at = written(&done["completed_at"]);
    assert_eq!(
        ["UID", "STATUS", "COMPLETED", "SEQUENCE"].map(|name| todo.get(name).unwrap()),
        [id_of(&done), "COMPLETED", completed_at.as_str(), "1"]
    );
    assert_eq!(todo.key("DUE"), Some("DUE"));
    assert!(all(&user, &url, "VEVENT").is_empty() && all(&user, &url, "VALARM").is_empty());
}

#[test]
fn the_occurrences_to_come_keep_their_uids_when_their_tasks_are_made() {
    let user = user();
    let url = user.new_calendar();
    let due = morning(2).to_rfc3339();
    let task = user.create_recurring("weekly", &due);
    let before = starts(&user, &url);
    let expected: Vec<String> = (0..)
        .map(|week| morning(2 + 7 * week))
        .take_while(|due| *due < morning(90) - TimeDelta::hours(9))
        .map(|due| due.format("%Y%m%dT%H%M%SZ").to_string())
        .collect();
    assert_eq!(
        before
            .iter()
            .map(|(start, _)| start.clone())
            .collect::<Vec<_>>(),
        expected
    );
    user.complete(id_of(&task));
    user.wait_for_occurrence(&task, 2, SOON);
    assert_eq!(starts(&user, &url), before[1..]);
}

#[test]
fn an_occurrence_after_which_there_is_another_task_has_nothing_to_come() {
    let user = user();
    let url = user.new_calendar();
    let first = user.create_recurring("daily", &morning(1).to_rfc3339());
    user.complete(id_of(&first));
    let second = user.wait_for_occurrence(&first, 2, SOON);
    // A task that its user has changed stays when the one before is reopened.
    user.patch(
        id_of(&second),
        &json!({"due_date": morning(4).to_rfc3339()}),
    )
    .expect(200);
    user.reopen(id_of(&first));
    user.wait_until_handled();
    let found = starts(&user, &url);
    let of_series: Vec<_> = found
        .iter()
        .filter(|(_, uid)| uid.starts_with(id_of(&first)))
        .take(3)
        .collect();
    let days: Vec<_> = of_series.iter().map(|(start, _)| start.clone()).collect();
    assert_eq!(
        days,
        [1, 4, 5].map(|day| morning(day).format("%Y%m%dT%H%M%SZ").to_string())
    );
}

#[test]
fn a_series_ends_where_it_ends_and_is_bounded() {
    let user = user();
    let url = user.new_calendar();
    let series = |more: Value| {
        let mut task =
            json!({"title": "x", "due_date": morning(1).to_rfc3339(), "is_recurring": true});
        task.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let task = user.create(&task);
        let found = starts(&user, &url).len();
        user.delete(id_of(&task)).expect(204);
        found
    };
    assert_eq!(
        series(json!({"recurring_interval": "daily", "recurring_count": 5})),
        5
    );
    assert_eq!(series(json!({"recurrence_rule": "FREQ=DAILY;COUNT=7"})), 7);
    assert_eq!(
        series(json!({"recurring_interval": "daily", "recurring_until": morning(9).to_rfc3339()})),
        9
    );
    assert_eq!(series(json!({"recurring_interval": "daily"})), 89);
    assert_eq!(series(json!({"recurring_interval": "yearly"})), 1);
    assert_eq!(
        series(json!({"recurring_interval": "daily", "due_date": Value::Null})),
        0
    );
    // Overdue for long, and each of them is still to be done.
    let overdue = Utc::now() - TimeDelta::days(400);
    assert_eq!(
        series(
            json!({"recurring_interval": "daily", "recurrence_policy": "each", "due_date": overdue.to_rfc3339()})
        ),
        101
    );
}

#[test]
fn the_soonest_tasks_are_shown_and_the_rest_is_left_out() {
    let user = user();
    let url = user.new_calendar();
    for batch in 0..11 {
        let create = |n: usize| {
            json!({"op": "create", "task": {"title": "x", "due_date":
            (morning(1) + TimeDelta::minutes((1100 - batch * 100 - n as i64) * 7)).to_rfc3339()}})
        };
        let operations: Vec<Value> = (0..100).map(create).collect();
        user.call("POST", "/batch")
            .json(&json!({"operations": operations}))
            .send()
            .expect(200);
    }
    let todos = all(&user, &url, "VTODO");
    let dues: Vec<_> = todos.iter().map(|todo| todo.get("DUE").unwrap()).collect();
    assert!(dues.len() == 1000 && dues.is_sorted());
    let first = morning(1) + TimeDelta::minutes(7);
    assert_eq!(dues[0], first.format("%Y%m%dT%H%M%SZ").to_string());
    assert_eq!(all(&user, &url, "VEVENT").len(), 1000);
}
