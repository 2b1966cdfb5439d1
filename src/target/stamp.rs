//! Idempotency keys: fresh for every request, the same again only on purpose.

use crate::case::script::KeyChange;
use blake3::hazmat::{HasherExt, hash_derive_key_context};
use std::sync::LazyLock;

/// What keys of one run are made from.
#[derive(Clone, Debug)]
pub struct Stamps {
    nonce: String,
}

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const NONCE: usize = 8;
const HASH: usize = 14;
/// Code points of an ordinary key.
const LENGTH: usize = 2 + NONCE + HASH;

impl Stamps {
    /// Keys that no other run uses, as far as chance allows: for targets that remember.
    ///
    /// # Errors
    /// The system's random numbers are not to be had.
    pub fn random() -> Result<Self, String> {
        let number = getrandom::u64().map_err(|error| format!("no random numbers: {error}"))?;
        Ok(Self::new(number))
    }

    /// Keys that follow from a number: for targets that start empty.
    pub fn new(number: u64) -> Self {
        // Digits such as 00000001 stand in other numbers by accident, and would be taken for the run's own there.
        let hash = blake3::hash(&number.to_le_bytes());
        let digits = hash.as_bytes()[..8].iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
        Self { nonce: format!("{}", 10_000_000 + digits % 90_000_000) }
    }

    /// The eight digits that all keys of the run have in common.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// A key for a place in the run; the same label gives the same key.
    pub fn fresh(&self, label: &str, length: Option<usize>) -> String {
        let length = length.unwrap_or(LENGTH);
        if length < LENGTH {
            return letters(&format!("{}/{label}", self.nonce)).take(length).collect();
        }
        format!("pm{}", self.nonce).chars().chain(letters(label).take(length - 2 - NONCE)).collect()
    }

    /// As [`Stamps::fresh`], of digits only.
    pub fn fresh_digits(&self, label: &str) -> String {
        let digit = |letter: char| char::from(b'0' + (u32::from(letter) % 10) as u8);
        format!("1{}", self.nonce).chars().chain(letters(label).take(HASH).map(digit)).collect()
    }

    /// As [`Stamps::fresh`], in the form of a UUID of version 4 (RFC 9562).
    pub fn fresh_uuid(&self, label: &str) -> String {
        let digit = |letter: char| char::from_digit(u32::from(letter) % 16, 16).unwrap_or('0');
        let hex: String = letters(label).take(24).map(digit).collect();
        let (a, b, c) = (&hex[..4], &hex[4..7], &hex[7..10]);
        format!("{}-{a}-4{b}-8{c}-{}", self.nonce, &hex[10..22])
    }

    /// The value with its beginning overwritten by a fresh key, and its length in code points kept.
    pub fn over(&self, value: &str, label: &str) -> String {
        let length = value.chars().count();
        let stamp = self.fresh(label, Some(length.min(LENGTH)));
        stamp.chars().chain(value.chars().skip(LENGTH)).collect()
    }
}

/// The key with a small difference.
pub fn changed(key: &str, change: &KeyChange) -> String {
    match change {
        KeyChange::SwapCase => key
            .chars()
            .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect(),
        KeyChange::LastCharacter => {
            let mut characters: Vec<char> = key.chars().collect();
            if let Some(last) = characters.last_mut() {
                *last = other(*last);
            }
            characters.into_iter().collect()
        }
        KeyChange::ReplaceAt(count) => {
            let character = key.chars().nth(*count).map_or('x', other);
            let (before, after) = (key.chars().take(*count), key.chars().skip(*count + 1));
            before.chain([character]).chain(after).collect()
        }
        KeyChange::Append(text) => format!("{key}{text}"),
        KeyChange::Prepend(text) => format!("{text}{key}"),
        KeyChange::Replace(from, to) => key.replace(from, to),
    }
}

/// Another character of the same kind.
fn other(character: char) -> char {
    match character {
        '0'..='8' => char::from(character as u8 + 1),
        '9' => '0',
        'x' => 'y',
        _ => 'x',
    }
}

/// An endless row of letters and digits that follows from a label.
fn letters(label: &str) -> impl Iterator<Item = char> {
    /// The key of the derivation, which is half its work.
    static KEY: LazyLock<[u8; 32]> =
        LazyLock::new(|| hash_derive_key_context("proofmark 2026-11 idempotency key v1"));
    let mut hasher = blake3::Hasher::new_from_context_key(&KEY);
    hasher.update(label.as_bytes());
    let mut reader = hasher.finalize_xof();
    let block = move || {
        let mut block = [0; 64];
        reader.fill(&mut block);
        block
    };
    std::iter::repeat_with(block).flatten().map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]))
}

#[cfg(test)]
mod tests {
    use super::Stamps;

    #[test]
    fn keys_are_derived_as_the_context_says() {
        let mut hasher = blake3::Hasher::new_derive_key("proofmark 2026-11 idempotency key v1");
        let mut bytes = [0; 200];
        hasher.update(b"label").finalize_xof().fill(&mut bytes);
        let letters = bytes.iter().map(|byte| char::from(super::LETTERS[usize::from(*byte) % 62]));
        assert_eq!(Stamps::new(1).fresh("label", Some(210))[10..], letters.collect::<String>());
    }

    #[test]
    fn the_digits_of_a_run_are_none_that_stand_elsewhere() {
        let runs: Vec<String> = (0..1_000).map(|seed| Stamps::new(seed).nonce().to_owned()).collect();
        assert!(runs.iter().all(|nonce| nonce.len() == 8 && !nonce.contains("00000")));
        assert_eq!(runs[1], Stamps::new(1).nonce());
        assert!(runs.iter().all(|nonce| !"51051000101000000011".contains(nonce.as_str())));
    }
}
