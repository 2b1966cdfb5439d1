//! How messages are signed, timed and addressed: the part of `x-proofmark` that wallets differ in most.

use serde::Deserialize;
use std::time::Duration;

/// Names of header fields; an operation without one does not use it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HeaderNames {
    /// Carries the client's id in a request.
    pub client: Option<String>,
    /// Carries the time of a request, as [`TimeRules`] says.
    pub time: Option<String>,
    /// Carries the signature of a request.
    pub signature: Option<String>,
    /// Carries the client's id in a response.
    pub response_client: Option<String>,
    /// Carries the time of a response.
    pub response_time: Option<String>,
    /// Carries the signature of a response.
    pub response_signature: Option<String>,
}

/// How requests and responses are signed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// What is signed; `{method}`, `{path}`, `{client}`, `{time}` and `{body}` stand for the message's own.
    pub content: String,
    /// The header's value, comma-separated `name=value` pairs; `{keyVersion}` and `{signature}` are filled in.
    pub value: String,
    /// The parameter of the header's value that carries the signature's text.
    pub parameter: String,
    /// Which part of the address stands for `{path}`.
    #[serde(default)]
    pub path: SignedPath,
    /// How clients write a signature down.
    #[serde(default)]
    pub encoding: Encoding,
    /// How the target may write its own signatures down.
    #[serde(default = "every_encoding")]
    pub answers: Vec<Encoding>,
    /// Whether answers have to be signed.
    #[serde(default)]
    pub responses: Demand,
    /// Where the contract says so.
    pub source: String,
}

/// Signature algorithms that proofmark speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017).
    #[serde(rename = "rsa-pkcs1v15-sha256")]
    RsaPkcs1v15Sha256,
}

/// Which part of the address is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedPath {
    /// Path and query as they are sent, base paths included.
    #[default]
    Sent,
    /// The operation's own part alone, without the base path.
    Operation,
}

/// How the bytes of a signature become text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Base64 with padding (RFC 4648, 4).
    #[default]
    Base64,
    /// The same, then percent-encoded.
    UrlEncodedBase64,
    /// Base64url without padding (RFC 4648, 5).
    Base64url,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Base64, Self::UrlEncodedBase64, Self::Base64url];

    /// Its name in contracts and in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::UrlEncodedBase64 => "url-encoded-base64",
            Self::Base64url => "base64url",
        }
    }
}

fn every_encoding() -> Vec<Encoding> {
    Encoding::ALL.to_vec()
}

/// How binding something is for the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Demand {
    /// It has to.
    #[default]
    Must,
    /// It had better.
    Should,
    /// Nobody asks for it.
    Not,
}

/// The time that messages carry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeRules {
    /// How clients write it.
    #[serde(default)]
    pub format: TimeFormat,
    /// How far it may be from now, where the contract says so.
    #[serde(default, deserialize_with = "window")]
    pub window: Option<Duration>,
    /// Where the contract says so.
    #[serde(default)]
    pub source: String,
}

/// How a time is written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeFormat {
    /// ISO 8601 in UTC to the second, with `Z`.
    #[default]
    Seconds,
    /// The same to the millisecond.
    Milliseconds,
    /// ISO 8601 to the second, with an offset of hours and minutes.
    OffsetSeconds,
    /// The same to the millisecond.
    OffsetMilliseconds,
    /// Milliseconds since 1970, as digits.
    EpochMilliseconds,
    /// ISO 8601 to the second with neither `Z` nor offset, which is no time at all; for requests that are wrong.
    Unzoned,
}

fn window<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Duration>, D::Error> {
    super::extension::duration::deserialize(input).map(Some)
}
