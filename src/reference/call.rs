//! One request as it came off the wire.

use std::net::SocketAddr;

use axum::http::{HeaderMap, Method};
use bytes::Bytes;

/// A request, its body collected.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// The API's own path, without base path and query; empty where it is not below a base path.
    pub(super) path: String,
    /// Path and query as sent, or the part of them that is signed in the wallet's dialect.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    /// The body, cut at the limit when `oversized`.
    pub(super) body: Bytes,
    pub(super) oversized: bool,
    /// Whether names of header fields were written with capitals.
    pub(super) capitals: bool,
    pub(super) peer: SocketAddr,
}

impl Call {
    /// The value of a header that is present exactly once. A repeated header is ambiguous and counts as absent.
    pub(super) fn header(&self, name: &str) -> Option<&[u8]> {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next()?;
        values.next().is_none().then(|| first.as_bytes())
    }

    /// Whether there is a header field that the API and HTTP clients do not send by themselves.
    pub(super) fn has_unknown_header(&self) -> bool {
        const KNOWN: [&str; 10] = [
            "accept",
            "client-id",
            "connection",
            "content-length",
            "content-type",
            "host",
            "request-time",
            "signature",
            "transfer-encoding",
            "user-agent",
        ];
        self.headers.keys().any(|name| !KNOWN.contains(&name.as_str()))
    }

    /// Where a header field stands among all.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.headers.keys().position(|key| key.as_str() == name)
    }

    /// The Client-Id as sent, empty when there is none.
    pub(super) fn client(&self) -> &[u8] {
        self.header("client-id").unwrap_or_default()
    }
}
