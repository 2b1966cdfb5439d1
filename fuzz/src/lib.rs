//! What every fuzz target does: the functions are those of the test `corpora`, which feeds them what was found.

#[path = "../../tests/corpora/targets/mod.rs"]
mod targets;

pub use targets::{
    canonical, case, config, contract, generate, journal, report, response, signature, snapshot,
};
