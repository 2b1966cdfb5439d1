//! Checking a contract: its form against the published schemas, and what no schema can say.

use super::document::Document;
use super::extension::{Extension, StatusClass};
use super::problem::Problem;
use super::{Contract, Operation, walk};
use crate::schema::{Formats, Oracle, SchemaError, place, pointer};
use jsonschema::Registry;
use serde_json::Value;
use std::collections::BTreeSet;

const CONTRACT: &str = include_str!("../../schemas/contract.v1.json");
const EXTENSION: &str = include_str!("../../schemas/extension.v1.json");
const EXTENSION_URI: &str = "urn:proofmark:schema:extension.v1";

/// Every problem of a contract's text; none for a sound one.
pub fn contract(name: &str, text: &str) -> Vec<Problem> {
    let document = match Document::parse(name, text) {
        Ok(document) => document,
        Err(problem) => return vec![problem],
    };
    let problems = form(&document);
    if !problems.is_empty() {
        return problems;
    }
    let contract = match Contract::parse(name, text) {
        Ok(contract) => contract,
        Err(problems) => return problems.0,
    };
    contract.operations.iter().flat_map(|operation| Checker::new(&document, operation).check()).collect()
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
        let path = pointer::join("/paths", &operation.path);
        let at = format!("{path}/{}", operation.method.to_lowercase());
        Self { document, operation, at, problems: Vec::new() }
    }

    fn say(&mut self, tail: &str, message: String, mend: &str) {
        self.problems.push(self.document.problem(&format!("{}{tail}", self.at), message, mend));
    }

    fn check(mut self) -> Vec<Problem> {
        self.schemas();
        let rules = &self.operation.rules;
        self.statuses(rules);
        self.codes(rules);
        self.references(rules);
        self.pointers(rules);
        self.positions(rules);
        self.problems
    }

    fn schemas(&mut self) {
        let body = "/requestBody/content/application~1json";
        match judge(&self.operation.request) {
            Err(error) => self.schema_problem(&format!("{body}/schema"), &error),
            Ok(oracle) => {
                for breach in oracle.breaches(&self.operation.example) {
                    let place = format!("{body}/example{}", breach.pointer);
                    self.say(&place, breach.message, "make the example satisfy the schema");
                }
            }
        }
        for (status, schema) in &self.operation.responses {
            if let Err(error) = judge(schema) {
                self.schema_problem(&format!("/responses/{status}/content/application~1json/schema"), &error);
            }
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
            for status in entry.statuses.iter().filter(|status| !rules.statuses.contains_key(*status)) {
                let place = format!("/x-proofmark/codes/{index}/statuses");
                self.say(
                    &place,
                    format!("there is no status {status}"),
                    "add it to `statuses`, or remove it here",
                );
            }
        }
        for (name, situation) in &rules.situations {
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
            let example = &self.operation.example;
            if example.pointer(&place::concrete(example, pointer)).is_none() {
                let message = format!("{pointer} leads nowhere in the request's example");
                self.say(&format!("/x-proofmark{place}"), message, "correct the pointer or the example");
            }
        }
        let outcome = &rules.outcome;
        let mut answers = vec![("/outcome/status", &outcome.status), ("/outcome/code", &outcome.code)];
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
        let pointer = if error.pointer.starts_with("/components/") {
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
