//! Bounds of numbers beyond what the canonicaliser counts in, which is 64 bits with a sign.
//!
//! The numbers on the near side stay a range; of those on the far side some are listed. So fewer pass
//! than should, and none that should not.

use super::number::Numbers;
use super::rewrite::{self, Node};
use super::source::Source;
use crate::schema::canonical::NumberShape;
use serde_json::{Map, Number, Value, json};

/// How many numbers of a far side are listed at most.
const LISTED: u64 = 48;
/// Where the far sides begin.
const ABOVE: u64 = 1 << 63;
const BELOW: f64 = -9_223_372_036_854_777_856.0;

/// Splits the bounds of a schema object at the ends of the near side; whether some numbers are lost.
pub(crate) fn split(node: &mut Node) -> bool {
    let lower = tighter(node, "minimum", "exclusiveMinimum", |one, other| one > other);
    let upper = tighter(node, "maximum", "exclusiveMaximum", |one, other| one < other);
    if ![&lower, &upper].into_iter().flatten().any(End::far) {
        return false;
    }
    for keyword in ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"] {
        node.remove(keyword);
    }
    let mut shape = NumberShape {
        minimum: lower.as_ref().map(|bound| bound.at.clone()),
        exclusive_minimum: lower.as_ref().is_some_and(|bound| bound.exclusive),
        maximum: upper.as_ref().map(|bound| bound.at.clone()),
        exclusive_maximum: upper.as_ref().is_some_and(|bound| bound.exclusive),
        multiple_of: node.get("multipleOf").and_then(Value::as_number).cloned().into_iter().collect(),
        not_multiple_of: Vec::new(),
    };
    let mut alternatives = vec![json!({"type": ["null", "boolean", "string", "array", "object"]})];
    let (mut near, mut above, mut below) = (Map::new(), false, false);
    let mut reached = true;
    for (bound, is_lower) in [(lower, true), (upper, false)] {
        let Some(bound) = bound else { continue };
        let keyword = bound.keyword(is_lower);
        match (bound.far(), is_lower, bound.positive()) {
            (false, ..) => {
                near.insert(keyword.to_owned(), Value::Number(bound.at));
            }
            (true, true, true) => (above, reached) = (true, false),
            (true, false, false) => (below, reached) = (true, false),
            (true, false, true) => {
                above = true;
                near.insert("maximum".to_owned(), json!(i64::MAX));
            }
            (true, true, false) => {
                below = true;
                near.insert("minimum".to_owned(), json!(i64::MIN));
            }
        }
    }
    if reached {
        near.insert("type".to_owned(), json!("number"));
        alternatives.push(Value::Object(near));
    }
    let mut listed = Vec::new();
    if above {
        let least = Number::from(ABOVE);
        let within = shape.minimum.as_ref().is_some_and(|bound| bound.as_f64() >= least.as_f64());
        let narrowed = NumberShape {
            minimum: if within { shape.minimum.clone() } else { Some(least) },
            exclusive_minimum: within && shape.exclusive_minimum,
            ..shape.clone()
        };
        listed.extend(samples(&narrowed));
    }
    if below {
        let within = shape.maximum.as_ref().and_then(Number::as_f64).is_some_and(|bound| bound <= BELOW);
        if !within {
            (shape.maximum, shape.exclusive_maximum) = (Number::from_f64(BELOW), false);
        }
        listed.extend(samples(&shape));
    }
    // A bound that no 64 bits hold was rounded when it was read, so nothing is certain next to it.
    let rounded = [&shape.minimum, &shape.maximum].into_iter().flatten().any(Number::is_f64);
    let lost = rounded || !listed.is_empty();
    if !listed.is_empty() {
        alternatives.push(json!({ "enum": listed }));
    }
    rewrite::also(node, json!({ "anyOf": alternatives }));
    lost
}

struct End {
    at: Number,
    exclusive: bool,
}

impl End {
    fn far(&self) -> bool {
        !self.at.is_i64() && self.at.as_f64().is_some_and(|float| float.abs() >= ABOVE as f64)
    }

    fn positive(&self) -> bool {
        self.at.as_f64().is_some_and(|float| float > 0.0)
    }

    fn keyword(&self, lower: bool) -> &'static str {
        match (lower, self.exclusive) {
            (true, false) => "minimum",
            (true, true) => "exclusiveMinimum",
            (false, false) => "maximum",
            (false, true) => "exclusiveMaximum",
        }
    }
}

/// The tighter of the two bounds of one side.
fn tighter(node: &Node, inclusive: &str, exclusive: &str, beats: fn(f64, f64) -> bool) -> Option<End> {
    let end = |keyword: &str, exclusive: bool| {
        node.get(keyword).and_then(Value::as_number).map(|at| End { at: at.clone(), exclusive })
    };
    match (end(inclusive, false), end(exclusive, true)) {
        (Some(one), Some(other)) => {
            let first = one.at.as_f64().zip(other.at.as_f64()).is_some_and(|(one, other)| beats(one, other));
            Some(if first { one } else { other })
        }
        (one, other) => one.or(other),
    }
}

/// Some numbers of the shape, each once.
fn samples(shape: &NumberShape) -> Vec<Value> {
    let Ok(numbers) = Numbers::new(shape) else { return Vec::new() };
    let mut seen = Vec::new();
    for value in (0..LISTED).filter_map(|seed| numbers.make(&mut Source::fresh(seed))) {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;

    fn alternatives(mut schema: Value) -> Vec<Value> {
        split(schema.as_object_mut().unwrap());
        schema["allOf"][0]["anyOf"].as_array().cloned().unwrap_or_default()
    }

    #[test]
    fn the_near_side_stays_a_range_and_the_far_side_is_listed() {
        let all = alternatives(json!({"minimum": 3, "maximum": u64::MAX}));
        assert_eq!(all[1], json!({"type": "number", "minimum": 3, "maximum": i64::MAX}));
        let listed = all[2]["enum"].as_array().unwrap();
        assert!(listed.len() > 10 && listed.contains(&json!(u64::MAX)), "{listed:?}");
        assert!(
            listed.iter().all(|number| number.as_u64().is_none_or(|number| number >= ABOVE)),
            "{listed:?}"
        );
        let all = alternatives(json!({"exclusiveMinimum": 1e300}));
        assert!(all[1]["enum"].as_array().unwrap().iter().all(|number| number.as_f64() > Some(1e300)));
        let all = alternatives(json!({"maximum": -1e300, "minimum": -2e300}));
        assert!(!all[1]["enum"].as_array().unwrap().is_empty());
        assert!(alternatives(json!({"maximum": 1e18})).is_empty());
    }
}
