//! The formats of `--report FMT=PATH`.

use super::model::Report;
use super::{ctrf, har, html, json, junit, markdown, sarif};
use std::path::PathBuf;
use std::str::FromStr;

/// A format that a report is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The whole report; what the other commands read.
    Json,
    /// `JUnit` XML, for CI.
    Junit,
    /// One self-contained page.
    Html,
    /// Markdown that fits a step summary.
    Markdown,
    /// HTTP Archive 1.2: of all exchanges where a run writes it, else of the findings'.
    Har,
    /// Common Test Report Format, for CI actions and dashboards.
    Ctrf,
    /// SARIF 2.1.0: findings at the lines of the contract, for code scanning.
    Sarif,
    /// The journal, which only a run can write: an event a line, as it happens.
    Ndjson,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::Json,
        Self::Junit,
        Self::Html,
        Self::Markdown,
        Self::Har,
        Self::Ndjson,
        Self::Ctrf,
        Self::Sarif,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Har => "har",
            Self::Ctrf => "ctrf",
            Self::Sarif => "sarif",
            Self::Ndjson => "ndjson",
        }
    }

    /// Whether a run writes it from what it hears, and not from its report.
    pub fn is_heard(self) -> bool {
        matches!(self, Self::Har | Self::Ndjson)
    }
}

/// The report in a format; nothing in [`Format::Ndjson`].
pub fn render(format: Format, report: &Report) -> String {
    match format {
        Format::Json => json::to_string(report),
        Format::Junit => junit::render(report),
        Format::Html => html::render(report),
        Format::Markdown => markdown::render(report),
        Format::Ctrf => ctrf::render(report),
        Format::Sarif => sarif::render(report),
        Format::Har => har::render(report, har::minimal_exchanges(report)),
        // A report holds no histories.
        Format::Ndjson => String::new(),
    }
}

/// The argument `FMT=PATH`.
///
/// `-` is refused: stdout carries the verdict for people. `FMT=/dev/stdout` still works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTarget {
    /// What to write.
    pub format: Format,
    /// Where to.
    pub path: PathBuf,
}

/// Why a `FMT=PATH` was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{given}`: {problem}; write FMT=PATH, such as json=report.json, where FMT is json, junit, html, markdown, har, ndjson, ctrf or sarif"
)]
pub struct TargetError {
    given: String,
    problem: &'static str,
}

impl FromStr for ReportTarget {
    type Err = TargetError;

    fn from_str(given: &str) -> Result<Self, TargetError> {
        let refuse = |problem| Err(TargetError { given: given.to_owned(), problem });
        let Some((name, path)) = given.split_once('=') else {
            return refuse("no `=`");
        };
        let Some(format) = Format::ALL.into_iter().find(|format| format.as_str() == name) else {
            return refuse("unknown format");
        };
        match path {
            "" => refuse("no path"),
            "-" => refuse("stdout carries the verdict for people"),
            path => Ok(Self { format, path: path.into() }),
        }
    }
}
