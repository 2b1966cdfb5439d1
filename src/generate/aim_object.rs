//! Goals of the object keywords.

use super::aim::{Aim, Aims, Insert, Spot, Target, whole};
use super::aim_array::{least, most};
use super::place::Place;
use crate::schema::pointer;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

const SIZE: [&str; 2] = ["minProperties", "maxProperties"];

pub(crate) fn add(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value, node: &Map<String, Value>) {
    if !aims.allows("object") {
        return;
    }
    match (spot.keyword, whole(value)) {
        ("minProperties", Some(count)) => least(aims, spot, count, "object", SIZE),
        ("maxProperties", Some(count)) => most(aims, spot, count, "object", SIZE),
        ("required", _) => {
            for name in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
                let missing = pointer::join(&aims.place.pointer, name);
                aims.push_at(missing, spot, "missing", false, Aim::Remove);
            }
        }
        ("properties", _) => optional(aims, spot, value),
        ("additionalProperties", _) if value == &Value::Bool(false) => {
            let names =
                |keyword: &str| node.get(keyword).and_then(Value::as_object).into_iter().flat_map(Map::keys);
            let taken = names("properties").cloned().collect();
            let patterns = names("patternProperties").cloned().collect();
            aims.push(spot, "extra", false, Aim::Insert(Insert { taken, patterns, not: None }));
        }
        ("unevaluatedProperties", _) if value != &Value::Bool(true) => {
            let (mut taken, mut patterns) = (BTreeSet::new(), BTreeSet::new());
            spoken_of(&aims.outline.document, &mut taken, &mut patterns);
            let (taken, patterns) = (taken.into_iter().collect(), patterns.into_iter().collect());
            let not = (value != &Value::Bool(false)).then(|| value.clone());
            aims.push(spot, "extra", false, Aim::Insert(Insert { taken, patterns, not }));
        }
        ("propertyNames", _) => {
            let not = json!({ "propertyNames": value });
            aims.breach_by(spot, "other", Some("object"), json!({"type": "object"}), Some(not));
        }
        ("dependentRequired" | "dependencies", _) => {
            for (name, needed) in value.as_object().into_iter().flatten() {
                for missing in needed.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    without(aims, spot, name, missing);
                }
            }
        }
        _ => {}
    }
}

/// One member there and one that it needs missing; what else it needs is there.
fn without(aims: &mut Aims<'_>, spot: &Spot<'_>, name: &str, missing: &str) {
    if name == missing {
        return;
    }
    let needed =
        aims.outline.node(spot.at).and_then(|node| node.get(spot.keyword)).and_then(|all| all.get(name));
    let needed = needed.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let present: Vec<&str> = needed.filter(|other| *other != missing).chain([name]).collect();
    let schema = json!({"type": "object", "required": present, "not": {"required": [missing]}});
    aims.breach(spot, &format!("{name}-without-{missing}"), Some("object"), schema);
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
                "anyOf",
                "oneOf",
                "not",
                "if",
            ]
            .iter()
            .any(|keyword| node.contains_key(*keyword))
    };
    let described = |node: &Map<String, Value>| node.contains_key("properties");
    if aims.place.origin.is_some() || !aims.allows("object") || aims.nodes().any(closing) {
        return;
    }
    let outline = aims.outline;
    let place = Arc::clone(aims.place);
    let Some(at) = place.nodes.iter().find(|at| outline.node(at).is_some_and(described)) else { return };
    let taken = place.members.iter().map(|member| member.name.clone()).collect();
    let aim = Aim::Insert(Insert { taken, patterns: Vec::new(), not: None });
    aims.push(&Spot::valid(at, "additionalProperties"), "extra", true, aim);
}

fn optional(aims: &mut Aims<'_>, spot: &Spot<'_>, properties: &Value) {
    let place = Arc::clone(aims.place);
    for member in &place.members {
        if member.required || properties.get(&member.name).is_none() {
            continue;
        }
        let at = pointer::join(&place.pointer, &member.name);
        aims.push_at(at.clone(), spot, "absent", true, Aim::Remove);
        let Ok(nodes) = &member.nodes else { continue };
        let there = Place {
            pointer: at.clone(),
            nodes: nodes.clone(),
            members: Vec::new(),
            never: None,
            origin: place.origin.clone(),
        };
        let present = Aim::Value(Target::valid(None, json!({})));
        aims.push_edited((at.clone(), at), spot, (spot.keyword, "present", true), present, Arc::new(there));
    }
}

/// Every member name and pattern that the document speaks of anywhere.
fn spoken_of(schema: &Value, names: &mut BTreeSet<String>, patterns: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            let keys = |keyword: &str| {
                members.get(keyword).and_then(Value::as_object).into_iter().flat_map(Map::keys)
            };
            names.extend(keys("properties").cloned());
            patterns.extend(keys("patternProperties").cloned());
            members.values().for_each(|member| spoken_of(member, names, patterns));
        }
        Value::Array(items) => items.iter().for_each(|item| spoken_of(item, names, patterns)),
        _ => {}
    }
}
