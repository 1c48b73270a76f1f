//! Everything by keyboard.

use crate::{assert_quiet, host, signed_in};

const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";

#[test]
fn a_task_is_made_completed_and_reopened_by_keys() {
    let (browser, user) = signed_in(host());
    browser.wait_text(".empty", "Nothing to do");
    browser.press("n");
    browser.press(&format!("By keys{ENTER}"));
    browser.wait_text(".rows .title", "By keys");
    // Out of the form, to the list.
    browser.eval("document.activeElement.blur();");
    browser.press("j");
    browser.press("x");
    browser.wait_text("#toasts", "Completed “By keys”.");
    browser.wait_text(".empty", "Nothing to do");
    assert_eq!(user.list("status=completed").len(), 1);
    browser.press("?");
    browser.wait_text("dialog", "Complete or reopen");
    browser.screenshot("keys");
    browser.press("\u{e00c}");
    browser.wait_gone("dialog");
    browser.press("gh");
    browser.wait_text("h1", "History");
    assert_eq!(
        browser.eval("return document.activeElement.id;"),
        "view-title",
        "the new view is where one is"
    );
    assert_quiet(&browser);
}

#[test]
fn the_first_tab_leads_past_the_navigation() {
    let (browser, _) = signed_in(host());
    browser.open("/");
    browser.wait_for(".add-title");
    browser.press(TAB);
    assert_eq!(
        browser.eval("return document.activeElement.className;"),
        "skip"
    );
    browser.press(ENTER);
    assert_eq!(
        browser.eval("return document.activeElement.id;"),
        "view-title"
    );
}

#[test]
fn the_focus_stays_in_a_list_that_is_made_anew() {
    let (browser, user) = signed_in(host());
    let task = user.create(&serde_json::json!({"title": "Stays"}));
    browser.wait_for(".rows .check");
    browser.eval("document.querySelector('.rows [data-action=edit]').focus();");
    user.patch(
        e2e::id_of(&task),
        &serde_json::json!({"title": "Stays here"}),
    )
    .expect(200);
    browser.wait_text(".rows .title", "Stays here");
    assert_eq!(
        browser.eval("return document.activeElement.getAttribute('aria-label');"),
        "Edit Stays here"
    );
}
