//! What one user knows of his tasks, and which of them the next call is about.

use serde_json::Value;
use uuid::Uuid;

use crate::prove::history::{Answer, Kind};

/// What one user knows of his tasks, shared by his sessions.
#[derive(Debug, Default)]
pub(super) struct Known {
    tasks: Vec<KnownTask>,
}

#[derive(Debug)]
struct KnownTask {
    id: Uuid,
    series: Option<String>,
    completed: bool,
    deleted: bool,
}

impl Known {
    /// Every other time one of the user's first series: calls that meet are what is to be proved.
    pub(super) fn choose(&self, pick: u32, kind: Kind) -> Option<Uuid> {
        let fits = |task: &KnownTask| match kind {
            Kind::Complete => !task.completed && !task.deleted,
            Kind::Reopen => task.completed && !task.deleted,
            Kind::Restore => task.deleted,
            Kind::Create | Kind::Edit | Kind::Delete => !task.deleted,
        };
        let focus = self.tasks.iter().find_map(|task| task.series.clone());
        let focused = |task: &KnownTask| pick.is_multiple_of(2) && task.series == focus;
        let choices: [&dyn Fn(&KnownTask) -> bool; 3] =
            [&|task| fits(task) && focused(task), &fits, &|_| true];
        let choice = choices.into_iter().find_map(|wanted| {
            let found: Vec<&KnownTask> = self.tasks.iter().filter(|task| wanted(task)).collect();
            (!found.is_empty()).then_some(found)
        })?;
        choice
            .get(pick as usize / 2 % choice.len())
            .map(|task| task.id)
    }

    /// Takes over what follows from an answer.
    pub(super) fn learn(&mut self, kind: Kind, task: Option<Uuid>, answer: &Answer) {
        match answer {
            Answer::Done(Some(task)) => self.note(task),
            Answer::Done(None) if kind == Kind::Delete => {
                let known = self.tasks.iter_mut();
                known
                    .filter(|known| Some(known.id) == task)
                    .for_each(|known| known.deleted = true);
            }
            // Taken back, or deleted by another session.
            Answer::Refused(Some(404)) => self
                .tasks
                .retain(|known| Some(known.id) != task || known.deleted),
            _ => {}
        }
    }

    /// Takes over a task as it was shown.
    pub(super) fn note(&mut self, task: &Value) {
        let Some(id) = task["id"].as_str().and_then(|id| id.parse().ok()) else {
            return;
        };
        let new = KnownTask {
            id,
            series: task["series_id"].as_str().map(str::to_owned),
            completed: task["completed"] == true,
            deleted: false,
        };
        match self.tasks.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = new,
            None => self.tasks.push(new),
        }
    }
}
