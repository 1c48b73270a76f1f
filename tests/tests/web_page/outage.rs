//! The server goes away and comes back: the page says so, keeps what it shows, and goes on.

use e2e::{LocalHost, SOON, eventually};
use serde_json::json;

use crate::signed_in;

#[test]
fn what_is_shown_stays_while_the_server_is_away() {
    let mut host = LocalHost::start("page-outage");
    let (browser, user) = signed_in(&host);
    user.create(&json!({"title": "Still here"}));
    browser.wait_text(".rows .title", "Still here");
    host.kill();
    browser.wait_text(".connection", "No connection");
    assert_eq!(browser.text(".rows .title"), "Still here");
    browser.click(".rows .check");
    browser.wait_text("#toasts", "The server does not answer");
    assert_eq!(browser.text(".rows .title"), "Still here");
    browser.click("nav a[data-view=history]");
    browser.wait_text(".failure", "No connection");
    browser.screenshot("no-connection");
    eventually(SOON, "a retry by hand", || {
        (browser.count(".failure .button") == 1).then_some(())
    });
}
