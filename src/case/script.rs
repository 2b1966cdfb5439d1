//! What a case sends: a list of steps, each a request described relative to the contract's example.
//!
//! A script names secrets, keys and times instead of holding them, so it can be written by hand in a case
//! file, stored in a report and sent again later against another target.

pub use super::key::{Key, KeyChange};
pub use super::wire::{Fields, SignatureEdit, Time, ValueForm, Wire};
use crate::contract::extension::HeaderNames;
use crate::schema::pointer;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// The credential kind of a value that the target never issued.
pub const MADE_UP: &str = "made-up";

/// Steps, sent one after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Script(pub Vec<Step>);

impl Script {
    /// Whether a step waits for the end of the run.
    pub fn is_late(&self) -> bool {
        self.0.iter().any(|step| step.when != When::Now)
    }

    /// The script with the run's retention written into it, so that it can be sent again later.
    #[must_use]
    pub fn retained(mut self, retention: Option<Duration>) -> Self {
        if let Some(retention) = retention {
            let age = u64::try_from(retention.as_millis()).unwrap_or(u64::MAX);
            for step in self.0.iter_mut().filter(|step| step.when == When::End) {
                step.when = When::EndAfter(age);
            }
        }
        self
    }

    /// How old the requests are at least that are sent again at the end; nothing where no step waits for a time.
    pub fn age(&self) -> Option<Duration> {
        let ages = self.0.iter().filter_map(|step| match step.when {
            When::EndAfter(age) => Some(Duration::from_millis(age)),
            _ => None,
        });
        ages.max()
    }
}

/// One request, or one burst or series of like requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// The step's name; laws and later steps refer to it.
    #[serde(rename = "as")]
    pub role: String,
    /// The operation of the contract that it calls, by default the one of its case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Members of the document that are taken out of the answers to earlier steps, by JSON pointer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub feed: BTreeMap<String, Feed>,
    /// The kind of credential, by default the one that a good request uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// Where the idempotency key comes from; by default it is fresh.
    #[serde(default, skip_serializing_if = "is_default")]
    pub key: Key,
    /// Members put into the document, by JSON pointer; `*` stands for an object's first member.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Members taken out of the document, by JSON pointer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// Members whose value becomes another one of the same form, by JSON pointer, once the document is complete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<String>,
    /// Credentials that the document holds although the contract's example has none there, by JSON pointer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// How the document is written down.
    #[serde(default, skip_serializing_if = "is_default")]
    pub write: Writing,
    /// The method, by default the operation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Header fields put in, or left out where null.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Option<String>>,
    /// How the header fields are written down.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fields: Fields,
    /// The time that the request claims.
    #[serde(default, skip_serializing_if = "is_default")]
    pub time: Time,
    /// What is done to the signature.
    #[serde(default, skip_serializing_if = "is_default")]
    pub signature: SignatureEdit,
    /// What else differs on the wire.
    #[serde(default, skip_serializing_if = "is_default")]
    pub wire: Wire,
    /// The client that sends it, one of `[clients]`; by default the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// When it is sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: When,
    /// Whether to open a new connection.
    #[serde(default, skip_serializing_if = "is_default")]
    pub new_connection: bool,
    /// How many are sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub times: Times,
    /// Whether it is released together with the step before instead of after the answer to that.
    #[serde(default, skip_serializing_if = "is_default")]
    pub beside: bool,
    /// How long it waits once it is released, in milliseconds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delay: u64,
    /// How long the caller waits for the answer before it closes the connection, in milliseconds from the moment
    /// the request is sent; 0 closes it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_after: Option<u64>,
    /// Whether to ask the probe for the number of effects of the key when all steps are done.
    #[serde(default, skip_serializing_if = "is_default")]
    pub probe: bool,
}

impl Step {
    /// A step that sends the contract's example with a fresh key.
    pub fn new(role: &str) -> Self {
        Self {
            role: role.to_owned(),
            operation: None,
            feed: BTreeMap::new(),
            credential: None,
            key: Key::default(),
            set: BTreeMap::new(),
            remove: Vec::new(),
            vary: Vec::new(),
            with: Vec::new(),
            write: Writing::default(),
            method: None,
            headers: BTreeMap::new(),
            fields: Fields::default(),
            time: Time::default(),
            signature: SignatureEdit::default(),
            wire: Wire::default(),
            client: None,
            when: When::default(),
            new_connection: false,
            times: Times::default(),
            beside: false,
            delay: 0,
            cut_after: None,
            probe: false,
        }
    }

    /// Whether the step is about who sent the request when, so that only who has the key can say what is right: it
    /// edits the signature, the time, or a header field of the contract's own.
    pub fn edits_signing(&self, names: &HeaderNames) -> bool {
        let own = [&names.client, &names.time, &names.signature];
        let is_own = |name: &String| own.into_iter().flatten().any(|own| own.eq_ignore_ascii_case(name));
        self.headers.keys().any(is_own)
            || self.signature != SignatureEdit::Right
            || self.time != Time::Now
            || self.wire.is_about_trust()
    }

    /// Whether the step takes part in requests that overlap, or leaves one without its answer.
    pub fn overlaps(&self) -> bool {
        self.beside || self.delay > 0 || self.cut_after.is_some() || matches!(self.times, Times::Burst(_))
    }

    /// How many requests it sends when none has to be repeated.
    pub fn copies(&self) -> usize {
        match self.times {
            Times::Once => 1,
            Times::Burst(count) | Times::Series(count) => count,
        }
    }
}

/// Where a fed member comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// The earlier step whose answer holds it.
    pub of: String,
    /// JSON pointer into the answer's body.
    pub at: String,
    /// Whether it is taken out of the request of that step instead of the answer to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sent: bool,
}

/// What keeps a step from being sent: the part of it that is at fault, what is wrong, and the mend.
pub(super) struct Excess {
    pub(super) at: String,
    pub(super) message: String,
    pub(super) mend: &'static str,
}

impl Step {
    /// Whether the step can be sent at all, and at what a run can afford.
    ///
    /// # Errors
    /// Everything that is too large, or cannot stand in a request, in words.
    pub fn check(&self) -> Result<(), String> {
        let said: Vec<String> = self
            .excesses()
            .into_iter()
            .map(|excess| format!("step `{}`: {} ({})", self.role, excess.message, excess.mend))
            .collect();
        if said.is_empty() { Ok(()) } else { Err(said.join("; ")) }
    }

    pub(super) fn excesses(&self) -> Vec<Excess> {
        let mut found = Vec::new();
        let mut add =
            |at: &str, message: String, mend| found.push(Excess { at: at.to_owned(), message, mend });
        let copies = self.copies();
        if !(1..=MAX_COPIES).contains(&copies) {
            add("/times", format!("{copies} requests in one step"), "send from 1 to 1,000");
        }
        match self.write {
            Writing::Padded(length) if length.saturating_mul(copies) > MAX_PADDED => {
                add(
                    "/write",
                    format!("bodies of {length} bytes, {copies} times"),
                    "stay within 64 MiB (67108864) in all",
                );
            }
            Writing::Nested(depth) if depth > MAX_NESTED => {
                add("/write", format!("nested {depth} deep"), "nest at most 1,000,000 deep");
            }
            _ => {}
        }
        for (at, wait) in [("/delay", Some(self.delay)), ("/cut-after", self.cut_after)] {
            if let Some(wait) = wait.filter(|wait| *wait > MAX_WAIT) {
                add(at, format!("a wait of {wait} ms"), "wait at most 60,000 ms");
            }
        }
        if self.overlaps() && matches!(self.times, Times::Series(_)) {
            add("/times", "a series that overlaps".to_owned(), "send a burst, or steps of their own");
        }
        if let Some(length) = self.key.length.filter(|length| !(1..=MAX_KEY).contains(length)) {
            add("/key/length", format!("a key of {length} characters"), "make it from 1 to 100,000 long");
        }
        if let When::EndAfter(age) = self.when
            && age > MAX_AGE
        {
            add("/when", format!("a wait of {age} milliseconds"), "wait at most 30 days");
        }
        let is_token = |text: &str| !text.is_empty() && text.bytes().all(is_token_byte);
        if let Some(method) = self.method.as_ref().filter(|method| !is_token(method)) {
            add("/method", format!("{method:?} is no HTTP method"), "use letters, such as PATCH");
        }
        if !self.wire.tail.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
            add(
                "/wire/tail",
                format!("{:?} cannot stand in an address", self.wire.tail),
                "percent-encode it",
            );
        }
        for (name, value) in &self.headers {
            let at = pointer::join("/headers", name);
            if !is_token(name) {
                add(&at, format!("{name:?} is no name of a header field"), "use letters, digits and `-`");
            }
            if let Some(value) = value.as_ref().filter(|value| value.chars().any(char::is_control)) {
                add(
                    &at,
                    format!("{value:?} cannot be sent in a header field"),
                    "remove its control characters",
                );
            }
        }
        found
    }
}

/// Requests of one step, bytes of all its padded bodies, and the depth and length that a body or key may have.
pub(super) const MAX_COPIES: usize = 1_000;
const MAX_PADDED: usize = 64 << 20;
const MAX_NESTED: usize = 1_000_000;
const MAX_KEY: usize = 100_000;
/// How long a step may wait for the end of the run, in milliseconds.
const MAX_AGE: u64 = 30 * 24 * 3_600_000;
/// How long a step may wait once it is released, in milliseconds.
const MAX_WAIT: u64 = 60_000;

/// Whether a byte may stand in a method or in the name of a header field (RFC 9110, 5.6.2).
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// How a document becomes bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writing {
    /// JSON without white space, members in the order of the contract's example.
    #[default]
    Compact,
    /// JSON with white space wherever it is allowed.
    Spaced,
    /// Compact, members of every object in reverse order.
    Reordered,
    /// Compact, non-ASCII and `/` escaped as `\uXXXX` and `\/`.
    Escaped,
    /// Compact, `/` escaped as `\/`.
    EscapedSlashes,
    /// Compact, capitals and everything but ASCII escaped as `\uXXXX`.
    EscapedLetters,
    /// Compact, the named member written twice, the first time with another value.
    DuplicateKey(String),
    /// Compact, followed by this text.
    Followed(String),
    /// Compact, after a byte order mark (U+FEFF).
    ByteOrderMark,
    /// Compact, with one more member that nests arrays this deep.
    Nested(usize),
    /// Compact, with one more member whose text makes the body this long, in bytes.
    Padded(usize),
    /// Compact, cut off before its last character.
    Truncated,
    /// Compact, the value at this JSON pointer a text with the byte FF, which is not UTF-8.
    InvalidUtf8(String),
    /// Compact, the value at this JSON pointer a text with the escape of half a surrogate pair.
    LoneSurrogate(String),
    /// This text in place of the document.
    Text(String),
}

impl Writing {
    /// Whether what is written down is the document, by what JSON says.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::DuplicateKey(_)
            | Self::ByteOrderMark
            | Self::Truncated
            | Self::InvalidUtf8(_)
            | Self::LoneSurrogate(_)
            | Self::Text(_) => false,
            Self::Followed(text) => text.trim().is_empty(),
            _ => true,
        }
    }
}

/// When a step is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Right after the step before it.
    #[default]
    Now,
    /// When all other cases are done and the run's retention, where there is one, has passed since the step before.
    End,
    /// The same with so many milliseconds in place of the run's retention; a finding's script has it.
    EndAfter(u64),
}

/// How many requests a step sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// One.
    #[default]
    Once,
    /// So many with the same key, released together.
    Burst(usize),
    /// So many one after the other, each with a fresh key.
    Series(usize),
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
