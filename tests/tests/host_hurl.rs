//! The files of tests/hurl find faults: each of them fails where a backend does something else than the contract says. And they run
//! where the application is closed.

use std::path::PathBuf;
use std::sync::OnceLock;

use e2e::tokens::{SECRET, claims_of, signed};
use e2e::{Answered, Bus, Hurl, LocalHost, Question, Spoiled, hurl_files, unique_user_id};

fn open() -> &'static LocalHost {
    static HOST: OnceLock<LocalHost> = OnceLock::new();
    HOST.get_or_init(|| LocalHost::start("hurl-open"))
}

fn files(names: &[&str]) -> Vec<PathBuf> {
    let of_name = |file: &PathBuf| {
        file.file_stem()
            .is_some_and(|stem| names.iter().any(|name| stem == *name))
    };
    let found: Vec<_> = hurl_files("").into_iter().filter(of_name).collect();
    assert_eq!(found.len(), names.len(), "{names:?}");
    found
}

fn run(base: &str, files: &[PathBuf]) -> Result<(), String> {
    let user = unique_user_id();
    let hurl = Hurl {
        base,
        user: &user,
        token: None,
        variables: &[],
    };
    hurl.run(files)
}

#[test]
fn no_file_is_content_with_a_server_that_is_content_with_everything() {
    let server = Spoiled::pleased();
    for file in hurl_files("") {
        let told = run(&server.url(), std::slice::from_ref(&file));
        assert!(told.is_err(), "{}", file.display());
    }
}

/// A fault, and the file that finds it.
struct Fault {
    what: &'static str,
    file: &'static str,
    question: fn(&mut Question),
    answer: fn(&mut Answered),
}

const fn asked(what: &'static str, file: &'static str, question: fn(&mut Question)) -> Fault {
    Fault {
        what,
        file,
        question,
        answer: |_| {},
    }
}

const fn answered(what: &'static str, file: &'static str, answer: fn(&mut Answered)) -> Fault {
    Fault {
        what,
        file,
        question: |_| {},
        answer,
    }
}

const FAULTS: [Fault; 22] = [
    answered("a new task has no Location", "create", |answer| {
        answer.drop_header("location");
    }),
    asked("a time's offset is ignored", "create", |question| {
        question.replace_in_body("+02:00", "Z");
    }),
    asked("the filter by state is ignored", "lists", |question| {
        question.replace_in_target("status=completed", "status=all");
    }),
    asked("the order is another", "lists", |question| {
        question.replace_in_target("order=desc", "order=asc");
    }),
    asked("the second page is the first", "lists", |question| {
        question.replace_in_target("cursor=", "limit=2&q=");
    }),
    asked("conditions are ignored", "change", |question| {
        question.drop_header("if-match");
    }),
    asked("PUT is as PATCH", "change", |question| {
        if question.is("PUT", "") {
            question.set_method("PATCH");
        }
    }),
    asked("an unchanged task is sent again", "change", |question| {
        question.drop_header("if-none-match");
    }),
    asked("nothing is reopened", "complete", |question| {
        question.replace_in_body(r#""completed": false"#, r#""completed": true"#);
    }),
    asked("a series is every month too late", "complete", |question| {
        question.replace_in_body(
            r#""recurring_interval": "monthly""#,
            r#""recurring_interval": "monthly", "recurring_every": 2"#,
        );
    }),
    asked("nothing is restored", "delete", |question| {
        if question.is("POST", "/restore") {
            question.set_method("GET");
        }
    }),
    asked("the history has every type", "history", |question| {
        question.replace_in_target("&type=task.updated", "");
    }),
    asked(
        "what was read is shown as unread",
        "notifications",
        |question| {
            question.replace_in_target("unread=true&", "");
        },
    ),
    asked("conditions in a batch are ignored", "batch", |question| {
        question.replace_in_body(r#""if_match": 7, "#, "");
    }),
    asked(
        "a repeated request makes another task",
        "idempotency",
        |question| {
            question.drop_header("idempotency-key");
        },
    ),
    asked("a revoked calendar goes on", "calendar", |question| {
        if question.is("DELETE", "/calendar") {
            question.set_method("GET");
        }
    }),
    asked("a calendar is always sent", "calendar", |question| {
        question.drop_header("if-none-match");
    }),
    answered("errors are no problem documents", "errors", |answer| {
        if answer.status() >= 400 {
            answer.drop_header("content-type");
            answer.add_header("content-type", "application/json");
        }
    }),
    answered("not every mistake is told", "errors", |answer| {
        answer.replace_in_body(r#""field":"colour""#, r#""field":"title""#);
    }),
    answered("every page may call", "cors", |answer| {
        answer.add_header("access-control-allow-origin", "*");
    }),
    asked("there is no OPTIONS", "cors", |question| {
        if question.is("OPTIONS", "") {
            question.set_method("GET");
        }
    }),
    answered(
        "the contract is of another version",
        "contracts",
        |answer| {
            answer.replace_in_body(r#""openapi": "3.1"#, r#""openapi": "3.0"#);
        },
    ),
];

#[test]
fn every_file_passes_a_stand_in_that_changes_nothing_and_finds_its_faults() {
    let base = open().client().base().to_owned();
    let names: Vec<&str> = FAULTS.iter().map(|fault| fault.file).collect();
    for file in hurl_files("") {
        let name = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a name");
        assert!(names.contains(&name), "no fault is for {name}");
    }
    let faithful = Spoiled::start(&base, |_| {}, |_| {});
    if let Err(told) = run(&faithful.url(), &hurl_files("")) {
        panic!("{told}");
    }
    for Fault {
        what,
        file,
        question,
        answer,
    } in FAULTS
    {
        let server = Spoiled::start(&base, question, answer);
        let told = run(&server.url(), &files(&[file]));
        assert!(told.is_err(), "{file} does not find that {what}");
    }
}

#[test]
fn a_closed_application_is_judged_with_a_token() {
    let variables = [("jwt_secret", SECRET), ("app_api_token", "of the sidecar")];
    let host = LocalHost::start_closed("hurl-closed", &Bus::Local, &variables);
    let user = unique_user_id();
    let token = signed("secret", None, &claims_of(&user));
    let client = host.client();
    let mut hurl = Hurl {
        base: client.base(),
        user: &user,
        token: Some(&token),
        variables: &[],
    };
    if let Err(told) = hurl.run(&hurl_files("")) {
        panic!("{told}");
    }
    let variables = [("token", token.as_str())];
    hurl.token = None;
    hurl.variables = &variables;
    if let Err(told) = hurl.run(&hurl_files("closed")) {
        panic!("{told}");
    }
    // It is the file that wants them: an open application fails it.
    let open = open().client();
    hurl.base = open.base();
    assert!(hurl.run(&hurl_files("closed")).is_err());
}
