//! Checking a contract: its form against the published schemas, and what no schema can say.

use super::dialect::Dialect;
use super::document::Document;
use super::extension::{Extension, StatusClass};
use super::parts::Place;
use super::problem::{Problem, Problems};
use super::{Contract, Operation, files, load, walk};
use crate::schema::{Formats, Oracle, SchemaError, place, pointer};
use jsonschema::Registry;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const CONTRACT: &str = include_str!("../../schemas/contract.v1.json");
const EXTENSION: &str = include_str!("../../schemas/extension.v1.json");
const DIALECT: &str = include_str!("../../schemas/dialect.v1.json");
const EXTENSION_URI: &str = "urn:proofmark:schema:extension.v1";

/// Every problem of a contract's text; none for a sound one.
pub fn contract(name: &str, text: &str) -> Vec<Problem> {
    contract_in(name, text, None)
}

/// The same of a contract as a dialect has it; what comes of a change of the dialect is told at its line.
pub fn contract_in(name: &str, text: &str, dialect: Option<&Dialect>) -> Vec<Problem> {
    match Document::read_text(name, text) {
        Ok(document) => checked(&document, dialect).map_or_else(|problems| problems.0, |_| Vec::new()),
        Err(problem) => vec![problem],
    }
}

/// Reads a contract from a file and the files that it refers to, as a dialect has it, and checks it.
///
/// # Errors
/// Every problem found. What is wrong with an operation that has no extension of its own keeps that operation out,
/// and is a warning of the contract.
pub fn load(path: &Path, dialect: Option<&Dialect>) -> Result<Contract, Problems> {
    checked(&files::load(path)?, dialect)
}

fn checked(document: &Document, dialect: Option<&Dialect>) -> Result<Contract, Problems> {
    if document.value.get("swagger").is_some() {
        let mend = "convert the document to one that begins with `openapi: 3.1.0`";
        return Err(document.problem("/swagger", "Swagger 2.0 is not read", mend).into());
    }
    let spoken = dialect.map(|dialect| {
        let mut changed = document.clone();
        let applied = dialect.apply(&mut changed.value);
        (dialect, changed, applied)
    });
    let seen = spoken.as_ref().map_or(document, |(_, changed, _)| changed);
    let check = || {
        let problems = form(seen);
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let contract = load::contract(document.clone(), document.text(), dialect)?;
        let declared = contract.operations.iter().filter(|operation| !operation.guessed);
        let problems: Vec<Problem> = declared.flat_map(|one| Checker::new(seen, one).check()).collect();
        if problems.is_empty() { Ok(contract) } else { Err(Problems(problems)) }
    };
    check().map_err(|problems| match &spoken {
        Some((dialect, _, applied)) => dialect.blame(applied, problems),
        None => problems,
    })
}

/// Every problem of a dialect's text: its form, changes without a place and operations that are in none of the built-in
/// contracts and of this one, and what is wrong with those contracts in the dialect.
pub fn dialect(name: &str, text: &str, contract: Option<&Path>) -> Vec<Problem> {
    let document = match Document::parse(name, text) {
        Ok(document) => document,
        Err(problem) => return vec![problem],
    };
    let problems = against(DIALECT, &document, "see schemas/dialect.v1.json");
    if !problems.is_empty() {
        return problems;
    }
    let dialect = match Dialect::parse(name, text) {
        Ok(dialect) => dialect,
        Err(problems) => return problems.0,
    };
    let builtin = super::suites::documents().into_iter().map(|(name, text)| Document::parse(&name, text));
    let own = contract.map(files::load);
    let read: Result<Vec<Document>, Problem> = builtin.chain(own).collect();
    let read = match read {
        Ok(read) => read,
        Err(problem) => return vec![problem],
    };
    let documents: Vec<Value> = read.iter().map(|document| document.value.clone()).collect();
    let mut problems = dialect.strangers(&documents).0;
    let has = |id: &str| {
        let mut operations = documents.iter().filter_map(|document| document["paths"].as_object());
        operations.any(|paths| {
            let mut methods = paths.values().filter_map(Value::as_object).flat_map(|item| item.values());
            methods.any(|operation| operation["operationId"] == id)
        })
    };
    let strange = dialect.operations.iter().filter(|id| !has(id));
    problems.extend(strange.map(|id| dialect.operation_problem(id)));
    for document in &read {
        for problem in checked(document, Some(&dialect)).map_or_else(|problems| problems.0, |_| Vec::new()) {
            // A change with `*` does the same harm in many places.
            if !problems.iter().any(|known| known.line == problem.line && known.message == problem.message) {
                problems.push(problem);
            }
        }
    }
    problems
}

/// Problems with a document's form that one self-contained schema finds.
pub(crate) fn against(schema: &str, document: &Document, mend: &str) -> Vec<Problem> {
    let read = serde_json::from_str::<Value>(schema).map_err(|error| error.to_string());
    match read.and_then(|schema| jsonschema::validator_for(&schema).map_err(|error| error.to_string())) {
        Ok(validator) => validator
            .iter_errors(&document.value)
            .map(|error| document.problem(error.instance_path().as_str(), error.to_string(), mend))
            .collect(),
        Err(message) => vec![document.problem("", message, "this is a fault of proofmark")],
    }
}

/// Problems that the published schemas find.
fn form(document: &Document) -> Vec<Problem> {
    let broken = |message: String| vec![document.problem("", message, "this is a fault of proofmark")];
    let read = |text| serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
    let validator = read(CONTRACT).and_then(|contract| {
        let extension = read(EXTENSION)?;
        let registry = Registry::new()
            .add(EXTENSION_URI, extension)
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|error| error.to_string())?;
        jsonschema::options().with_registry(&registry).build(&contract).map_err(|error| error.to_string())
    });
    let validator = match validator {
        Ok(validator) => validator,
        Err(message) => return broken(message),
    };
    validator
        .iter_errors(&document.value)
        .map(|error| {
            let mend = "see schemas/contract.v1.json and schemas/extension.v1.json";
            document.problem(error.instance_path().as_str(), error.to_string(), mend)
        })
        .collect()
}

/// What no schema can say of one operation.
struct Checker<'a> {
    document: &'a Document,
    operation: &'a Operation,
    at: String,
    problems: Vec<Problem>,
}

impl<'a> Checker<'a> {
    fn new(document: &'a Document, operation: &'a Operation) -> Self {
        Self { document, operation, at: operation.at.clone(), problems: Vec::new() }
    }

    fn say(&mut self, tail: &str, message: String, mend: &str) {
        self.problems.push(self.document.problem(&format!("{}{tail}", self.at), message, mend));
    }

    fn check(mut self) -> Vec<Problem> {
        if !self.operation.foreign {
            self.schemas();
        }
        let rules = &self.operation.rules;
        self.statuses(rules);
        self.codes(rules);
        self.references(rules);
        self.pointers(rules);
        self.positions(rules);
        self.problems
    }

    fn schemas(&mut self) {
        match judge(&self.operation.request) {
            Err(error) => self.schema_problem(&self.request_at(), &error),
            Ok(oracle) if !self.operation.made_up => {
                for breach in oracle.breaches(&self.operation.example) {
                    let place = self.example_at(&breach.pointer);
                    self.say(&place, breach.message, "make the example satisfy the schema");
                }
            }
            // An example that was made up is made anew where it does not fit.
            Ok(_) => {}
        }
        for schema in self.operation.responses.values() {
            if let Err(error) = judge(schema) {
                let at = schema.at().strip_prefix(&self.at).map(ToOwned::to_owned);
                self.schema_problem(&at.unwrap_or_else(|| "/responses".to_owned()), &error);
            }
        }
    }

    /// Where the schema of the body stands below the operation.
    fn request_at(&self) -> String {
        self.body_at().map_or_else(String::new, |body| format!("{body}/schema"))
    }

    /// The media type of the body in JSON.
    fn body_at(&self) -> Option<String> {
        let content = format!("{}/requestBody/content", self.at);
        let media = self.document.value.pointer(&content)?.as_object()?.keys().next()?;
        Some(pointer::join("/requestBody/content", media))
    }

    /// Where a place in the example stands below the operation.
    fn example_at(&self, place: &str) -> String {
        let body = self.operation.layout.body_at();
        match (place.strip_prefix(body), self.body_at()) {
            (Some(rest), Some(at)) => format!("{at}/example{rest}"),
            _ => "/parameters".to_owned(),
        }
    }

    fn statuses(&mut self, rules: &Extension) {
        for class in [StatusClass::Success, StatusClass::Refused] {
            if !rules.statuses.values().any(|status| status.class == class) {
                let class = format!("{class:?}").to_lowercase();
                self.say("/x-proofmark/statuses", format!("no status is of class {class}"), "add one");
            }
        }
        for (literal, status) in &rules.statuses {
            for code in &status.codes {
                let known = rules.codes.iter().find(|entry| entry.code == *code);
                if known.is_none_or(|entry| !entry.statuses.contains(literal)) {
                    self.say(
                        &format!("/x-proofmark/statuses/{literal}/codes"),
                        format!("the catalogue has no code {code} with status {literal}"),
                        "add it to `codes`, or remove it here",
                    );
                }
            }
        }
    }

    fn codes(&mut self, rules: &Extension) {
        let mut seen = BTreeSet::new();
        for (index, entry) in rules.codes.iter().enumerate() {
            if !seen.insert(&entry.code) {
                let place = format!("/x-proofmark/codes/{index}");
                self.say(
                    &place,
                    format!("the code {} is there twice", entry.code),
                    "keep one entry with all its statuses",
                );
            }
            let known = |status: &str| {
                let of_class = || status.get(..1).map(|class| format!("{class}XX"));
                rules.statuses.contains_key(status)
                    || (rules.outcome.by_http()
                        && of_class().is_some_and(|class| rules.statuses.contains_key(&class)))
            };
            for status in entry.statuses.iter().filter(|status| !known(status)) {
                let place = format!("/x-proofmark/codes/{index}/statuses");
                self.say(
                    &place,
                    format!("there is no status {status}"),
                    "add it to `statuses`, or remove it here",
                );
            }
        }
        for (name, situation) in &rules.situations {
            if situation.codes.is_empty() && situation.statuses.is_empty() {
                let place = format!("/x-proofmark/situations/{name}");
                self.say(
                    &place,
                    format!("nothing answers the situation {name}"),
                    "give it `codes` or `statuses`",
                );
            }
            for code in situation.codes.iter().filter(|code| self.operation.code(code).is_none()) {
                let place = format!("/x-proofmark/situations/{name}/codes");
                self.say(
                    &place,
                    format!("the catalogue has no code {code}"),
                    "add it to `codes`, or remove it here",
                );
            }
        }
    }

    fn references(&mut self, rules: &Extension) {
        let mut named = vec![("/x-proofmark/invalid".to_owned(), &rules.invalid)];
        named.extend(rules.busy.iter().map(|name| ("/x-proofmark/busy".to_owned(), name)));
        named.extend(rules.unreadable.iter().map(|name| ("/x-proofmark/unreadable".to_owned(), name)));
        let missing = rules.idempotency.iter().filter_map(|i| i.missing.as_ref());
        named.extend(missing.map(|name| ("/x-proofmark/idempotency/missing".to_owned(), name)));
        named.extend(
            rules.idempotency.iter().map(|i| ("/x-proofmark/idempotency/conflict".to_owned(), &i.conflict)),
        );
        let in_progress = rules.idempotency.iter().filter_map(|i| i.in_progress.as_ref());
        named.extend(in_progress.map(|name| ("/x-proofmark/idempotency/in-progress".to_owned(), name)));
        for (index, credential) in rules.credentials.iter().enumerate() {
            named.push((format!("/x-proofmark/credentials/{index}/unknown"), &credential.unknown));
        }
        for (place, name) in named {
            if !rules.situations.contains_key(name) {
                self.say(
                    &place,
                    format!("there is no situation `{name}`"),
                    "add it to `situations`, or name another",
                );
            }
        }
        for (name, situation) in &rules.situations {
            if let Some(id) = situation.position.filter(|id| self.operation.position(*id).is_none()) {
                let place = format!("/x-proofmark/situations/{name}/position");
                self.say(
                    &place,
                    format!("there is no position {id}"),
                    "add it to `positions`, or remove it here",
                );
            }
        }
    }

    /// Pointers into the request must lead somewhere in its example, those into the response in its schema.
    fn pointers(&mut self, rules: &Extension) {
        let mut pointers: Vec<(String, &str)> = Vec::new();
        pointers.extend(rules.idempotency.iter().map(|i| ("/idempotency/key".to_owned(), i.key.as_str())));
        for (index, credential) in rules.credentials.iter().enumerate() {
            if !credential.when_present {
                pointers.push((format!("/credentials/{index}/pointer"), &credential.pointer));
            }
        }
        for (index, fixture) in rules.fixtures.iter().enumerate() {
            pointers.push((format!("/fixtures/{index}/pointer"), &fixture.pointer));
        }
        if let Some(idempotency) = &rules.idempotency {
            for (index, parameter) in idempotency.parameters.iter().enumerate() {
                pointers.push((format!("/idempotency/parameters/{index}"), parameter));
            }
        }
        for (place, pointer) in pointers {
            let parameter = || {
                let tokens = pointer::tokens(pointer);
                let place = tokens.first().and_then(|place| Place::named(place));
                place
                    .zip(tokens.get(1))
                    .is_some_and(|(place, name)| self.operation.layout.parameter(place, name).is_some())
            };
            let example = &self.operation.example;
            if example.pointer(&place::concrete(example, pointer)).is_none() && !parameter() {
                let message = format!("{pointer} leads nowhere in the request's example");
                self.say(&format!("/x-proofmark{place}"), message, "correct the pointer or the example");
            }
        }
        let outcome = &rules.outcome;
        let mut answers = Vec::new();
        answers.extend((!outcome.by_http()).then_some(("/outcome/status", &outcome.status)));
        answers.extend(outcome.code.iter().map(|code| ("/outcome/code", code)));
        answers.extend(rules.issued.iter().map(|issued| ("/issued", &issued.pointer)));
        answers.extend(outcome.message.iter().map(|message| ("/outcome/message", message)));
        answers.extend(rules.effect.iter().map(|effect| ("/effect/id", &effect.id)));
        for (place, pointer) in answers {
            if !self.operation.responses.values().any(|schema| walk::describes(schema, pointer)) {
                let message = format!("{pointer} is in no response schema");
                self.say(
                    &format!("/x-proofmark{place}"),
                    message,
                    "correct the pointer, or describe it in a response",
                );
            }
        }
    }

    fn positions(&mut self, rules: &Extension) {
        let mut seen = BTreeSet::new();
        for (index, position) in rules.positions.iter().enumerate().filter(|(_, p)| !seen.insert(p.id)) {
            let place = format!("/x-proofmark/positions/{index}/id");
            self.say(
                &place,
                format!("there are two positions {}", position.id),
                "give each a number of its own",
            );
        }
    }

    /// A problem with a schema, at the place in the document where the schema says it is.
    fn schema_problem(&mut self, place: &str, error: &SchemaError) {
        // Schemas are read with the document's components beside them, so their pointers are the document's.
        let pointer = if self.document.value.pointer(&error.pointer).is_some() && !error.pointer.is_empty() {
            error.pointer.clone()
        } else {
            format!("{}{place}{}", self.at, error.pointer)
        };
        self.problems.push(self.document.problem(&pointer, error.message.clone(), error.mend.clone()));
    }
}

/// The validator of a schema that payloads can be made for.
fn judge(schema: &Value) -> Result<Oracle, SchemaError> {
    crate::schema::check(schema)?;
    Oracle::new(schema, Formats::Annotated)
}
