//! The embedded reference wallet: a correct `POST /v1/messages/sendInbox` on loopback, and a lab of named
//! faults and correct variants of it.
//!
//! The wallet reads JSON, validates and verifies with code of its own and shares nothing with the harness that
//! judges it, so that the two cannot agree on the same mistake.
//!
//! A request goes one way through: `server` collects the bytes, `transport` checks path, method and
//! media type, `gate` the headers and the signature, `strict_json` and `validate` the body, `wallet` asks the
//! `store`, `tokens` and templates and sends, `reply` writes and signs the answer; `twist` holds the faults
//! that make a refusal depend on something else. A fault or variant is one
//! row of a table and one `if` at the place where the behaviour lives.

mod amount;
mod answer;
mod call;
mod clock;
mod conduct;
mod credentials;
mod dialect;
mod effects;
mod fault;
mod fields;
mod fixtures;
mod fold;
mod gate;
mod inbox;
mod key;
mod message;
mod once;
mod operation;
mod payment;
mod reply;
mod send;
mod server;
mod signature;
mod signed_body;
mod spelling;
mod store;
mod strict_json;
mod token;
mod traffic;
mod transport;
mod turn;
mod twist;
mod validate;
mod variant;
mod wallet;

pub use credentials::{Credentials, credentials};
pub use dialect::{Dialect, dialect, dialects};
pub use fault::{Fault, fault, faults};
pub use fixtures::fixtures;
pub use server::{Settings, Wallet};
pub use token::{CODE_PATH, REFRESH_PATH};
pub use variant::{Variant, variant, variants};
