//! Templates of the manifest: text with `{{ variable }}` in it. Parsing only; the values come from `variables`.

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(Vec<Part>);

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text as it is.
    Literal(String),
    /// The name of an application variable.
    Variable(String),
}

/// A template whose `{{` is never closed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid variable template: unmatched '{{{{' in template")]
pub(crate) struct UnmatchedBraces;

impl Template {
    /// Parses `text`; everything outside of braces is literal.
    pub(crate) fn parse(text: &str) -> Result<Self, UnmatchedBraces> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, expression)) = rest.split_once("{{") {
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            let (name, after) = expression.split_once("}}").ok_or(UnmatchedBraces)?;
            parts.push(Part::Variable(name.trim().to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The pieces in order.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The names of the variables in it.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Variable(name) => Some(name.as_str()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_variables_alternate() {
        let template = Template::parse("a{{ b }}c{{d}}").unwrap();
        let expected = [
            Part::Literal("a".into()),
            Part::Variable("b".into()),
            Part::Literal("c".into()),
            Part::Variable("d".into()),
        ];
        assert_eq!(template.parts(), expected);
    }

    #[test]
    fn an_open_brace_is_an_error() {
        assert_eq!(Template::parse("a{{b"), Err(UnmatchedBraces));
        assert!(Template::parse("a}}b").is_ok());
    }
}
