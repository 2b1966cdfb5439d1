//! The shape of `proofmark.toml`.

use serde::Deserialize;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The whole file: a layer, and layers by profile name that override it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    target: Option<Target>,
    client: Option<Client>,
    #[serde(default)]
    clients: BTreeMap<String, OtherClient>,
    tokens: Option<BTreeMap<String, super::supply::Raw>>,
    template: Option<toml::Table>,
    fixtures: Option<toml::Table>,
    probe: Option<BTreeMap<String, super::probe::Raw>>,
    limits: Option<Limits>,
    headers: Option<BTreeMap<String, Source>>,
    hook: Option<super::hook::Raw>,
    #[serde(default)]
    profile: BTreeMap<String, Layer>,
}

/// The tables that a profile may override, member by member.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Layer {
    pub(super) target: Target,
    pub(super) client: Client,
    pub(super) clients: BTreeMap<String, OtherClient>,
    pub(super) tokens: BTreeMap<String, super::supply::Raw>,
    pub(super) template: toml::Table,
    pub(super) fixtures: toml::Table,
    pub(super) probe: BTreeMap<String, super::probe::Raw>,
    pub(super) limits: Limits,
    pub(super) headers: BTreeMap<String, Source>,
    pub(super) hook: Option<super::hook::Raw>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Target {
    pub(super) url: Option<String>,
    pub(super) ca: Option<Source>,
    pub(super) proxy: Option<Source>,
    pub(super) no_proxy: Option<Vec<String>>,
    pub(super) http: Option<String>,
    pub(super) resolve: BTreeMap<String, String>,
    pub(super) dialect: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Client {
    pub(super) id: Option<String>,
    pub(super) key_version: Option<u32>,
    pub(super) private_key: Option<Source>,
    pub(super) server_public_key: Option<Source>,
    pub(super) certificate: Option<Source>,
    pub(super) certificate_key: Option<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OtherClient {
    pub(super) id: String,
    pub(super) key_version: Option<u32>,
    pub(super) private_key: Option<Source>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    pub(super) rate: Option<u32>,
    pub(super) concurrency: Option<usize>,
    pub(super) timeout: Option<String>,
    pub(super) budget: Option<String>,
    pub(super) exchanges: Option<usize>,
    pub(super) settle: Option<String>,
    pub(super) retention: Option<String>,
}

/// Where a secret is read from. It has no `Debug`, as all that holds one has none here.
#[derive(Clone)]
pub(super) enum Source {
    Env(String),
    File(String),
    Text(Zeroizing<String>),
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Source;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("a string, { env = \"NAME\" } or { file = \"PATH\" }")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Source, E> {
                Ok(Source::Text(Zeroizing::new(text.to_owned())))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Source, A::Error> {
                use serde::de::Error;
                let wanted = "exactly one of `env` and `file`";
                let Some((kind, value)) = members.next_entry::<String, String>()? else {
                    return Err(A::Error::custom(format!("expected {wanted}")));
                };
                if members.next_entry::<String, String>()?.is_some() {
                    return Err(A::Error::custom(format!("expected {wanted}")));
                }
                match kind.as_str() {
                    "env" => Ok(Source::Env(value)),
                    "file" => Ok(Source::File(value)),
                    other => Err(A::Error::custom(format!("unknown member `{other}`, expected {wanted}"))),
                }
            }
        }
        input.deserialize_any(Visitor)
    }
}

impl File {
    /// The file's own tables overridden by those of a profile; `Err` holds the names of the known profiles.
    pub(super) fn layered(self, profile: Option<&str>) -> Result<Layer, Vec<String>> {
        let mut layer = Layer {
            target: self.target.unwrap_or_default(),
            client: self.client.unwrap_or_default(),
            clients: self.clients,
            tokens: self.tokens.unwrap_or_default(),
            template: self.template.unwrap_or_default(),
            fixtures: self.fixtures.unwrap_or_default(),
            probe: self.probe.unwrap_or_default(),
            limits: self.limits.unwrap_or_default(),
            headers: self.headers.unwrap_or_default(),
            hook: self.hook,
        };
        let Some(name) = profile else { return Ok(layer) };
        let known: Vec<String> = self.profile.keys().cloned().collect();
        let mut profiles = self.profile;
        let over = profiles.remove(name).ok_or(known)?;
        layer.target.url = over.target.url.or(layer.target.url);
        layer.target.ca = over.target.ca.or(layer.target.ca);
        layer.target.proxy = over.target.proxy.or(layer.target.proxy);
        layer.target.no_proxy = over.target.no_proxy.or(layer.target.no_proxy);
        layer.target.http = over.target.http.or(layer.target.http);
        layer.target.resolve.extend(over.target.resolve);
        layer.target.dialect = over.target.dialect.or(layer.target.dialect);
        layer.client.id = over.client.id.or(layer.client.id);
        layer.client.key_version = over.client.key_version.or(layer.client.key_version);
        layer.client.private_key = over.client.private_key.or(layer.client.private_key);
        layer.client.server_public_key = over.client.server_public_key.or(layer.client.server_public_key);
        layer.client.certificate = over.client.certificate.or(layer.client.certificate);
        layer.client.certificate_key = over.client.certificate_key.or(layer.client.certificate_key);
        layer.clients.extend(over.clients);
        layer.tokens.extend(over.tokens);
        layer.template.extend(over.template);
        layer.fixtures.extend(over.fixtures);
        layer.probe.extend(over.probe);
        layer.limits.rate = over.limits.rate.or(layer.limits.rate);
        layer.limits.concurrency = over.limits.concurrency.or(layer.limits.concurrency);
        layer.limits.timeout = over.limits.timeout.or(layer.limits.timeout);
        layer.limits.budget = over.limits.budget.or(layer.limits.budget);
        layer.limits.exchanges = over.limits.exchanges.or(layer.limits.exchanges);
        layer.limits.settle = over.limits.settle.or(layer.limits.settle);
        layer.limits.retention = over.limits.retention.or(layer.limits.retention);
        for name in over.headers.keys() {
            // Names of header fields are the same whatever their case.
            layer.headers.retain(|before, _| !before.eq_ignore_ascii_case(name));
        }
        layer.headers.extend(over.headers);
        layer.hook = over.hook.or(layer.hook);
        Ok(layer)
    }
}
