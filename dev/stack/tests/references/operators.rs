//! What the operators refuse, and the names that they take for themselves.

use crate::resources::{Resources, text};

pub(crate) fn operators(resources: &Resources) -> Vec<String> {
    let mut all = Vec::new();
    // SpinKube's webhook looks for the executor when the SpinApp comes.
    if resources.place("SpinAppExecutor") > resources.place("SpinApp") {
        all.push("the SpinApp comes before its executor".to_owned());
    }
    // Dapr makes a Service of this name for each application.
    let services = resources.names("Service");
    for id in resources.all("dapr.io/app-id") {
        let name = format!("{}-dapr", text(id));
        if services.contains(&name) {
            all.push(format!("{name} is the name of Dapr's own Service"));
        }
    }
    all
}
