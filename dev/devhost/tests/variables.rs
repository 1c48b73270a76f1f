//! Where the values of variables come from.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use serde_json::json;
use support::App;

const VARIABLES: &str = "argument = { default = \"default\" }\nconfigured = { default = \"default\" }\n\
    from_environment = { default = \"default\" }\nunset = { default = \"default\" }\n\
    token = { required = true, secret = true }\n";

const COMPONENT: &str = "[component.guest.variables]\nargument = \"{{ argument }}\"\nconfigured = \"{{configured}}\"\n\
    from_environment = \"{{ from_environment }}\"\nunset = \"<{{ unset }}/{{ token }}>\"\n";

#[test]
fn argument_beats_configuration_beats_environment_beats_default() {
    let mut app = App::single(COMPONENT).variables(VARIABLES);
    for name in ["ARGUMENT", "CONFIGURED", "FROM_ENVIRONMENT"] {
        app = app.environment(&format!("SPIN_VARIABLE_{name}"), "environment");
    }
    let host = app
        .runtime_config("[[variables_provider]]\ntype = \"static\"\nvalues = { argument = \"file\", configured = \"file\" }\n")
        .argument("--variable=argument=given")
        .argument("--variable=token=secret")
        .start();
    let names = ["argument", "configured", "from_environment", "unset"];
    let results = host.run(
        "/",
        names
            .iter()
            .map(|name| json!({ "variable": name }))
            .collect(),
    );
    let expected = ["given", "file", "environment", "<default/secret>"];
    assert_eq!(
        results,
        expected
            .iter()
            .map(|value| json!({ "ok": value }))
            .collect::<serde_json::Value>()
    );
}

#[test]
fn a_component_sees_its_own_variables_alone() {
    let host = App::single("")
        .variables("token = { default = \"a\" }\n")
        .start();
    let results = host.run(
        "/",
        json!([{ "variable": "token" }, { "variable": "Bad-Name" }]),
    );
    assert!(
        results[0]["error"].as_str().unwrap().contains("Undefined"),
        "{results}"
    );
    assert!(
        results[1]["error"]
            .as_str()
            .unwrap()
            .contains("InvalidName"),
        "{results}"
    );
}

#[test]
fn a_required_variable_without_a_value_stops_the_start() {
    let message = App::single("")
        .variables("token = { required = true }\n")
        .start_failure();
    assert!(
        message.contains("no provider resolved required variable(s): [\"token\"]"),
        "{message}"
    );
}
