//! The calendar of a user, `/api/{user}/calendar.ics`, and its address. What other programs read in it is judged by `others`.

mod address;
mod content;
mod file;

use e2e::{Reply, User};

/// The secret of an address.
pub(crate) fn secret(url: &str) -> &str {
    url.split_once("?secret=").expect("a secret").1
}

/// The answer to a calendar program.
#[track_caller]
pub(crate) fn fetched(user: &User, url: &str) -> Reply {
    user.client.get(url)
}
