//! The environment variables that the commands of a report read.

use super::model::{Report, Verdict};
use std::collections::BTreeSet;

/// What commands set for themselves.
const OWN: [&str; 5] = ["N", "BODY", "TIME", "SIGNATURE", "I"];
/// The variable that is no secret itself, but where one is.
const KEY_FILE: &str = "PROOFMARK_KEY_FILE";

/// One line on the variables that must be set before the commands of the findings of these verdicts are pasted;
/// nothing where they need none.
pub(super) fn line(report: &Report, verdicts: &[Verdict]) -> Option<String> {
    let findings = report.cases.iter().filter(|case| verdicts.contains(&case.verdict));
    let exchanges = findings.filter_map(|case| case.finding.as_ref()).flat_map(|finding| &finding.minimal);
    let names: BTreeSet<&str> = exchanges.flat_map(|exchange| read_by(&exchange.curl)).collect();
    let shown = |name: &&str| {
        if name.starts_with(KEY_FILE) {
            format!("{name} (file of the signing key)")
        } else {
            (*name).to_owned()
        }
    };
    let list: Vec<String> = names.iter().map(shown).collect();
    (!list.is_empty()).then(|| format!("commands read: {}", list.join(", ")))
}

/// The names in `"$NAME"` of a command, but for those within single quotes, where they are text.
fn read_by(curl: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = curl;
    while let Some(at) = rest.find(['\'', '"', '\\']) {
        let after = &rest[at + 1..];
        rest = match rest.as_bytes()[at] {
            b'\'' => &after[literal_end(after, rest[..at].ends_with('$'))..],
            b'"' => {
                names.extend(variable(after));
                after
            }
            _ => after.char_indices().nth(1).map_or("", |(next, _)| &after[next..]),
        };
    }
    names
}

/// Where a text in single quotes ends, behind its quote. After a `$` a backslash takes a quote's meaning away.
fn literal_end(text: &str, with_escapes: bool) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if with_escapes => escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The name where a text begins with `$NAME"`.
fn variable(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('$')?.split_once('"')?;
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let is_name = name.starts_with(|c: char| fits(c) && !c.is_ascii_digit()) && name.chars().all(fits);
    (is_name && !OWN.contains(&name)).then_some(name)
}
