//! Two change the same task: the second one sees it, and chooses.

use e2e::{Browser, User, id_of};
use serde_json::{Value, json};

use crate::{host, signed_in};

/// A dialog in which a title and a priority were changed, while somebody else has changed the title and the tags.
#[track_caller]
fn in_conflict() -> (Browser, User, String) {
    let (browser, user) = signed_in(host());
    let task = user.create(&json!({"title": "Paint", "priority": "low"}));
    browser.click("[aria-label='Edit Paint']");
    browser.wait_for("dialog");
    user.patch(
        id_of(&task),
        &json!({"title": "Paint the door", "tags": ["home"]}),
    )
    .expect(200);
    browser.fill("dialog [name=title]", "Paint the wall");
    browser.choose("dialog [name=priority]", "high");
    browser.click("dialog footer .primary");
    browser.wait_text(".notice", "changed in the meantime");
    (browser, user, id_of(&task).to_owned())
}

fn fields(task: &Value) -> Value {
    json!([
        task["title"],
        task["priority"],
        task["tags"],
        task["version"]
    ])
}

#[test]
fn mine_are_kept_on_top_of_what_others_have_changed() {
    let (browser, user, id) = in_conflict();
    let shown = browser.text(".notice tr");
    assert!(
        shown.contains("Title Paint the door Paint the wall"),
        "{shown}"
    );
    assert!(shown.contains("Priority low high"), "{shown}");
    browser.screenshot("conflict");
    assert_eq!(
        fields(&user.task(&id)),
        json!(["Paint the door", "low", ["home"], 2]),
        "nothing yet"
    );
    browser.click(".notice .primary");
    browser.wait_gone(".notice");
    browser.click("dialog footer .primary");
    browser.wait_gone("dialog");
    assert_eq!(
        fields(&user.task(&id)),
        json!(["Paint the wall", "high", ["home"], 3])
    );
    assert!(
        browser
            .complaints(&["status of 412", "status of 401"])
            .is_empty()
    );
}

#[test]
fn theirs_can_be_taken_instead() {
    let (browser, user, id) = in_conflict();
    browser.click(".notice .button:not(.primary)");
    browser.wait_gone(".notice");
    assert_eq!(
        browser.eval("return document.querySelector('dialog [name=title]').value;"),
        "Paint the door"
    );
    browser.click("dialog footer .primary");
    browser.wait_gone("dialog");
    assert_eq!(
        fields(&user.task(&id)),
        json!(["Paint the door", "low", ["home"], 2])
    );
}

#[test]
fn a_title_changed_in_place_meets_the_same_choice() {
    let (browser, user) = signed_in(host());
    let task = user.create(&json!({"title": "Paint"}));
    browser.wait_for(".rows .title");
    browser.click(".rows .title");
    browser.wait_for(".title-field");
    user.patch(id_of(&task), &json!({"title": "Theirs"}))
        .expect(200);
    browser.press("\u{e003}\u{e003}Mine\u{e007}");
    browser.wait_text(".notice tr", "Title Theirs Mine");
    browser.click(".notice .primary");
    browser.click("dialog footer .primary");
    browser.wait_text(".rows .title", "Mine");
    assert_eq!(user.task(id_of(&task))["title"], "Mine");
}

#[test]
fn a_task_that_is_gone_is_told_of() {
    let (browser, user) = signed_in(host());
    let task = user.create(&json!({"title": "Gone"}));
    browser.wait_for(".rows .check");
    user.delete(id_of(&task)).expect(204);
    browser.eval("document.querySelector('.rows .check').click();");
    browser.wait_text("#toasts", "That task is gone.");
    browser.wait_text(".empty", "Nothing to do");
    assert!(browser.complaints(&["status of 404"]).is_empty());
}
