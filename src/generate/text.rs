//! Free strings: any characters, a length within a window.

use super::phrase;
use super::source::{Rng, Source};
use crate::schema::canonical::Window;

/// The longest string that is ever made, in code points. What needs more is refused.
pub(crate) const LONGEST: u64 = 100_000;
/// How much longer than the least length an ordinary string may be.
const ORDINARY: u64 = 24;
/// From how many characters or items on the greatest number is drawn more rarely than elsewhere.
const LARGE: u64 = 1_000;
/// Printable ASCII by growing oddity: letters, digits, the rest.
const PLAIN: &[u8; 95] =
    b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -_.,:;/\\'\"`!?@#$%^&*()[]{}<>|~+=";
/// Characters that trip programs up.
const ODD: &[char] = &[
    '\n',
    '\t',
    '\r',
    '\u{0}',
    '\u{1}',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{a0}',
    'é',
    'ß',
    'İ',
    'ı',
    'ǅ',
    'я',
    'ع',
    'ש',
    'ह',
    'ท',
    '中',
    'あ',
    '한',
    'ﬁ',
    '\u{301}',
    '\u{200b}',
    '\u{200d}',
    '\u{200f}',
    '\u{202e}',
    '\u{2028}',
    '\u{feff}',
    '\u{fffd}',
    '\u{ffff}',
    '😀',
    '👩',
    '🇮',
    '𝒳',
    '𠜎',
    '\u{10ffff}',
];
/// How many there are: letters, printable ASCII, and all.
const LETTERS: u8 = 26;
const PRINTABLE: u8 = 95;
const CHARACTERS: u8 = PRINTABLE + 38;

/// Strings of a length within a window.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    min: u64,
    max: u64,
    ascii: bool,
}

impl Text {
    /// Nothing where even the shortest string is too long to make.
    pub(crate) fn new(length: Window, ascii: bool) -> Option<Self> {
        // A maximum that is too long to make is no boundary worth half-meeting.
        let open = length.min.saturating_add(ORDINARY * 4).min(LONGEST);
        let max = length.max.filter(|max| *max <= LONGEST).unwrap_or(open);
        (length.min <= max).then_some(Self { min: length.min, max, ascii })
    }

    pub(crate) fn make(&self, source: &mut Source<'_>) -> String {
        let oddest = if self.ascii { 1 } else { 3 };
        // Most strings are plain: oddities are for the goals that ask for them, and a seasoning here.
        let style = source.choose(oddest, |rng| match rng.below(16) {
            0 => oddest,
            1 => oddest.min(2),
            2..=5 => 1,
            _ => 0,
        });
        let spare = self.max - self.min;
        let (list, length) = source.open_list(self.min, spare, |rng| spread(rng, spare));
        match style {
            0 => plain(source, list, length, LETTERS),
            1 => plain(source, list, length, PRINTABLE),
            2 => odd(source, list, length),
            _ => phrases(source, list, length),
        }
    }
}

/// One choice a character, of the first so many.
fn choices(source: &mut Source<'_>, list: usize, length: u64, of: u8) -> Vec<u8> {
    let mut choices = vec![0; usize::try_from(length).unwrap_or(0)];
    source.fill(list, &mut choices, of - 1);
    choices
}

fn plain(source: &mut Source<'_>, list: usize, length: u64, of: u8) -> String {
    let mut text = choices(source, list, length, of);
    for byte in &mut text {
        // The letters are the first of the table; to count on from there is quicker than to look it up.
        *byte =
            if of == LETTERS { b'a' + *byte } else { PLAIN.get(usize::from(*byte)).copied().unwrap_or(b'a') };
    }
    // ASCII is UTF-8.
    String::from_utf8(text).unwrap_or_default()
}

fn odd(source: &mut Source<'_>, list: usize, length: u64) -> String {
    choices(source, list, length, CHARACTERS).into_iter().map(|choice| character(u64::from(choice))).collect()
}

/// Letters, and phrases between them.
fn phrases(source: &mut Source<'_>, list: usize, length: u64) -> String {
    let mut text = String::new();
    let mut left = length;
    while left > 0 {
        let start = source.position();
        let fitting = phrase::fitting(left);
        let kinds = fitting.len() as u64;
        // The characters come first, so that what is odd for one of them is so in the other styles too.
        let choice = source.choose(u64::from(CHARACTERS) - 1 + kinds, |rng| {
            if rng.below(2) == 0 {
                rng.below(u64::from(LETTERS))
            } else {
                u64::from(CHARACTERS) + rng.below(kinds)
            }
        });
        let phrase = choice
            .checked_sub(u64::from(CHARACTERS))
            .and_then(|index| fitting.get(usize::try_from(index).ok()?));
        if let Some((length, phrase)) = phrase {
            text.push_str(phrase);
            left -= length;
        } else {
            text.push(character(choice));
            left -= 1;
        }
        source.close_item(list, start);
    }
    text
}

fn character(choice: u64) -> char {
    let index = usize::try_from(choice).unwrap_or(0);
    let odd = || ODD.get(index.checked_sub(PLAIN.len())?).copied();
    PLAIN.get(index).map(|byte| char::from(*byte)).or_else(odd).unwrap_or('a')
}

/// A number from `0` to `spare`, weighted to both ends and to what is ordinary.
pub(crate) fn spread(rng: &mut Rng, spare: u64) -> u64 {
    match rng.below(32) {
        0 | 1 => 0,
        // What is large is made more rarely, since it takes as long as many small ones.
        2 | 3 if spare > LARGE && rng.below(8) > 0 => rng.up_to(ORDINARY),
        2 => spare,
        3 => spare.saturating_sub(1),
        4 => spare.min(1),
        _ => rng.up_to(spare.min(ORDINARY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_tables_grow_odder() {
        let (letters, rest) = PLAIN.split_at(usize::from(LETTERS));
        assert!(letters.iter().copied().eq(b'a'..=b'z'));
        assert!(rest.iter().all(|byte| (b' '..=b'~').contains(byte)));
        assert!(ODD.iter().all(|odd| !(' '..='~').contains(odd)));
        assert_eq!(PLAIN.len() + ODD.len(), usize::from(CHARACTERS));
        let all: BTreeSet<char> = (0..u64::from(CHARACTERS)).map(character).collect();
        assert_eq!(all.len(), usize::from(CHARACTERS));
    }

    #[test]
    fn a_recording_makes_the_same_string_and_replays_to_it() {
        let text = Text { min: 2, max: 300, ascii: false };
        for seed in 0..2_000 {
            let made = text.make(&mut Source::fresh(seed));
            let mut source = Source::recording(seed);
            assert_eq!(text.make(&mut source), made);
            let log = source.into_log();
            assert_eq!(text.make(&mut Source::replaying(&log.choices)), made);
            assert!((2..=300).contains(&made.chars().count()), "{made:?}");
        }
    }
}
