//! `proofmark generate`.

use super::args::GenerateArgs;
use super::input;
use super::output::{self, Failure};
use crate::contract;
use crate::exit::Exit;
use crate::generate::{Generator, Goal, Refusal, draw, seed};
use crate::schema::Formats;
use serde_json::{Value, json};
use std::path::Path;

/// Payloads where neither `--valid` nor `--violating` says how many.
const DEFAULT_COUNT: u64 = 10;

/// Prints payloads, one JSON object a line.
pub(super) fn payloads(args: &GenerateArgs) -> Result<Exit, Failure> {
    let schema = schema(&args.source)?;
    let generator = match Generator::new(&schema, Formats::Annotated) {
        Ok(generator) => generator,
        Err(refusal) => return refused(&args.source, &refusal),
    };
    let done = match args.violating {
        Some(count) => violating(&generator, args, count),
        None => valid(&generator, args, args.valid.unwrap_or(DEFAULT_COUNT)),
    };
    match done {
        Ok(()) => Ok(Exit::Held),
        Err(refusal) => refused(&args.source, &refusal),
    }
}

fn schema(source: &str) -> Result<Value, Failure> {
    let builtin = contract::builtin().map_err(Failure::own)?;
    if let Some(operation) = builtin.operation(source) {
        return Ok(operation.request.clone());
    }
    let path = Path::new(source);
    if !path.exists() {
        let known: Vec<&str> = builtin.operations.iter().map(|operation| operation.id.as_str()).collect();
        return Err(Failure::input(format!(
            "`{source}` is neither a file nor an operation of the built-in suite (name a JSON Schema file, or one of: {})",
            known.join(", ")
        )));
    }
    let text = input::text(path)?;
    if path.extension().is_some_and(|extension| extension == "json") {
        return serde_json::from_str(&text)
            .map_err(|error| Failure::input(format!("{source}: not JSON: {error} (correct the syntax)")));
    }
    let document = contract::document::Document::parse(source, &text).map_err(Failure::input)?;
    Ok(document.value)
}

fn valid(generator: &Generator, args: &GenerateArgs, count: u64) -> Result<(), Refusal> {
    let strategy = generator.valid()?;
    for index in 0..count {
        let value = draw(&strategy, seed(args.seed, "generate/valid", index))?;
        if !output::line(&json!({ "value": value, "valid": true }).to_string()) {
            return Ok(());
        }
    }
    Ok(())
}

fn violating(generator: &Generator, args: &GenerateArgs, count: u64) -> Result<(), Refusal> {
    let wanted = |goal: &&Goal| {
        !goal.valid
            && args.pointer.as_ref().is_none_or(|pointer| is_at(goal, pointer, args.keyword.as_deref()))
            && args.keyword.as_ref().is_none_or(|keyword| *keyword == goal.keyword)
    };
    let goals: Vec<&Goal> = generator.goals().iter().filter(wanted).collect();
    let mut strategies = Vec::new();
    let mut refusal = None;
    for goal in goals {
        match generator.documents(goal) {
            Ok(strategy) => strategies.push((goal, strategy)),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    if strategies.is_empty() {
        return Err(refusal.unwrap_or_else(|| Refusal::Unsatisfiable {
            pointer: args.pointer.clone().unwrap_or_default(),
            keywords: args.keyword.iter().cloned().collect(),
            message: "the schema has no keyword here that a payload could violate".to_owned(),
        }));
    }
    for index in 0..count {
        let at = usize::try_from(index).unwrap_or(0) % strategies.len();
        let (goal, strategy) = &strategies[at];
        let value = draw(
            strategy,
            seed(args.seed, &format!("generate{}/{}/{}", goal.pointer, goal.keyword, goal.side), index),
        )?;
        let violates = json!({ "pointer": generator.place(goal, &value), "keyword": goal.keyword });
        if !output::line(&json!({ "value": value, "valid": false, "violates": violates }).to_string()) {
            return Ok(());
        }
    }
    Ok(())
}

/// Whether a goal is meant by a pointer. A member that is missing can be named by its own pointer, or as
/// validators do by that of the object that lacks it.
fn is_at(goal: &Goal, pointer: &str, keyword: Option<&str>) -> bool {
    let lacking = || goal.pointer.rsplit_once('/').map(|(object, _)| object);
    goal.pointer == pointer || (keyword == Some("required") && lacking() == Some(pointer))
}

/// Where there is nothing to print: what the schema's user can do about it decides the exit code.
fn refused(source: &str, refusal: &Refusal) -> Result<Exit, Failure> {
    match refusal {
        Refusal::BadSchema { .. } => Err(Failure::input(format!("{source}: {refusal} (correct the schema)"))),
        Refusal::Unsatisfiable { .. } => {
            output::note(&prefixed("unsatisfiable:", &refusal.to_string()));
            Ok(Exit::Broken)
        }
        Refusal::GaveUp { .. } | Refusal::Unsupported { .. } => {
            output::note(&prefixed("gave up:", &refusal.to_string()));
            Ok(Exit::Unjudged)
        }
    }
}

fn prefixed(prefix: &str, text: &str) -> String {
    if text.starts_with(prefix) { text.to_owned() } else { format!("{prefix} {text}") }
}
