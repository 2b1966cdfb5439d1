//! Goals of the array keywords.

use super::aim::{Aim, Aims, FALSE, Spot, Target, whole};
use crate::schema::pointer::join;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// How many items are many, where nothing says how many there may be.
const MANY: u64 = 5;
const SIZE: [&str; 2] = ["minItems", "maxItems"];

pub(crate) fn add(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value, node: &Map<String, Value>) {
    if !aims.allows("array") {
        return;
    }
    match (spot.keyword, whole(value)) {
        ("minItems", Some(count)) => least(aims, spot, count, "array", SIZE),
        ("maxItems", Some(count)) => most(aims, spot, count, "array", SIZE),
        ("items" | "additionalItems", _) => items(aims, spot, value, node),
        ("prefixItems", _) => prefix(aims, spot, value),
        ("uniqueItems", _) if value == &Value::Bool(true) => {
            let not = json!({"uniqueItems": true});
            aims.breach_by(spot, "repeated", Some("array"), json!({"type": "array"}), Some(not));
        }
        ("contains", _) => contains(aims, spot, value, node),
        ("minContains", Some(count)) => {
            let Some(contained) = node.get("contains") else { return };
            aims.meet(spot, "at", Some("array"), containing(contained, count, count));
            if let Some(below) = count.checked_sub(1) {
                counted(
                    aims,
                    spot,
                    "below",
                    containing(contained, below, below),
                    containing(contained, 0, below),
                );
            }
        }
        ("maxContains", Some(count)) => {
            let Some(contained) = node.get("contains") else { return };
            aims.meet(spot, "at", Some("array"), containing(contained, count, count));
            if let Some(above) = count.checked_add(1) {
                let exactly = containing(contained, above, above);
                counted(aims, spot, "above", exactly, containing(contained, above, u64::from(u32::MAX)));
            }
        }
        ("unevaluatedItems", _) => {
            // What stands behind every prefix is most likely to be spoken of by nothing.
            let first = json!({"type": "array", "minItems": 1 + longest_prefix(&aims.outline.document)});
            aims.breach_by(spot, "extra", Some("array"), first, Some(json!({ (spot.keyword): value })));
        }
        _ => {}
    }
}

pub(crate) fn least(
    aims: &mut Aims<'_>,
    spot: &Spot<'_>,
    count: u64,
    kind: &'static str,
    keywords: [&str; 2],
) {
    aims.meet(spot, "at", Some(kind), window(kind, keywords, count));
    if let Some(below) = count.checked_sub(1) {
        let wider = json!({"type": kind, (keywords[1]): below});
        aims.breach_or(spot, "below", Some(kind), window(kind, keywords, below), wider);
    }
}

pub(crate) fn most(
    aims: &mut Aims<'_>,
    spot: &Spot<'_>,
    count: u64,
    kind: &'static str,
    keywords: [&str; 2],
) {
    aims.meet(spot, "at", Some(kind), window(kind, keywords, count));
    if let Some(above) = count.checked_add(1) {
        let wider = json!({"type": kind, (keywords[0]): above});
        aims.breach_or(spot, "above", Some(kind), window(kind, keywords, above), wider);
    }
}

fn items(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value, node: &Map<String, Value>) {
    if value.is_array() {
        return prefix(aims, spot, value);
    }
    let behind = if spot.keyword == "items" { "prefixItems" } else { "items" };
    let first = node.get(behind).and_then(Value::as_array).map_or(0, Vec::len);
    if value == &Value::Bool(false) {
        // The validator names the item that is too many, and up to 2019-09 the array.
        let pointer = match spot.keyword {
            "items" => join(&aims.place.pointer, &first.to_string()),
            _ => aims.place.pointer.clone(),
        };
        return forbidden(aims, spot, (pointer, spot.keyword), first);
    }
    if aims.count("maxItems", u64::min).is_none() {
        let count = aims.count("minItems", u64::max).unwrap_or(0).max(MANY);
        aims.meet(spot, "many", Some("array"), window("array", SIZE, count));
    }
}

/// Places of an array that nothing may take.
fn prefix(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value) {
    for (index, schema) in value.as_array().into_iter().flatten().enumerate() {
        if schema == &Value::Bool(false) {
            let pointer = join(&aims.place.pointer, &index.to_string());
            forbidden(aims, spot, (pointer, FALSE), index);
        }
    }
}

fn forbidden(aims: &mut Aims<'_>, spot: &Spot<'_>, (pointer, keyword): (String, &str), index: usize) {
    let count = index as u64 + 1;
    let wider = Some(json!({"type": "array", "minItems": count}));
    let target = Target::breach(spot.keyword, Some("array"), window("array", SIZE, count));
    let aim = Aim::Value(Target { wider, ..target });
    let (place, edited) = (Arc::clone(aims.place), aims.place.pointer.clone());
    aims.push_edited((pointer, edited), spot, (keyword, "extra", false), aim, place);
}

fn contains(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value, node: &Map<String, Value>) {
    if node.contains_key("minContains") {
        // Then the number is what fails.
        return;
    }
    aims.meet(spot, "one", Some("array"), containing(value, 1, 1));
    let not = json!({ "contains": value });
    aims.breach_by(spot, "none", Some("array"), json!({"type": "array"}), Some(not));
}

/// A number of contained items that is not allowed. Without `contains` its bounds say nothing, and `minContains`
/// without a number is one.
fn counted(aims: &mut Aims<'_>, spot: &Spot<'_>, side: &str, exactly: Value, wider: Value) {
    let target = Target { wider: Some(wider), ..Target::breach("contains", Some("array"), exactly) };
    aims.push(spot, side, false, Aim::Value(target));
}

fn containing(contained: &Value, least: u64, most: u64) -> Value {
    json!({
        "type": "array", "contains": contained, "minContains": least, "maxContains": most, "minItems": least
    })
}

pub(crate) fn window(kind: &str, [min, max]: [&str; 2], count: u64) -> Value {
    json!({"type": kind, (min): count, (max): count})
}

/// The most places that any list of schemas in the document has.
fn longest_prefix(schema: &Value) -> usize {
    match schema {
        Value::Object(members) => {
            let own = members.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
            members.values().map(longest_prefix).fold(own, usize::max)
        }
        Value::Array(items) => items.iter().map(longest_prefix).max().unwrap_or(0),
        _ => 0,
    }
}
