//! How an answer says how a request went, and by what a request is known: outcomes, situations, idempotency keys and
//! credentials.

use super::Operation;
use super::extension::StatusClass;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// The value of [`Outcome::status`] where the HTTP status is the status.
const HTTP: &str = "http";

/// Where an answer says how it went.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// JSON pointer to the status in a response, or `http`: then the HTTP status is the status, and literals are such
    /// as `201` and `4XX`.
    pub status: String,
    /// JSON pointer to the code; nothing where answers have none.
    #[serde(default)]
    pub code: Option<String>,
    /// JSON pointer to the message for people.
    #[serde(default)]
    pub message: Option<String>,
}

impl Outcome {
    /// Whether the HTTP status is the status.
    pub fn by_http(&self) -> bool {
        self.status == HTTP
    }
}

/// Which HTTP statuses are right for which kind of answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpPolicy {
    /// For an answer to a readable, trusted request.
    pub answered: Vec<u16>,
    /// The same where it refuses the request; without any, [`Self::answered`] goes for refusals too.
    #[serde(default)]
    pub refused: Vec<u16>,
    /// For a request that cannot be read.
    pub unreadable: Vec<u16>,
    /// For a request whose sender cannot be trusted.
    pub unauthenticated: Vec<u16>,
}

/// A situation and the codes that answer it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Situation {
    /// The situation in words, to follow "because".
    pub meaning: String,
    /// Codes that answer it.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Statuses that answer it, by their literal; any where none is named.
    #[serde(default)]
    pub statuses: Vec<String>,
    /// Whether the contract demands one of [`Self::codes`] and [`Self::statuses`], or merely suggests them.
    #[serde(default)]
    pub exact: bool,
    /// Which HTTP statuses may answer it.
    #[serde(default)]
    pub http: HttpKind,
    /// The position it rests on.
    #[serde(default)]
    pub position: Option<u32>,
}

impl Situation {
    /// Whether an answer with this status, by its literal, HTTP status and code says that this is the situation.
    pub fn fits(&self, literal: &str, http: u16, code: Option<&str>) -> bool {
        let is_status = |one: &String| one == literal || *one == http.to_string();
        let by_code =
            self.codes.is_empty() || code.is_some_and(|code| self.codes.iter().any(|one| one == code));
        let by_status = self.statuses.is_empty() || self.statuses.iter().any(is_status);
        by_code && by_status && !(self.codes.is_empty() && self.statuses.is_empty())
    }

    /// What answers it, in words.
    pub fn in_words(&self) -> String {
        let named = |what: &str, names: &[String]| {
            (!names.is_empty()).then(|| format!("{what} {}", names.join(" or ")))
        };
        let all: Vec<String> =
            [named("status", &self.statuses), named("code", &self.codes)].into_iter().flatten().collect();
        all.join(" with ")
    }
}

/// A row of [`HttpPolicy`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HttpKind {
    /// [`HttpPolicy::answered`].
    #[default]
    Answered,
    /// [`HttpPolicy::unreadable`].
    Unreadable,
    /// [`HttpPolicy::unauthenticated`].
    Unauthenticated,
}

/// What makes a request the same request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Idempotency {
    /// JSON pointer to the key in the request.
    pub key: String,
    /// What keys look like.
    #[serde(default)]
    pub form: Form,
    /// What the key is unique within: `client`, `path`.
    pub scope: Vec<String>,
    /// The situation of a used key with other content.
    pub conflict: String,
    /// JSON pointers to the members of the request that make it another one under the same key, where the contract
    /// names them; `*` stands for an object's first member.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// The situation of a key whose first request is still being carried out, where the contract documents one.
    #[serde(default, rename = "in-progress")]
    pub in_progress: Option<String>,
    /// The situation of a request without a key, where it has to have one.
    #[serde(default)]
    pub missing: Option<String>,
    /// Where the contract says so.
    pub source: String,
}

/// What idempotency keys look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Letters and digits.
    #[default]
    Text,
    /// A UUID (RFC 9562).
    Uuid,
}

/// A member of the request that holds a secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// JSON pointer into the request.
    pub pointer: String,
    /// The table of the configuration that holds the secrets.
    pub table: String,
    /// The kind that a good request uses.
    pub default: String,
    /// The situation of a request with a made-up value.
    pub unknown: String,
    /// Whether a good value is good for one request only.
    #[serde(default, rename = "single-use")]
    pub single_use: bool,
    /// Whether it is put in only where the document has the member anyhow; else it always is.
    #[serde(default, rename = "when-present")]
    pub when_present: bool,
    /// The text that carries the secret, with `{value}`, or `{base64}`, in its place.
    #[serde(default)]
    pub form: Option<String>,
}

impl Credential {
    /// What stands at its place for a secret.
    pub fn text(&self, secret: &str) -> String {
        match &self.form {
            None => secret.to_owned(),
            Some(form) => form.replace("{base64}", &STANDARD.encode(secret)).replace("{value}", secret),
        }
    }
}

impl Operation {
    /// Whether a target must take what the request schema allows.
    pub fn is_complete(&self) -> bool {
        self.rules.complete.unwrap_or(!self.rules.outcome.by_http())
    }

    /// The literal by which the contract knows an HTTP status: its own, or that of its class.
    pub fn http_literal(&self, status: u16) -> String {
        let own = status.to_string();
        let class = format!("{}XX", status / 100);
        if self.rules.statuses.contains_key(&own) || !self.rules.statuses.contains_key(&class) {
            own
        } else {
            class
        }
    }

    /// Whether an HTTP status may stand with an answer of a class to a kind of request.
    pub fn allows(&self, kind: HttpKind, class: StatusClass, status: u16) -> bool {
        let allowed = self.http_of(kind, class);
        let known = || self.rules.statuses.contains_key(&self.http_literal(status));
        allowed.contains(&status) || (self.rules.outcome.by_http() && (allowed.is_empty() || known()))
    }

    /// The HTTP statuses that an answer of a class to a kind of request may have, in words.
    pub fn allowed_in_words(&self, kind: HttpKind, class: StatusClass) -> String {
        let allowed = self.http_of(kind, class);
        if allowed.is_empty() {
            let literals: Vec<&str> = self.rules.statuses.keys().map(String::as_str).collect();
            return literals.join(", ");
        }
        allowed.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
    }

    /// Whether the document describes an HTTP status, by itself, by its class or as `default`.
    pub fn documents(&self, status: u16) -> bool {
        let keys = [status.to_string(), format!("{}XX", status / 100), "default".to_owned()];
        keys.iter().any(|key| self.documented.contains_key(key))
    }

    /// The media types that the document describes for an HTTP status; nothing where it describes no body.
    pub fn media(&self, status: u16) -> Option<&[String]> {
        let keys = [status.to_string(), format!("{}XX", status / 100), "default".to_owned()];
        let known = keys.iter().find_map(|key| self.documented.get(key))?;
        (!known.is_empty()).then_some(known.as_slice())
    }
}
