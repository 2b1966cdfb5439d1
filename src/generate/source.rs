//! Where a value's choices come from: drawn afresh, or replayed from a recording.
//!
//! Every generator is a function of a sequence of choices, and a smaller choice always means a
//! simpler value. So a value shrinks by shortening and lowering its recorded choices and generating
//! again, and whatever comes out is valid by construction.

use super::way::Way;
use std::ops::Range;

/// How many references may nest before generators choose the smallest way out.
const DEEP: u32 = 4;
/// How many references may nest at all: JSON readers stop at 128 levels, and so do our stacks.
pub(crate) const DEEPEST: u32 = 200;
/// How many containers one value may hold before generators choose the smallest way out.
const LARGE: u32 = 450;

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

/// Eight bytes below `bound`, which is at most 256, from eight random ones.
fn eight_below(bits: u64, bound: u64) -> u64 {
    // Every other byte with room for its product, whose high byte is below the bound.
    const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
    let (even, odd) = ((bits & EVEN) * bound, (bits >> 8 & EVEN) * bound);
    (even >> 8 & EVEN) | (odd & !EVEN)
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
    rejected: u64,
    way: Way,
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
        Self {
            rng: Rng::new(seed),
            replay: None,
            position: 0,
            log: None,
            depth: 0,
            size: 0,
            rejected: 0,
            way: Way::default(),
        }
    }

    /// Choices drawn from a seed, and kept.
    pub(crate) fn recording(seed: u64) -> Self {
        Self { log: Some(Log::default()), ..Self::fresh(seed) }
    }

    /// Choices read back, and kept as far as they are used; past the end every choice is the simplest.
    pub(crate) fn replaying(choices: &'a [u64]) -> Self {
        Self { replay: Some(choices), ..Self::recording(0) }
    }

    /// Says which way the value that is made next has to lead.
    pub(crate) fn go(&mut self, way: Way) {
        self.way = way;
    }

    /// The way for the value in the making; what is made inside it has none until it is told.
    pub(crate) fn way(&mut self) -> Way {
        std::mem::take(&mut self.way)
    }

    /// What was recorded.
    pub(crate) fn into_log(self) -> Log {
        self.log.unwrap_or_default()
    }

    /// One choice from `0` (the simplest) to `max`, drawn by `draw` when fresh.
    pub(crate) fn choose(&mut self, max: u64, draw: impl FnOnce(&mut Rng) -> u64) -> u64 {
        let choice = if self.replay.is_none() { draw(&mut self.rng).min(max) } else { self.replayed(max) };
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

    /// Fills `choices` with items of the list, one choice from `0` to `max` each, all about as likely. A
    /// fresh draw makes eight of one number, since this is what long strings spend their time on.
    pub(crate) fn fill(&mut self, list: usize, choices: &mut [u8], max: u8) {
        if self.replay.is_some() {
            choices.fill_with(|| u8::try_from(self.replayed(u64::from(max))).unwrap_or(max));
        } else {
            for eight in choices.chunks_mut(8) {
                let drawn = eight_below(self.rng.next(), u64::from(max) + 1).to_le_bytes();
                if let Ok(whole) = <&mut [u8; 8]>::try_from(&mut *eight) {
                    *whole = drawn;
                } else {
                    eight.copy_from_slice(&drawn[..eight.len()]);
                }
            }
        }
        let Some(log) = &mut self.log else { return };
        let start = log.choices.len();
        log.choices.extend(choices.iter().copied().map(u64::from));
        if let Some(list) = log.lists.get_mut(list) {
            list.items.extend((start..log.choices.len()).map(|at| at..at + 1));
        }
    }

    /// The next choice of the replay; past its end every choice is the simplest.
    fn replayed(&mut self, max: u64) -> u64 {
        let choice = self.replay.and_then(|choices| choices.get(self.position)).copied().unwrap_or(0);
        self.position += 1;
        choice.min(max)
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

    /// Counts one candidate that a filter did not let pass.
    pub(crate) fn reject(&mut self) {
        self.rejected += 1;
    }

    /// How many candidates were rejected so far.
    pub(crate) fn rejected(&self) -> u64 {
        self.rejected
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn bytes_are_drawn_from_the_whole_range_and_no_further() {
        for bound in [1, 2, 26, 95, 133, 256] {
            let mut rng = Rng::new(bound);
            let seen: BTreeSet<u8> =
                (0..2_000).flat_map(|_| eight_below(rng.next(), bound).to_le_bytes()).collect();
            assert_eq!(seen.len() as u64, bound);
            assert_eq!(seen.last().map(|last| u64::from(*last)), Some(bound - 1));
        }
    }
}
