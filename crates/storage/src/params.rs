//! Parameters of a statement and their placeholders.

use platform::Value;

/// The parameters `$1`, `$2` and so on of a statement: anything that goes `Into<Value>`.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        ::std::vec::Vec::<::platform::Value>::from([$(::platform::Value::from($value)),*])
    };
}
pub(crate) use params;

/// `count` placeholders from `$first` on, separated by commas.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let names: Vec<String> = (first..first + count).map(|n| format!("${n}")).collect();
    names.join(", ")
}

/// A count or a version as a parameter.
pub(crate) fn int(number: impl TryInto<i64>) -> Value {
    Value::Int(number.try_into().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_count_from_the_first() {
        assert_eq!(placeholders(3, 3), "$3, $4, $5");
        assert_eq!(placeholders(1, 0), "");
    }

    #[test]
    fn parameters_keep_their_order_and_types() {
        let none: Option<i64> = None;
        let expected = [Value::from("x"), Value::Int(2), Value::Null];
        assert_eq!(params!["x", 2_i64, none], expected);
        assert_eq!(int(u64::MAX), Value::Int(i64::MAX));
    }
}
