//! What the commands on reports are told.
#![allow(clippy::doc_markdown, reason = "the comments are the help that users read")]

use crate::report::acceptance::date;
use clap::Args;
use jiff::civil::Date;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Without --only, owner, reason and expiry are for the failures that nobody answers for yet and for those whose last day \
has passed; with it, for all failures that are chosen. Flaky cases stay as they were.")]
pub(in crate::cli) struct AcceptArgs {
    /// The JSON report
    pub(in crate::cli) report: PathBuf,
    /// The snapshot to write
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) snapshot: PathBuf,
    /// Only cases whose id matches (repeatable), and leave the others as they were; `*` also stands for `/`
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) only: Vec<String>,
    /// Who answers for the failures
    #[arg(long, value_name = "NAME", value_parser = words)]
    pub(in crate::cli) owner: Option<String>,
    /// Why they are accepted
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub(in crate::cli) reason: Option<String>,
    /// The last day, in UTC, on which they are, such as 2026-12-31; after it they are newly broken
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(in crate::cli) expires: Option<Date>,
    /// The day on which they are accepted [default: today in UTC]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(in crate::cli) today: Option<Date>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DiffArgs {
    /// The earlier report, or that of one target
    pub(in crate::cli) old: PathBuf,
    /// The later report, or that of another target
    pub(in crate::cli) new: PathBuf,
    /// Write the differences too: markdown, html or json (repeatable)
    #[arg(long = "report", value_name = "FMT=PATH", value_parser = page)]
    pub(in crate::cli) reports: Vec<Page>,
    /// Call the two reports targets of these names, such as sandbox,production, whatever their URLs are
    #[arg(long, value_name = "OLD,NEW", value_parser = names)]
    pub(in crate::cli) names: Option<Names>,
    /// Show what newly broke and the counts only
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Reports on different targets, suites or dialects are shown apart, in the order in which they started. A case is flaky where a report calls it so, or where \
it changed between holding and breaking three times or more.")]
pub(in crate::cli) struct TrendArgs {
    /// The folder that holds a JSON report of each run; folders in it are looked into as well
    #[arg(value_name = "DIR")]
    pub(in crate::cli) folder: PathBuf,
    /// Write the trend too: html or json (repeatable)
    #[arg(long = "report", value_name = "FMT=PATH", value_parser = plot)]
    pub(in crate::cli) reports: Vec<Page>,
    /// Only cases whose id matches (repeatable); `*` also stands for `/`
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) only: Vec<String>,
    /// Leave out what is fixed
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}

/// What two reports are called.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Names(pub(in crate::cli) [String; 2]);

/// A page beside the text on the terminal.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Page {
    pub(in crate::cli) form: Form,
    pub(in crate::cli) path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Form {
    Markdown,
    Html,
    Json,
}

impl Form {
    pub(in crate::cli) fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Json => "json",
        }
    }
}

fn page(text: &str) -> Result<Page, String> {
    let wrong = "write FMT=PATH, such as html=diff.html, where FMT is markdown, html or json";
    written(text, &[Form::Markdown, Form::Html, Form::Json], wrong)
}

fn plot(text: &str) -> Result<Page, String> {
    let wrong = "write FMT=PATH, such as html=trend.html, where FMT is html or json";
    written(text, &[Form::Html, Form::Json], wrong)
}

fn written(text: &str, forms: &[Form], wrong: &str) -> Result<Page, String> {
    let (name, path) = text.split_once('=').ok_or_else(|| format!("no `=`; {wrong}"))?;
    let form = forms.iter().copied().find(|form| form.as_str() == name);
    let form = form.ok_or_else(|| format!("unknown format `{name}`; {wrong}"))?;
    match path {
        "" => Err(format!("no path; {wrong}")),
        "-" => Err(format!("stdout carries the text for people; {wrong}")),
        path => Ok(Page { form, path: path.into() }),
    }
}

fn words(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("says nothing; leave it out or give a few words".to_owned()),
        text => Ok(text.to_owned()),
    }
}

fn names(text: &str) -> Result<Names, String> {
    let names = text.split_once(',').map(|(old, new)| [old.trim().to_owned(), new.trim().to_owned()]);
    match names {
        Some([old, new]) if !old.is_empty() && !new.is_empty() && old != new => Ok(Names([old, new])),
        _ => Err("give two different names with a comma between them, such as sandbox,production".to_owned()),
    }
}
