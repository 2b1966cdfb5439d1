//! Keys that sign and verify attestations: those that cosign and OpenSSL make.
//!
//! ECDSA on P-256 with SHA-256 and ASN.1 signatures, Ed25519 (RFC 8032) and RSASSA-PKCS1-v1_5 with SHA-256; what a key
//! does follows from its kind, so that nothing in an envelope chooses an algorithm.

use super::{cosign, fingerprint};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use pem::Pem;
use zeroize::Zeroizing;

/// Why a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The file holds something else, or a key of a kind that is not read.
    #[error("{0}")]
    Unfit(String),
    /// It is a key, and its content is broken, or the password is wrong.
    #[error("{0}")]
    Damaged(String),
}

/// What a user who has no key is told.
pub const MAKE: &str = "make one with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out evidence.key`, or `cosign generate-key-pair`";

enum Secret {
    P256(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
    Rsa(Box<RsaKeyPair>),
}

/// A private key. It has no `Debug` and cannot be shown.
pub struct SigningKey(Secret);

impl SigningKey {
    /// Reads PEM text: PKCS#8, SEC 1 or PKCS#1 that is not encrypted, or a key that cosign encrypted with a password.
    ///
    /// # Errors
    /// What is wrong and how to mend it, in words that do not hold the key.
    pub fn from_pem(text: &str, password: Option<&str>) -> Result<Self, KeyError> {
        let blocks = blocks(text)?;
        let Some((tag, content)) = blocks.iter().find(|(tag, _)| tag.ends_with("PRIVATE KEY")) else {
            return Err(KeyError::Unfit(format!("holds no private key ({MAKE})")));
        };
        match tag.as_str() {
            cosign::TAG | cosign::OLD_TAG => {
                Self::pkcs8(&cosign::decrypted(content, password)?, "its content is no PKCS#8 key")
            }
            "PRIVATE KEY" => Self::pkcs8(content, "it cannot be read"),
            "EC PRIVATE KEY" => p256(content).map(Self).ok_or_else(|| {
                KeyError::Damaged("is damaged, or no key on the curve P-256 (use an EC key on P-256)".to_owned())
            }),
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(content)
                .map(|pair| Self(Secret::Rsa(Box::new(pair))))
                .map_err(|_| KeyError::Damaged("is damaged, or has less than 2048 bits (use a longer key)".to_owned())),
            "ENCRYPTED PRIVATE KEY" => Err(KeyError::Unfit(
                "is encrypted as PKCS#8, which is not read (write it out with `openssl pkey -in KEY -out PLAIN`, or take it into cosign's form with `cosign import-key-pair --key KEY`)".to_owned(),
            )),
            other => Err(KeyError::Unfit(format!(
                "is a key of the kind {other:?}, which is not read (use PKCS#8, SEC 1, PKCS#1 or a key of cosign's)"
            ))),
        }
    }

    fn pkcs8(der: &[u8], wrong: &str) -> Result<Self, KeyError> {
        let key = p256(der)
            .or_else(|| Ed25519KeyPair::from_pkcs8(der).ok().map(|pair| Secret::Ed25519(Box::new(pair))))
            .or_else(|| RsaKeyPair::from_pkcs8(der).ok().map(|pair| Secret::Rsa(Box::new(pair))));
        key.map(Self).ok_or_else(|| {
            KeyError::Damaged(format!(
                "cannot be used: {wrong} of the kinds ECDSA P-256, Ed25519 or RSA from 2048 bits (use one of these)"
            ))
        })
    }

    /// The signature of a message: ASN.1 for ECDSA, else as the algorithm has it.
    ///
    /// # Errors
    /// None that a valid key causes.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let failed = |_| "the attestation could not be signed".to_owned();
        match &self.0 {
            Secret::P256(pair) => {
                pair.sign(&random, message).map(|signature| signature.as_ref().to_vec()).map_err(failed)
            }
            Secret::Ed25519(pair) => {
                pair.try_sign(message).map(|signature| signature.as_ref().to_vec()).map_err(failed)
            }
            Secret::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
        }
    }

    /// The public half.
    ///
    /// # Errors
    /// None that a valid key causes.
    pub fn public(&self) -> Result<VerifyingKey, KeyError> {
        let der: Result<PublicKeyX509Der<'_>, _> = match &self.0 {
            Secret::P256(pair) => pair.public_key().as_der(),
            Secret::Ed25519(pair) => pair.public_key().as_der(),
            Secret::Rsa(pair) => pair.public_key().as_der(),
        };
        let broken = || KeyError::Damaged("has no public half (make a new key)".to_owned());
        VerifyingKey::from_der(der.map_err(|_| broken())?.as_ref())
    }
}

fn p256(der: &[u8]) -> Option<Secret> {
    let pair = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, der).ok()?;
    Some(Secret::P256(Box::new(pair)))
}

/// The label of a PEM block, and its content, which is wiped.
type Block = (String, Zeroizing<Vec<u8>>);

/// The PEM blocks of a text.
fn blocks(text: &str) -> Result<Vec<Block>, KeyError> {
    let blocks = pem::parse_many(text).map_err(|error| {
        KeyError::Damaged(format!("is damaged: {error} (the file was changed; get it anew)"))
    })?;
    if blocks.is_empty() {
        let mend = "name a PEM file, which begins with `-----BEGIN`";
        return Err(KeyError::Unfit(format!("is no key ({mend})")));
    }
    let block = |block: Pem| (block.tag().to_owned(), Zeroizing::new(block.into_contents()));
    Ok(blocks.into_iter().map(block).collect())
}

/// A public key.
pub struct VerifyingKey {
    key: ParsedPublicKey,
    kind: &'static str,
    id: String,
}

impl VerifyingKey {
    /// Reads PEM text: a public key (`PUBLIC KEY`, X.509), or the public half of a private key.
    ///
    /// # Errors
    /// What is wrong and how to mend it.
    pub fn from_pem(text: &str, password: Option<&str>) -> Result<Self, KeyError> {
        let blocks = blocks(text)?;
        match blocks.iter().find(|(tag, _)| tag == "PUBLIC KEY") {
            Some((_, content)) => Self::from_der(content),
            None if blocks.iter().any(|(tag, _)| tag.ends_with("PRIVATE KEY")) => {
                // What was decrypted is wiped; only the public half stays.
                SigningKey::from_pem(&Zeroizing::new(text.to_owned()), password)?.public()
            }
            None => Err(KeyError::Unfit(
                "holds no public key (get it with `openssl pkey -in KEY -pubout`, or name `cosign.pub`)"
                    .to_owned(),
            )),
        }
    }

    fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let kinds: [(&'static dyn aws_lc_rs::signature::VerificationAlgorithm, _); 3] = [
            (&ECDSA_P256_SHA256_ASN1, "ECDSA P-256"),
            (&ED25519, "Ed25519"),
            (&RSA_PKCS1_2048_8192_SHA256, "RSA"),
        ];
        kinds
            .into_iter()
            .find_map(|(algorithm, kind)| {
                let key = ParsedPublicKey::new(algorithm, der).ok()?;
                // One key is written in one way: what was added to it or put otherwise was changed.
                let written: PublicKeyX509Der<'_> = key.as_der().ok()?;
                (written.as_ref() == der).then_some(())?;
                Some(Self { id: fingerprint::of(der)?, key, kind })
            })
            .ok_or_else(|| {
                KeyError::Damaged(
                    "is damaged, or no key of the kinds ECDSA P-256, Ed25519 or RSA from 2048 bits (get it anew from whoever signed)"
                        .to_owned(),
                )
            })
    }

    /// The key's fingerprint as SSH has it, such as `SHA256:jKz…`: what cosign expects where an envelope names a key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The kind of key, such as `ECDSA P-256`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Whether the key made this signature of this message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}
