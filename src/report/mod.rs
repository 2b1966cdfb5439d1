//! Verdicts as people and machines read them: one file a format.

pub mod model;
