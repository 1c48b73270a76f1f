//! HTTP routes: which component answers a path. The matching itself is `routefinder`'s, which is what Spin uses, so the
//! precedence (static over `:name` over the trailing `...`) is the same by construction.

use anyhow::{Result, anyhow, ensure};

use crate::manifest::{HttpTrigger, RouteConfig};

/// The routes of an application.
#[derive(Debug)]
pub(crate) struct Router {
    finder: routefinder::Router<Route>,
    /// What Spin shows at the start, in the order of the manifest.
    listing: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
struct Route {
    component: String,
    raw: String,
}

/// A path that found its component.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RouteMatch {
    /// The component that answers.
    pub(crate) component: String,
    /// The route as the manifest writes it.
    pub(crate) raw_route: String,
    /// What `...` stands for, with its leading slash.
    pub(crate) trailing: String,
    /// What each `:name` stands for.
    pub(crate) named: Vec<(String, String)>,
}

impl RouteMatch {
    /// A request by service chaining: any path, by the component's name.
    pub(crate) fn chained(component: &str, path: &str) -> Self {
        Self {
            component: component.to_owned(),
            raw_route: "/...".to_owned(),
            trailing: path.to_owned(),
            named: vec![],
        }
    }
}

impl Router {
    /// Of two triggers with the same route the later one wins; private routes are left out.
    pub(crate) fn new(triggers: &[HttpTrigger]) -> Result<Self> {
        let mut routes: Vec<Route> = Vec::new();
        for trigger in triggers {
            let component = trigger.component.clone();
            let raw = match &trigger.route {
                RouteConfig::Public(route) => route.clone(),
                RouteConfig::Private { private } => {
                    ensure!(
                        *private,
                        "a route is a pattern or {{ private = true }}: `{component}` has private = false"
                    );
                    continue;
                }
            };
            match routes.iter_mut().find(|known| known.raw == raw) {
                Some(known) => known.component = component,
                None => routes.push(Route { component, raw }),
            }
        }
        let mut finder = routefinder::Router::new();
        let mut listing = Vec::new();
        for route in routes {
            let (pattern, shown) = pattern(&route.raw);
            listing.push((route.component.clone(), shown));
            finder
                .add(pattern.as_str(), route)
                .map_err(|e| anyhow!("route {pattern}: {e}"))?;
        }
        Ok(Self { finder, listing })
    }

    /// The component of a path, if any has it.
    pub(crate) fn route(&self, path: &str) -> Option<RouteMatch> {
        let found = self.finder.best_match(path)?;
        let captures = found.captures();
        Some(RouteMatch {
            component: found.handler().component.clone(),
            raw_route: found.handler().raw.clone(),
            trailing: trailing(captures.wildcard(), path),
            named: captures
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        })
    }

    /// (component, route as Spin shows it), in the order of the manifest.
    pub(crate) fn listing(&self) -> &[(String, String)] {
        &self.listing
    }
}

/// The pattern for `routefinder`, and how it is shown.
fn pattern(raw: &str) -> (String, String) {
    let absolute = if raw.starts_with('/') {
        raw.to_owned()
    } else {
        format!("/{raw}")
    };
    let absolute = absolute.strip_suffix('/').unwrap_or(&absolute);
    match absolute
        .strip_suffix("/...")
        .or_else(|| absolute.strip_suffix("/*"))
    {
        Some(prefix) => (format!("{prefix}/*"), format!("{prefix} (wildcard)")),
        None => (absolute.to_owned(), absolute.to_owned()),
    }
}

/// What `...` captured. `routefinder` drops the slashes around it; Spin puts them back.
fn trailing(captured: Option<&str>, path: &str) -> String {
    match captured {
        None => String::new(),
        Some("") if path.ends_with('/') => "/".to_owned(),
        Some("") => String::new(),
        Some(rest) if path.ends_with('/') => format!("/{rest}/"),
        Some(rest) => format!("/{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn router(routes: &[&str]) -> Router {
        let toml = |(i, route): (usize, &&str)| {
            format!("[[t]]\nroute = \"{route}\"\ncomponent = \"c{i}\"\n")
        };
        let text: String = routes.iter().enumerate().map(toml).collect();
        let mut table: HashMap<String, Vec<HttpTrigger>> = toml::from_str(&text).unwrap();
        Router::new(&table.remove("t").unwrap()).unwrap()
    }

    fn component(router: &Router, path: &str) -> Option<String> {
        router.route(path).map(|found| found.component)
    }

    #[test]
    fn static_beats_a_parameter_beats_the_wildcard() {
        let router = router(&[
            "/api/...",
            "/api/:user/tasks/...",
            "/api/events/tasks",
            "/api/events/tasks/created",
        ]);
        let cases = [
            ("/api/events/tasks", "c2"),
            ("/api/events/tasks/created", "c3"),
            ("/api/ann/tasks", "c1"),
            ("/api/ann/tasks/", "c1"),
            ("/api/ann/tasks/1/complete", "c1"),
            ("/api/events/tasks/other", "c1"),
            ("/api/ann", "c0"),
            ("/api", "c0"),
        ];
        for (path, expected) in cases {
            assert_eq!(
                component(&router, path).as_deref(),
                Some(expected),
                "{path}"
            );
        }
        assert_eq!(component(&router, "/other"), None);
    }

    #[test]
    fn a_match_tells_what_it_captured() {
        let found = router(&["/api/:user/tasks/..."])
            .route("/api/ann/tasks/1/")
            .unwrap();
        assert_eq!(found.trailing, "/1/");
        assert_eq!(found.named, [("user".to_owned(), "ann".to_owned())]);
        assert_eq!(found.raw_route, "/api/:user/tasks/...");
    }

    #[test]
    fn of_two_equal_routes_the_later_one_wins() {
        assert_eq!(
            component(&router(&["/a", "/a"]), "/a").as_deref(),
            Some("c1")
        );
    }
}
