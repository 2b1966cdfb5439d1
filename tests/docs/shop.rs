//! The voucher shop of `docs/adding.md`, and its sandbox.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What was redeemed under each key: the request and its id.
type Book = Arc<Mutex<BTreeMap<String, (Value, String)>>>;

/// Starts the shop and gives its base URL.
pub(crate) async fn start() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let redeem = |most: i64| move |book, headers, body| async move { redeem(most, &book, &headers, &body) };
    let router = Router::new()
        .route("/redemptions", post(redeem(500)))
        .route("/sandbox/v1/redemptions", post(redeem(50)))
        .route("/count", get(count))
        .with_state(Book::default());
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    url
}

fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn redeem(most: i64, State(book): &State<Book>, headers: &HeaderMap, body: &Bytes) -> Response {
    let refused = |status, code: &str| answer(status, &json!({ "code": code }));
    let field = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !matches!(field("content-type"), "" | "application/json")
        && !field("content-type").starts_with("application/json;")
    {
        return refused(415, "media-type");
    }
    let Ok(request) = serde_json::from_slice::<Value>(body) else { return refused(400, "unreadable") };
    let amount = request["amount"].as_f64().filter(|amount| amount.fract() == 0.0);
    let amount = amount.filter(|amount| (1.0..=most as f64).contains(amount));
    let voucher = request["voucher"].as_str().filter(|text| (1..=20).contains(&text.chars().count()));
    let key = field("idempotency-key");
    let (Some(_), Some(voucher), 1..=64) = (amount, voucher, key.len()) else {
        return refused(400, "invalid");
    };
    if voucher.starts_with("VOID") {
        return refused(409, "voided");
    }
    let mut book = book.lock().unwrap();
    let id = blake3::hash(key.as_bytes()).to_hex()[..32].to_owned();
    let (first, id) = book.entry(key.to_owned()).or_insert((request.clone(), id));
    if *first != request {
        return refused(422, "key-reused");
    }
    answer(201, &json!({ "id": id }))
}

async fn count(State(book): State<Book>, Query(query): Query<BTreeMap<String, String>>) -> String {
    json!({ "count": u8::from(book.lock().unwrap().contains_key(&query["key"])) }).to_string()
}
