//! What a document shows: the commands of its `console` blocks with their output, and what of it differs in every run.

use chrono::{DateTime, Utc};
use serde_json::Value;

/// A command and what it prints.
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) output: String,
}

/// Whether a command goes on in the next line: after a backslash, and within quotes.
fn goes_on(command: &str) -> bool {
    command.ends_with('\\') || command.matches('\'').count() % 2 == 1
}

/// The steps of a document: what follows `$ ` is a command.
pub(crate) fn steps(document: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for block in document.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        let mut open = false;
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step {
                    command: command.to_owned(),
                    output: String::new(),
                });
                open = goes_on(command);
                continue;
            }
            let step = steps.last_mut().expect("a block begins with a command");
            if open {
                step.command += &format!("\n{line}");
                open = goes_on(&step.command);
            } else {
                step.output += &format!("{line}\n");
            }
        }
    }
    steps
}

/// A part of a text.
pub(crate) enum Token {
    Id(String),
    /// A time that nobody has chosen; the documents choose theirs in 2031.
    Time(String),
    Other(String),
}

/// The parts of a text, which together are the text.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut words: Vec<String> = Vec::new();
    let mut within = false;
    for character in text.chars() {
        let part_of_word = character.is_ascii_alphanumeric() || "-:.".contains(character);
        match words.last_mut() {
            Some(word) if within && part_of_word => word.push(character),
            _ => words.push(character.to_string()),
        }
        within = part_of_word;
    }
    words.into_iter().map(token).collect()
}

fn token(word: String) -> Token {
    let id = word.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && word
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    if id {
        Token::Id(word)
    } else if word.parse::<DateTime<Utc>>().is_ok() && !word.starts_with("2031-") {
        Token::Time(word)
    } else {
        Token::Other(word)
    }
}

/// The ids of a text, in their order.
pub(crate) fn ids(text: &str) -> Vec<String> {
    tokens(text)
        .into_iter()
        .filter_map(|token| match token {
            Token::Id(id) => Some(id),
            Token::Time(_) | Token::Other(_) => None,
        })
        .collect()
}

/// An output without what differs in every run: ids are numbered in the order in which they come. JSON loses its layout.
pub(crate) fn masked(output: &str) -> String {
    let json = serde_json::from_str::<Value>(output);
    let text = json.map_or_else(|_| output.trim_end().to_owned(), |json| format!("{json:#}"));
    let mut known: Vec<String> = Vec::new();
    let mut number = |id: String| {
        let place = known.iter().position(|one| *one == id);
        place.unwrap_or_else(|| {
            known.push(id);
            known.len() - 1
        })
    };
    tokens(&text)
        .into_iter()
        .map(|token| match token {
            Token::Id(id) => format!("(id {})", number(id)),
            Token::Time(_) => "(a time)".to_owned(),
            Token::Other(text) => text,
        })
        .collect()
}
