//! `proofmark explain`.

use super::args::SuiteArgs;
use super::input;
use super::output::{self, Failure};
use crate::case::explain::explain;
use crate::exit::Exit;

/// `proofmark explain`.
pub(super) fn case(id: &str, args: &SuiteArgs) -> Result<Exit, Failure> {
    let suite = input::suite_of(id, args, None)?;
    let operation = |id: &str| suite.contract.operation(id);
    let found = suite.case(id);
    let found = found.and_then(|case| Some((case, operation(&case.operation)?, operation(case.judged())?)));
    let Some((case, operation, judged)) = found else {
        return Err(Failure::input(unknown(id, suite.cases.iter().map(|case| case.id.as_str()))));
    };
    output::print(&explain(case, operation, judged));
    Ok(Exit::Held)
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
