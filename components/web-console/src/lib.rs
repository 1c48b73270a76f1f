//! The page for people, `/`, and the reference of the API, `/docs`: files that are inside this component. What they show they
//! ask of the API, with the token of whoever looks.

mod files;

use files::File;
use http::header::{CACHE_CONTROL, HeaderName};
use http::{HeaderValue, Method};
use platform::{Reply, Request, Response};
use web::{Problem, conditional, path};

/// What a browser is told about every answer: nothing but files of this origin runs, is shown or is asked; no other page may
/// frame this one; and a text never becomes markup or code.
const PROTECTION: [(HeaderName, &str); 4] = [
    (
        http::header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    (http::header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (http::header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    answer(&request).map_or_else(Reply::from, Reply::from)
}

fn answer(request: &Request) -> Result<Response, Problem> {
    let segments = path::segments(request)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let file = match segments.as_slice() {
        [] => files::find("index.html"),
        ["docs"] => files::find("docs.html"),
        ["console", name] => files::find(name),
        _ => None,
    };
    let file = file.ok_or_else(|| Problem::not_found("route"))?;
    if path::method(request) != Method::GET {
        return Err(Problem::method_not_allowed("GET, HEAD"));
    }
    Ok(of_file(request, file))
}

fn of_file(request: &Request, file: &File) -> Response {
    let asked = request.headers();
    let mut response = conditional::file(asked, file.bytes, file.media_type, file.version);
    let headers = response.headers_mut();
    // Another version of the application has other files at the same addresses, and they fit only each other.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    for (name, value) in PROTECTION {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
