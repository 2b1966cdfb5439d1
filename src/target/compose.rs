//! From a step to a request: fixtures, credentials and keys filled in, written down, signed.

use super::keys::SigningKey;
use super::stamp::{Stamps, changed};
use super::write;
use crate::case::script::{MADE_UP, Script, Step, Times, Writing};
use crate::config::Config;
use crate::contract::extension::Form;
use crate::contract::{Operation, parts};
use crate::exchange::Headers;
use crate::schema::place::{concrete, put, take};
use bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything that requests are composed from, beside the step itself.
pub struct Composer<'a> {
    /// The operation that is called.
    pub operation: &'a Operation,
    /// Who calls, with which credentials and fixtures.
    pub config: &'a Config,
    /// The keys that sign, by the client that a step names, `None` for the usual one; requests go unsigned without.
    pub signing_keys: &'a BTreeMap<Option<String>, SigningKey>,
    /// Where keys come from.
    pub stamps: &'a Stamps,
    /// What stands before the operation's path: the path of the target's URL, and the contract's base path.
    pub prefix: String,
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
}

impl Composer<'_> {
    /// The drafts of all steps by role; a series or burst has one a copy.
    pub fn drafts(&self, script: &Script) -> Vec<Vec<Draft>> {
        let mut keys: BTreeMap<String, String> = BTreeMap::new();
        let mut drafts = Vec::with_capacity(script.0.len());
        for step in &script.0 {
            let copies = step.copies();
            let each = matches!(step.times, Times::Series(_));
            let mut row = Vec::with_capacity(copies);
            for copy in 0..copies {
                let label = format!("{}#{}#{}", self.label, step.role, if each { copy } else { 0 });
                let key = self.key(step, &label, &keys);
                let draft = self.draft(step, &key, &label);
                keys.insert(step.role.clone(), key);
                row.push(draft);
            }
            drafts.push(row);
        }
        drafts
    }

    fn key(&self, step: &Step, label: &str, keys: &BTreeMap<String, String>) -> String {
        let base = step.key.of.as_ref().and_then(|role| keys.get(role)).cloned();
        let base = base.unwrap_or_else(|| {
            let form = self.operation.rules.idempotency.as_ref().map(|idempotency| idempotency.form);
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

    fn draft(&self, step: &Step, key: &str, label: &str) -> Draft {
        let document = self.document(step, key, label);
        let pointer = self.operation.rules.idempotency.as_ref().map(|idempotency| idempotency.key.as_str());
        let in_body = pointer.is_some_and(|pointer| self.operation.layout.is_plain(pointer));
        let text = !in_body || !matches!(step.write, Writing::Text(_));
        let sent =
            pointer.filter(|_| text).and_then(|pointer| document.pointer(pointer)).and_then(Value::as_str);
        let layout = &self.operation.layout;
        let (path, mut fields) = if layout.parted {
            parts::target(layout, &self.operation.path, &document)
        } else {
            (self.operation.path.clone(), Headers::new())
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
            method: step.method.clone().unwrap_or_else(|| self.operation.method.clone()),
            path,
            signed,
            fields,
            body: if step.wire.gzip { write::packed(&body).into() } else { body.into() },
            key: sent.map(ToOwned::to_owned),
        }
    }

    fn document(&self, step: &Step, key: &str, label: &str) -> Value {
        let rules = &self.operation.rules;
        let mut document = self.operation.example.clone();
        self.fill_fixtures(&mut document, "", false);
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
            self.fill_fixtures(&mut document, &pointer, true);
        }
        for pointer in &step.remove {
            let pointer = concrete(&document, pointer);
            take(&mut document, &pointer);
        }
        let untouched = |pointer: &str| {
            !step.set.contains_key(pointer) && !step.remove.iter().any(|removed| removed == pointer)
        };
        for credential in rules.credentials.iter().filter(|credential| untouched(&credential.pointer)) {
            let kind = step.credential.as_deref().unwrap_or(&credential.default);
            let value = match self.config.secrets.get(&format!("{}.{kind}", credential.table)) {
                Some(secret) if kind != MADE_UP => secret.expose().to_owned(),
                _ => format!("{MADE_UP}-{}", &blake3::hash(label.as_bytes()).to_hex()[..16]),
            };
            put(&mut document, &credential.pointer, credential.text(&value).into());
        }
        if let Some(idempotency) = rules.idempotency.as_ref().filter(|i| untouched(&i.key)) {
            put(&mut document, &idempotency.key, key.into());
        }
        document
    }

    /// Puts fixtures that lie below `changed` into place, in every item of the arrays on the way.
    fn fill_fixtures(&self, document: &mut Value, changed: &str, edited: bool) {
        for fixture in &self.operation.rules.fixtures {
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
