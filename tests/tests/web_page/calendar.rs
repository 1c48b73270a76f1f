//! The address for calendar programs: made, copied and revoked by keys.

use e2e::Look;
use serde_json::json;

use crate::accessible::assert_accessible;
use crate::{ASKED_WITHOUT_TOKEN, host, signed_in};

const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";
const SHIFT_TAB: &str = "\u{e008}\u{e004}\u{e000}";

/// The browser notes that there is no address yet, which the page asks.
const NONE_YET: &str = "status of 404";

#[test]
fn an_address_is_made_copied_and_revoked() {
    let (browser, user) = signed_in(host());
    user.create(&json!({"title": "Seen in the calendar", "due_date": "2031-01-31T09:00:00Z"}));
    browser.click("#calendar");
    browser.wait_text("dialog", "There is no address yet.");
    browser.click("dialog .primary");
    browser.wait_text("dialog", "It is shown only now.");
    let address = browser.eval("return document.activeElement.value;");
    let address = address.as_str().unwrap();
    let path = address.strip_prefix(user.client.base()).unwrap();
    let calendar = user.client.get(path).expect(200).text();
    assert!(calendar.contains("SUMMARY:Seen in the calendar"));
    for look in [Look::Light, Look::Dark, Look::Phone] {
        browser.set_look(look);
        assert_accessible(&browser, &format!("calendar, {look:?}"));
        browser.screenshot(&format!("calendar-{look:?}").to_lowercase());
    }

    // From the address on: revoke, copy.
    browser.press(&format!("{TAB}{TAB}"));
    browser.press(ENTER);
    browser.wait_text("dialog", "Copied");
    browser.press(SHIFT_TAB);
    browser.press(ENTER);
    browser.wait_text("dialog", "The address was revoked.");
    user.client.get(path).expect(404);
    assert_eq!(browser.count("dialog input"), 0);

    // A new one is not shown again.
    browser.press(ENTER);
    browser.wait_text("dialog", "It is shown only now.");
    browser.press("\u{e00c}");
    browser.wait_gone("dialog");
    browser.click("#calendar");
    browser.wait_text("dialog", "There is an address, made just now.");
    assert_eq!(browser.count("dialog input"), 0);
    let complaints = browser.complaints(&[ASKED_WITHOUT_TOKEN, NONE_YET]);
    assert!(complaints.is_empty(), "{complaints:#?}");
}
