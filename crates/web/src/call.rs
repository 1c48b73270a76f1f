//! A call of a user's: `/api/:user_id/...`, with the user known and the database open.

use crate::{Problem, access, cors, path};
use domain::UserId;
use http::Method;
use platform::Request;
use storage::Store;

/// One call of a user who may make it.
pub struct Call {
    /// The request itself.
    pub request: Request,
    /// The user that the path names.
    pub user: UserId,
    /// The open database.
    pub store: Store,
    segments: Vec<String>,
}

impl Call {
    /// Admits a call.
    ///
    /// # Errors
    /// 400 for a path that cannot be decoded, 404 for another path, 422 for a name that no user can have, 401 or 403 for somebody
    /// else, 503 without a database.
    pub async fn of(request: Request) -> Result<Self, Problem> {
        let mut segments = path::segments(&request)?;
        if segments.len() < 2 || segments.first().is_none_or(|first| first != "api") {
            return Err(Problem::not_found("route"));
        }
        let rest = segments.split_off(2);
        let user = path::user(segments.last().map_or("", String::as_str))?;
        access::user(&request, &user).await?;
        let store = Store::open();
        Ok(Self {
            request,
            user,
            store,
            segments: rest,
        })
    }

    /// What it asks for: see [`path::method`].
    #[must_use]
    pub fn method(&self) -> &Method {
        path::method(&self.request)
    }

    /// The problem of a call that nothing has answered: 405 with what the path takes, or 404 where there is no such path.
    #[must_use]
    pub fn refuse_method(&self, methods: cors::Methods) -> Problem {
        match cors::methods_of(&self.request, methods) {
            Some(allowed) => Problem::method_not_allowed(allowed),
            None => Problem::not_found("route"),
        }
    }

    /// The segments of the path after the user.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }
}
