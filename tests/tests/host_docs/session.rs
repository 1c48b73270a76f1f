//! The sessions: run from top to bottom on a host of their own, with the address of that host.

use std::process::Command;

use e2e::{LocalHost, SOON, eventually, read};

use crate::WITH_SESSIONS;
use crate::shown::{Step, Token, ids, masked, steps, tokens};

/// The address in the documents.
const ADDRESS: &str = "127.0.0.1:3000";

/// The longest line of a session that a page shows without scrolling.
const WIDTH: usize = 120;

/// The output of a command. Header lines of HTTP end with CR.
fn run(command: &str) -> String {
    let output = Command::new("sh").args(["-c", command]).output();
    let output = output.unwrap_or_else(|error| panic!("sh: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty(), "{command}\n{errors}");
    String::from_utf8_lossy(&output.stdout).replace('\r', "")
}

/// A command with this run's address, and with this run's ids for those that the document shows.
fn translated(command: &str, address: &str, known: &[(String, String)]) -> String {
    let real = |id: &str| known.iter().find(|(shown, _)| shown == id);
    tokens(&command.replace(ADDRESS, address))
        .into_iter()
        .map(|token| match token {
            Token::Id(id) => match real(&id) {
                Some((_, real)) => real.clone(),
                None => panic!("{command}\nno output before has shown {id}"),
            },
            Token::Time(text) | Token::Other(text) => text,
        })
        .collect()
}

fn follow(document: &str, steps: &[Step]) {
    let host = LocalHost::start("docs");
    let client = host.client();
    let address = client.base().trim_start_matches("http://");
    let mut known = Vec::new();
    for Step { command, output } in steps {
        let real = translated(command, address, &known);
        let wanted = masked(output);
        let mut got = run(&real);
        if masked(&got) != wanted && !changes_something(command) {
            // What an event causes comes after the answer.
            got = eventually(SOON, &format!("{document}: {command}\n{got}"), || {
                Some(run(&real)).filter(|got| masked(got) == wanted)
            });
        }
        assert_eq!(masked(&got), wanted, "{document}: {command}\ngives\n{got}");
        known.extend(ids(output).into_iter().zip(ids(&got)));
    }
}

fn changes_something(command: &str) -> bool {
    [" -X ", " -d "].iter().any(|flag| command.contains(flag))
}

#[test]
fn every_command_gives_the_output_that_is_shown() {
    for document in WITH_SESSIONS {
        let steps = steps(&read(document));
        assert!(!steps.is_empty(), "{document} has no session");
        follow(document, &steps);
    }
}

#[test]
fn no_line_of_a_session_is_wider_than_a_page() {
    for document in WITH_SESSIONS {
        for Step { command, output } in steps(&read(document)) {
            for line in command.lines().chain(output.lines()) {
                assert!(line.len() <= WIDTH, "{document}: {line}");
            }
        }
    }
}
