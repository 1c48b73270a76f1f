//! The reference of the API: complete, and every call can be tried out.

use e2e::{Browser, Look, contract, unique_user_id};
use serde_json::json;

use crate::host;
use crate::words::assert_all;

#[track_caller]
fn reference() -> Browser {
    let browser = Browser::start(host().client().base());
    browser.open("/docs");
    browser.wait_text("h1", "API reference");
    browser
}

#[test]
fn it_has_every_call_event_and_schema_of_the_contracts() {
    let browser = reference();
    let shown = browser.text(".operation h3");
    let calls = contract::operations();
    for call in &calls {
        let title = format!("{} {}", call.method, call.path);
        assert!(
            shown.lines().any(|line| line == title),
            "{title} is not in {shown}"
        );
    }
    let channels = contract::asyncapi()["channels"].clone();
    let messages: usize = channels
        .as_object()
        .unwrap()
        .values()
        .map(|channel| channel["messages"].as_object().unwrap().len())
        .sum();
    assert_eq!(shown.lines().count(), calls.len() + messages);
    assert!(shown.contains("event task.completed"), "{shown}");
    let schemas = contract::openapi()["components"]["schemas"]
        .as_object()
        .unwrap()
        .len()
        + contract::asyncapi()["components"]["schemas"]
            .as_object()
            .unwrap()
            .len();
    assert_eq!(browser.count(".schema"), schemas);
    let broken = browser.eval(
        "return [...document.querySelectorAll('a[href^=\"#\"]')].map((one) => one.hash.slice(1)).filter((id) => !document.getElementById(id));",
    );
    assert_eq!(broken, json!([]), "links that lead nowhere");
    for (look, name) in [
        (Look::Light, "light"),
        (Look::Dark, "dark"),
        (Look::Phone, "phone"),
    ] {
        browser.set_look(look);
        browser.open("/docs#createTask");
        browser.wait_text("h1", "API reference");
        browser.screenshot(&format!("docs-{name}"));
        crate::accessible::assert_accessible(&browser, &format!("docs, {look:?}"));
    }
    assert!(browser.complaints(&[]).is_empty());
}

#[test]
fn a_call_is_tried_out() {
    let browser = reference();
    let user = unique_user_id();
    browser.click("#createTask .try summary");
    browser.fill("#createTask [name='path:user_id']", &user);
    browser.fill(
        "#createTask textarea",
        "{\"title\": \"From the reference\"}",
    );
    browser.click("#createTask .try-form .primary");
    browser.wait_text("#createTask .answer-line", "201");
    browser.wait_text(
        "#createTask .answer pre",
        "\"title\": \"From the reference\"",
    );
    browser.screenshot("docs-tried");

    browser.click("#listTasks .try summary");
    browser.fill("#listTasks [name='path:user_id']", &user);
    browser.fill("#listTasks [name='query:tag']", "a, b");
    browser.choose("#listTasks [name='query:status']", "pending");
    browser.click("#listTasks .try-form .primary");
    browser.wait_text("#listTasks .answer pre", "\"items\": []");
    browser.click("#listTasks .answer details:nth-of-type(2) summary");
    let curl = browser.text("#listTasks .answer pre");
    assert!(
        curl.contains(&format!("/api/{user}/tasks?status=pending&tag=a&tag=b'")),
        "{curl}"
    );
    // What the form begins with fits.
    browser.eval("document.querySelector('#createTask textarea').value = JSON.stringify((await import('/console/schema.js')).example(await (await fetch('/openapi.json')).json(), {$ref: '#/components/schemas/NewTask'}));");
    browser.click("#createTask .try-form .primary");
    browser.wait_text("#createTask .answer pre", "\"title\": \"text\"");
    browser.wait_text("#createTask .answer-line", "201");
}

#[test]
fn the_contents_are_searched() {
    let browser = reference();
    browser.fill(".menu input", "post batch");
    e2e::eventually(e2e::SOON, "one entry", || {
        (browser.text(".menu li") == "POST …/tasks/batch").then_some(())
    });
    browser.click(".menu li a");
    assert_eq!(browser.eval("return location.hash;"), "#batchTasks");
}

#[test]
fn schemas_are_told_in_words() {
    let document = json!({"components": {"schemas": {"Task": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}, "n": {"type": "integer", "default": 3}}},
        "More": {"allOf": [{"$ref": "#/components/schemas/Task"}, {"properties": {"x": {"const": 1}}, "required": ["x"]}]}}}});
    let task = json!({"$ref": "#/components/schemas/Task"});
    let more = json!({"$ref": "#/components/schemas/More"});
    let mut cases = Vec::new();
    for (schema, words) in [
        (
            json!({"type": ["string", "null"], "format": "date-time"}),
            "string (date-time) or null",
        ),
        (json!({"type": "array", "items": task}), "array of Task"),
        (json!({"anyOf": [task, {"type": "null"}]}), "Task or null"),
        (more.clone(), "More"),
        (json!({}), "any"),
    ] {
        cases.push((format!("m.typeWords({document}, {schema})"), json!(words)));
    }
    cases.push((
        format!("m.rules({document}, {{type: 'array', maxItems: 10, items: {{type: 'string', minLength: 1, maxLength: 50}}, default: []}})"),
        json!(["at most 10 items", "each 1 to 50 characters", "default []"]),
    ));
    cases.push((
        format!("m.rules({document}, {{enum: ['a', null]}})"),
        json!(["one of a"]),
    ));
    cases.push((
        format!("m.properties({document}, {more}).map(([name, , required]) => [name, required])"),
        json!([["id", true], ["n", false], ["x", true]]),
    ));
    cases.push((
        format!("m.example({document}, {more})"),
        json!({"id": "01a210ed-951d-713d-81e4-b835786f2da7", "n": 3, "x": 1}),
    ));
    assert_all("schema", &cases);
    assert_all(
        "try",
        &[
            (
                "m.fillPath('/a/{b}/c/{d}', {b: 'x/y', d: '1'})".to_owned(),
                json!("/a/x%2Fy/c/1"),
            ),
            (
                "m.curl('http://h', 'POST', '/p', {A: \"it's\"}, '{}')".to_owned(),
                json!("curl -i -X POST 'http://h/p' \\\n  -H 'A: it'\\''s' \\\n  -d '{}'"),
            ),
        ],
    );
}
