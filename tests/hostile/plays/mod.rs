//! What hostile targets say.

pub(crate) mod body;
pub(crate) mod end;
pub(crate) mod head;
pub(crate) mod json;

/// An answer of HTTP 200 with JSON, as far as its head says.
fn head_of(more: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{more}\r\n")
}

/// What a wallet says that took a request, without the closing brace, so that more members can follow.
const OPEN_OBJECT: &str =
    r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"},"messageId":"m1""#;
