//! Values for schemas that come without an example: what the schema itself gives, and else the simplest thing.
//!
//! Nothing is promised: whoever has a generator looks whether the value is valid, and makes another where it is not.

use crate::schema::excerpt::follow;
use serde_json::{Map, Number, Value, json};

/// How deep values are made up.
const DEEPEST: usize = 12;

/// A value for the schema at a pointer of a document.
pub(super) fn of(document: &Value, at: &str) -> Value {
    document.pointer(at).map_or(Value::Null, |schema| value(document, schema, 0))
}

fn value(document: &Value, schema: &Value, depth: usize) -> Value {
    let Some(schema) = resolved(document, schema).and_then(Value::as_object) else {
        return json!("proofmark");
    };
    let given = schema.get("example").or_else(|| schema.get("const")).or_else(|| schema.get("default"));
    let listed = || schema.get("examples").or_else(|| schema.get("enum")).and_then(|list| list.get(0));
    if let Some(given) = given.or_else(listed) {
        return given.clone();
    }
    if depth > DEEPEST {
        return Value::Null;
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut whole = object(document, schema, depth);
        let mut other = None;
        for part in parts {
            match value(document, part, depth + 1) {
                Value::Object(members) => whole.extend(members),
                value => other = Some(value),
            }
        }
        return other.filter(|_| whole.is_empty()).unwrap_or(Value::Object(whole));
    }
    if let Some(first) = ["oneOf", "anyOf"].iter().find_map(|name| schema.get(*name)?.get(0)) {
        return match value(document, first, depth + 1) {
            Value::Object(members) => {
                let mut whole = object(document, schema, depth);
                whole.extend(members);
                Value::Object(whole)
            }
            other => other,
        };
    }
    let kind = match schema.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null")
        }
        _ if schema.contains_key("properties") => "object",
        _ if schema.contains_key("items") => "array",
        _ => "string",
    };
    match kind {
        "object" => Value::Object(object(document, schema, depth)),
        "array" => {
            let count = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).clamp(1, 20);
            let item = schema
                .get("items")
                .map_or_else(|| json!("proofmark"), |items| value(document, items, depth + 1));
            Value::Array((0..count).map(|_| item.clone()).collect())
        }
        "integer" | "number" => number(schema, kind == "integer"),
        "boolean" => Value::Bool(true),
        "null" => Value::Null,
        _ => text(schema),
    }
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    if schema.get("$ref").is_some_and(Value::is_string) {
        return follow(document, schema).map(|(_, target)| target);
    }
    Some(schema)
}

/// The members that have to be there.
fn object(document: &Value, schema: &Map<String, Value>, depth: usize) -> Map<String, Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let required =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let own = |name: &str| {
        let schema = properties?.get(name)?;
        let read_only = resolved(document, schema)?.get("readOnly") == Some(&Value::Bool(true));
        (!read_only).then(|| value(document, schema, depth + 1))
    };
    required.filter_map(|name| Some((name.to_owned(), own(name)?))).collect()
}

fn number(schema: &Map<String, Value>, whole: bool) -> Value {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let step = bound("multipleOf").filter(|step| *step > 0.0).unwrap_or(1.0);
    let least = bound("minimum").or_else(|| Some(bound("exclusiveMinimum")? + step));
    let most = bound("maximum").or_else(|| Some(bound("exclusiveMaximum")? - step));
    let near = match (least, most) {
        (Some(least), _) => least.max(1.0).min(most.unwrap_or(f64::MAX)),
        (None, Some(most)) => most.min(1.0),
        (None, None) => 1.0,
    };
    let met = (near / step).ceil() * step;
    let small = met.abs() < 9e15;
    if (whole || met.fract() == 0.0) && small {
        #[expect(clippy::cast_possible_truncation, reason = "it is small and whole")]
        return Value::from(met as i64);
    }
    Number::from_f64(met).map_or(Value::from(1), Value::Number)
}

fn text(schema: &Map<String, Value>) -> Value {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    let text = match format {
        "date-time" => "2026-01-01T00:00:00Z",
        "date" => "2026-01-01",
        "time" => "00:00:00Z",
        "duration" => "P1D",
        "uuid" => "2f1d3c4b-5a69-4788-9a0b-1c2d3e4f5a6b",
        "email" => "proofmark@example.com",
        "uri" | "url" => "https://example.com/proofmark",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "cHJvb2ZtYXJr",
        _ => "proofmark",
    };
    let length =
        |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    let least = length("minLength").unwrap_or(0).min(4_096);
    let mut text = text.to_owned();
    while text.chars().count() < least {
        text.push('x');
    }
    if let Some(most) = length("maxLength") {
        text = text.chars().take(most).collect();
    }
    Value::String(text)
}
