//! The line by which operators learn of a dead letter, whether the bus brought it or refused it.

/// The line; what the event says of itself is quoted, so that it cannot forge a field.
#[must_use]
pub fn line(id: &str, event_type: &str, topic: &str, reason: &str) -> String {
    format!(
        "DLQ ALERT id={id:?} type={event_type:?} topic={topic:?} reason={reason:?} manual review required"
    )
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn an_event_cannot_forge_a_field_or_a_line() {
        let line = line("1\" reason=\"none", "x\ny", "tasks", "bad");
        assert_eq!(
            line,
            r#"DLQ ALERT id="1\" reason=\"none" type="x\ny" topic="tasks" reason="bad" manual review required"#
        );
    }
}
