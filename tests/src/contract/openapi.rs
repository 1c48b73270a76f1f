//! An answer as `docs/openapi.json` describes it: its status, its content type, its headers, its body.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value;

use super::schemas::Schemas;
use crate::reply::Reply;

/// One call of the contract.
#[derive(Clone, Debug)]
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// With the parameters' names in braces.
    pub path: String,
    /// What the document says of it.
    pub json: Value,
}

/// The statuses with which a call is refused before anybody looks which one it is.
const BEFORE_ROUTING: [u16; 5] = [400, 401, 403, 404, 422];

/// Where web pages may call, so that they can ask first.
const OPTIONS: [&str; 2] = ["/api/", "/health/"];

/// What is wrong with an answer of the application; answers of other servers, and those to the sidecar's calls, are not judged.
pub(crate) fn check(method: &str, path: &str, reply: &Reply) -> Result<(), String> {
    static SCHEMAS: OnceLock<Schemas> = OnceLock::new();
    let path = path.split('?').next().unwrap_or_default();
    if !is_described(path) {
        return Ok(());
    }
    Judge {
        schemas: SCHEMAS.get_or_init(|| Schemas::of(super::openapi())),
        method,
        reply,
    }
    .judge(path)
}

pub(super) fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().expect("a path item").iter();
        let methods = methods.filter(|(name, _)| *name != "parameters");
        let operations = methods.map(|(method, json)| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            json: json.clone(),
        });
        operations.collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

fn is_described(path: &str) -> bool {
    let machine = ["/api/events", "/jobs", "/dapr"];
    let is_below = |route: &str| {
        path.strip_prefix(route)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let ours = ["/api", "/ops", "/health", "/openapi.json", "/asyncapi.json"];
    ours.into_iter().any(is_below) && !machine.into_iter().any(is_below)
}

struct Judge<'a> {
    schemas: &'a Schemas,
    method: &'a str,
    reply: &'a Reply,
}

impl Judge<'_> {
    fn judge(&self, path: &str) -> Result<(), String> {
        let document = self.schemas.document();
        let paths = document["paths"].as_object().expect("paths");
        // Of two, the one with fewer parameters is meant (OpenAPI, "Path Templating Matching").
        let template = paths
            .keys()
            .filter(|one| fits(one, path))
            .min_by_key(|template| template.matches('{').count());
        let method = match self.method {
            "HEAD" => "get".to_owned(),
            other => other.to_lowercase(),
        };
        match template {
            Some(template) if paths[template].get(&method).is_some() => {
                let template = template.replace('~', "~0").replace('/', "~1");
                self.operation(&format!("/paths/{template}/{method}"))
            }
            _ => self.elsewhere(template),
        }
    }

    /// A call that is not in the contract.
    fn elsewhere(&self, template: Option<&String>) -> Result<(), String> {
        match (template, self.reply.status()) {
            (Some(template), 405) => self.allow(template)?,
            (Some(template), 204) if self.method == "OPTIONS" => self.allow(template)?,
            (_, status) if BEFORE_ROUTING.contains(&status) => {}
            (_, status) => return Err(format!("{status} for a call that is not in the contract")),
        }
        // The host answers without a body where no component is.
        if self.reply.text().is_empty() {
            return Ok(());
        }
        self.body("application/problem+json", "/components/schemas/Problem")
    }

    /// `Allow` names the methods of the contract, and those that go without saying.
    fn allow(&self, template: &str) -> Result<(), String> {
        let allow = self.reply.header("allow").unwrap_or_default();
        let allow: BTreeSet<&str> = allow.split(", ").collect();
        let operations = operations(self.schemas.document()).into_iter();
        let of_path = operations.filter(|operation| operation.path == template);
        let mut known: BTreeSet<String> = of_path.map(|operation| operation.method).collect();
        if known.contains("GET") {
            known.insert("HEAD".to_owned());
        }
        if OPTIONS.iter().any(|start| template.starts_with(start)) {
            known.insert("OPTIONS".to_owned());
        }
        if allow == known.iter().map(String::as_str).collect() {
            Ok(())
        } else {
            Err(format!("Allow is {allow:?}, the contract knows {known:?}"))
        }
    }

    fn operation(&self, pointer: &str) -> Result<(), String> {
        let pointer = format!("{pointer}/responses/{}", self.reply.status());
        let Some((pointer, response)) = self.resolve(pointer) else {
            return Err(format!("{} is not documented", self.reply.status()));
        };
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            self.header(name, header)?;
        }
        let Some(content) = response["content"].as_object() else {
            return match self.reply.text().as_str() {
                "" => Ok(()),
                _ => Err("a body where none is documented".to_owned()),
            };
        };
        let (media_type, _) = content.iter().next().expect("a media type");
        let escaped = media_type.replace('/', "~1");
        self.body(media_type, &format!("{pointer}/content/{escaped}/schema"))
    }

    fn header(&self, name: &str, header: &Value) -> Result<(), String> {
        let pointer = match header["$ref"].as_str() {
            Some(pointer) => pointer.trim_start_matches('#').to_owned(),
            None => return Ok(()),
        };
        let header = self.schemas.document().pointer(&pointer).expect("a header");
        let Some(value) = self.reply.header(name) else {
            return if header["required"] == true {
                Err(format!("no {name}"))
            } else {
                Ok(())
            };
        };
        let value = match header["schema"]["type"].as_str() {
            Some("integer") => value.parse::<u64>().map(Value::from),
            _ => Ok(Value::from(value)),
        };
        let value = value.map_err(|error| format!("{name}: {error}"))?;
        told(self.schemas.errors(&format!("{pointer}/schema"), &value))
    }

    /// Where a response is, and the response.
    fn resolve(&self, pointer: String) -> Option<(String, &Value)> {
        let found = self.schemas.document().pointer(&pointer)?;
        match found["$ref"].as_str() {
            Some(reference) => self.resolve(reference.trim_start_matches('#').to_owned()),
            None => Some((pointer, found)),
        }
    }

    fn body(&self, media_type: &str, schema: &str) -> Result<(), String> {
        let given = self.reply.header("content-type").unwrap_or_default();
        if given != media_type {
            return Err(format!("{given:?} instead of {media_type}"));
        }
        if self.method == "HEAD" {
            return Ok(());
        }
        let body: Value =
            serde_json::from_str(&self.reply.text()).map_err(|error| error.to_string())?;
        told(self.schemas.errors(schema, &body))?;
        if media_type.contains("problem") && body["status"] != self.reply.status() {
            return Err("the problem has another status".to_owned());
        }
        Ok(())
    }
}

/// Whether a path is one of a template; a slash at its end does not count.
fn fits(template: &str, path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    let (template, path): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template
            .iter()
            .zip(path)
            .all(|(wanted, given)| wanted.starts_with('{') || *wanted == given)
}

fn told(errors: Vec<String>) -> Result<(), String> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors.join("\n"))
    }
}
