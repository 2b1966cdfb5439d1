//! The official suite.

use proofmark::generate::{Generator, draw, seed};
use proofmark::schema::Formats;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Instant;

/// The official suite, where `PROOFMARK_DATA` says it is: 20 valid values for every group of
/// draft 2020-12 that has a valid instance, and every goal's documents.
#[test]
fn official_suite() {
    /// How many groups are served at least, as measured.
    const FLOOR: usize = 332;
    let Ok(data) = std::env::var("PROOFMARK_DATA") else {
        println!("skipped: PROOFMARK_DATA does not name the folder with the official suite");
        return;
    };
    let folder = std::path::Path::new(&data).join("json-schema-test-suite/tests/draft2020-12");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let (mut served, mut refused, mut wrong, mut met, mut unmet) = (0, Vec::new(), Vec::new(), 0, 0);
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
            served += usize::from(satisfiable && !values.is_empty());
            wrong.extend(
                values
                    .iter()
                    .filter(|value| !generator.oracle().is_valid(value))
                    .map(|value| format!("{name}: {value}")),
            );
            for goal in generator.goals() {
                let made = generator.documents(goal).and_then(|strategy| draw(&strategy, seed(3, &name, 0)));
                match made {
                    Ok(value) if generator.confirms(goal, &value) => met += 1,
                    Ok(value) => wrong.push(format!("{name}: {goal:?} {value}")),
                    Err(_) => unmet += 1,
                }
            }
            if start.elapsed().as_millis() > 500 {
                println!("slow: {name} {:?}", start.elapsed());
            }
        }
    }
    println!("{}", refused.join("\n"));
    println!(
        "served {served}, refused {}, wrong {}; goals met {met}, not met {unmet}",
        refused.len(),
        wrong.len()
    );
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
    for (name, places) in [("sendInbox", 21), ("github_full_repository", 1_045), ("stripe_customer", 0)] {
        let path = std::path::Path::new(&data).join(format!("realistic/{name}.json"));
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let generator = Generator::new(&schema, Formats::Annotated).unwrap();
        let strategy = generator.valid().unwrap();
        for index in 0..50 {
            let value = draw(&strategy, seed(3, name, index)).unwrap();
            assert!(generator.oracle().is_valid(&value), "{name}: {value}");
        }
        let mut met = BTreeSet::new();
        for goal in generator.goals().iter().filter(|goal| !goal.valid && places > 0) {
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
