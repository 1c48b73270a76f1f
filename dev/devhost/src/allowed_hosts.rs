//! `allowed_outbound_hosts`: what a component may connect to. Parsing and matching only; literal as in Spin: `localhost`
//! is not `127.0.0.1`, and a port that is left out is the scheme's own, not any.

use std::ops::Range;

use anyhow::{Context as _, Result, bail, ensure};
use url::{Host, Url};

/// One entry of `allowed_outbound_hosts`: `<scheme>://<host>[:<port>]`, each possibly `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AllowedHost {
    scheme: Option<String>,
    host: HostRule,
    port: PortRule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum HostRule {
    Any,
    Subdomain(String),
    Literal(Host),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum PortRule {
    Any,
    Range(Range<u32>),
}

/// The resolved entries of a component.
#[derive(Debug, Clone, Default)]
pub(crate) struct AllowedHosts(Vec<AllowedHost>);

impl AllowedHosts {
    /// Parses entries whose templates are already resolved.
    pub(crate) fn parse(entries: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        entries
            .into_iter()
            .map(|entry| AllowedHost::parse(entry.as_ref()))
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Whether `url` may be connected to. One without a scheme (`host:port`) is taken as `scheme`'s.
    pub(crate) fn allows(&self, url: &str, scheme: &str) -> bool {
        let parsed = Url::parse(url).ok().filter(Url::has_host);
        let Some(url) = parsed.or_else(|| Url::parse(&format!("{scheme}://{url}")).ok()) else {
            return false;
        };
        // Not `url.host()`: for a scheme that is not the web's it would be an opaque string, even for an IP address.
        let Some(Ok(host)) = url.host_str().map(Host::parse) else {
            return false;
        };
        let port = url.port().or_else(|| well_known_port(url.scheme()));
        self.0
            .iter()
            .any(|rule| rule.allows(url.scheme(), &host, port))
    }
}

impl AllowedHost {
    fn parse(entry: &str) -> Result<Self> {
        let context = || format!("allowed_outbound_hosts: {entry:?}");
        let (scheme, rest) = entry
            .trim()
            .split_once("://")
            .context("has no scheme (such as http://)")
            .with_context(context)?;
        let (host, rest) = rest.rsplit_once(':').unwrap_or((rest, ""));
        let (port, path) = rest.split_once('/').unwrap_or((rest, ""));
        ensure!(
            path.is_empty(),
            "allowed_outbound_hosts: {entry:?} has a path"
        );
        let port = PortRule::parse(port, scheme).with_context(context)?;
        let host = HostRule::parse(host.trim().trim_end_matches('/')).with_context(context)?;
        ensure!(
            scheme == "*" || scheme.chars().all(char::is_alphabetic),
            "allowed_outbound_hosts: {entry:?}: a scheme is letters only"
        );
        Ok(Self {
            scheme: (scheme != "*").then(|| scheme.to_owned()),
            host,
            port,
        })
    }

    fn allows(&self, scheme: &str, host: &Host, port: Option<u16>) -> bool {
        self.scheme.as_ref().is_none_or(|allowed| allowed == scheme)
            && self.host.allows(host)
            && self.port.allows(port)
    }
}

impl HostRule {
    fn parse(host: &str) -> Result<Self> {
        match host {
            "*" => return Ok(Self::Any),
            "self" | "self.alt" => bail!("devhost does not support requests to oneself"),
            _ if host.contains('/') => bail!("devhost does not support a path or a network range"),
            _ => {}
        }
        if let Some(domain) = host.strip_prefix("*.") {
            ensure!(
                !domain.contains('*'),
                "wildcards are allowed only as prefixes"
            );
            return Ok(Self::Subdomain(format!(".{domain}")));
        }
        ensure!(
            !host.contains('*'),
            "wildcards are allowed only as subdomains"
        );
        Ok(Self::Literal(Host::parse(host)?))
    }

    fn allows(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Any, _) => true,
            (Self::Subdomain(suffix), Host::Domain(domain)) => domain.ends_with(suffix),
            (Self::Subdomain(_), _) => false,
            (Self::Literal(literal), host) => literal == host,
        }
    }
}

impl PortRule {
    fn parse(port: &str, scheme: &str) -> Result<Self> {
        if port == "*" {
            return Ok(Self::Any);
        }
        let number = |text: &str| {
            text.parse::<u16>()
                .map(u32::from)
                .with_context(|| format!("port {text:?} is not a number"))
        };
        if port.is_empty() {
            let known = well_known_port(scheme)
                .with_context(|| format!("the scheme {scheme:?} has no default port"))?;
            return Ok(Self::Range(u32::from(known)..u32::from(known) + 1));
        }
        match port.split_once("..") {
            Some((from, to)) => Ok(Self::Range(number(from)?..number(to)?)),
            None => number(port).map(|port| Self::Range(port..port + 1)),
        }
    }

    fn allows(&self, port: Option<u16>) -> bool {
        match self {
            Self::Any => true,
            Self::Range(range) => port.is_some_and(|port| range.contains(&u32::from(port))),
        }
    }
}

fn well_known_port(scheme: &str) -> Option<u16> {
    match scheme {
        "postgres" => Some(5432),
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (entry, URL, is it allowed)
    const CASES: &[(&str, &str, bool)] = &[
        (
            "http://127.0.0.1:3500",
            "http://127.0.0.1:3500/v1.0/publish",
            true,
        ),
        ("http://127.0.0.1:3500", "http://localhost:3500/", false),
        ("http://localhost:3500", "http://127.0.0.1:3500/", false),
        ("http://127.0.0.1:3500", "http://127.0.0.1:3501/", false),
        ("http://127.0.0.1:3500/", "http://127.0.0.1:3500/", true),
        ("http://example.com", "http://example.com/", true),
        ("http://example.com", "http://example.com:8080/", false),
        ("http://example.com", "https://example.com/", false),
        ("https://example.com", "https://example.com:443/", true),
        ("http://example.com:*", "http://example.com:8080/", true),
        (
            "http://example.com:8000..9000",
            "http://example.com:8999/",
            true,
        ),
        (
            "http://example.com:8000..9000",
            "http://example.com:9000/",
            false,
        ),
        ("*://*:*", "http://example.com/", true),
        (
            "http://*.spin.internal",
            "http://tasks.spin.internal/a",
            true,
        ),
        ("http://*.spin.internal", "http://spin.internal/", false),
        (
            "http://tasks.spin.internal",
            "http://other.spin.internal/",
            false,
        ),
        ("postgres://127.0.0.1:5432", "127.0.0.1:5432", true),
        ("postgres://127.0.0.1:5432", "127.0.0.1", true),
        ("postgres://127.0.0.1", "127.0.0.1:5433", false),
        ("postgres://db", "db", true),
        ("postgres://127.0.0.1:5432", "localhost:5432", false),
    ];

    #[test]
    fn hosts_are_matched_as_spin_does() {
        for &(entry, url, expected) in CASES {
            let scheme = if entry.starts_with("postgres") {
                "postgres"
            } else {
                "https"
            };
            let allowed = AllowedHosts::parse([entry]).unwrap().allows(url, scheme);
            assert_eq!(allowed, expected, "{entry} for {url}");
        }
    }

    #[test]
    fn nothing_is_allowed_by_default() {
        assert!(!AllowedHosts::default().allows("http://127.0.0.1/", "https"));
    }

    #[test]
    fn malformed_entries_are_refused() {
        for bad in [
            "*",
            "",
            "localhost",
            "localhost:80",
            "http://a/b",
            "http://a*b",
            "http://*.*.a",
            "ftp://a",
            "http://a:b",
        ] {
            assert!(AllowedHosts::parse([bad]).is_err(), "{bad}");
        }
    }
}
