//! Reading the members of a request. Lengths are counted in Unicode code points; null counts as missing; members that
//! the contract does not know are ignored.

use serde_json::{Map, Value};

use super::answer::Refusal;

/// The members of a body.
///
/// # Errors
/// The body is no object.
pub(super) fn members(body: &Value) -> Result<&Map<String, Value>, Refusal> {
    body.as_object().ok_or(Refusal::Field("body"))
}

/// A text of at most so many characters, where there is one.
///
/// # Errors
/// It is no text, is empty, or is longer.
pub(super) fn optional<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
    max: usize,
) -> Result<Option<&'a str>, Refusal> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if (1..=max).contains(&text.chars().count()) => Ok(Some(text)),
        Some(_) => Err(Refusal::Field(name)),
    }
}

/// A text of at most so many characters.
///
/// # Errors
/// It is missing, is no text, is empty, or is longer.
pub(super) fn required<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
    max: usize,
) -> Result<&'a str, Refusal> {
    optional(members, name, max)?.ok_or(Refusal::Field(name))
}

/// Checks `extendInfo`, which every operation but sendInbox takes: a text of at most 4096 characters, or null.
///
/// # Errors
/// It is something else.
pub(super) fn extend_info(members: &Map<String, Value>) -> Result<(), Refusal> {
    match members.get("extendInfo") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(text)) if text.chars().count() <= 4096 => Ok(()),
        Some(_) => Err(Refusal::Field("extendInfo")),
    }
}
