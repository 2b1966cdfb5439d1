//! `proofmark serve`.

use super::args::ServeArgs;
use super::embedded;
use super::output::{self, Failure};
use super::run::runtime;
use crate::exit::Exit;
use crate::reference::{Settings, credentials};
use crate::report::write::write_atomically;
use std::path::Path;

/// Serves until interrupted.
pub(super) fn serve(args: &ServeArgs) -> Result<Exit, Failure> {
    let settings = Settings {
        port: args.port,
        faults: embedded::faults(&args.faults)?,
        variants: embedded::variants(&args.variants)?,
        require_signature: !args.unsigned,
        ..Settings::default()
    };
    let runtime = runtime()?;
    let wallet = embedded::start(settings)?;
    let url = wallet.base_url();
    if let Some(folder) = &args.write_config {
        write_config(folder, &url)?;
    }
    output::line(&format!("listening on {url}"));
    if let Some(folder) = &args.write_config {
        output::line(&format!("configuration: {}", folder.join("proofmark.toml").display()));
    }
    for fault in &args.faults {
        output::line(&format!("fault: {fault}"));
    }
    for variant in &args.variants {
        output::line(&format!("variant: {variant}"));
    }
    let waited = runtime.block_on(terminated());
    wallet.stop();
    waited.map_err(|error| Failure::own(format!("signals cannot be waited for: {error}")))?;
    Ok(Exit::Held)
}

/// Waits for an interrupt or a request to terminate.
pub(super) async fn terminated() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Writes what a client of the wallet needs: the configuration and the demo keys, which protect nothing.
fn write_config(folder: &Path, url: &str) -> Result<(), Failure> {
    let known = credentials();
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::input(format!(
            "--write-config {}: cannot be made: {error} (choose another folder)",
            folder.display()
        ))
    })?;
    let parameters: Vec<String> =
        known.template_parameters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let toml = format!(
        "# A configuration for the reference wallet. Its keys and tokens are public and protect nothing.\n\
         [target]\nurl = \"{url}\"\n\n\
         [client]\nid = \"{}\"\nkey_version = {}\nprivate_key = {{ file = \"client.pem\" }}\n\
         server_public_key = {{ file = \"wallet.pub.pem\" }}\n\n\
         [tokens]\nvalid = \"{}\"\nunscoped = \"{}\"\nexpired = \"{}\"\nsecond = \"{}\"\n\n\
         [template]\ncode = \"{}\"\nparameters = {{ {} }}\n\n\
         [probe]\ninbox = \"{url}/probe/inbox?requestId={{requestId}}\"\n",
        known.client_id,
        known.key_version,
        known.token_valid,
        known.token_unscoped,
        known.token_expired,
        known.token_second,
        known.template_code,
        parameters.join(", "),
    );
    for (name, text) in [
        ("client.pem", known.client_private_key_pem),
        ("wallet.pub.pem", known.wallet_public_key_pem),
        ("proofmark.toml", &toml),
    ] {
        write_atomically(&folder.join(name), text).map_err(Failure::input)?;
    }
    Ok(())
}
