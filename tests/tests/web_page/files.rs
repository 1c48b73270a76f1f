//! The files of the page: open, fresh, and closed to everything from elsewhere.

use std::fs;

use e2e::{Bus, LocalHost, assert_problem, root};

use crate::{assert_quiet, host, signed_in};

const FOLDER: &str = "components/web-console/static";

#[test]
fn they_are_open_and_are_those_of_this_checkout() {
    let closed = LocalHost::start_closed("page-closed", &Bus::Local, &[]);
    let client = closed.client();
    for entry in fs::read_dir(root().join(FOLDER)).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let reply = client.get(&format!("/console/{name}")).expect(200);
        assert!(
            reply.text().as_bytes() == fs::read(&file).unwrap(),
            "{name} is another: the component `web-console` is older than the file"
        );
        let expected = match name.rsplit('.').next().unwrap() {
            "html" => "text/html; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        assert_eq!(reply.must_header("content-type"), expected, "{name}");
        assert!(
            name == "icon.svg" || reply.text().lines().count() < 250,
            "{name}"
        );
    }
    let index = client.get("/console/index.html").text();
    assert_eq!(client.get("/").text(), index);
    assert_eq!(client.get("/docs").text(), client.get("/docs/").text());
}

#[test]
fn each_has_a_tag_by_which_it_is_not_sent_again() {
    let client = host().client();
    for path in ["/", "/docs", "/console/app.js", "/console/theme.css"] {
        let reply = client.get(path).expect(200);
        assert_eq!(reply.must_header("cache-control"), "no-cache");
        let tag = reply.must_header("etag").to_owned();
        let again = client.call("GET", path).header("if-none-match", &tag);
        let again = again.send().expect(304);
        assert_eq!(again.text(), "");
        assert_eq!(again.must_header("etag"), tag);
        let head = client.call("HEAD", path).send().expect(200);
        assert_eq!(head.text(), "");
    }
}

#[test]
fn nothing_but_files_of_this_origin_may_run() {
    for path in ["/", "/docs", "/console/app.js"] {
        let reply = host().client().get(path);
        let policy = reply.must_header("content-security-policy").to_owned();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; "),
            "{policy}"
        );
        assert!(
            !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("data:"),
            "{policy}"
        );
        assert_eq!(reply.must_header("x-content-type-options"), "nosniff");
        assert_eq!(reply.must_header("referrer-policy"), "no-referrer");
    }
}

#[test]
fn other_paths_and_methods_are_refused() {
    let client = host().client();
    for path in [
        "/console",
        "/console/",
        "/console/nothing.js",
        "/console/a/app.js",
        "/console/..%2fapp.js",
    ] {
        assert_problem(&client.get(path), 404);
    }
    // No component has these.
    for path in ["/docs/x", "/index.html"] {
        client.get(path).expect(404);
    }
    for path in ["/", "/docs", "/console/app.js"] {
        let reply = client.call("POST", path).send();
        assert_problem(&reply, 405);
        assert_eq!(reply.must_header("allow"), "GET, HEAD");
    }
}

/// The browser says what it has asked for, and of whom.
#[test]
fn the_page_asks_nobody_but_its_own_server() {
    let (browser, user) = signed_in(host());
    user.create(&serde_json::json!({"title": "x"}));
    for path in [
        "/#/tasks",
        "/#/notifications",
        "/#/history",
        "/#/operators",
        "/docs",
    ] {
        browser.open(path);
        browser.wait_for("h1, .sign-in, main > *");
    }
    let foreign = browser.eval(
        "return performance.getEntriesByType('resource').map((one) => one.name).filter((name) => new URL(name).origin !== location.origin);",
    );
    assert_eq!(foreign, serde_json::json!([]));
    assert_quiet(&browser);
}
