//! Where things stand on the page, so that one part can link to another.

use super::super::cause::Cause;
use super::super::model::{CaseReport, Report};
use super::page::line;
use maud::{Markup, html};
use std::collections::HashMap;

/// The places of cases and causes.
pub(super) struct Places<'a> {
    cases: HashMap<&'a str, (usize, &'a CaseReport)>,
    causes: HashMap<&'a str, usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(report: &'a Report, causes: &[Cause<'a>]) -> Self {
        let listed = report.cases.iter().enumerate().map(|(nth, case)| (case.id.as_str(), (nth, case)));
        let explained = causes
            .iter()
            .enumerate()
            .flat_map(|(nth, cause)| cause.cases().map(move |case| (case.id.as_str(), nth)));
        Self { cases: listed.collect(), causes: explained.collect() }
    }

    /// The case with this id, and its place in the list.
    pub(super) fn case(&self, id: &str) -> Option<(usize, &'a CaseReport)> {
        self.cases.get(id).copied()
    }

    /// The cause that explains a broken case.
    pub(super) fn cause(&self, id: &str) -> Option<usize> {
        self.causes.get(id).copied()
    }

    /// The id of a case as a link to its place in the list of all.
    pub(super) fn link(&self, id: &str) -> Markup {
        html! {
            @match self.case(id) {
                Some((nth, _)) => a href={ "#case-" (nth + 1) } { code { (line(id)) } },
                None => code { (line(id)) },
            }
        }
    }
}
