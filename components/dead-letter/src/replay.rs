//! POST /ops/dead-letters/:id/replay: publishes the event again to its own topic with its own id, once.

use crate::list::{find, view};
use events::wake_relay;
use http::StatusCode;
use platform::Reply;
use storage::{Store, dead_letters};
use web::Problem;

pub(crate) async fn replay(id: &str) -> Result<Reply, Problem> {
    let store = Store::open();
    let replayed = !id.contains('\0') && dead_letters::replay(&store, id).await?;
    let letter = find(&store, id).await?;
    if replayed {
        return Ok(Reply::from(web::json(StatusCode::OK, &view(&letter))).then(wake_relay()));
    }
    Err(Problem::conflict(if letter.event_id.is_some() {
        "it has been replayed already"
    } else {
        "it is not an event with an id of its own, so it cannot be published"
    }))
}
