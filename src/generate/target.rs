//! The schema that a value at one place has to satisfy to meet a goal.

use super::place::Place;
use super::refusal::Refusal;
use crate::schema::canonical::{Normal, Satisfiable};
use crate::schema::{Formats, Oracle, pointer};
use serde_json::{Map, Value, json};

/// What is left out of the rules at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Without<'a> {
    Nothing,
    /// One keyword of one schema object.
    Keyword(&'a str, &'a str),
    /// The keyword in every schema object of the place, and with it the lists of values.
    Everywhere(&'a str),
}

const ALWAYS: &[&str] =
    &["type", "enum", "const", "anyOf", "oneOf", "not", "if", "then", "else", "$dynamicRef"];
const STRINGS: &[&str] =
    &["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"];
const NUMBERS: &[&str] = &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const ARRAYS: &[&str] = &[
    "items",
    "prefixItems",
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
    "unevaluatedProperties",
];

/// The rules at `place` that can fail values of the JSON type, less `without`, and `side` on top.
/// It is to be read in the document: what it refers to stands there.
pub(crate) fn compose(
    document: &Value,
    place: &Place,
    kind: Option<&str>,
    without: Without<'_>,
    side: &Value,
) -> Value {
    let nodes = place.nodes.iter().filter_map(|pointer| {
        let node = document.pointer(pointer)?.as_object()?;
        Some(Value::Object(narrow(pointer, node, kind, without)))
    });
    let mut all: Vec<Value> =
        nodes.filter(|node| node.as_object().is_none_or(|node| !node.is_empty())).collect();
    if side.as_object().is_none_or(|side| !side.is_empty()) {
        all.push(side.clone());
    }
    if all.is_empty() { json!({}) } else { json!({ "allOf": all }) }
}

fn narrow(
    pointer: &str,
    node: &Map<String, Value>,
    kind: Option<&str>,
    without: Without<'_>,
) -> Map<String, Value> {
    // `unevaluated…` sees what stands beside it, so there nothing is taken apart.
    let whole = node.contains_key("unevaluatedProperties") || node.contains_key("unevaluatedItems");
    node.iter()
        .filter(|(keyword, value)| {
            let keyword = keyword.as_str();
            let left_out = match without {
                Without::Nothing => false,
                Without::Keyword(at, name) => at == pointer && name == keyword,
                Without::Everywhere(name) => {
                    name == keyword
                        || matches!(keyword, "enum" | "const")
                        || (name == "type" && keyword == "multipleOf")
                }
            };
            let matters = match keyword {
                "$ref" => {
                    whole
                        || value
                            .as_str()
                            .is_none_or(|reference| pointer::of_local_reference(reference).is_none())
                }
                "allOf" => whole,
                _ => {
                    ALWAYS.contains(&keyword)
                        || [("string", STRINGS), ("number", NUMBERS), ("array", ARRAYS), ("object", OBJECTS)]
                            .iter()
                            .any(|(of, keywords)| {
                                kind.is_none_or(|kind| kind == *of) && keywords.contains(&keyword)
                            })
                }
            };
            matters && !left_out
        })
        .map(|(keyword, value)| (keyword.clone(), value.clone()))
        .collect()
}

/// The document that says what `target` says, its references resolved as in `document`, and the
/// pointer to it there.
fn embed(document: &Value, target: &Value) -> (Value, String) {
    let mut standalone = target.clone();
    if !refers(target) {
        if let (Some(dialect), Some(members)) = (document.get("$schema"), standalone.as_object_mut()) {
            members.insert("$schema".to_owned(), dialect.clone());
        }
        return (standalone, String::new());
    }
    let mut whole = document.clone();
    let mut name = "target".to_owned();
    if let Some(members) = whole.as_object_mut() {
        let definitions = members.entry("$defs").or_insert_with(|| json!({}));
        while definitions.get(&name).is_some() {
            name.push('_');
        }
        if let Some(definitions) = definitions.as_object_mut() {
            definitions.insert(name.clone(), standalone);
        }
    }
    (whole, format!("/$defs/{name}"))
}

/// The normal form of a target.
pub(crate) fn normal(document: &Value, target: &Value, formats: Formats) -> Result<Normal, Refusal> {
    let (schema, at) = embed(document, target);
    let normal = if at.is_empty() { Normal::of(&schema, formats) } else { Normal::at(&schema, &at, formats) };
    normal.map_err(|message| Refusal::Unsupported { pointer: String::new(), message })
}

/// Whether the normal form is known to admit nothing.
pub(crate) fn hopeless(normal: &Normal) -> bool {
    normal.satisfiable() == Satisfiable::No
}

/// A validator of a target.
pub(crate) fn oracle(document: &Value, target: &Value, formats: Formats) -> Option<Oracle> {
    if !refers(target) {
        return Oracle::new(&embed(document, target).0, formats).ok();
    }
    // The normal form carries its definitions along.
    Oracle::new(&normal(document, target, formats).ok()?.to_schema(), formats).ok()
}

fn refers(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => {
            members.iter().any(|(name, member)| name == "$ref" || name == "$dynamicRef" || refers(member))
        }
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}
