//! The reader of journals.

use super::suites::BUILTIN;
use super::{NAME, told};
use proofmark::report::har::{Spool, write_all};
use proofmark::run::journal::{Journal, Line, read};
use proofmark::run::rejudge::{reached, rejudge};
use proofmark::run::resume;
use std::slice::from_ref;

/// Reads bytes as a journal, writes its lines again, and judges its histories by the built-in suite.
pub fn journal(data: &[u8]) {
    let mut journal = match read(NAME, data) {
        Ok(journal) => journal,
        Err(problem) => return told(&String::from_utf8_lossy(data), from_ref(&problem)),
    };
    again(&journal);
    let _ = resume::before(&journal);
    journal.started.suite.digest.clone_from(&BUILTIN.digest);
    let cases: Vec<_> = journal.judged.values().map(|case| case.report.clone()).collect();
    let judged = rejudge(&BUILTIN, &journal, &cases).expect("it is of this suite");
    assert_eq!(judged.len(), cases.len());
    let _ = reached(&BUILTIN, [&journal]);
}

/// What is written of a journal is read as what it was.
fn again(journal: &Journal) {
    let lines = std::iter::once(Line::Started(journal.started.clone()))
        .chain(journal.heard.values().flatten().cloned().map(Line::Heard))
        .chain(journal.judged.values().cloned().map(|case| Line::Judged(Box::new(case))))
        .chain(journal.finished.clone().map(Line::Finished));
    let text: String =
        lines.map(|line| serde_json::to_string(&line).expect("a line is JSON") + "\n").collect();
    let read = read(NAME, text.as_bytes()).expect("what is written is read");
    assert_eq!((&read.started, &read.finished), (&journal.started, &journal.finished));
    assert_eq!((&read.heard, &read.judged), (&journal.heard, &journal.judged));
    let mut spool = Spool::new().expect("there is a place for temporary files");
    for heard in read.heard.values().flatten() {
        spool.keep(heard).expect("a history is kept");
    }
    let cases = read.judged.values().map(|case| case.report.clone()).collect();
    let report = proofmark::report::model::Report { cases, ..super::outputs::BASE.clone() };
    let mut archive = Vec::new();
    write_all(&report, &mut spool, &mut archive).expect("an archive is written");
    let read: Result<serde_json::Value, _> = serde_json::from_slice(&archive);
    assert!(read.is_ok(), "{read:?}: {}", String::from_utf8_lossy(&archive));
}
