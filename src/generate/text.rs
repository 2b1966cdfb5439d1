//! Free strings: any characters, a length within a window.

use super::source::{Rng, Source};
use crate::schema::canonical::Window;

/// The longest string that is ever made, in code points. What needs more is refused.
pub(crate) const LONGEST: u64 = 100_000;
/// How much longer than the least length an ordinary string may be.
const ORDINARY: u64 = 24;
/// Characters by growing oddity: letters, digits, the rest of printable ASCII, then what trips programs up.
const CHARACTERS: &[char] = &[
    'a',
    'b',
    'c',
    'd',
    'e',
    'f',
    'g',
    'h',
    'i',
    'j',
    'k',
    'l',
    'm',
    'n',
    'o',
    'p',
    'q',
    'r',
    's',
    't',
    'u',
    'v',
    'w',
    'x',
    'y',
    'z',
    '0',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
    'A',
    'B',
    'C',
    'D',
    'E',
    'F',
    'G',
    'H',
    'I',
    'J',
    'K',
    'L',
    'M',
    'N',
    'O',
    'P',
    'Q',
    'R',
    'S',
    'T',
    'U',
    'V',
    'W',
    'X',
    'Y',
    'Z',
    ' ',
    '-',
    '_',
    '.',
    ',',
    ':',
    ';',
    '/',
    '\\',
    '\'',
    '"',
    '`',
    '!',
    '?',
    '@',
    '#',
    '$',
    '%',
    '^',
    '&',
    '*',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '<',
    '>',
    '|',
    '~',
    '+',
    '=', //
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
const LETTERS: usize = 26;
const PRINTABLE: usize = 95;

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
        let styles = if self.ascii { 2 } else { 3 };
        // Most strings are plain: oddities are for the goals that ask for them, and a seasoning here.
        let style = source.choose(styles - 1, |rng| match rng.below(8) {
            0 => styles - 1,
            1 | 2 => 1,
            _ => 0,
        });
        let characters = match style {
            0 => CHARACTERS.get(..LETTERS),
            1 => CHARACTERS.get(..PRINTABLE),
            _ => Some(CHARACTERS),
        }
        .unwrap_or(CHARACTERS);
        let (list, length) =
            source.open_list(self.min, self.max - self.min, |rng| spread(rng, self.max - self.min));
        let top = characters.len() as u64 - 1;
        let mut text = String::with_capacity(usize::try_from(length).unwrap_or(0));
        for _ in 0..length {
            let start = source.position();
            let choice = source.choose(top, |rng| rng.up_to(top));
            text.push(
                usize::try_from(choice).ok().and_then(|index| characters.get(index)).copied().unwrap_or('a'),
            );
            source.close_item(list, start);
        }
        text
    }
}

/// A number from `0` to `spare`, weighted to both ends and to what is ordinary.
pub(crate) fn spread(rng: &mut Rng, spare: u64) -> u64 {
    match rng.below(32) {
        0 | 1 => 0,
        2 => spare,
        3 => spare.saturating_sub(1),
        4 => spare.min(1),
        _ => rng.up_to(spare.min(ORDINARY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_grows_odder() {
        assert!(CHARACTERS.iter().take(LETTERS).all(char::is_ascii_lowercase));
        assert!(CHARACTERS.iter().take(PRINTABLE).all(|c| (' '..='~').contains(c)));
        assert!(CHARACTERS.iter().skip(PRINTABLE).all(|c| !(' '..='~').contains(c)));
        let mut sorted = CHARACTERS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), CHARACTERS.len());
    }
}
