//! Built-in documents that are not judged: steps can call their operations.

use super::dialect::Dialect;
use super::document::Document;
use super::problem::Problems;
use super::{Operation, load};
use std::sync::{Arc, OnceLock};

/// A built-in document, read when the first of its operations is asked for: most runs need one or two of a dozen, and
/// reading them all would be most of what a short run does.
#[derive(Clone, Debug)]
pub struct Sibling {
    name: String,
    text: &'static str,
    dialect: Arc<Dialect>,
    operations: OnceLock<Vec<Operation>>,
}

impl Sibling {
    pub(super) fn new(name: String, text: &'static str, dialect: &Arc<Dialect>) -> Self {
        Self { name, text, dialect: Arc::clone(dialect), operations: OnceLock::new() }
    }

    /// Its operation of this id.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        if !self.ids().any(|own| own == id) {
            return None;
        }
        // A dialect that spoils a document was refused when the suite was chosen.
        self.operations().ok()?.iter().find(|operation| operation.id == id)
    }

    /// The ids of its operations, which its text says at once.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter_map(|line| line.trim_start().strip_prefix("operationId: "))
    }

    /// All its operations.
    ///
    /// # Errors
    /// What a dialect makes of the document cannot be read.
    pub(super) fn operations(&self) -> Result<&[Operation], Problems> {
        if let Some(known) = self.operations.get() {
            return Ok(known);
        }
        let document = Document::parse(&self.name, self.text)?;
        let contract = load::contract(document, self.text.to_owned(), Some(&self.dialect))?;
        Ok(self.operations.get_or_init(|| contract.operations))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]

    use super::Sibling;
    use crate::contract::dialect::Dialect;
    use crate::contract::suites;
    use std::sync::Arc;

    #[test]
    fn a_text_says_the_ids_that_reading_finds_in_every_dialect() {
        for name in Dialect::names() {
            let dialect = Arc::new(Dialect::builtin(&name).unwrap());
            for (file, text) in suites::documents() {
                let sibling = Sibling::new(file.clone(), text, &dialect);
                let read: Vec<&str> =
                    sibling.operations().unwrap().iter().map(|one| one.id.as_str()).collect();
                assert_eq!(sibling.ids().collect::<Vec<_>>(), read, "{file} in {name}");
                assert!(read.iter().all(|id| sibling.operation(id).is_some()));
            }
        }
    }
}
