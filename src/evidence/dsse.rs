//! DSSE envelopes, version 1.0: a payload, its type, and signatures of both.

use super::check::Refusal;
use super::keys::{SigningKey, VerifyingKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::{Deserialize, Serialize};

/// The payload type of in-toto statements.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";

/// A payload and who signed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// What the payload is.
    pub payload_type: String,
    /// The payload in base64; reading takes the URL-safe alphabet too.
    pub payload: String,
    /// One entry a signer; at least one.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// A hint at the key, see [`VerifyingKey::id`]; empty where the signer gives none, as cosign does. Verifiers made
    /// with Go's library pass over a signature that names its key in any other way.
    #[serde(default)]
    pub keyid: String,
    /// The signature in base64.
    pub sig: String,
}

/// What is signed (the Pre-Authentication Encoding of the protocol).
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut encoded = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    encoded.extend_from_slice(payload);
    encoded
}

impl Envelope {
    /// Signs an in-toto statement.
    ///
    /// # Errors
    /// None that a valid key causes.
    pub fn sign(payload: &[u8], key: &SigningKey) -> Result<Self, String> {
        let keyid = key.public().map_err(|error| error.to_string())?.id().to_owned();
        let sig = STANDARD.encode(key.sign(&pae(IN_TOTO, payload))?);
        Ok(Self {
            payload_type: IN_TOTO.to_owned(),
            payload: STANDARD.encode(payload),
            signatures: vec![Signature { keyid, sig }],
        })
    }

    /// The statement, where the key signed it.
    ///
    /// # Errors
    /// Why it is not to be trusted. The signature is checked before anything of the payload is looked at.
    pub fn open(&self, key: &VerifyingKey) -> Result<Vec<u8>, Refusal> {
        let payload = decoded(&self.payload).ok_or_else(|| {
            Refusal::new("the envelope", "/payload is not base64", "it was changed after it was signed")
        })?;
        let message = pae(&self.payload_type, &payload);
        let verified = self
            .signatures
            .iter()
            .find(|signature| decoded(&signature.sig).is_some_and(|bytes| key.verifies(&message, &bytes)));
        let Some(signature) = verified else {
            let id = key.id();
            let what = match self.signatures.as_slice() {
                [] => "/signatures is empty".to_owned(),
                [one] if !one.keyid.is_empty() && one.keyid != id => {
                    format!("/signatures/0 names another key than {id}, the one given, and is not of it")
                }
                _ => format!("no signature is of the key {id} over this payload"),
            };
            let means = "the payload or the signature was changed, or somebody else signed";
            return Err(Refusal::new("the envelope", what, means));
        };
        if !signature.keyid.is_empty() && signature.keyid != key.id() {
            let means = "the envelope was changed after it was signed";
            return Err(Refusal::new("the envelope", "the keyid is not that of the key that signed", means));
        }
        if self.payload_type != IN_TOTO {
            let what = format!("/payloadType is {:?}, not {IN_TOTO:?}", self.payload_type);
            return Err(Refusal::new("the envelope", what, "it holds no in-toto statement"));
        }
        Ok(payload)
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the protocol's text.
    #[test]
    fn the_published_encoding_comes_out() {
        let encoded = pae("http://example.com/HelloWorld", b"hello world");
        assert_eq!(encoded, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }
}
