//! What the tasks went through, worked out from the events of the outbox by the rules of the domain: every version of every
//! task as it must have been, and what no rule leads to.

use std::collections::BTreeMap;

use domain::event::{CloudEvent, EventMeta};
use domain::{Task, Time, recurrence, time};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::history::{History, Kind};
use super::told::Told;
use super::violation::{Found, Rule};

/// What an event carries besides what a client can set.
const NOT_SET: [&str; 13] = [
    "task_id",
    "user_id",
    "version",
    "timestamp",
    "changed_fields",
    "completed",
    "completed_at",
    "series_id",
    "occurrence",
    "created_at",
    "updated_at",
    "deleted_at",
    "remind_at",
];

/// One task: what it was after each of its events.
#[derive(Clone, Debug)]
pub struct Story {
    /// Version 1 first.
    pub versions: Vec<(Told, Task)>,
    /// Of a next occurrence: the version of its predecessor that it was worked out from.
    pub previous_version: Option<u64>,
    /// Whether the database has it as taken back.
    pub withdrawn: bool,
}

impl Story {
    /// The task as it is at the end.
    pub fn last(&self) -> &Task {
        &self.versions[self.versions.len() - 1].1
    }

    /// The task as it was.
    pub fn at(&self, version: u64) -> Option<&(Told, Task)> {
        self.versions
            .get(usize::try_from(version).ok()?.checked_sub(1)?)
    }

    /// Which occurrence of which series it is.
    pub fn place(&self) -> Option<(Uuid, u32)> {
        self.last().series_id.zip(self.last().occurrence)
    }
}

/// All tasks.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// By id.
    pub stories: BTreeMap<Uuid, Story>,
    /// The events about reminders, in their order.
    pub reminders: Vec<Told>,
}

impl Model {
    /// Follows the events in their order.
    pub fn of(history: &History, found: &mut Found) -> Self {
        let mut model = Self::default();
        let rows: BTreeMap<String, &Value> = history
            .end
            .tasks
            .iter()
            .filter_map(|row| Some((row["id"].as_str()?.to_owned(), row)))
            .collect();
        for row in &history.end.outbox {
            let Some(told) = Told::read(row) else {
                found.add(
                    Rule::State,
                    format!("no event of ours in the outbox: {row:?}"),
                );
                continue;
            };
            if told.kind.is_none() {
                model.reminders.push(told);
                continue;
            }
            model.follow(told, &rows, found);
        }
        model
    }

    fn follow(&mut self, told: Told, rows: &BTreeMap<String, &Value>, found: &mut Found) {
        let (id, version) = (told.data.task_id, told.data.version);
        let known = self
            .stories
            .get(&id)
            .map_or(0, |story| story.versions.len() as u64);
        if version != known + 1 {
            let rule = if version <= known {
                Rule::Doubled
            } else {
                Rule::Order
            };
            found.add(
                rule,
                format!(
                    "version {version} of a task that had {known}: {}",
                    told.event.to_json()
                ),
            );
            return;
        }
        let row = rows.get(&id.to_string());
        let previous_version = row.and_then(|row| row["previous_version"].as_u64());
        let Some((task, expected)) = self.after(&told, previous_version) else {
            let rule = if told.kind == Some(Kind::Create) && told.by_handler() {
                Rule::Series
            } else {
                Rule::State
            };
            found.add(
                rule,
                format!("nothing leads to this event: {}", told.event.to_json()),
            );
            return;
        };
        if expected.data != told.event.data {
            found.add(
                Rule::State,
                format!(
                    "the event says {}, and its task is {}",
                    told.event.data, expected.data
                ),
            );
        }
        let story = self.stories.entry(id).or_insert_with(|| Story {
            versions: Vec::new(),
            previous_version,
            withdrawn: row.is_some_and(|row| row["withdrawn"] == true),
        });
        story.versions.push((told, task));
    }

    /// The task after the event, and the event that the domain makes of that.
    fn after(&self, told: &Told, previous_version: Option<u64>) -> Option<(Task, CloudEvent)> {
        let now = time::parse_utc(told.event.time.as_deref()?).ok()?;
        let meta = EventMeta {
            id: Uuid::nil(),
            source: &told.event.source,
            time: now,
            traceparent: None,
        };
        let before = self.stories.get(&told.data.task_id).map(Story::last);
        Some(match (told.kind?, before) {
            (Kind::Create, None) if told.by_handler() => {
                let task = self.next(told, previous_version?, now, &meta)?;
                let event = CloudEvent::task_created(&task, &meta);
                (task, event)
            }
            (Kind::Create, None) => {
                let input = values(&told.event.data, |_| true);
                let (user, id) = (told.data.user_id.clone(), told.data.task_id);
                let task = Task::create(&input, user, id, now).ok()?;
                let event = CloudEvent::task_created(&task, &meta);
                (task, event)
            }
            (Kind::Edit, Some(before)) => {
                let names = told.event.data["changed_fields"].as_array()?;
                let input = values(&told.event.data, |name| {
                    names.iter().any(|changed| changed == name)
                });
                let change = before.patch(&input, now).ok()??;
                let event = CloudEvent::task_updated(&change.task, &change.changed_fields, &meta);
                (change.task, event)
            }
            (Kind::Complete | Kind::Reopen, Some(before)) => {
                let task = before.set_completed(told.kind == Some(Kind::Complete), now)?;
                let event = CloudEvent::task_completed(&task, &meta);
                (task, event)
            }
            (Kind::Delete, Some(before)) => {
                let task = before.delete(now)?;
                let event = CloudEvent::task_deleted(&task, &meta);
                (task, event)
            }
            (Kind::Restore, Some(before)) => {
                let task = before.restore(now)?;
                let event = CloudEvent::task_updated(&task, &["deleted_at"], &meta);
                (task, event)
            }
            _ => return None,
        })
    }

    /// The next occurrence that the event tells of, worked out anew from the predecessor as it was.
    fn next(
        &self,
        told: &Told,
        previous_version: u64,
        now: Time,
        meta: &EventMeta<'_>,
    ) -> Option<Task> {
        let of = &told.event.data;
        let candidates = self.stories.values().filter_map(|story| {
            let (_, previous) = story.at(previous_version)?;
            let next = recurrence::next_instance(
                previous,
                previous.completed_at?,
                told.data.task_id,
                now,
            )?;
            let same = of["series_id"] == next.series_id?.to_string()
                && of["occurrence"] == next.occurrence?;
            same.then_some(next)
        });
        let candidates: Vec<Task> = candidates.collect();
        let exact = candidates
            .iter()
            .find(|next| CloudEvent::task_created(next, meta).data == *of);
        exact.or(candidates.first()).cloned()
    }
}

fn values(data: &Value, wanted: impl Fn(&str) -> bool) -> Map<String, Value> {
    let fields = data.as_object().into_iter().flatten();
    fields
        .filter(|(name, _)| !NOT_SET.contains(&name.as_str()) && wanted(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
