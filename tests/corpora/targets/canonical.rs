//! Schemas as text: the reader, the normal form and what is generated from it.

use super::values::generate;
use super::{NAME, told};
use proofmark::contract::document::Document;
use proofmark::schema::Formats;
use std::slice::from_ref;

/// Reads bytes as a JSON Schema in JSON or YAML, and makes values of it.
pub fn canonical(data: &[u8]) {
    let Some(text) = super::text(data) else { return };
    match Document::read_text(NAME, text) {
        Ok(document) => generate(&document.value, Formats::Annotated),
        Err(problem) => told(text, from_ref(&problem)),
    }
}
