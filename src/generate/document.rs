//! Whole documents: a base, an edit, and the oracle's word on the outcome.

use super::goal::{Edit, Goal, covers};
use super::plan::{Plan, Program, attempt, word};
use super::source::Source;
use super::strategy::Recipe;
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
        self.0.make(source)
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
        value: Plan,
    },
}

impl Edits {
    pub(crate) fn insert(taken: Vec<String>, patterns: &[String]) -> Self {
        let patterns = patterns.iter().filter_map(|pattern| Matcher::new(pattern)).collect();
        Self::Insert { taken, patterns, value: Plan::Anything(1) }
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
                let nothing = Program::fixed(Value::Null);
                Some(Edit::Insert(name, value.make(&nothing, source)?))
            }
        }
    }
}

/// A goal and who says whether it is met.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) oracle: Arc<Oracle>,
    pub(crate) goal: Goal,
}

/// A valid document with an edit.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) base: Program,
    pub(crate) edit: Edits,
    pub(crate) check: Check,
}

impl Recipe for Document {
    type Value = Value;

    fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        let mark = source.mark();
        for _ in 0..source.attempts(ATTEMPTS) {
            let made = self.once(source);
            if made.is_some() {
                return made;
            }
            source.forget(mark);
        }
        None
    }
}

impl Document {
    fn once(&self, source: &mut Source<'_>) -> Option<Value> {
        let edit = self.edit.make(source)?;
        let mut document = self.base.make(source)?;
        edit.perform(&mut document, &self.check.goal.pointer)?;
        confirms(&self.check.oracle, &self.check.goal, &document).then_some(document)
    }
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

/// Whether `value` is what the goal asks for.
pub(crate) fn confirms(oracle: &Oracle, goal: &Goal, value: &Value) -> bool {
    if goal.valid {
        return oracle.is_valid(value);
    }
    // The validator reports a missing member at the object that lacks it.
    let missing = (goal.keyword == "required").then(|| pointer::split_last(&goal.pointer)).flatten();
    let place = missing.as_ref().map_or(goal.pointer.as_str(), |(parent, _)| parent);
    let mut found = false;
    let elsewhere = !oracle.fails_only(value, |failure| {
        let named = missing.as_ref().is_none_or(|(_, name)| failure.missing == Some(name));
        found |= failure.keyword == goal.keyword && named;
        covers(place, failure.pointer)
    });
    found && !elsewhere
}
