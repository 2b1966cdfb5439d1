//! ECMA-262 patterns: as matchers, and as syntax trees to generate from.

use super::{Formats, Oracle};
use regex_syntax::hir::Hir;
use serde_json::{Value, json};

/// Whether `text` matches the pattern, by the same engine as the oracle's.
#[derive(Debug)]
pub(crate) struct Matcher(Oracle);

impl Matcher {
    /// Nothing where the pattern does not compile.
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        Oracle::new(&json!({ "pattern": pattern }), Formats::Annotated).ok().map(Self)
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.0.is_valid(&Value::from(text))
    }
}

/// Why a pattern cannot be matched by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Invalid,
    TooLarge,
}

/// Whether the engine compiles the pattern.
pub(crate) fn compiles(pattern: &str) -> Result<(), Fault> {
    if Matcher::new(pattern).is_some() {
        return Ok(());
    }
    // What is well-formed and does not compile has grown too large.
    let trees = translated(pattern);
    Err(if trees.is_some_and(|(_, whole)| whole) { Fault::TooLarge } else { Fault::Invalid })
}

/// A pattern as syntax trees.
pub(crate) struct Parsed {
    pub(crate) trees: Vec<Hir>,
    /// Whether a string matches exactly when it matches every tree; otherwise it has to be tried.
    pub(crate) whole: bool,
}

/// The syntax trees of a pattern: several where it opens with look-aheads, and without whatever
/// other look-around it has. Nothing where it has what no tree can be read from.
pub(crate) fn parse(pattern: &str) -> Option<Parsed> {
    let (parts, whole) = translated(pattern)?;
    let trees = parts.iter().map(|part| regex_syntax::Parser::new().parse(part).ok());
    Some(Parsed { trees: trees.collect::<Option<_>>()?, whole })
}

/// The texts of those trees in the syntax of `regex`, and whether they say all of the pattern.
pub(crate) fn translated(pattern: &str) -> Option<(Vec<String>, bool)> {
    let translate = |one: &str| {
        let translated = jsonschema_regex::to_rust_regex(one).ok()?;
        regex_syntax::Parser::new().parse(&translated).ok().map(|_| translated.into_owned())
    };
    if let Some(one) = translate(pattern) {
        return Some((vec![one], true));
    }
    let split = jsonschema_regex::split_leading_lookaheads(pattern);
    if let Some(parts) = split.and_then(|parts| parts.iter().map(|part| translate(part)).collect()) {
        return Some((parts, true));
    }
    Some((vec![translate(&without_look_around(pattern))?], false))
}

/// The pattern less its look-around groups.
fn without_look_around(pattern: &str) -> String {
    let mut kept = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let opens = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|look| rest.starts_with(look));
        // An escaped character is no parenthesis, whatever it looks like.
        let length = if opens {
            group_length(rest)
        } else if first == '\\' {
            first.len_utf8() + rest.chars().nth(1).map_or(0, char::len_utf8)
        } else {
            first.len_utf8()
        };
        let (taken, left) = rest.split_at(length);
        if !opens {
            kept.push_str(taken);
        }
        rest = left;
    }
    kept
}

/// How many bytes the group that `pattern` opens with takes.
fn group_length(pattern: &str) -> usize {
    let (mut depth, mut class, mut escaped) = (0_usize, false, false);
    for (index, character) in pattern.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '(' if !class => depth += 1,
            ')' if !class => {
                depth -= 1;
                if depth == 0 {
                    return index + 1;
                }
            }
            _ => {}
        }
    }
    pattern.len()
}

/// One string that matches, where the syntax alone gives one.
pub(crate) fn witness(pattern: &str) -> Option<String> {
    jsonschema_regex::pattern_witness(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_around_is_cut_out_whole() {
        assert_eq!(without_look_around(r"^(?!a\)(b)[)])c(?:d)$"), "^c(?:d)$");
        assert_eq!(without_look_around(r"\(?=x(?<=y)z"), r"\(?=xz");
        assert!(parse("^(?!admin$)[a-z]{5}$").is_some_and(|parsed| !parsed.whole));
        assert!(parse("^(?=.{4}$)te?s*t$").is_some_and(|parsed| parsed.whole && parsed.trees.len() == 2));
        assert!(parse(r"(a)\1").is_none());
    }
}
