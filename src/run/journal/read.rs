//! Reading a journal.

use super::{FORMAT, Finished, Heard, JudgedCase, Line, Resumed, Started};
use crate::contract::problem::Problem;
use crate::law::verdict::Verdict;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

/// A longer line is refused.
const LONGEST: u64 = 256 << 20;

/// A journal, read from beginning to end.
#[derive(Clone, Debug)]
pub struct Journal {
    /// What is judged, and how.
    pub started: Started,
    /// The times at which the run went on after it was broken off.
    pub resumed: Vec<Resumed>,
    /// The cases that have begun, by their ids.
    pub begun: BTreeSet<String>,
    /// The histories of each case, by its id, in the order in which they were judged.
    pub heard: BTreeMap<String, Vec<Heard>>,
    /// The verdict on each case, by its id; the last one where it was judged more than once.
    pub judged: BTreeMap<String, JudgedCase>,
    /// What came of the run; nothing where it was broken off.
    pub finished: Option<Finished>,
    /// How many bytes from the beginning are whole lines.
    pub whole: u64,
    /// Whether something stands behind the last whole line: the run was broken off while that was written.
    pub torn: bool,
}

impl Journal {
    /// The digits that the keys of the run have in common, of each of its parts.
    pub fn runs(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.started.run.as_str()).chain(self.resumed.iter().map(|part| part.run.as_str()))
    }

    /// Whether the verdict on a case is final, so that it is not judged again where the run goes on.
    pub fn is_decided(&self, id: &str) -> bool {
        self.judged.get(id).is_some_and(is_decided)
    }

    /// The verdicts that are final.
    pub fn decided(&self) -> impl Iterator<Item = &JudgedCase> {
        self.judged.values().filter(|case| is_decided(case))
    }
}

/// What ended in an error may end otherwise.
fn is_decided(case: &JudgedCase) -> bool {
    case.report.verdict != Verdict::Error
}

/// Reads a journal. A last line without its end is left out: the run was broken off while it was written.
///
/// # Errors
/// A [`Problem`] with the number of the first line that is none of a journal.
pub fn read(name: &str, mut text: impl BufRead) -> Result<Journal, Problem> {
    let mut journal: Option<Journal> = None;
    let (mut whole, mut torn) = (0, false);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let wrong = |message: String, mend: &str| Problem::new(name, message, mend).at_line(number);
        let mut piece = std::io::Read::take(&mut text, LONGEST);
        let length = piece.read_until(b'\n', &mut line).map_err(|error| {
            wrong(format!("cannot be read: {error}"), "check the path and its permissions")
        })?;
        if length == 0 {
            break;
        }
        if line.last() != Some(&b'\n') {
            if length as u64 == LONGEST {
                return Err(wrong("a line is too long".to_owned(), "name a journal of `proofmark run`"));
            }
            torn = true;
            break;
        }
        whole += length as u64;
        let read = serde_json::from_slice::<Line>(&line);
        let read = read.map_err(|error| {
            let message = format!("is no line of a journal: {error}");
            wrong(
                message,
                "name a journal that `proofmark run --report ndjson=FILE` wrote, and leave it as it is",
            )
        })?;
        match (&mut journal, read) {
            (None, Line::Started(started)) => {
                if started.format != FORMAT {
                    let message = format!("is of the format {:?}, and {FORMAT:?} is read", started.format);
                    return Err(wrong(message, "read it with the proofmark that wrote it"));
                }
                journal = Some(Journal {
                    started,
                    resumed: Vec::new(),
                    begun: BTreeSet::new(),
                    heard: BTreeMap::new(),
                    judged: BTreeMap::new(),
                    finished: None,
                    whole: 0,
                    torn: false,
                });
            }
            (None, _) => {
                let message = "does not begin with `started`".to_owned();
                return Err(wrong(message, "name the whole journal, from its first line on"));
            }
            (Some(_), Line::Started(_)) => {
                let message = "begins a second run".to_owned();
                return Err(wrong(message, "name one journal; each run writes its own"));
            }
            (Some(journal), line) => journal.take(line),
        }
    }
    let mut journal = journal.ok_or_else(|| {
        Problem::new(name, "holds no whole line of a journal", "name a journal of `proofmark run`")
    })?;
    (journal.whole, journal.torn) = (whole, torn);
    Ok(journal)
}

impl Journal {
    fn take(&mut self, line: Line) {
        match line {
            Line::Started(_) => {}
            Line::Resumed(part) => {
                // What was under way when the run was broken off, or ended in an error, is judged again.
                self.judged.retain(|_, case| is_decided(case));
                self.heard.retain(|id, _| self.judged.contains_key(id));
                self.finished = None;
                self.resumed.push(part);
            }
            Line::Begun { id } => {
                self.begun.insert(id);
            }
            Line::Heard(heard) => self.heard.entry(heard.id.clone()).or_default().push(heard),
            Line::Judged(judged) => {
                self.judged.insert(judged.report.id.clone(), *judged);
            }
            Line::Finished(finished) => self.finished = Some(finished),
        }
    }
}
