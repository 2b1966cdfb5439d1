//! Dialects: how one wallet speaks where it differs from the contract, as data.
//!
//! A dialect is a YAML file (`schemas/dialect.v1.json` describes it): a list of changes that are made to the document
//! of a contract before it is read, each with its source. The built-in ones are the files in `schemas/dialects/`.

use super::document::Document;
use super::problem::{Problem, Problems};
use crate::schema::{place, pointer};
use include_dir::{Dir, include_dir};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The value of a dialect's `format` in this version.
pub const FORMAT: &str = "proofmark.dialect/1";
/// The dialect of the contracts as they are written.
pub const DEFAULT: &str = "default";

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas/dialects");

/// A dialect.
#[derive(Clone, Debug)]
pub struct Dialect {
    /// Its name.
    pub id: String,
    /// The wallet that speaks it, in a few words.
    pub title: String,
    /// The operations that the wallet documents.
    pub operations: Vec<String>,
    /// What its sources leave open, and what it cannot say.
    pub open: Vec<String>,
    file: String,
    text: String,
    changes: Vec<Change>,
}

/// One change to a contract's document.
#[derive(Clone, Debug)]
struct Change {
    /// JSON pointer whose segments may be `*` for any member or item, `NAME=TEXT` for the item of an array that has
    /// this member, and `-` for one more item.
    at: String,
    /// What stands there then; nothing where it is taken away.
    to: Option<Value>,
    line: usize,
}

/// A place that a change was made at.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    change: usize,
    pointer: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: String,
    id: String,
    title: String,
    operations: Vec<String>,
    #[serde(default)]
    open: Vec<String>,
    changes: Vec<RawChange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChange {
    at: String,
    #[serde(default, deserialize_with = "present")]
    to: Option<Value>,
    #[serde(default)]
    absent: bool,
    #[expect(dead_code, reason = "it is for who reads the file, and demanded of who writes one")]
    source: String,
}

/// A member that is there, null included.
fn present<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(input).map(Some)
}

impl Dialect {
    /// The names of the built-in dialects, the default one first.
    pub fn names() -> Vec<String> {
        let texts = super::texts(&BUILTIN);
        let mut names: Vec<String> =
            texts.iter().map(|(name, _)| name.trim_end_matches(".yaml").to_owned()).collect();
        names.sort_by_key(|name| (name != DEFAULT, name.clone()));
        names
    }

    /// The built-in dialect of this name.
    ///
    /// # Errors
    /// There is none; the problem lists those that are there.
    pub fn builtin(name: &str) -> Result<Self, Problems> {
        let wanted = format!("{name}.yaml");
        match super::texts(&BUILTIN).into_iter().find(|(file, _)| *file == wanted) {
            Some((file, text)) => Self::parse(&format!("schemas/dialects/{file}"), text),
            None => Err(Problem::new(
                &format!("dialect {name}"),
                "no dialect is called so, and no file",
                format!("name a file, or one of: {}", Self::names().join(", ")),
            )
            .into()),
        }
    }

    /// Reads a dialect from YAML or JSON text.
    ///
    /// # Errors
    /// Every problem of its form, each with its place.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        let document = Document::parse(name, text)?;
        let raw: Raw = document.read("")?;
        let mut problems = Vec::new();
        if raw.format != FORMAT {
            let message = format!("the format is `{}`", raw.format);
            problems.push(document.problem("/format", message, format!("write `{FORMAT}`")));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if raw.id.is_empty() || !raw.id.chars().all(fits) {
            let message = format!("`{}` is no name of a dialect", raw.id);
            problems.push(document.problem("/id", message, "use letters, digits, `-`, `_` and `.`"));
        }
        let mut changes = Vec::new();
        for (index, change) in raw.changes.into_iter().enumerate() {
            let at = format!("/changes/{index}");
            if !change.at.starts_with('/') {
                let message = format!("`{}` is no JSON pointer below the document", change.at);
                problems.push(document.problem(&format!("{at}/at"), message, "begin it with `/`"));
            }
            if change.to.is_some() == change.absent {
                let message = "a change has one of `to` and `absent: true`";
                problems.push(document.problem(&at, message, "keep one of them"));
            }
            changes.push(Change { at: change.at, to: change.to, line: document.line(&format!("{at}/at")) });
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let Raw { id, title, operations, open, .. } = raw;
        Ok(Self { id, title, operations, open, file: name.to_owned(), text: text.to_owned(), changes })
    }

    /// Whether it is one of the built-in dialects, all of which fit every built-in document.
    pub(super) fn is_builtin(&self) -> bool {
        super::texts(&BUILTIN).iter().any(|(_, text)| *text == self.text)
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The problem of operations that a contract has and the wallet does not document; none where it documents all.
    pub fn undocumented<'a>(&self, operations: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        operations.filter(|id| !self.operations.iter().any(|own| own == id)).collect()
    }

    /// Makes the changes, as far as their places are there; says where it made them.
    pub(crate) fn apply(&self, document: &mut Value) -> Vec<Applied> {
        let mut applied = Vec::new();
        for (index, change) in self.changes.iter().enumerate() {
            // From the back, so that items taken out of an array leave those before them in place.
            for at in places(document, change).into_iter().rev() {
                let done = match &change.to {
                    Some(value) => place::put(document, &at, value.clone()),
                    None => place::take(document, &at),
                };
                if done {
                    applied.push(Applied { change: index, pointer: at });
                }
            }
        }
        applied
    }

    /// Problems of a changed document, told at the changes that they come from.
    pub(super) fn blame(&self, applied: &[Applied], problems: Problems) -> Problems {
        let below = |whole: &str, part: &str| pointer::inside(part, whole).is_some();
        // A problem stands in what was put there, or at what holds it, which then names it.
        let inside = |pointer: &str, one: &&Applied| below(&one.pointer, pointer);
        let around = |problem: &Problem, pointer: &str, one: &&Applied| {
            let name = pointer::split_last(&one.pointer).map(|(_, name)| name).unwrap_or_default();
            below(pointer, &one.pointer) && problem.message.contains(&name)
        };
        let tell = |problem: Problem| {
            let pointer = problem.pointer.clone().unwrap_or_default();
            let applied = || applied.iter().rev().filter(|_| !pointer.is_empty());
            let own = applied().find(|one| inside(&pointer, one));
            let own = own.or_else(|| applied().find(|one| around(&problem, &pointer, one)));
            match own {
                Some(one) => Problem {
                    file: self.file.clone(),
                    line: self.changes.get(one.change).map(|change| change.line),
                    ..problem
                },
                None => problem,
            }
        };
        Problems(problems.0.into_iter().map(tell).collect())
    }

    /// The changes that find no place in any of the documents, and the operations that none of them has.
    ///
    /// Documents are contracts as they are written.
    pub fn strangers(&self, documents: &[Value]) -> Problems {
        let mut missed = vec![true; self.changes.len()];
        for document in documents {
            for one in self.apply(&mut document.clone()) {
                missed[one.change] = false;
            }
        }
        let of_change = |(change, _): (&Change, &bool)| {
            let what = if change.to.is_some() { "to put something" } else { "to take away" };
            Problem::new(
                &self.file,
                format!("`{}` is no place {what} in any of the contracts", change.at),
                "correct the pointer, or remove the change",
            )
            .at_line(change.line)
        };
        Problems(self.changes.iter().zip(&missed).filter(|(_, missed)| **missed).map(of_change).collect())
    }

    /// A problem with its list of operations.
    pub(super) fn operation_problem(&self, id: &str) -> Problem {
        let line = Document::parse(&self.file, &self.text).map(|document| document.line("/operations"));
        let problem = Problem::new(
            &self.file,
            format!("no contract has the operation `{id}`"),
            "correct its name, or remove it",
        );
        problem.at_line(line.unwrap_or(1)).at_pointer("/operations")
    }
}

/// The concrete pointers that a change is about in a document.
fn places(document: &Value, change: &Change) -> Vec<String> {
    let segments = pointer::tokens(&change.at);
    let Some((last, before)) = segments.split_last() else { return Vec::new() };
    let mut parents = vec![String::new()];
    for segment in before {
        parents = parents.iter().flat_map(|at| below(document, at, segment)).collect();
    }
    let ends = parents.iter().flat_map(|at| {
        let found = below(document, at, last);
        let container = document.pointer(at);
        if found.is_empty() && change.to.is_some() && last != "*" {
            return match container {
                Some(Value::Object(_)) => vec![pointer::join(at, last)],
                Some(Value::Array(items)) if last == "-" => vec![format!("{at}/{}", items.len())],
                _ => Vec::new(),
            };
        }
        found
    });
    ends.collect()
}

/// What a segment names below a place.
fn below(document: &Value, at: &str, segment: &str) -> Vec<String> {
    match document.pointer(at) {
        Some(Value::Object(members)) if segment == "*" => {
            members.keys().map(|name| pointer::join(at, name)).collect()
        }
        Some(Value::Object(members)) if members.contains_key(segment) => vec![pointer::join(at, segment)],
        Some(Value::Array(items)) => {
            let chosen = |(index, item): (usize, &Value)| {
                let own = segment == "*"
                    || segment.parse() == Ok(index)
                    || segment
                        .split_once('=')
                        .is_some_and(|(name, text)| item.get(name).and_then(Value::as_str) == Some(text));
                own.then(|| format!("{at}/{index}"))
            };
            items.iter().enumerate().filter_map(chosen).collect()
        }
        _ => Vec::new(),
    }
}
