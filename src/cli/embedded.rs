//! The embedded reference wallet as a target.

use super::output::Failure;
use crate::config::secret::Secret;
use crate::config::{Client, Config, Limits};
use crate::reference::{self, Fault, Settings, Variant, Wallet};
use serde_json::json;
use std::collections::BTreeMap;

/// Starts the wallet.
pub(super) fn start(settings: Settings) -> Result<Wallet, Failure> {
    let port = settings.port;
    Wallet::start(settings).map_err(|error| {
        Failure::input(format!(
            "the reference wallet cannot listen on port {port}: {error} (choose another with --port, or 0 for a free one)"
        ))
    })
}

/// The faults of these names.
pub(super) fn faults(names: &[String]) -> Result<Vec<&'static Fault>, Failure> {
    let unknown = |name: &String| format!("no fault is called `{name}` (see `proofmark faults`)");
    names.iter().map(|name| reference::fault(name).ok_or_else(|| Failure::input(unknown(name)))).collect()
}

/// The variants of these names.
pub(super) fn variants(names: &[String]) -> Result<Vec<&'static Variant>, Failure> {
    let known = || reference::variants().iter().map(|variant| variant.name).collect::<Vec<_>>().join(", ");
    let unknown = |name: &String| format!("no variant is called `{name}` (name one of: {})", known());
    names.iter().map(|name| reference::variant(name).ok_or_else(|| Failure::input(unknown(name)))).collect()
}

/// A configuration that knows everything about the wallet.
pub(crate) fn config(base_url: &str, limits: Limits) -> Config {
    let known = reference::credentials();
    let tokens = [
        ("valid", known.token_valid),
        ("unscoped", known.token_unscoped),
        ("expired", known.token_expired),
        ("second", known.token_second),
    ];
    let secrets: BTreeMap<String, Secret> = tokens
        .into_iter()
        .map(|(kind, token)| (format!("tokens.{kind}"), Secret::new(&format!("tokens.{kind}"), token.to_owned())))
        .collect();
    let key = |name: &str, pem: &str| Some(Secret::new(name, pem.to_owned()));
    Config {
        url: Some(base_url.to_owned()),
        client: Client {
            id: Some(known.client_id.to_owned()),
            key_version: Some(known.key_version),
            private_key: key("client.private_key", known.client_private_key_pem),
            server_public_key: key("client.server_public_key", known.wallet_public_key_pem),
        },
        secrets,
        values: json!({ "template": { "code": known.template_code, "parameters": known.template_parameters } }),
        probes: [("probe.inbox".to_owned(), format!("{base_url}/probe/inbox?requestId={{requestId}}"))].into(),
        limits,
    }
}
