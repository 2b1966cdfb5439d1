//! Whether the edits of a step meet the document that they are for.

use crate::case::script::Step;
use crate::schema::{place, pointer};
use serde_json::Value;

/// An edit that would change nothing: the part of the step that holds it, and why it does not.
pub(super) struct Lost {
    pub(super) at: String,
    pub(super) message: String,
    pub(super) mend: String,
}

/// Makes a step's edits one after the other, as sending does, and tells those that have no place.
pub(super) fn lost(example: &Value, step: &Step) -> Vec<Lost> {
    let mut document = example.clone();
    let sets = step.set.iter().map(|(pointer, value)| (pointer::join("/set", pointer), pointer, Some(value)));
    let removals =
        step.remove.iter().enumerate().map(|(nth, pointer)| (format!("/remove/{nth}"), pointer, None));
    let mut lost = Vec::new();
    for (at, pointer, value) in sets.chain(removals) {
        if let Err((message, mend)) = edit(&mut document, pointer, value) {
            lost.push(Lost { at, message: format!("`{pointer}` {message}"), mend: mend.to_owned() });
        }
    }
    for (nth, pointer) in step.vary.iter().enumerate() {
        let at = place::concrete(&document, pointer);
        if !document.pointer_mut(&at).is_some_and(place::vary) {
            lost.push(Lost {
                at: format!("/vary/{nth}"),
                message: format!("`{pointer}` leads to nothing that has another value of the same form"),
                mend: "name a text with a letter or digit in it, a whole number or a boolean".to_owned(),
            });
        }
    }
    lost
}

/// Puts a value at a pointer, or takes away what is there.
fn edit(document: &mut Value, at: &str, value: Option<&Value>) -> Result<(), (&'static str, &'static str)> {
    if !at.is_empty() && !at.starts_with('/') {
        return Err(("is no JSON pointer", "begin it with `/`"));
    }
    if at.is_empty() && value.is_none() {
        return Err(("takes the whole document away", "use `write: { text: \"\" }` to send no body"));
    }
    let at = place::concrete(document, at);
    let done = match value {
        Some(value) => place::put(document, &at, value.clone()),
        None => place::take(document, &at),
    };
    let array = || {
        pointer::split_last(&at).and_then(|(parent, _)| document.pointer(parent)).is_some_and(Value::is_array)
    };
    if done {
        Ok(())
    } else if array() {
        Err((
            "is no item of the array there",
            "name an item by its number from 0; the number after the last adds one",
        ))
    } else {
        Err((
            "has no place: what is to hold it is not in the operation's example after the edits before it",
            "correct the pointer, or put what holds it there first",
        ))
    }
}
