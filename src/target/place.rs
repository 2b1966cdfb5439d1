//! Places in a document, by JSON pointer.

use crate::contract::document::escape;
use serde_json::Value;

/// The pointer with each `*` replaced by the name of the first member there.
pub(super) fn concrete(document: &Value, pointer: &str) -> String {
    let mut at = String::new();
    for segment in pointer.split('/').skip(1) {
        let member =
            document.pointer(&at).and_then(Value::as_object).and_then(|members| members.keys().next());
        let segment = if segment == "*" {
            member.map_or("key".to_owned(), |name| escape(name))
        } else {
            segment.to_owned()
        };
        at = format!("{at}/{segment}");
    }
    at
}

/// Puts a value at a pointer, adding it where it is the next item of an array or a new member of an object.
pub(super) fn put(document: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = document.pointer_mut(pointer) {
        *place = value;
        return;
    }
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(name.replace("~1", "/").replace("~0", "~"), value);
        }
        Some(Value::Array(items)) if name.parse() == Ok(items.len()) => items.push(value),
        _ => {}
    }
}

/// Takes a member or item away, where it is there.
pub(super) fn take(document: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(items)) => {
            if let Some(index) = name.parse().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}
