//! GET /openapi.json: the calls of this application. GET /asyncapi.json: its events. The files are those of `docs/`.

use http::Method;
use platform::{Reply, Request, Response};
use web::conditional::{self, fingerprint};
use web::{Problem, body, path};

const OPENAPI: &str = include_str!("../../../docs/openapi.json");
const ASYNCAPI: &str = include_str!("../../../docs/asyncapi.json");

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    answer(&request).map_or_else(Reply::from, Reply::from)
}

fn answer(request: &Request) -> Result<Response, Problem> {
    let segments = path::segments(request)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (document, version) = match segments.as_slice() {
        ["openapi.json"] => (OPENAPI, const { fingerprint(OPENAPI.as_bytes()) }),
        ["asyncapi.json"] => (ASYNCAPI, const { fingerprint(ASYNCAPI.as_bytes()) }),
        _ => return Err(Problem::not_found("route")),
    };
    if path::method(request) != Method::GET {
        return Err(Problem::method_not_allowed("GET, HEAD"));
    }
    let asked = request.headers();
    Ok(conditional::file(asked, document, body::JSON, version))
}
