//! Whole documents: a base, an edit, and the oracle's word on the outcome.

use super::goal::{Edit, Goal, covers};
use super::plan::{Program, attempt, word};
use super::source::Source;
use super::strategy::Recipe;
use super::way::Way;
use crate::schema::oracle::Failure;
use crate::schema::pattern::Matcher;
use crate::schema::{Oracle, pointer};
use serde_json::Value;
use std::sync::Arc;

/// How often another base and edit are tried before the choices count as leading nowhere.
const ATTEMPTS: u32 = 50;

/// The values of a program.
#[derive(Debug)]
pub(crate) struct Values(pub(crate) Arc<Program>);

impl Recipe for Values {
    type Value = Value;

    fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        let made = self.0.make(source);
        self.0.tally.count(source.rejected());
        made
    }
}

/// The edits that meet a goal.
#[derive(Debug)]
pub(crate) enum Edits {
    Replace(Program),
    Remove,
    /// A member whose name is none of these and matches none of the patterns.
    Insert {
        taken: Vec<String>,
        patterns: Vec<Matcher>,
        value: Program,
    },
}

impl Edits {
    pub(crate) fn insert(taken: Vec<String>, patterns: &[String], value: Program) -> Self {
        let patterns = patterns.iter().filter_map(|pattern| Matcher::new(pattern)).collect();
        Self::Insert { taken, patterns, value }
    }
}

impl Recipe for Edits {
    type Value = Edit;

    fn make(&self, source: &mut Source<'_>) -> Option<Edit> {
        match self {
            Self::Replace(program) => program.make(source).map(Edit::Replace),
            Self::Remove => Some(Edit::Remove),
            Self::Insert { taken, patterns, value } => {
                let name = attempt(source, |source| {
                    let name = word(source);
                    let free =
                        !taken.contains(&name) && !patterns.iter().any(|pattern| pattern.is_match(&name));
                    free.then_some(name)
                })?;
                Some(Edit::Insert(name, value.make(source)?))
            }
        }
    }
}

/// A goal and who says whether it is met.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) oracle: Arc<Oracle>,
    pub(crate) goal: Goal,
    /// Whether the goal's keyword has to be all that fails, at its place too.
    pub(crate) alone: bool,
}

impl Check {
    fn passes(&self, value: &Value) -> bool {
        if self.alone {
            alone(&self.oracle, &self.goal, value)
        } else {
            confirms(&self.oracle, &self.goal, value)
        }
    }
}

/// Valid documents with something at a place.
#[derive(Debug)]
pub(crate) enum Base {
    /// Those of the whole schema's program, led there.
    Led(Arc<Program>, Way),
    /// Those of a program of their own.
    Own(Box<Program>),
}

impl Recipe for Base {
    type Value = Value;

    fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        match self {
            Self::Led(program, way) => program.make_along(way, source),
            Self::Own(program) => program.make(source),
        }
    }
}

/// A valid document with an edit.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) base: Base,
    pub(crate) edit: Edits,
    /// JSON pointer at which the edit is done.
    pub(crate) edited: String,
    pub(crate) check: Check,
}

/// The values of a program, as far as they meet a goal.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) program: Program,
    pub(crate) check: Check,
}

impl Recipe for Checked {
    type Value = Value;

    fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        tried(source, |source| self.program.make(source).filter(|value| self.check.passes(value)))
    }
}

impl Recipe for Document {
    type Value = Value;

    fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        tried(source, |source| {
            let edit = self.edit.make(source)?;
            let mut document = self.base.make(source)?;
            edit.perform(&mut document, &self.edited)?;
            self.check.passes(&document).then_some(document)
        })
    }
}

/// The first document that comes out, with only its choices kept.
fn tried(source: &mut Source<'_>, once: impl Fn(&mut Source<'_>) -> Option<Value>) -> Option<Value> {
    let mark = source.mark();
    for _ in 0..source.attempts(ATTEMPTS) {
        let made = once(source);
        if made.is_some() {
            return made;
        }
        source.forget(mark);
    }
    None
}

/// The pointer at which `value` violates the goal, with the names that its `*` stand for.
pub(crate) fn place(oracle: &Oracle, goal: &Goal, value: &Value) -> Option<String> {
    oracle.breaches(value).into_iter().filter(|breach| breach.keyword == goal.keyword).find_map(|breach| {
        let found = match breach.missing {
            Some(name) => pointer::join(&breach.pointer, &name),
            None => breach.pointer,
        };
        covers(&goal.pointer, &found).then_some(found)
    })
}

/// Whether `value` is what the goal asks for: valid, or failing with the goal's keyword at its place.
pub(crate) fn confirms(oracle: &Oracle, goal: &Goal, value: &Value) -> bool {
    if goal.valid {
        return oracle.is_valid(value);
    }
    let place = Broken::of(goal);
    let mut found = false;
    oracle.fails_only(value, |failure| {
        found |= place.is(failure);
        !found
    });
    found
}

/// The same, and nothing else fails.
pub(crate) fn alone(oracle: &Oracle, goal: &Goal, value: &Value) -> bool {
    if goal.valid {
        return oracle.is_valid(value);
    }
    let place = Broken::of(goal);
    let mut found = false;
    let only = oracle.fails_only(value, |failure| {
        found |= place.is(failure);
        place.holds(failure)
    });
    found && only
}

/// What a goal breaks, in the validator's words.
struct Broken<'a> {
    keyword: &'a str,
    pointer: &'a str,
    /// The validator reports a missing member at the object that lacks it.
    missing: Option<String>,
}

impl<'a> Broken<'a> {
    fn of(goal: &'a Goal) -> Self {
        let missing = (goal.keyword == "required").then(|| pointer::split_last(&goal.pointer)).flatten();
        match missing {
            Some((parent, name)) => Self { keyword: &goal.keyword, pointer: parent, missing: Some(name) },
            None => Self { keyword: &goal.keyword, pointer: &goal.pointer, missing: None },
        }
    }

    /// Whether the failure is one of the keyword at the place.
    fn holds(&self, failure: &Failure<'_>) -> bool {
        // Of too few items that are contained the validator says `maxContains` where that stands beside.
        let named = failure.keyword == self.keyword
            || (self.keyword == "contains" && failure.keyword == "maxContains");
        named && covers(self.pointer, failure.pointer)
    }

    /// Whether it is the very one.
    fn is(&self, failure: &Failure<'_>) -> bool {
        self.holds(failure) && self.missing.as_deref().is_none_or(|name| failure.missing == Some(name))
    }
}
