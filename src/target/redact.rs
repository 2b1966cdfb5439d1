//! Exchanges as they may be shown: secrets replaced by their names, and what changes from run to run by
//! what it stands for.

use super::{curl, write};
use crate::case::script::Script;
use crate::config::Config;
use crate::config::secret::Secret;
use crate::contract::{Operation, parts};
use crate::exchange::pack::{packed, unpacked};
use crate::exchange::record::{BodyRecord, ExchangeRecord, HeaderRecord, RequestRecord, ResponseRecord};
use crate::exchange::{Exchange, Headers, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::{Arc, RwLock};

/// What stands for the eight digits that all keys of a run have in common; as long as they are.
pub const RUN_MARK: &str = "«run-id»";

/// The longest body that is shown whole, in bytes.
pub const SHOWN: usize = 64 << 10;

/// Replaces secrets in everything that is shown.
#[derive(Clone, Debug)]
pub struct Redactor {
    /// Secret text and what stands for it, longest first.
    pub(super) names: Vec<(String, String)>,
    /// Header fields whose whole value is secret.
    headers: Vec<String>,
    /// Values that the hook set, and what stands for them.
    learnt: Arc<RwLock<Vec<(String, String)>>>,
}

/// How many values of one header field that a hook sets are known whatever is shown. A key is the same each time; a
/// signature is another one in every request, and known where its exchange is shown.
const LEARNT: usize = 4;
/// A piece of a header value at least this long is taken for the secret in it.
const PIECE: usize = 16;
/// A value that a hook set is looked for in texts if it is at least this long; a shorter one is part of many words.
const SHORT: usize = 6;

impl Redactor {
    /// A redactor that knows the secrets of a configuration and the run's own digits.
    pub fn new(config: &Config, operation: &Operation, nonce: &str) -> Self {
        let mut names = vec![(nonce.to_owned(), RUN_MARK.to_owned())];
        add(&mut names, config.all_secrets());
        let rules = &operation.rules.headers;
        let secret_headers = [&rules.signature, &rules.response_signature];
        let mut headers: Vec<String> = secret_headers.into_iter().flatten().cloned().collect();
        headers.extend(["Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization"].map(str::to_owned));
        Self { names, headers, learnt: Arc::default() }
    }

    /// Learns what a hook set in a request.
    pub fn learn(&self, request: &Request) {
        let Ok(mut learnt) = self.learnt.write() else { return };
        for (name, value) in request.headers.iter().filter(|(name, _)| request.is_hooked(name)) {
            let mark = hook_mark(name);
            let known = learnt.iter().filter(|(_, other)| *other == mark);
            if known.clone().count() < LEARNT && !known.clone().any(|(text, _)| text == value) {
                learnt.push((value.clone(), mark));
            }
        }
    }

    /// A text about a request, with the values of its secret header fields replaced too.
    pub fn about(&self, request: &Request, text: &str) -> String {
        let mut whole = self.clone();
        whole.take_in(
            request.headers.iter().map(|(name, value)| (name, value, self.mark(Some(request), name))),
        );
        whole.text(text)
    }

    /// A redactor that knows these secrets as well.
    #[must_use]
    pub fn knowing(&self, secrets: &[Secret]) -> Self {
        let mut more = self.clone();
        if !secrets.is_empty() {
            add(&mut more.names, secrets);
        }
        more
    }

    /// The text with every secret replaced.
    pub fn text(&self, text: &str) -> String {
        let learnt = self.learnt.read().ok();
        let learnt =
            learnt.iter().flat_map(|learnt| learnt.iter()).filter(|(secret, _)| secret.len() >= SHORT);
        let found = self.names.iter().chain(learnt).filter(|(secret, _)| text.contains(secret.as_str()));
        // What stands for a secret is no text any more, in which another one could be looked for.
        let mut pieces = vec![Piece::Text(text)];
        for (secret, mark) in found {
            pieces = pieces.into_iter().flat_map(|piece| piece.without(secret, mark)).collect();
        }
        pieces.into_iter().map(|(Piece::Text(text) | Piece::Mark(text))| text).collect()
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
                headers: whole.headers(&request.headers, Some(request)),
                body: whole.body(&request.body),
            },
            response: match &exchange.outcome {
                Ok(response) => ResponseRecord {
                    status: Some(response.status),
                    headers: whole.headers(&response.headers, None),
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
        let request = &exchange.request;
        let mut whole = self.clone();
        let received = exchange.response().into_iter().flat_map(|response| &response.headers);
        let received = received.map(|(name, value)| (name, value, self.mark(None, name)));
        let sent = request.headers.iter();
        let sent = sent.map(|(name, value)| (name, value, self.mark(Some(request), name)));
        whole.take_in(sent.chain(received));
        whole
    }

    /// What stands for the whole value of a header field, where that is secret.
    pub(super) fn mark(&self, request: Option<&Request>, name: &str) -> Option<String> {
        if request.is_some_and(|request| request.is_hooked(name)) {
            return Some(hook_mark(name));
        }
        self.is_secret(name).then(|| format!("«redacted:{}»", name.to_ascii_lowercase()))
    }

    /// Makes the values of secret header fields known, and the pieces that they are made of.
    pub(super) fn take_in<'a>(
        &mut self,
        fields: impl Iterator<Item = (&'a String, &'a String, Option<String>)>,
    ) {
        for (_, value, mark) in fields {
            let Some(mark) = mark else { continue };
            let pieces = value.split([',', ';', ' ']).filter_map(|pair| pair.split_once('='));
            let pieces: Vec<&str> = pieces.map(|(_, text)| text).collect();
            // Pairs that are all too short to hold a secret are shown.
            let secret = pieces.is_empty() || pieces.iter().any(|text| text.len() >= PIECE);
            let all = pieces.into_iter().chain(secret.then_some(value.as_str()));
            for text in all.filter(|text| text.len() >= PIECE) {
                self.names.push((text.to_owned(), mark.clone()));
                self.names.push((text.replace('/', "\\/"), mark.clone()));
                self.names.push((utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(), mark.clone()));
            }
        }
        self.names.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
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

    pub(super) fn headers(&self, headers: &Headers, request: Option<&Request>) -> Vec<HeaderRecord> {
        headers
            .iter()
            .map(|(name, value)| HeaderRecord {
                // A target may send a token back as the name of a field too.
                name: self.text(name),
                value: self.mark(request, name).unwrap_or_else(|| self.text(value)),
            })
            .collect()
    }

    /// The bytes with every secret replaced, in what they pack as well.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        if let Some(plain) = unpacked(bytes) {
            let shown = self.bytes_as_they_are(&plain);
            return if shown == plain { bytes.to_vec() } else { packed(&shown) };
        }
        self.bytes_as_they_are(bytes)
    }

    fn bytes_as_they_are(&self, bytes: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            shown.extend_from_slice(self.text(chunk.valid()).as_bytes());
            shown.extend_from_slice(chunk.invalid());
        }
        shown
    }

    fn body(&self, body: &[u8]) -> BodyRecord {
        if unpacked(body).is_some() {
            return BodyRecord::Base64(STANDARD.encode(self.bytes(body)));
        }
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

/// A part of a text that secrets are replaced in.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Text(&'a str),
    Mark(&'a str),
}

impl<'a> Piece<'a> {
    /// The same part, with the mark in place of the secret.
    fn without(self, secret: &str, mark: &'a str) -> Vec<Self> {
        let Self::Text(text) = self else { return vec![self] };
        let mut pieces = Vec::new();
        for (index, part) in text.split(secret).enumerate() {
            if index > 0 {
                pieces.push(Self::Mark(mark));
            }
            pieces.push(Self::Text(part));
        }
        pieces
    }
}

fn hook_mark(name: &str) -> String {
    format!("«redacted:hook.{name}»")
}

/// Adds secrets in every spelling, longest first.
fn add<'a>(names: &mut Vec<(String, String)>, secrets: impl IntoIterator<Item = &'a Secret>) {
    for secret in secrets {
        spell(names, secret.expose(), &format!("«redacted:{}»", secret.name()));
    }
    sort(names);
}

/// Adds a secret in every spelling.
pub(super) fn spell(names: &mut Vec<(String, String)>, value: &str, mark: &str) {
    names.push((STANDARD.encode(value), mark.to_owned()));
    names.push((write::escaped(value), mark.to_owned()));
    names.push((utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(), mark.to_owned()));
    names.push((write::in_json(value), mark.to_owned()));
    names.push((parts::encoded(value), mark.to_owned()));
    names.push((value.to_owned(), mark.to_owned()));
}

/// Puts the longest first.
pub(super) fn sort(names: &mut Vec<(String, String)>) {
    names.retain(|(text, _)| !text.is_empty());
    // The same text in two spellings would be looked for in its own mark.
    names.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    names.dedup_by(|(one, _), (other, _)| one == other);
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
