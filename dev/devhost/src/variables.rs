//! Application variables: where their values come from, and what a component sees of them.
//!
//! Order of precedence, as in Spin: `--variable`, the providers of the runtime configuration in their order, the
//! environment (`SPIN_VARIABLE_<NAME>`, then `.env`), the default of the manifest. A component sees only its own
//! variables, which are templates over the application's.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use anyhow::{Result, anyhow, ensure};

use crate::bindings::fermyon::spin::variables::Error;
use crate::manifest::{Component, Variable};
use crate::template::{Part, Template};

/// A source of values.
#[derive(Debug)]
pub(crate) enum Provider {
    /// A fixed map: `--variable`, or `type = "static"`.
    Static(HashMap<String, String>),
    /// Environment variables `<prefix>_<NAME>`, then the same names in a dotenv file.
    Environment {
        /// Without the underscore.
        prefix: String,
        /// Content of the dotenv file.
        dotenv: HashMap<String, String>,
    },
}

impl Provider {
    /// The environment under `prefix`; a dotenv file that does not exist is an empty one.
    pub(crate) fn environment(prefix: Option<String>, dotenv: Option<PathBuf>) -> Self {
        let lines = dotenv.and_then(|path| dotenvy::from_path_iter(path).ok());
        Self::Environment {
            prefix: prefix.unwrap_or_else(|| "SPIN_VARIABLE".to_owned()),
            dotenv: lines.into_iter().flatten().flatten().collect(),
        }
    }

    fn get(&self, name: &str) -> Option<String> {
        match self {
            Self::Static(values) => values.get(name).cloned(),
            Self::Environment { prefix, dotenv } => {
                let name = format!("{prefix}_{}", name.to_ascii_uppercase());
                std::env::var(&name)
                    .ok()
                    .or_else(|| dotenv.get(&name).cloned())
            }
        }
    }
}

/// Resolves the variables of the application and of its components.
#[derive(Debug)]
pub(crate) struct Resolver {
    application: BTreeMap<String, Variable>,
    components: HashMap<String, HashMap<String, Template>>,
    providers: Vec<Provider>,
}

impl Resolver {
    /// `providers` come in order of precedence. Fails when a template names an unknown variable, or when a required
    /// variable has no value.
    pub(crate) fn new(
        application: &BTreeMap<String, Variable>,
        components: &HashMap<String, Component>,
        providers: Vec<Provider>,
    ) -> Result<Self> {
        for name in application.keys() {
            check_name(name).map_err(|e| anyhow!(e))?;
        }
        let mut resolver = Self {
            application: application.clone(),
            components: HashMap::new(),
            providers,
        };
        for (id, component) in components {
            let mut templates = HashMap::new();
            for (name, text) in &component.variables {
                check_name(name).map_err(|e| anyhow!("component `{id}`: {e}"))?;
                templates.insert(name.clone(), resolver.template(text)?);
            }
            resolver.components.insert(id.clone(), templates);
        }
        let missing: Vec<_> = application
            .keys()
            .filter(|name| resolver.value(name).is_err())
            .collect();
        ensure!(
            missing.is_empty(),
            "no provider resolved required variable(s): {missing:?}"
        );
        Ok(resolver)
    }

    /// Parses a template and checks that it names known variables only.
    pub(crate) fn template(&self, text: &str) -> Result<Template> {
        let template = Template::parse(text)?;
        if let Some(unknown) = template
            .variables()
            .find(|name| !self.application.contains_key(*name))
        {
            return Err(anyhow!(
                "invalid variable template: unknown variable {unknown:?}"
            ));
        }
        Ok(template)
    }

    /// The text of a template with the values of now.
    pub(crate) fn resolve(&self, template: &Template) -> Result<String, Error> {
        let part = |part: &Part| match part {
            Part::Literal(text) => Ok(text.clone()),
            Part::Variable(name) => self.value(name),
        };
        template.parts().iter().map(part).collect()
    }

    fn value(&self, name: &str) -> Result<String, Error> {
        let provided = self
            .providers
            .iter()
            .find_map(|provider| provider.get(name));
        let default = || {
            self.application
                .get(name)
                .and_then(|variable| variable.default.clone())
        };
        provided.or_else(default).ok_or_else(|| {
            Error::Provider(format!("no provider resolved required variable {name:?}"))
        })
    }

    /// What component `id` gets for `name`.
    pub(crate) fn get(&self, id: &str, name: &str) -> Result<String, Error> {
        check_name(name).map_err(Error::InvalidName)?;
        let template = self
            .components
            .get(id)
            .and_then(|templates| templates.get(name));
        let template =
            template.ok_or_else(|| Error::Undefined(format!("no variable for {id:?}.{name:?}")))?;
        self.resolve(template)
    }
}

/// Spin's rule: lower-case words of letters and digits joined by single underscores, beginning with a letter.
fn check_name(name: &str) -> Result<(), String> {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let valid = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(known)
        && !name.ends_with('_')
        && !name.contains("__");
    valid.then_some(()).ok_or_else(|| {
        format!("{name:?}: must be lower-case letters, digits and single underscores, and begin with a letter")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn application() -> BTreeMap<String, Variable> {
        toml::from_str("host = { default = \"a\" }\ntoken = { required = true }\n").unwrap()
    }

    fn resolver(providers: Vec<Provider>) -> Result<Resolver> {
        Resolver::new(&application(), &HashMap::new(), providers)
    }

    fn fixed(values: &[(&str, &str)]) -> Provider {
        Provider::Static(
            values
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn the_first_provider_wins_and_the_default_is_last() {
        let resolver = resolver(vec![
            fixed(&[("token", "1")]),
            fixed(&[("token", "2"), ("host", "b")]),
        ])
        .unwrap();
        let template = resolver.template("{{ host }}:{{ token }}").unwrap();
        assert_eq!(resolver.resolve(&template).unwrap(), "b:1");
    }

    #[test]
    fn a_required_variable_without_a_value_is_an_error_at_the_start() {
        let message = resolver(vec![]).unwrap_err().to_string();
        assert_eq!(
            message,
            "no provider resolved required variable(s): [\"token\"]"
        );
    }

    #[test]
    fn a_template_over_an_unknown_variable_is_an_error() {
        let resolver = resolver(vec![fixed(&[("token", "")])]).unwrap();
        assert!(resolver.template("{{ other }}").is_err());
    }

    #[test]
    fn names_follow_spins_rule() {
        for good in ["a", "a1", "a_b", "jwt_secret"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "A", "1a", "_a", "a_", "a__b", "a-b"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
