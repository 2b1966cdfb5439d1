//! The document that a composed schema is read in: as much of the outline's as it refers to.

use super::outline::Outline;
use super::refusal::Refusal;
use super::target::{ALONG, asserts};
use crate::schema::canonical::Normal;
use crate::schema::{Formats, Oracle, pointer};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

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
        members.retain(|name, _| !asserts(name));
        members.insert("$ref".to_owned(), Value::String(pointer::reference(&at)));
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
