//! From a JSON Schema to payloads: valid ones, and ones that violate one chosen keyword.

mod aim;
mod aim_number;
mod aim_string;
mod aim_structure;
mod array;
mod build;
mod build_object;
mod build_string;
mod document;
mod format;
mod generator;
mod goal;
mod number;
mod object;
mod place;
mod plan;
mod refusal;
mod regex;
mod sample;
mod search;
mod seed;
mod settle;
mod shrink;
mod source;
mod strategy;
mod target;
mod text;

pub use generator::Generator;
pub use goal::{Edit, Goal};
pub use refusal::Refusal;
pub use seed::{draw, seed};
pub use shrink::shrink;
