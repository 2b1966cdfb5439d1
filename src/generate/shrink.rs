//! Shrinking by hand: the smallest value that still fails.

use super::refusal::Refusal;
use super::seed::tree;
use proptest::strategy::{SBoxedStrategy, ValueTree};
use serde_json::Value;
use std::collections::BTreeSet;

/// How many values are remembered so as not to be tried twice.
const REMEMBERED: usize = 10_000;

/// The simplest value that still fails, starting from the one that `strategy` gives for `seed`.
///
/// `fails` is asked at most `budget` times, never twice for the same value; where the budget runs
/// out, the last failing value is the answer. A value that does not fail at all comes back as it
/// is. What comes out was made by the strategy, so it keeps whatever the strategy guarantees.
///
/// Fails with [`Refusal::GaveUp`] where the strategy makes no value for the seed.
pub fn shrink(
    strategy: &SBoxedStrategy<Value>,
    seed: [u8; 32],
    mut fails: impl FnMut(&Value) -> bool,
    budget: usize,
) -> Result<Value, Refusal> {
    let mut tree = tree(strategy, seed)?;
    let mut smallest = tree.current();
    if budget == 0 || !fails(&smallest) {
        return Ok(smallest);
    }
    let mut asked = 1;
    let mut failed = key(&smallest);
    let mut passed = BTreeSet::new();
    let mut moved = tree.simplify();
    while moved {
        let value = tree.current();
        let key = key(&value);
        moved = if passed.contains(&key) {
            tree.complicate()
        } else if key == failed {
            tree.simplify()
        } else if asked >= budget {
            break;
        } else if fails(&value) {
            asked += 1;
            smallest = value;
            failed = key;
            tree.simplify()
        } else {
            asked += 1;
            if passed.len() < REMEMBERED {
                passed.insert(key);
            }
            tree.complicate()
        };
    }
    Ok(smallest)
}

/// Members are sorted, so equal values have equal bytes.
fn key(value: &Value) -> [u8; 32] {
    blake3::hash(value.to_string().as_bytes()).into()
}
