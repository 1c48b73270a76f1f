//! The users of a run: each session makes its calls one after the other, and writes down what it was told.

use std::io::ErrorKind;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Utc;
use domain::time::truncate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::again::Again;
use super::body::{edited, new_task};
use super::known::Known;
use crate::client::Client;
use crate::prove::history::{Answer, Call, Kind};
use crate::prove::schedule::{Op, Schedule, Step};
use crate::reply::Reply;

/// All that the sessions share.
pub(super) struct Users<'a> {
    hosts: Vec<Client>,
    names: Vec<String>,
    known: Vec<Mutex<Known>>,
    calls: Mutex<Vec<Call>>,
    again: Again<'a>,
    begun: Instant,
}

impl<'a> Users<'a> {
    pub(super) fn new(urls: &[String], names: &[String], again: Again<'a>) -> Self {
        Self {
            hosts: urls.iter().map(|url| Client::new(url)).collect(),
            names: names.to_vec(),
            known: names.iter().map(|_| Mutex::default()).collect(),
            calls: Mutex::default(),
            again,
            begun: Instant::now(),
        }
    }

    /// The time since the run began.
    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// What delivers once more.
    pub(super) fn again(&self) -> &Again<'a> {
        &self.again
    }

    /// The calls that were made.
    pub(super) fn into_calls(self) -> Vec<Call> {
        self.calls
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what the schedule has for this session.
    pub(super) fn run(&self, schedule: &Schedule, session: usize) {
        let steps = schedule.steps.iter().enumerate();
        for (number, step) in steps.filter(|(_, step)| step.session == session) {
            thread::sleep(step.at.saturating_sub(self.elapsed()));
            self.step(number, step);
        }
    }

    fn step(&self, number: usize, step: &Step) {
        let user = &self.names[step.user()];
        let title = || format!("step {number} of {user}");
        match &step.op {
            Op::Create(task) => {
                let body = new_task(task, &title());
                self.change(step, Kind::Create, None, Some(&body));
            }
            Op::Edit(pick, edit) => {
                let body = edited(*edit, &title());
                self.pick(step, *pick, Kind::Edit, Some(&body));
            }
            Op::Complete(pick) => self.pick(step, *pick, Kind::Complete, None),
            Op::Reopen(pick) => self.pick(
                step,
                *pick,
                Kind::Reopen,
                Some(&json!({"completed": false})),
            ),
            Op::Delete(pick) => self.pick(step, *pick, Kind::Delete, None),
            Op::Restore(pick) => self.pick(step, *pick, Kind::Restore, None),
            Op::List => self.list(step),
            Op::Notifications => {
                let path = format!("/api/{user}/notifications");
                let _ = self.hosts[step.host].call("GET", &path).try_send();
            }
            Op::Again(count, order, way) => {
                self.again.deliver(user, *count, *order, *way, step.host)
            }
            Op::Poison(topic) => drop(self.again.poison(user, *topic, "step")),
        }
    }

    /// A change of one of the tasks for which it makes a difference, or of any when there is none.
    fn pick(&self, step: &Step, pick: u32, kind: Kind, body: Option<&Value>) {
        // Every other time with the next occurrences that came meanwhile.
        if pick.is_multiple_of(2) {
            self.list(step);
        }
        let chosen = lock(&self.known[step.user()]).choose(pick / 2, kind);
        if chosen.is_some() {
            self.change(step, kind, chosen, body);
        }
    }

    fn change(&self, step: &Step, kind: Kind, task: Option<Uuid>, body: Option<&Value>) {
        let user = &self.names[step.user()];
        let path = format!("/api/{user}/tasks");
        let (method, path) = match (kind, task) {
            (Kind::Edit, Some(id)) => ("PATCH", format!("{path}/{id}")),
            (Kind::Complete | Kind::Reopen, Some(id)) => ("POST", format!("{path}/{id}/complete")),
            (Kind::Delete, Some(id)) => ("DELETE", format!("{path}/{id}")),
            (Kind::Restore, Some(id)) => ("POST", format!("{path}/{id}/restore")),
            _ => ("POST", path),
        };
        let mut call = self.hosts[step.host].call(method, &path);
        if let Some(body) = body {
            call = call.json(body);
        }
        let begun = truncate(Utc::now());
        let answer = answer(call.try_send());
        let ended = Utc::now();
        lock(&self.known[step.user()]).learn(kind, task, &answer);
        let title = body
            .and_then(|body| body["title"].as_str())
            .map(str::to_owned);
        lock(&self.calls).push(Call {
            user: user.clone(),
            kind,
            task,
            title,
            begun,
            ended,
            answer,
        });
    }

    fn list(&self, step: &Step) {
        let user = &self.names[step.user()];
        let path = format!("/api/{user}/tasks?status=all&limit=200&sort=created_at&order=asc");
        let Ok(reply) = self.hosts[step.host].call("GET", &path).try_send() else {
            return;
        };
        if reply.status() == 200 {
            let list = reply.json();
            let mut known = lock(&self.known[step.user()]);
            list["items"]
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|task| known.note(task));
        }
    }
}

fn answer(sent: Result<Reply, ureq::Error>) -> Answer {
    let reply = match sent {
        Ok(reply) => reply,
        Err(ureq::Error::Io(error)) if error.kind() == ErrorKind::ConnectionRefused => {
            return Answer::Refused(None);
        }
        Err(error) => return Answer::Unknown(error.to_string()),
    };
    match reply.status() {
        204 => Answer::Done(None),
        200 | 201 => Answer::Done(Some(reply.json())),
        status @ (404 | 409) => Answer::Refused(Some(status)),
        503 if reply.header("retry-after").is_some() => Answer::Unknown(reply.text()),
        _ => Answer::Wrong(reply.show()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
