//! How long the judge of histories takes for a long one: requests that share keys, in rounds.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench that cannot start has nothing to measure")]

use bytes::Bytes;
use divan::Bencher;
use divan::counter::ItemsCount;
use proofmark::contract;
use proofmark::exchange::{Exchange, History, Request, Response, SignatureCheck};
use proofmark::law::Judgement;
use proofmark::law::hearing::{Hearing, Schemas};
use proofmark::law::history::whole;
use serde_json::json;
use std::time::Duration;

fn main() {
    divan::main();
}

/// A request under its key, done once, and its answer.
fn exchange(at: usize, key: usize) -> Exchange {
    let request = json!({
        "accessToken": "token", "requestId": format!("key-{key}"), "templateCode": "MINI_APP_COMMON_INBOX",
        "templates": [{ "templateParameters": { "Title": "hello", "Content": "from proofmark" } }],
    });
    let result = json!({ "resultStatus": "S", "resultCode": "SUCCESS", "resultMessage": "success" });
    let answer = json!({ "result": result, "messageId": format!("message-{key}") });
    Exchange {
        role: "request".to_owned(),
        copy: at,
        request: Request {
            method: "POST".to_owned(),
            url: "http://127.0.0.1/v1/messages/sendInbox".to_owned(),
            headers: vec![("Client-Id".to_owned(), "CLIENT".to_owned())],
            body: Bytes::from(request.to_string()),
            hooked: None,
        },
        outcome: Ok(Response::new(
            200,
            vec![("Content-Type".to_owned(), "application/json".to_owned())],
            Bytes::from(answer.to_string()),
            false,
        )),
        signature: SignatureCheck::Unchecked,
        at: Duration::from_micros(at as u64),
        elapsed: Duration::from_micros(50),
        superseded: false,
        operation: String::new(),
    }
}

/// So many exchanges, under so many keys.
#[divan::bench(args = [(1_000, 200), (100_000, 20_000), (100_000, 1)], sample_count = 10, sample_size = 1)]
fn judge(bencher: Bencher<'_, '_>, (exchanges, keys): (usize, usize)) {
    let contract = contract::suites::builtin().unwrap();
    let operation = &contract.operations[0];
    let schemas = Schemas::new(operation);
    let history = History {
        exchanges: (0..exchanges).map(|at| exchange(at, at % keys)).collect(),
        effects: Vec::new(),
        missing: None,
    };
    bencher.counter(ItemsCount::new(exchanges)).bench_local(|| {
        let judgement = whole(&Hearing { operation, schemas: &schemas, history: &history, others: &[] });
        assert!(matches!(judgement, Judgement::Undecided(_)));
    });
}
