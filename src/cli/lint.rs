//! `proofmark lint`.

use super::input;
use super::output::{self, Failure};
use crate::case::suite::Suite;
use crate::contract::document::Document;
use crate::contract::problem::Problem;
use crate::contract::suites::FAMILY;
use crate::contract::{self, Contract, lint as rules};
use crate::evidence::requirements::Requirements;
use crate::exit::Exit;
use std::path::Path;

/// Checks a contract or a case file.
pub(super) fn lint(path: &Path, contract: Option<&Path>) -> Result<Exit, Failure> {
    let text = input::text(path)?;
    let name = path.display().to_string();
    let document = Document::read_text(&name, &text).map_err(Failure::input)?;
    let set =
        document.value["format"].as_str().is_some_and(|format| format.starts_with("proofmark.requirements/"));
    let problems: Vec<Problem> = if set {
        Requirements::parse(&name, &text).err().map(|problems| problems.0).unwrap_or_default()
    } else if document.value.get("cases").is_some() {
        let contract = match contract {
            None => contract::suites::chosen(&[FAMILY.to_owned()]).map_err(Failure::own)?,
            Some(path) => input::contract(path)?,
        };
        crate::case::file::parse(&name, &text, &contract).err().map(|problems| problems.0).unwrap_or_default()
    } else if document.value.get("changes").is_some() {
        rules::dialect(&name, &text, contract)
    } else if ["openapi", "swagger", "overlay"].iter().any(|member| document.value.get(*member).is_some()) {
        match rules::load(path, None) {
            Ok(contract) => return Ok(whole(&name, contract)),
            Err(problems) => problems.0,
        }
    } else {
        vec![Problem::new(
            &name,
            "is neither a contract nor a case file, a dialect or a requirement set",
            "a contract has a member `openapi`, a case file has `cases`, a dialect `changes`, a requirement set the format `proofmark.requirements/1`",
        )]
    };
    if problems.is_empty() {
        output::page(&format!("{name}: no problems\n"));
        return Ok(Exit::Held);
    }
    Ok(refused(problems))
}

/// What is found when the payloads of a contract are made: nothing, or which operations are left out.
fn whole(name: &str, contract: Contract) -> Exit {
    let all = contract.operations.len();
    let suite = match Suite::new(contract, &[]) {
        Ok(suite) => suite,
        Err(problems) => return refused(problems.0),
    };
    let warnings = &suite.contract.warnings;
    for warning in warnings {
        output::note(&format!("warning: {warning}"));
    }
    if warnings.is_empty() {
        output::page(&format!("{name}: no problems\n"));
    } else {
        let served = suite.contract.operations.len();
        let left =
            format!("{} warnings; {served} of {all} operations that were read can be judged", warnings.len());
        output::page(&format!("{name}: {left}\n"));
    }
    Exit::Held
}

fn refused(problems: Vec<Problem>) -> Exit {
    let count = problems.len();
    output::error(&contract::problem::Problems(problems).to_string());
    output::note(&format!("{count} problem{}", if count == 1 { "" } else { "s" }));
    Exit::BadInput
}
