//! POST of a task: the answer, the defaults, and how input is normalised.

use e2e::{id_of, user};
use serde_json::{Value, json};

const FIELDS: [&str; 25] = [
    "id",
    "user_id",
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
    "remind_at",
    "completed",
    "completed_at",
    "series_id",
    "occurrence",
    "overdue",
    "version",
    "created_at",
    "updated_at",
];

#[test]
fn a_new_task_is_201_with_its_location_and_etag() {
    let user = user();
    let reply = user.post(&json!({"title": "buy milk"})).expect(201);
    let task = reply.json();
    let location = reply.must_header("location");
    assert!(
        location.ends_with(&user.path(&format!("/{}", id_of(&task)))),
        "{}",
        reply.show()
    );
    assert_eq!(reply.must_header("etag"), "\"1\"", "{}", reply.show());
    assert!(
        reply
            .must_header("content-type")
            .starts_with("application/json"),
        "{}",
        reply.show()
    );
    assert_eq!(
        user.task(id_of(&task)),
        task,
        "GET shows something else than POST"
    );
}

#[test]
fn a_title_is_enough_and_everything_else_has_its_default() {
    let user = user();
    let task = user.create(&json!({"title": "buy milk"}));
    let defaults = json!({
        "user_id": user.id, "title": "buy milk", "description": null, "priority": "medium", "tags": [],
        "due_date": null, "time_zone": "UTC", "is_recurring": false, "recurring_interval": null,
        "recurring_every": 1, "recurrence_rule": null, "recurrence_policy": "each", "recurring_until": null,
        "recurring_count": null, "remind_before_minutes": 1440, "remind_at": null, "completed": false, "completed_at": null, "series_id": null,
        "overdue": false, "version": 1,
    });
    for (field, value) in defaults.as_object().unwrap() {
        assert_eq!(&task[field], value, "{field} of {task}");
    }
    assert_eq!(task["created_at"], task["updated_at"], "{task}");
    assert!(
        task["created_at"].as_str().unwrap().ends_with('Z'),
        "{task}"
    );
}

#[test]
fn a_task_has_exactly_the_fields_of_the_contract() {
    let task = user().create(&json!({"title": "buy milk"}));
    let mut got: Vec<&str> = task
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut want: Vec<&str> = FIELDS.to_vec();
    got.sort_unstable();
    want.sort_unstable();
    assert_eq!(got, want);
}

#[test]
fn an_id_is_a_uuid_of_version_7() {
    let task = user().create(&json!({"title": "buy milk"}));
    let id = id_of(&task);
    assert_eq!(id.len(), 36, "{id}");
    assert_eq!(id.as_bytes()[14], b'7', "{id}");
}

#[test]
fn every_field_that_is_given_comes_back() {
    let body = json!({
        "title": "pay the rent", "description": "by transfer", "priority": "high", "tags": ["home", "money"],
        "due_date": "2031-01-31T09:00:00Z", "time_zone": "Europe/Berlin", "is_recurring": true,
        "recurring_interval": "monthly", "recurring_every": 2, "recurrence_policy": "skip_missed",
        "recurring_until": "2040-01-01T00:00:00Z", "recurring_count": 12, "remind_before_minutes": 30,
    });
    let user = user();
    let task = user.task(id_of(&user.create(&body)));
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&task[field], value, "{field} of {task}");
    }
}

#[test]
fn a_recurring_task_starts_a_series_of_its_own() {
    let user = user();
    let first = user.create_recurring("daily", "2031-01-31T09:00:00Z");
    let second = user.create_recurring("daily", "2031-01-31T09:00:00Z");
    assert_eq!(
        (&first["occurrence"], &second["occurrence"]),
        (&json!(1), &json!(1))
    );
    assert!(first["series_id"].is_string(), "{first}");
    assert_ne!(first["series_id"], second["series_id"]);
}

#[test]
fn titles_and_tags_are_trimmed_and_tags_lower_cased() {
    let task = user().create(&json!({"title": "  buy milk \n", "tags": [" Home ", "SHOP"]}));
    assert_eq!(task["title"], "buy milk");
    assert_eq!(task["tags"], json!(["home", "shop"]));
}

#[test]
fn the_same_tag_is_never_stored_twice() {
    let user = user();
    let task = user.create(&json!({"title": "x", "tags": ["Home", " home", "shop"]}));
    assert_eq!(task["tags"], json!(["home", "shop"]));
}

/// `due_date` as sent, `time_zone`, and the same moment in UTC.
const TIMES: [(&str, &str, &str); 7] = [
    ("2031-07-01T09:00:00Z", "UTC", "2031-07-01T09:00:00Z"),
    ("2031-07-01T09:00:00+02:00", "UTC", "2031-07-01T07:00:00Z"),
    (
        "2031-07-01T09:00:00+02:00",
        "America/New_York",
        "2031-07-01T07:00:00Z",
    ),
    ("2031-07-01T09:00:00", "UTC", "2031-07-01T09:00:00Z"),
    (
        "2031-07-01T09:00:00",
        "America/New_York",
        "2031-07-01T13:00:00Z",
    ),
    (
        "2026-03-08T02:30:00",
        "America/New_York",
        "2026-03-08T07:30:00Z",
    ),
    (
        "2026-11-01T01:30:00",
        "America/New_York",
        "2026-11-01T05:30:00Z",
    ),
];

#[test]
fn times_are_normalised_to_utc_and_local_ones_read_in_the_tasks_zone() {
    let user = user();
    for (sent, zone, utc) in TIMES {
        let task = user.create(&json!({"title": "x", "due_date": sent, "time_zone": zone}));
        assert_eq!(task["due_date"], utc, "{sent} in {zone}");
    }
}

#[test]
fn a_pending_task_whose_due_date_has_passed_is_overdue() {
    let user = user();
    let past = user.create(&json!({"title": "late", "due_date": "2020-01-01T00:00:00Z"}));
    let ahead = user.create(&json!({"title": "early", "due_date": "2999-01-01T00:00:00Z"}));
    assert_eq!(
        (&past["overdue"], &ahead["overdue"]),
        (&Value::Bool(true), &Value::Bool(false))
    );
    assert_eq!(
        user.complete(id_of(&past))["overdue"],
        false,
        "a completed task is not overdue"
    );
}

#[test]
fn tasks_created_at_once_are_all_there_once() {
    let user = user();
    let ids = e2e::at_once(16, |n| {
        id_of(&user.create(&json!({"title": format!("task {n}")}))).to_owned()
    });
    let mut listed: Vec<String> = user
        .list("status=all&limit=200")
        .iter()
        .map(|task| id_of(task).to_owned())
        .collect();
    let mut ids: Vec<String> = ids;
    ids.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, ids);
}

#[test]
fn every_interval_is_known() {
    let user = user();
    for interval in ["daily", "weekly", "monthly", "yearly"] {
        assert_eq!(
            user.create_recurring(interval, "2031-01-01T00:00:00Z")["recurring_interval"],
            interval
        );
    }
}
