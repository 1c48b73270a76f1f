//! The history of a user: not built yet, and says so.

use platform::{Reply, Request};
use web::Problem;

platform::component!(handle);

async fn handle(_request: Request) -> Reply {
    Problem::not_found("route yet").into()
}
