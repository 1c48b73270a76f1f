//! The resources of an overlay, and what they and the operators make.

use serde::Deserialize as _;
use serde_json::Value;
use stack::{NEVER, ensure_kubernetes, kustomize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) const NAMESPACE: &str = "todo-backend";

pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("../..").canonicalize().unwrap()
}

fn read(file: &str) -> String {
    std::fs::read_to_string(repository().join(file)).unwrap()
}

/// An overlay as kubectl prints it.
pub(crate) fn printed(overlay: &str) -> String {
    let program = ensure_kubernetes(&repository(), NEVER).unwrap();
    kustomize(&program, &repository().join("k8s/overlays").join(overlay)).unwrap()
}

/// The Secrets that docs/deploy.md makes, with their keys.
pub(crate) fn made_by_hand() -> BTreeMap<String, BTreeSet<String>> {
    let document = read("docs/deploy.md");
    let commands = document
        .lines()
        .filter_map(|line| line.split_once(" create secret "));
    let secret = |(_, words): (&str, &str)| {
        let mut words = words.split_whitespace();
        let kind = words.next().unwrap();
        let name = words.next().unwrap().to_owned();
        let keys: BTreeSet<String> = if kind == "tls" {
            ["tls.crt", "tls.key"].map(str::to_owned).into()
        } else {
            let key = |word: &str| Some(word.split_once("=")?.1.split('=').next()?.to_owned());
            words.filter_map(key).collect()
        };
        (name, keys)
    };
    commands.map(secret).collect()
}

/// Variables and routes of spin.toml.
pub(crate) fn manifest() -> (BTreeSet<String>, BTreeSet<String>) {
    let text = read("spin.toml");
    let section = text.split("\n[variables]\n").nth(1).unwrap();
    let settings = section.lines().take_while(|line| !line.starts_with("[["));
    let variables = settings.filter_map(|line| Some(line.split_once(" = {")?.0.to_owned()));
    let route = |line: &str| {
        Some(
            line.strip_prefix("route = \"")?
                .trim_end_matches('"')
                .to_owned(),
        )
    };
    (
        variables.collect(),
        text.lines().filter_map(route).collect(),
    )
}

pub(crate) struct Resources(Vec<Value>);

impl Resources {
    pub(crate) fn of_overlay(name: &str) -> Self {
        Self::of(&printed(name))
    }

    pub(crate) fn of(text: &str) -> Self {
        let documents = yaml_serde::Deserializer::from_str(text);
        Self(
            documents
                .map(|one| Value::deserialize(one).unwrap())
                .collect(),
        )
    }

    pub(crate) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.0
            .iter()
            .filter(move |resource| resource["kind"] == kind)
    }

    pub(crate) fn names(&self, kind: &str) -> BTreeSet<String> {
        self.of_kind(kind)
            .map(|resource| text(&resource["metadata"]["name"]))
            .collect()
    }

    pub(crate) fn the(&self, kind: &str) -> &Value {
        let mut all = self.0.iter();
        all.find(|resource| resource["kind"] == kind).unwrap()
    }

    /// Which in the order of creation.
    pub(crate) fn place(&self, kind: &str) -> Option<usize> {
        self.0.iter().position(|resource| resource["kind"] == kind)
    }

    /// Each value under `key`, wherever it stands.
    pub(crate) fn all(&self, key: &str) -> Vec<&Value> {
        let mut found = Vec::new();
        self.0
            .iter()
            .for_each(|resource| under(resource, key, &mut found));
        found
    }

    /// The value of a variable of the application.
    pub(crate) fn variable(&self, name: &str) -> String {
        let variables = self.the("SpinApp")["spec"]["variables"].as_array().unwrap();
        let one = variables.iter().find(|variable| variable["name"] == name);
        one.map(|one| text(&one["value"])).unwrap_or_default()
    }

    /// The value of an item of the pub/sub component.
    pub(crate) fn pubsub(&self, name: &str) -> String {
        let of_kafka = |component: &&Value| component["spec"]["type"] == "pubsub.kafka";
        let component = self.of_kind("Component").find(of_kafka).unwrap();
        let items = component["spec"]["metadata"].as_array().unwrap();
        let one = items.iter().find(|item| item["name"] == name);
        one.map(|one| text(&one["value"])).unwrap_or_default()
    }

    /// The Secrets that are read, each with its key where one is named.
    pub(crate) fn secrets_read(&self) -> Vec<(String, Option<String>)> {
        let keyed = self.all("secretKeyRef").into_iter();
        let keyed = keyed.map(|at| (text(&at["name"]), Some(text(&at["key"]))));
        let mounted = self.all("secret").into_iter().filter(|at| at.is_object());
        let mounted = mounted.map(|at| {
            let key = at["items"][0]["key"].as_str().map(str::to_owned);
            (text(&at["secretName"]), key)
        });
        let tls = self
            .all("tls")
            .into_iter()
            .flat_map(|at| at.as_array().cloned());
        let tls = tls
            .flatten()
            .map(|at| (text(&at["secretName"]), Some("tls.crt".to_owned())));
        let pooler = self.all("clientTLSSecret").into_iter();
        let pooler = pooler.map(|at| (text(&at["name"]), Some("tls.crt".to_owned())));
        let authorities = self.all("caCertSecret").into_iter();
        let authorities = authorities.map(|at| (text(at), Some("ca-certificates.crt".to_owned())));
        let tokens = ["dapr.io/app-token-secret", "dapr.io/api-token-secret"];
        let tokens = tokens.iter().flat_map(|key| self.all(key));
        let tokens = tokens.map(|at| (text(at), Some("token".to_owned())));
        keyed
            .chain(mounted)
            .chain(tls)
            .chain(pooler)
            .chain(authorities)
            .chain(tokens)
            .collect()
    }

    /// The Secrets that there will be, with their keys.
    pub(crate) fn secrets_made(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut made = made_by_hand();
        let mut add = |name: String, keys: &[&str]| {
            made.insert(name, keys.iter().map(|key| (*key).to_owned()).collect());
        };
        for name in self.names("Cluster") {
            add(
                format!("{name}-app"),
                &["username", "password", "dbname", "host", "port", "uri"],
            );
            add(format!("{name}-ca"), &["ca.crt"]);
        }
        for name in self.names("KafkaUser") {
            add(name, &["password"]);
        }
        for name in self.names("Kafka") {
            add(format!("{name}-cluster-ca-cert"), &["ca.crt"]);
        }
        made
    }

    /// The Services that there will be, with a port of each.
    pub(crate) fn services(&self) -> BTreeMap<String, u64> {
        let own = self.of_kind("Service");
        let own = own.map(|one| {
            (
                text(&one["metadata"]["name"]),
                one["spec"]["ports"][0]["port"].as_u64().unwrap(),
            )
        });
        let kafka = self.of_kind("Kafka").map(|one| {
            let name = format!("{}-kafka-bootstrap", text(&one["metadata"]["name"]));
            (
                name,
                one["spec"]["kafka"]["listeners"][0]["port"]
                    .as_u64()
                    .unwrap(),
            )
        });
        let poolers = self.names("Pooler").into_iter().map(|name| (name, 5432));
        let databases = self
            .names("Cluster")
            .into_iter()
            .map(|name| (format!("{name}-rw"), 5432));
        let applications = self.names("SpinApp").into_iter().map(|name| (name, 80));
        own.chain(kafka)
            .chain(poolers)
            .chain(databases)
            .chain(applications)
            .collect()
    }
}

/// A string, or what else it is as text; empty for nothing.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn under<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get(key));
            fields.values().for_each(|value| under(value, key, found));
        }
        Value::Array(items) => items.iter().for_each(|value| under(value, key, found)),
        _ => {}
    }
}
