//! Sets of code points, simple ones first.

/// Code points by growing oddity: letters, digits, the rest of printable ASCII, control characters,
/// then the scripts of the world, and what lies beyond the basic plane. Surrogates are no characters.
const ORDER: [(u32, u32); 10] = [
    (0x61, 0x7a),
    (0x30, 0x39),
    (0x41, 0x5a),
    (0x20, 0x2f),
    (0x3a, 0x40),
    (0x5b, 0x60),
    (0x7b, 0x7e),
    (0x00, 0x1f),
    (0x7f, 0xd7ff),
    (0xe000, 0x0010_ffff),
];
/// How many of the windows of the order are printable ASCII.
const PRINTABLE: usize = 7;
/// The last code point that counts as near: the alphabets and the signs before the ideographs.
const NEAR: u32 = 0x2fff;

/// A set of characters that is not empty.
#[derive(Clone, Debug)]
pub(crate) struct Letters {
    /// Inclusive, simple ones first.
    ranges: Vec<(u32, u32)>,
    size: u64,
    simple: u64,
    near: u64,
}

impl Letters {
    /// The set of some ranges that do not overlap; nothing where they hold no character.
    pub(crate) fn new(sets: &[(u32, u32)]) -> Option<Self> {
        let mut letters = Self { ranges: Vec::new(), size: 0, simple: 0, near: 0 };
        for (index, &(low, high)) in ORDER.iter().enumerate() {
            for &(start, end) in sets {
                let (start, end) = (start.max(low), end.min(high));
                if start > end {
                    continue;
                }
                letters.ranges.push((start, end));
                let count = u64::from(end - start) + 1;
                letters.size += count;
                letters.simple += if index < PRINTABLE { count } else { 0 };
                letters.near += if start <= NEAR { u64::from(end.min(NEAR) - start) + 1 } else { 0 };
            }
        }
        (letters.size > 0).then_some(letters)
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// How many are printable ASCII; they come first.
    pub(crate) fn simple(&self) -> u64 {
        self.simple
    }

    /// How many belong to the lesser alphabets; they come first.
    pub(crate) fn near(&self) -> u64 {
        self.near
    }

    /// The place of the simplest one in the order of all characters.
    pub(crate) fn rank(&self) -> u32 {
        let first = self.ranges.first().map_or(0, |range| range.0);
        let mut before = 0;
        for (low, high) in ORDER {
            if (low..=high).contains(&first) {
                return before + first - low;
            }
            before += high - low + 1;
        }
        before
    }

    /// The character at a place in the set, simple ones first; the last one for a place past the end.
    pub(crate) fn at(&self, index: u64) -> char {
        let mut left = index.min(self.size - 1);
        for &(start, end) in &self.ranges {
            let length = u64::from(end - start) + 1;
            if left < length {
                return u32::try_from(left).ok().and_then(|left| char::from_u32(start + left)).unwrap_or('a');
            }
            left -= length;
        }
        'a'
    }

    #[cfg(test)]
    pub(crate) fn contains(&self, one: char) -> bool {
        self.ranges.iter().any(|(start, end)| (*start..=*end).contains(&u32::from(one)))
    }

    /// All of them, simple ones first.
    pub(crate) fn all(&self) -> impl Iterator<Item = char> {
        self.ranges.iter().flat_map(|&(start, end)| (start..=end).filter_map(char::from_u32))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;

    #[test]
    fn simple_ones_come_first_and_surrogates_never() {
        let all = Letters::new(&[(0, 0x0010_ffff)]).unwrap();
        assert_eq!((all.at(0), all.at(26), all.at(94)), ('a', '0', '~'));
        assert_eq!((all.simple(), all.size()), (95, 0x0011_0000 - 2048));
        assert_eq!(all.at(u64::MAX), '\u{10ffff}');
        assert_eq!(all.all().count() as u64, all.size());
        assert!(Letters::new(&[(0xd800, 0xdfff)]).is_none());
        let few = Letters::new(&[(0x2d, 0x2d), (0x78, 0x78)]).unwrap();
        assert_eq!(few.all().collect::<String>(), "x-");
        assert!(few.rank() < Letters::new(&[(0x39, 0x39)]).unwrap().rank());
    }
}
