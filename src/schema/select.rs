//! One schema of a document as a document of its own.

use super::dialect::Dialect;
use super::references::References;
use super::walk::Reached;
use super::{keyword, pointer};
use serde_json::{Map, Value, json};

/// A document whose root is the schema at the pointer, with what it refers to at the places where it
/// stands in the document. Only a root that says something of its own has to move.
pub(crate) fn select(
    document: Value,
    at: &str,
    dialect: Dialect,
    references: &References,
    reached: &Reached<'_>,
) -> Value {
    if at.is_empty() {
        return document;
    }
    let root = document.as_object();
    let speaks = root.is_some_and(|root| root.keys().any(|name| keyword::speaks(name)));
    // A reference beside which nothing counts would hide the name of the document.
    let point = |target: String| {
        let reference = json!({ "$ref": target });
        if legacy(dialect) { ("allOf", json!([reference])) } else { ("$ref", Value::from(target)) }
    };
    if speaks {
        return moved(document, at, dialect, point);
    }
    let mut whole = if references.any_named() { document } else { pruned(&document, reached) };
    if let Value::Object(members) = &mut whole {
        let (keyword, value) = point(pointer::reference(at));
        members.insert(keyword.to_owned(), value);
    }
    whole
}

/// Whether the document is still one whose `$ref` hides what stands beside it; what is lowered is not.
fn legacy(dialect: Dialect) -> bool {
    dialect.hides_siblings() && dialect != Dialect::OpenApi30
}

/// The document under the definitions of another one that points into it.
fn moved(
    mut inner: Value,
    at: &str,
    dialect: Dialect,
    point: impl Fn(String) -> (&'static str, Value),
) -> Value {
    const PLACE: &str = "document";
    let definitions = if legacy(dialect) { "definitions" } else { "$defs" };
    let mut whole = Map::new();
    if let Value::Object(members) = &mut inner {
        for member in ["$schema", dialect.id()] {
            whole.extend(members.remove_entry(member));
        }
    }
    redirect(&mut inner, dialect, &format!("/{definitions}/{PLACE}"));
    whole.insert(definitions.to_owned(), json!({ PLACE: inner }));
    let (keyword, value) = point(pointer::reference(&format!("/{definitions}/{PLACE}{at}")));
    whole.insert(keyword.to_owned(), value);
    Value::Object(whole)
}

/// Has references to places of the document lead to where it stands now.
fn redirect(value: &mut Value, dialect: Dialect, to: &str) {
    match value {
        Value::Object(members) => {
            // Inside an embedded resource they mean its own places.
            if members.get(dialect.id()).is_some_and(Value::is_string) {
                return;
            }
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "$ref" || name == "$dynamicRef" => {
                        if pointer::of_local_reference(text).is_some() {
                            text.insert_str(1, to);
                        }
                    }
                    _ if keyword::DATA.contains(&name.as_str()) => {}
                    member => redirect(member, dialect, to),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, dialect, to)),
        _ => {}
    }
}

/// The document less what is not reached: a schema of a large API description drags no other along.
fn pruned(document: &Value, reached: &Reached<'_>) -> Value {
    let mut kept = Value::Object(Map::new());
    if let Some(dialect) = document.get("$schema") {
        kept["$schema"] = dialect.clone();
    }
    // A place comes after the places around it.
    for at in &reached.entries {
        if kept.pointer(at).is_none_or(|there| !there.is_object()) {
            keep(&mut kept, document, at);
        }
    }
    kept
}

fn keep(kept: &mut Value, document: &Value, at: &str) {
    let (mut from, mut to) = (document, kept);
    let mut tokens = pointer::tokens(at).into_iter().peekable();
    while let Some(token) = tokens.next() {
        let (next, slot) = match (from, to) {
            (Value::Object(from), Value::Object(to)) => {
                let Some(next) = from.get(&token) else { return };
                (next, to.entry(token).or_insert(Value::Bool(true)))
            }
            (Value::Array(from), Value::Array(to)) => {
                let Some((next, index)) =
                    token.parse::<usize>().ok().and_then(|index| Some((from.get(index)?, index)))
                else {
                    return;
                };
                // The items before it keep their numbers, and say nothing.
                while to.len() <= index {
                    to.push(Value::Bool(true));
                }
                (next, &mut to[index])
            }
            _ => return,
        };
        if tokens.peek().is_none() {
            *slot = next.clone();
            return;
        }
        if slot.is_boolean() {
            *slot = if next.is_array() { json!([]) } else { json!({}) };
        }
        (from, to) = (next, slot);
    }
}
