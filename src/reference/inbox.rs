//! The users' inboxes, reduced to what the probe asks: how many messages each key has delivered.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::Uri;
use futures_util::{StreamExt as _, stream};
use percent_encoding::percent_decode_str;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// Deliveries by `requestId`, over all clients.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    deliveries: Mutex<HashMap<String, u64>>,
    /// Where deliveries are told on, one by one.
    outgoing: Option<UnboundedSender<String>>,
}

impl Inbox {
    /// An inbox that tells its deliveries on.
    pub(super) fn telling(outgoing: Option<UnboundedSender<String>>) -> Self {
        Self { deliveries: Mutex::default(), outgoing }
    }

    /// Records one delivery and returns how many the key has had before.
    pub(super) fn deliver(&self, request_id: &str) -> u64 {
        let mut deliveries = self.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
        let count = deliveries.entry(request_id.to_owned()).or_default();
        *count += 1;
        if let Some(outgoing) = &self.outgoing {
            // Where nobody listens any more, the wallet is about to stop.
            let _ = outgoing.send(request_id.to_owned());
        }
        *count - 1
    }

    /// How many messages the key has delivered.
    pub(super) fn count(&self, request_id: &str) -> u64 {
        let deliveries = self.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
        deliveries.get(request_id).copied().unwrap_or(0)
    }

    /// Answers `GET /probe/inbox?requestId=K`: the JSON text, or `None` when the query names no readable key.
    pub(super) fn probe(&self, uri: &Uri) -> Option<String> {
        let encoded = uri.query()?.split('&').find_map(|pair| pair.strip_prefix("requestId="))?;
        let key = percent_decode_str(encoded).decode_utf8().ok()?;
        Some(format!(r#"{{"count":{}}}"#, self.count(&key)))
    }
}

/// How many deliveries are posted at the same time.
const POSTS: usize = 8;

/// Posts each delivery to a webhook as `{"requestId": …}`. What is not taken is lost.
pub(super) async fn post(webhook: String, deliveries: UnboundedReceiver<String>) {
    // Loopback needs no certificates, and reading the system's takes long.
    let builder = reqwest::Client::builder().no_proxy().tcp_nodelay(true).tls_certs_only([]);
    let Ok(client) = builder.build() else { return };
    let post = async |request_id: String| {
        let body = serde_json::json!({ "requestId": request_id }).to_string();
        drop(client.post(&webhook).header("content-type", "application/json").body(body).send().await);
    };
    let next = async |mut deliveries: UnboundedReceiver<String>| {
        deliveries.recv().await.map(|request_id| (request_id, deliveries))
    };
    stream::unfold(deliveries, next).for_each_concurrent(POSTS, post).await;
}
