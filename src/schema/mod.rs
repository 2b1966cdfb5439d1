//! JSON Schema: dialects and how documents are read, the validator used as oracle, and the normal form that
//! payloads are generated from.

mod advice;
mod ambiguity;
mod automaton;
pub(crate) mod canonical;
mod check;
mod dialect;
pub(crate) mod excerpt;
mod form;
mod formats;
mod integers;
pub(crate) mod keyword;
pub(crate) mod language;
mod openapi30;
pub mod oracle;
pub(crate) mod pattern;
pub(crate) mod place;
pub(crate) mod pointer;
mod reading;
pub(crate) mod references;
mod select;
mod unfold;
mod walk;

pub(crate) use advice::elsewhere;
pub(crate) use check::check;
pub use dialect::Dialect;
pub use excerpt::{Direction, Excerpts};
pub use formats::Formats;
pub use integers::Integers;
pub use oracle::{Breach, Oracle, SchemaError};
pub use reading::{Reading, Schema, Warning};
