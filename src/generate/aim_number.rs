//! Goals of the number keywords.

use super::aim::{Aim, Aims, Spot};
use super::number::neighbour;
use serde_json::{Number, Value, json};

pub(crate) fn add(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value) {
    let Value::Number(bound) = value else { return };
    if !aims.allows("integer") {
        return;
    }
    let only_integers = !aims.allows("number");
    if spot.keyword == "multipleOf" {
        let kind = if only_integers { "integer" } else { "number" };
        aims.breach_by(
            spot,
            "off",
            Some("number"),
            json!({ "type": kind }),
            Some(json!({ "multipleOf": bound })),
        );
        return;
    }
    // Where the bound is no integer, the side of an integer next to it is what can be met.
    let (up, exclusive) = match spot.keyword {
        "minimum" => (false, false),
        "exclusiveMinimum" => (false, true),
        "maximum" => (true, false),
        "exclusiveMaximum" => (true, true),
        _ => return,
    };
    let fractional = only_integers && bound.as_f64().is_some_and(|float| float.fract() != 0.0);
    let inside = |name: &str, exclusive: bool| match (name, exclusive) {
        ("above", false) => "minimum",
        ("above", true) => "exclusiveMinimum",
        (_, false) => "maximum",
        (_, true) => "exclusiveMaximum",
    };
    // On a grid the next number is a grid step away.
    let grid = aims.nodes().filter_map(|node| node.get("multipleOf")?.as_number()).cloned();
    let coarser = |a: Number, b: Number| if a.as_f64() < b.as_f64() { b } else { a };
    let step = grid.chain([Number::from(1)]).reduce(coarser).unwrap_or_else(|| Number::from(1));
    for (side, upward) in [("below", false), ("above", true)] {
        let Some(limit) = neighbour(bound, &step, upward) else { continue };
        let far = if upward { "maximum" } else { "minimum" };
        let schema = json!({"type": "number", (inside(side, true)): bound, (far): limit});
        if upward == up {
            aims.breach(spot, side, Some("number"), schema);
        } else {
            aims.meet(spot, side, Some("number"), schema);
        }
    }
    if fractional {
        return;
    }
    if exclusive {
        aims.breach(spot, "at", Some("number"), json!({ "const": bound }));
    } else if aims.passes(value) {
        aims.push(spot, "at", true, Aim::Fixed(value.clone()));
    }
}
