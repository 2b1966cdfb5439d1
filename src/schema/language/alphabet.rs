//! Code points sorted into classes that none of the patterns at hand tells apart.
//!
//! A pattern over classes has one byte where it had a code point, so its automaton has no states
//! within a character, and a step of it is a character.

use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind, Look, Repetition};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const LAST: u32 = 0x0010_ffff;
const SURROGATES: (u32, u32) = (0xd800, 0xdfff);

type Ranges = Vec<(u32, u32)>;

/// The classes, each known by a byte.
#[derive(Debug)]
pub(crate) struct Alphabet {
    /// Inclusive ranges in ascending order with the byte of their class.
    intervals: Vec<(u32, u32, u8)>,
}

impl Alphabet {
    /// The classes that the trees tell apart; nothing where there are more than bytes, or where a
    /// tree asserts something about lines.
    pub(crate) fn of(trees: &[Hir]) -> Option<Self> {
        let mut sets = BTreeSet::new();
        let mut words = false;
        for tree in trees {
            collect(tree, &mut sets, &mut words)?;
        }
        let mut sets: Vec<Ranges> = sets.into_iter().collect();
        if words {
            sets.push(class_of(r"\w"));
        }
        let mut events: Vec<(u32, usize)> = vec![(0, usize::MAX), (LAST + 1, usize::MAX)];
        events.extend([(SURROGATES.0, usize::MAX), (SURROGATES.1 + 1, usize::MAX)]);
        for (index, set) in sets.iter().enumerate() {
            events.extend(set.iter().flat_map(|(start, end)| [(*start, index), (end + 1, index)]));
        }
        events.sort_unstable();
        let mut active = vec![0_u64; sets.len().div_ceil(64)];
        let mut bytes = Bytes { known: HashMap::new(), wordless: 0, wordy: 0 };
        let mut alphabet = Self { intervals: Vec::new() };
        for pair in events.windows(2) {
            let [(start, toggled), (next, _)] = pair else { break };
            if let Some(bits) = active.get_mut(toggled / 64) {
                *bits ^= 1 << (toggled % 64);
            }
            if start == next || *start == SURROGATES.0 || *start > LAST {
                continue;
            }
            let holds =
                |index: usize| active.get(index / 64).is_some_and(|bits| bits >> (index % 64) & 1 == 1);
            let byte = bytes.of(&active, words.then(|| holds(sets.len() - 1)))?;
            alphabet.intervals.push((*start, next - 1, byte));
        }
        Some(alphabet)
    }

    /// The bytes in use, ascending, with the ranges of each.
    pub(crate) fn classes(&self) -> BTreeMap<u8, Ranges> {
        let mut classes: BTreeMap<u8, Ranges> = BTreeMap::new();
        for &(start, end, byte) in &self.intervals {
            classes.entry(byte).or_default().push((start, end));
        }
        classes
    }

    /// The byte of a character's class.
    pub(crate) fn byte(&self, character: char) -> Option<u8> {
        let code = u32::from(character);
        let index = self.intervals.partition_point(|(_, end, _)| *end < code);
        self.intervals.get(index).filter(|(start, ..)| *start <= code).map(|(.., byte)| *byte)
    }

    /// The tree with classes for characters.
    pub(crate) fn recoded(&self, tree: &Hir) -> Option<Hir> {
        Some(match tree.kind() {
            HirKind::Empty => Hir::empty(),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                match text.chars().map(|one| self.byte(one)).collect::<Option<Vec<u8>>>() {
                    Some(bytes) => Hir::literal(bytes),
                    None => Hir::fail(),
                }
            }
            HirKind::Class(class) => {
                let bytes: BTreeSet<u8> =
                    ranges(class).iter().flat_map(|range| self.within(*range)).collect();
                let ranges = bytes.into_iter().map(|byte| ClassBytesRange::new(byte, byte));
                Hir::class(Class::Bytes(ClassBytes::new(ranges)))
            }
            HirKind::Look(Look::Start) => Hir::look(Look::Start),
            HirKind::Look(Look::End) => Hir::look(Look::End),
            // The validator's words are of all scripts, and their bytes are word bytes.
            HirKind::Look(Look::WordUnicode | Look::WordAscii) => Hir::look(Look::WordAscii),
            HirKind::Look(Look::WordUnicodeNegate | Look::WordAsciiNegate) => {
                Hir::look(Look::WordAsciiNegate)
            }
            HirKind::Look(_) => return None,
            HirKind::Repetition(repetition) => Hir::repetition(Repetition {
                min: repetition.min,
                max: repetition.max,
                greedy: repetition.greedy,
                sub: Box::new(self.recoded(&repetition.sub)?),
            }),
            HirKind::Capture(capture) => self.recoded(&capture.sub)?,
            HirKind::Concat(parts) => {
                Hir::concat(parts.iter().map(|part| self.recoded(part)).collect::<Option<_>>()?)
            }
            HirKind::Alternation(parts) => {
                Hir::alternation(parts.iter().map(|part| self.recoded(part)).collect::<Option<_>>()?)
            }
        })
    }

    fn within(&self, (low, high): (u32, u32)) -> impl Iterator<Item = u8> {
        let first = self.intervals.partition_point(|(_, end, _)| *end < low);
        let rest = self.intervals.get(first..).unwrap_or_default();
        rest.iter().take_while(move |(start, ..)| *start <= high).map(|(.., byte)| *byte)
    }
}

/// Hands out bytes to classes.
struct Bytes {
    known: HashMap<Vec<u64>, u8>,
    /// How many bytes that stand for characters of words, and for others, are looked through.
    wordy: u16,
    wordless: u16,
}

impl Bytes {
    /// The byte of a class; where words matter, a word byte for characters of words and no other.
    fn of(&mut self, class: &[u64], wordy: Option<bool>) -> Option<u8> {
        if let Some(byte) = self.known.get(class) {
            return Some(*byte);
        }
        let next = if wordy == Some(true) { &mut self.wordy } else { &mut self.wordless };
        loop {
            let byte = u8::try_from(*next).ok()?;
            *next += 1;
            let is_word = byte.is_ascii_alphanumeric() || byte == b'_';
            if wordy.is_none_or(|wordy| wordy == is_word) {
                self.known.insert(class.to_vec(), byte);
                return Some(byte);
            }
        }
    }
}

/// The sets of code points that a tree names, and whether it asks for ends of words.
fn collect(tree: &Hir, sets: &mut BTreeSet<Ranges>, words: &mut bool) -> Option<()> {
    match tree.kind() {
        HirKind::Empty | HirKind::Look(Look::Start | Look::End) => {}
        HirKind::Look(
            Look::WordAscii | Look::WordAsciiNegate | Look::WordUnicode | Look::WordUnicodeNegate,
        ) => *words = true,
        HirKind::Look(_) => return None,
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            sets.extend(text.chars().map(|one| vec![(u32::from(one), u32::from(one))]));
        }
        HirKind::Class(class) => {
            sets.insert(ranges(class));
        }
        HirKind::Repetition(repetition) => collect(&repetition.sub, sets, words)?,
        HirKind::Capture(capture) => collect(&capture.sub, sets, words)?,
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            for part in parts {
                collect(part, sets, words)?;
            }
        }
    }
    Some(())
}

fn ranges(class: &Class) -> Ranges {
    match class {
        Class::Unicode(class) => {
            class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
        }
        Class::Bytes(class) => {
            class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
        }
    }
}

fn class_of(pattern: &str) -> Ranges {
    match regex_syntax::parse(pattern).as_ref().map(Hir::kind) {
        Ok(HirKind::Class(class)) => ranges(class),
        _ => Ranges::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;

    fn alphabet(pattern: &str) -> Alphabet {
        Alphabet::of(&[regex_syntax::parse(pattern).unwrap()]).unwrap()
    }

    #[test]
    fn what_no_pattern_tells_apart_is_one_class() {
        let letters = alphabet("^[a-c]+b|[x-z]$");
        let byte = |one| letters.byte(one).unwrap();
        assert_eq!(byte('a'), byte('c'));
        assert_eq!(byte('d'), byte('😀'));
        assert_eq!(letters.classes().len(), 4, "ac, b, xyz and the rest");
        assert!(letters.byte('\u{d7ff}').is_some() && letters.byte('\u{e000}').is_some());
    }

    #[test]
    fn words_are_made_of_word_bytes() {
        let letters = alphabet(r"\ba\b");
        assert!(
            ['a', 'é', 'ع', '_']
                .iter()
                .all(|one| letters.byte(*one).is_some_and(|byte| byte.is_ascii_alphanumeric()))
        );
        assert!(letters.byte(' ').is_some_and(|byte| !byte.is_ascii_alphanumeric()));
    }
}
