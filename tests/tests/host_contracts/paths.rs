//! The calls: those of the contract, of `spin.toml`, of docs/api.md and of the code are the same.

use std::collections::BTreeSet;

use e2e::{contract, new_id, read};

use crate::{call, host};

/// Described by the events: only the sidecar may call them.
const MACHINE: [&str; 3] = ["/api/events/", "/jobs/", "/dapr/"];

/// Pages for people, and their files: what they are is for no program.
const PAGES: [&str; 3] = ["/", "/docs", "/console/..."];

/// A route of `spin.toml` with its wildcard, as a start of paths.
fn routes() -> Vec<String> {
    let routes = e2e::routes().into_iter();
    routes
        .filter(|route| !MACHINE.iter().any(|machine| route.starts_with(machine)))
        .filter(|route| !PAGES.contains(&route.as_str()))
        .map(|route| route.replace(":user_id", "{user_id}"))
        .collect()
}

fn leads_to(route: &str, path: &str) -> bool {
    match route.strip_suffix("/...") {
        Some(start) => path
            .strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        None => route == path,
    }
}

#[test]
fn every_route_has_calls_and_every_call_a_route() {
    let (routes, operations) = (routes(), contract::operations());
    assert!(routes.len() >= 9, "{routes:?}");
    for route in &routes {
        assert!(
            operations.iter().any(|one| leads_to(route, &one.path)),
            "{route} is not in docs/openapi.json"
        );
    }
    for operation in &operations {
        assert!(
            routes.iter().any(|route| leads_to(route, &operation.path)),
            "no route leads to {}",
            operation.path
        );
    }
}

/// The client compares what `Allow` says with the contract.
#[test]
fn every_path_allows_the_methods_of_the_contract() {
    let (client, id) = (host().client(), new_id());
    for operation in contract::operations() {
        let path = operation.path.replace("{user_id}", "ann");
        let reply = call(&client, "BREW", &path.replace("{id}", &id)).send();
        reply.expect(405);
    }
}

#[test]
fn every_call_is_in_the_document_for_people() {
    let document = read("docs/api.md").replace("{u}", "{user_id}");
    let words: BTreeSet<String> = document
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    let known: BTreeSet<String> = contract::operations()
        .iter()
        .map(|one| format!("{} {}", one.method, one.path))
        .collect();
    let shown: BTreeSet<String> = words
        .into_iter()
        .filter(|word| {
            word.split_once(" /")
                .is_some_and(|(method, _)| is_method(method))
        })
        .collect();
    let same_as_post = "PATCH /api/{user_id}/tasks/{id}/complete".to_owned();
    let mut expected = known;
    assert!(expected.remove(&same_as_post));
    assert_eq!(shown, expected, "left docs/api.md, right docs/openapi.json");
}

fn is_method(word: &str) -> bool {
    ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&word)
}

#[test]
fn the_version_is_that_of_the_application() {
    for document in [contract::openapi(), contract::asyncapi()] {
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    }
}
