//! What is due at which member of an object.

use super::domain;
use crate::schema::canonical::{Normal, ObjectShape, Shape};
use crate::schema::pattern::Matcher;
use crate::schema::{Formats, Oracle};
use serde_json::Value;
use std::collections::BTreeSet;

/// The rules of one object shape by member name.
pub(crate) struct Rules {
    pub(crate) shape: ObjectShape,
    matchers: Vec<(Matcher, Normal)>,
    /// Passes the names that there can be.
    names: Option<Oracle>,
    /// The only names that there can be, where those are a finite list.
    closed: Option<Vec<String>>,
}

impl Rules {
    /// Nothing where a pattern does not compile.
    pub(crate) fn new(shape: ObjectShape, formats: Formats) -> Option<Self> {
        let matchers = shape
            .patterns
            .iter()
            .map(|(pattern, schema)| Some((Matcher::new(pattern)?, schema.clone())))
            .collect::<Option<_>>()?;
        let names = match &shape.names {
            Some(names) => Some(Oracle::new(&names.to_schema(), formats).ok()?),
            None => None,
        };
        let closed = shape.names.as_ref().and_then(|names| domain::names(names, formats));
        Some(Self { shape, matchers, names, closed })
    }

    /// The only names that there can be, where those are a finite list.
    pub(crate) fn closed(&self) -> Option<&[String]> {
        self.closed.as_deref()
    }

    /// The names that something is said of.
    pub(crate) fn known(&self) -> BTreeSet<String> {
        let mut known: BTreeSet<String> = self.shape.properties.keys().cloned().collect();
        known.extend(self.shape.required.iter().cloned());
        known.extend(self.closed.iter().flatten().cloned());
        if self.closed.is_none() {
            known.extend(self.shape.names.iter().flat_map(listed));
        }
        known
    }

    /// Whether there can be a member of that name.
    pub(crate) fn allows(&self, name: &str) -> bool {
        self.names.as_ref().is_none_or(|names| names.is_valid(&Value::from(name)))
    }

    /// Which of the patterns, by their place, the name matches.
    pub(crate) fn marks(&self, name: &str) -> Vec<usize> {
        let matching = self.matchers.iter().enumerate().filter(|(_, (matcher, _))| matcher.is_match(name));
        matching.map(|(index, _)| index).collect()
    }

    /// Everything that the member of that name has to satisfy.
    pub(crate) fn at(&self, name: &str) -> Vec<Normal> {
        match self.shape.properties.get(name) {
            Some(declared) => {
                let mut all = vec![declared.clone()];
                all.extend(self.marked(&self.marks(name)));
                all
            }
            None => self.undeclared(&self.marks(name)),
        }
    }

    /// Everything that a member that is not declared has to satisfy, by the patterns its name matches.
    pub(crate) fn undeclared(&self, marks: &[usize]) -> Vec<Normal> {
        if marks.is_empty() { self.shape.additional.iter().cloned().collect() } else { self.marked(marks) }
    }

    /// The matchers of the patterns, by place.
    pub(crate) fn into_matchers(self) -> Vec<Matcher> {
        self.matchers.into_iter().map(|(matcher, _)| matcher).collect()
    }

    fn marked(&self, marks: &[usize]) -> Vec<Normal> {
        marks.iter().filter_map(|mark| self.matchers.get(*mark)).map(|(_, schema)| schema.clone()).collect()
    }
}

/// The names that a schema of names lists outright, beside others that it describes.
fn listed(names: &Normal) -> Vec<String> {
    match names.shape() {
        Shape::Values(values) => values.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        Shape::AnyOf(branches) => branches.iter().flat_map(listed).collect(),
        _ => Vec::new(),
    }
}
