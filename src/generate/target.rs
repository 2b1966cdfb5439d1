//! The schema that a value at one place has to satisfy to meet a goal, and the document it is read in.

use super::outline::Outline;
use super::refusal::Refusal;
use crate::schema::canonical::Normal;
use crate::schema::{Formats, Oracle, pointer};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

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
const ALONG: &[&str] = &["$ref", "allOf", "$dynamicRef", "$recursiveRef"];
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

/// A copy of a schema object with what asserts something, its references readable from the document's root.
pub(crate) fn bare(outline: &Outline, pointer: &str) -> Map<String, Value> {
    let Some(node) = outline.node(pointer) else { return Map::new() };
    let only = outline.refers_only(node);
    let asserts = |keyword: &str| {
        if only {
            return keyword == "$ref";
        }
        [ALWAYS, STRINGS, NUMBERS, ARRAYS, OBJECTS, ALONG].iter().any(|keywords| keywords.contains(&keyword))
    };
    let members = node.iter().filter(|(keyword, _)| asserts(keyword));
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
            Value::String(target.map_or(reference, |target| reference_to(&target)))
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

/// The reference that leads to a pointer from the document's root.
fn reference_to(pointer: &str) -> String {
    const ESCAPED: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'%')
        .add(b'<')
        .add(b'>')
        .add(b'\\')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    format!("#{}", percent_encoding::utf8_percent_encode(pointer, ESCAPED))
}

/// The document that says what `target` says, its references resolved as in the outline's document, and
/// the pointer to it there.
fn embed(outline: &Outline, target: &Value) -> (Value, String) {
    let document = &outline.document;
    let mut standalone = target.clone();
    if !refers(target) {
        if let (Some(dialect), Some(members)) = (document.get("$schema"), standalone.as_object_mut()) {
            members.insert("$schema".to_owned(), dialect.clone());
        }
        return (standalone, String::new());
    }
    let mut whole = reached(outline, target).unwrap_or_else(|| document.clone());
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

/// As much of the document as the target refers to, at the same pointers; nothing where that cannot be cut out.
fn reached(outline: &Outline, target: &Value) -> Option<Value> {
    if outline.references.bundled() {
        return None;
    }
    let mut wanted = BTreeSet::new();
    let mut open = Vec::new();
    local(target, &mut open)?;
    while let Some(pointer) = open.pop() {
        if pointer.is_empty() {
            return None;
        }
        if wanted.insert(pointer.clone()) {
            local(outline.document.pointer(&pointer)?, &mut open)?;
        }
    }
    let mut cut = Map::new();
    for keyword in ["$schema", "$id"] {
        if let Some(value) = outline.document.get(keyword) {
            cut.insert(keyword.to_owned(), value.clone());
        }
    }
    let mut cut = Value::Object(cut);
    let mut last: Option<&String> = None;
    for pointer in &wanted {
        // Sorted, what stands inside something that is copied already comes right after it.
        if last
            .is_some_and(|last| pointer.strip_prefix(last.as_str()).is_some_and(|rest| rest.starts_with('/')))
        {
            continue;
        }
        last = Some(pointer);
        let (parents, name) = pointer::split_last(pointer)?;
        let mut place = &mut cut;
        for token in pointer::tokens(parents) {
            place = place.as_object_mut()?.entry(token).or_insert_with(|| json!({}));
        }
        place.as_object_mut()?.insert(name, outline.document.pointer(pointer)?.clone());
    }
    Some(cut)
}

/// The pointers that a schema refers to; nothing where it refers by anything but a pointer.
fn local(schema: &Value, found: &mut Vec<String>) -> Option<()> {
    match schema {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(reference) if ALONG.contains(&name.as_str()) => {
                        if name != "$ref" {
                            return None;
                        }
                        found.push(pointer::of_local_reference(reference)?);
                    }
                    // A list is what `enum` is; anything else of that name is a member that happens to be called so.
                    Value::Array(_) if name == "enum" => {}
                    Value::Object(_) | Value::Array(_) => local(member, found)?,
                    _ => {}
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                local(item, found)?;
            }
        }
        _ => {}
    }
    Some(())
}

/// Whether so much of the document takes part in a schema that to negate it costs more than to filter.
pub(crate) fn heavy(outline: &Outline, schema: &Value) -> bool {
    const MUCH: usize = 20_000;
    refers(schema) && embed(outline, schema).0.to_string().len() > MUCH
}

/// The normal form of a target.
pub(crate) fn normal(outline: &Outline, target: &Value, formats: Formats) -> Result<Normal, Refusal> {
    let (schema, at) = embed(outline, target);
    let normal = if at.is_empty() { Normal::of(&schema, formats) } else { Normal::at(&schema, &at, formats) };
    normal.map_err(|message| Refusal::Unsupported { pointer: String::new(), message })
}

/// A validator of a target.
pub(crate) fn oracle(outline: &Outline, target: &Value, formats: Formats) -> Option<Oracle> {
    let (mut schema, at) = embed(outline, target);
    if !at.is_empty() {
        // The document itself asserts nothing here: only what is referred to is kept of it.
        let members = schema.as_object_mut()?;
        members.retain(|name, _| {
            ![ALWAYS, STRINGS, NUMBERS, ARRAYS, OBJECTS, ALONG]
                .iter()
                .any(|list| list.contains(&name.as_str()))
        });
        members.insert("$ref".to_owned(), Value::String(reference_to(&at)));
        if let Ok(oracle) = Oracle::new(&schema, formats) {
            return Some(oracle);
        }
        // What was dropped may be referred to; the normal form carries its definitions along.
        return Oracle::new(&normal(outline, target, formats).ok()?.to_schema(), formats).ok();
    }
    Oracle::new(&schema, formats).ok()
}

fn refers(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| (member.is_string() && ALONG.contains(&name.as_str())) || refers(member)),
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}
