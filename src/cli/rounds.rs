//! Violating payloads, goal after goal, with few strategies in memory at a time.

use crate::generate::{Generator, Goal, Refusal, Seeds, draw};
use proptest::strategy::SBoxedStrategy;
use serde_json::Value;

/// How many bytes of schema the strategies that are kept stand for: one grows with its schema.
const ROOM: usize = 1024 * 1024;

/// Rounds over the goals, in each of which every goal that can be met has its turn.
///
/// What a goal gives follows from the seed and from how many values it gave before. Strategies are
/// built when their turn comes. Where there is no room to keep those of all goals, each round is
/// twice as long as the one before, so that building them again does not cost more than drawing.
pub(super) struct Rounds<'a> {
    generator: &'a Generator,
    /// What the pointers of goals with a `*` are narrowed to.
    pointer: Option<&'a str>,
    seed: u64,
    turns: Vec<Turn<'a>>,
    /// How many strategies may be kept.
    room: usize,
    /// How many values a turn gives in this round.
    length: u64,
    /// Whose turn it is, and how many values it still gives.
    at: usize,
    left: u64,
    refusal: Option<Refusal>,
}

struct Turn<'a> {
    goal: &'a Goal,
    given: u64,
    strategy: Option<(SBoxedStrategy<Value>, Seeds)>,
}

impl<'a> Rounds<'a> {
    /// Rounds over goals of the generator, whose schema is so many bytes long.
    pub(super) fn new(
        generator: &'a Generator,
        goals: impl Iterator<Item = &'a Goal>,
        pointer: Option<&'a str>,
        seed: u64,
        bytes: usize,
    ) -> Self {
        let turns = goals.map(|goal| Turn { goal, given: 0, strategy: None }).collect();
        let room = ROOM / bytes.max(1);
        Self { generator, pointer, seed, turns, room, length: 1, at: 0, left: 1, refusal: None }
    }

    /// The next value, and the goal that it meets; nothing once no goal can be met.
    pub(super) fn next(&mut self) -> Option<(&'a Goal, Value)> {
        loop {
            if self.at >= self.turns.len() {
                self.at = 0;
                if self.turns.len() > self.room {
                    self.length = self.length.saturating_mul(2);
                }
                self.left = self.length;
            }
            let turn = self.turns.get_mut(self.at)?;
            match turn.give(self.generator, self.pointer, self.seed) {
                Ok(value) => {
                    let goal = turn.goal;
                    self.left -= 1;
                    if self.left == 0 {
                        self.pass();
                    }
                    return Some((goal, value));
                }
                Err(refusal) => {
                    self.refusal.get_or_insert(refusal);
                    self.turns.remove(self.at);
                    self.left = self.length;
                }
            }
        }
    }

    /// Why no goal can be met: the first reason that was given, if there was a goal at all.
    pub(super) fn refusal(self) -> Option<Refusal> {
        self.refusal
    }

    fn pass(&mut self) {
        if self.at >= self.room
            && let Some(turn) = self.turns.get_mut(self.at)
        {
            turn.strategy = None;
        }
        self.at += 1;
        self.left = self.length;
    }
}

impl Turn<'_> {
    fn give(&mut self, generator: &Generator, pointer: Option<&str>, seed: u64) -> Result<Value, Refusal> {
        let goal = self.goal;
        let (strategy, seeds) = if let Some(kept) = &self.strategy {
            kept
        } else {
            let label = format!("generate{}/{}/{}", goal.pointer, goal.keyword, goal.side);
            let pointer = pointer.filter(|pointer| goal.covers(pointer)).unwrap_or(&goal.pointer);
            self.strategy.insert((generator.documents_at(goal, pointer)?, Seeds::new(seed, &label)))
        };
        let value = draw(strategy, seeds.at(self.given))?;
        self.given += 1;
        Ok(value)
    }
}
