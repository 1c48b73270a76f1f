//! The calendar of a user, `/api/{user}/calendar.ics`, and its address. What other programs read in it is judged by `others`.

mod address;
mod content;
mod file;

use e2e::{Call, Reply, User};

/// A call of the user's about the address.
pub(crate) fn call<'a>(user: &'a User, method: &str) -> Call<'a> {
    user.client
        .call(method, &format!("/api/{}/calendar", user.id))
}

/// A new address.
#[track_caller]
pub(crate) fn made(user: &User) -> String {
    let made = call(user, "POST").send().expect(201).json();
    made["url"].as_str().expect("an address").to_owned()
}

/// The secret of an address.
pub(crate) fn secret(url: &str) -> &str {
    url.split_once("?secret=").expect("a secret").1
}

/// The answer to a calendar program.
#[track_caller]
pub(crate) fn fetched(user: &User, url: &str) -> Reply {
    user.client.get(url)
}
