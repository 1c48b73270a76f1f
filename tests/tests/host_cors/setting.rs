//! What the variable `cors_origins` may say.

use e2e::{LocalHost, assert_problem};
use serde_json::json;

use crate::shared::{PAGE, STRANGER, assert_open, assert_shut, from, preflight, routes};

#[test]
fn a_star_is_for_every_page() {
    let host = LocalHost::start_having("cors-star", &[("cors_origins", "*")]);
    let client = host.client();
    for origin in [PAGE, STRANGER, "null"] {
        let reply = preflight(&client, "/api/ann/tasks", origin).expect(204);
        assert_eq!(reply.must_header("access-control-allow-origin"), "*");
        let call = from(origin, client.call("POST", "/api/ann/tasks"));
        let reply = call.json(&json!({"title": "x"})).send().expect(201);
        assert_open(&reply, "*");
        assert!(reply.header("etag").is_some() && reply.header("location").is_some());
    }
}

#[test]
fn by_default_there_is_nothing_of_it() {
    let host = LocalHost::start("cors-default");
    let client = host.client();
    for (path, methods) in routes() {
        let reply = preflight(&client, &path, PAGE).expect(204);
        assert_eq!(reply.must_header("allow"), methods, "{path}");
        for reply in [reply, from(PAGE, client.call("GET", &path)).send()] {
            assert_shut(&reply);
            assert_eq!(reply.header("vary"), None, "{}", reply.show());
        }
        // What OPTIONS says is what 405 says.
        let refused = client.call("TRACE", &path).send();
        assert_problem(&refused, 405);
        assert_eq!(refused.must_header("allow"), methods, "{path}");
    }
}

#[test]
fn a_setting_with_a_mistake_opens_nothing_and_is_logged() {
    for (name, setting) in [
        ("cors-slash", "https://app.example.com/"),
        ("cors-mixed", "https://app.example.com,*"),
        (
            "cors-spaces",
            "https://app.example.com http://localhost:5173",
        ),
    ] {
        let host = LocalHost::start_having(name, &[("cors_origins", setting)]);
        let client = host.client();
        for origin in [PAGE, "*", setting] {
            assert_shut(&preflight(&client, "/api/ann/tasks", origin).expect(204));
            assert_shut(
                &from(origin, client.call("GET", "/api/ann/tasks"))
                    .send()
                    .expect(200),
            );
        }
        assert!(host.log().contains("cors_origins is not"), "{}", host.log());
    }
}
