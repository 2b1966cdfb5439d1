//! The files of a bundle: report, journals, attestation, key.

use super::args::SuiteArgs;
use super::input;
use super::output::{self, Failure};
use crate::case::suite::Suite;
use crate::evidence::check::Refusal;
use crate::evidence::cosign;
use crate::evidence::digest::sha256;
use crate::evidence::examine::{Examined, Unfit, examine};
use crate::evidence::journals::{self, Named as Recorded, Rejudged};
use crate::evidence::material;
use crate::evidence::requirements::{Gap, Requirements, Standing};
use crate::evidence::statement::Descriptor;
use crate::exit::Exit;
use crate::report::html::page::line;
use crate::report::json;
use crate::report::model::Report;
use crate::run::journal;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A file that was read.
pub(super) struct Named {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

impl Named {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(Self { path: path.to_owned(), bytes }),
            Err(error) => {
                Err(Failure::input(format!("{} cannot be read: {error} (check the path)", path.display())))
            }
        }
    }

    /// The name without its folder.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    /// What a statement says of it.
    pub(super) fn descriptor(&self, role: &str) -> Descriptor {
        Descriptor::new(&self.name(), &sha256(&self.bytes), vec![("role".to_owned(), json!(role))])
    }

    pub(super) fn report(&self) -> Result<Report, Failure> {
        json::parse(&self.bytes, &self.path).map_err(Failure::input)
    }
}

/// The password of a key that cosign encrypted.
pub(super) fn password() -> Option<Zeroizing<String>> {
    std::env::var(cosign::PASSWORD).ok().map(Zeroizing::new)
}

/// The suite that a report names, unless arguments say otherwise.
pub(super) fn suite(report: &Report, args: &SuiteArgs) -> Result<Arc<Suite>, Failure> {
    let mut args = args.clone();
    if args.contract.is_none() && args.names.is_empty() {
        args.names = report.suite.name.split(", ").map(ToOwned::to_owned).collect();
    }
    let dialect = report.suite.dialect.as_deref();
    input::suite(&args, dialect).map_err(|failure| {
        Failure::input(format!(
            "{}\nthe report was judged by {} {} (name its files with --contract, --cases and --dialect where they are not built in)",
            failure.message, report.suite.name, report.suite.version
        ))
    })
}

/// The journals in these files.
pub(super) fn journals(files: &[Named]) -> Result<Vec<Recorded>, Failure> {
    let read = |file: &Named| {
        let journal = journal::read(&file.path.display().to_string(), file.bytes.as_slice());
        journal.map(|journal| Recorded { name: file.name(), journal }).map_err(Failure::input)
    };
    files.iter().map(read).collect()
}

/// Judges the exchanges of a report again.
pub(super) fn rejudged(
    file: &Named,
    report: &Report,
    suite: &Suite,
    examined: &Examined,
    journals: Vec<Recorded>,
) -> Result<Rejudged, Failure> {
    journals::follows(&file.name(), report, suite, journals, examined).map_err(|refusals| refused(&refusals))
}

/// What came of judging again, in words.
pub(super) fn again(rejudged: &Rejudged, report: &Report, journals: usize) -> String {
    let one = if journals == 1 { "journal" } else { "journals" };
    let mut text =
        format!("journal    {} verdicts follow from the exchanges in {journals} {one}\n", rejudged.follow);
    for (why, cases) in
        grouped(rejudged.taken_on_trust(report).map(|(case, why)| (why.to_owned(), case.id.clone())))
    {
        text.push_str(&format!("undecided  {} verdicts cannot be judged again: {why}\n", cases.len()));
        text.push_str(&some(&cases));
    }
    text
}

/// A requirement set, and the digest of the file that holds it.
pub(super) struct Set {
    pub(super) requirements: Requirements,
    sha256: String,
}

impl Set {
    /// What a statement says of it.
    pub(super) fn descriptor(&self) -> Descriptor {
        let notes = vec![("role".to_owned(), json!("requirements"))];
        Descriptor::new(&self.requirements.id, &self.sha256, notes)
    }
}

/// The requirement set of this name, or in this file.
pub(super) fn set(name: &str) -> Result<Set, Failure> {
    let (requirements, text) = super::requirements::named("--requirements", name)?;
    Ok(Set { requirements, sha256: sha256(text.as_bytes()) })
}

/// Holds a report against itself, its suite and a set.
pub(super) fn examined(
    file: &Named,
    report: &Report,
    suite: &Suite,
    set: Option<&Set>,
) -> Result<Examined, Failure> {
    examine(&file.name(), report, suite, set.map(|set| &set.requirements)).map_err(|unfit| match unfit {
        Unfit::Refused(refusals) => refused(&refusals),
        Unfit::Own(problems) => Failure::own(problems),
    })
}

/// Where a report stands, as a statement is made of it.
pub(super) fn standing(examined: &Examined, set: Option<&Set>) -> Option<(Standing, BTreeSet<String>)> {
    let cases = set?.requirements.cases.iter().map(|case| case.id.clone()).collect();
    Some((examined.standing.clone()?, cases))
}

/// Cases by what is said of them, in the order in which it is first said.
fn grouped(items: impl Iterator<Item = (String, String)>) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (said, case) in items.map(|(said, case)| (line(&said), line(&case))) {
        match groups.iter_mut().find(|(known, _)| *known == said) {
            Some((_, cases)) => cases.push(case),
            None => groups.push((said, vec![case])),
        }
    }
    groups
}

/// The first few cases, one a line.
fn some(cases: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut lines: Vec<String> = cases.iter().take(SHOWN).map(|id| format!("             {id}\n")).collect();
    if cases.len() > SHOWN {
        lines.push(format!("             and {} more\n", cases.len() - SHOWN));
    }
    lines.concat()
}

/// The verdict in words: under the set where one is named, else of the run.
pub(super) fn outcome(report: &Report, standing: Option<&Standing>) -> String {
    let Some(standing) = standing else {
        return format!(
            "verdict    {}: {} of {} cases pass\n",
            report.verdict.as_str(),
            report.totals.pass,
            report.totals.all()
        );
    };
    let mut text = format!(
        "verdict    {} under {}: {} cases expected, {} run, {} pass, {} warn, {} fail\n",
        standing.verdict.as_str(),
        standing.id,
        standing.expected,
        standing.run,
        standing.passed,
        standing.warned.len(),
        standing.failed.len()
    );
    if !standing.failed.is_empty() {
        text.push_str("broken\n");
        text.push_str(&some(&standing.failed));
    }
    let open = standing.open().count();
    if open > 0 {
        text.push_str(&format!("incomplete {open} of {} cases are not decided\n", standing.expected));
    }
    let why = |gap: &Gap| (format!("{}: {}", gap.kind.as_str(), gap.why), gap.name.clone());
    for (why, cases) in grouped(standing.open().map(why)) {
        text.push_str(&format!("           {} {why}\n", cases.len()));
        text.push_str(&some(&cases));
    }
    let excused = standing.excused().count();
    if excused > 0 {
        text.push_str(&format!("allowed    {excused} more may stay undecided under the set\n"));
    }
    if standing.later.run > 0 {
        text.push_str(&format!(
            "later      {} cases that are not in the set, {} of them broken; they change nothing\n",
            standing.later.run, standing.later.broken
        ));
    }
    text
}

/// What the report was judged by, and who attests.
pub(super) fn materials(suite: &Suite, args: &SuiteArgs) -> Result<Vec<Descriptor>, Failure> {
    let mut files = Vec::new();
    for path in &args.cases {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        files.push((name, input::text(path)?));
    }
    Ok(material::of(suite, &files))
}

/// Prints lines; what a target may have written in them shows and does nothing.
pub(super) fn print(text: &str) {
    output::page(&text.lines().map(|text| line(text) + "\n").collect::<String>());
}

/// Ends a command with what is refused.
pub(super) fn refused(refusals: &[Refusal]) -> Failure {
    const SHOWN: usize = 20;
    let mut lines: Vec<String> = refusals.iter().take(SHOWN).map(ToString::to_string).collect();
    if let Some(more) = refusals.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        lines.push(format!("refused: {more} more contradictions like these"));
    }
    Failure { exit: Exit::Broken, message: lines.join("\n") }
}
