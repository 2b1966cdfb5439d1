//! Where in its file a contract says what a case is about.

use super::Operation;
use super::document::Document;
use crate::schema::excerpt::follow;
use crate::schema::{Excerpts, pointer};
use serde_json::Value;
use std::sync::Arc;

/// A document that a contract was read from.
#[derive(Debug)]
pub struct Origin {
    pub(super) document: Document,
    pub(super) excerpts: Arc<Excerpts>,
}

/// A place in a contract's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// JSON pointer into the document.
    pub pointer: String,
}

impl Origin {
    /// Whether an operation was read from this document.
    pub fn holds(&self, operation: &Operation) -> bool {
        let method = self.value().pointer(&operation.at);
        // Built-in documents are judged together, and each describes its own paths.
        let names = pointer::tokens(&operation.at);
        let path = names.iter().rev().nth(1).is_some_and(|name| *name == operation.path);
        method.is_some() && (path || !operation.at.starts_with("/paths/"))
    }

    /// Where the request schema speaks of a member and a keyword; the nearest place around it that is there.
    pub fn of_request(&self, operation: &Operation, member: &str, keyword: Option<&str>) -> Site {
        let content = format!("{}/requestBody", operation.at);
        let content = self.leads(&content).map(|at| format!("{at}/content"));
        let media = content.as_ref().and_then(|at| self.value().pointer(at)?.as_object()?.keys().next());
        let Some((content, media)) = content.as_ref().zip(media) else { return self.site(&operation.at) };
        let mut at = format!("{}/schema", pointer::join(content, media));
        let mut within = self.leads(&at);
        for name in pointer::tokens(member) {
            let Some(schema) = &within else { break };
            let Some(part) = self.part(schema, &name) else { break };
            within = self.leads(&part);
            at = part;
        }
        let schema = within.unwrap_or_else(|| at.clone());
        // What is required is said beside the members, and a member that is missing stands in the object around it.
        let told = keyword.map(|keyword| pointer::join(&schema, keyword));
        match told.filter(|told| self.value().pointer(told).is_some()) {
            Some(told) => self.site(&told),
            None => self.site(&at),
        }
    }

    /// Where the extension of an operation has a member.
    pub fn of_extension(&self, operation: &Operation, member: &str) -> Site {
        let at = format!("{}/{}{member}", operation.at, super::load::EXTENSION);
        self.site(if self.value().pointer(&at).is_some() { &at } else { &operation.at })
    }

    fn value(&self) -> &Value {
        self.excerpts.document()
    }

    /// The pointer of what stands at a pointer, references followed.
    fn leads(&self, at: &str) -> Option<String> {
        let node = self.value().pointer(at)?;
        if node.get("$ref").is_some_and(Value::is_string) {
            return follow(self.value(), node).map(|(at, _)| at);
        }
        Some(at.to_owned())
    }

    /// The schema of a member or an item of what a schema describes.
    fn part(&self, schema: &str, name: &str) -> Option<String> {
        let there = |tail: &str| {
            let at = format!("{schema}{tail}");
            self.value().pointer(&at).is_some().then_some(at)
        };
        let own = there(&pointer::join("/properties", name))
            .or_else(|| name.parse::<usize>().ok().and_then(|_| there("/items")))
            .or_else(|| there("/additionalProperties"));
        let of_all = || {
            (0..16)
                .map_while(|nth| there(&format!("/allOf/{nth}")))
                .find_map(|one| self.part(&self.leads(&one)?, name))
        };
        own.or_else(of_all)
    }

    fn site(&self, at: &str) -> Site {
        let problem = self.document.problem(at, "", "");
        Site {
            file: problem.file,
            line: problem.line.unwrap_or(1),
            pointer: problem.pointer.unwrap_or_default(),
        }
    }
}
