//! The engine judges an API that no line of it knows: a contract, a case file and a small server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use proofmark::case::select::Selection;
use proofmark::case::suite::Suite;
use proofmark::config::Config;
use proofmark::config::probe::Probe;
use proofmark::contract::{Contract, lint};
use proofmark::report::model::{Overall, Report, Verdict};
use proofmark::run::session::Session;
use proofmark::run::{Options, Stop, run};
use proofmark::target::stamp::Stamps;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const CONTRACT: &str = include_str!("other/contract.yaml");
const CASES: &str = include_str!("other/cases.yaml");

#[derive(Clone, Copy, PartialEq)]
enum Mistake {
    None,
    AmountOneOver,
    BooksTwice,
}

#[derive(Default)]
struct Book {
    amounts: BTreeMap<String, i64>,
    bookings: BTreeMap<String, u64>,
}

type Till = State<(Mistake, Arc<Mutex<Book>>)>;

fn answer(state: &str, code: &str, receipt: Option<String>) -> Response {
    let mut body = json!({ "state": state, "code": code });
    if let Some(receipt) = receipt {
        body["receipt"] = receipt.into();
    }
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn book(State((mistake, book)): Till, headers: HeaderMap, body: Bytes) -> Response {
    let json = |value: &HeaderValue| value.as_bytes().starts_with(b"application/json");
    if !headers.get(CONTENT_TYPE).is_none_or(json) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let most = if mistake == Mistake::AmountOneOver { 1001 } else { 1000 };
    let reference = request["reference"].as_str().filter(|text| (1..=40).contains(&text.chars().count()));
    let amount = request["amount"].as_i64().filter(|amount| (1..=most).contains(amount));
    let (Some(reference), Some(amount)) = (reference, amount) else {
        return answer("rejected", "BAD_FIELD", None);
    };
    let mut book = book.lock().unwrap();
    let known = book.amounts.get(reference).copied();
    if known.is_some_and(|known| known != amount) {
        return answer("rejected", "USED", None);
    }
    if known.is_none() || mistake == Mistake::BooksTwice {
        book.amounts.insert(reference.to_owned(), amount);
        *book.bookings.entry(reference.to_owned()).or_default() += 1;
    }
    answer("booked", "OK", Some(blake3::hash(reference.as_bytes()).to_hex()[..32].to_owned()))
}

async fn count(State((_, book)): Till, Query(query): Query<BTreeMap<String, String>>) -> String {
    let count = book.lock().unwrap().bookings.get(&query["reference"]).copied().unwrap_or_default();
    json!({ "count": count }).to_string()
}

async fn judged(mistake: Mistake) -> Report {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/till/bookings", put(book))
        .route("/count", get(count))
        .with_state((mistake, Arc::new(Mutex::new(Book::default()))));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let contract = Contract::parse("contract.yaml", CONTRACT).unwrap();
    let suite = Suite::new(contract, &[("cases.yaml".to_owned(), CASES)]).unwrap();
    let config = Config {
        probes: [("probe.bookings".to_owned(), Probe::Url(format!("{url}/count?reference={{reference}}")))]
            .into(),
        ..Config::default()
    };
    let base = format!("{url}/till/");
    let session = Session::new(Arc::new(suite), config, &base, 7, Stamps::new(7)).unwrap();
    run(Arc::new(session), &Selection::default(), &Options::default(), Stop::default(), &|_| {}).await.report
}

fn broken(report: &Report) -> Vec<&str> {
    let cases = report.cases.iter().filter(|case| matches!(case.verdict, Verdict::Fail | Verdict::Warn));
    cases.map(|case| case.id.as_str()).collect()
}

#[test]
fn the_contract_is_sound() {
    assert_eq!(lint::contract("contract.yaml", CONTRACT), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correct_server_conforms() {
    let report = judged(Mistake::None).await;
    assert_eq!(broken(&report), [""; 0]);
    assert_eq!(report.verdict, Overall::Conforms);
    let undecided: Vec<_> = report.cases.iter().filter(|case| case.verdict != Verdict::Pass).collect();
    assert!(undecided.is_empty(), "{undecided:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_that_is_off_by_one_is_shown_with_that_bound() {
    let report = judged(Mistake::AmountOneOver).await;
    assert_eq!(broken(&report), ["book/request/amount/maximum/above"]);
    let finding = report.cases.iter().find_map(|case| case.finding.as_ref()).unwrap();
    let sent = serde_json::to_string(&finding.minimal[0].request.body).unwrap();
    assert!(sent.contains("1001"), "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_effect_is_counted() {
    let report = judged(Mistake::BooksTwice).await;
    // By a case of its own, and by one that suits any operation.
    assert_eq!(broken(&report), ["book/once/replay", "book/idempotency/replay-one-effect"]);
}

#[test]
fn keywords_under_several_conditions_make_cases_of_their_own() {
    let condition = "additionalProperties: { type: string }\n      if: { properties: { amount: { minimum: 500 } } }\n      \
                     then: { properties: { note: { maxLength: 5 } } }\n      else: { properties: { note: { maxLength: 9 } } }\n";
    let contract = CONTRACT.replace("    Answer:\n", &format!("      {condition}    Answer:\n"));
    let suite = Suite::new(Contract::parse("contract.yaml", &contract).unwrap(), &[]).unwrap();
    let ids: Vec<&str> = suite.cases.iter().map(|case| case.id.as_str()).collect();
    let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len());
    for id in ["book/request/note/maxLength/above", "book/request/note/maxLength/above-2"] {
        assert!(distinct.contains(id), "{ids:#?}");
    }
}
