//! Shrinking: the same failure, as small as it gets, within a budget.

use crate::generator;
use crate::schemas::send_inbox;
use proofmark::generate::{draw, seed, shrink};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn shrinking_keeps_the_failure_and_reaches_a_minimum() {
    let generator = generator(&json!({"type": "object", "required": ["s", "n"], "properties": {
        "s": {"type": "string", "maxLength": 200}, "n": {"type": "integer", "minimum": 0},
        "list": {"type": "array", "items": {"type": "string"}}, "other": {}}}));
    let strategy = generator.valid().unwrap();
    let (mut nuls, mut numbers) = (0, 0);
    for index in 0..2_000 {
        let seed = seed(6, "shrink", index);
        let value = draw(&strategy, seed).unwrap();
        let has_nul = |value: &Value| value["s"].as_str().is_some_and(|text| text.contains('\0'));
        if has_nul(&value) {
            let small = shrink(&strategy, seed, has_nul, 10_000).unwrap();
            assert_eq!(small, json!({"s": "\0", "n": 0}), "{value}");
            nuls += 1;
        }
        let big = |value: &Value| value["n"].as_u64().is_some_and(|number| number >= 1_000);
        if big(&value) && numbers < 100 {
            let small = shrink(&strategy, seed, big, 10_000).unwrap();
            assert_eq!(small, json!({"s": "", "n": 1_000}), "{value}");
            numbers += 1;
        }
    }
    assert!(nuls >= 5 && numbers >= 50, "{nuls} {numbers}");
}

#[test]
fn a_shrunk_violation_is_still_the_same_one() {
    let generator = generator(&send_inbox());
    for goal in generator.goals().iter().filter(|goal| !goal.valid).step_by(3) {
        let strategy = generator.documents(goal).unwrap();
        let small = shrink(&strategy, seed(7, "violation", 0), |_| true, 2_000).unwrap();
        assert!(generator.confirms(goal, &small), "{goal:?} {small}");
        assert!(small.to_string().len() < 700, "{goal:?} {small}");
    }
}

#[test]
fn shrinking_stops_at_its_budget_and_asks_nothing_twice() {
    let generator = generator(&send_inbox());
    let strategy = generator.valid().unwrap();
    let mut asked = Vec::new();
    let fails = |value: &Value| {
        asked.push(value.to_string());
        value["accessToken"].as_str().is_some_and(|text| text.len() > 2)
    };
    let seed = (0..1_000).map(|index| seed(8, "budget", index)).find(|seed| {
        draw(&strategy, *seed).unwrap()["accessToken"].as_str().is_some_and(|text| text.len() > 10)
    });
    shrink(&strategy, seed.unwrap(), fails, 40).unwrap();
    assert!(asked.len() <= 40, "{}", asked.len());
    let distinct: BTreeSet<&String> = asked.iter().collect();
    assert_eq!(distinct.len(), asked.len());
}
