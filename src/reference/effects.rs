//! How often each key took effect, by kind of effect, for the probes of all operations but sendInbox, whose messages
//! have an inbox of their own.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::Uri;
use percent_encoding::percent_decode_str;

/// Effects by kind, which is the name of the probe, and by key.
#[derive(Debug, Default)]
pub(super) struct Effects {
    counts: Mutex<HashMap<(String, String), u64>>,
}

impl Effects {
    /// Records one effect of a key.
    pub(super) fn add(&self, kind: &str, key: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((kind.to_owned(), key.to_owned())).or_default() += 1;
    }

    /// Answers `GET /probe/KIND?name=KEY`, whatever the key is called: the JSON text, or `None` when the query names
    /// no readable key.
    pub(super) fn probe(&self, kind: &str, uri: &Uri) -> Option<String> {
        let (_, encoded) = uri.query()?.split_once('=')?;
        let key = percent_decode_str(encoded).decode_utf8().ok()?.into_owned();
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        Some(format!(r#"{{"count":{}}}"#, counts.get(&(kind.to_owned(), key)).copied().unwrap_or(0)))
    }
}
