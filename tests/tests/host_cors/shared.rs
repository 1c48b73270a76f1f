//! The pages, the routes that they may call, and what an answer says to them.

use std::sync::OnceLock;

use e2e::{Bus, Call, Client, LocalHost, Reply};

pub(crate) const PAGE: &str = "https://app.example.com";
pub(crate) const OTHER_PAGE: &str = "http://localhost:5173";
pub(crate) const STRANGER: &str = "https://evil.example.com";

pub(crate) const TASK: &str = "/api/ann/tasks/019a0000-0000-7000-8000-000000000000";

/// Every route that pages may call, under TASK or as it stands, and what it takes.
pub(crate) fn routes() -> Vec<(String, &'static str)> {
    let under = |tail: &str| format!("{TASK}{tail}");
    vec![
        ("/api/ann/tasks".to_owned(), "GET, HEAD, POST, OPTIONS"),
        (under(""), "GET, HEAD, PATCH, PUT, DELETE, OPTIONS"),
        (under("/complete"), "POST, PATCH, OPTIONS"),
        (under("/restore"), "POST, OPTIONS"),
        (under("/occurrences"), "GET, HEAD, OPTIONS"),
        ("/api/ann/notifications".to_owned(), "GET, HEAD, OPTIONS"),
        ("/api/ann/notifications/read".to_owned(), "POST, OPTIONS"),
        ("/api/ann/notifications/1/read".to_owned(), "POST, OPTIONS"),
        ("/api/ann/events".to_owned(), "GET, HEAD, OPTIONS"),
        ("/api/ann/stats".to_owned(), "GET, HEAD, OPTIONS"),
        ("/health/live".to_owned(), "GET, HEAD, OPTIONS"),
        ("/health/ready".to_owned(), "GET, HEAD, OPTIONS"),
    ]
}

/// One that lets two origins in, wants tokens, and has nobody who could check them.
pub(crate) fn closed() -> &'static Client {
    static HOST: OnceLock<(LocalHost, Client)> = OnceLock::new();
    let start = || {
        let variables = [
            (
                "cors_origins",
                "https://app.example.com, http://localhost:5173",
            ),
            ("jwks_url", "http://127.0.0.1:9/jwks.json"),
            ("jwks_host", "http://127.0.0.1:9"),
            ("app_api_token", "sidecar"),
            ("ops_token", "operator"),
        ];
        let host = LocalHost::start_closed("cors", &Bus::Local, &variables);
        let client = host.client();
        (host, client)
    };
    &HOST.get_or_init(start).1
}

pub(crate) fn from<'a>(origin: &str, call: Call<'a>) -> Call<'a> {
    call.header("origin", origin)
}

pub(crate) fn preflight(client: &Client, path: &str, origin: &str) -> Reply {
    let call = from(origin, client.call("OPTIONS", path));
    let call = call.header("access-control-request-headers", "authorization,if-match");
    call.header("access-control-request-method", "POST").send()
}

#[track_caller]
pub(crate) fn assert_open(reply: &Reply, origin: &str) {
    assert_eq!(
        reply.must_header("access-control-allow-origin"),
        origin,
        "{}",
        reply.show()
    );
    for header in ["etag", "location", "retry-after", "www-authenticate"] {
        let exposed = reply.must_header("access-control-expose-headers");
        assert!(
            exposed.split(", ").any(|one| one == header),
            "{header}: {exposed}"
        );
    }
    assert_eq!(reply.header("access-control-allow-credentials"), None);
}

#[track_caller]
pub(crate) fn assert_shut(reply: &Reply) {
    for name in ["origin", "methods", "headers", "credentials"] {
        let name = format!("access-control-allow-{name}");
        assert_eq!(reply.header(&name), None, "{}", reply.show());
    }
    for name in ["expose-headers", "max-age"] {
        let name = format!("access-control-{name}");
        assert_eq!(reply.header(&name), None, "{}", reply.show());
    }
}
