//! A small server for the bookings API, correct unless it is told to make mistakes.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does wrong; one of them, [`Mistake::SlowAndBusy`], is right in another way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mistake {
    SlowAndBusy,
    OneGuestMore,
    NoteOneShort,
    LimitUnchecked,
    TagsUnchecked,
    ReplayBooksTwice,
    OtherPayloadTaken,
    TwinsBothBooked,
    KeyNotNeeded,
    OtherStatus,
    SchemaBroken,
    NoTokenNeeded,
    AnyTokenTaken,
    MalformedBreaksDown,
    PlainProblems,
    AnyMethod,
}

struct Server {
    token: &'static str,
    mistakes: Vec<Mistake>,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    /// By room and key: the payload, and the booking once it is made.
    keys: BTreeMap<(String, String), (Value, Option<Value>)>,
    made: usize,
    by_key: BTreeMap<String, u64>,
}

type Desk = State<Arc<Server>>;

/// Starts a server and gives its base URL.
pub(crate) async fn start(token: &'static str, mistakes: &[Mistake]) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = Server { token, mistakes: mistakes.to_vec(), book: Mutex::default() };
    let router = Router::new()
        .route("/rooms/{room}/bookings", any(bookings))
        .route("/bookings/{booking}", any(booking))
        .route("/count", get(count))
        .with_state(Arc::new(server));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn count(State(server): Desk, Query(query): Query<BTreeMap<String, String>>) -> String {
    let count = server.book.lock().unwrap().by_key.get(&query["key"]).copied().unwrap_or_default();
    json!({ "count": count }).to_string()
}

impl Server {
    fn makes(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(&mistake)
    }

    fn problem(&self, status: u16, name: &str) -> Response {
        let body = json!({ "type": format!("/problems/{name}"), "title": name, "status": status });
        let status = StatusCode::from_u16(status).unwrap();
        let media =
            if self.makes(Mistake::PlainProblems) { "text/plain" } else { "application/problem+json" };
        (status, [(CONTENT_TYPE, media)], body.to_string()).into_response()
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        match headers.get("authorization").and_then(|value| value.to_str().ok()) {
            None => self.makes(Mistake::NoTokenNeeded),
            Some(value) => value == format!("Bearer {}", self.token) || self.makes(Mistake::AnyTokenTaken),
        }
    }

    fn allows(&self, booking: &Value) -> bool {
        let most = if self.makes(Mistake::OneGuestMore) { 13.0 } else { 12.0 };
        let longest = if self.makes(Mistake::NoteOneShort) { 199 } else { 200 };
        let text = |value: &Value, least: usize, most: usize| {
            value.as_str().is_some_and(|text| (least..=most).contains(&text.chars().count()))
        };
        let extra =
            |value: &Value| value.as_str().is_some_and(|one| ["bed", "breakfast", "parking"].contains(&one));
        let whole = |value: &Value| value.as_f64().filter(|number| number.fract() == 0.0);
        booking.is_object()
            && booking.get("guests").and_then(whole).is_some_and(|guests| (1.0..=most).contains(&guests))
            && booking.get("note").is_none_or(|note| text(note, 0, longest))
            && booking.get("extras").is_none_or(|extras| {
                extras.as_array().is_some_and(|all| all.len() <= 4 && all.iter().all(extra))
            })
            && booking.get("contact").is_some_and(is_contact)
    }
}

fn is_contact(contact: &Value) -> bool {
    let name = contact.get("name").and_then(Value::as_str).map(|name| name.chars().count());
    contact.is_object()
        && name.is_some_and(|length| (1..=80).contains(&length))
        && contact.get("friend").is_none_or(is_contact)
}

fn is_id(text: &str, letter: char, most: usize) -> bool {
    let digits = text.strip_prefix(letter).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
    (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn json_response(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn bookings(
    State(server): Desk,
    Path(room): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !server.knows(&headers) {
        return server.problem(401, "unauthorized");
    }
    if !is_id(&room, 'r', 4) {
        return server.problem(400, "invalid");
    }
    if room != "r-1" {
        return server.problem(404, "not-found");
    }
    match method.as_str() {
        "POST" => create(&server, room, &headers, &body).await,
        "GET" => list(&server, &query.unwrap_or_default()),
        _ if server.makes(Mistake::AnyMethod) => list(&server, ""),
        _ => server.problem(405, "invalid"),
    }
}

fn list(server: &Server, query: &str) -> Response {
    let plain = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
    };
    let pairs: Vec<(String, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, text)| (plain(name), plain(text)))
        .collect();
    let all = |name: &str| {
        pairs.iter().filter(|(own, _)| own == name).map(|(_, text)| text.as_str()).collect::<Vec<_>>()
    };
    let number = |text: &str| text.parse::<i64>().ok();
    let limit = match all("limit").as_slice() {
        [] => true,
        [one] => {
            let limit = number(one);
            if server.makes(Mistake::LimitUnchecked) {
                limit.is_some()
            } else {
                limit.is_some_and(|n| (1..=100).contains(&n))
            }
        }
        _ => false,
    };
    let state = match all("state").as_slice() {
        [] => true,
        [one] => ["open", "cancelled"].contains(one),
        _ => false,
    };
    let tags = all("tag");
    let few = tags.len() <= 3 || server.makes(Mistake::TagsUnchecked);
    let tags = few && tags.iter().all(|tag| (1..=20).contains(&tag.chars().count()));
    let nested = pairs.iter().filter(|(name, _)| {
        name.starts_with("price")
            || name.starts_with("tag[")
            || name.starts_with("limit[")
            || name.starts_with("state[")
    });
    let prices = nested.clone().all(|(name, text)| {
        ["price[from]", "price[to]"].contains(&name.as_str()) && number(text).is_some_and(|n| n >= 0)
    });
    if !(limit && state && tags && prices) {
        return server.problem(400, "invalid");
    }
    json_response(200, &json!({ "items": [] }))
}

async fn create(server: &Server, room: String, headers: &HeaderMap, body: &Bytes) -> Response {
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.starts_with("application/json") {
        return server.problem(415, "media-type");
    }
    let key = headers.get("idempotency-key").map(|value| value.to_str().unwrap_or_default().to_owned());
    let Some(key) = key.or_else(|| server.makes(Mistake::KeyNotNeeded).then(|| format!("{body:?}"))) else {
        return server.problem(400, "no-key");
    };
    let Ok(booking) = serde_json::from_slice::<Value>(body) else {
        let status = if server.makes(Mistake::MalformedBreaksDown) { 500 } else { 400 };
        return server.problem(status, "invalid");
    };
    if !server.allows(&booking) || !(1..=64).contains(&key.len()) && !server.makes(Mistake::KeyNotNeeded) {
        return server.problem(400, "invalid");
    }
    let slot = (room, key.clone());
    let known = server.book.lock().unwrap().keys.get(&slot).cloned();
    if server.makes(Mistake::TwinsBothBooked) {
        // Looked up, and written down only later.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    match known {
        Some((payload, _)) if payload != booking && !server.makes(Mistake::OtherPayloadTaken) => {
            return server.problem(422, "key-reused");
        }
        Some((payload, Some(made))) if payload == booking && !server.makes(Mistake::ReplayBooksTwice) => {
            return json_response(if server.makes(Mistake::OtherStatus) { 200 } else { 201 }, &made);
        }
        Some((payload, None)) if payload == booking => return server.problem(409, "in-progress"),
        _ => {}
    }
    if server.makes(Mistake::SlowAndBusy) {
        let claimed = {
            let mut book = server.book.lock().unwrap();
            let free = !book.keys.contains_key(&slot);
            if free {
                book.keys.insert(slot.clone(), (booking.clone(), None));
            }
            free
        };
        if !claimed {
            return server.problem(409, "in-progress");
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    let mut book = server.book.lock().unwrap();
    let raced = matches!(book.keys.get(&slot), Some((_, Some(_))));
    if raced
        && !server.makes(Mistake::TwinsBothBooked)
        && !server.makes(Mistake::ReplayBooksTwice)
        && !server.makes(Mistake::OtherPayloadTaken)
    {
        let made = book.keys[&slot].1.clone().unwrap();
        return json_response(201, &made);
    }
    book.made += 1;
    let mut made = booking.clone();
    made["id"] = format!("b-{}", book.made % 1_000_000).into();
    made["state"] = "open".into();
    book.keys.insert(slot, (booking, Some(made.clone())));
    *book.by_key.entry(key).or_default() += 1;
    drop(book);
    json_response(if server.makes(Mistake::OtherStatus) { 200 } else { 201 }, &made)
}

async fn booking(
    State(server): Desk,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if !server.knows(&headers) {
        return server.problem(401, "unauthorized");
    }
    if method != Method::GET && !server.makes(Mistake::AnyMethod) {
        return server.problem(405, "invalid");
    }
    if !is_id(&id, 'b', 6) {
        return server.problem(400, "invalid");
    }
    if id != "b-1" {
        return server.problem(404, "not-found");
    }
    let mut found = json!({ "id": id, "state": "open", "guests": 2, "contact": { "name": "Ada" } });
    if server.makes(Mistake::SchemaBroken) {
        found["state"] = "lost".into();
    }
    json_response(200, &found)
}
