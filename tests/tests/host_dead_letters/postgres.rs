//! What PostgreSQL would refuse as text or in an index is kept there too: else it would come again for ever, and hold up
//! every dead letter after it.

use e2e::{Event, LocalHost, assert_acknowledged};
use serde_json::json;

use crate::shared::deliver_dead;

#[test]
fn a_nul_in_the_record_or_in_the_event_is_kept() {
    let host = LocalHost::start_on_postgres("dead-letters-postgres");
    let (client, task) = (host.client(), json!({"id": e2e::new_id(), "version": 1}));
    let event = |user: String| {
        Event::of("task.created", &task)
            .without("partitionkey")
            .with_data("user_id", json!(user))
            .json
            .to_string()
    };
    let records = [
        b"\0 is no text\xff".to_vec(),
        b"nor is \0 this".to_vec(),
        event("a\u{0}b".to_owned()).into_bytes(),
        event("long".repeat(4000)).into_bytes(),
    ];
    for record in &records {
        let reply = deliver_dead(&client, "tasks", record);
        assert_acknowledged(&reply, "SUCCESS");
    }
    let kept = host.database().sql("SELECT count(*) FROM dead_letters");
    assert_eq!(kept, records.len().to_string());
}
