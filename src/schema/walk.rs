//! The schemas of a document that are reached from one of them.

use super::dialect::Dialect;
use super::keyword::{Holds, REFERENCES, holds};
use super::pointer;
use super::references::{References, Target};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// One schema object that is reached.
pub(crate) struct Site<'a> {
    pub(crate) pointer: String,
    pub(crate) node: &'a Map<String, Value>,
    /// Pointers of the schemas that judge the very value this one judges.
    pub(crate) beside: Vec<String>,
    /// How many schemas were entered on the way here, each from the one before.
    pub(crate) depth: usize,
}

/// What is reached.
pub(crate) struct Reached<'a> {
    /// Every schema object, each once.
    pub(crate) sites: Vec<Site<'a>>,
    /// The start, and the places that references lead to.
    pub(crate) entries: BTreeSet<String>,
    /// References that lead nowhere or out: where they stand, what they say, where they lead.
    pub(crate) lost: Vec<(String, String, Target)>,
}

/// Every schema that is reached from the one at `start`: as a part of another, or by a reference.
/// What is defined and never referred to is not.
pub(crate) fn reached<'a>(
    document: &'a Value,
    start: &str,
    dialect: Dialect,
    references: &References,
) -> Reached<'a> {
    let mut found = Reached { sites: Vec::new(), entries: BTreeSet::new(), lost: Vec::new() };
    let mut seen = BTreeSet::new();
    found.entries.insert(start.to_owned());
    let mut open = vec![(start.to_owned(), 0)];
    while let Some((at, depth)) = open.pop() {
        let Some(node) = document.pointer(&at).and_then(Value::as_object) else { continue };
        if !seen.insert(at.clone()) {
            continue;
        }
        let mut beside = Vec::new();
        let mut next = Vec::new();
        for name in REFERENCES {
            let Some(reference) = node.get(*name).and_then(Value::as_str) else { continue };
            let place = pointer::join(&at, name);
            match references.resolve(document, &at, reference) {
                Target::At(target) => {
                    found.entries.insert(target.clone());
                    // What a dynamic reference leads to is known only when a value is judged.
                    if *name == "$ref" {
                        beside.push(target.clone());
                    }
                    next.push(target);
                }
                Target::Standard => {}
                lost => found.lost.push((place, reference.to_owned(), lost)),
            }
        }
        if !(dialect.hides_siblings() && node.contains_key("$ref")) {
            for (keyword, value) in node {
                let (holds, same) = holds(keyword);
                let parts = parts(&pointer::join(&at, keyword), value, holds);
                if same {
                    beside.extend(parts.iter().cloned());
                }
                // Definitions are walked when something refers to them.
                if !matches!(keyword.as_str(), "$defs" | "definitions") {
                    next.extend(parts);
                }
            }
        }
        // The last one in is the first one out, so that sites come in document order.
        open.extend(next.into_iter().rev().map(|next| (next, depth + 1)));
        found.sites.push(Site { pointer: at, node, beside, depth });
    }
    found
}

fn parts(at: &str, value: &Value, holds: Holds) -> Vec<String> {
    match (holds, value) {
        (Holds::Schema | Holds::List, Value::Array(items)) => {
            (0..items.len()).map(|index| format!("{at}/{index}")).collect()
        }
        (Holds::Schema, _) => vec![at.to_owned()],
        (Holds::Map, Value::Object(members)) => members.keys().map(|name| pointer::join(at, name)).collect(),
        _ => Vec::new(),
    }
}

impl Reached<'_> {
    /// A row of schemas that lead back to its first one while they judge one and the same value, which
    /// has no end; the row starts at the site that is reached first.
    pub(crate) fn circle(&self) -> Option<Vec<String>> {
        let beside: BTreeMap<&str, &[String]> =
            self.sites.iter().map(|site| (site.pointer.as_str(), site.beside.as_slice())).collect();
        let mut done = BTreeSet::new();
        for site in &self.sites {
            // The row under way, each with how many of its neighbours were looked at.
            let mut row: Vec<(&str, usize)> = vec![(&site.pointer, 0)];
            let mut on_row: BTreeSet<&str> = [site.pointer.as_str()].into();
            while let Some((at, looked)) = row.last_mut() {
                let next = beside.get(at).and_then(|list| list.get(*looked)).map(String::as_str);
                *looked += 1;
                match next {
                    None => {
                        on_row.remove(*at);
                        done.insert(*at);
                        row.pop();
                    }
                    Some(next) if on_row.contains(next) => {
                        let circle = row.iter().map(|(at, _)| (*at).to_owned());
                        return Some(circle.skip_while(|at| at != next).collect());
                    }
                    Some(next) if done.contains(next) => {}
                    Some(next) => {
                        on_row.insert(next);
                        row.push((next, 0));
                    }
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn walk(document: &Value, start: &str, dialect: Dialect) -> (Vec<String>, Option<Vec<String>>) {
        let reached = reached(document, start, dialect, &References::of(document, dialect));
        (reached.sites.iter().map(|site| site.pointer.clone()).collect(), reached.circle())
    }

    #[test]
    fn only_what_is_reached_is_walked() {
        let document = json!({
            "properties": {"a": {"$ref": "#/$defs/a", "maxLength": 1}, "b": true},
            "items": {"enum": [{"$ref": "#/nowhere"}]},
            "$defs": {"a": {"not": {}}, "unused": {}}
        });
        let (sites, circle) = walk(&document, "", Dialect::Draft202012);
        assert_eq!(sites, ["", "/items", "/properties/a", "/$defs/a", "/$defs/a/not"]);
        assert_eq!(circle, None);
        let (sites, _) = walk(&document, "/$defs/a", Dialect::Draft202012);
        assert_eq!(sites, ["/$defs/a", "/$defs/a/not"]);
    }

    #[test]
    fn circles_are_told_from_recursion() {
        for (document, circle) in [
            (json!({"allOf": [{"$ref": "#"}]}), &["", "/allOf/0"][..]),
            (json!({"$ref": "#"}), &[""]),
            (
                json!({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{}, {"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}}),
                &["/$defs/a", "/$defs/a/anyOf/1", "/$defs/b"],
            ),
            (json!({"properties": {"a": {"$ref": "#"}}}), &[]),
            (json!({"items": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}), &[]),
            (json!({"$defs": {"a": {"$ref": "#/$defs/a"}}}), &[]),
        ] {
            let found = walk(&document, "", Dialect::Draft202012).1.unwrap_or_default();
            assert_eq!(found, circle, "{document}");
        }
        // Beside a reference nothing counts there.
        let document = json!({"$ref": "#/definitions/a", "allOf": [{"$ref": "#"}], "definitions": {"a": {}}});
        assert_eq!(walk(&document, "", Dialect::Draft7).1, None);
        assert!(walk(&document, "", Dialect::Draft202012).1.is_some());
    }
}
