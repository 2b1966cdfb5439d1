//! Generators as proptest strategies.

use super::refusal::Refusal;
use super::search::Search;
use super::source::{Log, Source};
use proptest::prelude::Rng;
use proptest::strategy::{NewTree, SBoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::cell::Cell;
use std::fmt::Debug;
use std::sync::Arc;

/// How many seeds a recipe is tried with for one value.
const ATTEMPTS: u32 = 10;
/// How many seeds a recipe is tried with before it counts as making nothing.
const TRIALS: u64 = 5;

/// A deterministic function from choices to a value.
pub(crate) trait Recipe: Debug + Send + Sync + 'static {
    /// What is made.
    type Value: Debug;

    /// One value, or nothing where the choices lead nowhere. The same choices always give the same.
    fn make(&self, source: &mut Source<'_>) -> Option<Self::Value>;
}

/// The recipe as a proptest strategy. It is tried before it is handed out, so that what cannot be
/// made is refused here rather than at every draw.
pub(crate) fn strategy<R: Recipe>(recipe: R) -> Result<SBoxedStrategy<R::Value>, Refusal> {
    if (0..TRIALS).any(|seed| recipe.make(&mut Source::fresh(seed)).is_some()) {
        return Ok(Made(Arc::new(recipe)).sboxed());
    }
    Err(Refusal::GaveUp { message: "every attempt to make a value that fits failed".to_owned() })
}

#[derive(Debug)]
struct Made<R>(Arc<R>);

impl<R: Recipe> Strategy for Made<R> {
    type Tree = Grown<R>;
    type Value = R::Value;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        for _ in 0..ATTEMPTS {
            let seed = runner.rng().next_u64();
            if let Some(value) = self.0.make(&mut Source::fresh(seed)) {
                return Ok(Grown {
                    recipe: Arc::clone(&self.0),
                    seed,
                    first: Cell::new(Some(value)),
                    search: None,
                });
            }
        }
        // A recipe makes its own attempts, so the runner's many thousand more would only take time.
        Err("every attempt to make a value that fits failed".into())
    }
}

/// A value and the way to simpler ones. The search is set up only when someone shrinks.
struct Grown<R: Recipe> {
    recipe: Arc<R>,
    seed: u64,
    first: Cell<Option<R::Value>>,
    search: Option<Search>,
}

impl<R: Recipe> Grown<R> {
    fn replay(recipe: &R, choices: &[u64]) -> Option<Log> {
        let mut source = Source::replaying(choices);
        recipe.make(&mut source)?;
        Some(source.into_log())
    }
}

impl<R: Recipe> ValueTree for Grown<R> {
    type Value = R::Value;

    fn current(&self) -> R::Value {
        let made = match &self.search {
            Some(search) => self.recipe.make(&mut Source::replaying(search.current())),
            None => self.first.take().or_else(|| self.recipe.make(&mut Source::fresh(self.seed))),
        };
        #[expect(clippy::expect_used, reason = "a recipe is deterministic and made this value before")]
        made.expect("the same choices make the same value")
    }

    fn simplify(&mut self) -> bool {
        let recipe = Arc::clone(&self.recipe);
        let search = self.search.get_or_insert_with(|| {
            let mut source = Source::recording(self.seed);
            recipe.make(&mut source);
            Search::new(source.into_log())
        });
        search.keep();
        search.advance(|choices| Self::replay(&recipe, choices))
    }

    fn complicate(&mut self) -> bool {
        let recipe = Arc::clone(&self.recipe);
        match &mut self.search {
            Some(search) => search.advance(|choices| Self::replay(&recipe, choices)),
            None => false,
        }
    }
}
