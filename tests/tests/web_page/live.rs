//! What others do is there without asking again and again.

use std::time::Duration;

use e2e::{LocalHost, eventually};
use serde_json::json;

use crate::words::assert_all;
use crate::{assert_quiet, host, signed_in};

/// Far less than the half minute after which the page asks by itself.
const BY_THE_STREAM: Duration = Duration::from_secs(15);

#[test]
fn what_another_client_does_is_heard_of() {
    let (browser, user) = signed_in(host());
    browser.wait_text(".connection", "Up to date, live");
    let asked = "return performance.getEntriesByType('resource').filter((one) => one.name.includes('/tasks?')).length;";
    let before = browser.eval(asked);
    user.create(&json!({"title": "From elsewhere"}));
    eventually(BY_THE_STREAM, "the task", || {
        browser
            .text(".rows .title")
            .contains("From elsewhere")
            .then_some(())
    });
    let times = browser.eval(asked).as_u64().unwrap() - before.as_u64().unwrap();
    assert!((1..5).contains(&times), "asked {times} times");
    assert_quiet(&browser);
}

#[test]
fn a_page_that_was_cut_off_listens_again() {
    let mut host = LocalHost::start("page-live");
    let (browser, user) = signed_in(&host);
    browser.wait_text(".connection", "Up to date, live");
    host.kill();
    browser.wait_text(".connection", "No connection");
    let port = user
        .client
        .base()
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    host.start_again_on(port);
    browser.wait_text(".connection", "Up to date, live");
    user.create(&json!({"title": "After all"}));
    eventually(BY_THE_STREAM, "the task", || {
        browser
            .text(".rows .title")
            .contains("After all")
            .then_some(())
    });
}

#[test]
fn events_are_read_however_their_text_is_cut() {
    let text = ": hello\n\nretry: 1000\nevent: ready\nid: a\ndata:\n\nid: b\r\ndata: {\"x\":\r\ndata: 1}\r\n\r\n";
    let expected = json!([{"id": "a", "event": "ready", "data": ""}, {"id": "b", "event": "message", "data": "{\"x\":\n1}"}]);
    let cases: Vec<_> = [1, 2, 3, 7, 1000]
        .iter()
        .map(|size| {
            let call = format!(
                "(() => {{ const push = m.parser(); const text = {text:?}; const all = []; \
                 for (let at = 0; at < text.length; at += {size}) all.push(...push(text.slice(at, at + {size}))); return all; }})()"
            );
            (call, expected.clone())
        })
        .collect();
    assert_all("sse", &cases);
}
