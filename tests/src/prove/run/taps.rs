//! The three topics, followed from the beginning to the end of a prover.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use domain::event::Topic;
use stack::{Follower, KafkaTools};

use crate::stack_harness::KafkaEvent;

/// What was read so far of the two topics and of tasks-dlq.
#[derive(Clone, Debug)]
pub(super) struct Taps(Arc<Mutex<[Tap; 3]>>);

#[derive(Debug)]
struct Tap {
    follower: Follower,
    events: Vec<KafkaEvent>,
}

const DEAD: usize = 2;

impl Taps {
    pub(super) fn start(tools: &KafkaTools, folder: &Path) -> anyhow::Result<Self> {
        let tap = |topic: &str| -> anyhow::Result<Tap> {
            Ok(Tap {
                follower: Follower::start(tools, topic, folder)?,
                events: Vec::new(),
            })
        };
        let all = [
            tap(Topic::Tasks.as_str())?,
            tap(Topic::Reminders.as_str())?,
            tap("tasks-dlq")?,
        ];
        Ok(Self(Arc::new(Mutex::new(all))))
    }

    /// What the topic has that `wanted` wants, in the order of each partition.
    pub(super) fn records(
        &self,
        topic: Topic,
        wanted: impl Fn(&KafkaEvent) -> bool,
    ) -> Vec<KafkaEvent> {
        self.of(topic as usize, wanted)
    }

    /// The same of tasks-dlq.
    pub(super) fn dead(&self, wanted: impl Fn(&KafkaEvent) -> bool) -> Vec<KafkaEvent> {
        self.of(DEAD, wanted)
    }

    fn of(&self, which: usize, wanted: impl Fn(&KafkaEvent) -> bool) -> Vec<KafkaEvent> {
        let mut taps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tap = &mut taps[which];
        let new = tap.follower.poll().expect("the topic");
        tap.events.extend(new.into_iter().map(KafkaEvent::new));
        let mut found: Vec<_> = tap
            .events
            .iter()
            .filter(|event| wanted(event))
            .cloned()
            .collect();
        found.sort_by_key(|event| (event.record.partition, event.record.offset));
        found
    }
}
