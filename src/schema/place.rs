//! Changing a document at a place that a JSON pointer names. Case files are checked with the same functions that
//! requests are composed with, so that what the check lets through has a place when it is sent.

use super::pointer;
use serde_json::Value;

/// The pointer with each `*` replaced by the name of the first member there, or by `key` where there is none.
pub(crate) fn concrete(document: &Value, pointer: &str) -> String {
    let mut at = String::new();
    for segment in pointer.split('/').skip(1) {
        let members = || document.pointer(&at).and_then(Value::as_object);
        at = match segment {
            "*" => pointer::join(
                &at,
                members().and_then(|members| members.keys().next()).map_or("key", String::as_str),
            ),
            other => format!("{at}/{other}"),
        };
    }
    at
}

/// Puts a value at a pointer, adding it where it is the next item of an array or a new member of an object.
/// Returns whether the pointer leads to such a place.
pub(crate) fn put(document: &mut Value, pointer: &str, value: Value) -> bool {
    if let Some(place) = document.pointer_mut(pointer) {
        *place = value;
        return true;
    }
    let Some((parent, name)) = pointer::split_last(pointer) else { return false };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(name, value);
        }
        Some(Value::Array(items)) if name.parse() == Ok(items.len()) => items.push(value),
        _ => return false,
    }
    true
}

/// Takes a member or item away. Returns whether it was there.
pub(crate) fn take(document: &mut Value, pointer: &str) -> bool {
    let Some((parent, name)) = pointer::split_last(pointer) else { return false };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => members.remove(&name).is_some(),
        Some(Value::Array(items)) => {
            let index = name.parse().ok().filter(|index| *index < items.len());
            index.map(|index: usize| items.remove(index)).is_some()
        }
        _ => false,
    }
}
