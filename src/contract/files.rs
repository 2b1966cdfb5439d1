//! Documents in several files: what relative references name is read from beside the file that names it, and all
//! files become one document, in which every reference is local.
//!
//! Nothing is ever fetched. What cannot be read stays as it was written, so that whoever follows the reference says
//! where it stands.

use super::document::Document;
use super::overlay;
use super::problem::Problem;
use crate::schema::pointer;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The member of the document under which the other files stand.
const MEMBER: &str = "x-proofmark-files";
/// The most files that one document is made of.
const MOST: usize = 5_000;
/// A larger file is refused.
const LARGEST: u64 = 64 << 20;

/// Reads a document and every file that it refers to.
///
/// # Errors
/// A [`Problem`] where the file itself cannot be read.
pub(super) fn load(path: &Path) -> Result<Document, Problem> {
    let mut document = read(path)?;
    let mut path = path.to_owned();
    let mut laid = Vec::new();
    // Overlays may lie on overlays; a row of them that does not end is none.
    while document.value.get("overlay").is_some() {
        let under = overlay::under(&document, &path)?;
        if laid.len() >= 16 {
            return Err(document.problem(
                "/extends",
                "overlays lie on each other without end",
                "extend a document",
            ));
        }
        laid.push(std::mem::replace(&mut document, read(&under)?));
        path = under;
    }
    let mut document = with_files(document, &path);
    document.laid = !laid.is_empty();
    for overlay in laid.iter().rev() {
        overlay::lay(overlay, &mut document)?;
    }
    Ok(document)
}

fn read(path: &Path) -> Result<Document, Problem> {
    let name = path.display().to_string();
    let wrong = |message: String, mend: &str| Problem::new(&name, message, mend);
    let about = std::fs::metadata(path)
        .map_err(|error| wrong(format!("cannot be read: {error}"), "check the path"))?;
    if about.is_dir() {
        return Err(wrong("is a folder".to_owned(), "name a file"));
    }
    if about.len() > LARGEST {
        return Err(wrong(
            format!("is larger than {} MiB", LARGEST >> 20),
            "split it, or cut out what you need",
        ));
    }
    let text = std::fs::read_to_string(path)
        .map_err(|error| wrong(format!("cannot be read: {error}"), "check the path, and that it is UTF-8"))?;
    Document::read_text(&name, &text)
}

/// The files that were read, by their path in canonical form.
#[derive(Default)]
struct Shelf {
    /// The pointer of each file in the whole document; nothing where it cannot be read.
    known: HashMap<PathBuf, Option<String>>,
    open: Vec<(PathBuf, String, Document)>,
}

fn with_files(mut main: Document, path: &Path) -> Document {
    let mut shelf = Shelf::default();
    let own = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    shelf.known.insert(own.clone(), Some(String::new()));
    let mut value = std::mem::take(&mut main.value);
    shelf.localise(&mut value, &own, "");
    let mut files = Map::new();
    let mut parts = Vec::new();
    while let Some((path, at, mut document)) = shelf.open.pop() {
        let mut value = std::mem::take(&mut document.value);
        shelf.localise(&mut value, &path, &at);
        files.insert(pointer::split_last(&at).map(|(_, name)| name).unwrap_or_default(), value);
        parts.push((at, document));
    }
    if let (Value::Object(members), false) = (&mut value, files.is_empty()) {
        members.insert(MEMBER.to_owned(), Value::Object(files));
    }
    main.composed(value, parts)
}

impl Shelf {
    /// Has every reference of a file that stands at a pointer lead to a place in the whole document.
    fn localise(&mut self, value: &mut Value, path: &Path, at: &str) {
        match value {
            Value::Object(members) => {
                for (name, part) in members.iter_mut() {
                    match part {
                        Value::String(reference) if name == "$ref" => {
                            if let Some(target) = self.target(reference, path, at) {
                                *reference = pointer::reference(&target);
                            }
                        }
                        other => self.localise(other, path, at),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.localise(item, path, at)),
            _ => {}
        }
    }

    /// Where a reference leads in the whole document, where that is another place than it says.
    fn target(&mut self, reference: &str, path: &Path, at: &str) -> Option<String> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = pointer::of_local_reference(&format!("#{fragment}"))?;
        if file.is_empty() {
            return (!at.is_empty()).then(|| format!("{at}{fragment}"));
        }
        if file.contains("://") || file.starts_with("//") || file.starts_with("urn:") {
            return None;
        }
        let file = percent_encoding::percent_decode_str(file).decode_utf8().ok()?;
        let named = path.parent()?.join(file.as_ref()).canonicalize().ok()?;
        let base = match self.known.get(&named) {
            Some(known) => known.clone(),
            None => self.open(&named),
        };
        base.map(|base| format!("{base}{fragment}"))
    }

    fn open(&mut self, path: &Path) -> Option<String> {
        let document = (self.known.len() < MOST).then(|| read(path).ok()).flatten();
        let at = document.map(|document| {
            let at = format!("/{MEMBER}/f{}", self.known.len());
            self.open.push((path.to_owned(), at.clone(), document));
            at
        });
        self.known.insert(path.to_owned(), at.clone());
        at
    }
}
