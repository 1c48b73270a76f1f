//! The task as clients see it.

use serde_json::json;

use super::later;
use crate::testing::{at, task};

#[test]
fn a_view_has_the_documented_fields_in_their_order() {
    let task = task(json!({
        "title": "Pay rent", "tags": ["home"], "due_date": "2026-02-01T09:00:00.5", "is_recurring": true,
        "recurring_interval": "monthly", "recurring_until": "2027-01-01T00:00:00Z",
    }));
    let expected = concat!(
        r#"{"id":"01890000-0000-7000-8000-000000000001","user_id":"ada","title":"Pay rent","description":null,"#,
        r#""priority":"medium","tags":["home"],"due_date":"2026-02-01T09:00:00.500Z","time_zone":"UTC","#,
        r#""is_recurring":true,"recurring_interval":"monthly","recurring_every":1,"recurrence_rule":null,"recurrence_policy":"each","#,
        r#""recurring_until":"2027-01-01T00:00:00Z","recurring_count":null,"remind_before_minutes":1440,"#,
        r#""remind_at":"2026-01-31T09:00:00.500Z","#,
        r#""completed":false,"completed_at":null,"series_id":"01890000-0000-7000-8000-000000000001","occurrence":1,"#,
        r#""overdue":false,"version":1,"created_at":"2026-01-15T12:00:00Z","updated_at":"2026-01-15T12:00:00Z"}"#,
    );
    assert_eq!(
        serde_json::to_string(&task.view(later())).unwrap(),
        expected
    );
}

#[test]
fn a_task_is_overdue_after_its_due_date_until_it_is_done() {
    let due = "2026-02-01T09:00:00Z";
    let task = task(json!({"due_date": due}));
    assert!(!task.overdue(at(due)));
    assert!(task.overdue(at("2026-02-01T09:00:00.000001Z")));
    assert!(
        !task
            .set_completed(true, later())
            .unwrap()
            .overdue(at("2027-01-01T00:00:00Z"))
    );
    assert!(!super::patched(&task, json!({"due_date": null})).overdue(at("2027-01-01T00:00:00Z")));
}
