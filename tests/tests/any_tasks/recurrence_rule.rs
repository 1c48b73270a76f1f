//! Tasks with a recurrence rule instead of an interval: what is kept, what goes together, and the dates ahead.

use std::collections::BTreeSet;

use e2e::{Reply, User, error_fields, id_of, user};
use serde_json::{Value, json};

/// A task due on Monday, 6 January 2031 at 09:00 in Berlin.
fn body(rule: &str) -> Value {
    json!({"title": "x", "is_recurring": true, "recurrence_rule": rule, "due_date": "2031-01-06T09:00:00",
           "time_zone": "Europe/Berlin"})
}

fn ahead(user: &User, rule: &str, count: usize) -> Vec<Value> {
    let task = user.create(&body(rule));
    let path = format!("/{}/occurrences?limit={count}", id_of(&task));
    let answer = user.call("GET", &path).send().expect(200).json();
    answer["items"].as_array().unwrap().clone()
}

/// The message for the rule, which must be the only field that is wrong.
fn message(reply: &Reply) -> String {
    let problem = reply.json();
    let errors = problem["errors"].as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!((reply.status(), errors.len()), (422, 1), "{}", reply.show());
    assert_eq!(errors[0]["field"], "recurrence_rule", "{}", reply.show());
    errors[0]["message"].as_str().unwrap().to_owned()
}

fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

#[test]
fn a_rule_is_kept_in_the_one_spelling_for_all_that_mean_the_same() {
    let user = user();
    let task = user.create(&body(
        "rrule:freq=monthly;bysetpos=-1;byday=fr,mo,tu,we,th;interval=1",
    ));
    assert_eq!(
        (&task["recurrence_rule"], &task["recurring_interval"]),
        (
            &json!("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
            &Value::Null
        )
    );
    assert_eq!(user.task(id_of(&task)), task);
    // Sent back as it came, it changes nothing.
    assert_eq!(user.put(id_of(&task), &task).expect(200).json(), task);
}

#[test]
fn the_dates_ahead_are_those_of_the_rule_in_the_time_zone() {
    let user = user();
    assert_eq!(
        ahead(&user, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 3),
        [
            "2031-01-31T08:00:00Z",
            "2031-02-28T08:00:00Z",
            "2031-03-31T07:00:00Z"
        ]
    );
    assert_eq!(
        ahead(&user, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", 3),
        [
            "2031-01-09T08:00:00Z",
            "2031-01-20T08:00:00Z",
            "2031-01-23T08:00:00Z"
        ]
    );
    assert_eq!(ahead(&user, "FREQ=DAILY;COUNT=3", 10).len(), 2);
    assert_eq!(ahead(&user, "FREQ=DAILY;UNTIL=20310110", 10).len(), 4);
    assert_eq!(
        ahead(&user, "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", 200)
            .last()
            .unwrap(),
        "7368-02-29T08:00:00Z"
    );
}

#[test]
fn what_is_not_supported_or_cannot_be_is_said() {
    let user = user();
    for (rule, said) in [
        ("", "must be a recurrence rule of RFC 5545"),
        ("weekly", "must be a recurrence rule of RFC 5545"),
        (
            "FREQ=DAILY;COUNT=2;UNTIL=20310201",
            "COUNT and UNTIL must not both",
        ),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY may have numbers"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR is not supported"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO is not supported"),
        (
            "FREQ=HOURLY",
            "FREQ must be there, and DAILY, WEEKLY, MONTHLY or YEARLY",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "BYMONTHDAY must be days from 1 to 31",
        ),
        ("FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", "there is no date"),
        (
            "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
            "has no date after due_date",
        ),
        (
            "FREQ=DAILY;UNTIL=20310105",
            "UNTIL must not be before due_date",
        ),
    ] {
        let message = message(&user.post(&body(rule)));
        assert!(message.starts_with(said), "{rule}: {message}");
    }
    assert_eq!(
        user.list("status=all").len(),
        0,
        "a refused task was stored"
    );
}

#[test]
fn the_fields_of_an_interval_must_not_be_beside_a_rule() {
    let mut both = body("FREQ=DAILY");
    both["recurring_interval"] = json!("daily");
    both["recurring_every"] = json!(2);
    both["recurring_until"] = json!("2040-01-01T00:00:00Z");
    both["recurring_count"] = json!(5);
    let want = [
        "recurring_interval",
        "recurring_every",
        "recurring_until",
        "recurring_count",
    ];
    assert_eq!(error_fields(&user().post(&both)), names(want));
}

#[test]
fn a_patch_takes_a_rule_for_the_interval_and_back() {
    let user = user();
    let daily = user.create_recurring("daily", "2031-01-06T09:00:00Z");
    let refused = user.patch(id_of(&daily), &json!({"recurrence_rule": "FREQ=DAILY"}));
    assert_eq!(error_fields(&refused), names(["recurring_interval"]));
    let ruled = json!({"recurrence_rule": "FREQ=WEEKLY;BYDAY=FR", "recurring_interval": null});
    let ruled = user.patch(id_of(&daily), &ruled).expect(200).json();
    assert_eq!(
        (
            &ruled["recurrence_rule"],
            &ruled["recurring_interval"],
            &ruled["version"]
        ),
        (&json!("FREQ=WEEKLY;BYDAY=FR"), &Value::Null, &json!(2))
    );
    // The same rule in other words is no change.
    let same = user.patch(
        id_of(&daily),
        &json!({"recurrence_rule": "byday=fr;freq=weekly"}),
    );
    assert_eq!(same.expect(200).json(), ruled);
    let none = user.patch(id_of(&daily), &json!({"recurrence_rule": null}));
    assert_eq!(error_fields(&none), names(["recurring_interval"]));
    let back = json!({"recurrence_rule": null, "recurring_interval": "daily"});
    let back = user.patch(id_of(&daily), &back).expect(200).json();
    assert_eq!(
        (&back["recurrence_rule"], &back["recurring_interval"]),
        (&Value::Null, &json!("daily"))
    );
}

#[test]
fn a_put_replaces_the_rule_and_without_one_there_is_none() {
    let user = user();
    let task = user.create(&body("FREQ=DAILY"));
    let put = user
        .put(id_of(&task), &body("FREQ=WEEKLY;COUNT=4"))
        .expect(200)
        .json();
    assert_eq!(put["recurrence_rule"], "FREQ=WEEKLY;COUNT=4");
    let put = user
        .put(id_of(&task), &json!({"title": "x"}))
        .expect(200)
        .json();
    assert_eq!(
        (&put["recurrence_rule"], &put["is_recurring"]),
        (&Value::Null, &json!(false))
    );
}
