//! Private keys as `cosign generate-key-pair` writes them: PKCS#8 in a secretbox, its key made of a password by
//! scrypt (RFC 7914).

use super::keys::KeyError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_secretbox::aead::Aead;
use crypto_secretbox::{KeyInit, XSalsa20Poly1305};
use serde::Deserialize;
use zeroize::Zeroizing;

/// The PEM label that cosign writes.
pub(super) const TAG: &str = "ENCRYPTED SIGSTORE PRIVATE KEY";
/// The PEM label that earlier versions wrote.
pub(super) const OLD_TAG: &str = "ENCRYPTED COSIGN PRIVATE KEY";
/// The variable that holds the password, as cosign calls it.
pub const PASSWORD: &str = "COSIGN_PASSWORD";
/// The most memory that making the key may take, in bytes: 128 × N × r. Whoever wrote the file chose it.
const MOST: u64 = 1 << 30;
/// The most parallel parts.
const MOST_PARTS: u32 = 16;

#[derive(Deserialize)]
struct Sealed {
    kdf: Kdf,
    cipher: Cipher,
    ciphertext: String,
}

#[derive(Deserialize)]
struct Kdf {
    name: String,
    params: Params,
    salt: String,
}

#[derive(Deserialize)]
#[allow(non_snake_case, reason = "as the file has it")]
struct Params {
    N: u64,
    r: u32,
    p: u32,
}

#[derive(Deserialize)]
struct Cipher {
    name: String,
    nonce: String,
}

/// The PKCS#8 key in the content of the PEM block.
///
/// # Errors
/// There is no password, it is the wrong one, or the content is broken.
pub(super) fn decrypted(content: &[u8], password: Option<&str>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let damaged =
        |what: &str| KeyError::Damaged(format!("is damaged: {what} (the file was changed; get it anew)"));
    let sealed: Sealed = serde_json::from_slice(content)
        .map_err(|error| damaged(&format!("its content is not cosign's: {error}")))?;
    if (sealed.kdf.name.as_str(), sealed.cipher.name.as_str()) != ("scrypt", "nacl/secretbox") {
        return Err(KeyError::Unfit(format!(
            "is encrypted with {} and {}, which are not read (make a key with `cosign generate-key-pair`)",
            sealed.kdf.name, sealed.cipher.name
        )));
    }
    let Some(password) = password else {
        return Err(KeyError::Unfit(format!(
            "is encrypted, and {PASSWORD} is not set (put the key's password into it; nobody is asked)"
        )));
    };
    let text =
        |text: &str, what: &str| STANDARD.decode(text).map_err(|_| damaged(&format!("{what} is not base64")));
    let salt = text(&sealed.kdf.salt, "its salt")?;
    let nonce = text(&sealed.cipher.nonce, "its nonce")?;
    let ciphertext = text(&sealed.ciphertext, "its content")?;
    let Params { N: cost, r, p } = sealed.kdf.params;
    let memory = u64::from(r).checked_mul(128).and_then(|block| block.checked_mul(cost));
    if !cost.is_power_of_two() || memory.is_none_or(|memory| memory > MOST) || p > MOST_PARTS {
        return Err(damaged(&format!("no key of cosign's has the scrypt parameters N {cost}, r {r}, p {p}")));
    }
    let log = u8::try_from(cost.ilog2()).unwrap_or(u8::MAX);
    let params = scrypt::Params::new(log, r, p, 32).map_err(|error| damaged(&error.to_string()))?;
    let mut key = Zeroizing::new([0; 32]);
    scrypt::scrypt(password.as_bytes(), &salt, &params, key.as_mut())
        .map_err(|error| damaged(&error.to_string()))?;
    let nonce: [u8; 24] = nonce.try_into().map_err(|_| damaged("its nonce has not 24 bytes"))?;
    let cipher = XSalsa20Poly1305::new((&*key).into());
    cipher.decrypt(&nonce.into(), ciphertext.as_slice()).map(Zeroizing::new).map_err(|_| {
        KeyError::Damaged(format!(
            "cannot be decrypted: {PASSWORD} holds another password, or the file was changed"
        ))
    })
}
