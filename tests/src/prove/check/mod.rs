//! The checker: reads a history, and says which promises it breaks. A call without an answer may have happened or not.

mod changes;
mod letters;
mod order;
mod reminders;
mod series;
mod state;
#[cfg(test)]
mod tests;

use super::history::History;
use super::model::Model;
use super::violation::{Found, Rule, Violation};

/// Everything that is wrong with a history.
pub fn check(history: &History) -> Vec<Violation> {
    let mut found = Found::default();
    if !history.unsettled.is_empty() {
        found.add(Rule::Unsettled, history.unsettled.clone());
    }
    let model = Model::of(history, &mut found);
    changes::check(history, &model, &mut found);
    order::check(history, &mut found);
    state::check(history, &model, &mut found);
    letters::check(history, &mut found);
    if history.unsettled.is_empty() {
        // What is still on its way, nobody can miss.
        order::check_all_arrived(history, &mut found);
        series::check_ends(&model, &mut found);
        reminders::check_all_came(history, &model, &mut found);
    }
    series::check(&model, &mut found);
    reminders::check(history, &model, &mut found);
    found.0
}
