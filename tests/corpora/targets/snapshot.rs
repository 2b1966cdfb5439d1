//! The reader of accepted snapshots.

use super::outputs::{BASE, today};
use proofmark::report::acceptance::Acceptance;
use proofmark::report::review::{self, review};
use proofmark::report::snapshot::{Ask, parse};
use proofmark::report::terminal::Style;

/// Reads bytes as a snapshot, writes it again, holds a report against it, and accepts the report.
pub fn snapshot(data: &[u8]) {
    let Some(text) = super::text(data) else { return };
    let accepted = match parse(text) {
        Ok(accepted) => accepted,
        Err(error) => {
            assert!((1..=text.lines().count().max(1)).contains(&error.line), "{error}");
            return;
        }
    };
    // What a person wrote may hold characters that are written as escapes from then on.
    let written = accepted.render(&BASE.suite);
    let read = parse(&written).expect("what is written is read");
    assert_eq!(read.render(&BASE.suite), written);
    assert_eq!(read.cases.len(), accepted.cases.len());
    let seen = review(&accepted, &BASE, today());
    let style = Style { color: false, width: 80, quiet: false };
    let _ = review::render(&seen, true, style);
    for case in &BASE.cases {
        let _ = review::doubts(&accepted, case, today());
        let _ = review::excuse(&accepted, case, today());
    }
    let ask = Ask { only: None, terms: Acceptance::default(), today: today() };
    let (next, _) = accepted.accept(&BASE, &ask);
    let written = next.render(&BASE.suite);
    let read = parse(&written).expect("what is accepted is read");
    assert_eq!(read.render(&BASE.suite), written);
}
