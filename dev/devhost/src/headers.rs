//! The request as a component sees it: an absolute URI, and the `spin-*` headers that tell what the router found.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use http::header::{HOST, HeaderName, HeaderValue};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, Request, Uri};

use crate::routes::RouteMatch;

/// Makes the URI absolute, from the `Host` header where it is not. Fails when there is no host, or when there are two.
pub(crate) fn make_absolute<B>(request: &mut Request<B>) -> Result<()> {
    let header = request.headers().get(HOST).map(|host| {
        let host = host.to_str().context("'Host' header is not valid UTF-8")?;
        host.parse::<Authority>()
            .context("'Host' header contains an invalid authority")
    });
    let mut parts = request.uri().clone().into_parts();
    let authority = match (header.transpose()?, parts.authority.take()) {
        (None, None) => bail!("no 'Host' header present in request"),
        (Some(one), None) | (None, Some(one)) => one,
        (Some(header), Some(uri)) => {
            ensure!(
                header == uri,
                "authority in 'Host' header does not match authority in URI"
            );
            header
        }
    };
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(authority);
    *request.uri_mut() = Uri::from_parts(parts)?;
    Ok(())
}

/// Adds what Spin tells a component about its request. A header that is not UTF-8 fails the request, as in Spin.
pub(crate) fn add_spin_headers<B>(
    request: &mut Request<B>,
    found: &RouteMatch,
    client: SocketAddr,
) -> Result<()> {
    for value in request.headers().values() {
        std::str::from_utf8(value.as_bytes()).context("a request header is not UTF-8")?;
    }
    let (full_url, route) = (full_url(request), found.raw_route.as_str());
    let headers = request.headers_mut();
    add(headers, "spin-path-info", &found.trailing);
    add(headers, "spin-full-url", &full_url);
    add(headers, "spin-matched-route", route);
    add(headers, "spin-base-path", "/");
    add(headers, "spin-raw-component-route", route);
    let prefix = route.strip_suffix("/...").unwrap_or(route);
    add(headers, "spin-component-route", prefix);
    add(headers, "spin-client-addr", &client.to_string());
    for (name, value) in &found.named {
        let name = name.to_ascii_lowercase().replace('_', "-");
        add(headers, &format!("spin-path-match-{name}"), value);
    }
    Ok(())
}

fn full_url<B>(request: &Request<B>) -> String {
    let host = request.headers().get(HOST);
    // A chained request has no `Host`; Spin calls that host so.
    let host = host
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    format!("http://{host}{path}")
}

/// A name or a value that cannot be a header is left out, as in Spin.
fn add(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
        headers.append(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_learns_what_the_router_found() {
        let mut request = Request::get("/api/ann/tasks/1?x=2")
            .header(HOST, "a:80")
            .body(())
            .unwrap();
        let found = RouteMatch {
            component: "tasks".into(),
            raw_route: "/api/:user_id/tasks/...".into(),
            trailing: "/1".into(),
            named: vec![("user_id".into(), "ann".into())],
        };
        make_absolute(&mut request).unwrap();
        add_spin_headers(&mut request, &found, "127.0.0.1:9".parse().unwrap()).unwrap();
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        assert_eq!(request.uri(), "http://a:80/api/ann/tasks/1?x=2");
        assert_eq!(header("spin-full-url"), "http://a:80/api/ann/tasks/1?x=2");
        assert_eq!(header("spin-path-info"), "/1");
        assert_eq!(header("spin-matched-route"), "/api/:user_id/tasks/...");
        assert_eq!(header("spin-component-route"), "/api/:user_id/tasks");
        assert_eq!(header("spin-path-match-user-id"), "ann");
        assert_eq!(header("spin-client-addr"), "127.0.0.1:9");
    }

    #[test]
    fn a_header_that_is_not_utf8_fails_the_request() {
        let value = HeaderValue::from_bytes(b"\xff").unwrap();
        let mut request = Request::get("http://a/")
            .header("x", value)
            .body(())
            .unwrap();
        let found = RouteMatch::chained("a", "/");
        assert!(add_spin_headers(&mut request, &found, "127.0.0.1:9".parse().unwrap()).is_err());
    }
}
