//! Laws: pure functions from a recorded history to a verdict.

pub mod verdict;
