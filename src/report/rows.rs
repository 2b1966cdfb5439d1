//! What came of the rows of the status table and of the code catalogue, in a few words.

use super::model::{CodeCoverage, Coverage, RowState, StatusCoverage};

/// One table of the contract, counted by the state of its rows.
pub(super) struct Rows<'a> {
    /// What the rows are, in the plural.
    pub(super) name: &'static str,
    counts: Vec<(usize, RowState)>,
    /// The rows that no case brought about, by name.
    pub(super) never: Vec<&'a str>,
}

/// The states in the order in which they are told; the names of the last follow.
const STATES: [RowState; 4] =
    [RowState::ProvokedRight, RowState::ProvokedWrong, RowState::NotProvokable, RowState::NeverProvoked];

/// The tables whose rows have states; none in reports of versions that did not tell them.
pub(super) fn tables(coverage: &Coverage) -> Vec<Rows<'_>> {
    let statuses = |row: &StatusCoverage| row.state;
    let codes = |row: &CodeCoverage| row.state;
    let tables = [
        Rows::new("statuses", &coverage.statuses, statuses, |row| &row.status),
        Rows::new("codes", &coverage.codes, codes, |row| &row.code),
    ];
    tables.into_iter().filter(|rows| !rows.counts.is_empty()).collect()
}

impl<'a> Rows<'a> {
    fn new<T>(
        name: &'static str,
        rows: &'a [T],
        state: impl Fn(&T) -> Option<RowState>,
        label: impl Fn(&'a T) -> &'a String,
    ) -> Self {
        let count = |wanted| (rows.iter().filter(|row| state(row) == Some(wanted)).count(), wanted);
        let counts = STATES.into_iter().map(count).filter(|(count, _)| *count > 0).collect();
        let never = rows.iter().filter(|row| state(row) == Some(RowState::NeverProvoked));
        Self { name, counts, never: never.map(|row| label(row).as_str()).collect() }
    }

    /// How many rows are in which state, without the zeros.
    pub(super) fn counted(&self) -> String {
        let said: Vec<String> =
            self.counts.iter().map(|(count, state)| format!("{count} {}", word(*state))).collect();
        said.join(", ")
    }
}

/// A state in words.
pub(super) fn word(state: RowState) -> &'static str {
    match state {
        RowState::NeverProvoked => "never provoked",
        RowState::NotProvokable => "not provokable",
        RowState::ProvokedRight => "right",
        RowState::ProvokedWrong => "wrong",
    }
}
