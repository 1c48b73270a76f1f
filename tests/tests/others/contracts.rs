//! The contracts are as Redocly and AsyncAPI's parser want them: no error, and no warning either.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use e2e::read;

use crate::shared::{checks, run, told};

/// Health and contracts are for everyone and ask for nothing, so that no call of them is the caller's fault; and which of two
/// fields is `required` may be said apart from the fields.
const NOT_OURS: [&str; 2] = [
    "operation-4xx-response",
    "no-required-schema-properties-undefined",
];

fn redocly(text: &str) -> Output {
    let mut lint = checks().redocly();
    lint.args(["lint", "--extends", "recommended-strict"]);
    for rule in NOT_OURS {
        lint.args(["--skip-rule", rule]);
    }
    judge(lint, "openapi.json", text)
}

fn asyncapi(text: &str) -> Output {
    judge(checks().node("asyncapi.cjs"), "asyncapi.json", text)
}

/// The program's word on a document with this text.
fn judge(mut program: Command, name: &str, text: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join(name);
    fs::write(&file, text).unwrap();
    run(program.arg(file), "")
}

#[test]
fn redocly_finds_nothing_wrong_with_openapi_json() {
    let output = redocly(&read("docs/openapi.json"));
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("is valid"), "{}", told(&output));
}

#[test]
fn redocly_refuses_a_broken_copy() {
    let good = read("docs/openapi.json");
    for (broken, complaint) in [
        (good.replacen("\"responses\"", "\"replies\"", 1), "struct"),
        (
            good.replacen("#/components/", "#/component/", 1),
            "no-unresolved-refs",
        ),
        (
            good.replacen(
                "\"operationId\": \"getOpenApi\"",
                "\"operationId\": \"getAsyncApi\"",
                1,
            ),
            "operation-operationId-unique",
        ),
    ] {
        assert_ne!(broken, good, "{complaint}");
        let output = redocly(&broken);
        assert!(!output.status.success(), "{complaint}: {}", told(&output));
        assert!(
            told(&output).contains(complaint),
            "{complaint}: {}",
            told(&output)
        );
    }
}

#[test]
fn asyncapis_parser_finds_nothing_wrong_with_asyncapi_json() {
    let output = asyncapi(&read("docs/asyncapi.json"));
    assert!(output.status.success(), "{}", told(&output));
    assert!(!told(&output).contains("Warning"), "{}", told(&output));
}

#[test]
fn asyncapis_parser_refuses_a_broken_copy() {
    let good = read("docs/asyncapi.json");
    for (broken, complaint) in [
        (
            good.replacen("\"action\": \"send\"", "\"action\": \"shout\"", 1),
            "action",
        ),
        (
            good.replacen("#/components/", "#/component/", 1),
            "invalid-ref",
        ),
        (good.replacen("\"channels\"", "\"canals\"", 1), "canals"),
    ] {
        assert_ne!(broken, good, "{complaint}");
        let output = asyncapi(&broken);
        assert!(!output.status.success(), "{complaint}: {}", told(&output));
        assert!(
            told(&output).contains(complaint),
            "{complaint}: {}",
            told(&output)
        );
    }
}
