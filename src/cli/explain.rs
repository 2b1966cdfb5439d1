//! `proofmark explain`.

use super::args::SuiteArgs;
use super::input;
use super::output::{self, Failure};
use crate::case::Case;
use crate::case::explain::explain;
use crate::exit::Exit;
use crate::report::text::line;

/// The word that asks for all exit codes.
const EXIT_CODES: &str = "exit-codes";

/// `proofmark explain`: a case, an exit code, or all exit codes.
pub(super) fn topic(id: &str, args: &SuiteArgs) -> Result<Exit, Failure> {
    if id == EXIT_CODES {
        let all: Vec<String> = Exit::ALL.into_iter().map(exit_code).collect();
        output::page(&all.join("\n"));
        return Ok(Exit::Held);
    }
    if id.chars().all(|c| c.is_ascii_digit()) {
        return number(id);
    }
    let suite = input::suite_of(id, args, None)?;
    let operation = |id: &str| suite.contract.operation(id);
    let found = suite.case(id);
    let found = found.and_then(|case| Some((case, operation(&case.operation)?, operation(case.judged())?)));
    let Some((case, operation, judged)) = found else {
        return Err(Failure::input(unknown(id, suite.cases.iter().map(|case| case.id.as_str()))));
    };
    // A contract that somebody else wrote must not write lines of its own.
    let (id, title, clause) = (line(&case.id), line(&case.title), line(&case.clause));
    let case = Case { id, title, clause, ..case.clone() };
    output::page(&explain(&case, operation, judged));
    Ok(Exit::Held)
}

fn number(text: &str) -> Result<Exit, Failure> {
    let Some(exit) = Exit::ALL.into_iter().find(|exit| exit.code().to_string() == text) else {
        let known: Vec<String> = Exit::ALL.iter().map(|exit| exit.code().to_string()).collect();
        return Err(Failure::input(format!(
            "proofmark never ends with {text} (its exit codes: {}; `proofmark explain {EXIT_CODES}` says what each means)",
            known.join(", ")
        )));
    };
    output::page(&exit_code(exit));
    Ok(Exit::Held)
}

fn exit_code(exit: Exit) -> String {
    let mut text = format!("exit code {}\n  {}\n  {}\n", exit.code(), exit.meaning(), exit.advice());
    for (command, meaning) in exit.elsewhere() {
        text.push_str(&format!("  - of `{command}`: {meaning}\n"));
    }
    text
}

/// How alike two ids are of which one may be a slip of the other; ids of one operation alone are about 0.6 alike.
const NEAR: f32 = 0.75;

/// An error for an id that no case has, with the nearest one that some case has.
pub(super) fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known
        .map(|known| (similar::TextDiff::from_chars(id, known).ratio(), known))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|(ratio, _)| *ratio >= NEAR)
        .map(|(_, known)| format!("did you mean {known}? "));
    format!("no case is called `{id}` ({}see `proofmark list`)", near.unwrap_or_default())
}
