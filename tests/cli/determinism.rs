//! The same seed says the same, whatever the order, the concurrency and the shards.

use crate::listener::{Listener, Manner};
use crate::support::{Place, ids};
use serde_json::Value;

/// Faults of several laws, so that the reports hold findings whose payloads can differ.
const FAULTS: &str = "--fault request-id-accepts-129 --fault replay-delivers-again --fault validation-as-500 \
                      --fault response-unsigned --fault put-accepted";
/// Header fields that hold the time of an exchange, or follow from it.
const TIMES: [&str; 4] = ["date", "request-time", "response-time", "signature"];

/// The report without its times and without the port of the embedded target.
fn timeless(place: &Place, name: &str) -> Value {
    let mut parts = Vec::new();
    let text = place.read(name);
    for part in text.split("127.0.0.1:") {
        parts.push(if parts.is_empty() {
            part
        } else {
            part.trim_start_matches(|c: char| c.is_ascii_digit())
        });
    }
    assert!(parts.len() > 1, "{name} names its target");
    let mut report = serde_json::from_str(&parts.join("TARGET")).unwrap();
    remove_times(&mut report);
    report
}

fn remove_times(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["started", "elapsed_ms", "at_ms", "latency"] {
                members.remove(name);
            }
            members.values_mut().for_each(remove_times);
        }
        Value::Array(items) => {
            let time = |item: &Value| {
                let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
                item.get("value").is_some() && TIMES.iter().any(|time| time.eq_ignore_ascii_case(name))
            };
            items.retain(|item| !time(item));
            items.iter_mut().for_each(remove_times);
        }
        _ => {}
    }
}

/// The request bodies that a target was sent, without what makes the run's keys unique.
fn payloads(seed: u64) -> Vec<String> {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    place.write("p.toml", "[tokens]\nvalid = \"a-token\"\n[template]\ncode = \"CODE\"\nparameters = {}\n");
    let only = "--only */request/templates/*";
    place.run(&format!("run --config p.toml --target {} {only} --concurrency 1 --seed {seed}", listener.url));
    let bodies = listener.requests().into_iter().filter_map(|request| {
        let body = request.split_once("\r\n\r\n")?.1.to_owned();
        let key = body.find("\"pm")? + 3;
        Some(format!("{}{}", &body[..key], body.get(key + 8..)?))
    });
    bodies.collect()
}

#[track_caller]
fn assert_same(one: &Value, other: &Value) {
    if one != other {
        let (one, other) =
            (serde_json::to_string_pretty(one).unwrap(), serde_json::to_string_pretty(other).unwrap());
        let diff = similar::TextDiff::from_lines(&one, &other);
        panic!("{}", diff.unified_diff().context_radius(6).header("one", "other"));
    }
}

#[test]
fn concurrency_changes_nothing() {
    let place = Place::new();
    for concurrency in [1, 16, 48] {
        let report = format!("--report json={concurrency}.json");
        place.run(&format!("run --seed 7 {FAULTS} --concurrency {concurrency} {report}")).exit(1);
    }
    let (one, usual) = (timeless(&place, "1.json"), timeless(&place, "16.json"));
    assert!(ids(&usual, "fail").len() >= 4, "{:?}", ids(&usual, "fail"));
    assert_same(&usual, &timeless(&place, "48.json"));
    // Where only one request may be open, those cases are another matter that are about several at once.
    let alone = |report: &Value| -> Vec<Value> {
        let cases = report["cases"].as_array().unwrap().iter();
        let overlaps = |case: &Value| case["traits"].as_array().unwrap().contains(&"overlap".into());
        cases.filter(|case| !overlaps(case)).cloned().collect()
    };
    assert!(alone(&usual).len() > 380);
    assert_same(&alone(&one).into(), &alone(&usual).into());
}

#[test]
fn another_seed_sends_other_payloads() {
    let (one, again, other) = (payloads(7), payloads(7), payloads(8));
    assert!(one.len() > 20, "{one:#?}");
    assert_eq!(one, again);
    assert_ne!(one, other);
}

#[test]
fn shards_make_the_whole_again() {
    let place = Place::new();
    place.run(&format!("run {FAULTS} --report json=whole.json")).exit(1);
    let mut seen = 0;
    for shard in 1..=3 {
        let done = place.run(&format!("run {FAULTS} --shard {shard}/3 --report json={shard}.json"));
        assert!(matches!(done.code, Some(0 | 1)), "{}", done.all());
        let report = place.json(&format!("{shard}.json"));
        assert_eq!(report["shard"], format!("{shard}/3"));
        seen += report["cases"].as_array().unwrap().len();
    }
    let done = place.run("merge 3.json 1.json 2.json --report json=merged.json --report junit=m.xml").exit(1);
    assert!(done.err.contains("3 shards merged: fails"), "{}", done.err);
    let (whole, merged) = (timeless(&place, "whole.json"), timeless(&place, "merged.json"));
    assert_eq!(seen, whole["cases"].as_array().unwrap().len());
    assert_same(&whole, &merged);
    assert!(place.read("m.xml").contains("<testsuites"));
}
