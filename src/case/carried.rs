//! What of a generated request arrives at the target, and where it is put.
//!
//! A goal of the request schema makes a case only where the target can tell: that a number stands in place of a text
//! cannot be seen in a query, and a path cannot do without its parameters. So each request is held against every way
//! in which its texts may be read back.

use super::script::Step;
use crate::contract::Operation;
use crate::contract::parts::{self, Place};
use crate::generate::{Edit, Generator, Goal, draw, seed};
use crate::schema::{place, pointer};
use serde_json::Value;

/// How many payloads are looked at until one arrives.
const TRIES: u64 = 6;
/// The most goals of an operation that make cases.
const MOST: usize = 1_200;

/// The part of a request that a pointer leads to, where the request has parts.
fn part(operation: &Operation, pointer: &str) -> Option<(Place, String)> {
    let tokens = pointer::tokens(pointer);
    let place = Place::named(tokens.first()?).filter(|_| operation.layout.parted)?;
    Some((place, tokens.get(1)?.clone()))
}

/// Whether a place is one of the path, whose values must be known to the target.
pub(super) fn in_path(operation: &Operation, pointer: &str) -> bool {
    part(operation, pointer).is_some_and(|(place, _)| place == Place::Path)
}

/// Whether a goal is about something that a request can show, whatever its value.
fn is_shown(operation: &Operation, goal: &Goal) -> bool {
    if !operation.layout.parted {
        return true;
    }
    if operation.rules.credentials.iter().any(|credential| goal.pointer.starts_with(&credential.pointer)) {
        return false;
    }
    if goal.pointer == "/body" && goal.keyword == "required" {
        return operation.layout.body.is_some();
    }
    match part(operation, &goal.pointer) {
        // A path without a parameter is another path.
        Some((Place::Path, _)) => goal.keyword != "required",
        Some(_) => true,
        None if goal.pointer.starts_with("/body/") => true,
        None => operation.layout.is_json() && goal.pointer == "/body",
    }
}

/// The step that meets a goal, and in which it arrives: the edit of the example, with what it needs around it; the
/// first of some draws that serves.
pub(super) fn step(
    role: &str,
    operation: &Operation,
    generator: &Generator,
    goal: &Goal,
    seeded: &dyn Fn(u64) -> [u8; 32],
) -> Option<Step> {
    let edits = generator.edits(goal).ok()?;
    let at = generator.edited(goal);
    (0..TRIES).find_map(|attempt| {
        let edit = draw(&edits, seeded(attempt)).ok()?;
        around(role, operation, generator, goal, at, &edit, seeded(attempt))
    })
}

/// The step in which an edit meets a goal; nothing where it does not arrive.
pub(super) fn around(
    role: &str,
    operation: &Operation,
    generator: &Generator,
    goal: &Goal,
    at: &str,
    edit: &Edit,
    seed: [u8; 32],
) -> Option<Step> {
    let mut step = edited(role, operation, at, edit);
    let (parent, _) = pointer::split_last(at).unwrap_or_default();
    let there = operation.example.pointer(&place::concrete(&operation.example, parent)).is_some();
    let whole = place::concrete(&operation.example, at);
    let lacks = |needs: bool| needs && operation.example.pointer(&whole).is_none();
    if goal.valid && lacks(matches!(edit, Edit::Remove)) {
        // Nothing would be sent but the example.
        return None;
    }
    if !there || lacks(matches!(edit, Edit::Insert(..) | Edit::Remove)) {
        let sample = || generator.samples().iter().find_map(|sample| graft(&operation.example, sample, at));
        let base = || graft(&operation.example, &draw(&generator.bases(at).ok()?, seed).ok()?, at);
        let (from, value) = sample().or_else(base)?;
        step.set.entry(from).or_insert(value);
    }
    arrives(operation, generator, goal, &step).then_some(step)
}

/// What of another document has to stand in the example, so that there is something at a pointer.
fn graft(example: &Value, base: &Value, at: &str) -> Option<(String, Value)> {
    let mut met = String::new();
    for token in pointer::tokens(at) {
        let next = pointer::join(&met, &token);
        if example.pointer(&next).is_none() {
            // A list is taken whole: its items hang together.
            let whole = if example.pointer(&met).is_some_and(Value::is_array) { met } else { next };
            let value = base.pointer(&whole)?.clone();
            return Some((whole, value));
        }
        met = next;
    }
    None
}

/// Whether every way of reading what a step sends meets the goal.
fn arrives(operation: &Operation, generator: &Generator, goal: &Goal, step: &Step) -> bool {
    let document = edited_example(operation, step);
    let at = place::concrete(&document, generator.edited(goal));
    let Ok(read) = parts::readings(&operation.layout, &document, &at) else { return false };
    if goal.valid {
        return read.contains(&document) && generator.oracle().is_valid(&document);
    }
    read.iter().all(|document| !generator.oracle().is_valid(document)) && generator.confirms(goal, &document)
}

/// The example as a step changes it.
fn edited_example(operation: &Operation, step: &Step) -> Value {
    let mut document = operation.example.clone();
    for (pointer, value) in &step.set {
        let pointer = place::concrete(&document, pointer);
        place::put(&mut document, &pointer, value.clone());
    }
    for pointer in &step.remove {
        let pointer = place::concrete(&document, pointer);
        place::take(&mut document, &pointer);
    }
    document
}

/// The goals of a request that make cases: of a schema that speaks of very many places, the nearest ones.
pub(super) fn goals<'a>(operation: &'a Operation, generator: &'a Generator) -> Vec<&'a Goal> {
    let shown = generator.goals().iter().filter(|goal| is_shown(operation, goal));
    let mut near: Vec<(usize, &Goal)> = shown.enumerate().collect();
    if near.len() > MOST {
        near.sort_by_key(|(_, goal)| goal.pointer.matches('/').count());
        near.truncate(MOST);
        near.sort_by_key(|(at, _)| *at);
    }
    let goals = near.into_iter().map(|(_, goal)| goal);
    goals.filter(|goal| !operation.layout.parted || is_met(operation, generator, goal)).collect()
}

/// Whether some payload meets the goal and arrives. In JSON each does that is not the example itself.
fn is_met(operation: &Operation, generator: &Generator, goal: &Goal) -> bool {
    if operation.layout.is_plain(&goal.pointer) {
        let there =
            || operation.example.pointer(&place::concrete(&operation.example, &goal.pointer)).is_some();
        return !goal.valid || goal.side != "absent" || there();
    }
    let label = format!("{}{}/{}/{}", operation.id, goal.pointer, goal.keyword, goal.side);
    step("probe", operation, generator, goal, &|attempt| seed(0, &label, attempt)).is_some()
}

/// Whether a whole generated document arrives as it is.
pub(super) fn arrives_whole(operation: &Operation, document: &Value) -> bool {
    if !operation.layout.parted {
        return true;
    }
    let mut places = Vec::new();
    for (part, members) in document.as_object().into_iter().flatten() {
        let names = members.as_object().into_iter().flatten().map(|(name, _)| name);
        places.extend(names.map(|name| pointer::join(&pointer::join("", part), name)));
    }
    let own = |at: &String| operation.rules.credentials.iter().any(|credential| credential.pointer == *at);
    places
        .iter()
        .filter(|at| !own(at) && !operation.layout.is_plain(at))
        .all(|at| parts::readings(&operation.layout, document, at).is_ok_and(|read| read.contains(document)))
}

/// The generated document with what the target must know from the example.
pub(super) fn with_known(operation: &Operation, mut document: Value) -> Value {
    if operation.layout.parted
        && let Some(path) = operation.example.get(Place::Path.name())
    {
        place::put(&mut document, "/path", path.clone());
    }
    document
}

/// The step that makes one edit.
pub(super) fn edited(role: &str, operation: &Operation, at: &str, edit: &Edit) -> Step {
    let mut step = Step::new(role);
    match edit {
        Edit::Replace(value) => {
            step.set.insert(at.to_owned(), value.clone());
        }
        Edit::Remove => step.remove.push(at.to_owned()),
        Edit::Insert(name, value) => {
            step.set.insert(pointer::join(at, name), value.clone());
        }
    }
    let key = operation.rules.idempotency.as_ref().map(|idempotency| idempotency.key.as_str());
    step.key.stamp = key == Some(at);
    step
}
