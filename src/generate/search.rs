//! The search for simpler choices behind a value.

use super::source::Log;
use std::cmp::Ordering;

/// A walk over ever simpler recordings: those that are kept become the base of the next ones.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    best: Log,
    candidate: Option<Log>,
    cursor: Cursor,
    progressed: bool,
}

/// What is tried next. Each pass goes over the whole recording once.
#[derive(Clone, Copy, Debug)]
enum Cursor {
    /// Everything as simple as can be.
    Whole,
    /// Without `size` items of a list, from item `start`, biggest cuts first.
    Cut {
        list: usize,
        size: usize,
        start: usize,
    },
    /// One item of a list as simple as can be.
    Clear {
        list: usize,
        item: usize,
    },
    /// One choice lowered: to nothing, then by half the way, a quarter, and so on to one less.
    Lower {
        index: usize,
        shift: u32,
    },
    End,
}

impl Search {
    pub(crate) fn new(log: Log) -> Self {
        Self { best: log, candidate: None, cursor: Cursor::Whole, progressed: false }
    }

    /// The choices of the current value.
    pub(crate) fn current(&self) -> &[u64] {
        &self.candidate.as_ref().unwrap_or(&self.best).choices
    }

    /// Makes the current candidate the base.
    pub(crate) fn keep(&mut self) {
        if let Some(candidate) = self.candidate.take() {
            self.best = candidate;
            self.progressed = true;
            if let Cursor::Lower { index, .. } = self.cursor {
                self.cursor = Cursor::Lower { index, shift: 0 };
            }
        }
    }

    /// Moves to the next simpler candidate, the one before it forgotten; at the end the base is
    /// current again and the answer is no.
    pub(crate) fn advance(&mut self, replay: impl Fn(&[u64]) -> Option<Log>) -> bool {
        self.candidate = None;
        while let Some(choices) = self.propose() {
            if let Some(log) = replay(&choices)
                && simpler(&log.choices, &self.best.choices)
            {
                self.candidate = Some(log);
                return true;
            }
        }
        false
    }

    fn propose(&mut self) -> Option<Vec<u64>> {
        loop {
            match self.cursor {
                Cursor::Whole => {
                    self.cursor = Cursor::Cut { list: 0, size: usize::MAX, start: 0 };
                    return Some(Vec::new());
                }
                Cursor::Cut { list, size, start } => {
                    if let Some(choices) = self.cut(list, size, start) {
                        return Some(choices);
                    }
                }
                Cursor::Clear { list, item } => {
                    if let Some(choices) = self.clear(list, item) {
                        return Some(choices);
                    }
                }
                Cursor::Lower { index, shift } => {
                    if let Some(choices) = self.lower(index, shift) {
                        return Some(choices);
                    }
                }
                Cursor::End if self.progressed => {
                    self.progressed = false;
                    self.cursor = Cursor::Whole;
                }
                Cursor::End => return None,
            }
        }
    }

    fn cut(&mut self, list: usize, size: usize, start: usize) -> Option<Vec<u64>> {
        let Some(items) = self.best.lists.get(list) else {
            self.cursor = Cursor::Clear { list: 0, item: 0 };
            return None;
        };
        let spare = self.best.choices.get(items.count).copied().unwrap_or(0);
        let spare = usize::try_from(spare).unwrap_or(usize::MAX);
        let size = size.min(spare).min(items.items.len());
        if size == 0 {
            self.cursor = Cursor::Cut { list: list + 1, size: usize::MAX, start: 0 };
            return None;
        }
        let Some(cut) = items.items.get(start..start + size) else {
            let size = if size == 1 { 0 } else { size.div_ceil(2) };
            self.cursor = Cursor::Cut { list, size, start: 0 };
            return None;
        };
        self.cursor = Cursor::Cut { list, size, start: start + size };
        let (from, to) = (cut.first()?.start, cut.last()?.end);
        let mut choices = self.best.choices.clone();
        if let Some(count) = choices.get_mut(items.count) {
            *count -= size as u64;
        }
        choices.drain(from..to);
        Some(choices)
    }

    fn clear(&mut self, list: usize, item: usize) -> Option<Vec<u64>> {
        let Some(items) = self.best.lists.get(list) else {
            self.cursor = Cursor::Lower { index: 0, shift: 0 };
            return None;
        };
        let Some(range) = items.items.get(item).cloned() else {
            self.cursor = Cursor::Clear { list: list + 1, item: 0 };
            return None;
        };
        self.cursor = Cursor::Clear { list, item: item + 1 };
        let mut choices = self.best.choices.clone();
        choices.get_mut(range)?.fill(0);
        Some(choices)
    }

    fn lower(&mut self, index: usize, shift: u32) -> Option<Vec<u64>> {
        let Some(&choice) = self.best.choices.get(index) else {
            self.cursor = Cursor::End;
            return None;
        };
        let drop = choice.checked_shr(shift).unwrap_or(0);
        if drop == 0 {
            self.cursor = Cursor::Lower { index: index + 1, shift: 0 };
            return None;
        }
        self.cursor = Cursor::Lower { index, shift: shift + 1 };
        let mut choices = self.best.choices.clone();
        if let Some(lowered) = choices.get_mut(index) {
            *lowered = choice - drop;
        }
        Some(choices)
    }
}

/// Fewer choices are simpler; among as many, the first lower one decides.
fn simpler(left: &[u64], right: &[u64]) -> bool {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right)) == Ordering::Less
}
