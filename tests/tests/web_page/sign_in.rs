//! Signing in where a token is needed: the page is open, what it shows is not.

use std::time::{SystemTime, UNIX_EPOCH};

use e2e::{Browser, Bus, LocalHost, tokens};
use serde_json::json;

use crate::assert_quiet;

fn token(user: &str, seconds: u64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    tokens::signed("secret", None, &json!({"sub": user, "exp": now + seconds}))
}

#[test]
fn a_token_opens_the_page_of_its_subject() {
    let host =
        LocalHost::start_closed("page-token", &Bus::Local, &[("jwt_secret", tokens::SECRET)]);
    let browser = Browser::start(host.client().base());
    browser.open("/");
    browser.wait_text(".sign-in label", "Bearer token");
    browser.screenshot("sign-in-token");

    for (wrong, told) in [
        ("nonsense", "no token with a subject"),
        (
            &*tokens::forged(&json!({"alg": "none"}), &json!({"sub": "ann"})),
            "token",
        ),
    ] {
        browser.fill("textarea", wrong);
        browser.click(".sign-in button");
        browser.wait_text(".form-error", told);
    }

    browser.fill("textarea", &format!("Bearer {}", token("ann", 600)));
    browser.click(".sign-in button");
    browser.wait_text(".user", "ann");
    browser.wait_text(".empty", "Nothing to do");
    browser.fill(".add-title", "Only ann's");
    browser.click(".add button.primary");
    browser.wait_text(".rows .title", "Only ann's");

    // It lasts as long as the tab, and ends with a click.
    browser.open("/");
    browser.wait_text(".rows .title", "Only ann's");
    browser.click(".account button");
    browser.wait_for(".sign-in textarea");
    assert_eq!(browser.count(".rows .title"), 0);
    browser.open("/");
    browser.wait_for(".sign-in textarea");
    assert_quiet(&browser);
}

#[test]
fn a_token_that_is_not_accepted_any_more_leads_back_to_the_form() {
    let host = LocalHost::start_closed(
        "page-expired",
        &Bus::Local,
        &[("jwt_secret", tokens::SECRET)],
    );
    let browser = Browser::start(host.client().base());
    browser.open("/");
    browser.fill("textarea", &token("ann", 600));
    browser.click(".sign-in button");
    browser.wait_text(".user", "ann");
    let session = json!({"user": "ann", "token": tokens::forged(&json!({"alg": "HS256"}), &json!({"sub": "ann", "exp": 1}))});
    browser.eval(&format!(
        "sessionStorage.setItem('todo-session', JSON.stringify({session}));"
    ));
    browser.open("/console/icon.svg");
    browser.open("/");
    browser.wait_for(".sign-in textarea");
    browser.wait_text(".form-error", "token");
}
