//! Fingerprints of public keys as SSH has them: the digest of the key in its wire form (RFC 4253, RFC 5656, RFC 8709).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// `SHA256:` and the digest in base64, of a key in DER (`SubjectPublicKeyInfo`, RFC 5280); nothing for a kind of key
/// or a form of point that is not read.
pub(super) fn of(der: &[u8]) -> Option<String> {
    let (tag, body, _) = element(der)?;
    let (_, algorithm, rest) = element(body).filter(|_| tag == SEQUENCE)?;
    let (tag, bits, _) = element(rest)?;
    let key = bits.strip_prefix(&[0]).filter(|_| tag == BIT_STRING)?;
    let (_, oid, _) = element(algorithm)?;
    let fields: Vec<Vec<u8>> = match oid {
        EC if key.len() == 65 => vec![b"ecdsa-sha2-nistp256".into(), b"nistp256".into(), key.into()],
        ED25519 if key.len() == 32 => vec![b"ssh-ed25519".into(), key.into()],
        RSA => {
            let (_, numbers, _) = element(key)?;
            let (_, modulus, rest) = element(numbers)?;
            let (_, exponent, _) = element(rest)?;
            vec![b"ssh-rsa".into(), exponent.into(), modulus.into()]
        }
        _ => return None,
    };
    let mut wire = Vec::new();
    for field in fields {
        wire.extend(u32::try_from(field.len()).ok()?.to_be_bytes());
        wire.extend(field);
    }
    Some(format!("SHA256:{}", STANDARD_NO_PAD.encode(digest(&SHA256, &wire))))
}

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
/// 1.2.840.10045.2.1
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.3.101.112
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// 1.2.840.113549.1.1.1
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// The first element of DER: its tag, its content, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}
