//! The official suite.

use crate::{generator, second_oracle};
use proofmark::generate::{Generator, Refusal, draw, seed};
use proofmark::schema::Formats;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Instant;

/// The official suite, where `PROOFMARK_DATA` says it is: 20 valid values for every group of
/// draft 2020-12 that has a valid instance.
#[test]
fn official_suite() {
    /// How many groups are served at least, as measured.
    const FLOOR: usize = 336;
    let Ok(data) = std::env::var("PROOFMARK_DATA") else {
        println!("skipped: PROOFMARK_DATA does not name the folder with the official suite");
        return;
    };
    let folder = std::path::Path::new(&data).join("json-schema-test-suite/tests/draft2020-12");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let (mut served, mut refused, mut wrong) = (0, Vec::new(), Vec::new());
    let (mut made, mut rejected) = (0, 0);
    for file in files {
        let groups: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for group in groups {
            let name = format!("{} {}", file.file_stem().unwrap().to_string_lossy(), group["description"]);
            let satisfiable = group["tests"].as_array().unwrap().iter().any(|test| test["valid"] == true);
            let start = Instant::now();
            let generator = match Generator::new(&group["schema"], Formats::Annotated) {
                Ok(generator) => generator,
                Err(refusal) => {
                    refused.push(format!("{name}: {refusal}"));
                    continue;
                }
            };
            let values = generator
                .valid()
                .and_then(|strategy| (0..20).map(|index| draw(&strategy, seed(3, &name, index))).collect());
            let values: Vec<Value> = match values {
                Ok(values) => values,
                Err(refusal) => {
                    if satisfiable {
                        refused.push(format!("{name}: {refusal}"));
                    }
                    Vec::new()
                }
            };
            let (of_this, of_them) = generator.filtered();
            (made, rejected) = (made + of_this, rejected + of_them);
            served += usize::from(satisfiable && !values.is_empty());
            wrong.extend(
                values
                    .iter()
                    .filter(|value| !generator.oracle().is_valid(value))
                    .map(|value| format!("{name}: {value}")),
            );
            if start.elapsed().as_millis() > 500 {
                println!("slow: {name} {:?}", start.elapsed());
            }
        }
    }
    println!("{}", refused.join("\n"));
    println!("{rejected} candidates rejected for {made} values");
    println!("served {served}, refused {}, wrong {}", refused.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(served >= FLOOR, "{served} of at least {FLOOR}");
}

/// Schemas of real APIs, where `PROOFMARK_DATA` says they are: each place is violated at least once.
#[test]
fn realistic_schemas() {
    let Ok(data) = std::env::var("PROOFMARK_DATA") else {
        println!("skipped: PROOFMARK_DATA does not name the folder with the realistic schemas");
        return;
    };
    for (name, places) in [("sendInbox", 21), ("github_full_repository", 1_045), ("stripe_customer", 314)] {
        let path = std::path::Path::new(&data).join(format!("realistic/{name}.json"));
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let generator = Generator::new(&schema, Formats::Annotated).unwrap();
        let strategy = generator.valid().unwrap();
        for index in 0..50 {
            let value = draw(&strategy, seed(3, name, index)).unwrap();
            assert!(generator.oracle().is_valid(&value), "{name}: {value}");
        }
        let mut met = BTreeSet::new();
        for goal in generator.rounds(false) {
            if met.contains(&(&goal.pointer, &goal.keyword)) {
                continue;
            }
            if let Ok(value) =
                generator.documents(goal).and_then(|strategy| draw(&strategy, seed(3, name, 0)))
            {
                assert!(generator.confirms(goal, &value), "{name}: {goal:?} {value}");
                met.insert((&goal.pointer, &goal.keyword));
            }
        }
        println!("{name}: {} places violated of {} goals", met.len(), generator.goals().len());
        assert!(met.len() >= places, "{name}: {} of {places}", met.len());
    }
}

/// Schemas on which other generators fail, where `PROOFMARK_DATA` says they are: values that both
/// validators pass, or the word that there are none.
#[test]
fn hard_cases() {
    let Ok(data) = std::env::var("PROOFMARK_DATA") else {
        println!("skipped: PROOFMARK_DATA does not name the folder with the hard cases");
        return;
    };
    let path = std::path::Path::new(&data).join("hard_cases.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut failures = Vec::new();
    for case in &cases {
        let (name, schema) = (case["name"].as_str().unwrap(), &case["schema"]);
        let generator = generator(schema);
        // The second validator has no look-around and decides multiples of fractions in binary.
        let blind = schema.to_string().contains("(?") || schema.to_string().contains("0.01");
        let agrees = second_oracle(if blind { "look-ahead" } else { name }, schema);
        match (case["satisfiable"] == true, generator.valid()) {
            (true, Ok(strategy)) => {
                for index in 0..20 {
                    let value = draw(&strategy, seed(3, name, index)).unwrap();
                    if !generator.oracle().is_valid(&value) || !agrees(&value, true) {
                        failures.push(format!("{name}: {value}"));
                    }
                }
            }
            (false, Err(Refusal::Unsatisfiable { .. })) => {}
            (_, other) => failures.push(format!("{name}: {other:?}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    println!("{} hard cases", cases.len());
}
