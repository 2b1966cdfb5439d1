//! The bytes of the body that a signature is verified over: those that were sent, unless the wallet is broken.

use super::conduct::Conduct;
use super::fault::Flaw;
use super::key::without_space;

/// What the wallet takes for the signed body.
pub(super) fn signed_body(body: &[u8], conduct: &Conduct) -> Vec<u8> {
    if conduct.has(Flaw::BodyReserialised) {
        without_space(body)
    } else if conduct.has(Flaw::BodySlashesUnescaped) {
        without_escaped_slashes(body)
    } else if conduct.has(Flaw::BodyLettersUnescaped) {
        without_escaped_letters(body)
    } else if conduct.has(Flaw::BodyTrimmed) {
        body.trim_ascii().to_vec()
    } else if conduct.has(Flaw::BodySorted) {
        let read = serde_json::from_slice::<serde_json::Value>(body).ok();
        read.map_or_else(|| body.to_vec(), |value| value.to_string().into_bytes())
    } else if conduct.has(Flaw::BodyAsAscii) {
        body.iter().map(|byte| if byte.is_ascii() { *byte } else { b'?' }).collect()
    } else {
        body.to_vec()
    }
}

fn without_escaped_slashes(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for (at, byte) in body.iter().enumerate() {
        if !(*byte == b'\\' && body.get(at + 1) == Some(&b'/')) {
            out.push(*byte);
        }
    }
    out
}

/// Escapes of single characters become these; pairs of surrogates are left.
fn without_escaped_letters(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    let mut parts = text.split("\\u");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        if let Some(character) = code.and_then(char::from_u32) {
            out.push(character);
            out.push_str(&part[4..]);
        } else {
            out.push_str("\\u");
            out.push_str(part);
        }
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{without_escaped_letters, without_escaped_slashes};

    #[test]
    fn escapes_become_what_they_stand_for() {
        assert_eq!(without_escaped_slashes(br#"{"a":"b\/c"}"#), br#"{"a":"b/c"}"#);
        assert_eq!(without_escaped_letters(br#"{"a":"\u0041b\ud800"}"#), br#"{"a":"Ab\ud800"}"#);
    }
}
