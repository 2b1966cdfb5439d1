//! What breaks is shown as small as it can be, after few requests.

use crate::support::{Place, case, ids};
use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};

/// The most requests that a case may cost whose wallet breaks.
const REQUESTS: u64 = 60;

/// The body of the request that a case's finding shows last.
fn shown(case: &Value) -> &str {
    let minimal = case["finding"]["minimal"].as_array().expect("requests");
    minimal.last().expect("a request")["request"]["body"]["text"].as_str().expect("a text")
}

#[test]
fn a_target_that_breaks_down_on_one_character_is_shown_with_little_more() {
    let place = Place::new();
    place
        .run("run --fault crash-on-nul --only sendInbox/request/** --quiet --report json=report.json")
        .exit(1);
    let report = place.json("report.json");
    let broken = [ids(&report, "fail"), ids(&report, "warn")].concat();
    assert!(broken.len() >= 3, "{broken:?}");
    for id in broken {
        let case = case(&report, &id);
        let body = shown(case);
        assert!(body.contains("\\u0000"), "{id}: {body}");
        assert!(body.len() <= 150, "{id}: {} bytes: {body}", body.len());
        assert!(case["exchanges"].as_u64().unwrap() <= REQUESTS, "{id}: {}", case["exchanges"]);
    }
}

/// Takes orders of at most a thousand, and answers larger ones with this.
fn shop(larger: StatusCode) -> String {
    let order = move |body: Bytes| async move {
        let order: Value = serde_json::from_slice(&body).unwrap_or_default();
        let article = order["article"].as_str().map_or(0, |article| article.chars().count());
        let sound = (1..=40).contains(&article);
        let (status, answer) = match order["count"].as_i64() {
            Some(count) if sound && (0..=1_000).contains(&count) => {
                (StatusCode::CREATED, json!({ "id": "1" }))
            }
            Some(count) if sound && count > 1_000 => (larger, json!({ "error": "too many" })),
            _ => (StatusCode::BAD_REQUEST, json!({ "error": "no order" })),
        };
        (status, [("content-type", "application/json")], answer.to_string())
    };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, Router::new().route("/orders", post(order))).await
        })
    });
    url
}

const CONTRACT: &str = r"
openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
paths:
  /orders:
    post:
      operationId: placeOrder
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [article, count]
              properties:
                article: { type: string, minLength: 1, maxLength: 40 }
                count: { type: integer, minimum: 0, maximum: 2147483647 }
            example: { article: book, count: 1 }
      responses:
        '201': { description: taken, content: { application/json: { schema: { type: object, required: [id] } } } }
        '400': { description: refused, content: { application/json: { schema: { type: object } } } }
";

#[test]
fn a_target_that_fails_from_a_number_on_is_shown_with_that_number() {
    for larger in [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::BAD_REQUEST] {
        let (place, url) = (Place::new(), shop(larger));
        place.write("orders.yaml", CONTRACT);
        let line = format!("run --contract orders.yaml --target {url} --quiet --report json=report.json");
        place.run(&line);
        let report = place.json("report.json");
        let broken = [ids(&report, "fail"), ids(&report, "warn")].concat();
        let mut exact = 0;
        for id in broken.iter().filter(|id| id.contains("/count/maximum/") && !id.ends_with("above")) {
            let case = case(&report, id);
            let order: Value = serde_json::from_str(shown(case)).unwrap_or_default();
            assert_eq!(order["count"], 1_001, "{larger} {id}: {order}");
            assert!(case["exchanges"].as_u64().unwrap() <= REQUESTS, "{larger} {id}: {}", case["exchanges"]);
            exact += 1;
        }
        assert!(exact >= 2, "{larger}: {broken:?}");
    }
}
