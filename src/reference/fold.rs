//! What faults make of an idempotency key, so that different ones become the same.

use super::conduct::Conduct;
use super::fault::Flaw;
use percent_encoding::percent_decode_str;

/// How many characters of a key a fault looks at.
const CUTS: [(Flaw, usize); 5] = [
    (Flaw::KeyCutAt32, 32),
    (Flaw::KeyCutAt36, 36),
    (Flaw::KeyCutAt64, 64),
    (Flaw::KeyCutAt100, 100),
    (Flaw::KeyCutAt127, 127),
];

/// The key as it is stored: unchanged, unless a fault makes different keys the same.
pub(super) fn folded(request_id: &str, conduct: &Conduct) -> String {
    let mut key = request_id.to_owned();
    if conduct.has(Flaw::KeyIgnoresCase) {
        key = key.to_lowercase();
    }
    if conduct.has(Flaw::KeyTrimmed) {
        key = String::from(key.trim());
    }
    for (_, length) in CUTS.iter().filter(|(flaw, _)| conduct.has(*flaw)) {
        key = key.chars().take(*length).collect();
    }
    if conduct.has(Flaw::KeyIgnoresLeadingZeros) {
        key = String::from(key.trim_start_matches('0'));
    }
    if conduct.has(Flaw::KeyComposed) {
        key = composed(&key);
    }
    if conduct.has(Flaw::KeySpacesCollapsed) {
        key = collapsed(&key);
    }
    if conduct.has(Flaw::KeyReadAsNumber) {
        key = as_number(key);
    }
    if conduct.has(Flaw::KeyUrlDecoded) {
        key = percent_decode_str(&key.replace('+', " ")).decode_utf8_lossy().into_owned();
    }
    if conduct.has(Flaw::KeyCutAtNul) {
        key = String::from(key.split('\0').next().unwrap_or_default());
    }
    if conduct.has(Flaw::KeyWithoutAstral) {
        key = key.chars().map(|c| if u32::from(c) > 0xffff { '?' } else { c }).collect();
    }
    if conduct.has(Flaw::KeyAsCrc32) {
        key = format!("{:08x}", crc32(key.as_bytes()));
    }
    if conduct.has(Flaw::KeyAsHashCode) {
        key = format!("{:08x}", hash_code(&key));
    }
    if conduct.has(Flaw::KeyAsDjb2) {
        key = format!("{:08x}", djb2(key.as_bytes()));
    }
    if conduct.has(Flaw::KeyAsFnv) {
        key = format!("{:08x}", fnv1a(key.as_bytes()));
    }
    key
}

/// Composes the commonest accented letters: enough of NFC to confuse two keys that differ in it.
fn composed(text: &str) -> String {
    const PAIRS: [(&str, &str); 8] = [
        ("a\u{301}", "á"),
        ("e\u{301}", "é"),
        ("e\u{300}", "è"),
        ("i\u{301}", "í"),
        ("o\u{308}", "ö"),
        ("u\u{308}", "ü"),
        ("n\u{303}", "ñ"),
        ("A\u{30a}", "Å"),
    ];
    PAIRS.iter().fold(text.to_owned(), |text, (pair, letter)| text.replace(pair, letter))
}

/// Every run of white space as one space, as HTML and some databases have it.
fn collapsed(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_whitespace() {
            true if collapsed.ends_with(' ') => {}
            true => collapsed.push(' '),
            false => collapsed.push(c),
        }
    }
    collapsed
}

/// A key that begins with a digit and can be read as a number, as that number.
fn as_number(key: String) -> String {
    let number = key.starts_with(|c: char| c.is_ascii_digit()).then(|| key.parse::<f64>().ok()).flatten();
    number.map_or(key, |number| number.to_string())
}

/// CRC-32 of IEEE 802.3, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1)))
    })
}

/// Daniel J. Bernstein's hash, times 33.
fn djb2(bytes: &[u8]) -> u32 {
    bytes.iter().fold(5381, |hash: u32, byte| hash.wrapping_mul(33).wrapping_add(u32::from(*byte)))
}

/// FNV-1a of 32 bits.
fn fnv1a(bytes: &[u8]) -> u32 {
    let mut hash: u32 = 2_166_136_261;
    for byte in bytes {
        hash ^= u32::from(*byte);
        hash = hash.wrapping_mul(16_777_619);
    }
    hash
}

/// `String.hashCode` of the Java platform.
fn hash_code(text: &str) -> u32 {
    text.encode_utf16().fold(0, |hash: u32, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_the_published_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"pm1plumless"), crc32(b"pm1buckeroo"));
        assert_eq!(hash_code("hello"), 99_162_322);
        assert_eq!(hash_code("pm1Aa"), hash_code("pm1BB"));
        assert_eq!(djb2(b"pm1bA"), djb2(b"pm1ab"));
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
        assert_eq!(fnv1a(b"costarringpm1"), fnv1a(b"liquidpm1"));
    }

    #[test]
    fn numbers_are_read_where_they_are_some() {
        for (one, other) in [("12e3", "12000"), ("1.0", "1"), ("90071992547409931", "90071992547409932")] {
            assert_eq!(as_number(one.to_owned()), as_number(other.to_owned()), "{one}");
        }
        assert_eq!(as_number("pm1".to_owned()), "pm1");
        assert_eq!(as_number("inf".to_owned()), "inf");
    }
}
