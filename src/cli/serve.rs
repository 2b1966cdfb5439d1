//! `proofmark serve`.

use super::args::ServeArgs;
use super::drive::runtime;
use super::embedded;
use super::ending::Ending;
use super::output::{self, Failure};
use crate::exit::Exit;
use crate::reference::{CODE_PATH, REFRESH_PATH, Settings, credentials, fixtures};
use crate::report::write::write_atomically;
use std::io::ErrorKind;
use std::path::Path;

/// Serves until interrupted.
pub(super) fn serve(args: &ServeArgs) -> Result<Exit, Failure> {
    let settings = Settings {
        port: args.port,
        faults: embedded::faults(&args.faults)?,
        variants: embedded::variants(&args.variants)?,
        dialect: embedded::dialect(&args.dialect)?,
        require_signature: !args.unsigned,
        webhook: args.webhook.clone(),
        ..Settings::default()
    };
    if let Some(folder) = &args.write_config {
        check_replaceable(folder)?;
    }
    let runtime = runtime()?;
    // Listened for before anybody can know that the wallet is there, and so ask it to end.
    let entered = runtime.enter();
    let listening = Ending::listen();
    drop(entered);
    let mut ending =
        listening.map_err(|error| Failure::own(format!("signals cannot be waited for: {error}")))?;
    let http2 = settings.variants.iter().any(|variant| variant.http2);
    let wallet = embedded::start(settings)?;
    let url = wallet.base_url();
    if let Some(folder) = &args.write_config {
        write_config(folder, &url, &args.dialect, http2)?;
    }
    output::line(&format!("listening on {url}"));
    if let Some(folder) = &args.write_config {
        output::line(&format!("configuration: {}", folder.join(CONFIG).display()));
    }
    if args.dialect != "default" {
        output::line(&format!("dialect: {}", args.dialect));
    }
    for fault in &args.faults {
        output::line(&format!("fault: {fault}"));
    }
    for variant in &args.variants {
        output::line(&format!("variant: {variant}"));
    }
    runtime.block_on(ending.wait());
    wallet.stop();
    Ok(Exit::Held)
}

/// How a configuration of ours begins, by which it is known again.
const MARK: &str =
    "# A configuration for the reference wallet. Its keys and tokens are public and protect nothing.\n";

/// Writes what a client of the wallet needs: the configuration and the demo keys, which protect nothing.
fn write_config(folder: &Path, url: &str, dialect: &str, http2: bool) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::input(format!(
            "--write-config {}: cannot be made: {error} (choose another folder)",
            folder.display()
        ))
    })?;
    for (name, text) in client_files(url, dialect, http2) {
        write_atomically(&folder.join(name), &text).map_err(Failure::unwritten)?;
    }
    Ok(())
}

/// Makes sure that nothing is replaced but what an earlier `serve` wrote: a key that is gone cannot be made
/// again.
fn check_replaceable(folder: &Path) -> Result<(), Failure> {
    for (name, ours) in client_files("", "", false) {
        let path = folder.join(name);
        let replaceable = match std::fs::read(&path) {
            Ok(found) if name == CONFIG => found.starts_with(MARK.as_bytes()),
            Ok(found) => found == ours.as_bytes(),
            Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
        };
        if !replaceable {
            return Err(Failure::input(format!(
                "--write-config {}: {} is there and was not written by `proofmark serve` (move it away, or choose another folder)",
                folder.display(),
                path.display()
            )));
        }
    }
    Ok(())
}

/// The name of the configuration among the files for a client.
const CONFIG: &str = "proofmark.toml";

/// The files for a client of the wallet at this URL, by name.
fn client_files(url: &str, dialect: &str, http2: bool) -> [(&'static str, String); 4] {
    let known = credentials();
    let parameters: Vec<String> =
        known.template_parameters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let dialect = match dialect {
        "default" => String::new(),
        name => format!("dialect = \"{name}\"\n"),
    };
    let http = if http2 { "http = \"2\"\n" } else { "" };
    let fixtures = fixtures();
    let fixtures: Vec<String> = fixtures.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let toml = format!(
        "{MARK}[target]\nurl = \"{url}\"\n{dialect}{http}\n\
         [client]\nid = \"{}\"\nkey_version = {}\nprivate_key = {{ file = \"client.pem\" }}\n\
         server_public_key = {{ file = \"wallet.pub.pem\" }}\n\n\
         [clients.second]\nid = \"{}\"\nkey_version = {}\nprivate_key = {{ file = \"second.pem\" }}\n\n\
         [tokens]\nvalid = \"{}\"\nunscoped = \"{}\"\nexpired = \"{}\"\nsecond = \"{}\"\n\
         code = {{ url = \"{url}{CODE_PATH}\" }}\nexpired_code = \"{}\"\n\
         refresh = {{ url = \"{url}{REFRESH_PATH}\" }}\nexpired_refresh = \"{}\"\n\
         disposable = {{ operation = \"applyToken\" }}\n\n\
         [template]\ncode = \"{}\"\nparameters = {{ {} }}\n\n\
         [fixtures]\n{}\n\n\
         [probe]\ninbox = \"{url}/probe/inbox?requestId={{requestId}}\"\n\
         payments = \"{url}/probe/payments?key={{key}}\"\nrefunds = \"{url}/probe/refunds?key={{key}}\"\n",
        known.client_id,
        known.key_version,
        known.second_client_id,
        known.key_version,
        known.token_valid,
        known.token_unscoped,
        known.token_expired,
        known.token_second,
        known.code_expired,
        known.refresh_expired,
        known.template_code,
        parameters.join(", "),
        fixtures.join("\n"),
    );
    [
        ("client.pem", known.client_private_key_pem.to_owned()),
        ("second.pem", known.second_client_private_key_pem.to_owned()),
        ("wallet.pub.pem", known.wallet_public_key_pem.to_owned()),
        (CONFIG, toml),
    ]
}
