//! What every HTTP route needs and no domain knows: JSON bodies, problem+json, query parameters, cursors, conditional
//! requests, who may call.

pub mod access;
pub mod body;
mod call;
pub mod conditional;
pub mod cors;
pub mod cursor;
pub mod path;
mod problem;
mod query;

pub use body::json;
pub use call::Call;
pub use problem::Problem;
pub use query::Query;
