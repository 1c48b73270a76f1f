//! The component of WASI 0.3 that devhost's tests run. The body of a request is a script in JSON: `{"steps": [...],
//! "after": [...]}`. The answer is the list of the steps' results; the steps of `after` run when it is sent. An empty body does
//! nothing; that of `/echo` comes back, and `/stream` sends a piece of its answer each time that the clock has gone on.

mod script;

use std::time::Duration;

use platform::{Reply, Request, Response};
use serde_json::Value;

use script::Script;

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    match request.uri().path() {
        "/echo" => Response::new(request.into_body()).into(),
        "/stream" => stream(),
        _ => run(request.body()).await,
    }
}

async fn run(body: &[u8]) -> Reply {
    let script: Script = match body.is_empty() {
        true => Script::default(),
        false => serde_json::from_slice(body).expect("a script"),
    };
    let mut results = Vec::new();
    for step in script.steps {
        results.push(step.run().await);
    }
    let answer = Response::new(Value::Array(results).to_string().into_bytes());
    Reply::from(answer).then(async {
        for step in script.after {
            step.run().await;
        }
    })
}

fn stream() -> Reply {
    Reply::streaming(Response::default(), |mut body| async {
        for number in 0..3 {
            if !body.send(format!("piece {number}\n").as_bytes()).await {
                platform::log::info("the client has gone");
                break;
            }
            platform::sleep(Duration::from_millis(200)).await;
        }
        body
    })
}
