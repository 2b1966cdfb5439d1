//! Response schemas, made when they are asked for: a document of a large API has thousands of them, and a run looks
//! at a few.

use crate::schema::{Direction, Excerpts};
use serde_json::Value;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// The schema of a response, self-contained.
#[derive(Clone, Debug)]
pub struct ResponseSchema {
    excerpts: Arc<Excerpts>,
    at: String,
    value: OnceLock<Value>,
}

impl ResponseSchema {
    /// The schema at a pointer of a document.
    pub(super) fn new(excerpts: Arc<Excerpts>, at: String) -> Self {
        Self { excerpts, at, value: OnceLock::new() }
    }

    /// Where it stands in the document.
    pub fn at(&self) -> &str {
        &self.at
    }
}

impl Deref for ResponseSchema {
    type Target = Value;

    /// The schema; one that cannot be read lets everything pass, which `lint` tells of.
    fn deref(&self) -> &Value {
        self.value.get_or_init(|| {
            self.excerpts.excerpt(&self.at, Direction::Response, true).unwrap_or(Value::Bool(true))
        })
    }
}
