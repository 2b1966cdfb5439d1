//! Signatures as text: the three ways that are in use, and one mistake.

use crate::contract::signing::Encoding;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// What is percent-encoded in base64: everything but letters and digits (`+`, `/`, `=`).
const ENCODED: &AsciiSet = NON_ALPHANUMERIC;

/// The text of a signature.
pub fn encode(signature: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Base64 => STANDARD.encode(signature),
        Encoding::UrlEncodedBase64 => utf8_percent_encode(&STANDARD.encode(signature), ENCODED).to_string(),
        Encoding::Base64url => URL_SAFE_NO_PAD.encode(signature),
    }
}

/// How a text was made from a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// In one of the known ways.
    As(Encoding),
    /// Encoded, and then once more.
    Twice,
}

/// The signatures that a text may stand for, the likeliest first.
pub fn readings(text: &str) -> Vec<(Vec<u8>, Spelling)> {
    let once = read(text);
    let twice = once.iter().filter_map(|(bytes, _)| read(std::str::from_utf8(bytes).ok()?));
    let percent = decoded(text).and_then(|plain| plain.contains('%').then(|| read(&plain)).flatten());
    let twice = twice.chain(percent).map(|(bytes, _)| (bytes, Spelling::Twice));
    let twice: Vec<_> = twice.collect();
    once.into_iter().map(|(bytes, encoding)| (bytes, Spelling::As(encoding))).chain(twice).collect()
}

fn read(text: &str) -> Option<(Vec<u8>, Encoding)> {
    let plain = decoded(text)?;
    let bare = plain.trim_end_matches('=');
    match STANDARD.decode(plain.as_bytes()) {
        Ok(bytes) if text.contains('%') => Some((bytes, Encoding::UrlEncodedBase64)),
        Ok(bytes) => Some((bytes, Encoding::Base64)),
        Err(_) => URL_SAFE_NO_PAD.decode(bare).ok().map(|bytes| (bytes, Encoding::Base64url)),
    }
}

fn decoded(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_is_read_back_as_itself() {
        let signature: Vec<u8> = (0..=255).collect();
        for encoding in Encoding::ALL {
            let text = encode(&signature, encoding);
            let (bytes, spelling) = readings(&text).remove(0);
            assert_eq!((bytes, spelling), (signature.clone(), Spelling::As(encoding)), "{text}");
            let doubled = encode(text.as_bytes(), encoding);
            assert!(readings(&doubled).contains(&(signature.clone(), Spelling::Twice)), "{doubled}");
        }
        let percent = encode(&signature, Encoding::UrlEncodedBase64).replace('%', "%25");
        assert!(readings(&percent).contains(&(signature, Spelling::Twice)));
    }

    #[test]
    fn what_is_no_signature_is_none() {
        assert!(readings("!!").is_empty());
        assert!(readings("%ff").is_empty());
    }
}
