//! `proofmark list` and `proofmark faults`.

use super::args::{ListArgs, Listing};
use super::input;
use super::output::{self, Failure};
use crate::contract::dialect::Dialect;
use crate::exit::Exit;
use crate::reference::{self, Fault};
use crate::report::text::line;
use serde_json::{Value, json};

/// `proofmark list`.
pub(super) fn cases(args: &ListArgs) -> Result<Exit, Failure> {
    if args.suite.dialect.as_deref() == Some("") {
        return dialects(args.format);
    }
    let suite = input::suite(&args.suite, None)?;
    let selection = input::selection(&args.select)?;
    let cases: Vec<_> = suite.cases.iter().filter(|case| selection.takes(case)).collect();
    if cases.is_empty() {
        return Err(Failure::input("the selection matches no case"));
    }
    if let Listing::Json = args.format {
        let list: Vec<Value> = cases
            .iter()
            .map(|case| {
                json!({
                    "id": case.id, "operation": case.operation, "level": case.level, "law": case.law,
                    "clause": case.clause, "title": case.title, "needs": case.needs,
                })
            })
            .collect();
        output::print(&format!("{}\n", serde_json::to_string_pretty(&list).map_err(Failure::own)?));
        return Ok(Exit::Held);
    }
    let mut text = String::new();
    for case in &cases {
        let level = format!("{:?}", case.level).to_uppercase();
        text.push_str(&format!(
            "{level:<6}  {}\n        {}\n        clause: {}\n",
            line(&case.id),
            line(&case.title),
            line(&case.clause)
        ));
        if !case.needs.is_empty() {
            text.push_str(&format!("        needs: {}\n", case.needs.join(", ")));
        }
    }
    text.push_str(&format!("{} cases\n", cases.len()));
    output::page(&text);
    Ok(Exit::Held)
}

/// `proofmark faults`.
pub(super) fn faults(format: Listing, suites: &[String]) -> Result<Exit, Failure> {
    let contract = crate::contract::suites::chosen(suites).map_err(Failure::input)?;
    let judged = |fault: &&Fault| contract.operations.iter().any(|operation| fault.names(&operation.id));
    let known: Vec<&Fault> = reference::faults().iter().filter(judged).collect();
    if let Listing::Json = format {
        let list: Vec<Value> = known
            .iter()
            .map(|fault| {
                json!({
                    "name": fault.name, "breaks": fault.summary, "law": fault.law, "race": fault.race,
                    "noticed_by": fault.noticed_by,
                })
            })
            .collect();
        output::print(&format!("{}\n", serde_json::to_string_pretty(&list).map_err(Failure::own)?));
        return Ok(Exit::Held);
    }
    let mut text = String::new();
    for fault in &known {
        text.push_str(&format!(
            "{}  ({})\n    {}\n    noticed by: {}\n",
            fault.name,
            fault.law,
            fault.summary,
            fault.noticed_by.join(", ")
        ));
    }
    text.push_str(&format!("{} faults\n", known.len()));
    output::page(&text);
    Ok(Exit::Held)
}

/// The built-in dialects.
fn dialects(format: Listing) -> Result<Exit, Failure> {
    let mut all = Vec::new();
    for name in Dialect::names() {
        all.push(Dialect::builtin(&name).map_err(Failure::own)?);
    }
    if let Listing::Json = format {
        let row = |one: &Dialect| json!({ "id": one.id, "title": one.title, "operations": one.operations, "open": one.open });
        let list: Vec<Value> = all.iter().map(row).collect();
        output::print(&format!("{}\n", serde_json::to_string_pretty(&list).map_err(Failure::own)?));
        return Ok(Exit::Held);
    }
    let mut text = String::new();
    for one in &all {
        let operations =
            if one.operations.is_empty() { "none".to_owned() } else { one.operations.join(", ") };
        text.push_str(&format!("{}\n    {}\n    documents: {operations}\n", one.id, one.title));
        text.extend(one.open.iter().map(|open| format!("    open: {open}\n")));
    }
    text.push_str(&format!("{} dialects\n", all.len()));
    output::page(&text);
    Ok(Exit::Held)
}
