//! Exchanges as a journal keeps them: with every fact that laws read, and every secret replaced.
//!
//! Bodies are kept byte for byte, long ones packed. A secret leaves its mark, and beside the history stands how long
//! the secret is; what is [restored](KeptExchange::restore) has a text of that length in its place, so that laws see
//! lengths, and which secrets are the same, but no secret.

use super::pack::{packed, unpacked};
use super::record::HeaderRecord;
use super::stand_in::Restorer;
use super::{EffectCount, Exchange, Hooked, NoAnswer, Request, Response, SignatureCheck};
use crate::contract::signing::Encoding;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A longer body is packed.
const PACKED: usize = 4 << 10;
/// The longest body that is kept once it is packed, in bytes.
const LONGEST: usize = 256 << 10;
/// Signature texts that are encoded once too often.
const TWICE: &str = "an encoding of an encoding";

/// A body, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptBody {
    /// UTF-8 text.
    Text(String),
    /// Other bytes, in base64 with padding.
    Base64(String),
    /// Many bytes, packed with gzip (RFC 1952), in base64 with padding.
    Gzip(String),
    /// More bytes than are kept.
    Cut {
        /// How many there were.
        bytes: usize,
        /// `blake3:` and their hex digest, secrets replaced.
        digest: String,
    },
}

impl KeptBody {
    /// Keeps bytes in which secrets are replaced already.
    pub fn keep(bytes: &[u8]) -> Self {
        let plain = bytes.len() <= PACKED;
        match std::str::from_utf8(bytes) {
            Ok(text) if plain => Self::Text(text.to_owned()),
            Err(_) if plain => Self::Base64(STANDARD.encode(bytes)),
            _ => {
                let packed = packed(bytes);
                if packed.len() > LONGEST {
                    let digest = format!("blake3:{}", blake3::hash(bytes).to_hex());
                    Self::Cut { bytes: bytes.len(), digest }
                } else {
                    Self::Gzip(STANDARD.encode(packed))
                }
            }
        }
    }

    /// The bytes.
    ///
    /// # Errors
    /// They are not kept, or what is kept is not what it says.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        let decoded = |text: &str| STANDARD.decode(text).map_err(|_| "a body is no base64".to_owned());
        match self {
            Self::Text(text) => Ok(text.clone().into_bytes()),
            Self::Base64(text) => decoded(text),
            Self::Gzip(text) => unpacked(&decoded(text)?)
                .ok_or_else(|| "a packed body is no gzip, or larger than any that is sent".to_owned()),
            Self::Cut { bytes, .. } => Err(format!("a body of {bytes} bytes was too large to be kept")),
        }
    }
}

/// A request as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRequest {
    /// The method.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// Header fields that proofmark set, in wire order.
    pub headers: Vec<HeaderRecord>,
    /// The body.
    pub body: KeptBody,
    /// What a hook made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hooked: Option<KeptHooked>,
}

/// What a hook made of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptHooked {
    /// The header fields that it set.
    pub fields: Vec<String>,
    /// The body as it was before, where it is another one now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<KeptBody>,
}

/// A response as it came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptResponse {
    /// The HTTP status code.
    pub status: u16,
    /// Header fields in wire order.
    pub headers: Vec<HeaderRecord>,
    /// The body.
    pub body: KeptBody,
    /// Whether the body went on after the size limit.
    #[serde(default, skip_serializing_if = "is_false")]
    pub truncated: bool,
}

/// What came back, or why nothing did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptOutcome {
    /// A response.
    Response(KeptResponse),
    /// Why there is none.
    NoAnswer(NoAnswer),
}

/// One request and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptExchange {
    /// The name of the script's step that sent it.
    pub role: String,
    /// The operation that it called.
    pub operation: String,
    /// Which copy of a burst or series it is (0-based).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub copy: usize,
    /// Nanoseconds from the start of the run to sending.
    pub at_ns: u64,
    /// Nanoseconds from sending to the last byte of the answer.
    pub elapsed_ns: u64,
    /// Whether the same request was sent again because this answer left the outcome open.
    #[serde(default, skip_serializing_if = "is_false")]
    pub superseded: bool,
    /// `unchecked`, `absent`, `valid`, `invalid`, or `misencoded: ` and how: what the check of the response's
    /// signature said.
    pub signature: String,
    /// The request.
    pub request: KeptRequest,
    /// What came back.
    #[serde(flatten)]
    pub outcome: KeptOutcome,
}

/// How many effects the probe counts for the key of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCount {
    /// The step.
    pub role: String,
    /// Which copy of a series it is (0-based).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub copy: usize,
    /// The number, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Why it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

impl Restorer {
    fn body(&self, body: &KeptBody) -> Result<Bytes, String> {
        Ok(self.bytes(body.bytes()?))
    }

    fn headers(&self, headers: &[HeaderRecord]) -> Vec<(String, String)> {
        headers.iter().map(|header| (header.name.clone(), self.text(&header.value))).collect()
    }
}

impl KeptExchange {
    /// The exchange, with stand-ins in the places of secrets.
    ///
    /// # Errors
    /// A body that was not kept, or is not what it says it is; the outcome of a signature check that there is not.
    pub fn restore(&self, restorer: &Restorer) -> Result<Exchange, String> {
        let body = restorer.body(&self.request.body)?;
        let hooked = match &self.request.hooked {
            None => None,
            Some(hooked) => {
                let content = hooked.content.as_ref().map(|content| restorer.body(content)).transpose()?;
                Some(Hooked {
                    fields: hooked.fields.clone(),
                    content: content.unwrap_or_else(|| body.clone()),
                })
            }
        };
        let outcome = match &self.outcome {
            KeptOutcome::NoAnswer(reason) => Err(*reason),
            KeptOutcome::Response(response) => Ok(Response::new(
                response.status,
                restorer.headers(&response.headers),
                restorer.body(&response.body)?,
                response.truncated,
            )),
        };
        Ok(Exchange {
            role: self.role.clone(),
            operation: self.operation.clone(),
            copy: self.copy,
            request: Request {
                method: self.request.method.clone(),
                url: restorer.text(&self.request.url),
                headers: restorer.headers(&self.request.headers),
                body,
                hooked,
            },
            outcome,
            signature: checked(&self.signature)?,
            at: Duration::from_nanos(self.at_ns),
            elapsed: Duration::from_nanos(self.elapsed_ns),
            superseded: self.superseded,
        })
    }
}

impl KeptCount {
    /// The count as laws read it.
    pub fn restore(&self, restorer: &Restorer) -> EffectCount {
        let count = match (self.count, &self.unknown) {
            (Some(count), _) => Ok(count),
            (None, unknown) => Err(restorer.text(unknown.as_deref().unwrap_or_default())),
        };
        EffectCount { role: self.role.clone(), copy: self.copy, count }
    }
}

/// What the check of a signature said, in words that `checked` reads.
pub fn check_in_words(check: SignatureCheck) -> String {
    match check {
        SignatureCheck::Unchecked => "unchecked".to_owned(),
        SignatureCheck::Absent => "absent".to_owned(),
        SignatureCheck::Valid => "valid".to_owned(),
        SignatureCheck::Invalid => "invalid".to_owned(),
        SignatureCheck::Misencoded(how) => format!("misencoded: {how}"),
    }
}

/// The check that the words speak of.
fn checked(words: &str) -> Result<SignatureCheck, String> {
    match words {
        "unchecked" => Ok(SignatureCheck::Unchecked),
        "absent" => Ok(SignatureCheck::Absent),
        "valid" => Ok(SignatureCheck::Valid),
        "invalid" => Ok(SignatureCheck::Invalid),
        other => {
            let how = other.strip_prefix("misencoded: ");
            let mut known = Encoding::ALL.iter().map(|encoding| encoding.name()).chain([TWICE]);
            let found = how.and_then(|how| known.find(|name| *name == how));
            found
                .map(SignatureCheck::Misencoded)
                .ok_or_else(|| format!("`{other}` is no check of a signature"))
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes by reference")]
fn is_zero(value: &usize) -> bool {
    *value == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_byte_for_byte() {
        let padded = vec![b'a'; 1 << 20];
        let nested = "[".repeat(100_000).into_bytes();
        for body in [b"{}".as_slice(), b"\xff\xfe", b"", &padded, &nested] {
            let kept = KeptBody::keep(body);
            assert_eq!(kept.bytes().as_deref(), Ok(body));
            assert!(serde_json::to_string(&kept).is_ok_and(|text| text.len() < 3_000), "{:?}", body.len());
        }
    }

    #[test]
    fn what_cannot_be_packed_is_cut_and_says_so() {
        let mut noise = vec![0; 1 << 20];
        blake3::Hasher::new().finalize_xof().fill(&mut noise);
        let kept = KeptBody::keep(&noise);
        assert!(matches!(&kept, KeptBody::Cut { bytes, .. } if *bytes == 1 << 20), "{kept:?}");
        assert!(kept.bytes().is_err_and(|why| why.contains("too large")));
    }

    #[test]
    fn every_check_of_a_signature_is_read_back() {
        let odd = Encoding::ALL.map(|encoding| SignatureCheck::Misencoded(encoding.name()));
        let plain = [
            SignatureCheck::Unchecked,
            SignatureCheck::Absent,
            SignatureCheck::Valid,
            SignatureCheck::Invalid,
        ];
        for check in plain.into_iter().chain(odd).chain([SignatureCheck::Misencoded(TWICE)]) {
            assert_eq!(checked(&check_in_words(check)), Ok(check));
        }
        assert!(checked("misencoded: somehow").is_err());
    }
}
