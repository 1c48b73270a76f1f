//! What is due and when: open tasks, and of a series also the occurrences that are still to come.

use chrono::TimeDelta;
use domain::recurrence::ahead;
use domain::{Task, Time};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::iter;
use uuid::Uuid;

/// How far ahead a series is looked at, and for how many occurrences.
const DAYS: i64 = 90;
const OF_SERIES: usize = 100;

/// How many there are in all: the soonest.
const MOST: usize = 2000;

/// A task that is due, or one that will be made when those before it are completed.
pub(crate) struct Occurrence<'a> {
    pub(crate) task: &'a Task,
    pub(crate) due: Time,
    number: u32,
}

impl Occurrence<'_> {
    /// The same before and after its task is made, and whether or not the task recurs.
    pub(crate) fn uid(&self) -> String {
        format!("{}-{}", series_of(self.task), self.number)
    }
}

/// The soonest ones of these tasks, in order. Those to come are worked out one by one, so that many series cost no more than few.
pub(crate) fn soonest(tasks: &[Task], now: Time, today: Time) -> Vec<Occurrence<'_>> {
    let last = last_of_series(tasks);
    let until = today + TimeDelta::days(DAYS);
    let mut sources = Vec::new();
    for task in tasks.iter().filter(|task| !task.completed) {
        let Some(due) = task.due_date else { continue };
        let number = number_of(task);
        let is_last = last.get(&series_of(task)) == Some(&number);
        let to_come = is_last.then(|| ahead(task, now).take(OF_SERIES));
        let to_come = to_come.into_iter().flatten();
        let to_come = to_come
            .map(|next| (next.due_date, next.occurrence))
            .take_while(move |(due, _)| *due < until);
        sources.push((task, iter::once((due, number)).chain(to_come)));
    }
    merged(sources)
}

fn merged<'a>(
    mut sources: Vec<(&'a Task, impl Iterator<Item = (Time, u32)>)>,
) -> Vec<Occurrence<'a>> {
    let mut soonest = BinaryHeap::new();
    for (place, (_, source)) in sources.iter_mut().enumerate() {
        soonest.extend(source.next().map(|next| Reverse((next, place))));
    }
    let mut found = Vec::new();
    while found.len() < MOST
        && let Some(Reverse(((due, number), place))) = soonest.pop()
        && let Some((task, source)) = sources.get_mut(place)
    {
        soonest.extend(source.next().map(|next| Reverse((next, place))));
        found.push(Occurrence { task, due, number });
    }
    found
}

/// The highest number of each series. Only what follows that occurrence is still to come: a task that was reopened has its next
/// one already.
fn last_of_series(tasks: &[Task]) -> BTreeMap<Uuid, u32> {
    let mut last = BTreeMap::new();
    for task in tasks {
        let highest = last.entry(series_of(task)).or_insert(0);
        *highest = number_of(task).max(*highest);
    }
    last
}

fn series_of(task: &Task) -> Uuid {
    task.series_id.unwrap_or(task.id)
}

fn number_of(task: &Task) -> u32 {
    task.occurrence.unwrap_or(1)
}
