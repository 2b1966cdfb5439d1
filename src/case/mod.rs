//! Cases: what is asked of a target, as values.

pub mod grade;
