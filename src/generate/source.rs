//! Where a value's choices come from: drawn afresh, or replayed from a recording.
//!
//! Every generator is a function of a sequence of choices, and a smaller choice always means a
//! simpler value. So a value shrinks by shortening and lowering its recorded choices and generating
//! again, and whatever comes out is valid by construction.

use std::ops::Range;

/// How many references may nest before generators choose the smallest way out.
const DEEP: u32 = 4;
/// How many references may nest at all: JSON readers stop at 128 levels, and so do our stacks.
const DEEPEST: u32 = 100;
/// How many containers one value may hold before generators choose the smallest way out.
const LARGE: u32 = 2_000;

/// A small deterministic generator (`SplitMix64`): same seed, same numbers, on every platform.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which must not be zero; near enough to uniform for small bounds.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product is below the bound.
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from `0` to `max`, both included.
    pub(crate) fn up_to(&mut self, max: u64) -> u64 {
        if max == u64::MAX { self.next() } else { self.below(max + 1) }
    }
}

/// The choices behind one value, and which of them form the items of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) choices: Vec<u64>,
    pub(crate) lists: Vec<List>,
}

/// A run of items whose number was itself a choice, so that items can be cut out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List {
    /// Index of the choice that holds how many items there are beyond the least number.
    pub(crate) count: usize,
    pub(crate) items: Vec<Range<usize>>,
}

/// A stream of choices.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    rng: Rng,
    replay: Option<&'a [u64]>,
    position: usize,
    log: Option<Log>,
    depth: u32,
    size: u32,
}

/// A place in the stream that an abandoned attempt returns to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    choices: usize,
    lists: usize,
    size: u32,
}

impl<'a> Source<'a> {
    /// Choices drawn from a seed.
    pub(crate) fn fresh(seed: u64) -> Self {
        Self { rng: Rng::new(seed), replay: None, position: 0, log: None, depth: 0, size: 0 }
    }

    /// Choices drawn from a seed, and kept.
    pub(crate) fn recording(seed: u64) -> Self {
        Self { log: Some(Log::default()), ..Self::fresh(seed) }
    }

    /// Choices read back, and kept as far as they are used; past the end every choice is the simplest.
    pub(crate) fn replaying(choices: &'a [u64]) -> Self {
        Self { replay: Some(choices), ..Self::recording(0) }
    }

    /// What was recorded.
    pub(crate) fn into_log(self) -> Log {
        self.log.unwrap_or_default()
    }

    /// One choice from `0` (the simplest) to `max`, drawn by `draw` when fresh.
    pub(crate) fn choose(&mut self, max: u64, draw: impl FnOnce(&mut Rng) -> u64) -> u64 {
        let choice = match self.replay {
            None => draw(&mut self.rng),
            Some(choices) => choices.get(self.position).copied().unwrap_or(0),
        }
        .min(max);
        self.position += 1;
        if let Some(log) = &mut self.log {
            log.choices.push(choice);
        }
        choice
    }

    /// One of `options` alternatives, each as likely as the other; `0` without a choice where there is one.
    pub(crate) fn pick(&mut self, options: usize) -> usize {
        if options <= 1 {
            return 0;
        }
        let max = options as u64 - 1;
        let choice = self.choose(max, |rng| rng.up_to(max));
        usize::try_from(choice).unwrap_or(0)
    }

    /// Whether something happens that does so once in `odds` times.
    pub(crate) fn once_in(&mut self, odds: u64) -> bool {
        self.choose(1, |rng| u64::from(rng.below(odds) == 0)) == 1
    }

    /// A number that only weights the choices to come: drawn when fresh, not recorded, `0` in a replay.
    pub(crate) fn hint(&mut self, bound: u64) -> u64 {
        if self.replay.is_some() { 0 } else { self.rng.below(bound) }
    }

    /// Opens a list of `least` items and up to `spare` more, the number beyond `least` drawn by `draw`.
    pub(crate) fn open_list(
        &mut self,
        least: u64,
        spare: u64,
        draw: impl FnOnce(&mut Rng) -> u64,
    ) -> (usize, u64) {
        let count = self.log.as_ref().map_or(0, |log| log.choices.len());
        let extra = self.choose(spare, draw);
        let handle = self.log.as_mut().map_or(0, |log| {
            log.lists.push(List { count, items: Vec::new() });
            log.lists.len() - 1
        });
        (handle, least + extra)
    }

    /// Where the next choice will stand.
    pub(crate) fn position(&self) -> usize {
        self.log.as_ref().map_or(0, |log| log.choices.len())
    }

    /// Says that the choices since `start` are one item of the list.
    pub(crate) fn close_item(&mut self, list: usize, start: usize) {
        if let Some(log) = &mut self.log {
            let end = log.choices.len();
            if let Some(list) = log.lists.get_mut(list) {
                list.items.push(start..end);
            }
        }
    }

    pub(crate) fn mark(&self) -> Mark {
        let (choices, lists) = self.log.as_ref().map_or((0, 0), |log| (log.choices.len(), log.lists.len()));
        Mark { choices, lists, size: self.size }
    }

    /// Forgets everything recorded since the mark, so that a recording holds only what succeeded.
    pub(crate) fn forget(&mut self, mark: Mark) {
        self.size = mark.size;
        if let Some(log) = &mut self.log {
            log.choices.truncate(mark.choices);
            log.lists.truncate(mark.lists);
        }
    }

    /// How often an attempt that may fail is worth making: a recording holds the one that succeeded.
    pub(crate) fn attempts(&self, fresh: u32) -> u32 {
        if self.replay.is_some() { 1 } else { fresh }
    }

    /// Runs `body` one reference deeper, unless that is too deep.
    pub(crate) fn deeper<T>(&mut self, body: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let made = body(self);
        self.depth -= 1;
        made
    }

    /// Counts one container.
    pub(crate) fn grow(&mut self) {
        self.size += 1;
    }

    /// Whether the value is deep or large enough that only what must be there should follow.
    pub(crate) fn tired(&self) -> bool {
        self.depth > DEEP || self.size > LARGE
    }
}
