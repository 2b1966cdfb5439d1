//! From a JSON Schema to payloads: valid ones, and ones that violate one chosen keyword.
//!
//! A schema is read twice. Its normal form is compiled to a plan that makes valid values. The
//! document as written is walked for places and keywords, each side of which is a [`Goal`]; a goal
//! is met by an [`Edit`] of a valid document, made from the rules at the place less the keyword.
//! Every value follows from a sequence of choices, and shrinks by shrinking them, so that a simpler
//! value keeps what the first one had.
//!
//! ```
//! use proofmark::generate::{Generator, draw, seed};
//! use proofmark::schema::Formats;
//! use serde_json::json;
//!
//! let schema = json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "maxLength": 8}}});
//! let generator = Generator::new(&schema, Formats::Annotated)?;
//! let goal = generator.goals().iter().find(|goal| goal.keyword == "maxLength" && goal.side == "above");
//! let goal = goal.expect("the keyword has two sides");
//! let value = draw(&generator.documents(goal)?, seed(1, "create", 0))?;
//! assert_eq!(value["id"].as_str().map(str::len), Some(9));
//! assert!(generator.confirms(goal, &value));
//! # Ok::<(), proofmark::generate::Refusal>(())
//! ```

mod aim;
mod aim_array;
mod aim_number;
mod aim_object;
mod aim_string;
mod aim_union;
mod array;
mod build;
mod build_array;
mod build_object;
mod build_string;
mod clash;
mod combine;
mod decimal;
mod document;
mod domain;
mod embed;
mod far;
mod format;
mod found;
mod generator;
mod goal;
mod grid;
mod json;
mod lack;
mod matching;
mod meet;
mod number;
mod object;
mod order;
mod outline;
mod phrase;
mod place;
mod plan;
mod refusal;
mod regex;
mod rewrite;
mod route;
mod rules;
mod sample;
mod search;
mod seed;
mod settle;
mod shrink;
mod source;
mod spell;
mod stack;
mod stand_in;
mod strategy;
mod tally;
mod target;
mod terms;
mod text;
mod unevaluated;
mod violation;
mod way;

pub use generator::Generator;
pub use goal::{Edit, Goal};
pub use json::append_json;
pub(crate) use json::append_string;
pub use order::Boundaries;
pub use refusal::Refusal;
pub use seed::{Seeds, draw, seed};
pub use shrink::shrink;
