//! Reads as much of iCalendar as these tests ask for.

use e2e::User;

use crate::fetched;

/// A component: its name, and its properties with theirs.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) name: String,
    properties: Vec<(String, String)>,
}

impl Component {
    /// The value of a property, whatever its parameters.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let is = |key: &str| key.split(';').next() == Some(name);
        let found = self.properties.iter().find(|(key, _)| is(key));
        found.map(|(_, value)| value.as_str())
    }

    /// The name of a property with its parameters.
    pub(crate) fn key(&self, name: &str) -> Option<&str> {
        let found = self
            .properties
            .iter()
            .find(|(key, _)| key.starts_with(name));
        found.map(|(key, _)| key.as_str())
    }
}

/// The components of the user's calendar in order; those within others come after them.
#[track_caller]
pub(crate) fn components(user: &User, url: &str) -> Vec<Component> {
    let text = fetched(user, url).expect(200).text();
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let (mut all, mut open): (Vec<Component>, Vec<usize>) = (Vec::new(), Vec::new());
    for line in text
        .replace("\r\n ", "")
        .split("\r\n")
        .filter(|line| !line.is_empty())
    {
        let (key, value) = line.split_once(':').expect("a colon");
        match key {
            "BEGIN" => {
                open.push(all.len());
                all.push(Component {
                    name: value.to_owned(),
                    properties: Vec::new(),
                });
            }
            "END" => assert_eq!(all[open.pop().expect("a BEGIN")].name, value),
            _ => all[*open.last().unwrap()]
                .properties
                .push((key.to_owned(), value.to_owned())),
        }
    }
    all
}

/// Those of one kind.
#[track_caller]
pub(crate) fn all(user: &User, url: &str, kind: &str) -> Vec<Component> {
    let mut all = components(user, url);
    all.retain(|component| component.name == kind);
    all
}
