//! RSA keys for signing requests and verifying responses (RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017).

use super::encoding::{Spelling, readings};
use crate::config::secret::Secret;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Gathers the randomness that signatures take, while the caller goes on: the first time takes some 20 ms.
pub(crate) fn gather() {
    let work = || aws_lc_rs::rand::fill(&mut [0]);
    // Without a thread for it, the first signature gathers it.
    drop(std::thread::Builder::new().spawn(work));
}

/// A private key. It has no `Debug` and cannot be shown.
#[derive(Clone)]
pub struct SigningKey(Arc<KeyPair>);

/// How many signatures are made at the same time: more than there are processors would only wait for each other.
static SIGNERS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(2, usize::from)));

impl SigningKey {
    /// Reads a PEM key in PKCS#8 or PKCS#1 form.
    ///
    /// # Errors
    /// What is wrong and how to mend it, in words that do not hold the key.
    pub fn from_pem(secret: &Secret) -> Result<Self, String> {
        let der =
            PrivateKeyDer::from_pem_slice(secret.expose().as_bytes()).map(Zeroizing::new).map_err(|_| {
                format!("{} is no private key: give PEM text in PKCS#8 or PKCS#1 form", secret.name())
            })?;
        let pair = match &*der {
            PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()),
            _ => {
                return Err(format!(
                    "{} is no RSA key: give an RSA private key of at least 2048 bits",
                    secret.name()
                ));
            }
        };
        pair.map(|pair| Self(Arc::new(pair))).map_err(|_| {
            format!("{} cannot be used: give an RSA private key of at least 2048 bits", secret.name())
        })
    }

    /// The signature of a message.
    ///
    /// # Errors
    /// None that a valid key causes; the words of one that does happen.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| UNSIGNED.to_owned())?;
        Ok(signature)
    }

    /// As [`SigningKey::sign`], on a thread that does nothing else: a signature takes as long as ten exchanges, which
    /// must not wait for it, least of all while their answers are timed.
    ///
    /// # Errors
    /// As [`SigningKey::sign`].
    pub async fn sign_apart(&self, message: Vec<u8>) -> Result<Vec<u8>, String> {
        let unsigned = || UNSIGNED.to_owned();
        let signer = SIGNERS.acquire().await.map_err(|_| unsigned())?;
        let key = self.clone();
        let signed = tokio::task::spawn_blocking(move || key.sign(&message)).await;
        drop(signer);
        signed.map_err(|_| unsigned())?
    }
}

const UNSIGNED: &str = "a request could not be signed";

/// A public key.
pub struct VerifyingKey(ParsedPublicKey);

impl VerifyingKey {
    /// Reads a PEM public key (`PUBLIC KEY`, X.509).
    ///
    /// # Errors
    /// What is wrong and how to mend it.
    pub fn from_pem(secret: &Secret) -> Result<Self, String> {
        let der = SubjectPublicKeyInfoDer::from_pem_slice(secret.expose().as_bytes()).map_err(|_| {
            format!("{} is no public key: give PEM text that begins with BEGIN PUBLIC KEY", secret.name())
        })?;
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der.as_ref()).map(Self).map_err(|_| {
            format!("{} cannot be used: give an RSA public key of at least 2048 bits", secret.name())
        })
    }

    /// How the text spells a signature of the message; nothing where it is none.
    pub fn spelling(&self, message: &[u8], text: &str) -> Option<Spelling> {
        let holds = |signature: &[u8]| self.0.verify_sig(message, signature).is_ok();
        readings(text).into_iter().find(|(signature, _)| holds(signature)).map(|(_, spelling)| spelling)
    }
}
