//! Exchanges as they may be shown: secrets replaced by their names, and what changes from run to run by
//! what it stands for.

mod find;
mod known;
mod secrets;
mod view;

pub use secrets::Secrets;

use super::curl;
use crate::case::script::Script;
use crate::config::secret::Secret;
use crate::contract::Operation;
use crate::exchange::pack::{is_packed, packed, unpacked_within};
use crate::exchange::record::{BodyRecord, ExchangeRecord, HeaderRecord, RequestRecord, ResponseRecord};
use crate::exchange::stand_in::Shapes;
use crate::exchange::{Exchange, Headers, History, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use known::{Known, Take};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, RwLock};
use zeroize::Zeroizing;

/// What stands for the eight digits that all keys of a run have in common; as long as they are.
pub const RUN_MARK: &str = "«run-id»";

/// The longest body that is shown whole, in bytes.
pub const SHOWN: usize = 64 << 10;
/// How much of a longer body is looked at: secrets are replaced before the cut, which could go through one.
const LOOKED_AT: usize = 2 * SHOWN;

/// Replaces secrets in everything that is shown. It prints as nothing of what it knows.
#[derive(Clone)]
pub struct Redactor {
    secrets: Arc<Secrets>,
    /// The names behind which a signature stands, whoever made it.
    named: Arc<Known>,
    /// What is known beside the configuration's secrets.
    more: Vec<Arc<Known>>,
    /// Header fields whose whole value is secret.
    headers: Vec<String>,
    /// Values that the hook set, and what stands for them.
    learnt: Arc<RwLock<Learnt>>,
    /// Whether secrets of one name are told apart.
    numbered: bool,
}

#[derive(Default)]
struct Learnt {
    values: Vec<(Zeroizing<String>, String)>,
    known: Known,
}

/// How many values of one header field that a hook sets are known whatever is shown. A key is the same each time; a
/// signature is another one in every request, and known where its exchange is shown.
const LEARNT: usize = 4;
/// A piece of a header value at least this long is taken for the secret in it.
const PIECE: usize = 16;
/// A value that a hook set, or a cookie, is looked for in texts if it is at least this long; a shorter one is part of
/// many words.
const SHORT: usize = 6;
/// The most that a packed answer may hold and is looked into, in bytes.
const UNPACKED: u64 = 4 << 20;

impl Redactor {
    /// A redactor that knows the secrets of a configuration and those header fields of an operation that are secret.
    pub fn new(secrets: &Arc<Secrets>, operation: &Operation) -> Self {
        let rules = &operation.rules.headers;
        let secret_headers = [&rules.signature, &rules.response_signature];
        let mut headers: Vec<String> = secret_headers.into_iter().flatten().cloned().collect();
        headers.extend(["Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization"].map(str::to_owned));
        let mut named = Known::default();
        if let Some(signing) = &operation.rules.signing {
            named.add(format!("{}=", signing.parameter).as_bytes(), &secrets::mark("signature"), Take::Next);
        }
        Self {
            secrets: Arc::clone(secrets),
            named: Arc::new(named),
            more: Vec::new(),
            headers,
            learnt: Arc::default(),
            numbered: false,
        }
    }

    /// Learns what a hook set in a request.
    pub fn learn(&self, request: &Request) {
        let Ok(mut learnt) = self.learnt.write() else { return };
        for (name, value) in request.headers.iter().filter(|(name, _)| request.is_hooked(name)) {
            let mark = hook_mark(name);
            let known = learnt.values.iter().filter(|(_, other)| *other == mark);
            if known.clone().count() < LEARNT && !known.clone().any(|(text, _)| **text == *value) {
                if value.len() >= SHORT {
                    learnt.known.text(value, &mark);
                }
                learnt.values.push((Zeroizing::new(value.clone()), mark));
            }
        }
    }

    /// A redactor that also knows the values of all header fields of a request that could not be sent.
    #[must_use]
    pub fn about(&self, request: &Request) -> Self {
        self.with_fields(request.headers.iter().map(|(name, value)| (Some(request), name, value)))
    }

    /// A redactor that knows these secrets as well.
    #[must_use]
    pub fn knowing(&self, secrets: &[Secret]) -> Self {
        let mut known = Known::default();
        for secret in secrets {
            known.secret(secret, &secrets::mark(secret.name()));
        }
        self.with(known)
    }

    fn with(&self, known: Known) -> Self {
        let mut whole = self.clone();
        if !known.is_empty() {
            whole.more.push(Arc::new(known));
        }
        whole
    }

    /// A redactor that tells secrets of one name apart, and knows these that were issued in a history and all header
    /// fields of it; with it, the shapes of all secrets by their marks.
    pub(super) fn numbered(&self, issued: &[Secret], history: &History) -> (Self, Shapes) {
        let (further, shapes) = self.secrets.further(issued);
        let whole = Self { numbered: true, more: Vec::new(), ..self.clone() };
        (whole.of(history).with(further), shapes)
    }

    /// The text with every secret replaced.
    pub fn text(&self, text: &str) -> String {
        match self.replaced(text.as_bytes()) {
            None => text.to_owned(),
            Some(shown) => in_utf8(shown),
        }
    }

    fn replaced(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let learnt = self.learnt.read().ok();
        let own = if self.numbered { &self.secrets.numbered.known } else { &self.secrets.shown };
        let drawn = self.secrets.drawn.read().ok();
        let more = self.more.iter().map(Arc::as_ref).chain([&*self.named]);
        let more = more.chain(learnt.as_ref().map(|learnt| &learnt.known)).chain(drawn.as_deref());
        let known: Vec<&Known> = std::iter::once(own).chain(more).filter(|known| !known.is_empty()).collect();
        find::replaced(&known, bytes)
    }

    /// An exchange as a report shows it.
    pub fn record(&self, exchange: &Exchange, curl: &curl::Writer<'_>) -> ExchangeRecord {
        let whole = self.with_fields(fields(exchange));
        let request = &exchange.request;
        ExchangeRecord {
            role: exchange.role.clone(),
            at_ms: millis(exchange.at),
            request: RequestRecord {
                method: request.method.clone(),
                url: whole.text(&request.url),
                headers: whole.headers(&request.headers, Some(request)),
                body: whole.body(&request.headers, &request.body),
            },
            response: match &exchange.outcome {
                Ok(response) => ResponseRecord {
                    status: Some(response.status),
                    headers: whole.headers(&response.headers, None),
                    body: Some(whole.body(&response.headers, &response.body)),
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

    /// A redactor that also knows the values of a history's secret header fields, which a target may repeat anywhere,
    /// and in any later answer.
    #[must_use]
    pub fn of(&self, history: &History) -> Self {
        self.with_fields(history.exchanges.iter().flat_map(fields))
    }

    /// The same for one exchange.
    #[must_use]
    pub fn of_one(&self, exchange: &Exchange) -> Self {
        self.with_fields(fields(exchange))
    }

    /// What stands for the whole value of a header field, where that is secret.
    fn mark(&self, request: Option<&Request>, name: &str, value: &str) -> Option<String> {
        if request.is_some_and(|request| request.is_hooked(name)) {
            return Some(hook_mark(name));
        }
        let configured = request.and_then(|_| self.secrets.field(name, value));
        if configured.is_some() {
            return configured;
        }
        let secret = self.is_secret(name) || request.is_none() && sounds_secret(name);
        // A name may hold a secret too, and would show it in the mark.
        secret.then(|| match self.replaced(name.as_bytes()) {
            None => secrets::mark(&name.to_ascii_lowercase()),
            Some(_) => secrets::mark("header"),
        })
    }

    /// A redactor that knows the values of secret header fields, and the pieces that they are made of.
    fn with_fields<'a>(
        &self,
        fields: impl Iterator<Item = (Option<&'a Request>, &'a String, &'a String)>,
    ) -> Self {
        let mut known = Known::default();
        for (request, name, value) in fields {
            let Some(mark) = self.mark(request, name, value) else { continue };
            if name.to_ascii_lowercase().contains("cookie") {
                cookies(&mut known, name, value, &mark);
                continue;
            }
            let pieces = value.split([',', ';', ' ']).filter_map(|pair| pair.split_once('='));
            let pieces: Vec<&str> = pieces.map(|(_, text)| text.trim_matches('"')).collect();
            for text in pieces.iter().filter(|text| text.len() >= PIECE) {
                piece(&mut known, text, &mark);
            }
            let named = pieces.iter().any(|text| text.len() >= PIECE);
            // Pairs that are all too short to hold a secret are shown.
            if value.len() >= PIECE && (pieces.is_empty() || named) {
                let take = if named { Take::Whole } else { Take::Parts };
                known.add(value.as_bytes(), &mark, take);
            }
            let scheme = name.to_ascii_lowercase().ends_with("authorization");
            if let Some((_, rest)) = value.split_once(' ').filter(|_| scheme && !named) {
                // A scheme, and what it asks for.
                piece(&mut known, rest, &mark);
            }
        }
        self.with(known)
    }

    /// A script without the values of secret header fields.
    pub fn script(&self, script: &Script) -> Script {
        let mut shown = script.clone();
        for step in &mut shown.0 {
            for (name, value) in step.headers.iter_mut().filter(|(name, _)| self.is_secret(name)) {
                *value = value.as_ref().map(|_| secrets::mark(&name.to_ascii_lowercase()));
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
                value: self.mark(request, name, value).unwrap_or_else(|| self.text(value)),
            })
            .collect()
    }

    /// The bytes of a body with every secret replaced, in what they pack as well. What cannot be looked into is left
    /// out, which is said in its place.
    pub(super) fn bytes<'a>(&self, headers: &Headers, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if is_packed(bytes) {
            return match unpacked_within(bytes, UNPACKED) {
                None => Cow::Owned(left_out("gzip", bytes.len()).into_bytes()),
                Some(plain) => match self.replaced(&plain) {
                    None => Cow::Borrowed(bytes),
                    Some(shown) => Cow::Owned(packed(&shown)),
                },
            };
        }
        let coding = crate::exchange::header(headers, "content-encoding").unwrap_or_default().trim();
        let plain = coding.is_empty()
            || ["identity", "gzip", "x-gzip"].iter().any(|known| coding.eq_ignore_ascii_case(known));
        if !plain && std::str::from_utf8(bytes).is_err() {
            let coding =
                self.text(&coding.chars().filter(char::is_ascii_graphic).take(40).collect::<String>());
            return Cow::Owned(left_out(&coding, bytes.len()).into_bytes());
        }
        self.replaced(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned)
    }

    fn body(&self, headers: &Headers, body: &[u8]) -> BodyRecord {
        if is_packed(body) {
            let shown = self.bytes(headers, body);
            return match std::str::from_utf8(&shown) {
                Ok(text) => BodyRecord::Text(text.to_owned()),
                Err(_) => BodyRecord::Base64(STANDARD.encode(shown)),
            };
        }
        let head = &body[..body.len().min(LOOKED_AT)];
        let shown = self.bytes(headers, head);
        if body.len() > SHOWN {
            let mut text = String::from_utf8_lossy(&shown).into_owned();
            text.truncate(text.floor_char_boundary(SHOWN));
            return BodyRecord::Text(format!("{text}… («cut: {} bytes in all»)", body.len()));
        }
        match (std::str::from_utf8(&shown), &shown) {
            (Ok(text), _) => BodyRecord::Text(text.to_owned()),
            (Err(_), Cow::Borrowed(_)) => BodyRecord::Base64(STANDARD.encode(body)),
            (Err(_), Cow::Owned(shown)) => BodyRecord::Text(String::from_utf8_lossy(shown).into_owned()),
        }
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Redactor").field("headers", &self.headers).finish_non_exhaustive()
    }
}

type Field<'a> = (Option<&'a Request>, &'a String, &'a String);

/// All header fields of an exchange; those of the request with it.
fn fields(exchange: &Exchange) -> impl Iterator<Item = Field<'_>> {
    let request = &exchange.request;
    let received = exchange.response().into_iter().flat_map(|response| &response.headers);
    let sent = request.headers.iter().map(move |(name, value)| (Some(request), name, value));
    sent.chain(received.map(|(name, value)| (None, name, value)))
}

/// Whether a header field of an answer holds a secret by its name.
fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = [
        "apikey",
        "api-key",
        "authorization",
        "cookie",
        "password",
        "secret",
        "session",
        "signature",
        "token",
    ];
    words.iter().any(|word| name.contains(word))
}

/// The values of cookies (RFC 6265), without the attributes of one that is set.
fn cookies(known: &mut Known, name: &str, value: &str, mark: &str) {
    let set = name.eq_ignore_ascii_case("set-cookie");
    let pairs = value.split(';').take(if set { 1 } else { usize::MAX });
    for (_, text) in pairs.filter_map(|pair| pair.split_once('=')) {
        piece(known, text.trim().trim_matches('"'), mark);
    }
}

/// A secret in a header value: as it stands, without the escapes of URLs, and the bytes that it may be base64 of.
fn piece(known: &mut Known, text: &str, mark: &str) {
    if text.len() < SHORT {
        return;
    }
    known.text(text, mark);
    let plain: Cow<'_, [u8]> = percent_decode_str(text).into();
    known.add(&plain, mark, Take::Parts);
    let text = String::from_utf8_lossy(&plain);
    for (bytes, _) in super::encoding::readings(&text).into_iter().take(1) {
        if bytes.len() >= PIECE {
            known.add(&bytes, mark, Take::Parts);
        }
    }
}

/// What stands for a body that cannot be looked into.
fn left_out(coding: &str, length: usize) -> String {
    format!("«not shown: {length} bytes, packed as {coding}»")
}

fn hook_mark(name: &str) -> String {
    format!("«redacted:hook.{name}»")
}

fn in_utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
