//! Query parameters, and the one body that no type of `domain` reads: what the contract allows is taken, what it does not is
//! refused, and there is no parameter that it does not know.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use e2e::contract::{self, Operation};
use e2e::{Client, Reply, User, id_of, root};
use serde_json::{Value, json};

use crate::examples::Examples;
use crate::{call, host};

/// The parameters of an operation, resolved.
fn parameters(document: &Value, operation: &Operation) -> Vec<Value> {
    let given = operation.json["parameters"]
        .as_array()
        .into_iter()
        .flatten();
    let resolve = |one: &Value| match one["$ref"].as_str() {
        Some(pointer) => document
            .pointer(pointer.trim_start_matches('#'))
            .unwrap()
            .clone(),
        None => one.clone(),
    };
    let all = given.map(resolve);
    all.filter(|one| one["in"] == "query").collect()
}

/// `None`: a query cannot say that.
fn as_query(name: &str, value: &Value) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.replace('\0', "%00"),
        other => other.to_string(),
    };
    match value {
        Value::Null => None,
        Value::Array(items) => {
            let pairs = items.iter().map(|item| format!("{name}={}", text(item)));
            Some(pairs.collect::<Vec<_>>().join("&"))
        }
        other => Some(format!("{name}={}", text(other))),
    }
}

#[test]
fn the_limits_and_words_of_each_parameter_are_those_of_the_code() {
    let (document, user) = (contract::openapi(), User::new(host().client()));
    let task = user.create_recurring("daily", "2031-01-01T00:00:00Z");
    let mut tried = 0;
    for operation in contract::operations() {
        let path = operation.path.replace("{user_id}", &user.id);
        let path = path.replace("{id}", id_of(&task));
        let of_operation = parameters(&document, &operation);
        if of_operation.is_empty() {
            continue;
        }
        let get = |query: &str| -> Reply {
            let query = query.replace('é', "%C3%A9");
            let send = |method| call(&user.client, method, &format!("{path}?{query}")).send();
            // The body of a stream ends late; only that of a refusal is looked at.
            let head = path.ends_with("/stream").then(|| send("HEAD"));
            head.filter(|head| head.status() == 200)
                .unwrap_or_else(|| send("GET"))
        };
        get("nonsense=1").expect(400);
        for parameter in of_operation {
            let name = parameter["name"].as_str().unwrap();
            if name == "secret" {
                // There is no way to guess one.
                get("secret=a").expect(404);
                get("secret=a&secret=a").expect(400);
                continue;
            }
            if ["cursor", "changed_since"].contains(&name) {
                get(&format!("{name}=nonsense")).expect(400);
                continue;
            }
            let examples = Examples::of(&document, &parameter["schema"]);
            for query in examples.good.iter().filter_map(|one| as_query(name, one)) {
                get(&query).expect(200);
                tried += 1;
            }
            for query in examples.bad.iter().filter_map(|one| as_query(name, one)) {
                let problem = get(&query).expect(400).json();
                assert_eq!(problem["errors"][0]["field"], name, "{query}");
                tried += 1;
            }
        }
    }
    assert!(tried > 80, "only {tried} values");
}

/// The names that follow `query.one("` and its like in the sources of the components.
fn taken(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            taken(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // rustfmt may put the name on a line of its own.
            let text: String = text.split_whitespace().collect();
            for reader in ["one", "all", "choice", "number", "time"] {
                let start = format!("query.{reader}(\"");
                let calls = text.split(&start).skip(1);
                found.extend(calls.map(|rest| rest.split('"').next().unwrap().to_owned()));
            }
        }
    }
}

#[test]
fn every_parameter_that_the_code_takes_is_in_the_contract() {
    let document = contract::openapi();
    let known: BTreeSet<String> = contract::operations()
        .iter()
        .flat_map(|operation| parameters(&document, operation))
        .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
        .collect();
    let mut found = BTreeSet::from(["limit".to_owned(), "cursor".to_owned()]);
    taken(&root().join("components"), &mut found);
    assert!(found.len() > 12, "{found:?}");
    assert_eq!(found, known, "left the code, right docs/openapi.json");
}

fn replay(client: &Client, body: &Value) -> Reply {
    call(client, "POST", "/ops/dead-letters/replay")
        .json(body)
        .send()
}

#[test]
fn a_bulk_replay_takes_what_the_contract_says() {
    let (document, client) = (contract::openapi(), host().client());
    let schema = &document["components"]["schemas"]["Selection"]["properties"];
    let error =
        |body: &Value| replay(&client, body).expect(422).json()["errors"][0]["field"].clone();
    assert_eq!(error(&json!({"nonsense": 1})), "nonsense");
    for (name, schema) in schema.as_object().unwrap() {
        let examples = Examples::of(&document, schema);
        for good in examples.good {
            replay(&client, &json!({ name: good })).expect(200);
        }
        for bad in examples.bad {
            assert_eq!(error(&json!({ name: bad })), name.as_str());
        }
    }
}
