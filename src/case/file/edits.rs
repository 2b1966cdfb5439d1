//! Whether the edits of a step meet the document that they are for.

use crate::case::script::Step;
use crate::schema::pointer;
use serde_json::{Map, Value};

/// An edit that would change nothing: the part of the step that holds it, and why it does not.
pub(super) struct Lost {
    pub(super) at: String,
    pub(super) message: String,
    pub(super) mend: String,
}

/// Makes a step's edits one after the other, as sending does, and tells those that have no place.
pub(super) fn lost(example: &Value, step: &Step) -> Vec<Lost> {
    let mut document = example.clone();
    let sets = step.set.iter().map(|(pointer, value)| {
        (format!("/set/{}", crate::contract::document::escape(pointer)), pointer, Some(value))
    });
    let removals =
        step.remove.iter().enumerate().map(|(nth, pointer)| (format!("/remove/{nth}"), pointer, None));
    let mut lost = Vec::new();
    for (at, pointer, value) in sets.chain(removals) {
        if let Err((message, mend)) = edit(&mut document, pointer, value) {
            lost.push(Lost { at, message: format!("`{pointer}` {message}"), mend: mend.to_owned() });
        }
    }
    lost
}

/// Puts a value at a pointer, or takes away what is there.
fn edit(document: &mut Value, at: &str, value: Option<&Value>) -> Result<(), (&'static str, &'static str)> {
    if !at.is_empty() && !at.starts_with('/') {
        return Err(("is no JSON pointer", "begin it with `/`"));
    }
    let Some((parent, name)) = pointer::split_last(at) else {
        let Some(value) = value else {
            return Err(("takes the whole document away", "use `write: { text: \"\" }` to send no body"));
        };
        *document = value.clone();
        return Ok(());
    };
    let tokens = pointer::tokens(parent);
    let place = tokens.into_iter().try_fold(document, |value, token| match value {
        Value::Object(members) => {
            let name = if token == "*" { first(members)? } else { token };
            members.get_mut(&name)
        }
        Value::Array(items) => items.get_mut(token.parse::<usize>().ok()?),
        _ => None,
    });
    let outside = Err((
        "has no place: what is to hold it is not in the operation's example after the edits before it",
        "correct the pointer, or put what holds it there first",
    ));
    match (place, value) {
        (Some(Value::Object(members)), _) => {
            let name = if name == "*" { first(members).unwrap_or_else(|| "key".to_owned()) } else { name };
            match value {
                Some(value) => {
                    members.insert(name, value.clone());
                }
                None if members.remove(&name).is_none() => return outside,
                None => {}
            }
            Ok(())
        }
        (Some(Value::Array(items)), value) => match (name.parse::<usize>(), value) {
            (Ok(index), Some(value)) if index < items.len() => {
                items[index] = value.clone();
                Ok(())
            }
            (Ok(index), Some(value)) if index == items.len() => {
                items.push(value.clone());
                Ok(())
            }
            (Ok(index), None) if index < items.len() => {
                items.remove(index);
                Ok(())
            }
            _ => Err((
                "is no item of the array there",
                "name an item by its number from 0; the number after the last adds one",
            )),
        },
        _ => outside,
    }
}

/// The member that `*` stands for.
fn first(members: &Map<String, Value>) -> Option<String> {
    members.keys().next().cloned()
}
