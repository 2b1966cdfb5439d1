//! In which order goals are taken up, and documents that meet many valid ones at once.

use super::found::Finder;
use super::generator::Generator;
use super::goal::{Edit, Goal};
use super::seed::{draw, seed};
use crate::schema::pointer;
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// How many goals that go together with nothing are tried by themselves in vain.
const VAIN: u32 = 12;
/// Keywords whose goals are about the number of items, or that a member is there: what stands inside may change.
const OUTER: &[&str] = &["minItems", "maxItems", "items", "properties"];

/// The goals in rounds: one of each place and keyword, then a second one of each that has more, and so on.
pub(crate) fn rounds<'a>(goals: impl Iterator<Item = &'a Goal>) -> Vec<&'a Goal> {
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut numbered: Vec<(usize, &Goal)> = goals
        .map(|goal| {
            let round = seen.entry((&goal.pointer, &goal.keyword)).or_default();
            *round += 1;
            (*round, goal)
        })
        .collect();
    numbered.sort_by_key(|(round, _)| *round);
    numbered.into_iter().map(|(_, goal)| goal).collect()
}

/// Valid documents that between them meet every valid goal of a schema that can be met, in few of them: each
/// meets the first goal that is still open, and as many more as fit into one document.
#[derive(Debug)]
pub struct Boundaries<'a> {
    generator: &'a Generator,
    run_seed: u64,
    open: Vec<Open<'a>>,
    /// Goals that no edit meets, left for last since each takes long.
    hard: Vec<&'a Goal>,
    made: u64,
    vain: u32,
    finder: Option<Finder<'a>>,
}

#[derive(Debug)]
struct Open<'a> {
    goal: &'a Goal,
    at: &'a str,
    /// Drawn when it is first tried; nothing where the goal has no edits.
    edit: OnceCell<Option<Edit>>,
}

impl<'a> Boundaries<'a> {
    pub(crate) fn new(generator: &'a Generator, run_seed: u64) -> Self {
        let goals = rounds(generator.goals().iter().filter(|goal| goal.valid));
        let open = goals
            .into_iter()
            .map(|goal| Open { goal, at: generator.edited(goal), edit: OnceCell::new() })
            .collect();
        Self { generator, run_seed, open, hard: Vec::new(), made: 0, vain: 0, finder: generator.finder() }
    }

    /// A valid document that meets the goal and others that are open; those are not open any more.
    fn together(&mut self, first: &Open<'a>) -> Option<(Value, Vec<&'a Goal>)> {
        let base = self.generator.bases(first.at).ok()?;
        let base = draw(&base, seed(self.run_seed, "generate/boundary", self.made)).ok()?;
        let mut document = self.edit(first)?.apply(&base, first.at)?;
        if !self.generator.oracle().is_valid(&document) {
            return None;
        }
        let alone = document.clone();
        let mut met = vec![(first.goal, first.at)];
        let mut left = Vec::new();
        for open in std::mem::take(&mut self.open) {
            let (goal, at) = (open.goal, open.at);
            let possible = reaches(&document, at) && !met.iter().any(|met| disturbs(at, *met));
            let edit = if possible { self.edit(&open) } else { None };
            if edit.is_some_and(|edit| edit.perform(&mut document, at).is_some()) {
                met.push((goal, at));
            }
            left.push(open);
        }
        // Edits that follow the rules of their places nearly always go together; where they do not, the first
        // one has the document for itself.
        if !self.generator.oracle().is_valid(&document) {
            (document, met) = (alone, met.into_iter().take(1).collect());
        }
        let met: Vec<&Goal> = met.into_iter().map(|(goal, _)| goal).collect();
        left.retain(|open| !met.iter().any(|goal| std::ptr::eq(*goal, open.goal)));
        self.open = left;
        Some((document, met))
    }

    fn edit<'o>(&self, open: &'o Open<'a>) -> Option<&'o Edit> {
        let goal = open.goal;
        let draw = || {
            let label = format!("generate{}/{}/{}", goal.pointer, goal.keyword, goal.side);
            let seed = seed(self.run_seed, &label, 0);
            let found = self.finder.as_ref().and_then(|finder| self.generator.found(finder, goal, &seed));
            found.map(Edit::Replace).or_else(|| draw(&self.generator.edits(goal).ok()?, seed).ok())
        };
        open.edit.get_or_init(draw).as_ref()
    }
}

impl<'a> Iterator for Boundaries<'a> {
    type Item = (Value, Vec<&'a Goal>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.open.is_empty() {
            self.made += 1;
            let first = self.open.remove(0);
            if let Some(made) = self.together(&first) {
                return Some(made);
            }
            self.hard.push(first.goal);
        }
        while self.vain < VAIN && !self.hard.is_empty() {
            self.made += 1;
            let goal = self.hard.remove(0);
            let seed = seed(self.run_seed, "generate/boundary/alone", self.made);
            if let Ok(value) = self.generator.documents(goal).and_then(|documents| draw(&documents, seed)) {
                return Some((value, vec![goal]));
            }
            self.vain += 1;
        }
        None
    }
}

/// Whether the parent of the place is there.
fn reaches(document: &Value, at: &str) -> bool {
    pointer::split_last(at)
        .is_none_or(|(parent, _)| parent.contains('*') || document.pointer(parent).is_some())
}

/// Whether an edit at a pointer could undo what a goal, met at another, is about.
fn disturbs(at: &str, (goal, other): (&Goal, &str)) -> bool {
    let inside = |inner: &str, outer: &str| pointer::inside(inner, outer).is_some();
    inside(other, at) || (inside(at, other) && !OUTER.contains(&goal.keyword.as_str()))
}
