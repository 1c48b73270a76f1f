//! What the manifest grants a component, and whether that covers a request to another server.

use std::collections::HashSet;
use std::sync::Arc;

use crate::allowed_hosts::AllowedHosts;
use crate::log;
use crate::template::Template;
use crate::variables::Resolver;

/// What the manifest grants a component.
pub(crate) struct ComponentInfo {
    pub(crate) id: String,
    pub(crate) variables: Arc<Resolver>,
    pub(crate) allowed_outbound_hosts: Vec<Template>,
    pub(crate) sqlite_databases: HashSet<String>,
    pub(crate) environment: Vec<(String, String)>,
}

impl ComponentInfo {
    /// Whether the component may connect to `url`. The templates of its `allowed_outbound_hosts` have their values of now;
    /// as in Spin, one that cannot be resolved forbids everything.
    pub(crate) fn may_request(&self, url: &str, scheme: &str) -> bool {
        let entries: Result<Vec<_>, _> = self
            .allowed_outbound_hosts
            .iter()
            .map(|entry| self.variables.resolve(entry))
            .collect();
        let allowed = entries
            .map_err(anyhow::Error::from)
            .and_then(AllowedHosts::parse);
        match allowed {
            Ok(hosts) if hosts.allows(url, scheme) => true,
            Ok(_) => {
                self.report_denied(url, scheme);
                false
            }
            Err(error) => {
                log::error(format_args!("component {}: {error:#}", self.id));
                false
            }
        }
    }

    fn report_denied(&self, url: &str, scheme: &str) {
        let origin = url::Url::parse(url).ok().filter(url::Url::has_host);
        let origin = origin.or_else(|| url::Url::parse(&format!("{scheme}://{url}")).ok());
        let host = origin.map_or_else(String::new, |url| {
            let port = url
                .port()
                .map_or_else(String::new, |port| format!(":{port}"));
            format!(
                "{}://{}{port}",
                url.scheme(),
                url.host_str().unwrap_or_default()
            )
        });
        log::error(format_args!(
            "component {} may not connect to {host}: not in its allowed_outbound_hosts",
            self.id
        ));
    }
}
