//! Verdicts as people and machines read them: one file a format.
//!
//! Everything here is a pure function of a [`model::Report`], but for [`json::read`] and
//! [`write::write_atomically`]: terminal, width and colour are passed in.

pub mod acceptance;
pub mod cause;
pub mod compare;
pub mod ctrf;
pub mod diff;
mod excused;
mod flaky;
pub mod format;
pub mod group;
pub mod har;
pub mod html;
pub mod journal;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod merge;
pub use crate::run::model;
mod paint;
pub mod review;
mod rows;
pub mod sarif;
pub mod snapshot;
pub mod terminal;
pub(crate) mod text;
mod timeline;
pub mod trend;
mod variables;
mod words;
pub mod write;
