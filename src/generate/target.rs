//! The schema that a value at one place has to satisfy to meet a goal.

use super::outline::Outline;
use crate::schema::pointer;
use serde_json::{Map, Value, json};

/// What is left out of the rules at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Without<'a> {
    Nothing,
    /// One keyword of one schema object.
    Keyword(&'a str, &'a str),
    /// The keyword in every schema object of the place.
    Everywhere(&'a str),
    /// The keyword in every schema object of the place, and with it what cannot hold where it fails.
    Widely(&'a str),
    /// Every rule.
    Everything,
}

const ALWAYS: &[&str] = &["type", "enum", "const", "anyOf", "oneOf", "not", "if", "then", "else"];
const STRINGS: &[&str] =
    &["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"];
const NUMBERS: &[&str] = &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const ARRAYS: &[&str] = &[
    "items",
    "prefixItems",
    "additionalItems",
    "contains",
    "minContains",
    "maxContains",
    "uniqueItems",
    "minItems",
    "maxItems",
    "unevaluatedItems",
];
const OBJECTS: &[&str] = &[
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "required",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "unevaluatedProperties",
];
/// The keywords that lead on to what is looked at as a schema object of its own.
pub(crate) const ALONG: &[&str] = &["$ref", "allOf", "$dynamicRef", "$recursiveRef"];
const UNEVALUATED: &[&str] = &["unevaluatedProperties", "unevaluatedItems"];

/// The rules of the schema objects that can fail values of the JSON type, less `without`, and `side` on
/// top. It is to be read in the document: what it refers to stands there.
pub(crate) fn compose(
    outline: &Outline,
    nodes: &[String],
    kind: Option<&str>,
    without: Without<'_>,
    side: &Value,
) -> Value {
    let narrowed = nodes.iter().map(|pointer| narrow(outline, pointer, kind, without));
    let mut all: Vec<Value> = narrowed.filter(|node| !node.is_empty()).map(Value::Object).collect();
    if side.as_object().is_none_or(|side| !side.is_empty()) {
        all.push(side.clone());
    }
    if all.is_empty() { json!({}) } else { json!({ "allOf": all }) }
}

fn narrow(outline: &Outline, pointer: &str, kind: Option<&str>, without: Without<'_>) -> Map<String, Value> {
    let node = bare(outline, pointer);
    let fails = |keyword: &str| match without {
        Without::Nothing => false,
        Without::Keyword(at, name) => at == pointer && name == keyword,
        Without::Everywhere(name) => name == keyword,
        Without::Widely(name) => {
            name == keyword
                || matches!(keyword, "enum" | "const")
                || (name == "type" && keyword == "multipleOf")
        }
        Without::Everything => true,
    };
    // `unevaluated…` sees what stands beside it, so there nothing is taken apart.
    let whole = UNEVALUATED.iter().any(|keyword| node.contains_key(*keyword) && !fails(keyword));
    let families = [("string", STRINGS), ("number", NUMBERS), ("array", ARRAYS), ("object", OBJECTS)];
    let matters = |keyword: &str| {
        let concerns = |(of, keywords): &(&str, &[&str])| {
            kind.is_none_or(|kind| kind == *of) && keywords.contains(&keyword)
        };
        ALWAYS.contains(&keyword) || (whole && ALONG.contains(&keyword)) || families.iter().any(concerns)
    };
    node.into_iter().filter(|(keyword, _)| matters(keyword) && !fails(keyword)).collect()
}

/// Whether values are judged by the keyword.
pub(crate) fn asserts(keyword: &str) -> bool {
    [ALWAYS, STRINGS, NUMBERS, ARRAYS, OBJECTS, ALONG].iter().any(|keywords| keywords.contains(&keyword))
}

/// A copy of a schema object with what asserts something, its references readable from the document's root.
pub(crate) fn bare(outline: &Outline, pointer: &str) -> Map<String, Value> {
    let Some(node) = outline.node(pointer) else { return Map::new() };
    let only = outline.refers_only(node);
    let kept = |keyword: &str| if only { keyword == "$ref" } else { asserts(keyword) };
    let members = node.iter().filter(|(keyword, _)| kept(keyword));
    members
        .map(|(keyword, value)| {
            let value = value.clone();
            let named = if outline.references.bundled() {
                localised(outline, &pointer::join(pointer, keyword), keyword, value, pointer)
            } else {
                value
            };
            let keyword = match keyword.as_str() {
                "$dynamicRef" | "$recursiveRef" if outline.references.bundled() => "$ref",
                other => other,
            };
            (keyword.to_owned(), named)
        })
        .collect()
}

/// References as JSON pointers from the root, so that they mean the same wherever they are copied to.
fn localised(outline: &Outline, at: &str, keyword: &str, value: Value, within: &str) -> Value {
    match value {
        Value::String(reference) if ALONG.contains(&keyword) => {
            let target = outline.target(within, keyword, &reference);
            Value::String(target.map_or(reference, |target| pointer::reference(&target)))
        }
        Value::Object(members) if !matches!(keyword, "enum" | "const") => {
            let kept = members.into_iter().filter(|(name, value)| {
                !(value.is_string() && ["$id", "$anchor", "$dynamicAnchor"].contains(&name.as_str()))
            });
            let renamed = kept.map(|(name, value)| {
                let inner = localised(outline, &pointer::join(at, &name), &name, value, at);
                let name = if inner.is_string() && ["$dynamicRef", "$recursiveRef"].contains(&name.as_str()) {
                    "$ref".to_owned()
                } else {
                    name
                };
                (name, inner)
            });
            Value::Object(renamed.collect())
        }
        Value::Array(items) if !matches!(keyword, "enum" | "const") => {
            let items = items.into_iter().enumerate();
            items.map(|(index, item)| localised(outline, &format!("{at}/{index}"), "", item, at)).collect()
        }
        other => other,
    }
}
