//! What differs between two reports: of two days, or of two targets.
//!
//! Two reports on one target tell what became of it: newly broken, newly fixed. Two targets have no before and after,
//! so that there the same lists are named by which of the two holds.

mod html;
mod json;
mod markdown;
mod section;
mod text;

use super::compare::{Baseline, Comparison, states};
use super::model::{Report, TargetInfo, Verdict};
use super::terminal::Style;
pub use json::FORMAT;
pub(super) use section::{Item, Section, Step, Tone, of_changes};
use std::collections::HashMap;

/// A case that came to the same on both sides, but for other reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The case.
    pub id: String,
    /// What it came to.
    pub verdict: Verdict,
    /// Why, in the old report.
    pub before: String,
    /// Why, in the new one.
    pub now: String,
}

/// One of the two reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What it is called: its target, or a name that was given.
    pub name: String,
    /// When its run started.
    pub started: String,
    /// The URL of its target.
    pub url: String,
    /// How many cases it has.
    pub cases: usize,
    /// How many of them broke a MUST.
    pub broken: usize,
}

/// What differs between two reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// The cases that came to something else.
    pub changes: Comparison,
    /// The cases that came to the same, but for other reasons.
    pub answers: Vec<Answer>,
    /// What else differs between the runs, and may be why.
    pub notes: Vec<String>,
    /// The old and the new report.
    pub sides: [Side; 2],
    /// Whether they are of two targets.
    pub targets: bool,
}

impl Diff {
    /// Whether a MUST broke that did not: what `diff` exits 1 for.
    pub fn newly_broke(&self) -> bool {
        self.changes.newly_broke()
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.answers.is_empty()
    }

    /// What people read, the most important first.
    fn sections(&self) -> Vec<Section> {
        let names = self.targets.then(|| self.sides.each_ref().map(|side| side.name.as_str()));
        let mut sections = of_changes(&self.changes, names);
        sections.push(section::of_answers(&self.answers, names));
        sections.retain(|section| !section.items.is_empty());
        sections
    }

    /// The counts in one line.
    fn tail(&self) -> String {
        let nothing = if self.targets { "no difference" } else { "nothing changed" };
        section::tail(&self.sections(), self.targets, nothing)
    }
}

/// Compares an earlier report with a later one, or those of two targets; with names, it is two targets whatever
/// they say.
pub fn between(old: &Report, new: &Report, names: Option<[String; 2]>) -> Diff {
    let targets = names.is_some() || !is_same_target(&old.target, &new.target);
    let names = names.unwrap_or_else(|| target_names(&old.target, &new.target));
    let side = |name: &String, report: &Report| Side {
        name: super::text::line(name),
        started: report.started.clone(),
        url: report.target.url.clone(),
        cases: report.cases.len(),
        broken: report.totals.fail,
    };
    Diff {
        changes: Comparison::between(Baseline::Earlier, &states(old), &states(new)),
        answers: answers(old, new),
        notes: notes(old, new),
        sides: [side(&names[0], old), side(&names[1], new)],
        targets,
    }
}

/// The differences as text: what broke first, and the counts in the last line. With `quiet` only what broke and the
/// last line.
pub fn render(diff: &Diff, style: Style) -> String {
    text::render(&diff.notes, &diff.sections(), &diff.tail(), style)
}

/// Sections of a comparison that is none of two reports, as text.
pub(super) fn render_sections(sections: &[Section], nothing: &str, style: Style) -> String {
    text::render(&[], sections, &section::tail(sections, false, nothing), style)
}

/// The differences as Markdown of at most 60 kB.
pub fn markdown(diff: &Diff) -> String {
    markdown::render(diff)
}

/// The differences as a page.
pub fn html(diff: &Diff) -> String {
    html::render(diff)
}

/// The differences as JSON.
pub fn json(diff: &Diff) -> String {
    json::render(diff)
}

/// Whether two reports judged the same target. The embedded one listens on another port each time, and what it has
/// for faults is what becomes of it.
fn is_same_target(old: &TargetInfo, new: &TargetInfo) -> bool {
    (old.embedded && new.embedded) || (old.embedded == new.embedded && place(&old.url) == place(&new.url))
}

fn place(url: &str) -> &str {
    url.trim_end_matches('/')
}

/// What the targets are called: their hosts, or all of their URLs where those do not tell them apart.
fn target_names(old: &TargetInfo, new: &TargetInfo) -> [String; 2] {
    let host = |target: &TargetInfo| {
        if target.embedded {
            return Some("the embedded wallet".to_owned());
        }
        let url = url::Url::parse(&target.url).ok()?;
        let host = url.host_str()?.to_owned();
        Some(url.port().map_or(host.clone(), |port| format!("{host}:{port}")))
    };
    match (host(old), host(new)) {
        (Some(one), Some(other)) if one != other => [one, other],
        _ => [place(&old.url).to_owned(), place(&new.url).to_owned()],
    }
}

fn answers(old: &Report, new: &Report) -> Vec<Answer> {
    let before: HashMap<&str, (Verdict, &str)> =
        old.cases.iter().map(|case| (case.id.as_str(), (case.verdict, case.reason.as_str()))).collect();
    let mut answers: Vec<Answer> = new
        .cases
        .iter()
        .filter(|case| case.finding.is_none())
        .filter_map(|case| {
            let (verdict, reason) = before.get(case.id.as_str())?;
            (*verdict == case.verdict && *reason != case.reason).then(|| Answer {
                id: super::text::line(case.id.trim()),
                verdict: case.verdict,
                before: super::text::line(reason),
                now: super::text::line(&case.reason),
            })
        })
        .collect();
    answers.sort_by(|a, b| a.id.cmp(&b.id));
    answers
}

/// What differs between two runs beside their verdicts.
fn notes(old: &Report, new: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |what: &str, old: &str, new: &str| {
        if old != new {
            notes.push(super::text::line(&format!("{what}: {old} and {new}")));
        }
    };
    let dialect = |report: &Report| report.suite.dialect.clone().unwrap_or_else(|| "none".to_owned());
    let shard = |report: &Report| report.shard.clone().unwrap_or_else(|| "none, a whole run".to_owned());
    note("another suite", &old.suite.name, &new.suite.name);
    note("another version of the suite", &old.suite.version, &new.suite.version);
    note(
        "another digest of the suite, so another contract or other cases",
        &old.suite.digest,
        &new.suite.digest,
    );
    note("another dialect", &dialect(old), &dialect(new));
    note("another seed, so other payloads", &old.seed.to_string(), &new.seed.to_string());
    note("another shard", &shard(old), &shard(new));
    note("another version of proofmark", &old.tool.version, &new.tool.version);
    notes
}
