//! The page, in a real browser: what a person does, what they see, and pictures of it in `target/screenshots`.

mod accessible;
mod calendar;
mod conflict;
mod docs;
mod files;
mod first_steps;
mod history;
mod keyboard;
mod list;
mod live;
mod modules;
mod operators;
mod outage;
mod sign_in;
mod words;

use std::sync::OnceLock;

use e2e::{Browser, LocalHost, User, unique_user_id};

/// What the browser notes by itself about an answer that the page expects: who is not signed in is asked to.
const ASKED_WITHOUT_TOKEN: &str = "status of 401";

/// One without tokens, shared.
fn host() -> &'static LocalHost {
    static HOST: OnceLock<LocalHost> = OnceLock::new();
    HOST.get_or_init(|| LocalHost::start("page"))
}

/// A browser with the page open, and its user, who has just signed in.
#[track_caller]
fn signed_in(host: &LocalHost) -> (Browser, User) {
    let user = User {
        id: unique_user_id(),
        client: host.client(),
    };
    let browser = Browser::start(user.client.base());
    sign_in(&browser, &user);
    (browser, user)
}

#[track_caller]
fn sign_in(browser: &Browser, user: &User) {
    browser.open("/");
    browser.fill("input[name=user]", &user.id);
    browser.click(".sign-in button");
    browser.wait_text(".connection", "Up to date");
}

#[track_caller]
fn assert_quiet(browser: &Browser) {
    let complaints = browser.complaints(&[ASKED_WITHOUT_TOKEN]);
    assert!(complaints.is_empty(), "{complaints:#?}");
}
