//! The events of the outbox beside the records of Kafka: how long each took, and which are missing.

use anyhow::Context;
use serde::Deserialize;
use stack::Record;
use std::collections::HashMap;

/// The events after a sequence number: id and time in microseconds since 1970.
pub(crate) fn sql(after: usize) -> String {
    // The trigger reads the clock within the transaction, so a lag is too long by what the commit takes, and never too short.
    format!(
        "SELECT event_id, (extract(epoch FROM created_at) * 1000000)::bigint FROM outbox WHERE seq > {after} ORDER BY seq"
    )
}

/// Id and time of each event, from what [`sql`] answers.
pub(crate) fn of_outbox(answer: &str) -> anyhow::Result<Vec<(String, u64)>> {
    let lines = answer.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (id, time) = line.split_once('|').with_context(|| line.to_owned())?;
            Ok((id.to_owned(), time.parse()?))
        })
        .collect()
}

/// What the comparison gave.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Compared {
    /// From the outbox to the broker in microseconds, sorted.
    pub(crate) lags: Vec<u32>,
    pub(crate) lost: usize,
}

/// Each event with the first record of it.
pub(crate) fn compare(events: &[(String, u64)], records: &[Record]) -> Compared {
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    let mut came: HashMap<String, u64> = HashMap::new();
    for record in records {
        if let Ok(Id { id }) = serde_json::from_str(&record.value) {
            let first = came.entry(id).or_insert(record.timestamp);
            *first = record.timestamp.min(*first);
        }
    }
    let mut compared = Compared::default();
    for (id, made) in events {
        match came.get(id) {
            // Kafka counts milliseconds and leaves out the rest of them.
            Some(millis) => compared
                .lags
                .push(u32::try_from((millis * 1000).saturating_sub(*made)).unwrap_or(u32::MAX)),
            None => compared.lost += 1,
        }
    }
    compared.lags.sort_unstable();
    compared
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, timestamp: u64) -> Record {
        Record {
            partition: 0,
            offset: 0,
            timestamp,
            headers: Vec::new(),
            key: None,
            value: format!(r#"{{"id":"{id}","data":{{}}}}"#),
        }
    }

    #[test]
    fn each_event_is_compared_with_its_first_record() {
        let events = of_outbox("a|1000500\nb|2000000\nc|3000000\n").unwrap();
        let records = [
            record("a", 1010),
            record("a", 1004),
            record("b", 1999),
            record("x", 1),
        ];
        let expected = Compared {
            lags: vec![0, 3500],
            lost: 1,
        };
        assert_eq!(compare(&events, &records), expected);
    }

    #[test]
    fn a_strange_answer_is_an_error() {
        assert!(of_outbox("a").is_err() && of_outbox("a|x").is_err());
    }
}
