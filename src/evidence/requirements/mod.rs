//! Requirement sets: which cases a wallet is held to, frozen on a date.
//!
//! A set is a YAML file (`schemas/requirements.v1.json` describes it). The built-in ones are the files in
//! `schemas/requirements/`, each called by its path: `sendInbox-v1/2026-11`. A set never changes once it is there.

mod drift;
mod freeze;
mod standing;

pub use drift::{Drift, drift};
pub use freeze::{Freeze, freeze, render};
pub use standing::{Gap, Kind, Later, Meets, Standing, standing};

use crate::case::grade::Level;
use crate::contract::document::Document;
use crate::contract::lint::against;
use crate::contract::problem::{Problem, Problems};
use globset::{Glob, GlobMatcher};
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The value of a set's `format` in this version.
pub const FORMAT: &str = "proofmark.requirements/1";

const SCHEMA: &str = include_str!("../../../schemas/requirements.v1.json");
static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas/requirements");

/// A requirement set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirements {
    /// [`FORMAT`].
    pub format: String,
    /// What it is called, such as `sendInbox-v1/2026-11`.
    pub id: String,
    /// Whom it is for, in a sentence.
    pub title: String,
    /// The day on which it was frozen, such as `2026-11-26`.
    pub frozen: String,
    /// The suite, by the title of its contract.
    pub suite: String,
    /// The contract's version.
    pub version: String,
    /// The digest of what the contract says, by the dialect that it is spoken in; other dialects do not count.
    pub contract: BTreeMap<String, String>,
    /// `blake3:` and the digest of the suite on that day, by dialect, as reports have it.
    pub suites: BTreeMap<String, String>,
    /// Cases that need not be decided.
    #[serde(default)]
    pub optional: Vec<Optional>,
    /// The cases.
    pub cases: Vec<Required>,
}

/// Cases that need not be decided, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Optional {
    /// Patterns on case ids, in which `*` also stands for `/`.
    pub cases: Vec<String>,
    /// Why a wallet may leave them undecided.
    pub reason: String,
}

/// A case of a set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Required {
    /// The case's id.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// The digest of what it asks; see [`super::asks::case`].
    pub asks: String,
}

impl Requirements {
    /// Reads a set and checks it.
    ///
    /// # Errors
    /// Every problem found, each with its line.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        let document = Document::parse(name, text)?;
        let problems = against(SCHEMA, &document, "see schemas/requirements.v1.json");
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let set: Self = document.read("")?;
        let problems = set.problems(&document);
        if problems.is_empty() { Ok(set) } else { Err(Problems(problems)) }
    }

    /// What no schema can say.
    fn problems(&self, document: &Document) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for (index, case) in self.cases.iter().enumerate().filter(|(_, case)| !seen.insert(&case.id)) {
            let message = format!("the case {} is there twice", case.id);
            problems.push(document.problem(&format!("/cases/{index}/id"), message, "keep one of them"));
        }
        for (index, optional) in self.optional.iter().enumerate() {
            for (nth, pattern) in optional.cases.iter().enumerate() {
                let at = format!("/optional/{index}/cases/{nth}");
                match Glob::new(pattern).map(|glob| glob.compile_matcher()) {
                    Err(error) => {
                        let message = format!("`{pattern}` is no pattern: {}", error.kind());
                        problems.push(document.problem(&at, message, "correct it"));
                    }
                    Ok(glob) if !self.cases.iter().any(|case| glob.is_match(&case.id)) => {
                        let message = format!("no case of the set matches `{pattern}`");
                        problems.push(document.problem(&at, message, "correct it, or remove it"));
                    }
                    Ok(_) => {}
                }
            }
        }
        problems
    }

    /// The built-in set of this name.
    ///
    /// # Errors
    /// There is none; the problem lists those that are there.
    pub fn builtin(id: &str) -> Result<Self, Problems> {
        Self::builtin_text(id).and_then(|(name, text)| Self::parse(&name, text))
    }

    /// The file of the built-in set of this name, and its text.
    ///
    /// # Errors
    /// There is none; the problem lists those that are there.
    pub fn builtin_text(id: &str) -> Result<(String, &'static str), Problems> {
        let wanted = format!("{id}.yaml");
        match crate::contract::texts(&BUILTIN).into_iter().find(|(file, _)| *file == wanted) {
            Some((file, text)) => Ok((format!("schemas/requirements/{file}"), text)),
            None => Err(Problem::new(
                &format!("requirements {id}"),
                "no set is called so, and no file",
                format!("name a file, or one of: {}", Self::names().join(", ")),
            )
            .into()),
        }
    }

    /// The names of the built-in sets.
    pub fn names() -> Vec<String> {
        let texts = crate::contract::texts(&BUILTIN);
        texts.into_iter().map(|(name, _)| name.trim_end_matches(".yaml").to_owned()).collect()
    }

    /// Why the case need not be decided, where that is so.
    fn excuse(&self, id: &str) -> Option<&str> {
        let takes = |pattern: &String| {
            Glob::new(pattern)
                .map(|glob| glob.compile_matcher())
                .is_ok_and(|glob: GlobMatcher| glob.is_match(id))
        };
        let optional = self.optional.iter().find(|optional| optional.cases.iter().any(takes));
        optional.map(|optional| optional.reason.as_str())
    }
}
