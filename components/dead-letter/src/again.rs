//! An event in which nothing is wrong was not handled within Dapr's retries because something else was away, or because it
//! brings its component down: it is delivered again (`events::redelivery`) before it becomes a dead letter.

use crate::diagnosis::{self, NOT_HANDLED};
use crate::receive::{same_record, user_of};
use domain::event::CloudEvent;
use platform::{DbError, variables};
use storage::{Store, redeliveries};

/// Puts an event down for redelivery, if it is such a one; `false` leaves it to the dead letters. `record` names the record that
/// failed, for the dead letter that may become of it.
pub(crate) async fn schedule(body: &[u8], record: Option<&str>) -> Result<bool, DbError> {
    // Nothing calls the job that redelivers, and the local bus gives up no event that may yet be handled.
    if variables::get("event_bus") == "local" {
        return Ok(false);
    }
    let (Ok(event), Ok(text)) = (CloudEvent::parse(body), std::str::from_utf8(body)) else {
        return Ok(false);
    };
    let store = Store::open();
    if diagnosis::reason(&store, &event).await? != NOT_HANDLED {
        return Ok(false);
    }
    if redeliveries::schedule(&store, &event, &user_of(&event), text, record).await? {
        return Ok(true);
    }
    let down = redeliveries::find(&store, &event.id).await?;
    Ok(down.is_some_and(|down| same_record(&down, text)))
}
