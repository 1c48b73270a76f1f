//! Calls by web pages of other origins (the CORS protocol of the Fetch standard), and OPTIONS, with which it asks first.
//!
//! The variable `cors_origins` says which origins. Pages send the token in a header, which the browser does not add by itself;
//! so there are no credentials in the protocol's sense, and `*` is as safe as a list.

use crate::{body, path};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ALLOW,
    HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};
use platform::{Reply, Request, Response, log, variables};

/// What a page may send besides what every page may.
const REQUEST_HEADERS: &str = "authorization, content-type, if-match, if-none-match, idempotency-key, traceparent, last-event-id";
/// What a page may read besides what every page may.
const ANSWER_HEADERS: &str = "etag, location, retry-after, www-authenticate, allow";
/// Seconds for which a browser need not ask again; browsers have limits of their own, of hours.
const MAX_AGE: &str = "3600";

/// What a path takes, by its segments: the value of `Allow`. `None` for one that does not exist.
pub type Methods = fn(&[&str]) -> Option<&'static str>;

/// What the path of `request` takes.
pub(crate) fn methods_of(request: &Request, methods: Methods) -> Option<&'static str> {
    let segments = path::segments(request).ok()?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    methods(&segments)
}

/// The answer to OPTIONS on a path with these methods: it needs no token, for the browser sends none when it asks. `None` for any
/// other request, and for a path that does not exist.
#[must_use]
pub fn options(request: &Request, methods: Methods) -> Option<Reply> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let methods = methods_of(request, methods)?;
    let mut response = body::empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(ALLOW, HeaderValue::from_static(methods));
    let asks = request
        .headers()
        .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if asks && origins().admit(request.headers()).is_some() {
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, methods),
            (ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
            (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    Some(response.into())
}

/// What every answer to `request` gets, also an error: a page could not read it otherwise.
pub fn headers(request: &Request) -> impl FnOnce(&mut Response) + use<> {
    let origins = origins();
    let admitted = origins.admit(request.headers());
    let preflight = request.method() == Method::OPTIONS;
    move |response| {
        let headers = response.headers_mut();
        if let Origins::Listed(_) = origins {
            // A cache must not give one page what another one got.
            headers.insert(VARY, HeaderValue::from_static("origin"));
        }
        let Some(admitted) = admitted else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, admitted);
        if !preflight {
            let exposed = HeaderValue::from_static(ANSWER_HEADERS);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }
}

/// Whose pages may call.
#[derive(Debug, PartialEq, Eq)]
enum Origins {
    Nobodys,
    Everybodys,
    Listed(String),
}

impl Origins {
    /// `None` for a list that has anything wrong in it: a part of it would be a guess.
    fn parse(setting: &str) -> Option<Self> {
        match setting.trim() {
            "" => Some(Self::Nobodys),
            "*" => Some(Self::Everybodys),
            list => list
                .split(',')
                .all(|origin| is_origin(origin.trim()))
                .then(|| Self::Listed(list.to_owned())),
        }
    }

    /// The value of `Access-Control-Allow-Origin` for the page that calls, if it may.
    fn admit(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        match self {
            Self::Nobodys => None,
            Self::Everybodys => Some(HeaderValue::from_static("*")),
            Self::Listed(list) => list
                .split(',')
                .any(|listed| listed.trim().as_bytes() == origin.as_bytes())
                .then(|| origin.clone()),
        }
    }
}

fn origins() -> Origins {
    Origins::parse(&variables::get("cors_origins")).unwrap_or_else(|| {
        log::error("cors_origins is not * or a list of origins such as https://app.example.com: no page may call");
        Origins::Nobodys
    })
}

/// Whether a text is an origin as browsers write it: scheme, host and perhaps a port, in lower case.
fn is_origin(text: &str) -> bool {
    let Some((scheme, host)) = text.split_once("://") else {
        return false;
    };
    let (host, port) = match host.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (host, "0"),
    };
    let all = |text: &str, also: &[u8]| {
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || also.contains(&byte);
        !text.is_empty() && text.bytes().all(fits)
    };
    all(scheme, b"+.-") && all(host, b"-._[]:") && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(setting: &str, origin: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, origin.parse().unwrap());
        let admitted = Origins::parse(setting).unwrap().admit(&headers);
        admitted.map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn only_a_listed_origin_is_admitted() {
        let list = "https://a.example, http://localhost:5173";
        for origin in ["https://a.example", "http://localhost:5173"] {
            assert_eq!(admitted(list, origin).as_deref(), Some(origin));
        }
        for other in [
            "null",
            "http://a.example",
            "https://a.example:8443",
            "https://a.example.evil",
            "https://evil-a.example",
            "https://a.exampl",
            "http://localhost",
            "https://a.example, http://localhost:5173",
        ] {
            assert_eq!(admitted(list, other), None, "{other}");
        }
        assert_eq!(admitted("", "https://a.example"), None);
        assert_eq!(admitted(" * ", "null").as_deref(), Some("*"));
    }

    #[test]
    fn a_setting_with_anything_wrong_is_none() {
        for good in [
            "",
            "*",
            "https://a.example",
            "http://[::1]:80,http://[::1]",
            "capacitor://localhost",
        ] {
            assert!(Origins::parse(good).is_some(), "{good}");
        }
        for bad in [
            ",",
            "https://a.example,",
            "https://a.example/",
            "https://a.example,*",
            "https://*.example",
            "https://A.example",
            "a.example",
            "null",
            "https://",
            "https://a.example:",
            "https://a.example:http",
            "https://a.example https://b.example",
            "https://user@a.example",
        ] {
            assert_eq!(Origins::parse(bad), None, "{bad}");
        }
    }
}
