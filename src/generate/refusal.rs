//! Why there is nothing to generate.

use crate::schema::SchemaError;

/// An honest refusal: the reason why no strategy or no value is given. Each message is one sentence
/// with a lower-case start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The document is not a schema, or has references that do not resolve within it.
    #[error("{message} (schema at {pointer:?})")]
    BadSchema {
        /// JSON pointer into the schema document.
        pointer: String,
        /// What is wrong.
        message: String,
        /// How to mend it.
        mend: String,
    },
    /// No value can do what is asked.
    #[error("{message} (schema at {pointer:?})")]
    Unsatisfiable {
        /// JSON pointer into the schema document.
        pointer: String,
        /// The keywords there that clash, as far as they are known.
        keywords: Vec<String>,
        /// What cannot be satisfied.
        message: String,
    },
    /// Values may exist, but finding or making one costs more than is spent.
    #[error("{message}")]
    GaveUp {
        /// What was given up, and why.
        message: String,
    },
    /// Values may exist, but the schema uses what the generator does not model.
    #[error("{message} (schema at {pointer:?})")]
    Unsupported {
        /// JSON pointer into the schema document.
        pointer: String,
        /// What is not modelled.
        message: String,
    },
}

impl From<SchemaError> for Refusal {
    fn from(SchemaError { pointer, message, mend }: SchemaError) -> Self {
        Self::BadSchema { pointer, message, mend }
    }
}
