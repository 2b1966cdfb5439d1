//! The extension object `x-proofmark`: what `OpenAPI` cannot say about an operation.
//!
//! Its JSON Schema is `schemas/extension.v1.json`; the members below mirror it.

pub use super::outcome::{Credential, Form, HttpKind, HttpPolicy, Idempotency, Outcome, Situation};
pub use super::signing::{
    Algorithm, Demand, Encoding, HeaderNames, SignedPath, Signing, TimeFormat, TimeRules,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// The value of [`Extension::format`] in this version.
pub const FORMAT: &str = "proofmark.extension/1";

/// Everything that `x-proofmark` says of one operation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// [`FORMAT`].
    pub format: String,
    /// Where an answer says how it went.
    pub outcome: Outcome,
    /// Whether the request schema says all that a request needs to be taken, so that a target must take what it
    /// allows. Where that is not said: yes, unless the HTTP status is the outcome.
    #[serde(default)]
    pub complete: Option<bool>,
    /// HTTP statuses by kind of answer; without any, those that the document describes.
    #[serde(default)]
    pub http: HttpPolicy,
    /// The statuses that an answer can carry, by their literal.
    pub statuses: BTreeMap<String, Status>,
    /// The code catalogue.
    pub codes: Vec<Code>,
    /// Situations a request can be in, and the codes that answer them.
    pub situations: BTreeMap<String, Situation>,
    /// What makes a request the same request.
    #[serde(default)]
    pub idempotency: Option<Idempotency>,
    /// What the operation does to the world.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// The situation of a caller that sends too much.
    #[serde(default)]
    pub busy: Option<String>,
    /// The situation of a request that breaks its schema.
    pub invalid: String,
    /// The situation of a request that cannot be read at all; that of [`Self::invalid`] where it is not named.
    #[serde(default)]
    pub unreadable: Option<String>,
    /// Members of the request that hold a secret of the configuration.
    #[serde(default)]
    pub credentials: Vec<Credential>,
    /// Members of the response that hold a secret which the target issues.
    #[serde(default)]
    pub issued: Vec<Issued>,
    /// Members of the request that must hold something which the target really has.
    #[serde(default)]
    pub fixtures: Vec<Fixture>,
    /// Names of the header fields that carry client, time and signature.
    #[serde(default)]
    pub headers: HeaderNames,
    /// How requests and responses are signed.
    #[serde(default)]
    pub signing: Option<Signing>,
    /// The time that requests carry.
    #[serde(default)]
    pub time: TimeRules,
    /// What stands behind the operation's path in every request, such as `.htm`.
    #[serde(default)]
    pub suffix: String,
    /// Positions taken where the sources are silent or contradict each other.
    #[serde(default)]
    pub positions: Vec<Position>,
}

/// What a status means to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusClass {
    /// Done, with effect.
    Success,
    /// Taken; the effect may come later.
    Accepted,
    /// The outcome is open; the same request may be sent again.
    Unknown,
    /// Not done, and final.
    Refused,
}

impl StatusClass {
    /// Whether the target took the request.
    pub fn took(self) -> bool {
        matches!(self, Self::Success | Self::Accepted)
    }
}

/// One status.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// What it obliges.
    pub class: StatusClass,
    /// What it says, in words.
    pub meaning: String,
    /// The only codes that go with it, where the contract names them.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Where the contract says so.
    pub source: String,
    /// How often, and after which pause, an answer of this status is asked for again.
    #[serde(default)]
    pub retry: Option<Retry>,
    /// Why no request from outside can bring it about, where that is so.
    #[serde(default)]
    pub unprovokable: Option<String>,
}

/// A bounded repetition.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How many further attempts.
    pub attempts: u32,
    /// The pause before each.
    #[serde(with = "duration")]
    pub wait: Duration,
}

/// Where a code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The API's own table.
    Api,
    /// The table common to the platform's APIs.
    Common,
    /// A sibling API of the same family.
    Family,
}

/// One code of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The literal.
    pub code: String,
    /// The statuses that it can stand beside.
    pub statuses: Vec<String>,
    /// Which table it stands in.
    pub origin: Origin,
    /// What it says.
    pub meaning: String,
    /// What the caller shall do.
    #[serde(default)]
    pub action: Option<String>,
    /// Where the contract says so.
    pub source: String,
    /// Why no request from outside can bring it about, where that is so. Such a code blames nothing in a request,
    /// so it is never the wrong one for a refusal.
    #[serde(default)]
    pub unprovokable: Option<String>,
}

/// What the operation does to the world, once a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// JSON pointer to the effect's id in a response.
    pub id: String,
    /// The member of `[probe]` that counts effects.
    pub probe: String,
    /// One effect in words, such as "one message".
    pub meaning: String,
}

/// A member of the response that holds a secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// JSON pointer into the response.
    pub pointer: String,
    /// The name that stands for it in whatever is shown, such as `issued.accessToken`.
    pub name: String,
}

/// A member of the request whose value the target must know.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// JSON pointer into the request.
    pub pointer: String,
    /// JSON pointer into the configuration.
    pub config: String,
}

/// A position taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Its number, unique in the operation.
    pub id: u32,
    /// What the sources leave open.
    pub question: String,
    /// What proofmark holds.
    pub position: String,
    /// The boundaries that it is about, as patterns on `KEYWORD/SIDE`, in which `*` stands for anything.
    #[serde(default)]
    pub bounds: Vec<String>,
}

pub(super) mod duration {
    use serde::{Deserialize, Deserializer, de::Error};
    use std::time::Duration;

    pub(in crate::contract) fn deserialize<'de, D: Deserializer<'de>>(
        input: D,
    ) -> Result<Duration, D::Error> {
        let text = String::deserialize(input)?;
        humantime::parse_duration(&text)
            .map_err(|error| D::Error::custom(format!("`{text}` is no duration: {error}")))
    }
}
