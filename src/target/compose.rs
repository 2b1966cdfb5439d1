//! From a step to a request: fixtures, credentials and keys filled in, written down, signed.

use super::keys::SigningKey;
use super::stamp::{Stamps, changed};
use super::write;
use crate::case::credentials::name;
use crate::case::script::{MADE_UP, Step, Times, Writing};
use crate::config::Config;
use crate::contract::extension::Form;
use crate::contract::{Contract, Operation, parts};
use crate::exchange::Headers;
use crate::exchange::pack::packed;
use crate::schema::place::{concrete, put, take, vary};
use bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything that requests are composed from, beside the step itself.
pub struct Composer<'a> {
    /// The contract, for steps that call another operation of it.
    pub contract: &'a Contract,
    /// The operation that is called by steps that name none.
    pub operation: &'a Operation,
    /// Who calls, with which credentials and fixtures.
    pub config: &'a Config,
    /// The keys that sign, by the client that a step names, `None` for the usual one; requests go unsigned without.
    pub signing_keys: &'a BTreeMap<Option<String>, SigningKey>,
    /// Where keys come from.
    pub stamps: &'a Stamps,
    /// The path of the target's base URL.
    pub base: &'a str,
    /// What makes the keys of this script different from those of all others in the run.
    pub label: String,
}

/// A request without its time and signature, which belong to each sending.
pub struct Draft {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The part of them that is signed.
    pub signed: String,
    /// Header fields that follow from the document: the media type, parameters, credentials.
    pub fields: Headers,
    /// The body.
    pub body: Bytes,
    /// The idempotency key, where the document has one that is text.
    pub key: Option<String>,
    /// The document that the body was written from.
    pub document: Value,
}

/// What a document takes from elsewhere, by JSON pointer: out of earlier answers, or a credential that was drawn.
pub type Given = BTreeMap<String, Value>;

impl<'a> Composer<'a> {
    /// The operation that a step calls.
    pub fn called(&self, step: &Step) -> &'a Operation {
        let other = step.operation.as_ref().and_then(|id| self.contract.operation(id));
        other.unwrap_or(self.operation)
    }

    /// The drafts of a step; a series or burst has one a copy. `keys` are those of the steps before, by role, and
    /// `given` is what each copy takes from elsewhere, where there is anything.
    pub fn row(&self, step: &Step, keys: &mut BTreeMap<String, String>, given: &[Given]) -> Vec<Draft> {
        let each = matches!(step.times, Times::Series(_));
        let mut row = Vec::with_capacity(step.copies());
        let nothing = Given::default();
        for copy in 0..step.copies() {
            let label = self.label(step, copy, each);
            let key = self.key(step, &label, keys);
            row.push(self.draft(step, &key, &label, given.get(copy).unwrap_or(&nothing)));
            keys.insert(step.role.clone(), key);
        }
        row
    }

    fn label(&self, step: &Step, copy: usize, each: bool) -> String {
        format!("{}#{}#{}", self.label, step.role, if each { copy } else { 0 })
    }

    fn key(&self, step: &Step, label: &str, keys: &BTreeMap<String, String>) -> String {
        let base = step.key.of.as_ref().and_then(|role| keys.get(role)).cloned();
        let base = base.unwrap_or_else(|| {
            let form = self.called(step).rules.idempotency.as_ref().map(|idempotency| idempotency.form);
            if step.key.digits {
                self.stamps.fresh_digits(label)
            } else if form == Some(Form::Uuid) && step.key.length.is_none() {
                self.stamps.fresh_uuid(label)
            } else {
                self.stamps.fresh(label, step.key.length)
            }
        });
        step.key.change.as_ref().map_or(base.clone(), |change| changed(&base, change))
    }

    fn draft(&self, step: &Step, key: &str, label: &str, given: &Given) -> Draft {
        let operation = self.called(step);
        let document = self.document(step, key, label, given);
        let pointer = operation.rules.idempotency.as_ref().map(|idempotency| idempotency.key.as_str());
        let in_body = pointer.is_some_and(|pointer| operation.layout.is_plain(pointer));
        let text = !in_body || !matches!(step.write, Writing::Text(_));
        let sent =
            pointer.filter(|_| text).and_then(|pointer| document.pointer(pointer)).and_then(Value::as_str);
        let layout = &operation.layout;
        let (path, mut fields) = if layout.parted {
            parts::target(layout, &operation.path, &document)
        } else {
            (operation.path.clone(), Headers::new())
        };
        let (media, body) = match (&layout.body, &step.write) {
            (Some(about), _) => match layout.body(&document) {
                Some(content) => write::content(about, content, &step.write),
                None => (None, write::nothing(&step.write)),
            },
            (None, writing) => (None, write::nothing(writing)),
        };
        if let Some(media) = media {
            fields.insert(0, ("Content-Type".to_owned(), media));
        }
        let (path, signed) = self.place(&path, step);
        Draft {
            method: step.method.clone().unwrap_or_else(|| operation.method.clone()),
            path,
            signed,
            fields,
            body: if step.wire.gzip { packed(&body).into() } else { body.into() },
            key: sent.map(ToOwned::to_owned),
            document,
        }
    }

    fn document(&self, step: &Step, key: &str, label: &str, given: &Given) -> Value {
        let operation = self.called(step);
        let rules = &operation.rules;
        let mut document = operation.example.clone();
        self.fill_fixtures(operation, &mut document, "", false);
        for (pointer, value) in &step.set {
            let pointer = concrete(&document, pointer);
            let value = match (value, step.key.stamp) {
                (Value::String(text), true)
                    if rules.idempotency.as_ref().is_some_and(|i| i.key == pointer) =>
                {
                    Value::from(self.stamps.over(text, label))
                }
                _ => value.clone(),
            };
            put(&mut document, &pointer, value);
            self.fill_fixtures(operation, &mut document, &pointer, true);
        }
        for pointer in &step.remove {
            let pointer = concrete(&document, pointer);
            take(&mut document, &pointer);
        }
        for (credential, kind) in step.credentials(operation) {
            let value = match name(credential, kind).and_then(|name| self.config.secrets.get(&name)) {
                Some(secret) => secret.expose().to_owned(),
                _ => format!("{MADE_UP}-{}", &blake3::hash(label.as_bytes()).to_hex()[..16]),
            };
            put(&mut document, &credential.pointer, credential.text(&value).into());
        }
        if let Some(idempotency) = rules.idempotency.as_ref().filter(|i| step.leaves(&i.key)) {
            put(&mut document, &idempotency.key, key.into());
        }
        for (pointer, value) in given {
            let pointer = concrete(&document, pointer);
            put(&mut document, &pointer, value.clone());
        }
        for pointer in &step.vary {
            let pointer = concrete(&document, pointer);
            document.pointer_mut(&pointer).map(vary);
        }
        document
    }

    /// Puts fixtures that lie below `changed` into place, in every item of the arrays on the way.
    fn fill_fixtures(&self, operation: &Operation, document: &mut Value, changed: &str, edited: bool) {
        for fixture in &operation.rules.fixtures {
            let below = fixture.pointer.strip_prefix(changed).is_some_and(|rest| rest.starts_with('/'));
            let Some(value) =
                self.config.values.pointer(&fixture.config).filter(|value| below && !is_empty(value))
            else {
                continue;
            };
            let segments: Vec<&str> = fixture.pointer.split('/').skip(1).collect();
            // Before any edit, what stands there is the contract's example and not generated text.
            adopt(document, &segments, value, edited);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// Gives the place a fixture's value, in every item of an array on the way. Of generated text that stands
/// there, as much is kept as the fixture has members for: names must be known to the target, values vary.
fn adopt(document: &mut Value, segments: &[&str], fixture: &Value, keep: bool) {
    let Some((first, rest)) = segments.split_first() else {
        *document = match (&*document, fixture) {
            (Value::Object(drawn), Value::Object(known)) if keep && drawn.keys().ne(known.keys()) => {
                let mut texts = drawn.values().filter(|value| value.is_string());
                Value::Object(
                    known
                        .iter()
                        .map(|(name, value)| (name.clone(), texts.next().unwrap_or(value).clone()))
                        .collect(),
                )
            }
            _ => fixture.clone(),
        };
        return;
    };
    match document {
        Value::Array(items) if first.parse::<usize>().is_ok() => {
            for item in items {
                adopt(item, rest, fixture, keep);
            }
        }
        Value::Object(members) => {
            if let Some(member) = members.get_mut(*first) {
                adopt(member, rest, fixture, keep);
            }
        }
        _ => {}
    }
}
