//! A history made by hand: what the system would leave if it worked, to be damaged by a test.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::event::{CloudEvent, EventMeta, HANDLER_SOURCE, SOURCE_USER};
use domain::time::parse_utc;
use domain::{Task, Time, UserId, recurrence};
use serde_json::json;
use stack::Record;
use uuid::Uuid;

use super::row::{row, stored_time};
use crate::prove::history::{Answer, Call, History, Kind, NotificationRow, OutboxRow, ReminderRow};
use crate::stack_harness::KafkaEvent;

pub(super) const USER: &str = "ann";

/// One user's tasks, and everything that was seen of them.
pub(super) struct World {
    pub(super) history: History,
    pub(super) now: Time,
    tasks: BTreeMap<Uuid, Stored>,
    fired: BTreeSet<Uuid>,
    ids: u128,
}

struct Stored {
    task: Task,
    previous_version: Option<u64>,
    withdrawn: bool,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            history: History::default(),
            now: parse_utc("2026-01-01T09:00:00Z").unwrap(),
            tasks: BTreeMap::new(),
            fired: BTreeSet::new(),
            ids: 0,
        }
    }

    /// A task that is due in so many minutes; with a series it recurs daily.
    pub(super) fn create(&mut self, due_in: i64, series: bool) -> Uuid {
        self.tick();
        let due = domain::time::format(self.now + TimeDelta::minutes(due_in));
        let mut input = json!({"title": format!("step {}", self.ids), "due_date": due, "remind_before_minutes": 0});
        if series {
            input["is_recurring"] = json!(true);
            input["recurring_interval"] = json!("daily");
        }
        let id = self.id();
        let user = UserId::parse(USER).unwrap();
        let task = Task::create(input.as_object().unwrap(), user, id, self.now).unwrap();
        self.change(Kind::Create, task, CloudEvent::task_created);
        id
    }

    pub(super) fn rename(&mut self, id: Uuid) {
        self.tick();
        let input = json!({"title": format!("step {}", self.ids)});
        let change = self.task(id).patch(input.as_object().unwrap(), self.now);
        let change = change.unwrap().unwrap();
        let event =
            |task: &Task, meta: &EventMeta<'_>| CloudEvent::task_updated(task, &["title"], meta);
        self.change(Kind::Edit, change.task, event);
    }

    pub(super) fn complete(&mut self, id: Uuid, completed: bool) {
        self.tick();
        let task = self.task(id).set_completed(completed, self.now).unwrap();
        let kind = if completed {
            Kind::Complete
        } else {
            Kind::Reopen
        };
        self.change(kind, task, CloudEvent::task_completed);
    }

    pub(super) fn delete(&mut self, id: Uuid) {
        self.tick();
        let task = self.task(id).delete(self.now).unwrap();
        self.change(Kind::Delete, task, CloudEvent::task_deleted);
        let call = self.history.calls.last_mut().unwrap();
        call.answer = Answer::Done(None);
    }

    /// What the component makes of a completion.
    pub(super) fn next(&mut self, of: Uuid) -> Uuid {
        self.tick();
        let (id, previous) = (self.id(), self.task(of));
        let next =
            recurrence::next_instance(&previous, previous.completed_at.unwrap(), id, self.now)
                .unwrap();
        let event = CloudEvent::task_created(&next, &self.meta(HANDLER_SOURCE));
        self.write(&event);
        self.tasks.insert(
            id,
            Stored {
                task: next,
                previous_version: Some(previous.version),
                withdrawn: false,
            },
        );
        id
    }

    /// What the component makes of a reopening.
    pub(super) fn withdraw(&mut self, id: Uuid) {
        self.tick();
        let task = self.task(id).delete(self.now).unwrap();
        let event = CloudEvent::task_deleted(&task, &self.meta(HANDLER_SOURCE));
        self.write(&event);
        let stored = self.tasks.get_mut(&id).unwrap();
        (stored.task, stored.withdrawn) = (task, true);
    }

    /// The reminder fires at its time, and is notified.
    pub(super) fn remind(&mut self, id: Uuid) {
        self.remind_of(&self.task(id));
    }

    /// The same of a task as it was.
    pub(super) fn remind_of(&mut self, task: &Task) {
        let at = task.remind_at.unwrap();
        self.now = self.now.max(at);
        self.tick();
        self.fired.insert(task.id);
        let event = CloudEvent::reminder_triggered(task, at, &self.meta(HANDLER_SOURCE));
        self.write(&event);
        self.history.end.notifications.push(NotificationRow {
            task_id: task.id,
            remind_at: stored_time(at),
            due_date: stored_time(task.due_date.unwrap()),
            created_at: stored_time(self.now),
        });
    }

    /// The history, with the database as the tasks are now and every reminder set that is still to come.
    pub(super) fn seen(mut self) -> History {
        for (id, stored) in &self.tasks {
            self.history.end.tasks.push(row(
                &stored.task,
                stored.previous_version,
                stored.withdrawn,
            ));
            self.history.end.reminders.push(ReminderRow {
                task_id: *id,
                remind_at: stored.task.remind_at.map(stored_time),
                fired_at: self.fired.contains(id).then(String::new),
            });
        }
        self.history
    }

    fn change(
        &mut self,
        kind: Kind,
        task: Task,
        event: impl Fn(&Task, &EventMeta<'_>) -> CloudEvent,
    ) {
        let event = event(&task, &self.meta(SOURCE_USER));
        self.write(&event);
        let titled = matches!(kind, Kind::Create | Kind::Edit);
        self.history.calls.push(Call {
            user: USER.to_owned(),
            kind,
            task: (kind != Kind::Create).then_some(task.id),
            title: titled.then(|| task.title.clone()),
            begun: self.now,
            ended: self.now + TimeDelta::milliseconds(10),
            answer: Answer::Done(serde_json::to_value(task.view(self.now)).ok()),
        });
        let previous_version = self
            .tasks
            .get(&task.id)
            .and_then(|stored| stored.previous_version);
        self.tasks.insert(
            task.id,
            Stored {
                task,
                previous_version,
                withdrawn: false,
            },
        );
    }

    fn write(&mut self, event: &CloudEvent) {
        let mut event = event.clone();
        event.id = self.id().to_string();
        let topic = if event.event_type.starts_with("task.") {
            &mut self.history.tasks
        } else {
            &mut self.history.reminders
        };
        topic.push(KafkaEvent::new(Record {
            partition: 3,
            offset: topic.len() as u64,
            timestamp: 0,
            headers: Vec::new(),
            key: Some(USER.to_owned()),
            value: event.to_json(),
        }));
        self.history.end.outbox.push(OutboxRow {
            seq: self.history.end.outbox.len() as i64 + 1,
            event_id: event.id.clone(),
            user_id: USER.to_owned(),
            kind: event.event_type.clone(),
            event: event.to_json(),
            published_at: Some(String::new()),
            dead_at: None,
        });
    }

    fn meta<'a>(&self, source: &'a str) -> EventMeta<'a> {
        EventMeta {
            id: Uuid::nil(),
            source,
            time: self.now,
            traceparent: None,
        }
    }

    pub(super) fn task(&self, id: Uuid) -> Task {
        self.tasks[&id].task.clone()
    }

    fn tick(&mut self) {
        self.now += TimeDelta::seconds(5);
    }

    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }
}
