//! What is wrong with the names in the resources of an overlay.

use crate::operators::operators;
use crate::resources::{NAMESPACE, Resources, manifest, text};
use crate::selectors::selectors;
use serde_json::Value;
use std::collections::BTreeSet;

/// Each is a sentence; none when every name leads somewhere.
pub(crate) fn complaints(resources: &Resources) -> Vec<String> {
    let mut all = secrets(resources);
    all.extend(services(resources));
    all.extend(kafka(resources));
    all.extend(dapr(resources));
    all.extend(variables(resources));
    all.extend(others(resources));
    all.extend(selectors(resources));
    all.extend(operators(resources));
    all
}

fn secrets(resources: &Resources) -> Vec<String> {
    let made = resources.secrets_made();
    let missing = |(name, key): (String, Option<String>)| match made.get(&name) {
        None => Some(format!("nobody makes the Secret {name}")),
        Some(keys) => key
            .filter(|key| !keys.contains(key))
            .map(|key| format!("the Secret {name} has no {key}")),
    };
    resources
        .secrets_read()
        .into_iter()
        .filter_map(missing)
        .collect()
}

/// Hosts with their ports, from the variables, the component and the annotation; and what the Ingress names.
fn services(resources: &Resources) -> Vec<String> {
    let made = resources.services();
    let url = resources.variable("database_url");
    let of_url = url.rsplit('@').next().unwrap_or_default().split('/').next();
    let dapr = resources.variable("dapr_url");
    let mut named = vec![
        resources.variable("database_host"),
        of_url.unwrap_or_default().to_owned(),
        dapr.trim_start_matches("http://").to_owned(),
        resources.pubsub("brokers"),
    ];
    for address in resources.all("dapr.io/app-channel-address") {
        named.push(format!("{}:80", text(address)));
    }
    for backend in resources.all("backend") {
        let service = &backend["service"];
        named.push(format!(
            "{}:{}",
            text(&service["name"]),
            service["port"]["number"]
        ));
    }
    let wrong = |address: &String| {
        let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
        let mut labels = host.split('.');
        let known = made.get(labels.next().unwrap_or_default());
        let namespace = labels.next().is_none_or(|name| name == NAMESPACE);
        let itself = address == "127.0.0.1:3500";
        !itself && (known.map(u64::to_string).as_deref() != Some(port) || !namespace)
    };
    let wrong = named.iter().filter(|address| wrong(address));
    wrong
        .map(|address| format!("no Service is {address}"))
        .collect()
}

fn kafka(resources: &Resources) -> Vec<String> {
    let topics = resources.names("KafkaTopic");
    let split = |names: &str| -> BTreeSet<String> { names.split(',').map(str::to_owned).collect() };
    let of_variables = ["tasks_topic", "reminders_topic", "dead_letter_topic"];
    let of_variables = of_variables.map(|name| resources.variable(name)).into();
    let user = resources.the("KafkaUser");
    let rights = user["spec"]["authorization"]["acls"].as_array().unwrap();
    let allowed = |kind: &str| -> BTreeSet<String> {
        let of_kind = rights
            .iter()
            .filter(|right| right["resource"]["type"] == kind);
        of_kind
            .map(|right| text(&right["resource"]["name"]))
            .collect()
    };
    let id = resources.the("Resiliency")["scopes"][0]
        .as_str()
        .unwrap_or_default();
    let mut all: Vec<String> = [
        ("variables", of_variables),
        ("allowedTopics", split(&resources.pubsub("allowedTopics"))),
        (
            "protectedTopics",
            split(&resources.pubsub("protectedTopics")),
        ),
        ("the user's rights", allowed("topic")),
    ]
    .into_iter()
    .filter(|(_, names)| *names != topics)
    .map(|(place, names)| format!("topics of {place} are {names:?}, not {topics:?}"))
    .collect();
    for scopes in ["publishingScopes", "subscriptionScopes"] {
        let value = resources.pubsub(scopes);
        let named = value.strip_prefix(&format!("{id}="));
        if named.map(split).as_ref() != Some(&topics) {
            all.push(format!("{scopes} is {value}"));
        }
    }
    if allowed("group") != split(&resources.pubsub("consumerGroup")) {
        all.push("the consumer group is another than the user's".to_owned());
    }
    if user["metadata"]["name"] != resources.pubsub("saslUsername").as_str() {
        all.push("saslUsername is no KafkaUser".to_owned());
    }
    let clusters = resources.names("Kafka");
    for label in resources.all("strimzi.io/cluster") {
        if !clusters.contains(&text(label)) {
            all.push(format!("no Kafka is called {label}"));
        }
    }
    all
}

fn dapr(resources: &Resources) -> Vec<String> {
    let components = resources.names("Component");
    let mut all = Vec::new();
    let ids: BTreeSet<String> = resources
        .all("dapr.io/app-id")
        .into_iter()
        .map(text)
        .collect();
    for scopes in resources.all("scopes") {
        let scopes: BTreeSet<String> = scopes.as_array().into_iter().flatten().map(text).collect();
        if scopes != ids {
            all.push(format!("scopes are {scopes:?}, the app-id is {ids:?}"));
        }
    }
    if !components.contains(&resources.variable("pubsub_name")) {
        all.push("pubsub_name is no Component".to_owned());
    }
    let targets = &resources.the("Resiliency")["spec"]["targets"]["components"];
    let targets: BTreeSet<String> = targets.as_object().unwrap().keys().cloned().collect();
    if targets != components {
        all.push(format!(
            "Resiliency has {targets:?}, the Components are {components:?}"
        ));
    }
    let (_, routes) = manifest();
    for component in resources.of_kind("Component") {
        let items = component["spec"]["metadata"].as_array().unwrap();
        for route in items.iter().filter(|item| item["name"] == "route") {
            if !routes.contains(&text(&route["value"])) {
                all.push(format!("spin.toml has no route {}", route["value"]));
            }
        }
    }
    all
}

/// Spin knows each, or a later one is made of it.
fn variables(resources: &Resources) -> Vec<String> {
    let (known, _) = manifest();
    let list = resources.the("SpinApp")["spec"]["variables"]
        .as_array()
        .unwrap();
    let mut all = Vec::new();
    let mut before: Vec<String> = Vec::new();
    let used: String = list
        .iter()
        .map(|variable| text(&variable["value"]))
        .collect();
    for variable in list {
        let name = text(&variable["name"]);
        let reference = format!("$(SPIN_VARIABLE_{})", name.to_uppercase());
        if !known.contains(&name) && !used.contains(&reference) {
            all.push(format!("spin.toml has no variable {name}"));
        }
        let value = text(&variable["value"]);
        for part in value.split("$(").skip(1) {
            let part = part.split(')').next().unwrap_or_default();
            if !before
                .iter()
                .any(|name| format!("SPIN_VARIABLE_{}", name.to_uppercase()) == part)
            {
                all.push(format!("{name}: no variable before it is {part}"));
            }
        }
        before.push(name);
    }
    all
}

fn others(resources: &Resources) -> Vec<String> {
    let one = |kind: &str, names: Vec<&Value>| -> Vec<String> {
        let there = resources.names(kind);
        let missing = names
            .into_iter()
            .filter(|name| !there.contains(&text(name)));
        missing
            .map(|name| format!("no {kind} is called {name}"))
            .collect()
    };
    let named = |key: &str| {
        resources
            .all(key)
            .into_iter()
            .map(|at| &at["name"])
            .collect()
    };
    let queries = resources
        .all("customQueriesConfigMap")
        .into_iter()
        .flat_map(Value::as_array);
    let queries = queries.flatten().map(|at| &at["name"]).collect();
    let mut all = one(
        "SpinAppExecutor",
        vec![&resources.the("SpinApp")["spec"]["executor"]],
    );
    all.extend(one("ConfigMap", named("configMap")));
    all.extend(one("ConfigMap", queries));
    all.extend(one(
        "Cluster",
        vec![&resources.the("Pooler")["spec"]["cluster"]["name"]],
    ));
    // The operator makes a Deployment of the SpinApp's name.
    all.extend(one("SpinApp", named("scaleTargetRef")));
    all.extend(one("RuntimeClass", resources.all("runtimeClassName")));
    all
}
