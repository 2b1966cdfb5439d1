//! Goals of the keywords that combine schemas.

use super::aim::{Aim, Aims, FALSE, Spot, Target, types};
use super::outline::Outline;
use super::place::flatten;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// How many pairs of alternatives are tried for a value that satisfies two at once.
const PAIRS: usize = 32;
/// How deep alternatives of alternatives are looked into.
const DEEPEST: u32 = 4;

pub(crate) fn add(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value, node: &Map<String, Value>) {
    let branches = || value.as_array().map_or(&[][..], Vec::as_slice);
    match spot.keyword {
        "anyOf" => {
            each(aims, spot, branches());
            none(aims, spot, value);
        }
        "oneOf" => {
            each(aims, spot, branches());
            none(aims, spot, value);
            let pairs = branches().iter().enumerate().flat_map(|(index, left)| {
                branches().iter().skip(index + 1).map(move |right| json!({"allOf": [left, right]}))
            });
            let both: Vec<Value> = pairs.take(PAIRS).collect();
            if !both.is_empty() {
                aims.breach(spot, "several", None, json!({ "anyOf": both }));
            }
        }
        "not" => aims.breach(spot, "match", None, value.clone()),
        "if" => {
            let Some(condition) = node.get("if") else { return };
            if node.contains_key("then") {
                aims.meet(spot, "holds", None, condition.clone());
            }
            if node.contains_key("else") {
                aims.meet(spot, "fails", None, json!({ "not": condition }));
            }
        }
        "then" if value == &Value::Bool(false) => {
            let condition = node.get("if").cloned();
            impossible(aims, spot, condition);
        }
        "else" if value == &Value::Bool(false) => {
            let condition = node.get("if").map(|condition| json!({ "not": condition }));
            impossible(aims, spot, condition);
        }
        "dependentSchemas" | "dependencies" => {
            for (name, schema) in value.as_object().into_iter().flatten() {
                if schema == &Value::Bool(false) {
                    impossible(aims, spot, Some(json!({"type": "object", "required": [name]})));
                }
            }
        }
        _ => {}
    }
}

/// Values that satisfy no alternative: of a type that none allows, where there is one, since then nothing has to
/// be negated.
fn none(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value) {
    let count = value.as_array().map_or(0, Vec::len);
    let outline = aims.outline;
    let allowed: Vec<&str> = (0..count)
        .flat_map(|index| allowed(outline, &format!("{}/{}/{index}", spot.at, spot.keyword), DEEPEST))
        .collect();
    let free = aims.types().into_iter().find(|kind| !allowed.contains(kind));
    match free {
        Some(kind) => {
            let family = if kind == "integer" { "number" } else { kind };
            aims.breach(spot, "none", Some(family), json!({ "type": kind }));
        }
        None => aims.breach_by(spot, "none", None, json!({}), Some(json!({ "anyOf": value }))),
    }
}

/// The JSON types that values of a schema may have, as far as it says so.
fn allowed(outline: &Outline, pointer: &str, deepest: u32) -> Vec<&'static str> {
    let Ok(nodes) = flatten(outline, &[pointer.to_owned()]) else { return Vec::new() };
    let mut found = types(nodes.iter().filter_map(|at| outline.node(at)));
    let unions = nodes.iter().flat_map(|at| ["anyOf", "oneOf"].map(|keyword| format!("{at}/{keyword}")));
    for union in unions {
        let Some(branches) = outline.document.pointer(&union).and_then(Value::as_array) else { continue };
        if deepest > 0 {
            let one = |index| allowed(outline, &format!("{union}/{index}"), deepest - 1);
            let any: Vec<&str> = (0..branches.len()).flat_map(one).collect();
            found.retain(|kind| any.contains(kind));
        }
    }
    found
}

/// Valid values of each alternative.
fn each(aims: &mut Aims<'_>, spot: &Spot<'_>, branches: &[Value]) {
    for (index, branch) in branches.iter().enumerate() {
        if branch != &Value::Bool(false) {
            aims.meet(spot, &format!("branch-{index}"), None, branch.clone());
        }
    }
}

/// A condition under which nothing is allowed, met.
fn impossible(aims: &mut Aims<'_>, spot: &Spot<'_>, condition: Option<Value>) {
    let Some(side) = condition else { return };
    let aim = Aim::Value(Target::breach(spot.keyword, None, side));
    let (place, pointer) = (Arc::clone(aims.place), aims.place.pointer.clone());
    aims.push_edited((pointer.clone(), pointer), spot, (FALSE, "allowed", false), aim, place);
}
