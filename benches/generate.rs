//! Values a second on one core: a small request, and where `PROOFMARK_DATA` names the folder with the
//! realistic schemas, those of two large APIs.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench that cannot start has nothing to measure")]
#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use proofmark::generate::{Generator, Seeds, append_json, draw};
use proofmark::schema::Formats;
use proptest::strategy::SBoxedStrategy;
use serde_json::{Value, json};
use std::path::Path;

fn main() {
    if std::env::var_os("PROOFMARK_DATA").is_none() {
        eprintln!("only sendInbox: PROOFMARK_DATA does not name the folder with the realistic schemas");
    }
    divan::main();
}

const SEND_INBOX: &str = "sendInbox";

/// The schemas there are, by name.
fn names() -> Vec<&'static str> {
    let large = ["github_full_repository", "stripe_customer"];
    let known = std::env::var_os("PROOFMARK_DATA").map_or(&[][..], |_| &large[..]);
    [SEND_INBOX].iter().chain(known).copied().collect()
}

fn schema(name: &str) -> Value {
    if name == SEND_INBOX {
        return send_inbox();
    }
    let data = std::env::var_os("PROOFMARK_DATA").unwrap();
    let path = Path::new(&data).join(format!("realistic/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
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

/// From the schema to the first valid value.
#[divan::bench(args = names(), sample_count = 10)]
fn build(bencher: Bencher<'_, '_>, name: &str) {
    let schema = schema(name);
    let seeds = Seeds::new(1, "build");
    bencher.bench(|| {
        let strategy = Generator::new(&schema, Formats::Annotated).unwrap().valid().unwrap();
        draw(&strategy, seeds.at(0)).unwrap()
    });
}

/// Valid values, made and written as JSON.
#[divan::bench(args = names(), sample_count = 20)]
fn valid(bencher: Bencher<'_, '_>, name: &str) {
    let generator = Generator::new(&schema(name), Formats::Annotated).unwrap();
    measure(bencher, &[generator.valid().unwrap()], if name == SEND_INBOX { 10_000 } else { 100 });
}

/// Values that violate one goal after the other.
#[divan::bench(sample_count = 20)]
fn violating(bencher: Bencher<'_, '_>) {
    let generator = Generator::new(&send_inbox(), Formats::Annotated).unwrap();
    let goals = generator.goals().iter().filter(|goal| !goal.valid);
    let strategies: Vec<_> = goals.filter_map(|goal| generator.documents(goal).ok()).collect();
    measure(bencher, &strategies, 10_000);
}

fn measure(bencher: Bencher<'_, '_>, strategies: &[SBoxedStrategy<Value>], values: usize) {
    let seeds = Seeds::new(1, "bench");
    let mut line = Vec::new();
    let mut run = || {
        let mut bytes = 0;
        for (strategy, index) in strategies.iter().cycle().take(values).zip(0..) {
            line.clear();
            append_json(&mut line, &draw(strategy, seeds.at(index)).unwrap());
            bytes += line.len();
        }
        bytes
    };
    let bytes = run();
    bencher.counter(ItemsCount::new(values)).counter(BytesCount::new(bytes)).bench_local(run);
}
