//! The statement of a list: optional filters, then one page by keyset. All other statements are fixed texts.

use crate::params::int;
use platform::Value;

/// A `SELECT` in the making. In its texts a lone `$` stands for the next parameter and gets the number of it.
pub(crate) struct Sql {
    text: String,
    params: Vec<Value>,
}

impl Sql {
    /// Starts with everything up to the `WHERE` clause and at least one condition of it.
    pub(crate) fn new(text: &str, params: Vec<Value>) -> Self {
        let mut sql = Self {
            text: String::new(),
            params: Vec::new(),
        };
        sql.push(text, params);
        sql
    }

    /// Adds a condition.
    pub(crate) fn and(&mut self, condition: &str, params: Vec<Value>) {
        self.push(&format!(" AND {condition}"), params);
    }

    /// Adds a condition with one parameter, if there is a value for it.
    pub(crate) fn and_some(&mut self, condition: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.and(condition, vec![value.into()]);
        }
    }

    /// Ends without paging. Returns the text and the parameters.
    pub(crate) fn whole(self) -> (String, Vec<Value>) {
        (self.text, self.params)
    }

    /// Ends with one page in the order of `keys`, the last of which breaks ties: the `limit` rows behind the row that has the
    /// values `after`. Returns the text and the parameters.
    pub(crate) fn page(
        mut self,
        keys: &[&str],
        descending: bool,
        after: Option<Vec<Value>>,
        limit: usize,
    ) -> (String, Vec<Value>) {
        let (compare, direction) = if descending {
            ("<", "DESC")
        } else {
            (">", "ASC")
        };
        if let Some(after) = after {
            let marks = vec!["$"; after.len()].join(", ");
            self.and(&format!("({}) {compare} ({marks})", keys.join(", ")), after);
        }
        let order: Vec<String> = keys
            .iter()
            .map(|key| format!("{key} {direction}"))
            .collect();
        self.push(
            &format!(" ORDER BY {} LIMIT $", order.join(", ")),
            vec![int(limit)],
        );
        (self.text, self.params)
    }

    fn push(&mut self, text: &str, params: Vec<Value>) {
        for (i, part) in text.split('$').enumerate() {
            if i > 0 {
                let number = self.params.len() + i;
                self.text.push_str(&format!("${number}"));
            }
            self.text.push_str(part);
        }
        self.params.extend(params);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::params;

    #[test]
    fn parameters_are_numbered_in_order_and_what_is_not_asked_for_is_left_out() {
        let mut sql = Sql::new("SELECT id FROM t WHERE a = $", params![1_i64]);
        sql.and("b IN ($, $)", params!["x", "y"]);
        sql.and_some("c = $", None::<i64>);
        sql.and_some("d = $", Some(true));
        let (text, params) = sql.page(&["e", "id"], true, Some(params![2_i64, "z"]), 50);
        assert_eq!(
            text,
            "SELECT id FROM t WHERE a = $1 AND b IN ($2, $3) AND d = $4 AND (e, id) < ($5, $6) \
             ORDER BY e DESC, id DESC LIMIT $7"
        );
        assert_eq!(params, params![1_i64, "x", "y", true, 2_i64, "z", 50_i64]);
    }
}
