//! The component that devhost's tests run. The body of a request is a script in JSON: `{"steps": [...], "after": [...]}`.
//! The answer is the list of the steps' results; the steps of `after` run when it is sent. `GET .../echo` answers with the
//! request itself, an empty body does nothing.

mod databases;
mod fetch;
mod script;

use serde_json::{Value, json};
use spin_sdk::http::{Headers, IncomingRequest, OutgoingResponse, ResponseOutparam};
use spin_sdk::http_component;

use script::Script;

#[http_component]
async fn handle(request: IncomingRequest, out: ResponseOutparam) {
    let path = request.path_with_query().unwrap_or_default();
    if path.contains("/echo") {
        return answer(out, &echo(&request, &path)).await;
    }
    let body = request.into_body().await.expect("a body");
    let mut script: Script = match body.is_empty() {
        true => Script::default(),
        false => serde_json::from_slice(&body).expect("a script"),
    };
    if script.no_response {
        return;
    }
    let results: Vec<Value> = std::mem::take(&mut script.steps)
        .into_iter()
        .map(|step| script.run(step))
        .collect();
    answer(out, &Value::Array(results)).await;
    for step in std::mem::take(&mut script.after) {
        script.run(step);
    }
}

fn echo(request: &IncomingRequest, path: &str) -> Value {
    let headers = request.headers().entries().into_iter();
    let headers = headers.map(|(name, value)| (name, Value::from(String::from_utf8_lossy(&value))));
    json!({
        "path": path,
        "authority": request.authority(),
        "headers": headers.collect::<serde_json::Map<_, _>>(),
        "environment": std::env::vars().collect::<std::collections::BTreeMap<_, _>>(),
    })
}

async fn answer(out: ResponseOutparam, content: &Value) {
    let headers = Headers::new();
    let json = b"application/json".to_vec();
    headers
        .append("content-type", &json)
        .expect("a valid header");
    let body = content.to_string().into_bytes();
    out.set_with_body(OutgoingResponse::new(headers), body)
        .await
        .expect("the response is sent");
}
