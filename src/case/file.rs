//! Reading case files.

mod binding;
mod edits;
mod feeds;
mod spread;

use super::credentials;
use super::grade::{Law, Level};
use super::model::{Case, Plan};
use super::programs::Programs;
use super::rule::Rule;
use super::script::{Script, SignatureEdit, Step, Writing};
use crate::contract::document::Document;
use crate::contract::problem::{Problem, Problems};
use crate::contract::{Contract, Operation};
use crate::schema::{Formats, Oracle};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The part of a file that says what it is about.
#[derive(Deserialize)]
struct Named {
    operation: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(rename = "operation")]
    _operation: String,
    group: String,
    law: Law,
    cases: Vec<CaseEntry>,
}

/// A case as a file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseEntry {
    id: String,
    title: String,
    clause: String,
    level: Level,
    #[serde(default)]
    law: Option<Law>,
    #[serde(default)]
    position: Option<u32>,
    fix: String,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    send: Vec<Step>,
    #[serde(default)]
    programs: Option<Programs>,
    expect: Rule,
}

/// Reads the cases of one file. A file that names several `operations` has its cases once for each of them.
///
/// # Errors
/// Every problem found: members that do not fit, an unknown operation, situation, step or position, an id
/// that is there twice.
pub fn parse(name: &str, text: &str, contract: &Contract) -> Result<Vec<Case>, Problems> {
    let document = Document::parse(name, text)?;
    let Some(names) = spread::operations(&document)? else {
        let named = document.read::<Named>("")?.operation;
        let operation = known(&document, "/operation", &named, contract)?;
        return of_operation(&document, contract, operation);
    };
    let mut cases = Vec::new();
    let mut problems = Vec::new();
    // A suite takes of a file what is about its own operations.
    let judged = names.iter().enumerate().filter(|(_, name)| !contract.is_sibling(name));
    for (index, name) in judged {
        let read = known(&document, &format!("/operations/{index}"), name, contract)
            .and_then(|operation| Ok((operation, spread::of(&document, operation)?)))
            .map_err(Problems::from)
            .and_then(|(operation, own)| of_operation(&own, contract, operation));
        match read {
            Ok(read) => cases.extend(read),
            Err(found) => {
                let new: Vec<Problem> = found.0.into_iter().filter(|new| !problems.contains(new)).collect();
                problems.extend(new);
            }
        }
    }
    if problems.is_empty() { Ok(cases) } else { Err(Problems(problems)) }
}

/// The operations that a file names, where it names several; a file that cannot be read names none. Only this member
/// of it is read, since the whole takes long.
pub fn operations(name: &str, text: &str) -> Vec<String> {
    let mut member = String::new();
    let before = |line: &&str| !line.starts_with(spread::OPERATIONS);
    for (at, line) in text.lines().skip_while(before).enumerate() {
        if at > 0 && line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            break;
        }
        member.push_str(line);
        member.push('\n');
    }
    let named = Document::parse(name, &member).and_then(|document| spread::operations(&document));
    named.ok().flatten().unwrap_or_default()
}

fn known<'a>(
    document: &Document,
    at: &str,
    name: &str,
    contract: &'a Contract,
) -> Result<&'a Operation, Problem> {
    contract.operations.iter().find(|known| known.id == name).ok_or_else(|| {
        let known: Vec<_> = contract.operations.iter().map(|o| o.id.as_str()).collect();
        document.problem(
            at,
            format!("the contract has no operation `{name}`"),
            format!("name one of: {}", known.join(", ")),
        )
    })
}

fn of_operation(
    document: &Document,
    contract: &Contract,
    operation: &Operation,
) -> Result<Vec<Case>, Problems> {
    let file: CaseFile = document.read("")?;
    let mut problems = Vec::new();
    problems.extend(check_id(document, "/group", &file.group));
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for (index, entry) in file.cases.into_iter().enumerate() {
        let at = format!("/cases/{index}");
        if !seen.insert(entry.id.clone()) {
            problems.push(document.problem(
                &format!("{at}/id"),
                format!("the id `{}` is there twice", entry.id),
                "give each case an id of its own",
            ));
        }
        problems.extend(check(document, &at, contract, operation, &entry));
        cases.extend(case(contract, operation, &file.group, file.law, entry));
    }
    if problems.is_empty() { Ok(cases) } else { Err(Problems(problems)) }
}

/// The case of an entry; nothing where the contract does not bind the target to it.
pub(super) fn case(
    contract: &Contract,
    operation: &Operation,
    group: &str,
    law: Law,
    entry: CaseEntry,
) -> Option<Case> {
    let needs = needs(contract, operation, &entry);
    let level = binding::level(operation, &entry)?;
    Some(Case {
        id: format!("{}/{group}/{}", operation.id, entry.id),
        operation: operation.id.clone(),
        title: entry.title,
        clause: entry.clause,
        level,
        law: entry.law.unwrap_or(law),
        position: entry.position,
        fix: entry.fix,
        needs,
        plan: match entry.programs {
            Some(programs) => Plan::Programs(Box::new(programs)),
            None => Plan::Written(Script(entry.send)),
        },
        rule: entry.expect,
    })
}

fn check(
    document: &Document,
    at: &str,
    contract: &Contract,
    operation: &Operation,
    entry: &CaseEntry,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(check_id(document, &format!("{at}/id"), &entry.id));
    match &entry.programs {
        None if entry.send.is_empty() => {
            problems.push(document.problem(&format!("{at}/send"), "sends nothing", "add at least one step"));
        }
        None => {}
        Some(programs) => problems.extend(check_programs(document, at, contract, operation, entry, programs)),
    }
    if let Some(first) = entry.send.first().filter(|step| step.beside) {
        problems.push(document.problem(
            &format!("{at}/send/0/beside"),
            format!("no step comes before `{}`", first.role),
            "remove it here: the next step is the one that goes out together with this one",
        ));
    }
    let mut roles: Vec<&str> = Vec::new();
    for (index, step) in entry.send.iter().enumerate() {
        if let Some(of) = &step.key.of
            && !roles.contains(&of.as_str())
        {
            problems.push(document.problem(
                &format!("{at}/send/{index}/key/of"),
                format!("no earlier step is called `{of}`"),
                "name a step that comes before this one",
            ));
        }
        if roles.contains(&step.role.as_str()) {
            problems.push(document.problem(
                &format!("{at}/send/{index}/as"),
                format!("two steps are called `{}`", step.role),
                "give each step a name of its own",
            ));
        }
        roles.push(&step.role);
        let place = format!("{at}/send/{index}");
        let before = entry.send.get(..index).unwrap_or_default();
        problems.extend(feeds::check(document, &place, contract, operation, before, step));
        for excess in step.excesses() {
            let pointer = format!("{place}{}", excess.at);
            problems.push(document.problem(&pointer, excess.message, excess.mend));
        }
        for lost in edits::lost(&called(contract, operation, step).example, step) {
            problems.push(document.problem(&format!("{place}{}", lost.at), lost.message, lost.mend));
        }
    }
    for role in entry.expect.roles() {
        if !roles.contains(&role) {
            problems.push(document.problem(
                &format!("{at}/expect"),
                format!("no step is called `{role}`"),
                format!("name one of: {}", roles.join(", ")),
            ));
        }
    }
    let first = entry.expect.roles().first().copied();
    let judged = entry.send.iter().find(|step| Some(step.role.as_str()) == first);
    let judged = judged.map_or(operation, |step| called(contract, operation, step));
    for situation in entry.expect.situations().into_iter().filter(|name| judged.situation(name).is_none()) {
        let known: Vec<_> = judged.rules.situations.keys().map(String::as_str).collect();
        let member = if let Rule::Cause { .. } = &entry.expect { "situations" } else { "situation" };
        problems.push(document.problem(
            &format!("{at}/expect/{member}"),
            format!("the contract has no situation `{situation}`"),
            format!("name one of: {}", known.join(", ")),
        ));
    }
    if let Rule::Shows { schema, .. } = &entry.expect
        && let Err(error) = Oracle::new(schema, Formats::Annotated)
    {
        let place = format!("{at}/expect/schema{}", error.pointer);
        problems.push(document.problem(&place, error.message, error.mend));
    }
    if let Some(position) = entry.position
        && operation.position(position).is_none()
    {
        problems.push(document.problem(
            &format!("{at}/position"),
            format!("the contract has no position {position}"),
            "add it to the contract's `positions`, or remove it here",
        ));
    }
    problems
}

fn check_programs(
    document: &Document,
    at: &str,
    contract: &Contract,
    operation: &Operation,
    entry: &CaseEntry,
    programs: &Programs,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !entry.send.is_empty() {
        problems.push(document.problem(
            &format!("{at}/programs"),
            "both steps and programs are sent",
            "keep one of `send` and `programs`",
        ));
    }
    if let Some((place, message)) = programs.fault() {
        problems.push(document.problem(&format!("{at}/programs{place}"), message, "change it"));
    }
    match programs.steps() {
        Err((index, message)) => problems.push(document.problem(
            &format!("{at}/programs/kinds/{index}"),
            message,
            "write members of a step, such as `set` or `new-connection`",
        )),
        Ok(steps) => {
            for (index, step) in steps.iter().enumerate() {
                let place = format!("{at}/programs/kinds/{index}");
                for excess in step.excesses() {
                    problems.push(document.problem(
                        &format!("{place}{}", excess.at),
                        excess.message,
                        excess.mend,
                    ));
                }
                problems.extend(feeds::check(document, &place, contract, operation, &[], step));
                for lost in edits::lost(&called(contract, operation, step).example, step) {
                    problems.push(document.problem(&format!("{place}{}", lost.at), lost.message, lost.mend));
                }
            }
        }
    }
    problems
}

/// Ids are parts of paths, of patterns and of file names, and are typed into shells.
fn check_id(document: &Document, at: &str, id: &str) -> Option<Problem> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let wrong = id.is_empty() || !id.chars().all(fits);
    wrong.then(|| {
        document.problem(
            at,
            format!("`{id}` cannot be part of a case id"),
            "make it of letters, digits, `-`, `_` and `.`",
        )
    })
}

/// The operation that a step calls.
fn called<'a>(contract: &'a Contract, operation: &'a Operation, step: &Step) -> &'a Operation {
    step.operation.as_ref().and_then(|id| contract.operation(id)).unwrap_or(operation)
}

/// What the configuration must hold for these steps to be sent and judged.
fn needs(contract: &Contract, operation: &Operation, entry: &CaseEntry) -> Vec<String> {
    let mut needs: BTreeSet<String> = entry.needs.iter().cloned().collect();
    let kinds = entry.programs.iter().flat_map(|programs| programs.steps().unwrap_or_default());
    for step in &entry.send.iter().cloned().chain(kinds).collect::<Vec<_>>() {
        let operation = called(contract, operation, step);
        if !matches!(step.write, Writing::Text(_)) {
            needs.extend(credential_names(operation, step));
        }
        needs.extend(step.client.iter().map(|name| format!("clients.{name}")));
        if let SignatureEdit::KeyOf(name) = &step.signature {
            needs.insert(format!("clients.{name}"));
        }
        if step.edits_signing(&operation.rules.headers) {
            needs.insert("client.private_key".to_owned());
        }
    }
    match &entry.expect {
        Rule::ResponseSignature { .. } => {
            needs.insert("client.server_public_key".to_owned());
        }
        Rule::ResponseHeader { .. } => {
            needs.insert("client.private_key".to_owned());
        }
        _ => {}
    }
    needs.into_iter().collect()
}

/// The credentials that a step uses, as members of the configuration.
fn credential_names(operation: &Operation, step: &Step) -> Vec<String> {
    let used = step.credentials(operation);
    used.into_iter().filter_map(|(credential, kind)| credentials::name(credential, kind)).collect()
}

impl Rule {
    /// The steps that the rule looks at.
    pub fn roles(&self) -> Vec<&str> {
        match self {
            Self::Taken { of, after_refused } => {
                std::iter::once(of).chain(after_refused.as_ref()).map(String::as_str).collect()
            }
            Self::Refused { of, .. }
            | Self::TakenOnce { of }
            | Self::Code { of, .. }
            | Self::Orderly { of }
            | Self::Untaken { of }
            | Self::Effects { of, .. }
            | Self::Schema { of, .. }
            | Self::Pairing { of, .. }
            | Self::HttpStatus { of, .. }
            | Self::MediaType { of }
            | Self::Charset { of }
            | Self::Documented { of, .. }
            | Self::EffectId { of, .. }
            | Self::Member { of, .. }
            | Self::Shows { of, .. }
            | Self::ResponseHeader { of, .. }
            | Self::ResponseSignature { of } => vec![of],
            Self::Alike { control, of, .. } | Self::Cause { control, of, .. } => vec![control, of],
            Self::Bound { inside, at, beyond, .. } => vec![inside, at, beyond],
            Self::AlikeAnswers { control, of } => {
                std::iter::once(control).chain(of).map(String::as_str).collect()
            }
            Self::SameResult { first, again } => {
                std::iter::once(first).chain(again).map(String::as_str).collect()
            }
            Self::EachSameResult { pairs } => {
                pairs.iter().flat_map(|(first, again)| [first, again]).map(String::as_str).collect()
            }
            Self::OneResult { bursts, after } => bursts.iter().chain([after]).map(String::as_str).collect(),
            Self::NoSecondEffect { first, other } => vec![first, other],
            Self::History => Vec::new(),
            Self::Distinct { of } | Self::SameRefusal { of } => of.iter().map(String::as_str).collect(),
            Self::Settles { of, again, .. } => {
                std::iter::once(of).chain(again.as_ref()).map(String::as_str).collect()
            }
        }
    }
}
