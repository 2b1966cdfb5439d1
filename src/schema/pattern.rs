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

/// The syntax trees of patterns that a string matches exactly when it matches `pattern`.
///
/// There are several where the pattern opens with look-aheads. Nothing where the pattern has other
/// look-around or back-references, which a syntax tree cannot be read from.
pub(crate) fn parse(pattern: &str) -> Option<Vec<Hir>> {
    let tree = |one: &str| {
        let translated = jsonschema_regex::to_rust_regex(one).ok()?;
        regex_syntax::Parser::new().parse(&translated).ok()
    };
    if let Some(hir) = tree(pattern) {
        return Some(vec![hir]);
    }
    let parts = jsonschema_regex::split_leading_lookaheads(pattern)?;
    parts.iter().map(|part| tree(part)).collect()
}

/// One string that matches, where the syntax alone gives one.
pub(crate) fn witness(pattern: &str) -> Option<String> {
    jsonschema_regex::pattern_witness(pattern)
}
