//! Back references, by writing out what the group may hold.

use super::{Language, scan};
use crate::schema::canonical::Window;

/// How many contents of a group are written out where there are no others, of how many lengths
/// otherwise, and how many of each.
const CONTENTS: usize = 64;
const LENGTHS: usize = 6;
const OF_EACH: usize = 4;
/// How many patterns one may come to.
const PATTERNS: usize = 256;

/// Patterns without back references, one of which a string matches.
pub(crate) struct Written {
    pub(crate) patterns: Vec<String>,
    /// Whether they are all there are.
    pub(crate) whole: bool,
}

/// Whether the pattern refers back to a group.
pub(crate) fn refers(pattern: &str) -> bool {
    let mut at = 0;
    while let Some(rest) = pattern.get(at..).filter(|rest| !rest.is_empty()) {
        if reference(rest).is_some() {
            return true;
        }
        at += scan::lexeme(rest);
    }
    false
}

/// The pattern with its references written out; nothing where one refers to a group that is not
/// always passed just once before.
pub(crate) fn written(pattern: &str) -> Option<Written> {
    let mut written = Written { patterns: Vec::new(), whole: true };
    let mut open = vec![pattern.to_owned()];
    while let Some(pattern) = open.pop() {
        if !refers(&pattern) {
            written.patterns.push(pattern);
            continue;
        }
        let group = referred(&pattern)?;
        let content = [format!("^(?:{})$", group.body)];
        let language = Language::new(&content, &[], Window { min: 0, max: None })?;
        let contents = language.members(CONTENTS).unwrap_or_else(|| {
            written.whole = false;
            language.some(LENGTHS, OF_EACH)
        });
        for text in contents.iter().rev().map(|text| regex_syntax::escape(text)) {
            let before = pattern.get(..group.start)?;
            open.push(format!(
                "{before}({text}){}",
                replaced(pattern.get(group.end..)?, group.number, &text)
            ));
        }
        if open.len() + written.patterns.len() > PATTERNS {
            return None;
        }
    }
    Some(written)
}

/// A group that something refers to.
struct Group<'p> {
    number: usize,
    body: &'p str,
    start: usize,
    end: usize,
}

/// The first group that stands in the pattern by itself and is referred to after.
fn referred(pattern: &str) -> Option<Group<'_>> {
    if scan::branches(pattern)?.len() > 1 {
        return None;
    }
    let (mut at, mut number) = (0, 0);
    while let Some(rest) = pattern.get(at..).filter(|rest| !rest.is_empty()) {
        if !rest.starts_with('(') {
            at += scan::lexeme(rest);
            continue;
        }
        let end = at + scan::group(rest)?;
        if let Some(opening) = capture(rest) {
            let body = pattern.get(at + opening..end - 1)?;
            let after = pattern.get(end..)?;
            if scan::quantifier(after).is_empty() && replaced(after, number + 1, "") != after {
                return Some(Group { number: number + 1, body, start: at, end });
            }
        }
        number += captures(pattern.get(at..end)?);
        at = end;
    }
    None
}

/// The text with references to the group replaced.
fn replaced(text: &str, group: usize, content: &str) -> String {
    let (mut kept, mut at) = (String::new(), 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, number) = reference(rest).unwrap_or_else(|| (scan::lexeme(rest), 0));
        if number == group {
            kept.push_str(&format!("(?:{content})"));
        } else {
            kept.push_str(rest.get(..length).unwrap_or_default());
        }
        at += length;
    }
    kept
}

/// The length of a reference that the text opens with, and the number of its group.
fn reference(text: &str) -> Option<(usize, usize)> {
    let rest = text.strip_prefix('\\').filter(|rest| !rest.starts_with('0'))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    Some((digits + 1, rest.get(..digits)?.parse().ok()?))
}

/// The length of the opening of a group that captures.
fn capture(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('(')?;
    if !rest.starts_with('?') {
        return Some(1);
    }
    let named = rest.strip_prefix("?P<").or_else(|| rest.strip_prefix("?<"))?;
    if named.starts_with(['=', '!']) { None } else { text.find('>').map(|end| end + 1) }
}

/// How many groups of the text capture.
fn captures(text: &str) -> usize {
    let (mut count, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        count += usize::from(capture(rest).is_some());
        at += scan::lexeme(rest);
    }
    count
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;

    #[test]
    fn references_are_written_out() {
        let patterns = |pattern: &str| written(pattern).map(|written| (written.patterns, written.whole));
        let both = |one: &str, other: &str| Some((vec![one.to_owned(), other.to_owned()], true));
        assert_eq!(patterns(r"^(a|b)c\1$"), both("^(a)c(?:a)$", "^(b)c(?:b)$"));
        assert_eq!(patterns(r"(?<q>[.'])x*\1"), both(r"(')x*(?:')", r"(\.)x*(?:\.)"));
        assert_eq!(patterns(r"((x)|y)\1"), both("(x)(?:x)", "(y)(?:y)"));
        assert!(written(r"^(\w+) \1$").is_some_and(|written| !written.whole && written.patterns.len() > 10));
        assert!(
            written(r"(?:(a|b)\1)+").is_none()
                && written(r"(a)|\1").is_none()
                && written(r"(a)*\1").is_none()
        );
        assert!(refers(r"(a)\1") && !refers(r"\\1[\1]\0"));
    }
}
