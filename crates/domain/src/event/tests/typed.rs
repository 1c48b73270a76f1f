//! What a component takes from an event's data.

use serde_json::{Value, json};

use super::{meta, rent};
use crate::event::{
    CloudEvent, CompletedData, CreatedData, EventData, Malformed, ScheduledData, TriggeredData,
    UpdatedData,
};
use crate::testing::{ID, at, user};

fn data() -> EventData {
    EventData {
        task_id: ID,
        user_id: user(),
        version: 1,
        timestamp: at("2026-01-20T08:00:00.250Z"),
    }
}

/// The event with one field of its data set, or removed by null.
fn with(mut event: CloudEvent, name: &str, value: Value) -> CloudEvent {
    let data = event.data.as_object_mut().unwrap();
    if value.is_null() {
        data.remove(name)
    } else {
        data.insert(name.to_owned(), value)
    };
    event
}

#[test]
fn the_data_of_our_own_events_is_understood() {
    let (task, meta, remind_at) = (rent(), meta(), at("2026-01-30T08:00:00Z"));
    let event = data();
    assert_eq!(
        EventData::of(&CloudEvent::task_created(&task, &meta)),
        Ok(data())
    );
    assert_eq!(
        EventData::of(&CloudEvent::task_deleted(&task, &meta)),
        Ok(data())
    );
    assert_eq!(
        CompletedData::of(&CloudEvent::task_completed(&task, &meta)),
        Ok(CompletedData {
            event: event.clone(),
            completed: false,
            on_its_own: false
        })
    );
    assert_eq!(
        ScheduledData::of(&CloudEvent::reminder_scheduled(&task, remind_at, &meta)),
        Ok(ScheduledData {
            event: event.clone(),
            remind_at
        })
    );
    let due_date = task.due_date.unwrap();
    assert_eq!(
        TriggeredData::of(&CloudEvent::reminder_triggered(&task, remind_at, &meta)),
        Ok(TriggeredData {
            event: event.clone(),
            remind_at,
            task_title: "Pay rent".to_owned(),
            due_date
        })
    );
    let updated =
        UpdatedData::of(&CloudEvent::task_updated(&task, &["title", "tags"], &meta)).unwrap();
    assert_eq!(
        updated,
        UpdatedData {
            event,
            changed_fields: vec!["title".to_owned(), "tags".to_owned()]
        }
    );
    assert!(updated.changed("tags") && !updated.changed("due_date"));
}

#[test]
fn a_creation_says_whether_there_is_a_reminder() {
    let without = |task: &crate::Task| {
        let event = CloudEvent::task_created(task, &meta());
        CreatedData::of(&event).unwrap().without_reminder
    };
    let mut task = rent();
    task.remind_at = task.due_date;
    assert!(!without(&task));
    task.remind_at = None;
    assert!(without(&task));

    let mut event = CloudEvent::task_created(&task, &meta());
    event.data.as_object_mut().unwrap().remove("remind_at");
    assert!(!CreatedData::of(&event).unwrap().without_reminder);
}

#[test]
fn a_completion_says_whether_the_task_is_on_its_own() {
    let on_its_own = |task: &crate::Task| {
        let event = CloudEvent::task_completed(task, &meta());
        CompletedData::of(&event).unwrap().on_its_own
    };
    let mut task = rent();
    assert!(!on_its_own(&task));
    task.due_date = None;
    assert!(!on_its_own(&task), "a series");
    task.series_id = None;
    assert!(on_its_own(&task));
    task.due_date = rent().due_date;
    assert!(!on_its_own(&task), "it may have a reminder");
    task.due_date = None;
    let mut event = CloudEvent::task_completed(&task, &meta());
    event.data.as_object_mut().unwrap().remove("series_id");
    assert!(!CompletedData::of(&event).unwrap().on_its_own);
}

#[test]
fn a_missing_or_mistyped_field_is_named() {
    let table = [
        (
            "task_id",
            vec![json!(null), json!(7), json!(""), json!("not-a-uuid")],
        ),
        (
            "user_id",
            vec![
                json!(null),
                json!(7),
                json!(""),
                json!("a/b"),
                json!("events"),
                json!("a\u{0}"),
            ],
        ),
        (
            "version",
            vec![
                json!(null),
                json!("1"),
                json!(0),
                json!(-1),
                json!(1.5),
                json!(u64::MAX),
            ],
        ),
        (
            "timestamp",
            vec![
                json!(null),
                json!(7),
                json!("now"),
                json!("2026-01-20T08:00"),
                json!("0000-01-01T00:00:00Z"),
            ],
        ),
    ];
    for (name, values) in table {
        for value in values {
            let event = with(
                CloudEvent::task_deleted(&rent(), &meta()),
                name,
                value.clone(),
            );
            assert_eq!(
                EventData::of(&event),
                Err(Malformed::Data(name)),
                "{name} = {value}"
            );
        }
    }
}

#[test]
fn the_fields_of_each_type_are_checked_too() {
    let (task, meta, remind_at) = (rent(), meta(), at("2026-01-30T08:00:00Z"));
    for value in [json!(null), json!("true"), json!(1)] {
        let event = with(CloudEvent::task_completed(&task, &meta), "completed", value);
        assert_eq!(CompletedData::of(&event), Err(Malformed::Data("completed")));
    }
    for value in [json!(null), json!("title"), json!([1])] {
        let event = with(
            CloudEvent::task_updated(&task, &["title"], &meta),
            "changed_fields",
            value,
        );
        assert_eq!(
            UpdatedData::of(&event),
            Err(Malformed::Data("changed_fields"))
        );
    }
    let scheduled = CloudEvent::reminder_scheduled(&task, remind_at, &meta);
    assert_eq!(
        ScheduledData::of(&with(scheduled, "remind_at", json!(7))),
        Err(Malformed::Data("remind_at"))
    );
    let wrong = [
        ("task_title", json!("a\u{0}")),
        ("task_title", json!("")),
        ("due_date", json!(null)),
        ("remind_at", json!("")),
    ];
    for (name, value) in wrong {
        let event = with(
            CloudEvent::reminder_triggered(&task, remind_at, &meta),
            name,
            value,
        );
        assert_eq!(TriggeredData::of(&event), Err(Malformed::Data(name)));
    }
}

#[test]
fn data_that_is_no_object_is_refused() {
    for data in [json!(null), json!("{}"), json!([]), json!(1)] {
        let event = CloudEvent {
            data,
            ..CloudEvent::task_deleted(&rent(), &meta())
        };
        assert_eq!(EventData::of(&event), Err(Malformed::NoData));
        assert_eq!(CompletedData::of(&event), Err(Malformed::NoData));
    }
}

#[test]
fn the_user_must_be_the_partition_key_where_there_is_one() {
    let event = CloudEvent::task_deleted(&rent(), &meta());
    let key = |key: Option<&str>| CloudEvent {
        partitionkey: key.map(str::to_owned),
        ..event.clone()
    };
    assert_eq!(EventData::of(&key(Some("eve"))), Err(Malformed::Owner));
    assert_eq!(EventData::of(&key(Some("ADA"))), Err(Malformed::Owner));
    assert!(EventData::of(&key(None)).is_ok());
}

#[test]
fn unknown_fields_are_tolerated_and_reasons_hold_no_content() {
    let event = with(
        CloudEvent::task_deleted(&rent(), &meta()),
        "more",
        json!({"a": 1}),
    );
    assert_eq!(EventData::of(&event).unwrap().task_id, ID);
    let event = with(event, "task_id", json!("secret"));
    assert_eq!(
        EventData::of(&event).unwrap_err().to_string(),
        "data.task_id is missing or mistyped"
    );
}
