//! `proofmark lint`.

use super::input;
use super::output::{self, Failure};
use crate::contract::document::Document;
use crate::contract::problem::Problem;
use crate::contract::suites::FAMILY;
use crate::contract::{self, Contract, lint as rules};
use crate::exit::Exit;
use std::path::Path;

/// Checks a contract or a case file.
pub(super) fn lint(path: &Path, contract: Option<&Path>) -> Result<Exit, Failure> {
    let text = input::text(path)?;
    let name = path.display().to_string();
    let document = Document::parse(&name, &text).map_err(Failure::input)?;
    let problems: Vec<Problem> = if document.value.get("cases").is_some() {
        let contract = match contract {
            None => contract::suites::chosen(&[FAMILY.to_owned()]).map_err(Failure::own)?,
            Some(path) => {
                Contract::parse(&path.display().to_string(), &input::text(path)?).map_err(Failure::input)?
            }
        };
        crate::case::file::parse(&name, &text, &contract).err().map(|problems| problems.0).unwrap_or_default()
    } else if document.value.get("openapi").is_some() {
        rules::contract(&name, &text)
    } else {
        vec![Problem::new(
            &name,
            "is neither a contract nor a case file",
            "a contract has a member `openapi`, a case file has `cases`",
        )]
    };
    if problems.is_empty() {
        output::print(&format!("{name}: no problems\n"));
        return Ok(Exit::Held);
    }
    let count = problems.len();
    output::error(&contract::problem::Problems(problems).to_string());
    output::note(&format!("{count} problem{}", if count == 1 { "" } else { "s" }));
    Ok(Exit::BadInput)
}
