//! What a request asks for: under which key, of which scope, and with what content.

use crate::contract::{Operation, parts};
use crate::exchange::{Exchange, header};
use serde_json::Value;

/// A request by what makes it the same as another one. Texts are equal where what they stand for is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What the key is unique within, as the contract says: client and path.
    pub scope: String,
    /// The idempotency key, where the body is JSON and has one.
    pub key: Option<Value>,
    /// The body without its key.
    pub content: String,
}

impl Asked {
    /// Reads the request of an exchange.
    pub fn of(operation: &Operation, exchange: &Exchange) -> Self {
        let request = &exchange.request;
        let Some(rules) = &operation.rules.idempotency else {
            let content = String::from_utf8_lossy(request.content()).into_owned();
            return Self { scope: String::new(), key: None, content };
        };
        let parts::Asked { key, content } = parts::asked(&operation.layout, Some(&rules.key), request);
        let within = |part: &str| rules.scope.iter().any(|scope| scope == part);
        let client = operation.rules.headers.client.as_ref().filter(|_| within("client"));
        let client = client.and_then(|name| header(&request.headers, name)).unwrap_or_default();
        let path = if within("path") { request.url.as_str() } else { "" };
        Self { scope: format!("{client}\n{path}"), key, content }
    }
}
