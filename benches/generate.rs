//! Values a second on one core, for a request like sendInbox.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench that cannot start has nothing to measure")]

use divan::counter::ItemsCount;
use proofmark::generate::{Generator, draw, seed};
use proofmark::schema::Formats;
use serde_json::{Value, json};

fn main() {
    divan::main();
}

fn send_inbox() -> Value {
    json!({
        "type": "object",
        "required": ["accessToken", "requestId", "templateCode", "templates"],
        "properties": {
            "accessToken": {"type": "string", "minLength": 1, "maxLength": 128},
            "requestId": {"type": "string", "minLength": 1, "maxLength": 128},
            "templateCode": {"type": "string", "maxLength": 256},
            "templates": {"type": "array", "minItems": 1, "maxItems": 5, "items": {
                "type": "object",
                "properties": {"templateParameters": {"type": "object", "additionalProperties": {"type": "string"}}}
            }},
            "extendInfo": {"type": "string", "maxLength": 4096}
        }
    })
}

#[divan::bench]
fn build(bencher: divan::Bencher<'_, '_>) {
    let schema = send_inbox();
    bencher.bench(|| Generator::new(&schema, Formats::Annotated).unwrap().valid().unwrap());
}

#[divan::bench]
fn valid(bencher: divan::Bencher<'_, '_>) {
    let strategy = Generator::new(&send_inbox(), Formats::Annotated).unwrap().valid().unwrap();
    bencher.counter(ItemsCount::new(1_000_u64)).bench(|| {
        (0..1_000)
            .map(|index| draw(&strategy, seed(1, "valid", index)).unwrap().to_string().len())
            .sum::<usize>()
    });
}

#[divan::bench]
fn violating(bencher: divan::Bencher<'_, '_>) {
    let generator = Generator::new(&send_inbox(), Formats::Annotated).unwrap();
    let strategies: Vec<_> = generator
        .goals()
        .iter()
        .filter(|goal| !goal.valid)
        .filter_map(|goal| generator.documents(goal).ok())
        .collect();
    bencher.counter(ItemsCount::new(1_000_u64)).bench(|| {
        let drawn = strategies.iter().cycle().take(1_000).zip(0..);
        drawn
            .map(|(strategy, index)| draw(strategy, seed(1, "violating", index)).unwrap().to_string().len())
            .sum::<usize>()
    });
}
