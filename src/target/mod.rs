//! The target: from a step of a script to bytes on the wire and back.

pub mod client;
mod command;
pub mod compose;
pub mod curl;
pub mod encoding;
pub mod head;
pub mod hook;
pub mod keep;
pub mod keys;
pub mod limit;
pub mod probe;
pub mod purse;
pub mod redact;
pub mod route;
pub mod sign;
pub mod sink;
pub mod stamp;
pub mod tls;
mod way;
pub mod write;
