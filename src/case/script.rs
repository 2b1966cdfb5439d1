//! What a case sends: a list of steps, each a request described relative to the contract's example.
//!
//! A script names secrets, keys and times instead of holding them, so it can be written by hand in a case
//! file, stored in a report and sent again later against another target.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The credential kind of a value that the target never issued.
pub const MADE_UP: &str = "made-up";

/// Steps, sent one after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Script(pub Vec<Step>);

/// One request, or one burst or series of like requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// The step's name; laws and later steps refer to it.
    #[serde(rename = "as")]
    pub role: String,
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
    /// How the document is written down.
    #[serde(default, skip_serializing_if = "is_default")]
    pub write: Writing,
    /// The method, by default the operation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Header fields put in, or left out where null.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Option<String>>,
    /// The time that the request claims.
    #[serde(default, skip_serializing_if = "is_default")]
    pub time: Time,
    /// What is done to the signature.
    #[serde(default, skip_serializing_if = "is_default")]
    pub signature: SignatureEdit,
    /// Whether to open a new connection.
    #[serde(default, skip_serializing_if = "is_default")]
    pub new_connection: bool,
    /// How many are sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub times: Times,
    /// Whether to ask the probe for the number of effects of the key when all steps are done.
    #[serde(default, skip_serializing_if = "is_default")]
    pub probe: bool,
}

impl Step {
    /// A step that sends the contract's example with a fresh key.
    pub fn new(role: &str) -> Self {
        Self {
            role: role.to_owned(),
            credential: None,
            key: Key::default(),
            set: BTreeMap::new(),
            remove: Vec::new(),
            write: Writing::default(),
            method: None,
            headers: BTreeMap::new(),
            time: Time::default(),
            signature: SignatureEdit::default(),
            new_connection: false,
            times: Times::default(),
            probe: false,
        }
    }
}

/// Where a step's idempotency key comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Key {
    /// The step whose key is used again; a fresh key without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// What is changed in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<KeyChange>,
    /// Whether a fresh key consists of digits only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub digits: bool,
    /// The length of a fresh key, in code points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// Whether the value that `set` puts at the key's place is made fresh by overwriting its beginning.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stamp: bool,
}

/// A small difference between two keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyChange {
    /// Upper case becomes lower case and the other way round.
    SwapCase,
    /// The last character is another one.
    LastCharacter,
    /// This text is added at the end.
    Append(String),
    /// This text is added at the beginning.
    Prepend(String),
    /// The first text becomes the second, wherever it stands.
    Replace(String, String),
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

/// The time that a request claims.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Time {
    /// The time of sending.
    #[default]
    Now,
    /// So many seconds before sending.
    SecondsAgo(u32),
}

/// What is done to the signature of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureEdit {
    /// Signed as the contract says.
    #[default]
    Right,
    /// The header field is left out.
    Missing,
    /// The header field does not have the contract's form.
    Malformed,
    /// The right form around a signature in which one bit is wrong.
    Wrong,
    /// The right signature of another body.
    OtherBody,
    /// The right signature of another path.
    OtherPath,
    /// The right signature of another time.
    OtherTime,
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

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
