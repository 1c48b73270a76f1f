//! The bearer tokens of users, for a host that wants them.

use serde_json::json;
use std::cell::RefCell;
use std::collections::HashMap;

/// `jwt_secret` of that host.
pub(crate) const SECRET: &str = "a secret of the benchmark's, of 32 bytes and more";

/// In seconds since 1970: after every benchmark (2100-01-01).
const EXPIRES: u64 = 4_102_444_800;

/// One for each user, signed when it is asked for the first time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens(RefCell<HashMap<String, String>>);

impl Tokens {
    /// That of the user in a path such as `/api/ann/tasks`.
    pub(crate) fn of(&self, path: &str) -> String {
        let user = path.split('/').nth(2).unwrap_or_default();
        let sign = || stack::signed_token(&json!({"sub": user, "exp": EXPIRES}), SECRET);
        let mut known = self.0.borrow_mut();
        known.entry(user.to_owned()).or_insert_with(sign).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_user_has_one_token() {
        let tokens = Tokens::default();
        let of_ann = tokens.of("/api/ann/tasks?limit=50");
        assert_eq!(tokens.of("/api/ann/tasks/1"), of_ann);
        assert_ne!(tokens.of("/api/bob/tasks"), of_ann);
        assert_eq!(of_ann.split('.').count(), 3);
    }
}
