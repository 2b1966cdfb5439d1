//! What a client needs to talk to the reference wallet.

use std::sync::LazyLock;

use serde_json::{Map, Value};

pub(super) const CLIENT_PUBLIC_KEY: &str = include_str!("keys/client.pub.pem");
pub(super) const SECOND_PUBLIC_KEY: &str = include_str!("keys/second.pub.pem");
pub(super) const WALLET_PRIVATE_KEY: &str = include_str!("keys/wallet.pem");

/// The credentials of the demo client. They are public and protect nothing.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Value of the `Client-Id` header.
    pub client_id: &'static str,
    /// The `keyVersion` that the wallet knows for this client.
    pub key_version: u32,
    /// PKCS#8 PEM with which the client signs.
    pub client_private_key_pem: &'static str,
    /// Value of the `Client-Id` header of another client.
    pub second_client_id: &'static str,
    /// PKCS#8 PEM with which the other client signs, with the same `keyVersion`.
    pub second_client_private_key_pem: &'static str,
    /// PEM (`SubjectPublicKeyInfo`) with which a client verifies the wallet's answers.
    pub wallet_public_key_pem: &'static str,
    /// A token with the scope `NOTIFICATION_INBOX`.
    pub token_valid: &'static str,
    /// A token without that scope.
    pub token_unscoped: &'static str,
    /// A token that has expired.
    pub token_expired: &'static str,
    /// A valid token of another user.
    pub token_second: &'static str,
    /// An authorisation code that has expired.
    pub code_expired: &'static str,
    /// A refresh token that has expired.
    pub refresh_expired: &'static str,
    /// The one template that the wallet has.
    pub template_code: &'static str,
    /// Parameters that suit the template.
    pub template_parameters: Map<String, Value>,
}

static CREDENTIALS: LazyLock<Credentials> = LazyLock::new(|| Credentials {
    client_id: "PROOFMARK_DEMO",
    key_version: 1,
    client_private_key_pem: include_str!("keys/client.pem"),
    second_client_id: "PROOFMARK_DEMO_SECOND",
    second_client_private_key_pem: include_str!("keys/second.pem"),
    wallet_public_key_pem: include_str!("keys/wallet.pub.pem"),
    token_valid: "demo-token-valid",
    token_unscoped: "demo-token-unscoped",
    token_expired: "demo-token-expired",
    token_second: "demo-token-second",
    code_expired: "demo-code-expired",
    refresh_expired: "demo-refresh-expired",
    template_code: "MINI_APP_COMMON_INBOX",
    template_parameters: [
        ("Title", "hello"),
        ("Content", "from proofmark"),
        ("Url", "mini://platformapi/startapp?_ariver_appid=888888"),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), Value::from(text)))
    .collect(),
});

/// The credentials of the demo client, the same in every build.
pub fn credentials() -> &'static Credentials {
    &CREDENTIALS
}
