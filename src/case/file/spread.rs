//! One case file for several operations: names in braces stand for what each of them calls its own.
//!
//! | name | stands for |
//! | --- | --- |
//! | `{key}` | the name of the member that holds the idempotency key |
//! | `{key-limit}` | the most characters that the key may have, a number |
//! | `{key-source}` | where the contract says so |
//! | `{parameter}` | the pointer of the first member that makes a repeated request another one |
//! | `{required}` | in a list: the pointers of a smallest set of members without which a request is not valid |
//! | `{member}` | the name of one of these |
//! | `{text}` | the pointer of a text: `{parameter}` where there is one |
//! | `{effect}` | one effect in words |
//!
//! Other braces stay as they are.

use crate::contract::document::Document;
use crate::contract::problem::Problem;
use crate::contract::{Operation, walk};
use crate::schema::{Formats, Oracle, pointer};
use serde_json::{Map, Value};
use std::cell::OnceCell;

/// The member that lists operations.
pub(super) const OPERATIONS: &str = "operations";

const NAMES: [&str; 8] =
    ["key", "key-limit", "key-source", "parameter", "required", "member", "text", "effect"];

/// The operations that a file names, where it names several.
///
/// # Errors
/// The member is no list of names, or an operation is named beside it.
pub(super) fn operations(document: &Document) -> Result<Option<Vec<String>>, Problem> {
    if document.value.get(OPERATIONS).is_none() {
        return Ok(None);
    }
    if document.value.get("operation").is_some() {
        return Err(document.problem(
            "/operation",
            "one operation is named beside several",
            "keep one of `operation` and `operations`",
        ));
    }
    let names: Vec<String> = document.read("/operations")?;
    if names.is_empty() {
        return Err(document.problem("/operations", "names no operation", "name at least one"));
    }
    Ok(Some(names))
}

/// The document as if it had been written for this operation alone.
///
/// # Errors
/// A name that the operation has nothing for.
pub(super) fn of(document: &Document, operation: &Operation) -> Result<Document, Problem> {
    let filler = Filler { operation, required: OnceCell::new() };
    let mut own = document.clone();
    own.value = filler.fill(&document.value, "").map_err(|(at, name)| {
        document.problem(
            &at,
            format!("`{{{name}}}` stands for nothing in the operation `{}`", operation.id),
            "take the operation out of `operations`, or give this case a file of its own",
        )
    })?;
    if let Value::Object(members) = &mut own.value {
        members.remove(OPERATIONS);
        members.insert("operation".to_owned(), operation.id.clone().into());
    }
    Ok(own)
}

/// What a name stands for in one operation.
struct Filler<'a> {
    operation: &'a Operation,
    /// Found once, since it takes a validator.
    required: OnceCell<Vec<String>>,
}

/// A name that stands for nothing, and where it is used.
type Unfilled = (String, &'static str);

impl Filler<'_> {
    fn fill(&self, value: &Value, at: &str) -> Result<Value, Unfilled> {
        Ok(match value {
            Value::String(text) if whole(text) == Some("key-limit") => {
                self.key_limit().ok_or((at.to_owned(), "key-limit"))?.into()
            }
            Value::String(text) => self.text(text, at)?.into(),
            Value::Array(items) => {
                let mut list = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    let at = format!("{at}/{index}");
                    if item.as_str().and_then(whole) == Some("required") {
                        let needed = self.required();
                        if needed.is_empty() {
                            return Err((at, "required"));
                        }
                        list.extend(needed.iter().cloned().map(Value::from));
                    } else {
                        list.push(self.fill(item, &at)?);
                    }
                }
                Value::Array(list)
            }
            Value::Object(members) => {
                let mut map = Map::new();
                for (name, member) in members {
                    let at = pointer::join(at, name);
                    map.insert(self.text(name, &at)?, self.fill(member, &at)?);
                }
                Value::Object(map)
            }
            other => other.clone(),
        })
    }

    fn text(&self, text: &str, at: &str) -> Result<String, Unfilled> {
        let mut filled = text.to_owned();
        for name in NAMES {
            let place = format!("{{{name}}}");
            if filled.contains(&place) {
                let value = self.named(name).ok_or((at.to_owned(), name))?;
                filled = filled.replace(&place, &value);
            }
        }
        Ok(filled)
    }

    fn named(&self, name: &str) -> Option<String> {
        let rules = &self.operation.rules;
        let idempotency = rules.idempotency.as_ref();
        match name {
            "key" => pointer::split_last(&idempotency?.key).map(|(_, name)| name),
            "key-limit" => self.key_limit().map(|limit| limit.to_string()),
            "key-source" => Some(idempotency?.source.clone()),
            "parameter" => idempotency?.parameters.first().cloned(),
            "member" => {
                self.required().first().and_then(|pointer| pointer::split_last(pointer)).map(|(_, name)| name)
            }
            "text" => self.named("parameter").or_else(|| first_text(&self.operation.example)),
            "effect" => Some(rules.effect.as_ref()?.meaning.clone()),
            _ => None,
        }
    }

    fn required(&self) -> &[String] {
        self.required.get_or_init(|| required(self.operation))
    }

    fn key_limit(&self) -> Option<u64> {
        let key = &self.operation.rules.idempotency.as_ref()?.key;
        walk::along(&self.operation.request, key).last()?.get("maxLength")?.as_u64()
    }
}

/// The name that a text consists of.
fn whole(text: &str) -> Option<&'static str> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    NAMES.into_iter().find(|name| *name == inner)
}

/// The pointer of the first text among the members.
fn first_text(example: &Value) -> Option<String> {
    let mut members = example.as_object()?.iter();
    members.find(|(_, value)| value.is_string()).map(|(name, _)| pointer::join("", name))
}

/// A smallest set of members of the example without which it breaks the request schema: a member that is nothing
/// but content before one that the target must know or that holds the key, and several only where no single one
/// will do.
fn required(operation: &Operation) -> Vec<String> {
    let Ok(oracle) = Oracle::new(&operation.request, Formats::Annotated) else { return Vec::new() };
    let Some(members) = operation.example.as_object() else { return Vec::new() };
    let breaks = |without: &[&String]| {
        let kept = members.iter().filter(|(name, _)| !without.contains(name));
        !oracle.is_valid(&Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect()))
    };
    if breaks(&[]) {
        return Vec::new();
    }
    let rules = &operation.rules;
    let special: Vec<&str> = (rules.credentials.iter().map(|credential| credential.pointer.as_str()))
        .chain(rules.fixtures.iter().map(|fixture| fixture.pointer.as_str()))
        .chain(rules.idempotency.iter().map(|idempotency| idempotency.key.as_str()))
        .collect();
    let mut names: Vec<&String> = members.keys().collect();
    names.sort_by_key(|name| special.contains(&pointer::join("", name).as_str()));
    let needed = match names.iter().find(|name| breaks(&[**name])) {
        Some(name) => vec![*name],
        None if breaks(&names) => {
            let mut needed = names.clone();
            for name in names {
                let fewer: Vec<&String> = needed.iter().copied().filter(|other| *other != name).collect();
                if breaks(&fewer) {
                    needed = fewer;
                }
            }
            needed
        }
        None => Vec::new(),
    };
    needed.into_iter().map(|name| pointer::join("", name)).collect()
}
