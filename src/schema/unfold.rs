//! Schemas that the canonicaliser would unfold for ever, which no stack holds.
//!
//! It writes `unevaluatedProperties` and `unevaluatedItems` out by copying what the references beside them lead to.
//! Where a condition is in there, the copy is read as a new schema; so it never ends where the keyword itself is in
//! what is copied.

use super::dialect::Dialect;
use super::references::{References, Target};
use super::walk::{Site, reached};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Keywords that are written out.
const UNEVALUATED: [&str; 2] = ["unevaluatedProperties", "unevaluatedItems"];
const CONDITIONS: [&str; 4] = ["if", "then", "else", "dependentSchemas"];
/// References that the walk does not count as judging the same value.
const DYNAMIC: [&str; 2] = ["$dynamicRef", "$recursiveRef"];
/// How long a row of copies may be before it counts as one without an end.
const LONGEST: usize = 100;

/// Whether the normal form of the schema at `start` would have no end. A few that have one are taken for such.
pub(super) fn is_endless(document: &Value, start: &str) -> bool {
    if !mentions(document, &UNEVALUATED) || !mentions(document, &CONDITIONS) {
        return false;
    }
    let dialect = Dialect::default();
    let references = References::of(document, dialect);
    let found = reached(document, start, dialect, &references);
    let sites = found.sites.iter().map(|site| (site.pointer.as_str(), site)).collect();
    let mut copied: BTreeMap<&str, BTreeSet<String>> = found
        .sites
        .iter()
        .filter(|site| is_written_out(site.node))
        .map(|site| (site.pointer.as_str(), copied_by(document, &references, &sites, &site.pointer)))
        .collect();
    for _ in 0..LONGEST {
        let left: BTreeSet<&str> = copied.keys().copied().collect();
        copied.retain(|_, places| places.iter().any(|place| holds_any(&left, place)));
        if copied.is_empty() {
            return false;
        }
        if copied.len() == left.len() {
            return true;
        }
    }
    true
}

fn mentions(value: &Value, keywords: &[&str]) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| keywords.contains(&name.as_str()) || mentions(member, keywords)),
        Value::Array(items) => items.iter().any(|item| mentions(item, keywords)),
        _ => false,
    }
}

fn is_written_out(node: &Map<String, Value>) -> bool {
    UNEVALUATED.iter().any(|keyword| node.get(*keyword).is_some_and(|value| *value != Value::Bool(true)))
}

/// The other places whose schemas judge the same value as the one at `at`.
fn copied_by(
    document: &Value,
    references: &References,
    sites: &BTreeMap<&str, &Site<'_>>,
    at: &str,
) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    let mut open = vec![at.to_owned()];
    while let Some(next) = open.pop() {
        let Some(site) = sites.get(next.as_str()) else { continue };
        let dynamic = DYNAMIC.iter().filter_map(|name| site.node.get(*name)?.as_str());
        let dynamic = dynamic.filter_map(|said| match references.resolve_dynamic(document, &next, said) {
            Target::At(place) => Some(place),
            _ => None,
        });
        for place in site.beside.iter().cloned().chain(dynamic) {
            if places.insert(place.clone()) {
                open.push(place);
            }
        }
    }
    places
}

fn holds_any(pointers: &BTreeSet<&str>, place: &str) -> bool {
    let inside = format!("{place}/");
    pointers.contains(place)
        || pointers.range(inside.as_str()..).next().is_some_and(|first| first.starts_with(&inside))
}
