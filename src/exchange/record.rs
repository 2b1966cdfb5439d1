//! Exchanges as reports hold them: serialisable, and with every secret already replaced.

use serde::{Deserialize, Serialize};

/// A body as text, or as base64 where it is not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyRecord {
    /// UTF-8 text.
    Text(String),
    /// Bytes that are not UTF-8, in base64 with padding.
    Base64(String),
}

/// One header field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderRecord {
    /// The field's name.
    pub name: String,
    /// The field's value, secrets replaced.
    pub value: String,
}

/// A request as a report shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// The method.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// Header fields in wire order.
    pub headers: Vec<HeaderRecord>,
    /// The body.
    pub body: BodyRecord,
}

/// A response as a report shows it, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseRecord {
    /// The HTTP status code; absent where no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Header fields in wire order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<HeaderRecord>,
    /// The body; absent where no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyRecord>,
    /// Why no answer came, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_answer: Option<String>,
    /// Milliseconds from sending to the last byte.
    pub elapsed_ms: u64,
}

/// A request, what came back, and how to send it again by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeRecord {
    /// The name of the step that sent it.
    pub role: String,
    /// Milliseconds from the start of the run to sending.
    pub at_ms: u64,
    /// The request.
    pub request: RequestRecord,
    /// What came back.
    pub response: ResponseRecord,
    /// A shell command that sends the same request; secrets come from environment variables.
    pub curl: String,
}
