//! Seeds, and drawing one value from one seed.

use super::refusal::Refusal;
use proptest::strategy::{SBoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::fmt::Debug;

/// Names the derivation; a change to it is a change of every value drawn.
const CONTEXT: &str = "proofmark 2026-11 input seed v1";

/// The seed of value number `index` of what `label` names, in the run with `run_seed`.
///
/// It depends on nothing else, so neither order, nor concurrency, nor sharding changes a value.
pub fn seed(run_seed: u64, label: &str, index: u64) -> [u8; 32] {
    let mut material = Vec::with_capacity(24 + label.len());
    material.extend_from_slice(&run_seed.to_le_bytes());
    material.extend_from_slice(&(label.len() as u64).to_le_bytes());
    material.extend_from_slice(label.as_bytes());
    material.extend_from_slice(&index.to_le_bytes());
    blake3::derive_key(CONTEXT, &material)
}

/// The value that `strategy` gives for `seed`: always the same one.
///
/// Fails with [`Refusal::GaveUp`] where the strategy's filters let nothing pass.
pub fn draw<T: Debug>(strategy: &SBoxedStrategy<T>, seed: [u8; 32]) -> Result<T, Refusal> {
    tree(strategy, seed).map(|tree| tree.current())
}

/// The value tree behind [`draw`], for shrinking.
pub(crate) fn tree<T: Debug>(
    strategy: &SBoxedStrategy<T>,
    seed: [u8; 32],
) -> Result<impl ValueTree<Value = T>, Refusal> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    strategy
        .new_tree(&mut TestRunner::new_with_rng(config(), rng))
        .map_err(|reason| Refusal::GaveUp { message: reason.to_string() })
}

/// Without persistence; what else the default reads from the environment concerns runs, not draws.
fn config() -> Config {
    Config { failure_persistence: None, ..Config::default() }
}
