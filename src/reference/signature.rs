//! RSA256 signatures: `SHA256withRSA`, PKCS#1 v1.5, over the method, the target, the client, the time and the
//! raw body.

use std::borrow::Cow;
use std::io;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::percent_decode;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};

use super::conduct::Conduct;
use super::credentials::{CLIENT_PUBLIC_KEY, SECOND_PUBLIC_KEY, WALLET_PRIVATE_KEY, credentials};
use super::dialect::Encoding;
use super::fault::Flaw;

/// The keys that the wallet holds.
#[derive(Debug)]
pub(super) struct Keys {
    client: ParsedPublicKey,
    second: ParsedPublicKey,
    wallet: RsaKeyPair,
}

impl Keys {
    /// Reads the embedded demo keys.
    pub(super) fn load() -> io::Result<Self> {
        let wallet =
            PrivatePkcs8KeyDer::from_pem_slice(WALLET_PRIVATE_KEY.as_bytes()).map_err(io::Error::other)?;
        Ok(Self {
            client: public(CLIENT_PUBLIC_KEY)?,
            second: public(SECOND_PUBLIC_KEY)?,
            wallet: RsaKeyPair::from_pkcs8(wallet.secret_pkcs8_der()).map_err(io::Error::other)?,
        })
    }

    /// Whether the client signed the content. One that is not known is asked for the first client's signature.
    pub(super) fn verify(&self, client: &[u8], content: &[u8], signature: &[u8]) -> bool {
        let second = client == credentials().second_client_id.as_bytes();
        let key = if second { &self.second } else { &self.client };
        key.verify_sig(content, signature).is_ok()
    }

    /// Whether any client signed the content.
    pub(super) fn verify_any(&self, content: &[u8], signature: &[u8]) -> bool {
        [&self.client, &self.second].iter().any(|key| key.verify_sig(content, signature).is_ok())
    }

    /// How many bytes a signature has.
    pub(super) fn signature_length(&self) -> usize {
        self.wallet.public_modulus_len()
    }

    /// Signs for the wallet.
    pub(super) fn sign(&self, content: &[u8]) -> io::Result<Vec<u8>> {
        let mut signature = vec![0; self.wallet.public_modulus_len()];
        self.wallet
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), content, &mut signature)
            .map_err(io::Error::other)?;
        Ok(signature)
    }
}

fn public(pem: &str) -> io::Result<ParsedPublicKey> {
    let der = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).map_err(io::Error::other)?;
    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &der).map_err(io::Error::other)
}

/// What is signed: `<METHOD> <target>` LF `<client>.<time>.<body>`, the body byte for byte.
pub(super) fn content(method: &str, target: &str, client: &[u8], time: &[u8], body: &[u8]) -> Vec<u8> {
    [method.as_bytes(), b" ", target.as_bytes(), b"\n", client, b".", time, b".", body].concat()
}

/// Reads a `Signature` header: the bytes of the signature, or `None` where the header is not one that names an
/// algorithm and a key that the wallet knows, in an encoding that it reads. Pairs come in any order and spacing;
/// `keyVersion` may be absent.
pub(super) fn parse(header: &[u8], conduct: &Conduct) -> Option<Vec<u8>> {
    let (mut algorithm, mut version, mut signature) = (None, None, None);
    let header = std::str::from_utf8(header).ok()?;
    let misread = !header.contains(", ") && conduct.has(Flaw::SignatureNeedsSpaces)
        || !header.starts_with("algorithm") && conduct.has(Flaw::SignatureOrderMatters);
    if misread {
        return None;
    }
    for pair in header.split(',') {
        let (name, value) = pair.split_once('=')?;
        let slot = match name.trim() {
            "algorithm" => &mut algorithm,
            "keyVersion" => &mut version,
            "signature" => &mut signature,
            _ => continue,
        };
        if slot.replace(value.trim()).is_some() {
            return None;
        }
    }
    let known_version = credentials().key_version.to_string();
    let algorithm = algorithm?;
    let known = algorithm == "RSA256"
        || algorithm.eq_ignore_ascii_case("RSA256") && !conduct.has(Flaw::AlgorithmCaseMatters);
    let versioned = match version {
        None => !conduct.has(Flaw::KeyVersionRequired),
        Some(version) => version == known_version || conduct.has(Flaw::KeyVersionIgnored),
    };
    if !known || !versioned {
        return None;
    }
    let text = signature?;
    if text.is_empty() && conduct.has(Flaw::EmptySignatureAccepted) {
        return Some(Vec::new());
    }
    let bytes = decode(Some(text).filter(|text| conduct.dialect.encodings.contains(&encoding_of(text)))?)?;
    if conduct.has(Flaw::DoubleEncodingAccepted)
        && let Some(inner) = std::str::from_utf8(&bytes).ok().and_then(decode)
    {
        return Some(inner);
    }
    Some(bytes)
}

/// How a signature is written: signatures of our keys are never a multiple of three bytes long, so that padding tells.
fn encoding_of(text: &str) -> Encoding {
    if text.contains('%') {
        Encoding::UrlEncoded
    } else if text.ends_with('=') {
        Encoding::Base64
    } else {
        Encoding::Base64Url
    }
}

/// Three encodings are live in the family: plain base64, URL-encoded base64, and base64url without padding.
fn decode(text: &str) -> Option<Vec<u8>> {
    let plain: Cow<'_, [u8]> = percent_decode(text.as_bytes()).into();
    let standard: Vec<u8> = plain
        .iter()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    let unpadded = standard.strip_suffix(b"==").or_else(|| standard.strip_suffix(b"=")).unwrap_or(&standard);
    STANDARD_NO_PAD.decode(unpadded).ok().filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::conduct::Conduct;
    use super::{content, decode, parse};

    #[test]
    fn encodings_agree() {
        let bytes = vec![0xfb, 0xff, 0xfe, 0x00];
        for text in ["+//+AA==", "%2B%2F%2F%2BAA%3D%3D", "-__-AA", "+//+AA"] {
            assert_eq!(decode(text), Some(bytes.clone()), "{text}");
        }
        for text in ["", "!!", "+//+A A=="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn header_forms() {
        let conduct = Conduct::new(&[], &[]);
        for good in [
            "algorithm=RSA256, keyVersion=1, signature=AAAA",
            "algorithm=rsa256,keyVersion=1,signature=AAAA",
            "signature=AAAA , algorithm=RSA256",
        ] {
            assert!(parse(good.as_bytes(), &conduct).is_some(), "{good}");
        }
        for bad in [
            "",
            "AAAA",
            "signature=AAAA",
            "algorithm=ECC224, signature=AAAA",
            "algorithm=RSA256, keyVersion=2, signature=AAAA",
            "algorithm=RSA256, keyVersion=1",
            "algorithm=RSA256, signature=AAAA, signature=AAAA",
        ] {
            assert!(parse(bad.as_bytes(), &conduct).is_none(), "{bad}");
        }
    }

    #[test]
    fn content_form() {
        assert_eq!(content("POST", "/p?q=1", b"C", b"T", b"{}"), b"POST /p?q=1\nC.T.{}");
    }
}
