//! What is wrong with a schema before anything is made of it.

use super::dialect::{self, Dialect};
use super::keyword::{Holds, holds};
use super::oracle::{broken, not_a_schema};
use super::references::References;
use super::walk::{Reached, reached};
use super::{SchemaError, ambiguity, pattern, pointer};
use serde_json::Value;
use std::collections::BTreeSet;

/// How deep a document may be nested. JSON and YAML are read less deep than that.
const DEEPEST: usize = 300;
/// How many schemas lead from one into the next at most, references followed: what reads them goes one step down
/// for each.
const LONGEST_WAY: usize = 500;
/// A pattern of more characters is refused.
const LONGEST_PATTERN: usize = 100_000;

/// Finds what no value can be judged by: what is no schema, an unknown dialect, patterns that do not
/// compile or that a matcher can hang on, schemas that lead back to themselves.
///
/// References that lead nowhere are found where the schema is compiled.
pub(crate) fn check(schema: &Value) -> Result<(), SchemaError> {
    if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
        return Err(not_a_schema(""));
    }
    if too_deep(schema) {
        let message = format!("the document is nested deeper than {DEEPEST} levels");
        return Err(SchemaError::new("", message, "move inner schemas to `$defs` and refer to them"));
    }
    let dialect = Dialect::declared(schema)?.unwrap_or_default();
    let references = References::of(schema, dialect);
    let reached = reached(schema, "", dialect, &references);
    lengths(&reached)?;
    dialects(&reached)?;
    forms(schema, dialect, &reached)?;
    circles(&reached)?;
    patterns(&reached)
}

fn too_deep(schema: &Value) -> bool {
    let mut open = vec![(schema, 1)];
    while let Some((value, depth)) = open.pop() {
        if depth > DEEPEST {
            return true;
        }
        let deeper = |part: &&Value| part.is_object() || part.is_array();
        match value {
            Value::Object(members) => {
                open.extend(members.values().filter(deeper).map(|part| (part, depth + 1)));
            }
            Value::Array(items) => open.extend(items.iter().filter(deeper).map(|part| (part, depth + 1))),
            _ => {}
        }
    }
    false
}

fn lengths(reached: &Reached<'_>) -> Result<(), SchemaError> {
    let Some(far) = reached.sites.iter().find(|site| site.depth > LONGEST_WAY) else { return Ok(()) };
    let message = format!("the references lead more than {LONGEST_WAY} schemas deep before they end");
    Err(SchemaError::new(&far.pointer, message, "refer to what is meant without so many steps between"))
}

fn dialects(reached: &Reached<'_>) -> Result<(), SchemaError> {
    for site in &reached.sites {
        if let Some(uri) = site.node.get("$schema") {
            dialect::of_value(&pointer::join(&site.pointer, "$schema"), uri)?;
        }
    }
    Ok(())
}

/// Meta-schemas look into the keywords that hold schemas, and so not at what stands elsewhere and is
/// referred to.
fn forms(schema: &Value, dialect: Dialect, reached: &Reached<'_>) -> Result<(), SchemaError> {
    for at in &reached.entries {
        if !at.is_empty() && is_part(schema, at) {
            continue;
        }
        let Some(entry) = schema.pointer(at) else { continue };
        if !matches!(entry, Value::Object(_) | Value::Bool(_)) {
            return Err(not_a_schema(at));
        }
        let own = entry.get("$schema").and_then(Value::as_str).and_then(Dialect::of_uri);
        let form = match own.unwrap_or(dialect) {
            Dialect::Draft4 => jsonschema::draft4::meta::validate(entry),
            Dialect::Draft6 => jsonschema::draft6::meta::validate(entry),
            Dialect::Draft7 => jsonschema::draft7::meta::validate(entry),
            Dialect::Draft201909 => jsonschema::draft201909::meta::validate(entry),
            Dialect::Draft202012 | Dialect::OpenApi30 => jsonschema::draft202012::meta::validate(entry),
        };
        form.map_err(|error| broken(at, &error))?;
    }
    Ok(())
}

/// Whether keywords alone lead from the root to a place.
fn is_part(schema: &Value, at: &str) -> bool {
    let mut node = schema;
    let mut tokens = pointer::tokens(at).into_iter();
    while let Some(keyword) = tokens.next() {
        let Some(mut next) = node.get(&keyword) else { return false };
        let inner = match holds(&keyword).0 {
            Holds::Nothing => return false,
            Holds::Schema => next.is_array(),
            Holds::List | Holds::Map => true,
        };
        if inner {
            let Some(name) = tokens.next() else { return false };
            let part = match next {
                Value::Array(items) => name.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => next.get(&name),
            };
            let Some(part) = part else { return false };
            next = part;
        }
        node = next;
    }
    true
}

fn circles(reached: &Reached<'_>) -> Result<(), SchemaError> {
    let Some(circle) = reached.circle() else { return Ok(()) };
    let shown: Vec<String> = circle.iter().chain(circle.first()).take(6).map(|at| format!("#{at}")).collect();
    let more = if circle.len() >= 6 { " → …" } else { "" };
    Err(SchemaError::new(
        circle.into_iter().next().unwrap_or_default(),
        format!("the schema leads back to itself for one and the same value: {}{more}", shown.join(" → ")),
        "take the reference out; a schema may refer to itself only for a member or an item of the value",
    ))
}

fn patterns(reached: &Reached<'_>) -> Result<(), SchemaError> {
    let mut seen = BTreeSet::new();
    for site in &reached.sites {
        if let Some(pattern) = site.node.get("pattern").and_then(Value::as_str)
            && seen.insert(pattern)
        {
            judge(pattern, &pointer::join(&site.pointer, "pattern"))?;
        }
        let named = site.node.get("patternProperties").and_then(Value::as_object);
        for pattern in named.into_iter().flat_map(serde_json::Map::keys) {
            if seen.insert(pattern) {
                judge(pattern, &pointer::join(&format!("{}/patternProperties", site.pointer), pattern))?;
            }
        }
    }
    Ok(())
}

/// Whether a pattern can be matched by.
pub(super) fn judge(pattern: &str, at: &str) -> Result<(), SchemaError> {
    let shown = shortened(pattern);
    if pattern.len() > LONGEST_PATTERN {
        let message = format!("the pattern {shown} is too large");
        return Err(SchemaError::new(at, message, "write a shorter one"));
    }
    pattern::compiles(pattern).map_err(|fault| match fault {
        pattern::Fault::Invalid => SchemaError::new(
            at,
            format!("the pattern {shown} is no regular expression"),
            "write one of ECMA-262, which JSON Schema uses",
        ),
        pattern::Fault::TooLarge => SchemaError::new(
            at,
            format!("the pattern {shown} is too large: its repetitions multiply to more than is compiled"),
            "repeat less in it, and bound lengths with minLength and maxLength",
        ),
    })?;
    match ambiguity::catastrophe(pattern) {
        None => Ok(()),
        Some(text) => Err(SchemaError::new(
            at,
            format!(
                "the pattern {shown} is catastrophic: on a text such as {} a backtracking matcher tries \
                 exponentially many ways before it fails",
                shortened(&text)
            ),
            "write it so that each text matches in one way only",
        )),
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = text.chars().take(LONGEST).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{more}")
}
