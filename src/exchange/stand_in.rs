//! Texts that take the places of secrets, so that laws see how long these are and which are the same.

use super::pack::{packed, unpacked};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most bytes of bodies, and of what stands in for secrets in one of them, that a history may have.
pub const MOST: usize = 256 << 20;
/// No secret that is sent is longer.
const LONGEST: usize = 256 << 10;

/// What a secret looks like, for a text that takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Its length in code points.
    pub length: usize,
    /// Whether it has no letters.
    #[serde(default, skip_serializing_if = "is_false")]
    pub digits: bool,
}

/// The shapes of secrets, by the marks that stand for them.
pub type Shapes = BTreeMap<String, Shape>;

impl Shape {
    /// The shape of a secret.
    pub fn of(secret: &str) -> Self {
        let digits = secret.chars().all(|c| c.is_ascii_digit());
        Self { length: secret.chars().count(), digits }
    }

    /// A text of this shape that follows from the mark, so that no two marks have the same.
    pub fn stand_in(self, mark: &str) -> String {
        const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let from: &[u8] = if self.digits { &LETTERS[26..] } else { LETTERS };
        let mut hasher = blake3::Hasher::new_derive_key("proofmark 2026-11 stand-in for a secret v1");
        hasher.update(mark.as_bytes());
        let mut bytes = vec![0; self.length.min(LONGEST)];
        hasher.finalize_xof().fill(&mut bytes);
        bytes.iter().map(|byte| char::from(from[usize::from(*byte) % from.len()])).collect()
    }
}

/// Puts stand-ins where marks are.
pub struct Restorer(Vec<(String, String)>);

impl Restorer {
    /// For these marks.
    pub fn new(shapes: &Shapes) -> Self {
        let mut all: Vec<_> =
            shapes.iter().map(|(mark, shape)| (mark.clone(), shape.stand_in(mark))).collect();
        all.retain(|(mark, _)| !mark.is_empty());
        Self(all)
    }

    /// The text with a stand-in for each mark.
    pub fn text(&self, text: &str) -> String {
        // A file may come from anywhere, and what it says must not fill the memory.
        let fits = |mark: &str, stand_in: &str| text.matches(mark).count() * stand_in.len() <= MOST;
        let all =
            self.0.iter().filter(|(mark, stand_in)| text.contains(mark.as_str()) && fits(mark, stand_in));
        all.fold(text.to_owned(), |text, (mark, stand_in)| text.replace(mark, stand_in))
    }

    /// The text with the marks of a report for which its stand-ins were put.
    pub fn marked(&self, text: &str) -> String {
        let all = self.0.iter().filter(|(_, stand_in)| !stand_in.is_empty());
        let marked = all.fold(text.to_owned(), |text, (mark, stand_in)| text.replace(stand_in, mark));
        unnumbered(&marked)
    }

    /// The same for bytes, of which those that are no text stay as they are, and for what they pack.
    pub(super) fn bytes(&self, bytes: Vec<u8>) -> Bytes {
        if self.0.is_empty() {
            return bytes.into();
        }
        if let Some(plain) = unpacked(&bytes) {
            let whole = self.plain(&plain);
            return if whole == plain { bytes.into() } else { packed(&whole).into() };
        }
        self.plain(&bytes).into()
    }

    fn plain(&self, bytes: &[u8]) -> Vec<u8> {
        let mut whole = Vec::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            whole.extend_from_slice(self.text(chunk.valid()).as_bytes());
            whole.extend_from_slice(chunk.invalid());
        }
        whole
    }
}

/// The text with the marks of a report, which do not tell secrets of one name apart.
pub fn unnumbered(text: &str) -> String {
    const OPEN: &str = "«redacted:";
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(OPEN) {
        whole.push_str(before);
        whole.push_str(OPEN);
        rest = behind;
        let Some((mark, after)) = behind.split_once('»') else { continue };
        let digits = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if let Some((name, _)) = mark.rsplit_once('#').filter(|(_, number)| digits(number)) {
            whole.push_str(name);
            whole.push('»');
            rest = after;
        }
    }
    whole.push_str(rest);
    whole
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_has_the_shape_of_the_secret_and_belongs_to_its_mark() {
        let shape = Shape::of("Zürich-4711");
        assert_eq!(shape.stand_in("«redacted:a»").chars().count(), 11);
        assert_eq!(shape.stand_in("«redacted:a»"), shape.stand_in("«redacted:a»"));
        assert_ne!(shape.stand_in("«redacted:a»"), shape.stand_in("«redacted:b»"));
        assert!(Shape::of("4711").stand_in("m").chars().all(|c| c.is_ascii_digit()));
    }

    #[test]
    fn marks_lose_their_numbers_and_nothing_else() {
        let text = "a «redacted:tokens.once#12» b «redacted:tokens.valid» #3» «redacted:x#» «redacted:y#2";
        let plain = "a «redacted:tokens.once» b «redacted:tokens.valid» #3» «redacted:x#» «redacted:y#2";
        assert_eq!(unnumbered(text), plain);
    }
}
