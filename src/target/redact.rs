//! Exchanges as they may be shown: secrets replaced by their names, and what changes from run to run by
//! what it stands for.

use super::{curl, write};
use crate::case::script::Script;
use crate::config::Config;
use crate::contract::{Operation, parts};
use crate::exchange::record::{BodyRecord, ExchangeRecord, HeaderRecord, RequestRecord, ResponseRecord};
use crate::exchange::{Exchange, Headers};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for the eight digits that all keys of a run have in common; as long as they are.
pub const RUN_MARK: &str = "«run-id»";

/// The longest body that is shown whole, in bytes.
const SHOWN: usize = 64 << 10;

/// Replaces secrets in everything that is shown.
#[derive(Clone, Debug)]
pub struct Redactor {
    /// Secret text and what stands for it, longest first.
    names: Vec<(String, String)>,
    /// Header fields whose whole value is secret.
    headers: Vec<String>,
}

impl Redactor {
    /// A redactor that knows the secrets of a configuration and the run's own digits.
    pub fn new(config: &Config, operation: &Operation, nonce: &str) -> Self {
        let mut names = vec![(nonce.to_owned(), RUN_MARK.to_owned())];
        for secret in config.all_secrets() {
            let mark = format!("«redacted:{}»", secret.name());
            let value = secret.expose();
            names.push((STANDARD.encode(value), mark.clone()));
            names.push((write::escaped(value), mark.clone()));
            names.push((utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(), mark.clone()));
            names.push((write::in_json(value), mark.clone()));
            names.push((parts::encoded(value), mark.clone()));
            names.push((value.to_owned(), mark));
        }
        names.retain(|(text, _)| !text.is_empty());
        // The same text in two spellings would be looked for in its own mark.
        names.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        names.dedup_by(|(one, _), (other, _)| one == other);
        let rules = &operation.rules.headers;
        let secret_headers = [&rules.signature, &rules.response_signature];
        let mut headers: Vec<String> = secret_headers.into_iter().flatten().cloned().collect();
        headers.extend(["Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization"].map(str::to_owned));
        Self { names, headers }
    }

    /// The text with every secret replaced.
    pub fn text(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for (secret, mark) in &self.names {
            if shown.contains(secret.as_str()) {
                shown = shown.replace(secret.as_str(), mark);
            }
        }
        shown
    }

    /// An exchange as a report shows it.
    pub fn record(&self, exchange: &Exchange, curl: &curl::Writer<'_>) -> ExchangeRecord {
        let whole = self.with_signatures_of(exchange);
        let request = &exchange.request;
        ExchangeRecord {
            role: exchange.role.clone(),
            at_ms: millis(exchange.at),
            request: RequestRecord {
                method: request.method.clone(),
                url: whole.text(&request.url),
                headers: whole.headers(&request.headers),
                body: whole.body(&request.body),
            },
            response: match &exchange.outcome {
                Ok(response) => ResponseRecord {
                    status: Some(response.status),
                    headers: whole.headers(&response.headers),
                    body: Some(whole.body(&response.body)),
                    no_answer: None,
                    elapsed_ms: millis(exchange.elapsed),
                },
                Err(reason) => ResponseRecord {
                    status: None,
                    headers: Vec::new(),
                    body: None,
                    no_answer: Some(reason.describe().to_owned()),
                    elapsed_ms: millis(exchange.elapsed),
                },
            },
            curl: whole.text(&curl.command(request)),
        }
    }

    /// A redactor that also knows the values of this exchange's secret header fields, which a target may repeat
    /// anywhere.
    fn with_signatures_of(&self, exchange: &Exchange) -> Self {
        /// A piece of a header value at least this long is taken for the secret in it.
        const PIECE: usize = 16;
        let mut whole = self.clone();
        let received = exchange.response().map(|response| &response.headers);
        for (name, value) in std::iter::once(&exchange.request.headers).chain(received).flatten() {
            if !self.is_secret(name) {
                continue;
            }
            let mark = format!("«redacted:{}»", name.to_ascii_lowercase());
            let pieces =
                value.split([',', ';', ' ']).filter_map(|pair| pair.split_once('=')).map(|(_, text)| text);
            for text in pieces.chain([value.as_str()]).filter(|text| text.len() >= PIECE) {
                whole.names.push((text.to_owned(), mark.clone()));
                whole.names.push((text.replace('/', "\\/"), mark.clone()));
                whole.names.push((utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(), mark.clone()));
            }
        }
        whole.names.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        whole
    }

    /// A script without the values of secret header fields.
    pub fn script(&self, script: &Script) -> Script {
        let mut shown = script.clone();
        for step in &mut shown.0 {
            for (name, value) in step.headers.iter_mut().filter(|(name, _)| self.is_secret(name)) {
                *value = value.as_ref().map(|_| format!("«redacted:{}»", name.to_ascii_lowercase()));
            }
        }
        shown
    }

    /// Whether a header field's whole value is secret.
    pub fn is_secret(&self, header: &str) -> bool {
        self.headers.iter().any(|secret| secret.eq_ignore_ascii_case(header))
    }

    fn headers(&self, headers: &Headers) -> Vec<HeaderRecord> {
        headers
            .iter()
            .map(|(name, value)| HeaderRecord {
                name: name.clone(),
                value: if self.is_secret(name) {
                    format!("«redacted:{}»", name.to_ascii_lowercase())
                } else {
                    self.text(value)
                },
            })
            .collect()
    }

    fn body(&self, body: &[u8]) -> BodyRecord {
        if body.len() > SHOWN {
            // Secrets are replaced before the cut, which could go through one.
            let mut head = self.text(&String::from_utf8_lossy(body));
            head.truncate(head.floor_char_boundary(SHOWN));
            return BodyRecord::Text(format!("{head}… («cut: {} bytes in all»)", body.len()));
        }
        if let Ok(text) = std::str::from_utf8(body) {
            BodyRecord::Text(self.text(text))
        } else {
            let shown = self.text(&String::from_utf8_lossy(body));
            if shown == String::from_utf8_lossy(body) {
                BodyRecord::Base64(STANDARD.encode(body))
            } else {
                BodyRecord::Text(shown)
            }
        }
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
