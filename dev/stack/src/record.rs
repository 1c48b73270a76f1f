//! One record of a topic, and how to read it from what Kafka's console consumer prints.

use anyhow::Context;

/// What stands between two fields, between two headers, and after a record: control characters that no event contains.
pub(crate) const FIELD: &str = "\u{1f}";
pub(crate) const HEADER: &str = "\u{1d}";
pub(crate) const RECORD: &str = "\u{1e}";
pub(crate) const NULL: &str = "\u{18}";

/// One record of a topic, as Kafka's console consumer prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The partition, from 0.
    pub partition: u32,
    /// The place in the partition, from 0.
    pub offset: u64,
    /// When it was made, in milliseconds since 1970; with [`crate::KafkaTools::stamp_by_broker`], when the broker had it.
    pub timestamp: u64,
    /// Name and value of each header.
    pub headers: Vec<(String, String)>,
    /// The record key; `None` when it has none.
    pub key: Option<String>,
    /// The record itself: for the application's topics a CloudEvent in JSON.
    pub value: String,
}

/// `CreateTime:1 or LogAppendTime:1 | Partition:0 | Offset:7 | name:value,... or NO_HEADERS | key | value`
pub(crate) fn parse(line: &str) -> anyhow::Result<Record> {
    let strange = || format!("the console consumer printed {line:?}");
    let mut fields = line.splitn(6, FIELD);
    let mut next = || fields.next().with_context(strange);
    let timestamp = next()?.trim_start().split_once(':').with_context(strange)?;
    let timestamp = timestamp.1.parse()?;
    let partition = next()?
        .strip_prefix("Partition:")
        .with_context(strange)?
        .parse()?;
    let offset = next()?
        .strip_prefix("Offset:")
        .with_context(strange)?
        .parse()?;
    let headers = match next()? {
        "NO_HEADERS" => Vec::new(),
        headers => headers
            .split(HEADER)
            .filter_map(|header| header.split_once(':'))
            .map(owned)
            .collect(),
    };
    let key = next()?;
    let key = (key != NULL).then(|| key.to_owned());
    Ok(Record {
        partition,
        offset,
        timestamp,
        headers,
        key,
        value: next()?.to_owned(),
    })
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_record_is_read_field_by_field() {
        let line = "CreateTime:1700\u{1f}Partition:2\u{1f}Offset:7\u{1f}a:1\u{1d}b:x:y\u{1f}ann\u{1f}{\"a\":\n1}";
        let headers = vec![
            ("a".to_owned(), "1".to_owned()),
            ("b".to_owned(), "x:y".to_owned()),
        ];
        let expected = Record {
            partition: 2,
            offset: 7,
            timestamp: 1700,
            headers,
            key: Some("ann".into()),
            value: "{\"a\":\n1}".into(),
        };
        assert_eq!(parse(line).unwrap(), expected);
    }

    #[test]
    fn a_record_without_key_and_headers_has_none() {
        let record = parse(
            "LogAppendTime:1\u{1f}Partition:0\u{1f}Offset:0\u{1f}NO_HEADERS\u{1f}\u{18}\u{1f}x",
        )
        .unwrap();
        assert_eq!((record.key, record.headers.len()), (None, 0));
    }

    #[test]
    fn anything_else_is_an_error_that_shows_it() {
        assert!(
            parse("Processed")
                .unwrap_err()
                .to_string()
                .contains("Processed")
        );
    }
}
