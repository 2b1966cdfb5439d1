//! `proofmark generate`.

use super::args::GenerateArgs;
use super::output::{self, Failure, Lines};
use super::rounds::Rounds;
use super::source::Source;
use crate::exit::Exit;
use crate::generate::{Generator, Goal, Refusal, Seeds, append_json, append_string, draw};
use crate::schema::elsewhere;
use serde_json::Value;

/// Payloads where neither `--valid` nor `--violating` says how many.
const DEFAULT_COUNT: u64 = 10;
/// How many seeds in a row may give nothing.
const VAIN: u32 = 20;

/// Prints payloads, one JSON object a line.
pub(super) fn payloads(args: &GenerateArgs) -> Result<Exit, Failure> {
    let reading = args.reading.into();
    let source = match &args.contract {
        Some(contract) => Source::of_operation(contract, &args.source, reading)?,
        None => Source::read(&args.source, reading)?,
    };
    let generator = match Generator::new(&source.schema.value, source.formats) {
        Ok(generator) => generator,
        Err(refusal) => return refused(&source, &refusal),
    };
    if args.goals {
        super::goals::list(&generator, args.seed);
        if !generator.complete() {
            output::note("warning: the schema speaks of more places than are looked at, or nests deeper");
        }
        source.warn();
        return Ok(Exit::Held);
    }
    let done = match args.violating {
        Some(count) => violating(&generator, args, count, source.schema.value.to_string().len()),
        None => valid(&generator, args, args.valid.unwrap_or(DEFAULT_COUNT)),
    };
    match done {
        Ok(()) => {
            source.warn();
            Ok(Exit::Held)
        }
        Err(refusal) => refused(&source, &refusal),
    }
}

/// Valid payloads: first those that meet every boundary between them, then random ones.
fn valid(generator: &Generator, args: &GenerateArgs, count: u64) -> Result<(), Refusal> {
    let strategy = generator.valid()?;
    let seeds = Seeds::new(args.seed, "generate/valid");
    let boundaries = generator.boundaries(args.seed).map(|(value, _)| Ok(value));
    let mut vain = 0;
    // Filters may let nothing pass for one seed, and something for the next.
    let random = (0..).map(|index| draw(&strategy, seeds.at(index))).filter(|drawn| {
        vain = if drawn.is_ok() { 0 } else { vain + 1 };
        drawn.is_ok() || vain > VAIN
    });
    let mut lines = Lines::new();
    for value in boundaries.chain(random).take(usize::try_from(count).unwrap_or(usize::MAX)) {
        let value: Value = value?;
        lines.line().extend_from_slice(b"{\"valid\":true,\"value\":");
        append_json(lines.line(), &value);
        lines.line().push(b'}');
        if !lines.end() {
            break;
        }
    }
    Ok(())
}

fn violating(generator: &Generator, args: &GenerateArgs, count: u64, bytes: usize) -> Result<(), Refusal> {
    let wanted = |goal: &&Goal| {
        !goal.valid
            && args.pointer.as_ref().is_none_or(|pointer| is_at(goal, pointer, args.keyword.as_deref()))
            && args.keyword.as_ref().is_none_or(|keyword| *keyword == goal.keyword)
    };
    let mut rounds = Rounds::new(
        generator,
        generator.rounds(false).into_iter().filter(wanted),
        args.pointer.as_deref(),
        args.seed,
        bytes,
    );
    let mut lines = Lines::new();
    for _ in 0..count {
        let Some((goal, value)) = rounds.next() else {
            return Err(rounds.refusal().unwrap_or_else(|| Refusal::Unsatisfiable {
                pointer: args.pointer.clone().unwrap_or_default(),
                keywords: args.keyword.iter().cloned().collect(),
                message: format!(
                    "the schema has no keyword here that a payload could violate{}",
                    instead(generator, args)
                ),
            }));
        };
        lines.line().extend_from_slice(b"{\"valid\":false,\"value\":");
        append_json(lines.line(), &value);
        lines.line().extend_from_slice(b",\"violates\":{\"keyword\":");
        append_string(lines.line(), &goal.keyword);
        lines.line().extend_from_slice(b",\"pointer\":");
        append_string(lines.line(), &generator.place(goal, &value));
        lines.line().extend_from_slice(b"}}");
        if !lines.end() {
            break;
        }
    }
    Ok(())
}

/// Whether a goal is meant by a pointer. A member of a map can be named by any name, and a member that is missing by
/// its own pointer, or as validators do by that of the object that lacks it.
fn is_at(goal: &Goal, pointer: &str, keyword: Option<&str>) -> bool {
    let lacking = || goal.pointer.rsplit_once('/').map(|(object, _)| object);
    goal.covers(pointer) || (keyword == Some("required") && lacking() == Some(pointer))
}

/// What could be violated in place of what cannot.
fn instead(generator: &Generator, args: &GenerateArgs) -> String {
    let goals = generator.goals().iter().filter(|goal| !goal.valid);
    let there: Vec<(&str, &str)> = goals.map(|goal| (goal.pointer.as_str(), goal.keyword.as_str())).collect();
    if there.is_empty() {
        return String::new();
    }
    format!("; {}", elsewhere(args.pointer.as_deref(), args.keyword.as_deref(), &there))
}

/// Where there is nothing to print: what the schema's user can do about it decides the exit code.
fn refused(source: &Source, refusal: &Refusal) -> Result<Exit, Failure> {
    match refusal {
        Refusal::BadSchema { pointer, message, mend } => Err(source.failure(pointer, message, mend)),
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
