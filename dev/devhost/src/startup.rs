//! From the command line to a serving application.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use tokio::net::TcpListener;

use crate::cli::Cli;
use crate::engine::{LoadedComponent, Loader};
use crate::instance::Shared;
use crate::manifest::Manifest;
use crate::outbound_client::Client;
use crate::postgres::pool::Pools;
use crate::routes::Router;
use crate::runtime_config::{RuntimeConfig, SqlitePath};
use crate::server::App;
use crate::variables::Resolver;

/// Loads the application and serves it.
pub(crate) async fn run(cli: Cli) -> Result<()> {
    // The port first: a taken one is told before the components are compiled.
    let listener = TcpListener::bind(cli.listen)
        .await
        .with_context(|| format!("cannot listen on {}", cli.listen))?;
    let address = listener.local_addr()?;
    let app = tokio::task::spawn_blocking(move || load(cli)).await??;
    announce(address, &app.router)?;
    app.serve(listener).await
}

fn load(cli: Cli) -> Result<Arc<App>> {
    let folder = cli.from.parent().unwrap_or(Path::new("")).to_owned();
    let manifest = Manifest::read(&cli.from)?;
    let config = RuntimeConfig::read(cli.runtime_config_file.as_deref())?;
    let databases = config.sqlite_databases(&config.state_dir(cli.state_dir, &folder));
    check_databases(&manifest, &databases)?;
    let http = Client::new(config.pools_connections());
    let variables = Resolver::new(
        &manifest.variables,
        &manifest.component,
        config.into_providers(cli.variables),
    )
    .with_context(|| cli.from.display().to_string())?;
    Ok(Arc::new(App {
        router: Router::new(manifest.triggers())?,
        components: load_components(&manifest, &folder, &Arc::new(variables))?,
        shared: Arc::new(Shared {
            sqlite_databases: databases,
            postgres: Pools::default(),
            http,
        }),
    }))
}

/// Every database that a component may open must be known; its folder is created.
fn check_databases(manifest: &Manifest, databases: &HashMap<String, SqlitePath>) -> Result<()> {
    for (id, component) in &manifest.component {
        for label in &component.sqlite_databases {
            ensure!(
                databases.contains_key(label),
                "component `{id}` uses the SQLite database `{label}`, which is not configured"
            );
        }
    }
    for folder in databases
        .values()
        .flatten()
        .filter_map(|path| path.parent())
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    Ok(())
}

/// Compiles all components that have a trigger, at once: each uses one core, and a machine has more.
fn load_components(
    manifest: &Manifest,
    folder: &Path,
    variables: &Arc<Resolver>,
) -> Result<HashMap<String, LoadedComponent>> {
    let loader = Loader::new()?;
    let triggered = |id: &str| {
        manifest
            .triggers()
            .iter()
            .any(|trigger| trigger.component == id)
    };
    std::thread::scope(|scope| {
        let loader = &loader;
        let used = manifest.component.iter().filter(|(id, _)| triggered(id));
        let loading: Vec<_> = used
            .map(|(id, config)| {
                (
                    id,
                    scope.spawn(move || loader.load(id, config, folder, variables)),
                )
            })
            .collect();
        let finished = loading.into_iter().map(|(id, thread)| {
            let component = thread
                .join()
                .map_err(|_| anyhow::anyhow!("component `{id}`: the compiler panicked"))??;
            Ok((id.clone(), component))
        });
        finished.collect()
    })
}

/// Tells whoever waits for it that connections are accepted now.
fn announce(address: SocketAddr, router: &Router) -> Result<()> {
    let mut text = format!("Serving http://{address}\nAvailable Routes:\n");
    for (component, route) in router.listing() {
        text.push_str(&format!("  {component}: http://{address}{route}\n"));
    }
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}
