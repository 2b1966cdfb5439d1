//! JSON Schema 2020-12: the validator used as oracle, and the normal form that payloads are generated from.

pub(crate) mod canonical;
mod formats;
pub mod oracle;
pub(crate) mod pattern;
pub(crate) mod place;
pub(crate) mod pointer;

pub use formats::Formats;
pub use oracle::{Breach, Oracle, SchemaError};
