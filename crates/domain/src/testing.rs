//! What the tests share: short ways to a time, a JSON object and a task.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{FieldErrors, Task, Time, UserId, time};

pub(crate) const ID: Uuid = Uuid::from_u128(0x01890000_0000_7000_8000_000000000001);
pub(crate) const OTHER_ID: Uuid = Uuid::from_u128(0x01890000_0000_7000_8000_000000000002);

/// When tasks of [`task`] are created.
pub(crate) fn now() -> Time {
    at("2026-01-15T12:00:00Z")
}

pub(crate) fn at(text: &str) -> Time {
    time::parse_utc(text).unwrap()
}

pub(crate) fn user() -> UserId {
    UserId::parse("ada").unwrap()
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}

pub(crate) fn create(input: Value) -> Result<Task, FieldErrors> {
    Task::create(&object(input), user(), ID, now())
}

/// A task from a POST body; the title may be left out.
pub(crate) fn task(input: Value) -> Task {
    let mut input = object(input);
    input
        .entry("title")
        .or_insert_with(|| "Water the plants".into());
    Task::create(&input, user(), ID, now()).unwrap()
}

/// SplitMix64: enough for spreading examples, and no dependency.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.next() % u64::try_from(to - from).unwrap()).unwrap()
    }

    pub(crate) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.next() % u64::try_from(items.len()).unwrap()).unwrap()].clone()
    }
}
