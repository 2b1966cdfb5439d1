//! The embedded reference wallet as a target: a configuration that fits it.

use crate::config::network::Network;
use crate::config::probe::Probe;
use crate::config::secret::Secret;
use crate::config::supply::Supply;
use crate::config::{Client, Config, Limits};
use crate::reference;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long effects of the wallet are watched for: it delivers before it answers, or soon after.
const SETTLE: Duration = Duration::from_millis(100);

/// A configuration that knows everything about the wallet.
pub fn config(base_url: &str, limits: Limits) -> Config {
    let known = reference::credentials();
    let tokens = [
        ("valid", known.token_valid),
        ("unscoped", known.token_unscoped),
        ("expired", known.token_expired),
        ("second", known.token_second),
        ("expired_code", known.code_expired),
        ("expired_refresh", known.refresh_expired),
    ];
    let url = |kind: &str, path: &str| (format!("tokens.{kind}"), Supply::Url(format!("{base_url}{path}")));
    let supplies = BTreeMap::from([
        url("code", reference::CODE_PATH),
        url("refresh", reference::REFRESH_PATH),
        ("tokens.disposable".to_owned(), Supply::Operation { operation: "applyToken".to_owned(), at: None }),
    ]);
    let secrets: BTreeMap<String, Secret> = tokens
        .into_iter()
        .map(|(kind, token)| {
            (format!("tokens.{kind}"), Secret::new(&format!("tokens.{kind}"), token.to_owned()))
        })
        .collect();
    let key = |name: &str, pem: &str| Some(Secret::new(name, pem.to_owned()));
    Config {
        url: Some(base_url.to_owned()),
        dialect: None,
        client: Client {
            id: Some(known.client_id.to_owned()),
            key_version: Some(known.key_version),
            private_key: key("client.private_key", known.client_private_key_pem),
            server_public_key: key("client.server_public_key", known.wallet_public_key_pem),
        },
        clients: [(
            "second".to_owned(),
            Client {
                id: Some(known.second_client_id.to_owned()),
                key_version: Some(known.key_version),
                private_key: key("clients.second.private_key", known.second_client_private_key_pem),
                server_public_key: None,
            },
        )]
        .into(),
        secrets,
        supplies,
        values: json!({
            "template": { "code": known.template_code, "parameters": known.template_parameters },
            "fixtures": reference::fixtures(),
        }),
        probes: ["inbox", "payments", "refunds"]
            .into_iter()
            .map(|kind| {
                let url = format!(
                    "{base_url}/probe/{kind}?{}={{key}}",
                    if kind == "inbox" { "requestId" } else { "key" }
                );
                (format!("probe.{kind}"), Probe::Url(url))
            })
            .collect(),
        limits: Limits { settle: limits.settle.or(Some(SETTLE)), ..limits },
        network: Network::default(),
    }
}
