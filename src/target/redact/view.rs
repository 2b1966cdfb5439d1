//! Bytes as an encoding in them reads, with the place of each in what is shown.

use std::borrow::Cow;
use std::io::Read as _;

/// Bytes, and where each of them stands in what is shown; as they stand where nothing is said.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    places: Option<Vec<(usize, usize)>>,
}

/// The most that a packed part is unpacked to, in bytes.
const UNPACKED: u64 = 256 << 10;

impl<'a> View<'a> {
    /// What is shown itself.
    pub(super) fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), places: None }
    }

    /// Whether it is what is shown, and no encoding.
    pub(super) fn stands(&self) -> bool {
        self.places.is_none()
    }

    /// Where a part of it stands in what is shown.
    pub(super) fn place(&self, start: usize, end: usize) -> (usize, usize) {
        match &self.places {
            None => (start, end),
            Some(places) => (
                places.get(start).map_or(0, |place| place.0),
                places.get(end.saturating_sub(1)).map_or(0, |place| place.1),
            ),
        }
    }

    fn made(&self) -> Made<'_> {
        Made { of: self, bytes: Vec::new(), places: Vec::new() }
    }

    /// Without the escapes of JSON, URLs, markup and shells; nothing where it has none.
    pub(super) fn unescaped(&self) -> Option<View<'static>> {
        let bytes = &self.bytes;
        if !bytes.iter().any(|byte| matches!(byte, b'\\' | b'%' | b'&')) {
            return None;
        }
        let mut made = self.made();
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let (read, length) = match rest[0] {
                b'\\' => backslash(rest),
                b'%' => hex(rest.get(1..3)).map(|(value, _)| (Some(value), 3)),
                b'&' => entity(rest),
                b'\'' if rest.starts_with(b"'\\''") => Some((Some(u32::from(b'\'')), 4)),
                _ => None,
            }
            .unwrap_or((None, 1));
            match read {
                // An escape of a URL is a byte, the others are characters.
                Some(value) if rest[0] == b'%' => {
                    made.push(&[u8::try_from(value).unwrap_or_default()], at, length);
                }
                Some(value) => {
                    let read = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                    made.push(read.encode_utf8(&mut [0; 4]).as_bytes(), at, length);
                }
                None => made.push(&rest[..1], at, 1),
            }
            at += length;
        }
        (made.bytes != **bytes).then(|| made.done())
    }

    /// Without the zero bytes that wider encodings of text have; nothing where there are none.
    pub(super) fn narrowed(&self) -> Option<View<'static>> {
        if !self.bytes.contains(&0) {
            return None;
        }
        let mut made = self.made();
        for (at, byte) in self.bytes.iter().enumerate().filter(|(_, byte)| **byte != 0) {
            made.push(&[*byte], at, 1);
        }
        Some(made.done())
    }

    /// What runs of digits in this base hold, read from this digit of each on.
    pub(super) fn decoded(&self, base: Base, shift: usize) -> Vec<View<'static>> {
        self.runs(base).into_iter().map(|(start, end)| self.run(base, start, end, shift)).collect()
    }

    /// The runs of digits that are long enough to hold a secret. A line may end within one.
    fn runs(&self, base: Base) -> Vec<(usize, usize)> {
        let mut runs = Vec::new();
        let (mut start, mut digits) = (None, 0);
        let bytes = &self.bytes;
        for at in 0..=bytes.len() {
            let byte = bytes.get(at).copied();
            if byte.is_some_and(|byte| base.digit(byte).is_some()) {
                start = start.or(Some(at));
                digits += 1;
            } else if start.is_some() && matches!(byte, Some(b'\r' | b'\n')) {
            } else if let Some(from) = start.take() {
                if digits >= base.least() {
                    runs.push((from, at));
                }
                digits = 0;
            }
        }
        runs
    }

    fn run(&self, base: Base, start: usize, end: usize, shift: usize) -> View<'static> {
        let mut made = self.made();
        let (mut held, mut bits) = (0u32, 0);
        let digits = (start..end).filter_map(|at| Some((at, base.digit(*self.bytes.get(at)?)?)));
        let mut first = start;
        for (at, digit) in digits.skip(shift) {
            if bits == 0 {
                first = at;
            }
            held = held << base.bits() | u32::from(digit);
            bits += base.bits();
            if bits >= 8 {
                bits -= 8;
                let byte = u8::try_from(held >> bits & 0xff).unwrap_or_default();
                made.push(&[byte], first, at + 1 - first);
                // The digit that ends a byte begins the next one as well.
                first = at;
                held &= (1 << bits) - 1;
            }
        }
        made.done()
    }

    /// What it packs, where it is packed, and as much of that as can be read.
    pub(super) fn inflated(&self) -> Option<View<'static>> {
        let mut plain = Vec::new();
        // What is cut off is read as far as it goes.
        let _ = match *self.bytes.first_chunk::<2>()? {
            [0x1f, 0x8b] => flate2::read::GzDecoder::new(&*self.bytes).take(UNPACKED).read_to_end(&mut plain),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda] => {
                flate2::read::ZlibDecoder::new(&*self.bytes).take(UNPACKED).read_to_end(&mut plain)
            }
            _ => return None,
        };
        let place = self.place(0, self.bytes.len());
        let places = vec![place; plain.len()];
        (!plain.is_empty()).then(|| View { bytes: plain.into(), places: Some(places) })
    }

    /// Whether it looks like text, in which further encodings may be.
    pub(super) fn is_text(&self) -> bool {
        let chunks = self.bytes.utf8_chunks();
        let control = |c: &char| c.is_control() && !matches!(c, '\0' | '\t' | '\n' | '\r');
        let odd = chunks.map(|chunk| chunk.invalid().len() + chunk.valid().chars().filter(control).count());
        let odd: usize = odd.sum();
        self.bytes.len() >= super::known::WINDOW && odd * 8 <= self.bytes.len()
    }
}

/// A view in the making.
struct Made<'a> {
    of: &'a View<'a>,
    bytes: Vec<u8>,
    places: Vec<(usize, usize)>,
}

impl Made<'_> {
    fn push(&mut self, bytes: &[u8], at: usize, length: usize) {
        let place = self.of.place(at, at + length);
        self.bytes.extend_from_slice(bytes);
        self.places.resize(self.bytes.len(), place);
    }

    fn done(self) -> View<'static> {
        View { bytes: self.bytes.into(), places: Some(self.places) }
    }
}

/// Digits that stand for bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// Base64 in either alphabet (RFC 4648), which are read at once.
    SixtyFour,
    /// Hexadecimal digits in either case.
    Sixteen,
}

impl Base {
    /// The digits at which a byte may begin.
    pub(super) fn shifts(self) -> std::ops::Range<usize> {
        match self {
            Self::SixtyFour => 0..4,
            Self::Sixteen => 0..2,
        }
    }

    fn bits(self) -> u32 {
        match self {
            Self::SixtyFour => 6,
            Self::Sixteen => 4,
        }
    }

    /// The fewest digits that hold a secret.
    fn least(self) -> usize {
        (super::known::WINDOW * 8).div_ceil(if self == Self::SixtyFour { 6 } else { 4 })
    }

    fn digit(self, byte: u8) -> Option<u8> {
        match (self, byte) {
            (Self::Sixteen, b'0'..=b'9') => Some(byte - b'0'),
            (Self::Sixteen, b'a'..=b'f') => Some(byte - b'a' + 10),
            (Self::Sixteen, b'A'..=b'F') => Some(byte - b'A' + 10),
            (Self::SixtyFour, b'A'..=b'Z') => Some(byte - b'A'),
            (Self::SixtyFour, b'a'..=b'z') => Some(byte - b'a' + 26),
            (Self::SixtyFour, b'0'..=b'9') => Some(byte - b'0' + 52),
            (Self::SixtyFour, b'+' | b'-') => Some(62),
            (Self::SixtyFour, b'/' | b'_') => Some(63),
            _ => None,
        }
    }
}

/// A character and the length of its escape; nothing in its place where a backslash stands for itself.
type Read = Option<(Option<u32>, usize)>;

fn backslash(rest: &[u8]) -> Read {
    let unit = |rest: &[u8]| match rest {
        [b'\\', b'u', digits @ ..] => hex(digits.get(..4)).map(|(value, _)| value),
        _ => None,
    };
    if let Some(high) = unit(rest) {
        if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (high, rest.get(6..).and_then(unit)) {
            return Some((Some(0x1_0000 + (high - 0xd800) * 0x400 + (low - 0xdc00)), 12));
        }
        return Some((Some(high), 6));
    }
    let plain = |c: u8| Some((Some(u32::from(c)), 2));
    match rest.get(1)? {
        b'x' => hex(rest.get(2..4)).map(|(value, length)| (Some(value), length + 2)),
        b'u' if rest.get(2) == Some(&b'{') => {
            let end = rest.iter().take(11).position(|byte| *byte == b'}')?;
            hex(rest.get(3..end)).map(|(value, length)| (Some(value), length + 4))
        }
        b'n' => plain(b'\n'),
        b'r' => plain(b'\r'),
        b't' => plain(b'\t'),
        b'b' => plain(8),
        b'f' => plain(12),
        other if other.is_ascii_punctuation() => plain(*other),
        _ => None,
    }
}

/// The value of hexadecimal digits and how many there are.
fn hex(digits: Option<&[u8]>) -> Option<(u32, usize)> {
    let digits = digits.filter(|digits| !digits.is_empty())?;
    let value = digits.iter().try_fold(0u32, |value, byte| {
        Some(value.checked_mul(16)? + u32::from(Base::Sixteen.digit(*byte)?))
    })?;
    Some((value, digits.len()))
}

/// The entities of markup that stand for what a secret may hold.
const NAMED: [(&str, char); 16] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("sol", '/'),
    ("plus", '+'),
    ("equals", '='),
    ("lowbar", '_'),
    ("period", '.'),
    ("comma", ','),
    ("colon", ':'),
    ("semi", ';'),
    ("hyphen", '-'),
    ("dash", '-'),
    ("percnt", '%'),
];

fn entity(rest: &[u8]) -> Read {
    let end = rest.iter().take(12).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(rest.get(1..end)?).ok()?;
    let value = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        },
        None => u32::from(NAMED.iter().find(|(known, _)| *known == name)?.1),
    };
    Some((Some(value), end + 1))
}
