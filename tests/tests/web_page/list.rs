//! The list: filters, search, order, editing in place, deleting.

use serde_json::json;

use e2e::id_of;

use crate::{assert_quiet, host, signed_in};

#[test]
fn filters_search_and_order_choose_what_is_shown() {
    let (browser, user) = signed_in(host());
    for (title, priority, tag, due) in [
        ("Apples", "high", "shop", "2031-01-03T09:00:00Z"),
        ("Bread", "low", "shop", "2031-01-01T09:00:00Z"),
        ("Call Bea", "medium", "people", "2031-01-02T09:00:00Z"),
    ] {
        user.create(&json!({"title": title, "priority": priority, "tags": [tag], "due_date": due}));
    }
    let overdue = user.create(&json!({"title": "Late", "due_date": "2020-01-01T09:00:00Z"}));
    let done = user.create(&json!({"title": "Done"}));
    user.complete(id_of(&done));
    browser.open("/");
    let shown = |expected: &str| {
        browser.wait_text(".summary, .empty", "");
        e2e::eventually(e2e::SOON, &format!("{expected:?}"), || {
            (browser.text(".rows .title") == expected).then_some(())
        });
    };
    shown("Late\nBread\nCall Bea\nApples");
    browser.choose("[name=sort]", "title");
    shown("Apples\nBread\nCall Bea\nLate");
    browser.click("[aria-label='Ascending; turn around']");
    shown("Late\nCall Bea\nBread\nApples");
    browser.fill("[name=q]", "be");
    shown("Call Bea");
    browser.fill("[name=q]", "nothing like it");
    browser.wait_text(".empty", "Nothing fits");
    browser.click(".empty .button");
    shown("Late\nCall Bea\nBread\nApples");

    browser.click("[aria-label='More filters']");
    browser.fill("[name=filter_tag]", "shop, people");
    shown("Call Bea\nBread\nApples");
    browser.choose("[name=filter_priority]", "high");
    shown("Apples");
    browser.choose("[name=filter_priority]", "");
    browser.fill("[name=filter_tag]", "");
    browser.choose("[name=filter_due]", "overdue");
    shown("Late");
    browser.screenshot("filters");
    assert_eq!(overdue["overdue"], true);
    browser.choose("[name=filter_due]", "");
    browser.click("[data-status=completed]");
    shown("Done");
    browser.click("[data-status=all]");
    shown("Late\nDone\nCall Bea\nBread\nApples");
    assert_quiet(&browser);
}

#[test]
fn a_title_is_changed_in_place() {
    let (browser, user) = signed_in(host());
    let task = user.create(&json!({"title": "Old"}));
    browser.click(".rows .title");
    browser.fill(".title-field", "New\u{e007}");
    browser.wait_text(".rows .title", "New");
    assert_eq!(user.task(id_of(&task))["title"], "New");
    browser.click(".rows .title");
    browser.fill(".title-field", "Never\u{e00c}");
    browser.wait_text(".rows .title", "New");
    assert_eq!(user.task(id_of(&task))["version"], 2);
    assert_quiet(&browser);
}

#[test]
fn what_was_deleted_comes_back() {
    let (browser, user) = signed_in(host());
    user.create(&json!({"title": "Precious"}));
    browser.click("[aria-label='Delete Precious']");
    browser.wait_text(".empty", "Nothing to do");
    assert!(user.list("").is_empty());
    browser.click("#toasts .button");
    browser.wait_text(".rows .title", "Precious");
    assert_eq!(user.list("").len(), 1);
    assert_quiet(&browser);
}

#[test]
fn all_fields_are_edited_and_every_mistake_is_told_at_its_field() {
    let (browser, user) = signed_in(host());
    browser.set_zone("Europe/Berlin");
    browser.open("/");
    browser.click(".add-title");
    browser.fill(".add-title", "Rent");
    browser.click(".add-more button");
    browser.wait_for("dialog");
    browser.choose("dialog [name=due_date]", "2031-01-31T09:00");
    browser.choose("dialog [name=recurring_interval]", "monthly");
    browser.choose("dialog [name=recurring_until]", "2030-01-01T00:00");
    browser.fill("dialog [name=tags]", "home, money");
    browser.fill("dialog [name=time_zone]", "Mars/Olympus");
    browser.click("dialog .primary");
    browser.wait_for("[data-field=time_zone].wrong");
    browser.screenshot("editor-mistakes");
    browser.fill("dialog [name=time_zone]", "Europe/Berlin");
    browser.click("dialog .primary");
    browser.wait_for("[data-field=recurring_until].wrong");
    browser.choose("dialog [name=recurring_until]", "");
    browser.click("dialog .primary");
    browser.wait_gone("dialog");
    browser.wait_text(".rows .facts", "every month on the 31st, next: 28 Feb 2031");
    let task = &user.list("")[0];
    assert_eq!(
        task["due_date"], "2031-01-31T08:00:00Z",
        "nine o'clock in Berlin"
    );
    assert_eq!(task["tags"], json!(["home", "money"]));
}
