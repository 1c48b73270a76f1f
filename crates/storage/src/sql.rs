//! A statement in the making: text, parameters, and the words in which the two databases differ.

use platform::{Dialect, Value};

/// The due date that a task without one sorts by: after every real one.
pub(crate) const NO_DUE_DATE: &str = "9999-12-31T23:59:59.999999";

/// The due date as the indexes have it; the text must be theirs.
pub(crate) const DUE: &str = "COALESCE(due_date, '9999-12-31T23:59:59.999999')";

pub(crate) struct Sql {
    dialect: Dialect,
    text: String,
    params: Vec<Value>,
}

impl Sql {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            text: String::new(),
            params: Vec::new(),
        }
    }

    /// Adds text: ours, never a user's.
    pub(crate) fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds a parameter in this place.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.params.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.params.len().to_string());
        self
    }

    /// Adds parameters, separated by commas.
    pub(crate) fn bind_all<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Self {
        values
            .into_iter()
            .enumerate()
            .fold(self, |sql, (i, value)| {
                let sql = if i == 0 { sql } else { sql.push(", ") };
                sql.bind(value)
            })
    }

    /// Adds the text of the dialect.
    pub(crate) fn either(self, sqlite: &str, postgres: &str) -> Self {
        let text = match self.dialect {
            Dialect::Sqlite => sqlite,
            Dialect::Postgres => postgres,
        };
        self.push(text)
    }

    /// Adds the database's own clock, moved by `seconds`: leases must not depend on how well the hosts' clocks agree.
    pub(crate) fn now_plus(self, seconds: i64) -> Self {
        self.either(
            &format!("(strftime('%Y-%m-%dT%H:%M:%f', 'now', '{seconds} seconds') || '000')"),
            &format!("((clock_timestamp() AT TIME ZONE 'utc') + interval '{seconds} seconds')"),
        )
    }

    /// Adds the database's own clock.
    pub(crate) fn now(self) -> Self {
        self.now_plus(0)
    }

    pub(crate) fn finish(self) -> (String, Vec<Value>) {
        (self.text, self.params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_due_date_of_the_indexes_is_that_of_the_sort() {
        assert!(DUE.contains(NO_DUE_DATE));
    }

    #[test]
    fn parameters_are_numbered_in_order() {
        let sql = Sql::new(Dialect::Sqlite)
            .push("a = ")
            .bind(1_i64)
            .push(" AND b IN (")
            .bind_all(["x", "y"])
            .push(")");
        let (text, params) = sql.finish();
        assert_eq!(text, "a = $1 AND b IN ($2, $3)");
        assert_eq!(params, [Value::Int(1), Value::from("x"), Value::from("y")]);
    }
}
