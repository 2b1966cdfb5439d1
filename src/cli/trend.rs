//! `proofmark trend`.

use super::args::{Form, TrendArgs};
use super::diff::{check_writable, write};
use super::output::{self, Failure};
use crate::case::select::Selection;
use crate::exit::Exit;
use crate::report::trend::{self, LeftOut, Reports};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Warnings about single files that are shown.
const WARNINGS: usize = 10;
/// Folders within folders that are looked into.
const DEPTH: usize = 16;

pub(super) fn trend(args: &TrendArgs) -> Result<Exit, Failure> {
    check_writable(&args.reports)?;
    let selection = Selection::new(&args.only, &[], None, None).map_err(Failure::input)?;
    let takes = |id: &str| selection.takes_id(id);
    let folder = args.folder.display();
    let mut files = Vec::new();
    let mut others = 0;
    gather(&args.folder, DEPTH, &mut files, &mut others).map_err(|error| {
        Failure::input(format!("{folder} cannot be read: {error} (name a folder of JSON reports)"))
    })?;
    files.sort();
    let mut reports = Reports::default();
    let mut warnings = BTreeSet::new();
    for file in &files {
        let shown = file.strip_prefix(&args.folder).unwrap_or(file).display().to_string();
        let read = match std::fs::read(file) {
            Ok(bytes) => reports.add(&bytes, &shown, &takes),
            Err(error) => Err(LeftOut::Broken(format!("cannot be read: {error}"))),
        };
        match read {
            Ok(()) => {}
            Err(LeftOut::Other) => others += 1,
            Err(reason) => {
                warnings.insert(format!("warning: {shown} {reason}; it is left out"));
            }
        }
    }
    for warning in warnings.iter().take(WARNINGS) {
        output::note(warning);
    }
    if let Some(more @ 1..) = warnings.len().checked_sub(WARNINGS) {
        output::note(&format!("warning: {more} more files are left out"));
    }
    if others > 0 {
        let files =
            if others == 1 { "1 other file is".to_owned() } else { format!("{others} other files are") };
        output::note(&format!("{files} no report"));
    }
    if reports.is_empty() {
        return Err(Failure::input(format!(
            "{folder} holds no report (keep one of each run in it, with `proofmark run --report json={folder}/DAY.json`)"
        )));
    }
    let trend = reports.trend(!args.only.is_empty());
    if !args.only.is_empty()
        && trend.groups.iter().all(|group| group.runs.iter().all(|run| run.totals.all() == 0))
    {
        return Err(Failure::input(format!("--only matches no case of the reports in {folder}")));
    }
    let written = write(&args.reports, |form| match form {
        Form::Json => trend::json(&trend),
        Form::Html | Form::Markdown => trend::html(&trend),
    });
    output::print(&trend::render(&trend, output::style(args.quiet), output::has_unicode()));
    written?;
    Ok(Exit::Held)
}

/// The JSON files of a folder and of those in it, and how many other files there are. Links to folders are not
/// followed.
fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>, others: &mut usize) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            if depth > 0 {
                gather(&path, depth - 1, files, others)?;
            }
        } else if path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("json")) && path.is_file() {
            files.push(path);
        } else {
            *others += 1;
        }
    }
    Ok(())
}
