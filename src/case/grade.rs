//! How a case is graded: how binding its clause is, and which law judges it.

use serde::{Deserialize, Serialize};

/// How binding a clause is (RFC 2119 words).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The contract demands it.
    Must,
    /// The contract advises it, or the sources contradict each other and the position taken is arguable.
    Should,
    /// The contract allows it.
    May,
}

/// The group of rules a case is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Law {
    /// The form of an answer: response schema, media type, charset.
    Shape,
    /// What each status obliges.
    Status,
    /// Which code belongs to which situation.
    Code,
    /// What a repeated request may do.
    Idempotency,
    /// Request headers, signatures and response headers.
    Header,
    /// An orderly answer to a disorderly request.
    Robustness,
}
