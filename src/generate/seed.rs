//! Seeds, and drawing one value from one seed.

use super::refusal::Refusal;
use blake3::Hasher;
use blake3::hazmat::{HasherExt, hash_derive_key_context};
use proptest::strategy::{SBoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::fmt::Debug;
use std::sync::LazyLock;

/// Names the derivation; a change to it is a change of every value drawn.
const CONTEXT: &str = "proofmark 2026-11 input seed v1";

/// Without persistence; what else the default reads from the environment concerns runs, not draws.
static CONFIG: LazyLock<Config> = LazyLock::new(|| Config { failure_persistence: None, ..Config::default() });

/// The key of the derivation, which is half its work.
static KEY: LazyLock<[u8; 32]> = LazyLock::new(|| hash_derive_key_context(CONTEXT));

/// The seeds of the values of one label in one run: those that [`seed`] gives, for less work each.
#[derive(Clone, Debug)]
pub struct Seeds {
    material: Vec<u8>,
}

impl Seeds {
    /// The seeds of what `label` names, in the run with `run_seed`.
    pub fn new(run_seed: u64, label: &str) -> Self {
        let mut material = Vec::with_capacity(24 + label.len());
        material.extend_from_slice(&run_seed.to_le_bytes());
        material.extend_from_slice(&(label.len() as u64).to_le_bytes());
        material.extend_from_slice(label.as_bytes());
        Self { material }
    }

    /// The seed of value number `index`.
    pub fn at(&self, index: u64) -> [u8; 32] {
        let mut hasher = Hasher::new_from_context_key(&KEY);
        hasher.update(&self.material).update(&index.to_le_bytes()).finalize().into()
    }
}

/// The seed of value number `index` of what `label` names, in the run with `run_seed`.
///
/// It depends on nothing else, so neither order, nor concurrency, nor sharding changes a value.
pub fn seed(run_seed: u64, label: &str, index: u64) -> [u8; 32] {
    Seeds::new(run_seed, label).at(index)
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
    // A seed is random already, so that the quickest generator serves; it takes half of it.
    let (half, _) = seed.split_at(16);
    let rng = TestRng::from_seed(RngAlgorithm::XorShift, half);
    strategy
        .new_tree(&mut TestRunner::new_with_rng(CONFIG.clone(), rng))
        .map_err(|reason| Refusal::GaveUp { message: reason.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_derived_as_the_context_says() {
        let material = [&7_u64.to_le_bytes()[..], &5_u64.to_le_bytes(), b"label", &9_u64.to_le_bytes()];
        assert_eq!(seed(7, "label", 9), blake3::derive_key(CONTEXT, &material.concat()));
    }
}
