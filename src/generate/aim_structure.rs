//! Goals of the array and object keywords.

use super::aim::{Aim, Aims, Spot, Target, whole};
use crate::schema::pointer;
use serde_json::{Map, Value, json};

/// How many items are many, where nothing says how many there may be.
const MANY: u64 = 5;

pub(crate) fn add(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value, node: &Map<String, Value>) {
    if aims.allows("array") {
        match (spot.keyword, whole(value)) {
            ("minItems", Some(count)) => least(aims, spot, count, "array", ["minItems", "maxItems"]),
            ("maxItems", Some(count)) => most(aims, spot, count, "array", ["minItems", "maxItems"]),
            ("items", _) if aims.count("maxItems", u64::min).is_none() => {
                let count = aims.count("minItems", u64::max).unwrap_or(0).max(MANY);
                aims.meet(spot, "many", Some("array"), window("array", ["minItems", "maxItems"], count));
            }
            ("uniqueItems", _) if value == &Value::Bool(true) => {
                let not = json!({"uniqueItems": true});
                aims.breach_by(spot, "repeated", Some("array"), json!({"type": "array"}), Some(not));
            }
            _ => {}
        }
    }
    if aims.allows("object") {
        match (spot.keyword, whole(value)) {
            ("minProperties", Some(count)) => {
                least(aims, spot, count, "object", ["minProperties", "maxProperties"]);
            }
            ("maxProperties", Some(count)) => {
                most(aims, spot, count, "object", ["minProperties", "maxProperties"]);
            }
            ("required", _) => {
                for name in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    let missing = pointer::join(&aims.place.pointer, name);
                    aims.push_at(missing, spot, "missing", false, Aim::Remove);
                }
            }
            ("properties", _) => optional(aims, spot, value),
            ("additionalProperties", _) if value == &Value::Bool(false) => {
                let names = |keyword: &str| {
                    node.get(keyword).and_then(Value::as_object).into_iter().flat_map(Map::keys)
                };
                let taken = names("properties").cloned().collect();
                let patterns = names("patternProperties").cloned().collect();
                aims.push(spot, "extra", false, Aim::Insert { taken, patterns });
            }
            _ => {}
        }
    }
}

/// An object that says nothing of further members must take them.
pub(crate) fn add_whole(aims: &mut Aims<'_>) {
    let closing = |node: &Map<String, Value>| {
        node.get("additionalProperties").is_some_and(|value| value != &Value::Bool(true))
            || [
                "patternProperties",
                "propertyNames",
                "unevaluatedProperties",
                "maxProperties",
                "enum",
                "const",
            ]
            .iter()
            .any(|keyword| node.contains_key(*keyword))
    };
    let described = |node: &Map<String, Value>| node.contains_key("properties");
    if !aims.allows("object") || aims.nodes().any(closing) {
        return;
    }
    let place = aims.place;
    let Some(at) = place
        .nodes
        .iter()
        .find(|at| aims.document.pointer(at).and_then(Value::as_object).is_some_and(described))
    else {
        return;
    };
    let taken = place.members.iter().map(|(name, _, _)| name.clone()).collect();
    let spot = Spot::valid(at, "additionalProperties");
    aims.push(&spot, "extra", true, Aim::Insert { taken, patterns: Vec::new() });
}

fn optional(aims: &mut Aims<'_>, spot: &Spot<'_>, properties: &Value) {
    let place = aims.place;
    for (name, nodes, required) in &place.members {
        if *required || properties.get(name).is_none() {
            continue;
        }
        let member = pointer::join(&place.pointer, name);
        aims.push_at(member.clone(), spot, "absent", true, Aim::Remove);
        let place =
            super::place::Place { pointer: member.clone(), nodes: nodes.clone(), members: Vec::new() };
        let present = Aim::Value(Target { place, kind: None, without: None, side: json!({}), not: None });
        aims.push_at(member, spot, "present", true, present);
    }
}

fn least(aims: &mut Aims<'_>, spot: &Spot<'_>, count: u64, kind: &'static str, keywords: [&str; 2]) {
    aims.meet(spot, "at", Some(kind), window(kind, keywords, count));
    if let Some(below) = count.checked_sub(1) {
        aims.breach(spot, "below", Some(kind), window(kind, keywords, below));
    }
}

fn most(aims: &mut Aims<'_>, spot: &Spot<'_>, count: u64, kind: &'static str, keywords: [&str; 2]) {
    aims.meet(spot, "at", Some(kind), window(kind, keywords, count));
    if let Some(above) = count.checked_add(1) {
        aims.breach(spot, "above", Some(kind), window(kind, keywords, above));
    }
}

fn window(kind: &str, [min, max]: [&str; 2], count: u64) -> Value {
    json!({"type": kind, (min): count, (max): count})
}
