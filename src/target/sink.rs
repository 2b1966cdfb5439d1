//! A small HTTP server to which a target posts its effects, so that they can be counted.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::serve::ListenerExt as _;
use serde_json::Value;
use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The longest body that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// A running sink. Dropping it closes it.
#[derive(Debug)]
pub struct Sink {
    book: Arc<Book>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What came in.
#[derive(Debug)]
struct Book {
    /// The JSON pointer of the key in each message.
    key: String,
    pages: Mutex<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    deliveries: HashMap<String, u64>,
    /// Whether there was a message without a key, so that what is not counted may have come all the same.
    strays: bool,
}

impl Sink {
    /// Opens a sink. When this returns, it takes messages.
    ///
    /// # Errors
    /// The address cannot be listened on, or no thread or runtime is to be had.
    pub fn open(listen: SocketAddr, key: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let book = Arc::new(Book { key: key.to_owned(), pages: Mutex::default() });
        let service = Router::new().fallback(entry).with_state(Arc::clone(&book));
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name("sink".to_owned()).spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                // An answer must not wait for more to come. A socket that refuses the option is only slower.
                let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
                tokio::select! {
                    _ = axum::serve(listener, service) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { book, stop: Some(stop), thread: Some(thread) })
    }

    /// How many messages with this key have come.
    ///
    /// # Errors
    /// None came, and some came without a key, so that nobody can tell.
    pub fn count(&self, key: &str) -> Result<u64, String> {
        let pages = self.book.pages.lock().unwrap_or_else(PoisonError::into_inner);
        match pages.deliveries.get(key) {
            Some(count) => Ok(*count),
            None if pages.strays => {
                Err(format!("the sink was sent messages without a text at {}", self.book.key))
            }
            None => Ok(0),
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A server that panicked has nothing left to close, and its panic was shown where it happened.
            let _ = thread.join();
        }
    }
}

async fn entry(State(book): State<Arc<Book>>, request: Request<Body>) -> StatusCode {
    if request.method() != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    match to_bytes(request.into_body(), LARGEST).await {
        Ok(body) => book.enter(&body),
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE,
    }
}

impl Book {
    /// Counts what a body holds: one message, or an array of them. A message without a key is answered like any
    /// other, since a sender that is refused would send its neighbours again.
    fn enter(&self, body: &[u8]) -> StatusCode {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            pages.strays = true;
            return StatusCode::BAD_REQUEST;
        };
        let one = std::slice::from_ref(&body);
        for message in body.as_array().map_or(one, Vec::as_slice) {
            match message.pointer(&self.key).and_then(Value::as_str) {
                Some(key) => *pages.deliveries.entry(key.to_owned()).or_default() += 1,
                None => pages.strays = true,
            }
        }
        StatusCode::OK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_by_key_and_strays_are_no_zero() {
        let book = Arc::new(Book { key: "/m/id".to_owned(), pages: Mutex::default() });
        let sink = Sink { book: Arc::clone(&book), stop: None, thread: None };
        assert_eq!(book.enter(br#"{"m":{"id":"a"}}"#), StatusCode::OK);
        assert_eq!(book.enter(br#"[{"m":{"id":"a"}},{"m":{"id":"b"}}]"#), StatusCode::OK);
        assert_eq!((sink.count("a"), sink.count("b"), sink.count("c")), (Ok(2), Ok(1), Ok(0)));
        assert_eq!(book.enter(b"a=1"), StatusCode::BAD_REQUEST);
        assert_eq!(sink.count("a"), Ok(2));
        assert!(sink.count("c").is_err_and(|reason| reason.contains("/m/id")));
    }
}
