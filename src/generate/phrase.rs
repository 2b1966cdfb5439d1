//! What people send and programs trip over, beyond single characters: the pieces of odd random strings.

use super::sample::LOOKS;
use std::sync::LazyLock;

/// Beside the samples of [`LOOKS`], which are pieces too.
const MORE: &[&str] = &[
    // Scripts, and letters whose upper and lower case are not one for one.
    "žluťoučký kůň",
    "Größe",
    "naïve café",
    "İstanbul ıi",
    "Ελλάς",
    "Привет, мир",
    "العربية",
    "עברית",
    "नमस्ते",
    "ภาษาไทย",
    "中文字符",
    "日本語テキスト",
    "한국어",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "𠮷野家",
    // Emoji: joined, with a skin tone, a variation, a flag.
    "👨‍👩‍👧‍👦",
    "🧑🏿‍🚀",
    "👍🏽",
    "❤\u{fe0f}",
    "🏳\u{fe0f}\u{200d}🌈",
    "🇺🇦🇯🇵",
    // The same text composed and decomposed.
    "Å",
    "A\u{30a}",
    "\u{212b}",
    "ñ",
    "n\u{303}",
    "각",
    "\u{1100}\u{1161}\u{11a8}",
    "ﬁ",
    // What is not seen, and what turns the rest around.
    "\u{200b}",
    "\u{feff}",
    "\u{2060}",
    "co\u{ad}op",
    "\u{202e}txt.exe\u{202c}",
    "\u{2066}abc\u{2069}",
    "\u{200f}",
    "\r\n",
    "\u{2028}",
    "\u{a0}",
    "  a  ",
    // Code points that are no characters.
    "\u{fdd0}",
    "\u{1fffe}",
    "\u{10ffff}",
    // Code of other languages.
    "' OR 1=1 --",
    "1; SELECT 1",
    "\"; --",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "]]>",
    "&lt;",
    "{\"a\":null}",
    "[]",
    "\\u0041",
    "\\",
    "%n",
    "{0}",
    "${jndi:ldap://localhost/a}",
    "{{7*7}}",
    "$(id)",
    "`id`",
    "../../etc/passwd",
    "C:\\nul",
    "/dev/null",
    "%2e%2e%2f",
    "=1+1",
    "@SUM(A1)",
    // Texts that pass for something else.
    "1e309",
    "-0",
    "007",
    "0x1F",
    "1,000.00",
    "9007199254740993",
    "١٢٣",
    "NaN",
    "true",
    "FALSE",
    "null",
    "undefined",
    "no",
    "2024-02-30",
];

/// The pieces with their lengths in code points, shortest first.
static PHRASES: LazyLock<Vec<(u64, &'static str)>> = LazyLock::new(|| {
    // U+0000 stands among the characters, so that a string with it shrinks to it alone.
    let samples = LOOKS.iter().flat_map(|look| look.samples).copied().filter(|text| !text.contains('\0'));
    let mut phrases: Vec<(u64, &str)> =
        MORE.iter().copied().chain(samples).map(|text| (text.chars().count() as u64, text)).collect();
    phrases.sort_unstable();
    phrases.dedup();
    phrases
});

/// The pieces of at most so many code points.
pub(super) fn fitting(length: u64) -> &'static [(u64, &'static str)] {
    let all = PHRASES.as_slice();
    if all.last().is_some_and(|(longest, _)| *longest <= length) {
        return all;
    }
    all.get(..all.partition_point(|(own, _)| *own <= length)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_is_offered() {
        assert!(fitting(0).is_empty());
        assert!(fitting(1).iter().all(|(_, text)| text.chars().count() == 1));
        assert_eq!(fitting(u64::MAX).len(), PHRASES.len());
    }
}
