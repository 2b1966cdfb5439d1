//! Cases: what is asked of a target, as values.
//!
//! Boundary cases are derived from the request schema ([`derive`](mod@derive)); the others are data in `cases/`
//! ([`file`](mod@file)). A [`Suite`](suite::Suite) holds both beside their contract.

mod any;
pub mod build;
mod carried;
mod cost;
pub mod credentials;
pub mod derive;
pub mod explain;
pub mod file;
pub mod grade;
pub mod key;
pub mod model;
pub mod programs;
pub mod rule;
pub mod script;
pub mod select;
mod settle;
mod subject;
pub mod suite;
mod together;
pub mod traits;
pub mod wire;
mod words;

pub use model::Case;
