//! Overlays as the OpenAPI Initiative defines them (Overlay Specification 1.0): a file that says what to add to a
//! document or to take away from it, so that the document itself stays as its authors publish it.
//!
//! Of `JSONPath`, the targets of actions may use member names, `[number]` and `*`.

use super::document::Document;
use super::problem::Problem;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The document that an overlay is laid on.
///
/// # Errors
/// A [`Problem`] where it names none, or one that would have to be fetched.
pub(super) fn under(overlay: &Document, path: &Path) -> Result<PathBuf, Problem> {
    let mend = "write `extends: openapi.yaml`, relative to the overlay";
    let Some(named) = overlay.value.get("extends").and_then(Value::as_str) else {
        return Err(overlay.problem("/extends", "the overlay does not say which document it extends", mend));
    };
    let named = named.strip_prefix("file://").unwrap_or(named);
    if named.contains("://") {
        return Err(overlay.problem(
            "/extends",
            "the document would have to be fetched, and nothing is",
            mend,
        ));
    }
    Ok(path.parent().unwrap_or(Path::new(".")).join(named))
}

/// Carries out the actions of an overlay, one after the other.
///
/// # Errors
/// A [`Problem`] for an action that cannot be read, or whose target is not there.
pub(super) fn lay(overlay: &Document, document: &mut Document) -> Result<(), Problem> {
    let actions = overlay.value.get("actions").and_then(Value::as_array);
    for (nth, action) in actions.into_iter().flatten().enumerate() {
        let at = format!("/actions/{nth}");
        let target = action.get("target").and_then(Value::as_str).unwrap_or_default();
        let Some(path) = segments(target) else {
            let mend = "name members, as in `$.paths['/orders'].post`; filters and slices are not read";
            return Err(overlay.problem(&format!("{at}/target"), format!("`{target}` is no target"), mend));
        };
        let removes = action.get("remove") == Some(&Value::Bool(true));
        let update = action.get("update");
        let met = act(&mut document.value, &path, &mut |value| {
            if let Some(update) = update.filter(|_| !removes) {
                merge(value, update);
            }
            !removes
        });
        if !met {
            let mend = format!("correct it, or look whether {} has changed", document.name);
            return Err(overlay.problem(&format!("{at}/target"), format!("`{target}` is not there"), mend));
        }
    }
    Ok(())
}

/// One step of a path; nothing stands for all members or items.
type Segment = Option<String>;

/// The steps of a `JSONPath` of names, numbers and `*`.
fn segments(target: &str) -> Option<Vec<Segment>> {
    let mut rest = target.strip_prefix('$')?;
    let mut path = Vec::new();
    let named = |name: &str| if name == "*" { None } else { Some(name.to_owned()) };
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('[') {
            let quote = after.chars().next().filter(|c| matches!(c, '\'' | '"'));
            let (name, left) = if let Some(quote) = quote {
                let (name, left) = quoted(&after[1..], quote)?;
                (Some(name), left.strip_prefix(']')?)
            } else {
                let (inner, left) = after.split_once(']')?;
                (named(inner.trim()), left)
            };
            path.push(name);
            rest = left;
        } else {
            let after = rest.strip_prefix('.')?;
            let end = after.find(['.', '[']).unwrap_or(after.len());
            if end == 0 {
                return None;
            }
            path.push(named(&after[..end]));
            rest = &after[end..];
        }
    }
    Some(path)
}

/// The text up to the closing quote, and what follows that.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => name.push(characters.next()?.1),
            c if c == quote => return Some((name, &text[at + c.len_utf8()..])),
            c => name.push(c),
        }
    }
    None
}

/// Does something to every place of a path; what answers no is taken away. Returns whether there was any.
fn act(value: &mut Value, path: &[Segment], work: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    let Some((first, rest)) = path.split_first() else { return work(value) };
    let mut met = false;
    let mut visit = |part: &mut Value| -> bool {
        if rest.is_empty() {
            met = true;
            work(part)
        } else {
            met |= act(part, rest, work);
            true
        }
    };
    match (value, first) {
        (Value::Object(members), None) => members.retain(|_, part| visit(part)),
        (Value::Array(items), None) => items.retain_mut(|part| visit(part)),
        (Value::Object(members), Some(name)) => {
            if let Some(part) = members.get_mut(name)
                && !visit(part)
            {
                members.remove(name);
            }
        }
        (Value::Array(items), Some(name)) => {
            let index = name.parse::<usize>().ok().filter(|index| *index < items.len());
            if let Some(index) = index
                && !visit(&mut items[index])
            {
                items.remove(index);
            }
        }
        _ => {}
    }
    met
}

/// Objects are merged member by member, arrays grow, and everything else is replaced.
fn merge(value: &mut Value, update: &Value) {
    match (value, update) {
        (Value::Object(members), Value::Object(updates)) => {
            for (name, update) in updates {
                match members.get_mut(name) {
                    Some(member) => merge(member, update),
                    None => {
                        members.insert(name.clone(), update.clone());
                    }
                }
            }
        }
        (Value::Array(items), update) => match update {
            Value::Array(more) => items.extend(more.iter().cloned()),
            one => items.push(one.clone()),
        },
        (value, update) => *value = update.clone(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;

    #[test]
    fn targets_are_read_and_acted_on() {
        let text = r#"{"paths": {"/a.b": {"get": {"tags": ["x"]}, "put": {}}}, "info": {"v": 1}}"#;
        let mut document = Document::read_text("d", text).unwrap();
        let overlay = r#"{"overlay": "1.0.0", "actions": [
            {"target": "$.paths['/a.b'].*", "update": {"x-y": 1}},
            {"target": "$.paths['/a.b'].get", "update": {"tags": ["z"]}},
            {"target": "$[\"info\"].v", "remove": true}]}"#;
        lay(&Document::read_text("o", overlay).unwrap(), &mut document).unwrap();
        let wanted = r#"{"info":{},"paths":{"/a.b":{"get":{"tags":["x","z"],"x-y":1},"put":{"x-y":1}}}}"#;
        assert_eq!(document.value.to_string(), wanted);
        for target in ["paths", "$..get", "$.paths[?(@.x)]", "$.nowhere"] {
            let overlay = format!(r#"{{"actions": [{{"target": "{target}", "update": {{}}}}]}}"#);
            let problem = lay(&Document::read_text("o", &overlay).unwrap(), &mut document).unwrap_err();
            assert_eq!(problem.pointer.as_deref(), Some("/actions/0/target"), "{problem}");
        }
    }
}
