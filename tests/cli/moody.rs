//! A target whose answers depend on the day: a gateway that asks a good wallet or a faulty one, by the number of the
//! request.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether the request of this number, from 0, goes to the faulty wallet.
pub(crate) type Mood = fn(usize) -> bool;

/// A gateway in front of two wallets. It counts the requests whose requestId is too long; all others go to the good
/// wallet.
pub(crate) struct Gateway {
    pub(crate) url: String,
}

impl Gateway {
    pub(crate) fn start(good: &str, faulty: &str, mood: Mood) -> Self {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let wallets = [good, faulty].map(|wallet| wallet.trim_end_matches('/').to_owned());
        let counter = Arc::new(AtomicUsize::new(0));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let client = reqwest::Client::builder().no_proxy().http1_only().build().unwrap();
                let router = axum::Router::new().fallback(move |request: Request| {
                    let (client, wallets, counter) = (client.clone(), wallets.clone(), Arc::clone(&counter));
                    async move { forward(&client, &wallets, &counter, mood, request).await }
                });
                let listener = tokio::net::TcpListener::from_std(socket).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Self { url }
    }
}

async fn forward(
    client: &reqwest::Client,
    wallets: &[String; 2],
    counter: &AtomicUsize,
    mood: Mood,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let sent: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let long = sent["requestId"].as_str().is_some_and(|key| key.chars().count() > 128);
    let faulty = long && mood(counter.fetch_add(1, Ordering::SeqCst));
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{}{path}", wallets[usize::from(faulty)]);
    let answer = client.request(head.method, url).headers(head.headers).body(body).send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    (StatusCode::from_u16(status.as_u16()).unwrap(), headers, body).into_response()
}
