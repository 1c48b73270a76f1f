//! What a newcomer does: a weekly task, completed, and the next one is there.

use e2e::{Browser, Look, SOON, eventually};

use crate::{assert_quiet, host, signed_in};

/// Makes a weekly task that is due at a known time.
#[track_caller]
fn add_weekly(browser: &Browser, title: &str) {
    browser.fill(".add-title", title);
    browser.choose("#add-repeat", "weekly");
    browser.choose("#add-due", "2031-01-31T09:00");
    browser.click(".add button.primary");
    browser.wait_text(".rows .title", title);
}

#[test]
fn a_weekly_task_is_completed_and_the_next_one_comes_by_itself() {
    let (browser, user) = signed_in(host());
    browser.eval("window.mark = 'not loaded again';");
    browser.screenshot("empty");
    add_weekly(&browser, "Water the plants");
    let facts = browser.wait_text(".rows .facts", "next: 7 Feb 2031");
    assert!(facts.contains("31 Jan 2031 09:00"), "{facts}");
    assert!(facts.contains("every week on Friday"), "{facts}");

    browser.click(".rows .check");
    browser.wait_text(".rows .facts", "7 Feb 2031 09:00");
    assert_eq!(browser.count(".rows .row"), 1, "the completed one has left");
    browser.wait_text("#toasts", "Completed “Water the plants”.");
    browser.screenshot("next-occurrence");
    let occurrences = user.list("status=all&sort=due_date");
    assert_eq!(occurrences.len(), 2);
    assert_eq!(occurrences[0]["completed"], true);
    assert_eq!(occurrences[1]["occurrence"], 2);

    // Taken back.
    browser.click("#toasts .button");
    browser.wait_text(".rows .facts", "31 Jan 2031 09:00");
    browser.wait_text(".rows .facts", "next: 7 Feb 2031");
    eventually(SOON, "the next one is taken back", || {
        (browser.count(".rows .row") == 1).then_some(())
    });
    assert_eq!(browser.eval("return window.mark;"), "not loaded again");
    assert_quiet(&browser);
}

#[test]
fn it_is_good_to_look_at() {
    let (browser, user) = signed_in(host());
    let soon = e2e::api_time(chrono::Utc::now() + chrono::Duration::hours(3));
    for task in [
        serde_json::json!({"title": "Call the landlord", "due_date": soon}),
        serde_json::json!({"title": "Water the plants", "due_date": "2026-11-20T09:00:00Z", "is_recurring": true, "recurring_interval": "weekly", "tags": ["home"]}),
        serde_json::json!({"title": "Pay the rent", "due_date": "2031-01-31T09:00", "time_zone": "Europe/Berlin", "is_recurring": true, "recurring_interval": "monthly", "priority": "high", "description": "By transfer, from the joint account"}),
        serde_json::json!({"title": "Read the chapter on event sourcing and write down what it says about order", "tags": ["reading", "work"], "priority": "low"}),
        serde_json::json!({"title": "Renew the passport", "due_date": "2031-03-02T12:00:00Z", "is_recurring": true, "recurring_interval": "yearly", "recurring_every": 10}),
    ] {
        user.create(&task);
    }
    for (look, name) in [
        (Look::Light, "light"),
        (Look::Dark, "dark"),
        (Look::Phone, "phone"),
    ] {
        browser.set_look(look);
        browser.open("/#/tasks");
        browser.wait_text(".rows .facts", "every month on the 31st");
        browser.wait_text(".rows .facts", "next: 28 Feb 2031");
        browser.screenshot(&format!("tasks-{name}"));
        browser.click(".rows [aria-label='Edit Pay the rent']");
        browser.wait_for("dialog");
        browser.screenshot(&format!("editor-{name}"));
        browser.press("\u{e00c}");
        browser.wait_gone("dialog");
        browser.open("/#/history");
        browser.click(".journeys summary");
        browser.wait_text(".stations", "Outbox");
        browser.screenshot(&format!("history-{name}"));
        browser.open("/#/notifications");
        browser.wait_for(".rows .row");
        browser.screenshot(&format!("notifications-{name}"));
    }
    assert_quiet(&browser);
}
