//! Between `http` types and those of `wasi:http` that both versions of WASI have alike.

use crate::host::bindings::http::types as w;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

pub(crate) fn headers_in(entries: Vec<(String, Vec<u8>)>) -> HeaderMap {
    entries
        .into_iter()
        .filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_bytes(&value).ok()?))
        })
        .collect()
}

pub(crate) fn method_in(method: &w::Method) -> Option<Method> {
    Some(match method {
        w::Method::Get => Method::GET,
        w::Method::Head => Method::HEAD,
        w::Method::Post => Method::POST,
        w::Method::Put => Method::PUT,
        w::Method::Delete => Method::DELETE,
        w::Method::Connect => Method::CONNECT,
        w::Method::Options => Method::OPTIONS,
        w::Method::Trace => Method::TRACE,
        w::Method::Patch => Method::PATCH,
        w::Method::Other(name) => Method::from_bytes(name.as_bytes()).ok()?,
    })
}

pub(crate) fn method_out(method: &Method) -> w::Method {
    match *method {
        Method::GET => w::Method::Get,
        Method::POST => w::Method::Post,
        Method::PUT => w::Method::Put,
        Method::DELETE => w::Method::Delete,
        Method::PATCH => w::Method::Patch,
        _ => w::Method::Other(method.as_str().to_owned()),
    }
}
